"""Thanks after the last date of a series, with three taps on how it was: once a booking, whatever stops in between."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q

from classes import choice_letters, correspondents
from classes.models import ChoiceLetter, Enrolment, Place, Series, Session
from classes.models.attendance import Mark
from config.lib.times import next_daytime
from families.messages import choice_for
from families.models import Caregiver, MessageChoice

KIND = MessageChoice.Kind.THANKS
AFTER = timedelta(hours=3)
# After a stop longer than that the thanks come out of the blue.
AT_MOST = timedelta(days=14)
MOST_A_RUN = 100
AWAY = (Mark.ABSENT.value, Mark.ABSENT_TOLD.value)


def thank(now: datetime) -> int:
    """The job: write the thanks that are due; returns how many. Each is a transaction of its own, and written once."""
    return sum(_write(place, names, to, now=now) for place, names, to in due(now))


def due(now: datetime) -> list[tuple[Place, list[str], Caregiver]]:
    """(the last place that stands, names of the babies, whom to write to) of each booking. Four queries."""
    places = _candidates(now).order_by()
    zones = places.values_list("enrolment__family__time_zone", flat=True).distinct()
    by_day = [zone for zone in zones if next_daytime(now, zone=zone) == now]
    in_time = places.filter(enrolment__family__time_zone__in=by_day)
    bookings = list(in_time.values_list("enrolment", flat=True).order_by("enrolment").distinct()[:MOST_A_RUN])
    rows = Place.objects.unreleased().filter(enrolment__in=bookings).order_by("session__starts_at", "-baby_id")
    related = ("enrolment__family", "session__series__instructor", "session__lesson", "baby")
    last: dict[int, Place] = {}
    names: dict[int, list[str]] = defaultdict(list)
    for place in rows.select_related(*related).defer("session__note"):
        last[place.enrolment_id] = place
        names[place.enrolment_id].insert(0, place.baby.first_name)
    families = {place.enrolment.family_id for place in last.values()}
    adults = correspondents.of_families(families, kind=KIND) if families else {}
    found = []
    for key, place in last.items():
        to = correspondents.reader_of(place.enrolment, adults.get(place.enrolment.family_id, []))
        if to:
            found.append((place, list(dict.fromkeys(names[key])), to))
    return found


def _candidates(now: datetime) -> Any:
    """Places of bookings of a whole series that is over, to which somebody came or may have come."""
    # What may still come: moved or added dates count, called-off ones do not.
    to_come = Session.objects.held().filter(series=OuterRef("session__series"), starts_at__gt=now - AFTER)
    written = ChoiceLetter.objects.thanks().filter(enrolment=OuterRef("enrolment"), caregiver__removed_at__isnull=True)
    come = ~Q(attendance__mark__in=AWAY) | Q(attendance__isnull=True)
    places = Place.objects.unreleased().filter(
        come,
        kind=Place.Kind.SERIES,
        session__state=Session.State.PLANNED,
        session__series__state=Series.State.PUBLISHED,
        session__series__last_session_at__gt=now - AT_MOST,
        session__series__last_session_at__lte=now,
        enrolment__state=Enrolment.State.BOOKED,
        enrolment__kind=Enrolment.Kind.SERIES,
        enrolment__family__quiet_at__isnull=True,
        enrolment__family__closed_at__isnull=True,
    )
    return places.filter(correspondents.has_reader(KIND), ~Exists(to_come), ~Exists(written))


def _write(place: Place, names: list[str], to: Caregiver, *, now: datetime) -> int:
    enrolment = place.enrolment
    try:
        with transaction.atomic():
            about = {"enrolment": enrolment, "session": place.session, "caregiver": to}
            ChoiceLetter.objects.create(kind=ChoiceLetter.Kind.THANKS, **about, written_at=now)
            stop = choice_for(to, kind=KIND).token
            choice_letters.queue_thanks(enrolment, session=place.session, names=names, to=to, stop=stop, now=now)
    except IntegrityError:
        return 0  # another run wrote it
    return 1
