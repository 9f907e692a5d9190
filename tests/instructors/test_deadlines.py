"""Deadline arithmetic and the fold of a certificate's events."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from instructors.deadlines import add_months, after, deadline_of, requirement_deadlines, validate_rule
from instructors.life import fold
from instructors.loading import load_programmes
from instructors.models import CertificateEvent, CertifyingBody, Programme, Traineeship
from instructors.requirements import is_frozen, new_version, validate_params
from tests.factories.instructors import a_traineeship, a_trainer

days = st.dates(date(2000, 1, 1), date(2090, 12, 31))


@given(days, st.integers(1, 60))
def test_add_months_keeps_the_day_or_takes_the_months_last(day: date, months: int) -> None:
    later = add_months(day, months)
    last_of_month = (later + timedelta(days=1)).day == 1
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (last_of_month and later.day < day.day)


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 3, 5), 4, date(2026, 7, 5)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
    ],
)
def test_add_months_at_the_ends_of_months(day: date, months: int, end: date) -> None:
    assert add_months(day, months) == end


def test_the_anchor_day_is_not_counted() -> None:
    assert after({"anchor": "first_day", "amount": 90, "unit": "days"}, date(2026, 1, 1)) == date(2026, 4, 1)


@pytest.mark.parametrize(
    "rule",
    [
        [],
        {"anchor": "last_day"},
        {"anchor": "full_moon", "amount": 4, "unit": "months"},
        {"anchor": "last_day", "amount": 0, "unit": "months"},
        {"anchor": "last_day", "amount": 61, "unit": "months"},
        {"anchor": "last_day", "amount": "4", "unit": "months"},
    ],
)
def test_validate_rule_refuses_half_a_rule(rule: object) -> None:
    with pytest.raises(ValidationError):
        validate_rule(rule)


@pytest.mark.parametrize(
    ("kind", "params"),
    [
        ("exam", {"pass_mark": 101}),
        ("exam", {"days": 4}),
        ("attendance", {"days": True}),
        ("ce_hours", {}),
        ("fee", []),
    ],
)
def test_validate_params_refuses_what_its_kind_does_not_measure(kind: str, params: object) -> None:
    with pytest.raises(ValidationError):
        validate_params(kind, params)


@pytest.mark.django_db
def test_load_programmes_adds_once_and_leaves_edits_alone() -> None:
    first = load_programmes()
    CertifyingBody.objects.filter(slug="iaim").update(name="Edited by hand")
    again = load_programmes()
    signing = dict(CertifyingBody.objects.values_list("slug", "signs_here"))
    assert (first > 30, again, CertifyingBody.objects.get(slug="iaim").name, signing) == (
        True,
        0,
        "Edited by hand",
        {"example-school": True, "iaim": False, "loving-touch": False, "liddle-kidz": False},
    )


@pytest.mark.django_db
def test_a_hybrid_counts_each_step_from_the_one_before() -> None:
    load_programmes()
    hybrid = Programme.objects.get(code="iltf-hybrid")
    row = Traineeship(programme=hybrid, access_on=date(2026, 1, 1))
    assert (requirement_deadlines(row), deadline_of(row)) == (
        {
            "online_study": date(2026, 4, 1),
            "skills_lab": date(2026, 6, 1),
            "practice_teaching": date(2026, 8, 1),
        },
        date(2026, 8, 1),
    )


@pytest.mark.django_db
def test_a_programme_in_use_is_frozen_and_changes_as_a_new_version() -> None:
    row = a_traineeship(a_trainer())
    copy = new_version(row.programme)
    row.refresh_from_db()
    assert (is_frozen(row.programme), copy.version, copy.status, copy.requirements.count(), row.programme.version) == (
        True,
        2,
        "draft",
        3,
        1,
    )


kinds = st.sampled_from([kind for kind in CertificateEvent.Kind.values if kind not in ("issued", "recorded")])


@given(st.lists(kinds, max_size=12))
def test_fold_never_leaves_a_final_state(story: list[str]) -> None:
    begin = CertificateEvent(kind="issued", valid_from=date(2026, 1, 1), valid_until=date(2029, 1, 1))
    events = [begin, *(CertificateEvent(kind=kind) for kind in story)]
    final = next((kind for kind in story if kind in ("revoked", "superseded")), None)
    folded = fold(events)
    assert folded.valid_until == date(2029, 1, 1)
    assert folded.state == final if final else folded.state in ("active", "suspended")
