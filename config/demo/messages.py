"""Letters of the demo that a family could do without, words of an instructor, and what families said at the end."""

from __future__ import annotations

from datetime import datetime, timedelta

from classes import feeding_back, nudging, thanking, writing
from classes.feeding_back import Answers
from classes.models import Enrolment, Series
from config.demo.households import Home
from config.demo.timetable import Laid
from families import messages
from families.models import Caregiver

GENTLE = "Gentle evenings in Meanwood"
SAID = (
    Answers(ease="well", pace="right", at_home="most_days", words="The calm of it. Nobody minded that we were late."),
    Answers(ease="grew", pace="right", at_home="now_and_then"),
    Answers(ease="well", pace="quick", at_home="most_days", words="A little more time for the back.", is_named=True),
)


def let_people_write(timetable: list[Laid], homes: dict[str, list[Home]], *, now: datetime) -> None:
    """One message that went out yesterday, one for those away, a nudge that was asked for, thanks, and feedback."""
    series = {laid.series.title: laid.series for laid in timetable}
    first = next(home for town in homes.values() for home in town if home.is_cast)
    wanted = {"practice": True}
    messages.choose(first.caregiver, wanted=wanted, by=first.user, now=now - timedelta(days=9))
    _write(series[GENTLE], now=now)
    # Nobody is written to by night; of two hours half a day apart, one is by day wherever a family lives.
    for hours in (13, 1):
        nudging.nudge(now - timedelta(hours=hours))
        thanking.thank(now - timedelta(hours=hours))
    _say_how_it_was(now=now)


def _write(series: Series, *, now: datetime) -> None:
    words = "Dear {name},\n\nthe side gate is open from a quarter to. See {baby} and you on {next}.\n\nWarmly, {me}"
    draft = writing.Draft("all", "The side gate", words, when="morning")
    by = series.instructor.user
    writing.send(series, draft, key="demo", by=by, now=now - timedelta(days=2))


def _say_how_it_was(*, now: datetime) -> None:
    over = Enrolment.objects.booked().filter(series__last_session_at__lt=now, kind=Enrolment.Kind.SERIES)
    for enrolment, answers in zip(
        over.select_related("series", "family").order_by("pk")[: len(SAID)], SAID, strict=False
    ):
        adult = Caregiver.objects.of_family(enrolment.family).who_book().first()
        if adult:
            feeding_back.give(enrolment, answers=answers, by=adult, now=now - timedelta(hours=20))
