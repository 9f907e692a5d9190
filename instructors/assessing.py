"""Judging a candidate's work. An assessment stays for good; a correction is a new row with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from config.audit.trail import record
from instructors import training_letters
from instructors.access import may_certify, may_sign_for
from instructors.models import Assessment, Requirement, Submission, Traineeship
from instructors.refusals import CannotAssess, ChangedSinceRead
from instructors.traineeship import locked, start, today_of

Outcome = Assessment.Outcome
COUNTED = (Requirement.Kind.ATTENDANCE, Requirement.Kind.PRACTICUM, Requirement.Kind.CE_HOURS)


def assess(
    traineeship: Traineeship,
    requirement: Requirement,
    *,
    outcome: str,
    by: Any,
    now: datetime,
    score: int | None = None,
    comment: str = "",
    submission: Submission | None = None,
    seen: str | None = None,
) -> Assessment:
    """Judge one requirement. `seen` is the `sight` of the page, so that two readers do not judge past each other.

    Raises CannotAssess, with a sentence, where `obstacle` or `mistake` finds one; ChangedSinceRead where something
    was handed in or judged since. Sent twice, the first judgement is returned.
    """
    with transaction.atomic():
        row = locked(traineeship)
        said: dict[str, Any] = {"outcome": outcome, "score": score, "comment": comment.strip()}
        if again := _sent_twice(row, requirement, seen, by=by, said=said):
            return again
        _refuse(obstacle(row, requirement, by=by, now=now))
        _must_be_as_read(row, requirement, seen)
        _refuse(mistake(requirement, outcome=outcome, score=score, comment=comment))
        newest = row.assessments.filter(requirement=requirement, superseded_by__isnull=True).order_by("-pk").first()
        if newest and newest.outcome == Outcome.PASSED:
            raise CannotAssess(_("This work has passed. To change that, correct the assessment and give the reason."))
        start(row, by=by, now=now)
        return _write(
            row,
            requirement,
            *("assessed", by, now),
            **said,
            submission=submission or _waiting(row, requirement),
        )


def correct(
    assessment: Assessment,
    *,
    outcome: str,
    reason: str,
    by: Any,
    now: datetime,
    score: int | None = None,
    seen: str | None = None,
) -> Assessment:
    """Put another judgement in the place of this one; the old one stays and can be read.

    Raises CannotAssess without a reason, or where it was corrected before. Sent twice, the first is returned.
    """
    with transaction.atomic():
        row = locked(assessment.traineeship)
        requirement = assessment.requirement
        said: dict[str, Any] = {"outcome": outcome, "score": score, "comment": reason.strip()}
        if again := _sent_twice(row, requirement, seen, by=by, said=said):
            return again
        _refuse(obstacle(row, requirement, by=by, now=now))
        if not reason.strip():
            raise CannotAssess(_("Please give the reason for the correction."))
        _refuse(mistake(requirement, outcome=outcome, score=score, comment=reason))
        _must_be_as_read(row, requirement, seen)
        if Assessment.objects.filter(supersedes=assessment).exists():
            raise CannotAssess(_("This assessment was corrected before; correct the newer one."))
        return _write(
            row,
            requirement,
            *("corrected an assessment", by, now),
            **said,
            submission=assessment.submission,
            supersedes=assessment,
        )


def sight(traineeship: Traineeship, requirement: Requirement) -> str:
    """What a reader of this work has before them: its newest judgement and its newest attempt, by number."""
    judged = [row.pk for row in traineeship.assessments.all() if row.requirement_id == requirement.pk]
    handed_in = [
        row.pk
        for row in traineeship.submissions.all()
        if row.requirement_id == requirement.pk and row.withdrawn_at is None
    ]
    return f"{max(judged, default=0)}-{max(handed_in, default=0)}"


def _must_be_as_read(row: Traineeship, requirement: Requirement, seen: str | None) -> None:
    if seen is not None and seen != sight(row, requirement):
        raise ChangedSinceRead(_("Something was handed in or judged since you opened this page."))


def _sent_twice(
    row: Traineeship, requirement: Requirement, seen: str | None, *, by: Any, said: dict[str, Any]
) -> Assessment | None:
    """The judgement that the same person wrote from the same page in the same words."""
    newest = row.assessments.filter(requirement=requirement).order_by("-pk").first()
    if seen is None or newest is None or newest.assessor_id != by.pk or seen == sight(row, requirement):
        return None
    before = row.assessments.filter(requirement=requirement).order_by("-pk").values_list("pk", flat=True)[1:2]
    was_seen = seen.partition("-")[0] == str(next(iter(before), 0))
    return newest if was_seen and all(getattr(newest, name) == value for name, value in said.items()) else None


def obstacle(traineeship: Traineeship, requirement: Requirement, *, by: Any, now: datetime) -> str | None:
    """Why this person cannot judge this requirement of this candidate now; None where they can."""
    return next(_obstacles(traineeship, requirement, by, now), None)


def _obstacles(traineeship: Traineeship, requirement: Requirement, by: Any, now: datetime) -> Iterator[str]:
    body, own = traineeship.credential_type.body, may_sign_for(by, traineeship)
    if by.pk == traineeship.trainee_id:
        yield _("Nobody assesses their own work.")
    if traineeship.state not in (Traineeship.State.ACCEPTED, Traineeship.State.ACTIVE):
        yield _("Work is assessed while somebody is in training.")
    if requirement.programme_id != traineeship.programme_id:
        yield _("This requirement belongs to another programme.")
    if requirement.kind in COUNTED:
        yield _("This requirement is counted from what was noted, so nobody needs to judge it.")
    if not may_certify(by, body, on=today_of(traineeship, now)):
        yield _("Only a trainer with a valid certificate of %(body)s assesses this work.") % {"body": body}
    if requirement.assessor == Requirement.Assessor.TRAINER_OF_RECORD and not own:
        yield _("Only the candidate's own trainer, or a deputy whom a registrar appoints, assesses this work.")
    if requirement.assessor == Requirement.Assessor.NOT_OWN_TRAINER and own:
        yield _("A trainer other than the candidate's own assesses this work; a registrar appoints one.")


def mistake(requirement: Requirement, *, outcome: str, score: int | None, comment: str) -> str | None:
    """What is wrong with the judgement itself; None where it is whole."""
    if outcome == Outcome.REPEAT and not comment.strip():
        return _("Please say what to look at again.")
    if score is not None and not 0 <= score <= 100:
        return _("A score is a number from 0 to 100.")
    mark = requirement.params.get("pass_mark") if requirement.kind == Requirement.Kind.EXAM else None
    if mark and outcome == Outcome.PASSED and (score is None or score < mark):
        return _("To pass, the score must be %(mark)d or more.") % {"mark": mark}
    return None


def _waiting(row: Traineeship, requirement: Requirement) -> Submission | None:
    rows = row.submissions.filter(requirement=requirement, withdrawn_at__isnull=True, assessments__isnull=True)
    return rows.order_by("-no").first()


def _write(row: Traineeship, requirement: Requirement, what: str, by: Any, now: datetime, **facts: Any) -> Assessment:
    written = Assessment.objects.create(
        traineeship=row, trainee_id=row.trainee_id, requirement=requirement, assessor=by, assessed_at=now, **facts
    )
    detail = {"requirement": requirement.key, "outcome": written.outcome}
    record(what, by=by, about=written, now=now, detail=detail)
    training_letters.tell_judged(row, now=now)
    return written


def _refuse(sentence: str | None) -> None:
    if sentence:
        raise CannotAssess(sentence)
