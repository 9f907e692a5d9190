"""Work on one requirement as its candidate reads it: each attempt, what was said about it, and what can be done now.

Pass a traineeship loaded by `Traineeship.objects.with_work()`.
"""

from __future__ import annotations

from dataclasses import dataclass

from instructors.handing_in import HANDED_IN
from instructors.models import Assessment, Requirement, Submission, Traineeship

GOING_ON = (Traineeship.State.ACCEPTED, Traineeship.State.ACTIVE)


@dataclass(frozen=True)
class Said:
    """One judgement; `is_corrected` where a newer one stands in its place."""

    row: Assessment
    is_corrected: bool


@dataclass(frozen=True)
class Attempt:
    row: Submission
    said: list[Said]

    @property
    def state(self) -> str:
        """ "withdrawn", "judged" or "waiting"."""
        if self.row.withdrawn_at:
            return "withdrawn"
        return "judged" if self.said else "waiting"

    @property
    def is_for_candidate(self) -> bool:
        """Whether somebody else handed it in for them."""
        return self.row.submitted_by_id != self.row.traineeship.trainee_id


@dataclass(frozen=True)
class Work:
    """`said` are judgements without an attempt, such as of a paper that was seen at the training."""

    requirement: Requirement
    attempts: list[Attempt]
    said: list[Said]
    may_hand_in: bool

    @property
    def newest(self) -> Attempt | None:
        """The newest that was not taken back."""
        return next((one for one in self.attempts if one.state != "withdrawn"), None)

    @property
    def waiting(self) -> Attempt | None:
        return next((one for one in self.attempts if one.state == "waiting"), None)

    @property
    def last_words(self) -> Said | None:
        """The newest judgement that stands and says something."""
        told = [*self.said, *(said for attempt in self.attempts for said in attempt.said)]
        standing = [said for said in told if said.row.comment and not said.is_corrected]
        return max(standing, key=lambda said: said.row.pk, default=None)

    @property
    def is_declaration(self) -> bool:
        return self.requirement.kind == Requirement.Kind.DECLARATION


def work_on(traineeship: Traineeship, requirement: Requirement) -> Work:
    """All attempts, the newest first."""
    rows = [row for row in traineeship.assessments.all() if row.requirement_id == requirement.pk]
    replaced = {row.supersedes_id for row in rows}
    told = [Said(row, row.pk in replaced) for row in sorted(rows, key=lambda row: row.pk)]
    handed_in = [row for row in traineeship.submissions.all() if row.requirement_id == requirement.pk]
    attempts = [
        Attempt(row, [said for said in told if said.row.submission_id == row.pk])
        for row in sorted(handed_in, key=lambda row: -row.no)
    ]
    loose = [said for said in told if said.row.submission_id is None]
    return Work(requirement, attempts, loose, _may_hand_in(traineeship, requirement, attempts, told))


def _may_hand_in(traineeship: Traineeship, requirement: Requirement, attempts: list[Attempt], told: list[Said]) -> bool:
    if requirement.kind not in HANDED_IN or traineeship.state not in GOING_ON:
        return False
    standing = [said.row for said in told if not said.is_corrected]
    passed = bool(standing) and standing[-1].outcome == Assessment.Outcome.PASSED
    return not passed and all(one.state != "waiting" for one in attempts)
