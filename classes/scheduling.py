"""Making a series, changing its draft, publishing it, putting a draft aside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from classes import planning
from classes.clashing import Diary, among, diary_around, free_start
from classes.dates import CannotSchedule, Outline, PlannedSession, clashes, clock_of, lay_out, planned_sessions
from classes.dates import skipped_hour as skipped_hour_of
from classes.laying_out import decide_by, fields_of, keep_layout
from classes.models import Series, SeriesLayout, Session, Venue
from classes.outline import Layout, SkippedDay
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
class Row:
    """A date as it is shown before it is kept: what stands against it, and an hour of that day that would do.

    `here` and `free_start` are on the clock of the series, without a zone, as the fields of a form want them.
    """

    planned: PlannedSession
    here: datetime
    clashes: list[str]
    free_start: datetime | None = None


@dataclass(frozen=True)
class Preview:
    """What a series would be like: its dates, what clashes on them, and why it could not be published."""

    layout: Layout
    rows: list[Row]
    refusal: str | None

    @property
    def dates(self) -> list[PlannedSession]:
        return self.layout.dates

    @property
    def lines(self) -> list[Row | SkippedDay]:
        """The dates with the skipped days between them."""
        lines: list[Row | SkippedDay] = [*self.rows, *self.layout.skipped]
        return sorted(lines, key=lambda line: line.day if isinstance(line, SkippedDay) else line.here.date())

    @property
    def open_dates(self) -> int:
        """How many dates need an answer."""
        return sum(bool(row.clashes) for row in self.rows)

    @property
    def can_be_published(self) -> bool:
        return not self.open_dates and self.refusal is None


class CannotPublish(Exception):
    """The series stays as it is; nothing was written. `sentences` say why and what to do."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = list(sentences)


class HasClashes(CannotPublish):
    """A draft is kept with open clashes only where its instructor has seen them and says so."""


class ChangedSince(CannotPublish):
    """Somebody saved this draft after it was opened; theirs stays, and nothing was overwritten."""


def preview(outline: Outline, *, now: datetime, leaving_out: Series | None = None) -> Preview:
    """The dates of an outline before anything is written. Raises CannotSchedule."""
    layout = lay_out(outline)
    _refuse_the_past(outline, layout.dates, now=now)
    who, zone = outline.instructor, outline.time_zone
    diary = _diary(outline, layout.dates, leaving_out)
    return Preview(
        layout=layout,
        rows=_rows(outline, layout.dates, diary),
        refusal=why_not_teach(who, layout.dates, zone=zone, is_practice=outline.is_practice),
    )


def _diary(outline: Outline, dates: Sequence[PlannedSession], leaving_out: Series | None) -> Diary:
    return diary_around(
        dates, instructor=outline.instructor, venue=outline.venue, zone=outline.time_zone, leaving_out=leaving_out
    )


def _rows(outline: Outline, dates: Sequence[PlannedSession], diary: Diary) -> list[Row]:
    found = among(dates, diary)
    rows = []
    for planned in dates:
        own = [clash for clash in found if clash.number == planned.number]
        sentences = [clash.sentence for clash in own]
        if planned.is_skipped_hour:
            sentences.insert(0, skipped_hour_of(planned, outline))
        free = free_start(planned, own, diary) if own or planned.is_skipped_hour else None
        here = clock_of(planned, outline) if planned.is_skipped_hour else _here(planned.starts_at, diary)
        rows.append(Row(planned, here, sentences, _here(free, diary) if free else None))
    return rows


def _here(moment: datetime, diary: Diary) -> datetime:
    return local(moment, diary.zone).replace(tzinfo=None)


def make_series(outline: Outline, *, by: User, now: datetime, key: str | None = None) -> Series:
    """Write the series as a draft, with its sessions. Raises CannotSchedule.

    The same `key` of the same instructor again returns the first series, so that a button pressed twice makes one; a
    draft that was made of other words is brought up to these.
    """
    dates = _dates_to_come(outline, now=now)
    if standing := made_before(outline.instructor, key):
        return _brought_up(standing, outline, dates, by=by, now=now)
    try:
        with transaction.atomic():
            series = write_series(fields_of(outline, dates))
            Session.objects.bulk_create(_session(series, planned) for planned in dates)
            keep_layout(series, outline, key=_own_key(outline.instructor, key))
            record("made a series", by=by, about=series, now=now, detail={"sessions": len(dates)})
            if outline.strokes:
                planning.take_over(series, outline.strokes, title=outline.strokes_from, by=by, now=now)
    except IntegrityError:
        if standing := made_before(outline.instructor, key):
            return standing
        raise
    return series


def _own_key(instructor: Instructor, key: str | None) -> str | None:
    return f"{instructor.pk}:{key}" if key else None


