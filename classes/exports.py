"""What an instructor takes away: sheets of own data, as CSV or as a workbook, and nothing in them that a program runs.

A cell that begins like a formula is text in a workbook, and in CSV it begins with an apostrophe: whoever typed a name
or a title must not be able to have a spreadsheet do something (OWASP, CSV injection).
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from classes import income, reports
from classes.models import Enrolment, Place, Session
from classes.models.attendance import Mark
from classes.reports import Asked
from config.accounts.models import User
from config.audit.trail import record
from config.lib.cells import CSV_TYPE, csv_of
from config.lib.times import local

Cell = str | int | Decimal | date | time | None
Rows = list[list[Cell]]
CSV, XLSX = "csv", "xlsx"
KINDS = {
    CSV: CSV_TYPE,
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MOST_LINES = 20_000
WIDEST = 48


@dataclass(frozen=True)
class Sheet:
    """A table: its name in words, the heads of its columns, and its lines."""

    title: str
    heads: list[str]
    rows: Rows


@dataclass(frozen=True)
class Paper:
    """One thing to take away. `small` says what is in it; `sheets` make it, and `kinds` are its forms."""

    slug: str
    title: str | Promise
    small: str | Promise
    sheets: tuple[Callable[[Asked], Sheet], ...]
    kinds: tuple[str, ...] = (CSV, XLSX)


@dataclass(frozen=True)
class Taken:
    """A file to send. `kind` is its media type."""

    name: str
    kind: str
    content: bytes


def attendance(asked: Asked) -> Sheet:
    """One line for each place and date. First names and marks, and nothing about health. One query."""
    heads = [_("Date"), _("Time"), _("Time zone"), _("Series"), _("Week"), _("We learn"), _("Baby"), _("Booking")]
    heads += [_("How they join"), _("Kind"), _("How it stood")]
    rows: Any = reports.places_of(asked).select_related("session__series", "session__lesson", "baby", "enrolment")
    found = rows.select_related("attendance").order_by("session__starts_at", "session_id", "number", "pk")
    return Sheet(_("Attendance"), heads, [_attended(place) for place in found[:MOST_LINES]])


def _attended(place: Any) -> list[Cell]:
    session: Session = place.session
    here = local(session.starts_at, session.series.time_zone)
    return [
        here.date(),
        here.time().replace(tzinfo=None),
        session.series.time_zone,
        session.series.title,
        session.week,
        session.title,
        place.baby.first_name,
        place.enrolment.reference,
        str(Enrolment.Way(place.way).label),
        str(Place.Kind(place.kind).label),
        _stood(place),
    ]


def _stood(place: Any) -> str:
    if place.released_at is not None:
        return str(Mark.ABSENT_TOLD.label)
    attendance = getattr(place, "attendance", None)
    return str(Mark(attendance.mark).label) if attendance is not None and attendance.mark else _("no mark yet")


def money(asked: Asked) -> Sheet:
    """One line for each payment; what went out stands below zero. Two queries."""
    heads = [_("Date"), _("Series"), _("Booking"), _("What"), _("Amount"), _("Currency")]
    zone = asked.instructor.time_zone
    rows: Rows = [
        [
            local(one.at, zone).date(),
            one.series,
            one.booking,
            str(one.what.label),
            one.amount.decimal,
            one.amount.currency,
        ]
        for one in income.movements(asked)
    ]
    return Sheet(_("Income"), heads, rows)


def hours(asked: Asked) -> Sheet:
    """One line for each session that this instructor led, own or as a substitute. One query."""
    heads = [_("Date"), _("Time"), _("Time zone"), _("Series"), _("We learn"), _("Where"), _("Minutes")]
    heads += [_("Babies here"), _("Led as")]
    span = asked.span
    led = Session.objects.for_instructor(asked.instructor).held().filter(series__state="published")
    led = led.filter(series=asked.series) if asked.series else led
    here = Count("places", filter=Q(places__attendance__mark__in=reports.WERE_HERE))
    found: Any = led.filter(starts_at__gte=span.since, starts_at__lt=span.until).annotate(here=here)
    found = found.select_related("series__venue", "lesson").order_by("starts_at", "pk")
    return Sheet(_("Teaching hours"), heads, [_led(session) for session in found[:MOST_LINES]])


def _led(session: Any) -> list[Cell]:
    series, here = session.series, local(session.starts_at, session.series.time_zone)
    return [
        here.date(),
        here.time().replace(tzinfo=None),
        series.time_zone,
        series.title,
        session.title,
        series.venue.name if series.venue and not session.online_at else _("by live-stream"),
        session.minutes,
        session.here,
        _("substitute") if session.substitute_id else _("lead"),
    ]


PAPERS = (
    Paper("attendance", gettext_lazy("Attendance"), gettext_lazy("One line per place and date"), (attendance,)),
    Paper("income", gettext_lazy("Income"), gettext_lazy("One line per payment, for your accounts"), (money,)),
    Paper("hours", gettext_lazy("Teaching hours"), gettext_lazy("For your renewal and your insurer"), (hours,)),
    Paper(
        "everything",
        gettext_lazy("All of these"),
        gettext_lazy("One workbook with a sheet for each"),
        (attendance, money, hours),
        (XLSX,),
    ),
)
BY_SLUG = {paper.slug: paper for paper in PAPERS}


def take(paper: Paper, asked: Asked, *, kind: str, by: User, now: datetime) -> Taken:
    """Write the file, and into the trail who took it. `kind` is one of the paper's."""
    with transaction.atomic():
        sheets = [sheet(asked) for sheet in paper.sheets]
        detail: dict[str, Any] = {
            **{"paper": paper.slug, "kind": kind, "lines": sum(len(sheet.rows) for sheet in sheets)},
            **{"since": asked.span.since.isoformat(), "series": asked.series.pk if asked.series else None},
        }
        record("took a report away", by=by, about=asked.instructor, now=now, detail=detail)
    content = as_csv(sheets[0]) if kind == CSV else as_workbook(sheets)
    day = local(now, asked.instructor.time_zone).date().isoformat()
    return Taken(f"warm-hands-{paper.slug}-{day}.{kind}", KINDS[kind], content)


