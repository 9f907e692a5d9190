"""Handing in work, and taking back what nobody has judged yet."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from config.audit.trail import record
from instructors import conduct, training_letters, work_files
from instructors.access import may_sign_for, why_not_acting
from instructors.models import Requirement, Submission, Traineeship
from instructors.refusals import CannotTrain
from instructors.traineeship import locked, today_of

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
    """One attempt, by the candidate or by their trainer for them. The same sent twice is one attempt.

    Raises CannotTrain when nothing is given, for a file that is not taken, when one already waits, or it was passed.
    """
    given = work_files.taken(file) if file else None
    with transaction.atomic():
        row = locked(traineeship)
        _must_be_theirs(row, by, on=today_of(row, now))
        attempts = row.submissions.filter(requirement=requirement)
        digest = _hash(text, url, given)
        waiting = attempts.filter(withdrawn_at__isnull=True, assessments__isnull=True).first()
        if waiting and (waiting.sha256, waiting.submitted_by_id) == (digest, by.pk):
            return waiting
        _must_be_open(row, requirement)
        _must_be_new(waiting, is_given=bool(text.strip() or url or given))
        handed_in = Submission.objects.create(
            traineeship=row,
            requirement=requirement,
            no=attempts.count() + 1,
            text=text,
            url=url,
            sha256=digest,
            **_kept(given),
            submitted_by=by,
            submitted_at=now,
        )
        record("handed in work", by=by, about=handed_in, now=now, detail={"requirement": requirement.key})
        if by.pk == row.trainee_id:
            training_letters.tell_trainer(row, now=now)
    return handed_in


def _must_be_new(waiting: Submission | None, *, is_given: bool) -> None:
    if not is_given:
        raise CannotTrain(_("Please add a file, a link or some words."))
    if waiting:
        raise CannotTrain(_("This work is with the trainer already. To hand in another, take it back first."))


def declare(
    traineeship: Traineeship, requirement: Requirement, *, ticked: Collection[str], by: Any, now: datetime
) -> Submission:
    """The code of conduct, read and ticked by the candidate. Raises CannotTrain for others, or a line left out."""
    if requirement.kind != Requirement.Kind.DECLARATION:
        raise CannotTrain(_("This requirement takes no declaration."))
    if by.pk != traineeship.trainee_id:
        raise CannotTrain(_("Only the candidate declares this."))
    return hand_in(traineeship, requirement, text=conduct.declared(ticked), by=by, now=now)


def take_back(submission: Submission, *, by: Any, now: datetime) -> Submission:
    """Withdraw an attempt; its words and file are deleted. Taken back twice is taken back once.

    Raises CannotTrain once it was judged, or for somebody else's work.
    """
    with transaction.atomic():
        locked(submission.traineeship)
        row = Submission.objects.select_for_update().get(pk=submission.pk)
        if by.pk not in (row.traineeship.trainee_id, row.submitted_by_id):
            raise CannotTrain(_("Only the one who handed it in takes it back."))
        if row.withdrawn_at:
            return row
        if row.assessments.exists():
            raise CannotTrain(_("This work was judged, so it stays as it is."))
        row.withdrawn_at = now
        forget(row, on=now.date())
        record("took work back", by=by, about=row, now=now)
    return row


def forget(row: Submission, *, on: date) -> None:
    """Delete the words and the file; that something was handed in, when and by whom, stays. In a transaction."""
    if row.file:
        name, storage = str(row.file.name), row.file.storage
        transaction.on_commit(lambda: storage.delete(name))
    row.text = row.url = row.file_name = ""
    row.file = None
    row.file_size, row.forgotten_on = 0, on
    row.save()


def _kept(given: work_files.WorkFile | None) -> dict[str, Any]:
    if given is None:
        return {}
    file = File(given.content.file, name=given.name)
    return {"file": file, "file_name": given.name, "file_size": given.size}


def _must_be_theirs(row: Traineeship, by: Any, *, on: date) -> None:
    if by.pk == row.trainee_id:
        return
    if not may_sign_for(by, row):
        raise CannotTrain(_("Work is handed in by the candidate, or by their trainer for them."))
    if sentence := why_not_acting(by, row.credential_type.body, on=on):
        raise CannotTrain(sentence)


def _must_be_open(row: Traineeship, requirement: Requirement) -> None:
    if row.state not in (Traineeship.State.ACCEPTED, Traineeship.State.ACTIVE):
        raise CannotTrain(_("Work is handed in while somebody is in training."))
    if requirement.programme_id != row.programme_id or requirement.kind not in HANDED_IN:
        raise CannotTrain(_("This requirement takes no work."))
    standing = row.assessments.filter(requirement=requirement, superseded_by__isnull=True).order_by("-pk").first()
    if standing and standing.outcome == "passed":
        raise CannotTrain(_("This work has passed already."))


def _hash(text: str, url: str, given: work_files.WorkFile | None) -> str:
    digest = hashlib.sha256(f"{text}\n{url}\n".encode())
    for chunk in given.content.chunks() if given else ():
        digest.update(chunk)
    return digest.hexdigest()