def _brought_up(
    standing: Series, outline: Outline, dates: Sequence[PlannedSession], *, by: User, now: datetime
) -> Series:
    kept = list(standing.sessions.order_by("number").values_list("starts_at", flat=True))
    is_same = all(getattr(standing, name) == value for name, value in fields_of(outline, dates).items())
    if standing.state != Series.State.DRAFT or (is_same and kept == [planned.starts_at for planned in dates]):
        return standing
    return revise(standing, outline, seen=standing.version, by=by, now=now, despite_clashes=True)


def made_before(instructor: Instructor, key: str | None) -> Series | None:
    """The series that this form of the instructor made already."""
    if not key:
        return None
    found = SeriesLayout.objects.select_related("series").filter(key=_own_key(instructor, key)).first()
    return found.series if found else None


def keep_draft(
    outline: Outline, *, by: User, now: datetime, key: str | None = None, despite_clashes: bool = False
) -> Series:
    """Keep a new draft. Raises CannotSchedule; HasClashes, unless its instructor keeps it `despite_clashes`."""
    if not despite_clashes:
        _refuse_clashes(outline, now=now)
    return make_series(outline, by=by, now=now, key=key)


def revise(
    series: Series, outline: Outline, *, seen: int, by: User, now: datetime, despite_clashes: bool = False
) -> Series:
    """Write a draft anew, in its place. `seen` is the version that was opened.

    Raises CannotSchedule, HasClashes as `keep_draft` does, ChangedSince, and CannotPublish for what is no draft.
    """
    with transaction.atomic():
        series = lock_series(series)
        if series.state != Series.State.DRAFT:
            raise CannotPublish([_("Only a draft can be written anew. This series is open or over already.")])
        if series.version != seen:
            raise ChangedSince([_("This draft was changed since you opened it. Nothing was overwritten.")])
        dates = _dates_to_come(outline, now=now)
        if not despite_clashes:
            _refuse_clashes(outline, now=now, leaving_out=series)
        for name, value in fields_of(outline, dates).items():
            setattr(series, name, value)
        series.version += 1
        series.save()
        # Nobody has a place in a draft, and no calendar shows it.
        series.sessions.all().delete()
        Session.objects.bulk_create(_session(series, planned) for planned in dates)
        keep_layout(series, outline)
        record("changed a draft", by=by, about=series, now=now, detail={"sessions": len(dates)})
    return series


def _refuse_clashes(outline: Outline, *, now: datetime, leaving_out: Series | None = None) -> None:
    dates = _dates_to_come(outline, now=now)
    if found := among(dates, _diary(outline, dates, leaving_out)):
        raise HasClashes([clash.sentence for clash in found])


def _dates_to_come(outline: Outline, *, now: datetime) -> list[PlannedSession]:
    dates = planned_sessions(outline)
    _refuse_the_past(outline, dates, now=now)
    return dates


def _refuse_the_past(outline: Outline, dates: Sequence[PlannedSession], *, now: datetime) -> None:
    if dates[0].starts_at <= now:
        raise CannotSchedule(_("Please choose a first date that is still to come."), field="first_on")
    decided = decide_by(outline, dates)
    if decided is not None and decided <= now:
        sentence = _("That day is over already. Please choose fewer days before the first date, or a later first date.")
        raise CannotSchedule(sentence, field="decide_days")


def make_and_publish(outline: Outline, *, by: User, now: datetime, key: str | None = None) -> Series:
    """Both in one transaction: where it cannot be published, no draft stays behind.

    Raises CannotSchedule or CannotPublish.
    """
    with transaction.atomic():
        if (standing := made_before(outline.instructor, key)) and standing.state == Series.State.PUBLISHED:
            return standing
        return publish(make_series(outline, by=by, now=now, key=key), by=by, now=now)


def revise_and_publish(series: Series, outline: Outline, *, seen: int, by: User, now: datetime) -> Series:
    """Both in one transaction: where it cannot be published, the draft stays as it was. Raises as both do."""
    with transaction.atomic():
        revised = revise(series, outline, seen=seen, by=by, now=now, despite_clashes=True)
        return publish(revised, by=by, now=now)


def write_series(fields: Mapping[str, Any]) -> Series:
    """A new row of a series with these columns, under an address of its own. Call it in a transaction."""
    base = slugify(fields["title"])[:70] or "series"
    taken = base in RESERVED_SLUGS or Series.objects.filter(slug=base).exists()
    slug = f"{base}-{new_reference(6).lower()}" if taken else base
    series = Series(slug=slug, **fields)
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
        return [_("There is no date yet. Change the draft and give it dates.")]
    if sessions[0].starts_at <= now:
        return [_("The first date has passed. Change the draft and give it dates to come.")]
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
