"""Old certificates from a table: tried line by line with the verbs themselves, rolled back, shown, and then written.

A dry run is the deed undone. What is confirmed is exactly what was shown: the hash of the lines and their answers.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.accounts.models import User
from config.audit.trail import record
from config.lib.cells import csv_of
from instructors.access import is_registrar
from instructors.certificate_check import folded
from instructors.issuing import record_certificate
from instructors.models import Certificate, CertifyingBody, CredentialType
from instructors.refusals import CannotIssue, ChangedSinceShown, Refused

HEADS = ("number", "letters", "name", "email", "valid_from", "valid_until")
MAY_BE_EMPTY = ("valid_until",)
MOST_LINES, MOST_BYTES = 500, 200_000
LONGEST_NAME = 120


@dataclass(frozen=True)
class Line:
    """One line of the table, what would become of it, and what to look at twice."""

    no: int
    number: str
    letters: str
    name: str
    email: str
    valid_from: str
    valid_until: str
    wrong: str = ""
    note: str = ""


@dataclass(frozen=True)
class Trial:
    """All lines with their answers, and the hash under which exactly this is confirmed."""

    lines: list[Line]
    seen: str

    @property
    def wrong(self) -> list[Line]:
        return [line for line in self.lines if line.wrong]

    @property
    def is_whole(self) -> bool:
        return bool(self.lines) and not self.wrong


def template(body: CertifyingBody | None) -> bytes:
    """An empty table with one line as an example."""
    prefix = body.number_prefix if body else "ABC"
    example = [f"{prefix}-1234", "CIMI", "Ruth Adeyemi", "ruth@example.org", "2019-03-31", "2029-03-30"]
    return csv_of([HEADS, example])


def try_out(content: str, *, body: CertifyingBody, by: Any, now: datetime) -> Trial:
    """What would become of each line. Nothing is written. Raises CannotIssue where it is no such table."""
    with transaction.atomic():
        lines, _written = _write(read_table(content), body=body, by=by, now=now)
        transaction.set_rollback(True)
    return Trial(lines, _hash(body, lines))


def bring_in(content: str, *, seen: str, body: CertifyingBody, by: Any, now: datetime) -> list[Certificate]:
    """Write what was shown, all of it or nothing.

    Raises ChangedSinceShown where it would come out otherwise by now, CannotIssue where a line is wrong.
    """
    with transaction.atomic():
        lines, written = _write(read_table(content), body=body, by=by, now=now)
        if _hash(body, lines) != seen:
            raise ChangedSinceShown(_("Something has changed since you looked. Please look at the lines again."))
        if any(line.wrong for line in lines):
            raise CannotIssue(_("Some lines cannot be recorded yet, so none was."))
        record("brought in old certificates", by=by, about=body, now=now, detail={"lines": len(lines), "hash": seen})
    return written


def read_table(content: str) -> list[Line]:
    """The lines of a CSV file with the heads of the template, its columns in any order. Raises CannotIssue."""
    if len(content.encode()) > MOST_BYTES:
        raise CannotIssue(_("This file is larger than a table of certificates can be."))
    text = content.lstrip("\ufeff").replace("\x00", "")
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    read = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        rows = [(no, [cell.strip() for cell in row]) for no, row in enumerate(read, start=1)]
    except csv.Error:
        raise CannotIssue(_("This cannot be read as a table. Take the template and fill it in.")) from None
    filled = [(no, row) for no, row in rows if any(row)]
    heads = [head.lower() for head in filled[0][1]] if filled else []
    if missing := [head for head in HEADS if head not in heads]:
        heading = _("The first line must name the columns. Missing: %(heads)s. Take the template and fill it in.")
        raise CannotIssue(heading % {"heads": ", ".join(missing)})
    if not filled[1:]:
        raise CannotIssue(_("There is no line under the heads yet."))
    if len(filled) > MOST_LINES + 1:
        too_many = ngettext("At most %(n)d line at once, please.", "At most %(n)d lines at once, please.", MOST_LINES)
        raise CannotIssue(too_many % {"n": MOST_LINES})
    return [_line(no, dict(zip(heads, row, strict=False))) for no, row in filled[1:]]


def _line(no: int, cells: dict[str, str]) -> Line:
    """The apostrophe with which a spreadsheet is kept from reading a formula is no part of the cell."""
    return Line(no, *(cells.get(head, "").removeprefix("'") for head in HEADS))


def _write(lines: list[Line], *, body: CertifyingBody, by: Any, now: datetime) -> tuple[list[Line], list[Certificate]]:
    """Each line by the verb, in a savepoint of its own, so that every wrong one is told and not the first alone."""
    if not is_registrar(by, body):
        raise CannotIssue(_("Only a registrar of the body records its certificates."))
    types = {one.code: one for one in CredentialType.objects.filter(body=body)}
    answered, written = [], []
    for line in lines:
        try:
            with transaction.atomic():
                certificate, note = _write_line(line, types, by=by, now=now)
        except Refused as refusal:
            answered.append(Line(**{**asdict(line), "wrong": str(refusal)}))
        else:
            answered.append(Line(**{**asdict(line), "note": note}))
            written.append(certificate)
    return answered, written


def _write_line(line: Line, types: dict[str, CredentialType], *, by: Any, now: datetime) -> tuple[Certificate, str]:
    if empty := [head for head in HEADS if head not in MAY_BE_EMPTY and not getattr(line, head)]:
        raise CannotIssue(_("Please fill in: %(heads)s.") % {"heads": ", ".join(empty)})
    credential = types.get(line.letters.upper())
    if credential is None:
        known = {"letters": line.letters, "known": ", ".join(sorted(types))}
        raise CannotIssue(_("This body gives no “%(letters)s”. It gives: %(known)s.") % known)
    begins = _day(line.valid_from)
    ends = _day(line.valid_until) if line.valid_until else None
    holder, note = holder_of(line.email, line.name, by=by, now=now)
    made = record_certificate(
        credential,
        holder=holder,
        number=line.number,
        name=line.name,
        valid_from=begins,
        valid_until=ends,
        by=by,
        now=now,
    )
    return made, note


def holder_of(email: str, name: str, *, by: Any, now: datetime) -> tuple[User, str]:
    """Whose certificate it is: the account with that address, made where there is none; and what to look at twice."""
    try:
        validate_email(email)
    except ValidationError:
        raise CannotIssue(_("“%(address)s” is no e-mail address.") % {"address": email}) from None
    if len(name) > LONGEST_NAME:
        raise CannotIssue(_("This name is longer than the register can hold."))
    found = User.objects.filter(email__iexact=email).first()
    if found is None:
        made = User.objects.create_user(email, None, name=name)
        record("made an account for a holder", by=by, about=made, now=now)
        return made, _("Nobody signs in with this address yet. An account is made; no letter is sent.")
    if folded(str(found)) != folded(name):
        return found, _("The account with this address goes by another name. Please make sure that it is theirs.")
    return found, ""


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise CannotIssue(_("“%(typed)s” is no day. Write it like 2019-03-31.") % {"typed": typed}) from None


def _hash(body: CertifyingBody, lines: list[Line]) -> str:
    shown = json.dumps([body.pk, *(asdict(line) for line in lines)], sort_keys=True)
    return hashlib.sha256(shown.encode()).hexdigest()
