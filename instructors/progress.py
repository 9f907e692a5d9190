"""How far a candidate is, in sentences. Computed from the rows each time, never stored.

Pass a traineeship loaded by `Traineeship.objects.with_work()`: then nothing here asks the database.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from instructors.attendance import COUNTS
from instructors.models import Assessment, PracticumFamily, Requirement, Submission, Traineeship, TrainingDay
from instructors.practicum import DEFAULT_GAP, sessions_of
from instructors.words import all_or_count, count_of, in_words, ordinal

MET, WAIT, OPEN = "met", "wait", "open"


@dataclass(frozen=True)
class Need:
    """One requirement of one candidate. `state` is "met", "wait" (for the trainer) or "open" (for the candidate)."""

    requirement: Requirement
    state: str
    rest: str
    detail: str = ""
    missing: str = ""
    assessor: str = ""
    on: date | None = None

    @property
    def key(self) -> str:
        return self.requirement.key

    @property
    def title(self) -> str:
        return self.requirement.title

    @property
    def sentence(self) -> str:
        return _("%(title)s: %(rest)s.") % {"title": self.title, "rest": self.rest}

    @property
    def is_met(self) -> bool:
        return self.state == MET


@dataclass(frozen=True)
class Progress:
    """All requirements of one candidate, in order."""

    traineeship: Traineeship
    needs: list[Need]

    @property
    def done(self) -> list[Need]:
        return [need for need in self.needs if need.state == MET]

    @property
    def waiting(self) -> list[Need]:
        return [need for need in self.needs if need.state == WAIT]

    @property
    def open(self) -> list[Need]:
        return [need for need in self.needs if need.state == OPEN]

    @property
    def is_ready(self) -> bool:
        """Every requirement is met, and there is at least one: an empty programme certifies nobody."""
        return bool(self.needs) and len(self.done) == len(self.needs)

    @property
    def how_far(self) -> str:
        """For example "Four of seven done"."""
        if self.is_ready:
            words = _("all %(total)s done") % {"total": in_words(len(self.needs))}
        else:
            words = _("%(count)s done") % {"count": count_of(len(self.done), len(self.needs))}
        return words[:1].upper() + words[1:]

    @property
    def last_on(self) -> date | None:
        """The day of the newest judgement or training day."""
        return max((need.on for need in self.needs if need.on), default=None)

    @property
    def missing(self) -> str:
        """What is missing, in one line; "Nothing" where all is done."""
        words = "; ".join(need.missing for need in self.needs if not need.is_met)
        return words[:1].upper() + words[1:] if words else _("Nothing")


def progress_of(traineeship: Traineeship) -> Progress:
    """How far this candidate is on the first certification of the programme version they began on."""
    asked = [need for need in traineeship.programme.requirements.all() if need.stage == Requirement.Stage.INITIAL]
    return Progress(traineeship, [_judge(traineeship, requirement) for requirement in asked])


def standing_assessments(traineeship: Traineeship, requirement: Requirement) -> list[Assessment]:
    """The requirement's assessments that no other corrects, the newest last."""
    rows = [row for row in traineeship.assessments.all() if row.requirement_id == requirement.pk]
    replaced = {row.supersedes_id for row in rows}
    return sorted((row for row in rows if row.pk not in replaced), key=lambda row: row.pk)


def held_sessions(family: PracticumFamily, *, gap: int) -> int:
    """Sessions of a family that count: held, and each at least `gap` days after the one before that counts."""
    counted, last = 0, None
    for session in sorted((s for s in family.sessions.all() if not s.is_cancelled), key=lambda s: s.held_on):
        if last is None or session.held_on - last >= timedelta(days=gap):
            counted, last = counted + 1, session.held_on
    return counted


def _judge(traineeship: Traineeship, requirement: Requirement) -> Need:
    by_kind: dict[str, Callable[[Traineeship, Requirement], Need]] = {
        Requirement.Kind.ATTENDANCE: _attendance,
        Requirement.Kind.PRACTICUM: _feedback if "feedback" in requirement.params else _practicum,
    }
    return by_kind.get(requirement.kind, _judged_work)(traineeship, requirement)


