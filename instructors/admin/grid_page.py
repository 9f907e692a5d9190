"""Who was there: the grid of a training event, made for a phone. One plain select to a square."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from instructors import attendance_grid as grid
from instructors.admin.event_pages import event_url
from instructors.admin.pages import REFUSED, WRONG
from instructors.admin.scope import own_or_404
from instructors.attendance import length
from instructors.attendance_grid import GridRefused, Mark, Square, Wish
from instructors.events import today_at, why_not_run
from instructors.models import DayAttendance, Traineeship, TrainingDay, TrainingEvent
from instructors.refusals import CannotHold

Status = DayAttendance.Status
# Short enough for a square of a phone; the whole words stand below the grid.
WORDS = {
    Status.PRESENT: gettext_lazy("Here"),
    Status.PARTIAL: gettext_lazy("Part"),
    Status.ABSENT: gettext_lazy("Away"),
    Status.MADE_UP: gettext_lazy("Later"),
}


@dataclass(frozen=True)
class Cell:
    """One square: what it holds, or what was typed into it, and what is wrong with that."""

    key: str
    label: str
    day_no: int
    is_today: bool
    is_ahead: bool
    mark: Mark
    choices: list[tuple[str, str, bool]]
    asks: frozenset[str]
    hours: str
    wrong: str = ""


@dataclass(frozen=True)
class Row:
    candidate: Traineeship
    cells: list[Cell]
    hours: int
    notes: list[str]

    @property
    def wrong(self) -> list[str]:
        return [cell.wrong for cell in self.cells if cell.wrong]


def attendance_page(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """The whole grid is kept at once, and what was typed stays on the page until it is."""
    event = _event(model_admin, request, pk)
    now = timezone.now()
    days, rows = list(event.days.all()), list(Traineeship.objects.in_grid(event))
    wishes: dict[Square, Wish] = {}
    refused, said = GridRefused(), ""
    if request.method == "POST":
        wishes, refused.wrong = _typed(request.POST, rows, days)
        if chosen := _chosen_day(request.POST, days):
            wishes = grid.everyone_left(event, wishes, day=chosen, rows=rows)
        try:
            if not refused.wrong:
                count = grid.keep(event, wishes, by=request.user, now=now)
                model_admin.message_user(request, _kept(count), messages.SUCCESS)
                return HttpResponseRedirect(reverse("admin:instructors_trainingevent_attendance", args=[event.pk]))
        except GridRefused as refusal:
            refused = refusal
        except CannotHold as refusal:
            said = str(refusal)
    status = (REFUSED if said or refused.met else WRONG) if request.method == "POST" else None
    sheet = _Sheet(days, grid.marks_of(event), wishes, refused, today_at(event, now), request.POST)
    lines = [sheet.row(row) for row in rows]
    context = {
        **model_admin.admin_site.each_context(request),
        **_words(event, sheet, lines),
        "refused": said or _refusal(refused),
        "opts": model_admin.opts,
        "event": event,
        "rows": lines,
        "seen": sheet.seen,
        "back": event_url(event),
        "why_not": why_not_run(event, request.user, on=sheet.today),
    }
    return TemplateResponse(request, "admin/instructors/trainingevent/attendance.html", context, status=status)


def _event(model_admin: Any, request: HttpRequest, pk: int) -> TrainingEvent:
    event: TrainingEvent = own_or_404(TrainingEvent, request, pk)
    if not model_admin.has_view_permission(request, event):
        raise PermissionDenied
    if request.method == "POST" and not model_admin.has_change_permission(request, event):
        raise PermissionDenied
    return TrainingEvent.objects.with_all().get(pk=event.pk)


def _typed(
    said: QueryDict, rows: list[Traineeship], days: list[TrainingDay]
) -> tuple[dict[Square, Wish], dict[Square, str]]:
    """What was typed, square by square, and what cannot be read of it."""
    wishes: dict[Square, Wish] = {}
    wrong: dict[Square, str] = {}
    seen = dict(one.split(":", 1) for one in said.get("seen", "").split(";") if ":" in one)
    for row in rows:
        for day in days:
            key = f"{row.pk}-{day.pk}"
            status = said.get(f"c-{key}", "")
            if not status:
                continue
            mark, sentence = _mark(said, key, status, day)
            wishes[row.pk, day.pk] = Wish(seen.get(key, ""), mark)
            if sentence:
                wrong[row.pk, day.pk] = sentence
    return wishes, wrong


def _mark(said: QueryDict, key: str, status: str, day: TrainingDay) -> tuple[Mark, str]:
    """The mark of one square, and what is wrong with what belongs to it."""
    if status == Status.PARTIAL:
        minutes, sentence = _minutes(said.get(f"h-{key}", ""), day)
        return Mark(status, minutes), sentence
    if status == Status.MADE_UP:
        made_up_on = _date(said.get(f"d-{key}", ""))
        return Mark(status, None, made_up_on), "" if made_up_on else _("Please say on which day it was made up.")
    return Mark(status), ""


def _minutes(typed: str, day: TrainingDay) -> tuple[int | None, str]:
    try:
        hours = Decimal(typed.strip()[:5].replace(",", "."))
    except InvalidOperation:
        return None, _("Please say how many hours.")
    if not hours.is_finite() or not 0 < hours * 60 < length(day):
        return None, _("Please say how many hours, less than the whole day.")
    return int(hours * 60), ""


def _date(typed: str) -> date | None:
    try:
        return parse_date(typed)
    except ValueError:
        return None


def _chosen_day(said: QueryDict, days: list[TrainingDay]) -> TrainingDay | None:
    """The day of the button "Everyone left is here"."""
    if "rest" not in said:
        return None
    return next((day for day in days if str(day.pk) == said.get("rest_day")), None)


@dataclass(frozen=True)
class _Sheet:
    """What the squares are filled from: what stands, what was typed, and what came of that."""

    days: list[TrainingDay]
    standing: dict[Square, DayAttendance]
    wishes: dict[Square, Wish]
    refused: GridRefused
    today: date
    typed: Mapping[str, str]

    @property
    def chosen(self) -> TrainingDay | None:
        """The day that is being noted: today, or the last that has begun."""
        begun = [day for day in self.days if day.on <= self.today]
        return begun[-1] if begun else None

    @property
    def seen(self) -> str:
        """What stands in each square, for the form to carry in one field."""
        return ";".join(f"{row}-{day}:{grid.shown(mark).key}" for (row, day), mark in self.standing.items())

    def row(self, row: Traineeship) -> Row:
        cells = [self._cell(row, day, number) for number, day in enumerate(self.days, start=1)]
        noted = [self.standing[row.pk, day.pk] for day in self.days if (row.pk, day.pk) in self.standing]
        return Row(row, cells, sum(one.minutes for one in noted) // 60, _notes(noted, self.days))

    def _cell(self, row: Traineeship, day: TrainingDay, number: int) -> Cell:
        square = row.pk, day.pk
        kept = grid.shown(self.standing.get(square))
        mark = self.wishes[square].mark if square in self.wishes else kept
        offered = [(str(value), str(word), mark.status == value) for value, word in WORDS.items()]
        empty = [] if kept.status else [("", "–", not mark.status)]
        return Cell(
            key=f"{row.pk}-{day.pk}",
            label=_("%(name)s, day %(no)d") % {"name": row, "no": number},
            day_no=number,
            is_today=day.on == self.today,
            is_ahead=day.on > self.today,
            mark=mark,
            choices=[*empty, *offered],
            asks=self._asks(day, kept, mark),
            hours=self.typed.get(f"h-{row.pk}-{day.pk}", "") or _hours(mark.minutes),
            wrong=self._wrong(square, number),
        )

    def _asks(self, day: TrainingDay, kept: Mark, mark: Mark) -> frozenset[str]:
        """Which further fields a square brings: on the day that is being noted both, elsewhere what its word needs.

        A form has a bound on its fields, so not every square brings them.
        """
        if day == self.chosen and not kept.status:
            return frozenset((Status.PARTIAL, Status.MADE_UP))
        return frozenset({mark.status} & {Status.PARTIAL, Status.MADE_UP})

    def _wrong(self, square: Square, number: int) -> str:
        if met := self.refused.met.get(square):
            words = {"who": met.recorded_by, "no": number, "word": WORDS[Status(met.status)]}
            return (
                _("Day %(no)d: meanwhile %(who)s noted “%(word)s”. Yours is chosen here; press again to keep it.")
                % words
            )
        if sentence := self.refused.wrong.get(square):
            return _("Day %(no)d: %(sentence)s") % {"no": number, "sentence": sentence}
        return ""


def _hours(minutes: int | None) -> str:
    return "" if minutes is None else f"{Decimal(minutes) / 60:.2f}".rstrip("0").rstrip(".")


def _notes(noted: list[DayAttendance], days: list[TrainingDay]) -> list[str]:
    """What the squares are too small for."""
    numbers = {day.pk: number for number, day in enumerate(days, start=1)}
    by_pk = {day.pk: day for day in days}
    notes = []
    for one in noted:
        words: dict[str, Any] = {"no": numbers[one.day_id]}
        if one.status == Status.MADE_UP and one.made_up_on:
            words["date"] = date_format(one.made_up_on, "j F")
            notes.append(_("Day %(no)d made up on %(date)s") % words)
        elif one.status == Status.PARTIAL:
            words |= {"held": one.minutes // 60, "whole": length(by_pk[one.day_id]) // 60}
            notes.append(_("Day %(no)d: %(held)d of %(whole)d hours") % words)
        elif one.status == Status.ABSENT:
            notes.append(_("Day %(no)d missing") % words)
    return notes


def _words(event: TrainingEvent, sheet: _Sheet, lines: list[Row]) -> dict[str, Any]:
    """The head of the page: which day it is, and how many are here."""
    chosen, today = sheet.chosen, sheet.today
    numbered = [{"no": no, "day": day, "is_today": day.on == today} for no, day in enumerate(sheet.days, start=1)]
    marks = [cell.mark.status for row in lines for cell in row.cells if chosen and cell.key.endswith(f"-{chosen.pk}")]
    return {
        "title": _("Who was there"),
        "lead": _lead(event, sheet.days, next((day for day in sheet.days if day.on == today), None)),
        "days": numbered,
        "chosen": chosen,
        "begun": [one for one, day in zip(numbered, sheet.days, strict=True) if day.on <= today],
        "tally": [
            ("here", _("Here"), sum(mark in (Status.PRESENT, Status.MADE_UP) for mark in marks)),
            ("late", _("Part"), marks.count(Status.PARTIAL)),
            ("away", _("Away"), marks.count(Status.ABSENT)),
            ("open", _("To mark"), marks.count("")),
        ],
    }


def _lead(event: TrainingEvent, days: list[TrainingDay], current: TrainingDay | None) -> str:
    if current is None:
        return str(event)
    words = {
        "event": event,
        "no": days.index(current) + 1,
        "of": len(days),
        "from": time_format(current.starts, "TIME_FORMAT"),
        "until": time_format(current.ends, "TIME_FORMAT"),
    }
    return _("%(event)s. Today is day %(no)d of %(of)d, %(from)s to %(until)s.") % words


def _kept(count: int) -> str:
    if not count:
        return _("Nothing was changed, so nothing had to be kept.")
    return ngettext("%d square is kept.", "%d squares are kept.", count) % count


def _refusal(refused: GridRefused) -> str:
    if refused.met:
        return _("Somebody else noted attendance while you had this page open. Nothing of yours is kept yet.")
    return _("Please look at the marked lines again. Nothing is kept yet.") if refused.wrong else ""
