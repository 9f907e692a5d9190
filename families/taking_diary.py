"""Taking the diary along, and deleting it whole: a family's own right, without asking anybody."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from config.audit.trail import record
from config.lib.cells import CSV_TYPE, csv_in_pieces
from config.lib.times import local
from families import diary
from families.access import why_not_book
from families.diary import Entry
from families.models import Baby, Caregiver, FavouriteStroke, PracticedStroke, PracticeLog, RemovedPractice

CSV, JSON = "csv", "json"
KINDS = {CSV: CSV_TYPE, JSON: "application/json"}


class CannotDelete(Exception):
    """Nothing was deleted. Carries a sentence for the reader."""


@dataclass(frozen=True)
class Taken:
    """A file to send, in pieces. `kind` is its media type."""

    name: str
    kind: str
    pieces: Iterator[bytes]


def take(reader: Caregiver, *, kind: str, now: datetime) -> Taken:
    """All that this adult may read of the diary, of every baby, and the hearts; read while it is sent.

    The lines of other adults are not in it.
    """
    babies = list(Baby.objects.of_family(reader.family))
    name = f"diary-{local(now, reader.family.time_zone):%Y-%m-%d}.{kind}"
    pieces = json_in_pieces(babies, reader) if kind == JSON else csv_in_pieces(table_of(babies, reader))
    return Taken(name, KINDS[kind], in_language_of_now(pieces))


def delete_own(reader: Caregiver, *, now: datetime) -> int:
    """Delete everything that this adult wrote in the diary; returns how many moments."""
    with transaction.atomic():
        rows = PracticeLog.objects.written_by(reader)
        count = _delete(rows, now=now)
        record("deleted own lines of the diary", by=reader.user, about=reader, now=now)
    return count


def delete_whole(reader: Caregiver, *, now: datetime) -> int:
    """Delete the diary of all babies of the family and all hearts, whoever wrote them. Raises CannotDelete."""
    if sentence := why_not_book(reader):
        raise CannotDelete(sentence)
    with transaction.atomic():
        count = _delete(PracticeLog.objects.of_family(reader.family), now=now)
        FavouriteStroke.objects.filter(baby__family=reader.family).delete()
        record("deleted the diary", by=reader.user, about=reader.family, now=now)
    return count


def _delete(rows: Any, *, now: datetime) -> int:
    keys = list(rows.values_list("key", flat=True))
    RemovedPractice.objects.bulk_create(
        [RemovedPractice(key=key, removed_at=now) for key in keys], ignore_conflicts=True, batch_size=500
    )
    rows.delete()
    return len(keys)


def moments_of(babies: Sequence[Baby], reader: Caregiver) -> Iterator[tuple[Baby, Entry]]:
    """Every moment of these babies as this adult may read it, the newest first for each. Two queries for each 200."""
    for baby in babies:
        baby.family = reader.family
        for entry in diary.every_entry(baby, reader=reader):
            yield baby, entry


def json_in_pieces(babies: Sequence[Baby], reader: Caregiver) -> Iterator[bytes]:
    """{"babies": [{"baby": …, "favourites": […], "moments": […]}]}, moment by moment."""
    hearts: dict[int, list[str]] = {baby.pk: [] for baby in babies}
    for row in FavouriteStroke.objects.filter(baby__in=list(hearts)).select_related("stroke").order_by("pk"):
        hearts[row.baby_id].append(row.stroke.name)
    yield b'{"babies": ['
    for number, baby in enumerate(babies):
        head = json.dumps({"baby": baby.first_name, "favourites": hearts[baby.pk]}, ensure_ascii=False)
        yield f'{", " if number else ""}{head[:-1]}, "moments": ['.encode()
        for place, (_baby, entry) in enumerate(moments_of([baby], reader)):
            yield f"{',' if place else ''}\n{json.dumps(_moment(entry, reader), ensure_ascii=False)}".encode()
        yield b"]}"
    yield b"]}\n"


def table_of(babies: Sequence[Baby], reader: Caregiver) -> Iterator[Sequence[str]]:
    """The same as rows of a table, its heads first."""
    heads = [_("Baby"), _("Day"), _("Minutes"), _("Your baby’s answer"), _("Strokes"), _("Written by")]
    yield [*heads, _("A line for yourself")]
    for baby, entry in moments_of(babies, reader):
        yield _line(baby, entry, reader)


def in_language_of_now(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same pieces, each made in the language that is spoken now: they are sent when the page has been answered."""
    language = get_language() or settings.LANGUAGE_CODE
    return _spoken(pieces, language)


def _spoken(pieces: Iterator[bytes], language: str) -> Iterator[bytes]:
    while True:
        with override(language):
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece


def _moment(entry: Entry, reader: Caregiver) -> dict[str, Any]:
    log = entry.log
    return {
        "at": log.practised_at.isoformat(),
        "day": f"{local(log.practised_at, reader.family.time_zone):%Y-%m-%d}",
        "minutes": log.minutes,
        "answer": log.answer,
        "written_by": entry.by_name,
        "own_line": entry.note,
        "strokes": [stroke_for_programs(one) for one in entry.strokes],
    }


def stroke_for_programs(one: PracticedStroke) -> dict[str, str]:
    return {"stroke": one.stroke.name, "answer": one.answer, "confidence": one.confidence}


def _line(baby: Baby, entry: Entry, reader: Caregiver) -> Sequence[str]:
    day = f"{local(entry.log.practised_at, reader.family.time_zone):%Y-%m-%d}"
    strokes = "; ".join(stroke_in_words(one) for one in entry.strokes)
    minutes = str(entry.log.minutes or "")
    answer = str(entry.log.get_answer_display())
    return (baby.first_name, day, minutes, answer, strokes, entry.by_name, entry.note)


def stroke_in_words(one: PracticedStroke) -> str:
    words = ", ".join(str(word) for word in (one.get_answer_display(), one.get_confidence_display()) if word)
    return f"{one.stroke.name} ({words})" if words else str(one.stroke.name)
