"""What families of the demo like best, who reads along in their diaries, and what an instructor says at the end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from classes import looking_back, sharing_diaries
from classes.models import Enrolment, Place, Series
from config.demo.households import Home
from config.demo.timetable import Laid
from curriculum.models import Stroke
from families import favourites
from families.models import Caregiver

LOVED = ("leg-hug-and-glide", "i-love-you", "sun-moon")
LAST_WORD = "You taught the whole room to wait and to listen. Thank you for coming, rain and all."


def let_families_look_back(laid: Iterable[Laid], homes: dict[str, list[Home]], *, now: datetime) -> None:
    """Hearts from every second family, a diary shared with its instructor, a word for who has finished."""
    strokes = list(Stroke.objects.filter(slug__in=LOVED).order_by("slug"))
    for number, home in enumerate(home for town in homes.values() for home in town):
        if home.is_cast or number % 2:
            for stroke in strokes[: 2 + number % 2]:
                at = now - timedelta(days=2, hours=number)
                favourites.choose(home.babies[0], stroke=stroke, is_favourite=True, by=home.caregiver, now=at)
    series = [one.series for one in laid]
    for one in Series.objects.filter(pk__in=[one.pk for one in series], last_session_at__lt=now):
        looking_back.say(one, words=LAST_WORD, by=one.instructor.user, now=now - timedelta(hours=3))
    first = next(home for town in homes.values() for home in town if home.is_cast)
    _share(first.caregiver, now=now)


def _share(by: Caregiver, *, now: datetime) -> None:
    running = Place.objects.booked().filter(session__starts_at__lt=now, session__series__last_session_at__gt=now)
    mine = Enrolment.objects.booked().for_family(by.family).filter(places__in=running).distinct()
    for enrolment in mine.select_related("series"):
        sharing_diaries.share(enrolment, shared=True, by=by, now=now - timedelta(days=1))
