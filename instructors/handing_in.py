"""Handing in work, and taking back what nobody has judged yet."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from config.audit.trail import record
from instructors.models import Requirement, Submission, Traineeship
from instructors.refusals import CannotTrain
from instructors.traineeship import locked

HANDED_IN = (Requirement.Kind.EXAM, Requirement.Kind.DOCUMENT, Requirement.Kind.DECLARATION)


def hand_in(
    traineeship: Traineeship,
    requirement: Requirement,
    *,
    by: Any,
    now: datetime,
    text: str = "",
    url: str = "",
    file: File[bytes] | None = None,
) -> Submission:
    """One attempt. Raises CannotTrain when nothing is given, one already waits, or it was passed."""
    with transaction.atomic():
        row = locked(traineeship)
        _must_be_open(row, requirement)
        if not (text.strip() or url or file):
            raise CannotTrain(_("Please add a file, a link or some words."))
        attempts = row.submissions.filter(requirement=requirement)
        if attempts.filter(withdrawn_at__isnull=True, assessments__isnull=True).exists():
            raise CannotTrain(_("This work is with the trainer already."))
        handed_in = Submission.objects.create(
            traineeship=row,
            requirement=requirement,
            no=attempts.count() + 1,
            text=text,
            url=url,
            file=file,
            sha256=_hash(text, url, file),
            submitted_by=by,
            submitted_at=now,
        )
        record("handed in work", by=by, about=handed_in, now=now, detail={"requirement": requirement.key})
    return handed_in


def take_back(submission: Submission, *, by: Any, now: datetime) -> Submission:
    """Withdraw an attempt. Raises CannotTrain once it was judged, or for somebody else's work."""
    with transaction.atomic():
        row = Submission.objects.select_for_update().get(pk=submission.pk)
        if by.pk not in (row.traineeship.trainee_id, row.submitted_by_id):
            raise CannotTrain(_("Only the one who handed it in takes it back."))
        if row.assessments.exists() or row.withdrawn_at:
            raise CannotTrain(_("This work was judged, so it stays as it is."))
        row.withdrawn_at = now
        row.save(update_fields=["withdrawn_at"])
        record("took work back", by=by, about=row, now=now)
    return row


def _must_be_open(row: Traineeship, requirement: Requirement) -> None:
    if row.state not in (Traineeship.State.ACCEPTED, Traineeship.State.ACTIVE):
        raise CannotTrain(_("Work is handed in while somebody is in training."))
    if requirement.programme_id != row.programme_id or requirement.kind not in HANDED_IN:
        raise CannotTrain(_("This requirement takes no work."))
    standing = row.assessments.filter(requirement=requirement, superseded_by__isnull=True).order_by("-pk").first()
    if standing and standing.outcome == "passed":
        raise CannotTrain(_("This work has passed already."))


def _hash(text: str, url: str, file: File[bytes] | None) -> str:
    digest = hashlib.sha256(f"{text}\n{url}\n".encode())
    for chunk in file.chunks() if file else ():
        digest.update(chunk)
    return digest.hexdigest()
