"""How many people are in the room on a date: the babies, and the adults who come with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from django.utils.translation import ngettext

from classes.models import Coming, Enrolment, Place, Series, Session

# Whom a booking form that is still open will bring: every baby its own adult.
PEOPLE_A_HELD_PLACE = 2
# A place by itself says nothing of adults, but no baby comes alone.
FEWEST_ADULTS = 1


def people_in(parties: Mapping[tuple[int, int], int]) -> dict[int, int]:
    """{session id: people}, of {(session id, enrolment id): babies in the room}. Two queries, none without parties.

    Adults are those put down for the date, else those of the whole booking; whoever left the family counts no more.
    """
    if not parties:
        return {}
    sessions, enrolments = {key for key, _enrolment in parties}, {key for _session, key in parties}
    own: dict[tuple[int, int], int] = defaultdict(int)
    here = Coming.objects.filter(session__in=sessions, enrolment__in=enrolments, caregiver__removed_at__isnull=True)
    for session_id, enrolment_id in here.values_list("session_id", "enrolment_id"):
        own[session_id, enrolment_id] += 1
    usual: dict[int, int] = defaultdict(int)
    rows = Enrolment.who_comes.through.objects.filter(enrolment__in=enrolments, caregiver__removed_at__isnull=True)
    for (enrolment_id,) in rows.values_list("enrolment_id"):
        usual[enrolment_id] += 1
    people: dict[int, int] = defaultdict(int)
    for (session_id, enrolment_id), babies in parties.items():
        adults = own.get((session_id, enrolment_id)) or usual.get(enrolment_id) or FEWEST_ADULTS
        people[session_id] += babies + adults
    return dict(people)


def room_left_for_people(series: Iterable[Series], *, now: datetime) -> dict[int, int]:
    """{session id: people who still fit}, of the sessions to come of those series that have a limit. Four queries.

    No query where none has one. What booking forms hold is not counted here.
    """
    limits = {one.pk: one.people_at_most for one in series if one.people_at_most}
    if not limits:
        return {}
    sessions = dict(Session.objects.to_come(now).filter(series__in=limits).values_list("pk", "series_id"))
    parties: dict[tuple[int, int], int] = defaultdict(int)
    places = Place.objects.taken(now).filter(session__in=sessions, way=Enrolment.Way.ROOM)
    for session_id, enrolment_id in places.values_list("session_id", "enrolment_id"):
        parties[session_id, enrolment_id] += 1
    people = people_in(parties)
    return {key: (limits[series_id] or 0) - people.get(key, 0) for key, series_id in sessions.items()}


@contextmanager
def within_the_limit(series: Series, *, now: datetime, refusal: type[Exception]) -> Iterator[None]:
    """Around a change of who comes: raises `refusal` where more people than before would be too many for a date.

    The caller holds the series' lock in a transaction, which ends with the refusal.
    """
    before = room_left_for_people([series], now=now)
    yield
    after = room_left_for_people([series], now=now)
    if any(left < 0 and left < before.get(key, left) for key, left in after.items()):
        most = series.people_at_most or 0
        sentence = ngettext(
            "The room has space for %(most)d person, babies included. Please come with fewer adults.",
            "The room has space for %(most)d people, babies included. Please come with fewer adults.",
            most,
        )
        raise refusal(sentence % {"most": most})


def babies_with_one_adult(people: int) -> int:
    """How many babies of one family fit, where one adult brings them, into room for so many people."""
    return max(people - FEWEST_ADULTS, 0)
