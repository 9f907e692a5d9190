"""Making a series, publishing it, putting a draft aside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from classes.dates import CannotSchedule, Clash, Outline, PlannedSession, clashes, planned_sessions
from classes.models import Series, Session, Venue
from classes.places import lock_series
from config.accounts.models import User
from config.audit.trail import record
from config.lib.refs import new_reference
from config.lib.times import local
from instructors.certification import may_lead, may_lead_practice, why_not_lead
from instructors.models import Instructor

# Slugs that other addresses of the same shape use.
RESERVED_SLUGS = frozenset(("new",))


@dataclass(frozen=True)
class Preview:
    """What a series would be like: its dates, what clashes on them, and why it could not be published."""

    dates: list[PlannedSession]
    clashes: list[Clash]
    refusal: str | None

    @property
    def can_be_published(self) -> bool:
        return not self.clashes and self.refusal is None

    @property
    def rows(self) -> list[tuple[PlannedSession, list[str]]]:
        """Each date with the sentences of its clashes."""
        return [(one, [clash.sentence for clash in self.clashes if clash.number == one.number]) for one in self.dates]


class CannotPublish(Exception):
    """The series stays as it is; nothing was written. `sentences` say why and what to do."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = list(sentences)


def preview(outline: Outline, *, now: datetime) -> Preview:
    """The dates of an outline before anything is written. Raises CannotSchedule."""
    dates = _dates_to_come(outline, now=now)
    who, zone = outline.instructor, outline.time_zone
    return Preview(
        dates=dates,
        clashes=clashes(dates, instructor=who, venue=outline.venue, zone=zone),
        refusal=why_not_teach(who, dates, zone=zone, is_practice=outline.is_practice),
    )


def make_series(outline: Outline, *, by: User, now: datetime) -> Series:
    """Write the series as a draft, with its sessions. Raises CannotSchedule."""
    dates = _dates_to_come(outline, now=now)
    with transaction.atomic():
        series = _write_series(outline, dates)
        Session.objects.bulk_create(_session(series, planned) for planned in dates)
        record("made a series", by=by, about=series, now=now, detail={"sessions": len(dates)})
    return series


def _dates_to_come(outline: Outline, *, now: datetime) -> list[PlannedSession]:
    dates = planned_sessions(outline)
    if dates[0].starts_at <= now:
        raise CannotSchedule(_("Please choose a first date that is still to come."), field="first_on")
    return dates


def make_and_publish(outline: Outline, *, by: User, now: datetime) -> Series:
    """Both in one transaction: where it cannot be published, no draft stays behind.

    Raises CannotSchedule or CannotPublish.
    """
    with transaction.atomic():
        return publish(make_series(outline, by=by, now=now), by=by, now=now)


def _write_series(outline: Outline, dates: Sequence[PlannedSession]) -> Series:
    base = slugify(outline.title)[:70] or "series"
    taken = base in RESERVED_SLUGS or Series.objects.filter(slug=base).exists()
    series = Series(
        slug=f"{base}-{new_reference(6).lower()}" if taken else base,
        title=outline.title,
        about=outline.about,
        instructor=outline.instructor,
        plan=outline.plan,
        venue=outline.venue,
        time_zone=outline.time_zone,
        delivery=outline.delivery,
        language=outline.language,
        min_age_weeks=outline.min_age_weeks,
        max_age_weeks=outline.max_age_weeks,
        capacity=outline.capacity,
        stream_capacity=outline.stream_capacity,
        massage_minutes=outline.massage_minutes,
        total_minutes=outline.total_minutes,
        price_minor=outline.price_minor,
        currency=outline.currency,
        price_per=outline.price_per,
        is_practice=outline.is_practice,
        offer_hours=outline.offer_hours,
        offers_by_hand=outline.offers_by_hand,
        first_session_at=dates[0].starts_at,
        last_session_at=dates[-1].starts_at,
    )
    try:
        with transaction.atomic():
            series.save(force_insert=True)
    except IntegrityError:
        # Someone took the address between the look and the write. Any other constraint refuses the second time too.
        series.slug = f"{base}-{new_reference(6).lower()}"
        series.save(force_insert=True)
    return series