def _attendance(traineeship: Traineeship, requirement: Requirement) -> Need:
    practicum_only = "practicum_days" in requirement.params
    days = [
        day
        for day in (traineeship.event.days.all() if traineeship.event else [])
        if day.is_practicum or not practicum_only
    ]
    noted = {row.day_id: row for row in traineeship.attendance.all()}
    there = [day for day in days if day.pk in noted and noted[day.pk].status in COUNTS]
    total = max(len(days), requirement.params.get("practicum_days" if practicum_only else "days", 0))
    minutes = sum(noted[day.pk].minutes for day in days if day.pk in noted)
    hours = requirement.params.get("hours", 0)
    enough = len(there) >= total > 0 and minutes >= hours * 60
    rest = _("%(count)s attended") % {"count": all_or_count(len(there), total)}
    if hours:
        held = min(minutes // 60, hours)
        rest = _("%(days)s, %(held)d of %(asked)d hours") % {"days": rest, "held": held, "asked": hours}
    away = [number for number, day in enumerate(days, start=1) if day not in there]
    missing = requirement.title.lower() if practicum_only else _missing_days(requirement, away, total)
    return Need(requirement, MET if enough else OPEN, rest, _when(days), missing, on=days[-1].on if days else None)


def _when(days: list[TrainingDay]) -> str:
    if not days:
        return _("The days are not set yet.")
    first, last = date_format(days[0].on, "DATE_FORMAT"), date_format(days[-1].on, "DATE_FORMAT")
    return first if first == last else _("%(first)s to %(last)s") % {"first": first, "last": last}


def _missing_days(requirement: Requirement, away: list[int], total: int) -> str:
    if not away or len(away) == total:
        return requirement.title.lower()
    numbers = ", ".join(str(number) for number in away)
    return ngettext("training day %(days)s", "training days %(days)s", len(away)) % {"days": numbers}


def _practicum(traineeship: Traineeship, requirement: Requirement) -> Need:
    families, sessions = requirement.params.get("families", 5), requirement.params.get("sessions", 5)
    gap = requirement.params.get("gap_days", DEFAULT_GAP)
    held = [min(held_sessions(family, gap=gap), sessions) for family in traineeship.families.all()]
    done = min(sum(count >= sessions for count in held), families)
    best = sum(sorted(held, reverse=True)[:families])
    rest = _("%(done)d of %(families)d families done, %(held)d of %(sessions)d sessions held") % {
        "done": done,
        "families": families,
        "held": best,
        "sessions": families * sessions,
    }
    detail = " ".join([*_who_left(traineeship, sessions, gap), *_too_near(traineeship, gap)])
    missing = ngettext("%(count)s family of %(total)s", "%(count)s families of %(total)s", families - done) % {
        "count": in_words(families - done),
        "total": in_words(families),
    }
    return Need(requirement, MET if done >= families else OPEN, rest, detail, missing)


def _who_left(traineeship: Traineeship, sessions: int, gap: int) -> list[str]:
    """A sentence on families that left before they had all their sessions."""
    gone = [family for family in traineeship.families.all() if family.left_on is not None]
    left = sum(held_sessions(family, gap=gap) < sessions for family in gone)
    said = ngettext(
        "One family left. It does not count, and that is no fault.",
        "%(count)d families left. They do not count, and that is no fault.",
        left,
    )
    return [said % {"count": left}] if left else []


def _too_near(traineeship: Traineeship, gap: int) -> list[str]:
    """A sentence on sessions that were held and do not count, because another was days before."""
    held = {family: sum(not one.is_cancelled for one in family.sessions.all()) for family in traineeship.families.all()}
    near = sum(count - held_sessions(family, gap=gap) for family, count in held.items())
    said = ngettext(
        "One session was less than %(gap)d days after another and does not count.",
        "%(count)d sessions were less than %(gap)d days after others and do not count.",
        near,
    )
    return [said % {"count": near, "gap": gap}] if near else []


def _feedback(traineeship: Traineeship, requirement: Requirement) -> Need:
    asked = requirement.params["feedback"]
    given = min(sum(has_feedback(family) for family in traineeship.families.all()), asked)
    rest = _("%(given)d of %(asked)d forms are in") % {"given": given, "asked": asked}
    missing = ngettext("feedback of %(count)s family", "feedback of %(count)s families", asked - given) % {
        "count": in_words(asked - given)
    }
    return Need(requirement, MET if given >= asked else OPEN, rest, _("They come with the families."), missing)


def has_feedback(family: PracticumFamily) -> bool:
    """Whether the family has said how it was: on its own page, or on a form that the candidate wrote down."""
    return family.feedback_on is not None or any(session.feedback for session in family.sessions.all())


def _from_series(traineeship: Traineeship, requirement: Requirement) -> Need | None:
    """Lesson plans and self-evaluations that a practice series brings, waiting for the trainer; None while too few."""
    held = [one for one in traineeship.practice_dates.all() if one.is_held]
    if requirement.key == "lesson_plans":
        count, asked = sum(bool(one.strokes) for one in held), requirement.params.get("count", sessions_of(traineeship))
        rest = ngettext(
            "%(count)d lesson plan of the practice series is with the trainer",
            "%(count)d lesson plans of the practice series are with the trainer",
            count,
        )
    elif requirement.key in ("self_evaluation", "self_evaluations"):
        count, asked = sum(bool(one.self_evaluation) for one in held), requirement.params.get("count", 1)
        rest = ngettext(
            "%(count)d self-evaluation of the practice series is with the trainer",
            "%(count)d self-evaluations of the practice series are with the trainer",
            count,
        )
    else:
        return None
    if count < asked:
        return None
    missing = _("the trainer's word on “%s”") % requirement.title.lower()
    return Need(requirement, WAIT, rest % {"count": count}, requirement.help, missing)


def _judged_work(traineeship: Traineeship, requirement: Requirement) -> Need:
    standing = standing_assessments(traineeship, requirement)
    newest = standing[-1] if standing else None
    waiting = _unjudged(traineeship, requirement, newest)
    if waiting:
        rest = _("%(which)s attempt handed in, waiting for the trainer") % {"which": ordinal(waiting.no)}
        before = _("The attempt before: %(said)s") % {"said": _said(newest)} if newest else ""
        return Need(requirement, WAIT, rest, before, _("the trainer's word on “%s”") % requirement.title.lower())
    if newest is None:
        return _from_series(traineeship, requirement) or Need(
            requirement, OPEN, _nothing_yet(requirement), requirement.help, requirement.title.lower()
        )
    who, on = str(newest.assessor), newest.assessed_at.date()
    if newest.outcome == Assessment.Outcome.PASSED:
        detail = _("%(who)s, %(date)s") % {"who": who, "date": date_format(on, "DATE_FORMAT")}
        return Need(requirement, MET, _passed(requirement, newest), detail, assessor=who, on=on)
    again = newest.outcome == Assessment.Outcome.REPEAT
    rest = _("please repeat") if again else _("not passed")
    return Need(requirement, OPEN, rest, _said(newest), requirement.title.lower(), who, on)


def _unjudged(traineeship: Traineeship, requirement: Requirement, newest: Assessment | None) -> Submission | None:
    """The newest attempt handed in that nobody has judged, unless the requirement is passed already."""
    if newest and newest.outcome == Assessment.Outcome.PASSED:
        return None
    judged = {row.submission_id for row in traineeship.assessments.all()}
    rows = [
        row
        for row in traineeship.submissions.all()
        if row.requirement_id == requirement.pk and row.withdrawn_at is None and row.pk not in judged
    ]
    return max(rows, key=lambda row: row.no, default=None)


def _nothing_yet(requirement: Requirement) -> str:
    mark = requirement.params.get("pass_mark")
    return _("not handed in yet; %d of 100 are needed") % mark if mark else _("not done yet")


def _passed(requirement: Requirement, assessment: Assessment) -> str:
    if requirement.kind in (Requirement.Kind.FEE, Requirement.Kind.DECLARATION):
        return _("done")
    return _("passed") if assessment.score is None else _("passed with %d of 100") % assessment.score


def _said(assessment: Assessment | None) -> str:
    if assessment is None:
        return ""
    if assessment.score is None:
        return assessment.comment
    return _("%(score)d of 100. %(comment)s") % {"score": assessment.score, "comment": assessment.comment}
