"""Who to mind in a class, and why: what carers told about health, in the words of the curriculum.

It hints at what to change and never judges: the carer and their own doctor decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from classes.access import may_read_health
from classes.models import Session
from curriculum.models import Lesson, LessonStroke, Precaution, Region, Stroke
from families import health
from families.models import Baby, HealthAnswers
from instructors.models import Instructor

MOST_NAMED = 3


@dataclass(frozen=True)
class Hint:
    """One thing to mind about a baby: what it is, and what may be changed for it."""

    what: str
    so: str = ""


def to_mind(
    session: Session, babies: Sequence[Baby], *, reader: Instructor, now: datetime
) -> dict[int, list[Hint]] | None:
    """{baby id: hints} for the one who takes this session; None where this is not their time to read it.

    Every read is in the audit trail before anything is returned. `session` brings its series, `reader` the user.
    """
    if not may_read_health(reader, session, now=now):
        return None
    because = f"register of session {session.reference}"
    told = health.read_for_class(babies, by=reader.user, because=because, now=now)
    keys = {key for facts in told.values() for key in facts.get("conditions", [])}
    if not any(told.values()):
        return {}
    reasons = {reason.key: reason for reason in Precaution.objects.current().filter(key__in=keys)}
    tonight = _new_strokes(session.lesson)
    return {baby_id: list(_hints(facts, reasons, tonight)) for baby_id, facts in told.items()}


def _new_strokes(lesson: Lesson | None) -> list[Stroke]:
    if lesson is None:
        return []
    rows = LessonStroke.objects.current().filter(lesson=lesson).select_related("stroke").order_by("position")
    return [row.stroke for row in rows]


def _hints(facts: Mapping[str, Any], reasons: Mapping[str, Precaution], tonight: Sequence[Stroke]) -> Iterable[Hint]:
    if facts.get("born_early") == HealthAnswers.Early.YES:
        yield Hint(_("Born early."), _("Short and slow may suit."))
    known = [reasons[key] for key in facts.get("conditions", []) if key in reasons]
    for reason in sorted(known, key=lambda one: one.position):
        yield Hint(f"{reason.title}.", _what_to_change(reason, tonight))
    if notes := facts.get("notes", "").strip():
        yield Hint(_("“%(words)s”") % {"words": notes})


def _what_to_change(reason: Precaution, tonight: Sequence[Stroke]) -> str:
    if reason.level == Precaution.Level.ASK:
        return _("Ask what their own team has agreed to.")
    if reason.level == Precaution.Level.NOT_TODAY:
        return _("A doll may suit better today.")
    left_out = [
        stroke for stroke in tonight if stroke.slug in reason.blocked_slugs or stroke.region in reason.blocked_regions
    ]
    if left_out and len(left_out) == len(tonight):
        return _("Adapt: show all of this week’s strokes on a doll.")
    if left_out:
        names = [stroke.name for stroke in left_out[:MOST_NAMED]]
        more = len(left_out) - len(names)
        said = {"names": ", ".join(names), "more": more}
        return (_("Adapt: leave out %(names)s and %(more)d more.") if more else _("Adapt: leave out %(names)s.")) % said
    parts = [str(Region(region).label).lower() for region in Region.values if region in reason.blocked_regions]
    return _("Adapt: leave out %(parts)s.") % {"parts": ", ".join(parts)} if parts else _("Adapt: work around it.")
