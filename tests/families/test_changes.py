"""What a family changes about itself, and what only one adult may change."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError

from config.audit.models import AuditEntry
from families import changes, consents, health
from families.consents import CannotAgree, CannotWithdraw
from families.health import NotYourAnswers
from families.models import Baby, Caregiver, Consent, Family, HealthAnswers
from tests.cast import NOW, Cast
from tests.factories.families import add_caregiver
from tests.factories.practice import tell_health


def test_change_baby_corrects_and_is_written_down(cast: Cast) -> None:
    told = {"first_name": "Ada Marie", "born_on": date(2025, 12, 20), "due_on": date(2026, 1, 10)}
    changes.change_baby(cast.baby, **told, by=cast.parent, now=NOW)  # type: ignore[arg-type]

    assert Baby.objects.filter(pk=cast.baby.pk, **told).count() == 1
    assert AuditEntry.objects.filter(what="changed a baby", by_id=cast.parent.pk).count() == 1


def test_the_database_refuses_a_baby_without_any_date(cast: Cast) -> None:
    with pytest.raises(IntegrityError):
        changes.change_baby(cast.baby, first_name="Ada", born_on=None, due_on=None, by=cast.parent, now=NOW)


def test_whoever_is_no_parent_makes_nobody_a_parent(cast: Cast) -> None:
    nanny = add_caregiver(cast.family, name="Bea Holm", relation=Caregiver.Relation.OTHER)
    told = {"name": "Bea Holm", "phone": "", "now": NOW}
    with pytest.raises(CannotAgree):
        changes.change_adult(nanny, relation="mother", by=nanny, **told)  # type: ignore[arg-type]
    changes.change_adult(nanny, relation="grandparent", by=nanny, **told)  # type: ignore[arg-type]
    assert Caregiver.objects.get(pk=nanny.pk).relation == "grandparent"
    changes.change_adult(nanny, relation="mother", by=cast.caregiver, **told)  # type: ignore[arg-type]
    assert Caregiver.objects.get(pk=nanny.pk).relation == "mother"


def test_settle_keeps_language_for_the_adult_and_zone_for_the_family(cast: Cast) -> None:
    changes.settle(cast.caregiver, user=cast.parent, language="es", time_zone="Europe/Madrid", now=NOW)
    cast.parent.refresh_from_db()
    cast.coparent.refresh_from_db()

    joseph = Caregiver.objects.get(user=cast.coparent)
    joseph.role = Caregiver.Role.PRACTICE
    changes.settle(joseph, user=cast.coparent, language="en", time_zone="Asia/Kathmandu", now=NOW)

    assert (cast.parent.language, cast.coparent.language) == ("es", "en")
    assert Family.objects.get(pk=cast.family.pk).time_zone == "Europe/Madrid"


def test_only_the_writer_shares_and_changes_health_answers(cast: Cast) -> None:
    tell_health(cast.baby, "hip", by=cast.caregiver)
    answers = HealthAnswers.objects.get(baby=cast.baby)
    joseph = Caregiver.objects.get(user=cast.coparent)

    with pytest.raises(NotYourAnswers):
        health.share_in_family(answers, shared=False, by=joseph, account=cast.coparent, now=NOW)
    with pytest.raises(NotYourAnswers):
        health.change_health_answers(answers, facts={}, by=joseph, account=cast.coparent, now=NOW)
    assert HealthAnswers.objects.get(baby=cast.baby).facts["conditions"] == ["hip"]


def test_changed_answers_are_deleted_on_the_same_day_as_before(cast: Cast) -> None:
    tell_health(cast.baby, "hip", by=cast.caregiver)
    before = HealthAnswers.objects.select_related("baby").get(baby=cast.baby)
    facts = {"born_early": "no", "conditions": [], "notes": ""}
    health.change_health_answers(before, facts=facts, by=cast.caregiver, account=cast.parent, now=NOW)

    after = HealthAnswers.objects.get(baby=cast.baby)
    assert (after.facts, after.forget_on) == (facts, before.forget_on)


def test_taking_back_the_consent_deletes_health_answers_at_once(cast: Cast) -> None:
    tell_health(cast.baby, "hip", by=cast.caregiver)
    tell_health(cast.other_baby, "hip", by=cast.other_caregiver)
    consents.change_mind(cast.caregiver, kind="health", given=False, account=cast.parent, now=NOW)

    assert list(HealthAnswers.objects.values_list("baby__first_name", flat=True)) == ["Noor"]
    assert consents.standing(cast.family)["health"].given is False
    assert AuditEntry.objects.filter(what="deleted health answers", about=f"families.Baby:{cast.baby.pk}").count() == 1


def test_a_wording_that_is_needed_to_come_is_not_taken_back(cast: Cast) -> None:
    with pytest.raises(CannotWithdraw):
        consents.change_mind(cast.caregiver, kind="only_we_massage", given=False, account=cast.parent, now=NOW)
    with pytest.raises(KeyError):
        consents.change_mind(cast.caregiver, kind="cake", given=True, account=cast.parent, now=NOW)
    assert Consent.objects.count() == 0


def test_who_has_read_is_told_for_each_baby_in_one_query(cast: Cast, django_assert_num_queries: Any) -> None:
    tell_health(cast.baby, "hip", by=cast.caregiver)
    health.read_for_class([cast.baby], by=cast.instructor, because="the register", now=NOW)
    with django_assert_num_queries(1):
        reads = health.reads_by_baby([cast.baby, cast.other_baby])

    assert {pk: [read.by_name for read in found] for pk, found in reads.items()} == {
        cast.baby.pk: ["Ruth Adeyemi"],
        cast.other_baby.pk: [],
    }
