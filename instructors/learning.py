"""Hours of further learning: noted by whoever holds the certificate, looked at by a trainer, counted at a renewal."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from config.audit.trail import record
from instructors import life_letters
from instructors.access import is_registrar, is_trainer_of, may_certify
from instructors.life import day_of, held
from instructors.models import CERecord, Certificate
from instructors.refusals import CannotChange

State = CERecord.State
MOST_NOTED = 200
"""So many lines a certificate holds: three years of weekly study."""


def note_hours(
    certificate: Certificate,
    *,
    title: str,
    held_on: date,
    hours: Decimal,
    evidence: str,
    by: Any,
    now: datetime,
    category: str = CERecord.Category.COURSE,
    link: str = "",
) -> CERecord:
    """Note hours. The same line, while nobody has looked at it, is noted once.

    Raises CannotChange for another's certificate, one that has ended, or a day that cannot count.
    """
    with transaction.atomic():
        row = held(certificate)
        if by.pk != row.holder_id:
            raise CannotChange(_("Only the holder notes learning hours."))
        _must_be_able_to_count(row, held_on, now)
        said: dict[str, Any] = {
            **{"title": title.strip(), "held_on": held_on, "hours": hours, "category": category},
            **{"evidence": evidence.strip(), "link": link},
        }
        if standing := row.learning.undecided().filter(**said).first():
            return standing
        if row.learning.count() >= MOST_NOTED:
            raise CannotChange(_("There are very many lines here already. Please write to the registrar."))
        noted = CERecord.objects.create(certificate=row, holder_id=row.holder_id, noted_at=now, **said)
        record("noted learning hours", by=by, about=noted, now=now, detail={"hours": str(hours)})
    return noted


def accept(learning: CERecord, *, by: Any, now: datetime, word: str = "") -> CERecord:
    """Let the hours count. Raises CannotChange for one's own, another's candidate, or where it was answered already."""
    with transaction.atomic():
        row = _answered(learning, State.ACCEPTED, by=by, now=now, word=word)
        record("accepted learning hours", by=by, about=row, now=now)
    return row


def refuse(learning: CERecord, *, word: str, by: Any, now: datetime) -> CERecord:
    """Say why the hours do not count. Raises CannotChange without a word, and as `accept` does."""
    if not word.strip():
        raise CannotChange(_("Please say why these hours do not count, and what would."))
    with transaction.atomic():
        row = _answered(learning, State.REFUSED, by=by, now=now, word=word)
        life_letters.tell_hours_refused(row, now=now)
        record("refused learning hours", by=by, about=row, now=now)
    return row


def take_back(learning: CERecord, *, by: Any, now: datetime) -> CERecord:
    """Take back what nobody has looked at. Raises CannotChange otherwise, and for somebody else's."""
    with transaction.atomic():
        row = _held(learning)
        if by.pk != row.holder_id:
            raise CannotChange(_("Only the one who noted these hours takes them back."))
        if row.state == State.WITHDRAWN:
            return row
        if row.state != State.NOTED:
            raise CannotChange(_("These hours have been looked at, so they stay as they are."))
        row.state = State.WITHDRAWN
        row.save(update_fields=["state"])
        record("took learning hours back", by=by, about=row, now=now)
    return row


def may_look_at(user: Any, learning: CERecord, *, on: date) -> bool:
    """The trainer of record, any trainer of the body where there is none who can, and the body's registrars."""
    certificate = learning.certificate
    body = certificate.credential_type.body
    if user.pk == learning.holder_id:
        return False
    if is_registrar(user, body):
        return True
    if not may_certify(user, body, on=on):
        return False
    return certificate.traineeship is None or is_trainer_of(user, certificate.traineeship)


def counting_since(certificate: Certificate) -> date:
    """From which day on hours count: that of the last renewal, or of the certificate where there was none."""
    dated = certificate.events.exclude(valid_from__isnull=True).order_by("-pk").first()
    return dated.effective_on if dated else certificate.valid_from


def counted(certificate: Certificate, *, on: date) -> list[CERecord]:
    """The hours that count for the next renewal, as of that day."""
    return list(certificate.learning.that_count(since=counting_since(certificate), until=on))


def hours_of(records: list[CERecord]) -> Decimal:
    return sum((one.hours for one in records), Decimal(0))


def in_figures(hours: Decimal) -> str:
    """For example "4" or "1.5", as the reader's language writes it."""
    return number_format(hours.normalize() if hours % 1 else int(hours))


def _must_be_able_to_count(row: Certificate, held_on: date, now: datetime) -> None:
    if row.state not in (Certificate.State.ACTIVE, Certificate.State.SUSPENDED):
        raise CannotChange(_("The certificate is “%(state)s”.") % {"state": row.get_state_display()})
    if held_on > day_of(row, now):
        raise CannotChange(_("That day is still to come. Please note the hours once you have been there."))
    since = counting_since(row)
    if held_on < since:
        begins = {"date": date_format(since, "DATE_FORMAT")}
        raise CannotChange(_("Hours count from %(date)s on, the beginning of this period.") % begins)


def _held(learning: CERecord) -> CERecord:
    """The row as it is now, held; its certificate first, as everywhere."""
    held(learning.certificate)
    return CERecord.objects.select_for_update(of=("self",)).with_names().get(pk=learning.pk)


def _answered(learning: CERecord, state: str, *, by: Any, now: datetime, word: str) -> CERecord:
    row = _held(learning)
    if not may_look_at(by, row, on=day_of(row.certificate, now)):
        raise CannotChange(_("The holder’s trainer or a registrar of the body looks at these hours, and nobody else."))
    if row.state == state and row.decided_by_id == by.pk:
        return row
    if row.state != State.NOTED:
        raise CannotChange(_("These hours are “%(state)s” already.") % {"state": row.get_state_display()})
    row.state, row.decided_by, row.decided_at, row.word = state, by, now, word.strip()
    row.save(update_fields=["state", "decided_by", "decided_at", "word"])
    return row
