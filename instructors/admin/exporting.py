"""The list of candidates as a table to take away: only those whom the reader sees, and no cell that a program runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from config.audit.trail import record
from config.lib.cells import CSV_TYPE, csv_of
from instructors.admin.scope import limited
from instructors.models import Traineeship
from instructors.progress import progress_of

MOST_LINES = 2000


def taken_away(request: HttpRequest, rows: QuerySet[Traineeship]) -> HttpResponse:
    """The chosen candidates as CSV. `rows` come from the list, which is limited; they are limited once more here."""
    chosen: Any = limited(Traineeship, request.user, Traineeship.objects.filter(pk__in=rows.values("pk")))
    found = list(chosen.with_work().order_by("trainee__name", "pk")[:MOST_LINES])
    detail = {"lines": len(found)}
    record("took away a list of candidates", by=request.user, about="candidates", now=timezone.now(), detail=detail)
    headers = {"Content-Disposition": 'attachment; filename="candidates.csv"', "Cache-Control": "no-store"}
    return HttpResponse(csv_of([_heads(), *_lines(found)]), content_type=CSV_TYPE, headers=headers)


def _heads() -> list[str]:
    return [
        *(_("Candidate"), _("Programme"), _("Training event"), _("Trainer"), _("State"), _("To be finished by")),
        *(_("How far"), _("What is missing")),
    ]


def _lines(rows: list[Traineeship]) -> Iterator[list[Any]]:
    for row in rows:
        progress = progress_of(row)
        trainer = str(row.trainer_of_record) if row.trainer_of_record else ""
        yield [
            *(str(row), str(row.programme), str(row.event or ""), trainer, row.get_state_display()),
            *(row.deadline_on.isoformat() if row.deadline_on else "", progress.how_far, progress.missing),
        ]
