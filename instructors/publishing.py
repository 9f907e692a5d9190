"""A programme from draft to retirement. Only a draft is edited; what is published changes as a new version."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from config.audit.trail import record
from instructors.access import is_registrar
from instructors.deadlines import validate_rule
from instructors.models import CredentialType, Programme, Requirement
from instructors.refusals import CannotPublish
from instructors.requirements import new_version, validate_params

Status, Kind, Stage = Programme.Status, Requirement.Kind, Requirement.Stage


def may_draft(user: Any, credential_type: CredentialType) -> bool:
    """Whether this person drafts programmes of that body."""
    return bool(user.is_superuser or is_registrar(user, credential_type.body))


def draft_programme(credential_type: CredentialType, *, title: str, by: Any, now: datetime, **facts: Any) -> Programme:
    """A first version that asks for nothing yet."""
    with transaction.atomic():
        _must_draft(by, credential_type)
        _must_be_a_rule(facts.get("deadline_rule", {}))
        made = Programme.objects.create(
            credential_type=credential_type, code=_free_code(credential_type, title), title=title, **facts
        )
        record("made a programme", by=by, about=made, now=now)
    return made


def change_programme(programme: Programme, *, by: Any, now: datetime, **facts: Any) -> Programme:
    """Other facts of a draft."""
    with transaction.atomic():
        row = _draft(programme, by=by)
        _must_be_a_rule(facts.get("deadline_rule", {}))
        for name, value in facts.items():
            setattr(row, name, value)
        row.save()
        record("changed a programme", by=by, about=row, now=now, detail={"fields": sorted(facts)})
    return row


def put_requirement(
    programme: Programme,
    requirement: Requirement | None,
    *,
    kind: str,
    title: str,
    by: Any,
    now: datetime,
    **facts: Any,
) -> Requirement:
    """Ask for one thing more in a draft, or for the same thing otherwise. Its kind stays what it was."""
    with transaction.atomic():
        row = _draft(programme, by=by)
        asked = Requirement(programme=row, kind=kind) if requirement is None else _of(row, requirement)
        try:
            validate_params(asked.kind, facts.get("params", {}))
            validate_rule(facts.get("deadline_rule", {}))
        except ValidationError as mistake:
            raise CannotPublish(mistake.messages[0]) from mistake
        asked.title = title
        for name, value in facts.items():
            setattr(asked, name, value)
        if requirement is None:
            asked.key, asked.order = _free_key(row, title), row.requirements.count() + 1
        asked.save()
        what = "added a requirement" if requirement is None else "changed a requirement"
        record(what, by=by, about=row, now=now, detail={"requirement": asked.key})
    return asked


def take_out_requirement(requirement: Requirement, *, by: Any, now: datetime) -> None:
    """A draft no longer asks for it."""
    with transaction.atomic():
        row = _draft(requirement.programme, by=by)
        gone = _of(row, requirement)
        record("took a requirement out", by=by, about=row, now=now, detail={"requirement": gone.key})
        gone.delete()


def move_up(requirement: Requirement, *, by: Any, now: datetime) -> None:
    """One place further up; the first stays the first. Steps count on in this order."""
    with transaction.atomic():
        row = _draft(requirement.programme, by=by)
        rows = list(row.requirements.order_by("order", "pk"))
        place = next((n for n, one in enumerate(rows) if one.pk == requirement.pk), 0)
        if place:
            rows[place - 1], rows[place] = rows[place], rows[place - 1]
        for number, one in enumerate(rows, start=1):
            one.order = number
        Requirement.objects.bulk_update(rows, ["order"])
        record("moved a requirement up", by=by, about=row, now=now, detail={"requirement": requirement.key})


def publish(programme: Programme, *, by: Any, now: datetime) -> Programme:
    """From now on people train on it. An older version of the same programme takes nobody new.

    Raises CannotPublish for anybody but a superuser, and for what is not whole.
    """
    with transaction.atomic():
        row = _locked(programme)
        if not by.is_superuser:
            raise CannotPublish(_("An administrator publishes programmes. Tell them that this draft is ready."))
        if row.status == Status.PUBLISHED:
            return row
        if missing := gaps(row):
            raise CannotPublish(missing[0])
        for older in Programme.objects.versions_of(row).published().select_for_update():
            _move(older, Status.RETIRED, "retired a programme", by=by, now=now)
        return _move(row, Status.PUBLISHED, "published a programme", by=by, now=now)


def retire(programme: Programme, *, by: Any, now: datetime) -> Programme:
    """No new event begins on it. Who trains on it stays on it to the end."""
    with transaction.atomic():
        row = _locked(programme)
        if not by.is_superuser:
            raise CannotPublish(_("An administrator retires programmes."))
        if row.status == Status.RETIRED:
            return row
        return _move(row, Status.RETIRED, "retired a programme", by=by, now=now)


def begin_version(programme: Programme, *, by: Any, now: datetime) -> Programme:
    """A draft copy with the next number, to change. One draft of a programme at a time: asked twice, the same one."""
    with transaction.atomic():
        row = _locked(programme)
        _must_draft(by, row.credential_type)
        if row.status == Status.DRAFT:
            raise CannotPublish(_("This is a draft already: change it as it is."))
        if standing := Programme.objects.versions_of(row).filter(status=Status.DRAFT).first():
            return standing
        copy = new_version(row)
        record("made a new version", by=by, about=copy, now=now)
    return copy


def gaps(programme: Programme) -> list[str]:
    """What is missing before it can be published, in sentences. What no source says may stay blank."""
    rows = list(programme.requirements.all())
    return [*_of_the_whole(programme, rows), *(sentence for row in rows for sentence in _of_one(row, rows))]


def _of_the_whole(programme: Programme, rows: list[Requirement]) -> Iterator[str]:
    if not any(row.stage == Stage.INITIAL for row in rows):
        yield _("Nothing is asked for the certificate yet. Add what it takes.")
    renews = programme.ce_hours or programme.renewal_window_days or any(row.stage == Stage.RENEWAL for row in rows)
    if renews and not programme.validity_months:
        yield _("Renewal is described, but certificates have no end. Say for how many months they are valid.")


def _of_one(row: Requirement, rows: list[Requirement]) -> Iterator[str]:
    words = {"title": row.title}
    if row.kind == Kind.ATTENDANCE and not row.params.keys() & {"days", "practicum_days"}:
        yield _("“%(title)s”: say how many days.") % words
    whole_practice = {"families", "sessions"} <= row.params.keys() or "feedback" in row.params
    if row.kind == Kind.PRACTICUM and not whole_practice:
        yield _("“%(title)s”: say how many families and sessions, or how many families give feedback.") % words
    if row.kind == Kind.CE_HOURS and row.stage == Stage.INITIAL:
        yield _("“%(title)s”: learning hours are asked for a renewal only.") % words
    earlier = [one for one in rows if one.deadline_rule and (one.order, one.pk) < (row.order, row.pk)]
    if row.deadline_rule.get("anchor") == "previous_step" and not earlier:
        yield _("“%(title)s” counts from the step before, and there is none.") % words


def _locked(programme: Programme) -> Programme:
    rows = Programme.objects.select_for_update(of=("self",)).select_related("credential_type__body")
    return rows.get(pk=programme.pk)


def _draft(programme: Programme, *, by: Any) -> Programme:
    row = _locked(programme)
    _must_draft(by, row.credential_type)
    if row.status != Status.DRAFT:
        raise CannotPublish(_("This version is published, so it stays as it is. Make a new version to change."))
    return row


def _must_draft(by: Any, credential_type: CredentialType) -> None:
    if not may_draft(by, credential_type):
        raise CannotPublish(_("Only a registrar of %(body)s drafts its programmes.") % {"body": credential_type.body})


def _must_be_a_rule(rule: Any) -> None:
    try:
        validate_rule(rule)
    except ValidationError as mistake:
        raise CannotPublish(mistake.messages[0]) from mistake


def _of(programme: Programme, requirement: Requirement) -> Requirement:
    found = programme.requirements.filter(pk=requirement.pk).first()
    if found is None:
        raise CannotPublish(_("This requirement belongs to another programme."))
    return found


def _move(row: Programme, status: str, what: str, *, by: Any, now: datetime) -> Programme:
    if status not in Programme.MOVES[row.status]:
        raise CannotPublish(
            _("This programme is “%(state)s”, so that cannot be done.") % {"state": row.get_status_display()}
        )
    was, row.status = row.status, Status(status)
    row.save(update_fields=["status"])
    record(what, by=by, about=row, now=now, detail={"was": was})
    return row


def _free_code(credential_type: CredentialType, title: str) -> str:
    taken = set(Programme.objects.filter(credential_type=credential_type).values_list("code", flat=True))
    return _free(slugify(title)[:50] or "programme", taken, "-")


def _free_key(programme: Programme, title: str) -> str:
    word = slugify(title).replace("-", "_")[:34].lstrip("_0123456789") or "requirement"
    return _free(word, set(programme.requirements.values_list("key", flat=True)), "_")


def _free(word: str, taken: set[str], dash: str) -> str:
    numbered = (word, *(f"{word}{dash}{number}" for number in range(2, len(taken) + 3)))
    return next(one for one in numbered if one not in taken)
