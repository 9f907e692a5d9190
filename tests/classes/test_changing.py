"""Changing one date that families have booked: moved, called off, online, by a substitute, added."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from classes import changing, dues, making_up, releasing
from classes.changing import CannotChange, CannotMakeAmends, ChangedSince
from classes.models import Amends, AwayLink, Charge, Enrolment, MakeUpRight, Notice, Place, Session, SessionChange
from config.audit.models import AuditEntry
from config.letters.models import Letter
from tests.cast import Cast
from tests.factories.classes import make_enrolment, make_series

CHOOSE, MAKE_UP, REFUND, NONE = SessionChange.Compensation.CHOOSE, "make_up", "refund", "none"
FRIDAY = datetime(2026, 3, 27, 15, 0, tzinfo=UTC)


def third(cast: Cast) -> Session:
    """Gentle Thursdays, 26 March, in two days."""
    return cast.running.sessions.select_related("series").get(number=3)


def pay(enrolment: Enrolment, at: datetime) -> None:
    Charge.objects.create(
        enrolment=enrolment,
        amount_minor=enrolment.price_minor,
        currency=enrolment.currency,
        raised_at=at,
        settled_at=at,
    )


def owe(enrolment: Enrolment, at: datetime) -> None:
    Charge.objects.create(
        enrolment=enrolment, amount_minor=enrolment.price_minor, currency=enrolment.currency, raised_at=at
    )


def call_off(cast: Cast, now: datetime, compensation: str = MAKE_UP, key: str = "k1") -> SessionChange:
    date_ = third(cast)
    return changing.call_off(
        date_, compensation=compensation, words="Sorry.", seen=date_.sequence, key=key, by=cast.instructor, now=now
    )


def move(cast: Cast, now: datetime, to: datetime = FRIDAY, compensation: str = MAKE_UP, key: str = "k1") -> SessionChange:
    date_ = third(cast)
    return changing.move(
        date_,
        to=to,
        compensation=compensation,
        words="",
        seen=date_.sequence,
        key=key,
        by=cast.instructor,
        now=now,
    )


def test_a_date_that_is_called_off_gives_everybody_a_make_up_place_beyond_their_terms(cast: Cast, now: datetime) -> None:
    for number in (4, 5):
        releasing.release(
            cast.enrolment,
            session=cast.running.sessions.get(number=number),
            babies=[cast.baby],
            by=cast.parent,
            now=now,
        )
    Letter.objects.all().delete()

    change = call_off(cast, now)

    rights = MakeUpRight.objects.filter(enrolment=cast.enrolment).order_by("pk")
    assert list(rights.values_list("missed__number", "number", "at_most", "state")) == [
        (4, 1, 2, "open"),
        (5, 2, 2, "open"),
        (3, 3, 3, "open"),
    ]
    assert rights[2].expires_at == third(cast).starts_at + timedelta(days=60)
    assert (third(cast).state, third(cast).sequence, third(cast).changed_at) == ("cancelled", 1, now)
    assert list(Amends.objects.order_by("pk").values_list("enrolment", "baby", "kind", "minor")) == [
        (cast.enrolment.pk, cast.baby.pk, "make_up", 0),
        (cast.other_enrolment.pk, cast.other_baby.pk, "make_up", 0),
    ]
    assert (change.kind, change.words, change.was_starts_at) == ("cancelled", "Sorry.", third(cast).starts_at)
    letters = Letter.objects.filter(key__startswith="changed:")
    assert sorted(letters.values_list("to", flat=True)) == ["other-parent@example.org", "parent@example.org"]
    mine = letters.get(to="parent@example.org")
    assert mine.subject == "Called off: Gentle Thursdays, Thursday 26 March"
    assert "STATUS:CANCELLED" in mine.attachments[0]["content"]
    assert AuditEntry.objects.filter(what="changed a date: cancelled").count() == 1
