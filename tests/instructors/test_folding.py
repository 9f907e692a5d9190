"""Whatever happens to a certificate, in any order: its story, folded again, gives the state and the dates it has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.audit.models import AuditEntry
from instructors import life, life_watch
from instructors.models import Certificate, CertificateEvent
from instructors.refusals import Refused
from tests.factories.accounts import make_user
from tests.factories.instructors import a_body, a_certificate

pytestmark = pytest.mark.django_db
BEGUN = datetime(2024, 1, 1, 9, tzinfo=UTC)
DEEDS = ("suspend", "reinstate", "renew", "rename", "revoke", "replace")


def people() -> tuple[Any, Any]:
    first, second = (make_user(f"{name}@example.org", name, is_staff=True) for name in ("carla", "dora"))
    a_body().registrars.add(first, second)
    return first, second


def deed(row: Certificate, name: str, by: Any, second: Any, now: datetime) -> Callable[[], Any]:
    said: dict[str, Any] = {"by": by, "now": now, "reason_code": "because"}
    end = (row.valid_until or now.date()) + timedelta(days=200)
    return {
        "suspend": lambda: life.suspend(row, **said),
        "reinstate": lambda: life.reinstate(row, **said),
        "renew": lambda: life.renew(row, until=end, **said),
        "rename": lambda: life.correct_name(row, name=f"Zoë {now:%j%H}", **said),
        "revoke": lambda: life.revoke(row, confirmed_by=second, **said),
        "replace": lambda: life.supersede_older(a_certificate(row.holder, number=f"N{now:%j%H}"), by=by, now=now),
    }[name]


@given(st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(1, 500)), max_size=7))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_folding_gives_what_is_stored_after_any_sequence_of_deeds(steps: list[tuple[str, int]]) -> None:
    with transaction.atomic():
        first, second = people()
        ends = date(2025, 1, 1)
        row = a_certificate(make_user("zoe@example.org", "Zoë"), valid_from=BEGUN.date(), valid_until=ends)
        now, refused = BEGUN, 0
        for name, days in steps:
            now += timedelta(days=days)
            try:
                with transaction.atomic():
                    deed(Certificate.objects.get(pk=row.pk), name, first, second, now)()
            except Refused:
                refused += 1
            fresh = Certificate.objects.get(pk=row.pk)
            folded = life.fold(fresh.events.all())
            assert (folded.state, folded.valid_from, folded.valid_until) == (
                fresh.state,
                fresh.valid_from,
                fresh.valid_until,
            )
            periods = list(fresh.periods.order_by("seq"))
            assert all(one.valid_until and one.valid_until < two.valid_from for one, two in pairwise(periods))
            assert periods[-1].valid_until == fresh.valid_until
        assert list(life_watch.differences()) == []
        transaction.set_rollback(True)


@given(st.lists(st.sampled_from([*CertificateEvent.Kind]), max_size=8), st.integers(0, 7))
@settings(max_examples=60, deadline=None)
def test_what_is_final_stays_whatever_is_written_after_it(kinds: list[str], at: int) -> None:
    ended = CertificateEvent(kind="revoked")
    events = [CertificateEvent(kind=kind) for kind in kinds]
    events.insert(min(at, len(events)), ended)
    before = life.fold(events[: events.index(ended) + 1]).state
    assert (life.fold(events).state, before in life.FINAL) == (before, True)


def test_the_nightly_look_names_what_was_changed_behind_its_back() -> None:
    row = a_certificate(make_user("zoe@example.org", "Zoë"))
    assert life_watch.check_stories(BEGUN) == 0
    with connection.cursor() as cursor:
        cursor.execute("UPDATE instructors_certificate SET valid_until = '2031-01-01' WHERE id = %s", [row.pk])
    with pytest.raises(life_watch.StoriesDiffer, match="1 certificates"):
        life_watch.check_stories(BEGUN)
    entry = AuditEntry.objects.get(what="a certificate is not what its events say")
    assert (entry.about, entry.detail) == (row.number, {"columns": ["valid_until"]})
