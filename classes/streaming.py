"""The door to a live-stream: open shortly before a date, to the families of that date alone.

Before it opens for a family, they say where they are and whom to ring: nobody else could call for help there.
That is read by whoever leads the date, each reading is written down first, and it is deleted within a day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from classes.models import Enrolment, Place, Series, Session, StreamContact
from classes.models.stream_contact import StreamContactQuerySet
from classes.roll import in_words
from config.accounts.models import User
from config.audit.models import AuditEntry
from config.audit.trail import name_of, record
from families.models import Caregiver
from instructors.models import Instructor

OPENS = timedelta(minutes=15)
# A class may run over, and whoever lost the connection comes back.
STAYS_OPEN = timedelta(minutes=15)
# From the end of the class; with the quarter of an hour before it and the class itself, less than a day in all.
KEPT = timedelta(hours=12)
MOST_FAMILIES = 200
READ = "read where a family is"
MOST_READS = 5
PRIVATE = ("address", "contact_name", "contact_phone")


class CannotEnter(Exception):
    """The door is not open to them at this moment; the sentence says why and what to do."""


class NoContact(Exception):
    """There is nothing to read: it was never written down, or is deleted by now, or this is not the time."""


@dataclass(frozen=True)
class Door:
    """The way into one date by stream, for one booking. `url` is empty as long as the door is shut to them."""

    session: Session
    names: str
    now: datetime
    has_contact: bool
    url: str

    @property
    def opens_at(self) -> datetime:
        return opens_at(self.session)

    @property
    def is_open(self) -> bool:
        return is_open(self.session, now=self.now)

    @property
    def is_over(self) -> bool:
        return self.now >= self.session.ends_at + STAYS_OPEN

    @property
    def is_recorded(self) -> bool:
        return self.session.series.is_recorded


@dataclass(frozen=True)
class There:
    """A family that joins a date by stream, as whoever leads it sees it. `contact` is set once it was asked for."""

    reference: str
    names: str
    carers: str
    has_contact: bool
    contact: StreamContact | None = None


def opens_at(session: Session) -> datetime:
    return session.starts_at - OPENS


def is_open(session: Session, *, now: datetime) -> bool:
    """Whether families may go in at this moment, by the clock and the state of the date."""
    held = session.state != Session.State.CANCELLED and session.series.state == Series.State.PUBLISHED
    return held and opens_at(session) <= now < session.ends_at + STAYS_OPEN


def joins_by_stream(session: Session, way: str) -> bool:
    """Whether a place of that way is joined from home: by stream, or in the room on a date that was moved online."""
    return way == Enrolment.Way.STREAM or session.online_at is not None


def date_to_join(enrolment: Enrolment, reference: str) -> tuple[Session, list[str]]:
    """The date with the names of who joins it by stream in this booking. One query.

    Raises Session.DoesNotExist for any other date: one of somebody else's, in the room, given back, or none at all.
    """
    by_stream = Q(way=Enrolment.Way.STREAM) | Q(session__online_at__isnull=False)
    places = Place.objects.unreleased().filter(by_stream, enrolment=enrolment, session__reference=reference)
    places = places.filter(enrolment__state=Enrolment.State.BOOKED)
    related = ("session__series__instructor", "session__substitute", "session__lesson", "baby")
    found = list(places.select_related(*related).order_by("baby_id"))
    if not found:
        raise Session.DoesNotExist
    return found[0].session, [place.baby.first_name for place in found]


def door_of(enrolment: Enrolment, session: Session, names: Sequence[str], *, now: datetime) -> Door:
    """How the door stands for this booking. One query."""
    has_contact = _contacts(session, now=now).filter(enrolment=enrolment).exists()
    is_in = has_contact and is_open(session, now=now)
    return Door(session, in_words(list(names)), now, has_contact, address_of(session) if is_in else "")


def address_of(session: Session) -> str:
    """The link to the stream of that date: its own, or that of the series. Whoever asks has looked at the door."""
    return str(session.stream_url or session.series.stream_url)


def known_contact(me: Caregiver) -> dict[str, str]:
    """Somebody else of the family whose number we know, so that less is to be typed. One query."""
    others = Caregiver.objects.current().of_family(me.family).exclude(pk=me.pk).exclude(phone="")
    other = others.order_by("joined_at", "pk").first()
    return {"contact_name": other.name, "contact_phone": other.phone} if other else {}


def enter(
    enrolment: Enrolment,
    *,
    session: Session,
    address: str,
    contact_name: str,
    contact_phone: str,
    by: Caregiver,
    account: User,
    now: datetime,
) -> StreamContact:
    """Write down where this family is for this date, in place of what it said before. Raises CannotEnter."""
    with transaction.atomic():
        date, _names = _as_it_is(enrolment, session)
        if not is_open(date, now=now):
            raise CannotEnter(_("This door is shut at the moment. Its hours stand on the page of your dates."))
        said = {"address": address, "contact_name": contact_name, "contact_phone": contact_phone}
        contact, _made = StreamContact.objects.update_or_create(
            enrolment=enrolment,
            session=date,
            defaults={**said, "written_by": by, "written_at": now, "forget_at": date.ends_at + KEPT},
        )
        record("said where they are", by=account, about=enrolment, now=now, detail={"session": date.reference})
    return contact


def _as_it_is(enrolment: Enrolment, session: Session) -> tuple[Session, list[str]]:
    try:
        return date_to_join(enrolment, session.reference)
    except Session.DoesNotExist as gone:
        raise CannotEnter(
            _("You do not join this date by stream any more. Your dates stand under My classes.")
        ) from gone


def _contacts(session: Session, *, now: datetime) -> StreamContactQuerySet:
    return StreamContact.objects.of_session(session).filter(forget_at__gt=now)


def families_there(session: Session, *, now: datetime) -> list[There]:
    """The families that join this date by stream, by names. Three queries; nothing private is read."""
    places = Place.objects.booked().filter(session=session).select_related("baby", "enrolment")
    rows = places.prefetch_related("enrolment__who_comes").order_by("baby_id")[:MOST_FAMILIES]
    told = set(_contacts(session, now=now).values_list("enrolment", flat=True))
    by_booking: dict[int, list[Place]] = {}
    for place in rows:
        if joins_by_stream(session, place.way):
            by_booking.setdefault(place.enrolment_id, []).append(place)
    there = [
        There(
            reference=group[0].enrolment.reference,
            names=in_words([place.baby.first_name for place in group]),
            carers=", ".join(one.name for one in group[0].enrolment.who_comes.all() if one.removed_at is None),
            has_contact=key in told,
        )
        for key, group in by_booking.items()
    ]
    return sorted(there, key=lambda one: one.names.casefold())


def read_contact(session: Session, *, reference: str, reader: Instructor, now: datetime) -> StreamContact:
    """Where that family is, for whoever leads this date. The reading is written down before anything is read.

    `session` was found among the reader's own. Raises NoContact.
    """
    with transaction.atomic():
        found = _contacts(session, now=now).filter(enrolment__reference=reference).defer(*PRIVATE).first()
        if found is None or now < opens_at(session):
            raise NoContact(_("Nothing is kept here: not written down yet, or deleted again."))
        record(READ, by=reader.user, about=found.enrolment, now=now, detail={"session": session.reference})
    return StreamContact.objects.get(pk=found.pk)


def reads_of(enrolment: Enrolment) -> list[AuditEntry]:
    """Who looked where this family was, newest first, at most MOST_READS. One query."""
    entries = AuditEntry.objects.filter(what=READ, about=name_of(enrolment))
    return list(entries.order_by("-pk")[:MOST_READS])


def date_to_lead(instructor: Instructor, reference: str) -> Session:
    """A date that this instructor leads and that can be joined by stream. Raises Session.DoesNotExist for any other."""
    streamed = Q(stream_capacity__gt=0) | Q(online_at__isnull=False)
    mine = Session.objects.for_instructor(instructor).filter(streamed, series__state=Series.State.PUBLISHED)
    return mine.select_related("series__venue", "lesson").get(reference=reference)


def set_link(session: Session, *, url: str, by: User, now: datetime) -> None:
    """The link to the stream of this one date; empty means that of the series again."""
    with transaction.atomic():
        Session.objects.filter(pk=session.pk).update(stream_url=url)
        record("set the link of a stream", by=by, about=session, now=now)


def forget_contacts(now: datetime) -> int:
    """The job: delete what was said for dates that are over; returns how many."""
    deleted, _rows = StreamContact.objects.to_forget(now).delete()
    return deleted
