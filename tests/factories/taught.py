"""What a test says of a session: who was here, what was taught."""

from __future__ import annotations

from datetime import datetime

from classes.models import Attendance, Enrolment, Place, Session, TaughtStroke
from classes.places import take_places, taken_numbers
from config.accounts.models import User
from curriculum.models import Stroke


def set_mark(enrolment: Enrolment, session: Session, mark: str) -> None:
    """The same mark for every baby of this booking in that session."""
    for place in Place.objects.filter(enrolment=enrolment, session=session, released_at=None):
        Attendance.objects.update_or_create(place=place, defaults={"mark": mark})


def ticked(session: Session, *slugs: str, by: User, at: datetime) -> None:
    """These strokes stand as taught in that session."""
    for slug in slugs:
        TaughtStroke.objects.create(session=session, stroke=Stroke.objects.get(slug=slug), tapped_at=at, by=by)


def take_back_place(enrolment: Enrolment, session: Session, *, at: datetime) -> None:
    """The date given back, as when the family told us."""
    places = Place.objects.filter(enrolment=enrolment, session=session)
    places.update(released_at=at, release=Place.Release.TOLD)


def guest_place(enrolment: Enrolment, session: Session, *, at: datetime, kind: str = Place.Kind.MAKE_UP) -> list[Place]:
    """Places for all babies of this booking in a session of another series."""
    babies = list({place.baby for place in enrolment.places.select_related("baby")})
    taken = taken_numbers([session], way="room")
    return take_places(enrolment, sessions=[session], babies=babies, taken=taken, kind=kind, worth=0, at=at)
