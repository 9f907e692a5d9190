"""One series as its instructor sees it: its dates, who comes, who waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from classes import company
from classes.models import Enrolment, Place, Series, Session, WaitingParty
from classes.roll import in_words
from classes.teaching import Date, with_places

MOST_WAITING = 30


@dataclass(frozen=True)
class Booked:
    """A family in a series: names only."""

    names: str
    carers: str
    is_stream: bool


@dataclass(frozen=True)
class Waiting:
    """A family in line, with the number of places it waits for."""

    names: str
    carer: str
    places: int
    has_offer: bool


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
    sessions = Session.objects.filter(series=series).select_related("lesson", "substitute").order_by("number")
    return with_places(list(sessions), now=now)


def who_comes(series: Series) -> list[Booked]:
    """Families booked in the series, by the babies' names. Three queries."""
    enrolments = Enrolment.objects.booked().filter(series=series).prefetch_related("who_comes")
    names: dict[int, list[str]] = {}
    pairs = Place.objects.booked().filter(session__series=series).order_by("enrolment_id", "baby_id")
    for enrolment_id, name in pairs.values_list("enrolment_id", "baby__first_name").distinct():
        names.setdefault(enrolment_id, []).append(name)
    booked = [
        Booked(
            names=in_words(names.get(enrolment.pk, [])),
            carers=", ".join(carer.name for carer in company.still_here(enrolment.who_comes.all())),
            is_stream=enrolment.way == Enrolment.Way.STREAM,
        )
        for enrolment in enrolments
    ]
    return sorted(booked, key=lambda one: one.names.casefold())


def in_line(series: Series) -> list[Waiting]:
    """The first families in line, first come first, at most MOST_WAITING. Two queries."""
    parties = WaitingParty.objects.in_line().filter(series=series).select_related("asked_by").prefetch_related("babies")
    waiting = []
    for party in parties[:MOST_WAITING]:
        babies = sorted(party.babies.all(), key=lambda baby: baby.pk)
        waiting.append(
            Waiting(
                names=in_words([baby.first_name for baby in babies]),
                carer=party.asked_by.name,
                places=len(babies),
                has_offer=party.state == WaitingParty.State.OFFERED,
            )
        )
    return waiting
