"""The diary of massage at home: optional, never counted against anyone, and private where it says so.

Every adult of the family reads what was practised. The line for oneself is read by its writer alone: another adult's
line does not even leave the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, Count, F, Prefetch, Q, Value, When
from django.utils.translation import gettext as _

from config.lib.fields import EncryptedTextField
from config.lib.times import after_the_skip, at_local_time, local
from curriculum.models import Lesson, Stroke
from families.models import Baby, Caregiver, PracticedStroke, PracticeLog, RemovedPractice
from families.models.practice import PracticeLogQuerySet

ENTRIES_SHOWN = 3
PAGE = 20
MOST_SHARED = 60
MOST_A_DAY = 24
MOST_OF_A_BABY = 5000
TAKEN_AT_ONCE = 200
Cursor = tuple[datetime, int]
NOON = time(12)
SAID_SINCE = timedelta(days=60)
"""A phone without a network keeps what was said for a month, so nothing that it really heard is older when it comes."""


class NotYours(Exception):
    """Only who wrote an entry changes or removes it, and only babies of one's own family have a diary."""


class RemovedSince(Exception):
    """Its writer removed this entry; a phone that sends it once more does not bring it back."""


class CannotWrite(Exception):
    """Nothing was kept. Carries a sentence for the reader, which says what to do instead."""


@dataclass(frozen=True)
class StrokeAnswer:
    """How one stroke went; either word may be empty. `done` says that it was done, without a word on how."""

    stroke: Stroke
    answer: str = ""
    confidence: str = ""
    done: bool = False

    @property
    def says_something(self) -> bool:
        return bool(self.answer or self.confidence or self.done)


@dataclass(frozen=True)
class Moment:
    """What a carer tells about one massage. Everything may be left empty.

    `day` is a day of the family's own calendar; `minutes` whole minutes; `answer` a PracticeLog.Answer.
    """

    day: date | None = None
    minutes: int | None = None
    answer: str = ""
    note: str = ""
    strokes: Sequence[StrokeAnswer] = ()


@dataclass(frozen=True)
class Entry:
    """A moment as this reader may see it. `note` is empty unless the reader wrote it."""

    log: PracticeLog
    by_name: str
    is_own: bool
    note: str
    strokes: list[PracticedStroke]


def write(
    baby: Baby,
    *,
    moment: Moment,
    lesson: Lesson | None,
    key: str,
    by: Caregiver,
    now: datetime,
    said_at: datetime | None = None,
) -> PracticeLog:
    """Keep a moment. The same key from the same adult again is the same moment, and changes nothing.

    `said_at` is when it was written down, by the phone that could not send it then. Raises NotYours for a baby of
    another family, RemovedSince for a moment that its writer removed, CannotWrite where the diary is full.
    """
    if baby.family_id != by.family_id:
        raise NotYours
    said = on_our_clock(said_at, now=now)
    at = practised_at(moment.day, by=by, now=said)
    told = {"baby": baby, "caregiver": by, "lesson": lesson, "practised_at": at}
    whole_key = f"{by.pk}-{key}"
    with transaction.atomic():
        if not PracticeLog.objects.filter(key=whole_key).exists():
            _refuse_if_full(baby, at=at, by=by, key=whole_key)
        log, made = PracticeLog.objects.get_or_create(
            key=whole_key,
            defaults={**told, "minutes": moment.minutes, "answer": moment.answer, "note": moment.note},
        )
        # Asked after writing: whoever removes it in this very moment was either seen by the line above, or is now.
        if made and RemovedPractice.objects.filter(key=whole_key).exists():
            raise RemovedSince
        if made:
            _keep_strokes(log, moment.strokes)
    return log


def on_our_clock(said_at: datetime | None, *, now: datetime) -> datetime:
    """When it was said, as a phone tells it; never in the future, and never further back than a phone keeps it."""
    return now if said_at is None else min(max(said_at, now - SAID_SINCE), now)


