"""A nudge to practise, to those who asked for one: two days after a date, and not where they have practised already."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q

from classes import choice_letters
from classes.models import ChoiceLetter, Enrolment, Place, Series, Session
from classes.models.attendance import Mark
from config.lib.times import next_daytime
from families.messages import choice_for
from families.models import Caregiver, MessageChoice, PracticeLog

KIND = MessageChoice.Kind.PRACTICE
AFTER = timedelta(days=2)
# After a stop longer than that the next date is near, and says more than a nudge.
AT_MOST = timedelta(days=5)
BETWEEN = timedelta(days=5)
MOST_A_RUN = 100
AWAY = (Mark.ABSENT.value, Mark.ABSENT_TOLD.value)


def nudge(now: datetime) -> int:
    """The job: write the nudges that are due; returns how many. Each is a transaction of its own, and written once."""
    return sum(_write(caregiver, place, now=now) for caregiver, place in due(now))


def due(now: datetime) -> list[tuple[Caregiver, Place]]:
    """Whom to write to about which date, at most MOST_A_RUN dates. Three queries."""
    places = _candidates(now).order_by()
    zones = places.values_list("enrolment__family__time_zone", flat=True).distinct()
    by_day = [zone for zone in zones if next_daytime(now, zone=zone) == now]
    rows = places.filter(enrolment__family__time_zone__in=by_day).select_related(
        "enrolment__family", "session__series__instructor", "session__lesson"
    )
    dates = {(one.enrolment_id, one.session_id): one for one in rows.order_by("session__starts_at", "pk")[:MOST_A_RUN]}
    families = {place.enrolment.family_id for place in dates.values()}
    adults = list(_adults(now).filter(family__in=families).select_related("user").order_by("joined_at", "pk"))
    return [(one, place) for place in dates.values() for one in adults if one.family_id == place.enrolment.family_id]


def _candidates(now: datetime) -> Any:
    """Places of dates that were two days ago and more, of families in which somebody wants a nudge and has had none."""
    practised = PracticeLog.objects.filter(
        baby__family=OuterRef("enrolment__family"), practised_at__gte=OuterRef("session__starts_at")
    )
    waiting = _adults(now).filter(family=OuterRef("enrolment__family")).order_by()
    come = ~Q(attendance__mark__in=AWAY) | Q(attendance__isnull=True)
    places = Place.objects.unreleased().filter(
        come,
        session__starts_at__gt=now - AT_MOST,
        session__starts_at__lte=now - AFTER,
        session__state=Session.State.PLANNED,
        session__series__state=Series.State.PUBLISHED,
        enrolment__state=Enrolment.State.BOOKED,
        enrolment__family__quiet_at__isnull=True,
        enrolment__family__closed_at__isnull=True,
    )
    return places.filter(Exists(waiting), ~Exists(practised))


def _adults(now: datetime) -> Any:
    """Adults who asked for a nudge and have had none lately."""
    asked = MessageChoice.objects.filter(caregiver=OuterRef("pk"), kind=KIND, is_wanted=True)
    lately = ChoiceLetter.objects.nudges().filter(caregiver=OuterRef("pk"), written_at__gt=now - BETWEEN)
    mine = Caregiver.objects.current().filter(user__isnull=False, user__is_active=True)
    return mine.exclude(role=Caregiver.Role.DATES).filter(Exists(asked), ~Exists(lately))


def _write(caregiver: Caregiver, place: Place, *, now: datetime) -> int:
    enrolment, session = place.enrolment, place.session
    try:
        with transaction.atomic():
            Caregiver.objects.select_for_update(no_key=True).get(pk=caregiver.pk)
            if not _adults(now).filter(pk=caregiver.pk).exists():
                return 0  # another run was quicker, or they switched it off
            about = {"enrolment": enrolment, "session": session, "caregiver": caregiver}
            ChoiceLetter.objects.create(kind=ChoiceLetter.Kind.PRACTICE, **about, written_at=now)
            stop = choice_for(caregiver, kind=KIND).token
            choice_letters.queue_nudge(enrolment, session=session, to=caregiver, stop=stop, now=now)
    except IntegrityError:
        return 0
    return 1
