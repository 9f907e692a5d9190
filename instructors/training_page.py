"""What a candidate's page says, put together once for them and for the trainer who looks along."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from instructors.asking import MAY_ASK
from instructors.attempts import GOING_ON, Work, work_on
from instructors.deadlines import steps_of
from instructors.life import Standing, standing
from instructors.models import Certificate, Extension, PracticumFamily, Requirement, TimeRequest, Traineeship
from instructors.practicum import gap_of
from instructors.progress import MET, OPEN, WAIT, Need, Progress, held_sessions, progress_of
from instructors.traineeship import today_of
from instructors.words import capital, count_of, in_words

MAY_LEAVE = (Traineeship.State.APPLIED, *GOING_ON)
ENDED = (
    Traineeship.State.REJECTED,
    Traineeship.State.WITHDRAWN,
    Traineeship.State.CLOSED,
    Traineeship.State.LAPSED,
)


@dataclass(frozen=True)
class FamilyLine:
    family: PracticumFamily
    held: int
    asked: int

    @property
    def state(self) -> str:
        """ "done", "left" or "running"."""
        if self.held >= self.asked:
            return "done"
        return "left" if self.family.left_on else "running"


@dataclass(frozen=True)
class NeedLine:
    """One requirement on the page: how it stands, until when, and the work on it."""

    need: Need
    due_on: date | None
    work: Work


@dataclass(frozen=True)
class TrainingPage:
    traineeship: Traineeship
    progress: Progress
    lead: str
    days_left: int | None
    families: list[FamilyLine]
    certificate: Certificate | None
    standing: Standing | None
    today: date
    lines: list[NeedLine]
    request: TimeRequest | None
    extensions: list[Extension]

    @property
    def open(self) -> list[NeedLine]:
        return [line for line in self.lines if line.need.state == OPEN]

    @property
    def waiting(self) -> list[NeedLine]:
        return [line for line in self.lines if line.need.state == WAIT]

    @property
    def done(self) -> list[NeedLine]:
        return [line for line in self.lines if line.need.state == MET]

    @property
    def is_going_on(self) -> bool:
        return self.traineeship.state in GOING_ON

    @property
    def is_over(self) -> bool:
        """Ended without a certificate, and without a signature."""
        return self.traineeship.state in ENDED

    @property
    def has_begun(self) -> bool:
        """Whether there is anything to look back on: nobody is shown a list of nothing."""
        return bool(self.done or self.waiting or self.families)

    @property
    def has_time_running(self) -> bool:
        """Whether the day by which it is to be finished still matters: nobody who has done everything is hurried."""
        if not self.traineeship.deadline_on or self.progress.is_ready:
            return False
        return self.is_going_on or self.traineeship.state == Traineeship.State.LAPSED

    @property
    def may_ask(self) -> bool:
        """Whether more time can be asked for now."""
        row = self.traineeship
        asks = self.request is not None and self.request.state == TimeRequest.State.OPEN
        return row.state in MAY_ASK and bool(row.deadline_on and row.trainer_of_record_id) and not asks

    @property
    def may_leave(self) -> bool:
        return self.traineeship.state in MAY_LEAVE


def own_training(user: Any, *, of: str = "") -> Traineeship | None:
    """The user's training with that number; without one, the newest that goes on, else the newest."""
    rows = Traineeship.objects.of(user).with_work()
    if of:
        return rows.filter(pk=int(of)).first() if of.isdecimal() and len(of) < 18 else None
    return rows.open().order_by("-pk").first() or rows.order_by("-pk").first()


def other_trainings(user: Any, traineeship: Traineeship) -> list[Traineeship]:
    """The user's trainings but for that one, the newest first."""
    return list(Traineeship.objects.of(user).exclude(pk=traineeship.pk).with_people().order_by("-pk")[:20])


def training_page(traineeship: Traineeship, *, now: datetime) -> TrainingPage:
    """The page of a traineeship loaded `with_work()`."""
    progress = progress_of(traineeship)
    today = today_of(traineeship, now)
    left = (traineeship.deadline_on - today).days if traineeship.deadline_on else None
    certificate = Certificate.objects.filter(traineeship=traineeship).first()
    return TrainingPage(
        traineeship=traineeship,
        progress=progress,
        lead=_lead(progress),
        days_left=left if left is not None and left >= 0 else None,
        families=_families(traineeship),
        certificate=certificate,
        standing=standing(certificate, on=today) if certificate else None,
        today=today,
        lines=_lines(traineeship, progress),
        request=traineeship.time_requests.select_related("requirement", "answered_by").first(),
        extensions=sorted(traineeship.extensions.all(), key=lambda row: -row.pk),
    )


def _lines(traineeship: Traineeship, progress: Progress) -> list[NeedLine]:
    due = {step.requirement.pk: step.due_on for step in steps_of(traineeship)}
    going_on = traineeship.state in GOING_ON
    return [
        NeedLine(
            need,
            (due.get(need.requirement.pk) or traineeship.deadline_on) if going_on else None,
            work_on(traineeship, need.requirement),
        )
        for need in progress.needs
    ]


def _lead(progress: Progress) -> str:
    done, total = len(progress.done), len(progress.needs)
    if progress.is_ready:
        return _("All %(total)s are done.") % {"total": in_words(total)}
    words = _("%(count)s done") % {"count": capital(count_of(done, total))}
    waiting = len(progress.waiting)
    if waiting:
        with_trainer = ngettext("%(n)s is with your trainer", "%(n)s are with your trainer", waiting)
        words = f"{words}, {with_trainer % {'n': in_words(waiting)}}"
    return f"{words}."


def _families(traineeship: Traineeship) -> list[FamilyLine]:
    asked = next(
        (need.params["sessions"] for need in traineeship.programme.requirements.all() if _counts_sessions(need)), 5
    )
    gap = gap_of(traineeship)
    return [
        FamilyLine(family, min(held_sessions(family, gap=gap), asked), asked) for family in traineeship.families.all()
    ]


def _counts_sessions(requirement: Requirement) -> bool:
    return requirement.kind == Requirement.Kind.PRACTICUM and "sessions" in requirement.params