def _session(series: Series, planned: PlannedSession) -> Session:
    return Session(
        series=series,
        number=planned.number,
        lesson=planned.lesson,
        starts_at=planned.starts_at,
        minutes=planned.minutes,
        capacity=series.capacity,
        stream_capacity=series.stream_capacity,
    )


def publishing_obstacles(series: Series, *, now: datetime) -> list[str]:
    """Sentences saying why the series cannot be published at this moment; empty where `publish` will do it."""
    if Series.State.PUBLISHED not in Series.MOVES[series.state]:
        return [_("Only a draft can be published.")]
    sessions = list(Session.objects.held().filter(series=series).order_by("starts_at"))
    if not sessions:
        return [_("There is no date yet. Make the series again with its dates.")]
    if sessions[0].starts_at <= now:
        return [_("The first date has passed. Make the series again with dates to come.")]
    dates = [PlannedSession(one.number, one.starts_at, one.minutes) for one in sessions]
    found = clashes(dates, instructor=series.instructor, venue=series.venue, zone=series.time_zone, leaving_out=series)
    who = why_not_teach(series.instructor, dates, zone=series.time_zone, is_practice=series.is_practice)
    return [*([who] if who else []), *(clash.sentence for clash in found)]


def why_not_teach(
    instructor: Instructor, dates: Sequence[PlannedSession], *, zone: str, is_practice: bool
) -> str | None:
    """The sentence that refuses this instructor on these dates; None where they may teach on all of them.

    A practice series is open to candidates in training. Any other asks for a certificate that holds from the first date
    to the last.
    """
    for day in _first_and_last(dates, zone):
        if is_practice:
            if not may_lead_practice(instructor, on=day):
                return _("A practice series is open to candidates while they are in training. Please ask your trainer.")
        elif refusal := why_not_lead(instructor, on=day):
            return refusal
    return None


def is_for_practice_only(instructor: Instructor, *, on: date) -> bool:
    """Whether this person may lead nothing but practice series on that day."""
    return not may_lead(instructor, on=on) and may_lead_practice(instructor, on=on)


def _first_and_last(dates: Iterable[PlannedSession], zone: str) -> list[date]:
    days = sorted({local(planned.starts_at, zone).date() for planned in dates})
    return days if len(days) < 2 else [days[0], days[-1]]


def publish(series: Series, *, by: User, now: datetime) -> Series:
    """Open the series for booking. Raises CannotPublish."""
    with transaction.atomic():
        series = _locked_with_its_hours(series)
        if found := publishing_obstacles(series, now=now):
            raise CannotPublish(found)
        series.state, series.published_at = Series.State.PUBLISHED, now
        series.version += 1
        series.save(update_fields=["state", "published_at", "version"])
        record("published a series", by=by, about=series, now=now)
    return series


def _locked_with_its_hours(series: Series) -> Series:
    """The series locked, and with it the instructor's and the room's hours: of two that clash, one is published."""
    series = lock_series(series)
    Instructor.objects.select_for_update().get(pk=series.instructor_id)
    if series.venue_id:
        Venue.objects.select_for_update().get(pk=series.venue_id)
    return Series.objects.for_page().get(pk=series.pk)


def room_changed(venue: Venue, *, now: datetime) -> int:
    """Tell every calendar that the name or the address of this room is another. Returns how many dates there are."""
    return Session.objects.filter(series__venue=venue).tell_anew(now=now)


def cancel_draft(series: Series, *, by: User, now: datetime) -> Series:
    """Put a draft aside for good; nobody outside has seen it. Raises CannotSchedule for anything but a draft."""
    with transaction.atomic():
        series = lock_series(series)
        if series.state != Series.State.DRAFT:
            raise CannotSchedule(_("Only a draft can be put aside."), field="state")
        series.state = Series.State.CANCELLED
        series.version += 1
        series.save(update_fields=["state", "version"])
        record("put a draft aside", by=by, about=series, now=now)
    return series
