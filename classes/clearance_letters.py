"""The letters about a clearance. They say that there is something to look at, and nothing of what it says."""

from __future__ import annotations

from datetime import datetime

from classes import emails
from classes.models import Clearance
from config.letters.outbox import queue_letter


def queue_sent(clearance: Clearance, *, now: datetime) -> None:
    """To the instructor: a family has sent word. Neither family nor baby is named."""
    teacher, series = clearance.series.instructor.user, clearance.series
    context = {
        "series": series,
        "reader": teacher,
        "email": teacher.email,
        "url": emails.address("classes:clearances", series.slug),
    }
    queue_letter(
        "classes/emails/clearance_sent",
        to=teacher.email,
        context=context,
        language=teacher.language,
        key=f"clearance-sent:{clearance.pk}:{now:%Y%m%d%H%M%S}",
        now=now,
    )


def queue_answered(clearance: Clearance, *, is_confirmed: bool, now: datetime) -> None:
    """To the adult who wrote it: it is confirmed, or to be told anew."""
    to = clearance.written_by.user
    if to is None or clearance.written_by.removed_at is not None:
        return
    series = clearance.series
    name, page = ("confirmed", "book_place") if is_confirmed else ("asked", "give_clearance")
    context = {"series": series, "url": emails.address(f"classes:{page}", series.slug), "is_confirmed": is_confirmed}
    key = f"{clearance.pk}:{name}:{clearance.written_at:%Y%m%d%H%M%S}"
    emails._queue("clearance_answered", to, context, key=key, now=now)