def as_csv(sheet: Sheet) -> bytes:
    """As RFC 4180 has it, in UTF-8 with the mark by which spreadsheets know it."""
    lines: Rows = [[*sheet.heads], *sheet.rows]
    # Numbers stay numbers: one below nought is no formula.
    return csv_of([_as_text(cell) if isinstance(cell, time) else cell for cell in row] for row in lines)


def _as_text(cell: Cell) -> str:
    if isinstance(cell, time):
        return cell.strftime("%H:%M")
    return "" if cell is None else str(cell)


def as_workbook(sheets: Iterable[Sheet]) -> bytes:
    """An XLSX workbook in which every text is text."""
    # Heavy, and needed by nothing else.
    import xlsxwriter

    written = io.BytesIO()
    never = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(written, {"in_memory": True, **never}) as book:
        styles = {
            "head": book.add_format({"bold": True}),
            "text": book.add_format({"quote_prefix": True}),
            "day": book.add_format({"num_format": "yyyy-mm-dd"}),
            "clock": book.add_format({"num_format": "hh:mm"}),
        }
        for sheet in sheets:
            _write_sheet(book.add_worksheet(sheet.title[:31]), sheet, styles)
    return written.getvalue()


def _write_sheet(page: Any, sheet: Sheet, styles: dict[str, Any]) -> None:
    page.freeze_panes(1, 0)
    for column, head in enumerate(sheet.heads):
        page.write_string(0, column, head, styles["head"])
        page.set_column(column, column, _width(sheet, column))
    for line, row in enumerate(sheet.rows, start=1):
        for column, cell in enumerate(row):
            _write_cell(page, line, column, cell, styles)


def _width(sheet: Sheet, column: int) -> int:
    cells: Sequence[Cell] = [sheet.heads[column], *(row[column] for row in sheet.rows[:200])]
    return min(max(len(_as_text(cell)) for cell in cells) + 2, WIDEST)


def _write_cell(page: Any, line: int, column: int, cell: Cell, styles: dict[str, Any]) -> None:
    """By what the cell is, never by what its text looks like."""
    if isinstance(cell, str):
        page.write_string(line, column, cell, styles["text"])
    elif isinstance(cell, time):
        page.write_datetime(line, column, cell, styles["clock"])
    elif isinstance(cell, date):
        page.write_datetime(line, column, cell, styles["day"])
    elif cell is not None:
        page.write_number(line, column, cell)
