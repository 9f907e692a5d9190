"""What a candidate's page says, put together once for them and for the trainer who looks along."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from instructors.models import Certificate, PracticumFamily, Requirement, Traineeship
from instructors.practicum import gap_of
from instructors.progress import Need, Progress, held_sessions, progress_of
from instructors.traineeship import today_of
from instructors.words import capital, count_of, in_words


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
class TrainingPage:
    traineeship: Traineeship
    progress: Progress
    lead: str
    days_left: int | None
    families: list[FamilyLine]
    certificate: Certificate | None
    today: date

    @property
    def open(self) -> list[Need]:
        return self.progress.open

    @property
    def is_going_on(self) -> bool:
        return self.traineeship.state in (Traineeship.State.ACCEPTED, Traineeship.State.ACTIVE)


def training_page(traineeship: Traineeship, *, now: datetime) -> TrainingPage:
    """The page of a traineeship loaded `with_work()`."""
    progress = progress_of(traineeship)
    today = today_of(traineeship, now)
    left = (traineeship.deadline_on - today).days if traineeship.deadline_on else None
    return TrainingPage(
        traineeship=traineeship,
        progress=progress,
        lead=_lead(progress),
        days_left=left if left is not None and left >= 0 else None,
        families=_families(traineeship),
        certificate=Certificate.objects.filter(traineeship=traineeship).first(),
        today=today,
    )


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
