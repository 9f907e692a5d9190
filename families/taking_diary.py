"""Taking the diary along, and deleting it whole: a family's own right, without asking anybody."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from config.audit.trail import record
from config.lib.times import local
from families import diary
from families.access import why_not_book
from families.diary import Entry
from families.models import Baby, Caregiver, FavouriteStroke, PracticeLog, RemovedPractice

CSV, JSON = "csv", "json"
KINDS = {CSV: "text/csv; charset=utf-8", JSON: "application/json"}
# A cell that begins like one of these could have a spreadsheet do something (OWASP, CSV injection).
BEGINS_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


class CannotDelete(Exception):
    """Nothing was deleted. Carries a sentence for the reader."""


@dataclass(frozen=True)
class Taken:
    """A file to send. `kind` is its media type."""

    name: str
    kind: str
    content: bytes


def take(reader: Caregiver, *, kind: str, now: datetime) -> Taken:
    """All that this adult may read of the diary, of every baby, and the hearts. Two queries a baby, and one.

    The lines of other adults are not in it.
    """
    babies = list(Baby.objects.of_family(reader.family).select_related("family"))
    told = [(baby, diary.every_entry(baby, reader=reader)) for baby in babies]
    name = f"diary-{local(now, reader.family.time_zone):%Y-%m-%d}.{kind}"
    if kind == JSON:
        return Taken(name, KINDS[JSON], _as_json(told, reader))
    return Taken(name, KINDS[CSV], _as_csv(told, reader))


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


def _as_json(told: Sequence[tuple[Baby, list[Entry]]], reader: Caregiver) -> bytes:
    hearts: dict[int, list[str]] = {baby.pk: [] for baby, _entries in told}
    for row in FavouriteStroke.objects.filter(baby__in=list(hearts)).select_related("stroke").order_by("pk"):
        hearts[row.baby_id].append(row.stroke.name)
    babies = [
        {
            "baby": baby.first_name,
            "favourites": hearts[baby.pk],
            "moments": [_moment(entry, reader) for entry in entries],
        }
        for baby, entries in told
    ]
    return json.dumps({"babies": babies}, ensure_ascii=False, indent=2).encode()


def _moment(entry: Entry, reader: Caregiver) -> dict[str, Any]:
    log = entry.log
    return {
        "at": log.practised_at.isoformat(),
        "day": f"{local(log.practised_at, reader.family.time_zone):%Y-%m-%d}",
        "minutes": log.minutes,
        "answer": log.answer,
        "written_by": entry.by_name,
        "own_line": entry.note,
        "strokes": [
            {"stroke": one.stroke.name, "answer": one.answer, "confidence": one.confidence} for one in entry.strokes
        ],
    }


def _as_csv(told: Sequence[tuple[Baby, list[Entry]]], reader: Caregiver) -> bytes:
    out = io.StringIO(newline="")
    sheet = csv.writer(out)
    heads = [_("Baby"), _("Day"), _("Minutes"), _("Your baby’s answer"), _("Strokes"), _("Written by")]
    sheet.writerow([*heads, _("A line for yourself")])
    for baby, entries in told:
        sheet.writerows(map(_inert, _line(baby, entry, reader)) for entry in entries)
    # The mark at the beginning tells spreadsheets that this is UTF-8.
    return out.getvalue().encode("utf-8-sig")


def _line(baby: Baby, entry: Entry, reader: Caregiver) -> Iterable[str]:
    day = f"{local(entry.log.practised_at, reader.family.time_zone):%Y-%m-%d}"
    strokes = "; ".join(_stroke(one) for one in entry.strokes)
    minutes = str(entry.log.minutes or "")
    answer = str(entry.log.get_answer_display())
    return (baby.first_name, day, minutes, answer, strokes, entry.by_name, entry.note)


def _stroke(one: Any) -> str:
    words = ", ".join(str(word) for word in (one.get_answer_display(), one.get_confidence_display()) if word)
    return f"{one.stroke.name} ({words})" if words else str(one.stroke.name)


def _inert(text: str) -> str:
    bare = text.replace("\x00", "")
    return f"'{bare}" if bare.lstrip(" \u00a0\u200b\ufeff\"'").startswith(BEGINS_FORMULA) else bare
