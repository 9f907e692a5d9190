"""Who to mind in a class, and why: what carers told about health, in the words of the curriculum.

It hints at what to change and never judges: the carer and their own doctor decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from classes import own_plan
from classes.access import may_read_health
from classes.models import Session
from curriculum.models import Precaution, Region, Stroke
from families import health
from families.models import Baby, HealthAnswers
from instructors.models import Instructor

MOST_NAMED = 3
# The words that the carer ticked, so that nobody reads more into an answer than was said.
ASKED = dict(health.CONDITIONS)


@dataclass(frozen=True)
class Hint:
    """One thing to mind about a baby: what it is, and what may be changed for it.

    `is_doll` where a doll may suit better today, `is_ask` where their own team is to be asked first.
    """

    what: str
    so: str = ""
    is_doll: bool = False
    is_ask: bool = False


@dataclass(frozen=True)
class Taught:
    """What a session is about: its new strokes, and those of earlier weeks that it comes back to."""

    new: list[Stroke]
    earlier: list[Stroke]


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
    # What is asked about the moment or the carer is no lasting fact about a baby, so it is no hint.
    known = Precaution.objects.current().filter(key__in=keys, about=Precaution.About.BABY)
    reasons = {reason.key: reason for reason in known}
    taught = _taught(session)
    return {baby_id: list(_hints(facts, reasons, taught)) for baby_id, facts in told.items()}


def _taught(session: Session) -> Taught:
    """The strokes that this session brings or comes back to. Two queries."""
    new, earlier = own_plan.strokes_until(session)
    return Taught(new, earlier)


def _hints(facts: Mapping[str, Any], reasons: Mapping[str, Precaution], taught: Taught) -> Iterable[Hint]:
    if facts.get("born_early") == HealthAnswers.Early.YES:
        yield Hint(_("Born early."), _("Short and slow may suit."))
    ticked = facts.get("conditions", [])
    known = [reasons[key] for key in ticked if key in reasons]
    for reason in sorted(known, key=lambda one: one.position):
        what = f"{ASKED.get(reason.key, reason.title)}."
        yield Hint(what, _what_to_change(reason, taught), is_ask=reason.level == Precaution.Level.ASK)
    # What the curriculum has no precaution for, such as an allergy, is told all the same.
    for key, words in ASKED.items():
        if key in ticked and key not in reasons:
            yield Hint(f"{words}.", _("Ask before any oil is used.") if key == "allergy" else "")
    if notes := facts.get("notes", "").strip():
        yield Hint(_("“%(words)s”") % {"words": notes})


def _what_to_change(reason: Precaution, taught: Taught) -> str:
    if reason.level == Precaution.Level.ASK:
        return _("Ask what their own team has agreed to.")
    if reason.level == Precaution.Level.NOT_TODAY:
        return _("A doll may suit better today.")
    new = [stroke for stroke in taught.new if _is_left_out(stroke, reason)]
    if new and len(new) == len(taught.new):
        return _("Adapt: show all of this week’s strokes on a doll.")
    # A part that is left out whole is said once; its strokes are not named one by one.
    parts = [str(Region(region).label).lower() for region in Region.values if region in reason.blocked_regions]
    earlier = [stroke for stroke in taught.earlier if _is_left_out(stroke, reason)]
    names = [stroke.called for stroke in (*new, *earlier) if stroke.region not in reason.blocked_regions]
    named = [*parts, *names[:MOST_NAMED]]
    more = len(names) - len(names[:MOST_NAMED])
    if not named:
        # The precaution's own answer speaks to the carer; whoever leads the class is told to ask them.
        return _("Adapt: ask the carer what to leave alone today.")
    said = {"names": "; ".join(named), "more": more}
    return (_("Adapt: leave out %(names)s; and %(more)d more.") if more else _("Adapt: leave out %(names)s.")) % said


def _is_left_out(stroke: Stroke, reason: Precaution) -> bool:
    return stroke.slug in reason.blocked_slugs or stroke.region in reason.blocked_regions
