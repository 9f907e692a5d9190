"""Founding a family, its adults and its babies."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.utils.module_loading import import_string

from classes import booking
from config.accounts.models import User
from config.audit.models import AuditEntry
from config.letters.models import Letter
from families import household
from families.household import NewBaby
from families.models import Baby, Caregiver, Family
from tests.cast import Cast
from tests.factories.accounts import make_user

BORN = date(2026, 1, 10)


def found(user: User, now: datetime) -> Caregiver:
    return household.family_for(user, name="Priya Sharma", time_zone="Asia/Kolkata", phone="1", now=now)


def test_family_for_founds_one_family_and_then_finds_it(db: None, now: datetime) -> None:
    user = make_user("priya@example.org", "Priya")
    first, second = found(user, now), found(user, now)

    assert (first.pk, first.family.time_zone, first.phone) == (second.pk, "Asia/Kolkata", "1")
    assert Family.objects.count() == 1
    assert list(AuditEntry.objects.values_list("what", flat=True)) == ["founded a family"]


def test_someone_who_left_a_family_founds_another(cast: Cast, now: datetime) -> None:
    Caregiver.objects.filter(user=cast.coparent).update(removed_at=now)

    assert found(cast.coparent, now).family_id != cast.family.pk


def test_the_same_name_and_birth_date_is_the_same_baby(cast: Cast, now: datetime) -> None:
    new = [NewBaby("ada", cast.baby.born_on), NewBaby("Ada", BORN), NewBaby("Theo", cast.baby.born_on)]
    babies = household.add_babies(cast.family, new, by=cast.parent, now=now)

    assert babies[0].pk == cast.baby.pk
    assert [(baby.first_name, baby.born_on) for baby in babies[1:]] == [("Ada", BORN), ("Theo", cast.baby.born_on)]
    assert Baby.objects.of_family(cast.family).count() == 3


def test_one_baby_named_twice_in_a_form_is_added_once(cast: Cast, now: datetime) -> None:
    added = household.add_babies(cast.family, [NewBaby("Theo", BORN)] * 2, by=cast.parent, now=now)

    assert len(added) == 1


def test_a_baby_who_is_expected_has_a_due_date_only(cast: Cast, now: datetime) -> None:
    baby = household.add_baby(
        cast.family, first_name="Bump", born_on=None, due_on=date(2026, 6, 1), by=cast.parent, now=now
    )

    assert (baby.born_on, baby.due_on, baby.age_in_weeks(now.date())) == (None, date(2026, 6, 1), 0)


def test_a_companion_is_added_once(cast: Cast, now: datetime) -> None:
    first, second = (
        household.add_companion(cast.family, name=name, relation="grandparent", by=cast.parent, now=now)
        for name in ("Marie Moreau", "marie moreau")
    )

    assert (first.pk, first.user_id) == (second.pk, None)


def test_note_account_keeps_a_name_that_is_known(cast: Cast) -> None:
    household.note_account(cast.parent, name="Somebody Else", language="es", time_zone="Asia/Tokyo")
    cast.parent.refresh_from_db()

    assert (cast.parent.name, cast.parent.language, cast.parent.time_zone) == ("Ines Moreau", "es", "Europe/London")


def test_nothing_is_written_to_a_family_around_a_due_date(db: None, now: datetime, settings: Any) -> None:
    user, due = make_user("priya@example.org", "Priya"), date(2026, 6, 14)
    family = found(user, now).family
    household.add_baby(family, first_name="Little one", born_on=None, due_on=due, by=user, now=now)
    for day in range(-2, 3):
        moment = datetime.combine(due + timedelta(days=day), time(10), UTC)
        for dotted, _every in settings.JOBS.values():
            import_string(dotted)(moment)
    assert Letter.objects.count() == 0


def test_an_expected_baby_is_booked_like_any_other(cast: Cast, now: datetime) -> None:
    due = date(2026, 4, 30)
    baby = household.add_baby(cast.family, first_name="Bo", born_on=None, due_on=due, by=cast.parent, now=now)
    told: dict[str, Any] = {"way": "room", "who_comes": [cast.caregiver], "by": cast.parent, "now": now}
    enrolment = booking.book(cast.open, family=cast.family, babies=[baby], **told)
    assert enrolment.places.count() == 5
