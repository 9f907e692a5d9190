"""What is looked at every night: certificates that end soon, and whether each still is what its story says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Prefetch

from config.audit.trail import record
from instructors import life_letters
from instructors.life import day_of, fold
from instructors.models import Certificate, CertificateEvent, CertificateNotice
from instructors.renewal_rules import rules_for

log = structlog.get_logger(__name__)
MARKS = (90, 60, 30)
"""So many days ahead the holder is told."""
AT_ONCE = 500
BATCH = 200


@dataclass(frozen=True)
class Difference:
    """A certificate that is not what its events lead to, with the names of the columns, never their values."""

    number: str
    columns: tuple[str, ...]


def remind(now: datetime) -> int:
    """Tell holders whose certificate ends within 90, 60 and 30 days, once each; returns how many letters."""
    first, told = now.date() - timedelta(days=1), 0
    soon = Certificate.objects.ending(first, first + timedelta(days=MARKS[0] + 2)).order_by("valid_until", "pk")
    for row in soon.with_names().select_related("traineeship__event")[:AT_ONCE]:
        told += _reminded(row, now)
    return told


def mark_of(ends_on: date, *, today: date) -> int | None:
    """The nearest mark that has been reached; None before the first and after the end.

    Whoever was not told in time, because the site stood still, hears of the mark that counts now, and of one alone.
    """
    left = (ends_on - today).days
    reached = [mark for mark in MARKS if left <= mark]
    return min(reached) if reached and left >= 0 else None


def differences() -> Iterator[Difference]:
    """Certificates that differ from what their events lead to; all are looked at, some at a time."""
    story = Prefetch("events", queryset=CertificateEvent.objects.order_by("pk"))
    last = 0
    while rows := list(Certificate.objects.filter(pk__gt=last).order_by("pk").prefetch_related(story)[:BATCH]):
        last = rows[-1].pk
        yield from (found for row in rows if (found := difference_of(row)))


def difference_of(certificate: Certificate) -> Difference | None:
    folded = fold(certificate.events.all())
    columns = tuple(
        name for name in ("state", "valid_from", "valid_until") if getattr(folded, name) != getattr(certificate, name)
    )
    return Difference(certificate.number, columns) if columns else None


def check_stories(now: datetime) -> int:
    """Fold every story again; what differs is written into the trail for the office. Returns how many differ."""
    found = list(differences())
    for one in found:
        log.error("a certificate is not what its events say", number=one.number, columns=one.columns)
        with transaction.atomic():
            detail = {"columns": list(one.columns)}
            record("a certificate is not what its events say", by=None, about=one.number, now=now, detail=detail)
    if found:
        raise StoriesDiffer(f"{len(found)} certificates are not what their events say; the audit trail names them")
    return 0


class StoriesDiffer(Exception):
    """Ends the nightly look in trouble, so that staff see it among the jobs."""


def _reminded(row: Certificate, now: datetime) -> bool:
    today = day_of(row, now)
    ends_on = row.valid_until
    mark = mark_of(ends_on, today=today) if ends_on else None
    if ends_on is None or mark is None:
        return False
    with transaction.atomic():
        _notice, is_new = CertificateNotice.objects.get_or_create(
            certificate=row, ends_on=ends_on, days=mark, defaults={"told_at": now}
        )
        if not is_new:
            return False
        can_renew = rules_for(row) is not None
        life_letters.tell_ends(row, ends_on=ends_on, mark=mark, today=today, can_renew=can_renew, now=now)
    return True
