"""A class of twelve families: ten who paid, one funded, one guest who makes up; one of the ten joins by stream."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from classes.models import Charge, Enrolment, MakeUpRight, Place, Series, Session, Venue
from families.models import Caregiver
from tests.cast import NOW, Cast
from tests.factories.accounts import make_user
from tests.factories.classes import BOOKED_AT, make_enrolment
from tests.factories.families import make_household

NAMES = ("Bilal", "Cosmo", "Dilys", "Ezra", "Freya", "Goran", "Hana", "Iris", "Jonah")


@dataclass(frozen=True)
class Twelve:
    """`date` is the third Thursday, in two days: Ada, Noor, nine more and a guest come to it."""

    date: Session
    enrolments: list[Enrolment]
    funded: Enrolment
    stream: Enrolment
    guest: Enrolment
    right: MakeUpRight

    def fresh(self) -> Session:
        related = ("series__venue", "series__instructor", "lesson", "substitute")
        return Session.objects.select_related(*related).get(pk=self.date.pk)


def make_twelve(cast: Cast) -> Twelve:
    """The room of Gentle Thursdays with twelve families on its third date; all have a telephone, and paid."""
    Series.objects.filter(pk=cast.running.pk).update(capacity=12)
    cast.running.sessions.update(capacity=12)
    cast.running.refresh_from_db()
    keeper = {"contact_name": "Pat Shaw", "contact_email": "hall@example.org", "contact_phone": "0113 496 0000"}
    Venue.objects.filter(pk=cast.venue.pk).update(**keeper)
    enrolments = [cast.enrolment, cast.other_enrolment]
    for name in NAMES:
        user = make_user(f"{name.lower()}@example.org", f"Parent of {name}")
        family, babies = make_household(user, name)
        way = Enrolment.Way.STREAM if name == "Freya" else Enrolment.Way.ROOM
        enrolments.append(make_enrolment(cast.running, family=family, babies=babies, by=user, way=way))
    funded = enrolments[2]
    Enrolment.objects.filter(pk=funded.pk).update(price_minor=0)
    Place.objects.filter(enrolment=funded).update(price_minor=0)
    for one in enrolments:
        if one.pk != funded.pk:
            _pay(one)
    _pay(cast.stream_enrolment)
    Caregiver.objects.filter(user__isnull=False).update(phone="+44 7700 900100")
    date = Session.objects.select_related("series__venue", "series__instructor", "lesson").get(
        series=cast.running, number=3
    )
    guest, right = _guest(cast, date)
    return Twelve(date, [*enrolments, guest], enrolments[2], enrolments[6], guest, right)


def _pay(enrolment: Enrolment) -> None:
    Charge.objects.create(
        enrolment=enrolment,
        amount_minor=enrolment.price_minor,
        currency=enrolment.currency,
        raised_at=BOOKED_AT,
        settled_at=BOOKED_AT,
    )


def _guest(cast: Cast, date: Session) -> tuple[Enrolment, MakeUpRight]:
    """Oskar, of the series that begins in April, makes up for its third week here."""
    user = make_user("oskar@example.org", "Lea Brandt")
    family, [oskar] = make_household(user, "Oskar")
    Caregiver.objects.filter(user=user).update(phone="+44 7700 900199")
    enrolment = make_enrolment(cast.open, family=family, babies=[oskar], by=user)
    _pay(enrolment)
    missed = cast.open.sessions.get(number=3)
    Place.objects.filter(enrolment=enrolment, session=missed).update(released_at=NOW, release=Place.Release.TOLD)
    there = Place.objects.create(
        enrolment=enrolment, session=date, baby=oskar, number=12, kind=Place.Kind.MAKE_UP, taken_at=BOOKED_AT
    )
    right = MakeUpRight.objects.create(
        enrolment=enrolment,
        baby=oskar,
        missed=missed,
        place=there,
        state=MakeUpRight.State.USED,
        number=1,
        at_most=2,
        granted_at=NOW - timedelta(days=1),
        expires_at=NOW + timedelta(days=20),
    )
    return enrolment, right
