"""One series as its instructor sees it: its dates, who comes, who waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from classes import company
from classes.line import Candidate, line_for
from classes.models import Enrolment, Place, Series, Session, SessionChange, WaitingParty
from classes.offers import first_that_fits, has_places_to_offer
from classes.places import Occupancy, occupancy
from classes.roll import in_words
from classes.teaching import Date, with_places
from instructors.models import Instructor

MOST_WAITING = 30
MOST_ENDED = 30
MOST_CHANGES = 8


@dataclass(frozen=True)
class Booked:
    """A family in a series: names only. `days` are its dates, where it does not come to the whole."""

    names: str
    carers: str
    is_stream: bool
    is_guest: bool
    days: list[datetime]
    reference: str
    has_one_more: bool


@dataclass(frozen=True)
class Waiting:
    """A family in line, with the number of places it waits for; `fits` while so many are free together.

    One that waits for any class has not asked for this instructor, so it stays without names.
    """

    key: int
    names: str
    carer: str
    places: int
    has_offer: bool
    is_anywhere: bool
    fits: bool


@dataclass(frozen=True)
class WaitingPanel:
    """The line of a series as its instructor sees it. `next` is whom the rule would ask now, where places are free."""

    line: list[Waiting]
    more: int
    next: Waiting | None


@dataclass(frozen=True)
class Ended:
    """A family that does not come any more. Cancelled, moved or gone quietly: it reads the same, so nobody can tell."""

    names: str
    carers: str


class Phase(TextChoices):
    """Where a series stands on a day: its state, and what follows from its dates."""

    DRAFT = "draft", _("Draft, only you see it")
    OPEN = "open", _("Open for booking")
    RUNNING = "running", _("Running")
    OVER = "over", _("Over")
    CANCELLED = "cancelled", _("Called off")


def phase_of(series: Series, *, now: datetime) -> Phase:
    """Running and over are never stored."""
    if series.state == Series.State.DRAFT:
        return Phase.DRAFT
    if series.state == Series.State.CANCELLED:
        return Phase.CANCELLED
    if series.is_over(now):
        return Phase.OVER
    return Phase.RUNNING if series.has_begun(now) else Phase.OPEN


def dates_of(series: Series, *, now: datetime) -> list[Date]:
    """All dates of a series, called-off ones too, with places taken. Two queries."""
    sessions = series.sessions.select_related("lesson", "substitute").order_by("starts_at", "number")
    return with_places(list(sessions), now=now)


def own_date(instructor: Instructor, reference: str) -> Session:
    """A date of a series that this instructor leads. Raises Session.DoesNotExist for any other, a substitute's too."""
    related = ("series__venue", "series__instructor", "lesson", "substitute")
    return Session.objects.select_related(*related).get(series__instructor=instructor, reference=reference)


def last_date(series: Series) -> Session | None:
    """The date of a series that comes last, of those that are held. One query."""
    return Session.objects.held().filter(series=series).defer("note").order_by("-starts_at").first()


def changes_of(session: Session) -> list[SessionChange]:
    """What happened to this date so far, newest first, at most MOST_CHANGES. One query."""
    changes = SessionChange.objects.filter(session=session).select_related("substitute")
    return list(changes.defer("words").newest_first()[:MOST_CHANGES])


def who_comes(series: Series) -> list[Booked]:
    """Families who come to the series or to single dates of it, by the babies' names. Three queries.

    Who makes up here for a date of another series is a guest: their booking is not one of this series.
    """
    names: dict[int, list[str]] = {}
    days: dict[int, list[datetime]] = {}
    places = Place.objects.booked().filter(session__series=series).order_by("baby_id", "session__starts_at")
    for enrolment_id, name, kind, day in places.values_list(
        "enrolment_id", "baby__first_name", "kind", "session__starts_at"
    ):
        names.setdefault(enrolment_id, []).append(name)
        days.setdefault(enrolment_id, []).extend([] if kind == Place.Kind.SERIES else [day])
    enrolments = Enrolment.objects.booked().filter(pk__in=list(names)).prefetch_related("who_comes")
    booked = [
        Booked(
            names=in_words(list(dict.fromkeys(names[enrolment.pk]))),
            carers=", ".join(carer.name for carer in company.still_here(enrolment.who_comes.all())),
            is_stream=enrolment.way == Enrolment.Way.STREAM,
            is_guest=enrolment.series_id != series.pk,
            days=sorted(set(days[enrolment.pk])),
            reference=enrolment.reference,
            has_one_more=enrolment.one_more_at is not None,
        )
        for enrolment in enrolments
    ]
    return sorted(booked, key=lambda one: (bool(one.days), one.names.casefold()))


def no_longer(series: Series) -> list[Ended]:
    """The families whose booking of this series ended, by names, at most MOST_ENDED. Three queries.

    A family that booked again is among those who come.
    """
    again = Enrolment.objects.booked().filter(series=series).values("family")
    over = Enrolment.objects.ever_booked().filter(series=series).exclude(family__in=again)
    enrolments = list(over.prefetch_related("who_comes").order_by("-pk")[:MOST_ENDED])
    names: dict[int, list[str]] = {}
    places = Place.objects.filter(enrolment__in=enrolments).order_by("baby_id")
    for enrolment_id, name in places.values_list("enrolment_id", "baby__first_name").distinct():
        names.setdefault(enrolment_id, []).append(name)
    ended = {
        one.family_id: Ended(in_words(names.get(one.pk, [])), ", ".join(carer.name for carer in one.who_comes.all()))
        for one in enrolments
    }
    return sorted(ended.values(), key=lambda one: one.names.casefold())


def waiting_panel(series: Series, *, now: datetime) -> WaitingPanel:
    """The first families in line, first come first, at most MOST_WAITING. Five queries, seven with a place free."""
    seen = occupancy(series, now=now).tidied()
    is_open = has_places_to_offer(series, seen, now=now)
    line = line_for(series)
    first = first_that_fits(series, seen, line=line) if is_open else None
    listed = [_waiting(one, seen, is_open=is_open) for one in line[:MOST_WAITING]]
    chosen = next((one for one in listed if first and one.key == first.party.pk), None)
    return WaitingPanel(listed, max(len(line) - MOST_WAITING, 0), chosen)


def _waiting(one: Candidate, seen: Occupancy, *, is_open: bool) -> Waiting:
    is_anywhere = one.party.series_id is None
    return Waiting(
        key=one.party.pk,
        names="" if is_anywhere else in_words([baby.first_name for baby in one.babies]),
        carer="" if is_anywhere else one.party.asked_by.name,
        places=one.places,
        has_offer=not one.is_waiting,
        is_anywhere=is_anywhere,
        fits=is_open and one.is_waiting and not one.has_offer_elsewhere and bool(one.way_with_room(seen)),
    )


def party_of(series: Series, key: int) -> WaitingParty | None:
    """A party that waits or waited for this series, or that it would suit; None for everybody else's."""
    if mine := WaitingParty.objects.filter(series=series, pk=key).first():
        return mine
    return next((one.party for one in line_for(series) if one.party.pk == key), None)
