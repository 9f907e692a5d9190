"""All series of one instructor, page by page: those that come and run, drafts, those that are over or called off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from classes.models import Series
from classes.running import Phase, phase_of
from instructors.models import Instructor

PAGE = 12
MOST_TO_START_FROM = 4


class Shelf(TextChoices):
    """Where a series stands on the page."""

    NOW = "now", _("To come and running")
    DRAFTS = "drafts", _("Drafts")
    OVER = "over", _("Finished")
    CANCELLED = "cancelled", _("Called off")


@dataclass(frozen=True)
class Listed:
    """One series with its phase on this day."""

    series: Series
    phase: Phase


def on_shelf(instructor: Instructor, shelf: Shelf, *, now: datetime) -> QuerySet[Series]:
    """The instructor's own series of that shelf, the newest first."""
    own, over = Series.objects.led_by(instructor).for_page(), Q(last_session_at__lt=now)
    told = {
        Shelf.NOW: own.published().exclude(over),
        Shelf.OVER: own.published().filter(over),
        Shelf.DRAFTS: own.filter(state=Series.State.DRAFT),
        Shelf.CANCELLED: own.filter(state=Series.State.CANCELLED),
    }
    return told[shelf].order_by("-pk")


def page_of(
    instructor: Instructor, shelf: Shelf, *, now: datetime, before: int | None = None
) -> tuple[list[Listed], int | None]:
    """A page of them, and the key that the next page begins after; None on the last. One query."""
    found = on_shelf(instructor, shelf, now=now)
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found[: PAGE + 1])
    page = [Listed(one, phase_of(one, now=now)) for one in rows[:PAGE]]
    return page, (rows[PAGE - 1].pk if len(rows) > PAGE else None)


def to_start_from(instructor: Instructor) -> list[Series]:
    """The last few series with dates, for a new one to begin like. One query."""
    own = Series.objects.led_by(instructor).for_page().filter(first_session_at__isnull=False)
    return list(own.order_by("-pk")[:MOST_TO_START_FROM])