def rewrite(log: PracticeLog, *, moment: Moment, by: Caregiver, now: datetime) -> PracticeLog:
    """Change an entry of one's own. The hour stays where the day does. Raises NotYours, CannotWrite for a full day."""
    with transaction.atomic():
        standing = _own(log, by=by)
        if moment.day and moment.day != local(standing.practised_at, by.family.time_zone).date():
            standing.practised_at = practised_at(moment.day, by=by, now=now)
            _refuse_if_full(log.baby, at=standing.practised_at, by=by, is_new=False)
        standing.minutes, standing.answer, standing.note = moment.minutes, moment.answer, moment.note
        standing.save()
        standing.strokes.all().delete()
        _keep_strokes(standing, moment.strokes)
    return standing


def remove(log: PracticeLog, *, by: Caregiver, now: datetime) -> None:
    """Delete an entry of one's own, with its strokes; only its key is kept for a while. Raises NotYours."""
    with transaction.atomic():
        standing = _own(log, by=by)
        RemovedPractice.objects.create(key=standing.key, removed_at=now)
        standing.delete()


def _refuse_if_full(baby: Baby, *, at: datetime, by: Caregiver, key: str = "", is_new: bool = True) -> None:
    """Lock the diary of this baby, and raise CannotWrite where that day, or all of it, takes no further line.

    The line of that `key` does not count: whoever waited for the lock may find that it was kept meanwhile.
    The bounds are far above what anybody writes: they keep a phone that went wrong from filling the disk. Two queries.
    """
    Baby.objects.select_for_update(of=("self",), no_key=True).get(pk=baby.pk)
    zone = by.family.time_zone
    day = local(at, zone).date()
    # Some clocks skip midnight: then the day begins after it.
    begins, ends = (after_the_skip(one, time.min, zone=zone) for one in (day, day + timedelta(days=1)))
    of_that_day = Count("pk", filter=Q(practised_at__gte=begins, practised_at__lt=ends))
    found = PracticeLog.objects.filter(baby=baby).exclude(key=key).aggregate(day=of_that_day, every=Count("pk"))
    if found["day"] >= MOST_A_DAY:
        raise CannotWrite(_("This day is full. You can add to one of your lines of that day, under “Change”."))
    if is_new and found["every"] >= MOST_OF_A_BABY:
        raise CannotWrite(
            _("This diary is full. Take it along as a file and delete a few old lines; then there is room.")
        )


def practised_at(day: date | None, *, by: Caregiver, now: datetime) -> datetime:
    """The moment to write down for a day of the family's calendar: now for today or later, else noon of that day."""
    zone = by.family.time_zone
    if day is None or day >= local(now, zone).date():
        return now
    return at_local_time(day, NOON, zone=zone)


def strokes_named(slugs: Iterable[str]) -> list[Stroke]:
    """The strokes of these addresses that are still shown, in the order of teaching. One query."""
    return list(Stroke.objects.current().filter(slug__in=set(slugs)).in_teaching_order())


def every_stroke() -> list[Stroke]:
    """All strokes that are shown, by part of the body in the order of teaching. One query."""
    return list(Stroke.objects.current().in_teaching_order())


def own_entry(key: str, *, by: Caregiver) -> PracticeLog:
    """An entry of one's own, with its baby, its lesson and its strokes. Raises PracticeLog.DoesNotExist."""
    return (
        PracticeLog.objects.select_related("baby", "lesson")
        .prefetch_related(Prefetch("strokes", PracticedStroke.objects.select_related("stroke").order_by("pk")))
        .get(key=key, caregiver=by, baby__family=by.family)
    )


def entries(baby: Baby, *, reader: Caregiver, most: int = ENTRIES_SHOWN) -> list[Entry]:
    """The newest moments of this baby, as this adult may see them. Two queries. Raises NotYours."""
    return _as_entries(_seen_by(reader, baby)[:most], reader)


