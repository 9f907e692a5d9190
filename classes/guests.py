"""Adding someone at the door of one session: a family that makes up for a date here, or one that nobody knows.

The room is counted under the lock of the series, and once more by the database: places have numbers, walk-ins are
counted by a trigger (migration 0021). The lead of a series is shown own families who missed what it shows;
anybody else's is found by the reference of their booking alone, which the family has in its letters.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from classes import date_letters, holding, people, register, rights, showing
from classes.models import Enrolment, Hold, MakeUpRight, Place, Session, WalkIn
from classes.models.attendance import Mark
from classes.models.right import MakeUpRightQuerySet
from classes.places import lock_all, lock_series, take_places, taken_numbers
from classes.releasing import said_by_database
from classes.roll import in_words
from config.accounts.models import User
from config.audit.trail import record, record_each
from config.lib.times import local
from families import health

MOST_CANDIDATES = 30
MOST_LOOKED_AT = 300
MOST_A_SWEEP = 500
HERE_FROM = timedelta(hours=1)
"""Who is added so shortly before the session, or later, stands at the door, and is marked as here at once."""
STILL_ADDED = timedelta(hours=24)
"""So long after the end a guest can be written down late."""
NAMES_KEPT = timedelta(days=30)


class CannotAdd(Exception):
    """Nobody was added; the sentence says why and what to do instead."""


@dataclass(frozen=True)
class Candidate:
    """A family with make-up places for what this session shows, a right for each baby."""

    enrolment: Enrolment
    rights: list[MakeUpRight]

    @property
    def names(self) -> str:
        return in_words([right.baby.first_name for right in self.rights])

    @property
    def missed(self) -> Session:
        return self.rights[0].missed


@dataclass(frozen=True)
class Foot:
    """What stands below the register: who came in without a booking, and who told us that they cannot come."""

    walk_ins: list[WalkIn]
    told: list[str]


def foot_of(session: Session) -> Foot:
    """Two queries."""
    rows = Place.objects.filter(session=session, enrolment__state__in=Enrolment.EVER_BOOKED)
    names: dict[int, dict[int, str]] = defaultdict(dict)
    standing = set()
    for place in rows.select_related("baby").order_by("enrolment_id", "baby_id"):
        if place.released_at is None:
            standing.add(place.baby_id)
        elif place.release == Place.Release.TOLD:
            names[place.enrolment_id][place.baby_id] = place.baby.first_name
    told = [in_words([name for key, name in of.items() if key not in standing]) for of in names.values()]
    return Foot(list(WalkIn.objects.here().filter(session=session).order_by("pk")), sorted(filter(None, told)))


def room_left(session: Session, *, now: datetime) -> int:
    """Places in the room that nobody has, walk-ins counted; below zero where there are too many. Three queries.

    Before the session begins, what booking forms hold counts too; afterwards nobody can book it any more.
    """
    taken = Place.objects.unreleased().filter(session=session, way=Enrolment.Way.ROOM).count()
    here = WalkIn.objects.here().filter(session=session).aggregate(Sum("places"))["places__sum"] or 0
    holds = Hold.objects.live(now).filter(series=session.series_id, way=Enrolment.Way.ROOM, walk_in=None)
    of_date = holds.filter(Q(session=None) | Q(session=session)) if session.starts_at > now else holds.none()
    return session.capacity - taken - here - (of_date.aggregate(Sum("places"))["places__sum"] or 0)


def why_not_add(session: Session, *, now: datetime) -> str | None:
    """The sentence that refuses anybody; None where somebody may be added, as long as there is room."""
    if refusal := register.why_not_mark(session, now=now):
        return refusal
    if now > session.ends_at + STILL_ADDED:
        return _("This session is over. Guests can be written down for a day after it.")
    return None


def candidates(session: Session, *, now: datetime) -> list[Candidate]:
    """Own families of the lead who could make up here: by name, at most MOST_CANDIDATES. Five queries at most."""
    held = _rights_for(session, now=now).filter(enrolment__series__instructor=session.series.instructor_id)
    held = held.order_by("baby__first_name", "pk")[:MOST_LOOKED_AT]
    return _by_booking(_that_fit(session, held, now=now)[:MOST_CANDIDATES])


def candidate(session: Session, reference: str, *, now: datetime) -> Candidate | None:
    """The family with the booking of that reference, wherever it is booked, if it could make up here."""
    held = _rights_for(session, now=now).filter(enrolment__reference=reference.strip().upper())
    found = _by_booking(_that_fit(session, held.order_by("pk")[:MOST_LOOKED_AT], now=now))
    return found[0] if found else None


def _that_fit(session: Session, held: MakeUpRightQuerySet, *, now: datetime) -> list[MakeUpRight]:
    """Those for a date of which this session shows enough, as where families choose. Five queries at most."""
    related = ("baby", "missed__lesson", "missed__series", "enrolment__series", "enrolment__family")
    rows = list(held.select_related(*related, "enrolment__booked_by"))
    shown = showing.shown_in([session.pk, *(right.missed_id for right in rows)], now=now) if rows else {}
    return [right for right in rows if showing.makes_up(right.missed, session, shown)]


def _by_booking(held: Iterable[MakeUpRight]) -> list[Candidate]:
    by_booking: dict[tuple[int, int], list[MakeUpRight]] = defaultdict(list)
    for right in held:
        by_booking[right.enrolment_id, right.missed_id].append(right)
    # One missed date at a time, the one whose right was granted first.
    first: dict[int, Candidate] = {}
    for (key, _missed), of_date in sorted(by_booking.items(), key=lambda item: item[1][0].pk):
        first.setdefault(key, Candidate(of_date[0].enrolment, of_date))
    return sorted(first.values(), key=lambda one: one.names.casefold())


def _rights_for(session: Session, *, now: datetime) -> MakeUpRightQuerySet:
    """Open rights of other series, of babies that have no place in this session."""
    here = Place.objects.unreleased().filter(session=session).values("baby")
    booked = Q(enrolment__state=Enrolment.State.BOOKED, enrolment__family__quiet_at=None)
    rights_open = MakeUpRight.objects.open(now).filter(booked)
    return rights_open.exclude(enrolment__series=session.series_id).exclude(baby__in=here)


def add_make_up(session: Session, *, enrolment: Enrolment, by: User, now: datetime) -> list[Place]:
    """Give this family's babies a make-up place here and now, and use their rights; at the door they are marked too.

    Twice is once. Raises CannotAdd.
    """
    with said_by_database(CannotAdd, _full(0)), transaction.atomic():
        locked = lock_all([session.series, enrolment.series])
        date = _locked(session)
        date.series = locked[date.series_id]
        if standing := _standing(enrolment, date):
            return standing
        if refusal := why_not_add(date, now=now):
            raise CannotAdd(refusal)
        found = candidate(date, enrolment.reference, now=now)
        if found is None:
            raise CannotAdd(_("They have no make-up place for this week any more. You can add them as a walk-in."))
        places = _take(found, date, now=now)
        _tell(found, places, date, by=by, now=now)
    return places


def _standing(enrolment: Enrolment, session: Session) -> list[Place]:
    mine = Place.objects.unreleased().filter(session=session, enrolment=enrolment, kind=Place.Kind.MAKE_UP)
    return list(mine.select_related("baby"))


def _take(found: Candidate, session: Session, *, now: datetime) -> list[Place]:
    """The places, numbered; raises CannotAdd where there is not one for each."""
    way = Enrolment.Way.ROOM if session.capacity else Enrolment.Way.STREAM
    taken = taken_numbers([session], way=way)
    left = room_left(session, now=now) if session.capacity else session.stream_capacity - len(taken[session.pk])
    _check_room(session, left, babies=len(found.rights))
    babies = [right.baby for right in found.rights]
    places = take_places(
        found.enrolment,
        sessions=[session],
        babies=babies,
        taken=taken,
        way=way,
        kind=Place.Kind.MAKE_UP,
        worth=0,
        at=now,
    )
    for right, place in zip(found.rights, places, strict=True):
        rights.use(right, place)
    return places


def _tell(found: Candidate, places: Sequence[Place], session: Session, *, by: User, now: datetime) -> None:
    last = local(session.starts_at, session.series.time_zone).date()
    health.keep_for([right.baby for right in found.rights], last_session_on=last)
    detail = {"session": session.reference, "babies": len(places)}
    record("added a make-up guest", by=by, about=found.enrolment, now=now, detail=detail)
    for place in places:
        place.session = session
    booker = found.enrolment.booked_by
    date_letters.queue_made_up(found.enrolment, places=places, missed=found.missed, by=booker, now=now)
    if now >= session.starts_at - HERE_FROM:
        marks = {place.pk: Mark.MAKE_UP.value for place in places}
        register.mark_all(session, marks=marks, by=by, now=now, key=f"guest-{places[0].pk}")


def add_walk_in(session: Session, *, name: str, places: int, key: str, by: User, now: datetime) -> WalkIn:
    """Put a family on the list that nobody knows, with so many babies. The same key again changes nothing.

    Raises CannotAdd.
    """
    own_key = f"{session.pk}:{key}"
    with said_by_database(CannotAdd, _full(0)), transaction.atomic():
        series = lock_series(session.series)
        date = _locked(session)
        date.series = series
        if known := WalkIn.objects.filter(key=own_key).first():
            return known
        if refusal := why_not_add(date, now=now):
            raise CannotAdd(refusal)
        _check_room(date, room_left(date, now=now), babies=places)
        hold = Hold.objects.create(
            series=series, session=date, places=places, made_at=now, expires_at=max(date.ends_at, now)
        )
        made = WalkIn.objects.create(
            session=date, hold=hold, name=name.strip(), places=places, key=own_key, added_at=now, by=by
        )
        record("added a walk-in", by=by, about=date, now=now, detail={"places": places})
    return made


def drop_walk_in(session: Session, number: int, *, by: User, now: datetime) -> bool:
    """Take a walk-in off the list of this session again; whether there was one. Its places are free again."""
    with transaction.atomic():
        lock_series(session.series)
        found = WalkIn.objects.here().select_related("hold__series").filter(session=session, pk=number).first()
        if found is None:
            return False
        found.gone_at = now
        found.save(update_fields=["gone_at"])
        record("took a walk-in off the list", by=by, about=session, now=now, detail={"places": found.places})
        holding.give_back(found.hold, now=now)
    return True


def _locked(session: Session) -> Session:
    return Session.objects.select_for_update(of=("self",)).select_related("lesson").get(pk=session.pk)


def _check_room(session: Session, left: int, *, babies: int) -> None:
    if left < babies:
        raise CannotAdd(_full(max(left, 0)))
    if session.capacity and not _people_fit(session, babies):
        most = session.series.people_at_most or 0
        sentence = ngettext(
            "The room has space for %(most)d person, babies included, and they are here already.",
            "The room has space for %(most)d people, babies included, and they are here already.",
            most,
        )
        raise CannotAdd(sentence % {"most": most})


def _people_fit(session: Session, babies: int) -> bool:
    """Whether the room has space for these babies and an adult, walk-ins and their adults counted."""
    if not session.series.people_at_most:
        return True
    rows = Place.objects.booked().filter(session=session, way=Enrolment.Way.ROOM).values("enrolment_id").order_by()
    parties = {(session.pk, row["enrolment_id"]): row["babies"] for row in rows.annotate(babies=Count("pk"))}
    here = people.people_in(parties).get(session.pk, 0)
    for walk_in in WalkIn.objects.here().filter(session=session):
        here += walk_in.places + people.FEWEST_ADULTS
    return here + babies + people.FEWEST_ADULTS <= session.series.people_at_most


def _full(left: int) -> str:
    if not left:
        return _("The room is full: every place is taken. They can watch, or come to another date.")
    said = ngettext("There is %(left)d place left.", "There are %(left)d places left.", left)
    return said % {"left": left} + " " + _("Please add fewer babies.")


def forget_names(now: datetime) -> int:
    """The job: walk-ins lose their name thirty days after their session; that somebody came stays."""
    with transaction.atomic():
        old = list(WalkIn.objects.named_before(now - NAMES_KEPT).order_by("pk")[:MOST_A_SWEEP])
        record_each("forgot the name of a walk-in", by=None, about=old, now=now)
        return WalkIn.objects.filter(pk__in=[one.pk for one in old]).update(name="")