def page_of(baby: Baby, *, reader: Caregiver, before: Cursor | None = None) -> tuple[list[Entry], Cursor | None]:
    """A page of the diary, the newest first, and where the next page begins. Two queries. Raises NotYours.

    `before` is (practised_at, pk) of the last entry of the page before.
    """
    rows = _seen_by(reader, baby)
    found = _as_entries((rows.before(*before) if before else rows)[: PAGE + 1], reader)
    last = found[PAGE - 1].log if len(found) > PAGE else None
    return found[:PAGE], (last.practised_at, last.pk) if last else None


def every_entry(baby: Baby, *, reader: Caregiver) -> Iterator[Entry]:
    """The whole diary as this adult may see it, the newest first, for taking it along. Raises NotYours.

    Two queries for every TAKEN_AT_ONCE moments, so that a long diary never stands in memory as a whole.
    """
    rows = _seen_by(reader, baby)
    after: Cursor | None = None
    while True:
        some = _as_entries((rows.before(*after) if after else rows)[:TAKEN_AT_ONCE], reader)
        yield from some
        if len(some) < TAKEN_AT_ONCE:
            return
        after = (some[-1].log.practised_at, some[-1].log.pk)


def entries_to_share(babies: Iterable[Baby], *, since: datetime) -> list[Entry]:
    """The newest moments of these babies since then: without anybody's own line, and not by whom. Two queries."""
    rows = PracticeLog.objects.of_babies(babies).since(since).defer("note").select_related("baby", "baby__family")
    newest = _with_strokes(rows)[:MOST_SHARED]
    return [Entry(row, "", is_own=False, note="", strokes=list(row.strokes.all())) for row in newest]


def _seen_by(reader: Caregiver, baby: Baby) -> Any:
    if baby.family_id != reader.family_id:
        raise NotYours
    own_line = Case(When(caregiver=reader, then=F("note")), default=Value(""), output_field=EncryptedTextField())
    # The type checker does not know what a query is annotated with.
    rows = PracticeLog.objects.of_baby(baby).defer("note").annotate(own_line=own_line).select_related("caregiver")
    return _with_strokes(rows)


def _with_strokes(rows: PracticeLogQuerySet) -> PracticeLogQuerySet:
    return rows.prefetch_related(Prefetch("strokes", PracticedStroke.objects.select_related("stroke").order_by("pk")))


def _as_entries(rows: Iterable[Any], reader: Caregiver) -> list[Entry]:
    return [
        Entry(row, row.caregiver.name, row.caregiver_id == reader.pk, row.own_line, list(row.strokes.all()))
        for row in rows
    ]


def still_learning(babies: Iterable[Baby]) -> list[Stroke]:
    """Strokes of which the last word that a carer noted about these babies is "still learning", as taught. Two queries.

    Strokes that nobody has noted anything about say nothing.
    """
    noted = PracticedStroke.objects.filter(log__baby__in=list(babies)).exclude(confidence="")
    last: dict[int, str] = {}
    for stroke_id, confidence in noted.order_by("log__practised_at", "pk").values_list("stroke_id", "confidence"):
        last[stroke_id] = confidence
    learning = [key for key, confidence in last.items() if confidence == PracticedStroke.Confidence.LEARNING]
    return list(Stroke.objects.filter(pk__in=learning).order_by("pk")) if learning else []


def _own(log: PracticeLog, *, by: Caregiver) -> PracticeLog:
    standing = PracticeLog.objects.select_for_update(of=("self",)).get(pk=log.pk)
    if standing.caregiver_id != by.pk:
        raise NotYours
    return standing


def _keep_strokes(log: PracticeLog, answers: Sequence[StrokeAnswer]) -> None:
    PracticedStroke.objects.bulk_create(
        PracticedStroke(log=log, stroke=told.stroke, answer=told.answer, confidence=told.confidence)
        for told in answers
        if told.says_something
    )
