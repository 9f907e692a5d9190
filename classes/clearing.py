"""Clearance: a dated word of a clinician that massage is fine for one baby in one series, with limits.

Asked for in a hospital before a place is booked, and at private visits where a baby's answers say "ask first" (domain
rules C6 and C7). The family says who agreed and until when; the instructor confirms it. It is read as health answers
are, each read written down first; but who agreed and until when is read, to be confirmed, as soon as it is sent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import models, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from classes import clearance_letters
from classes.access import may_read_health, may_read_of_series
from classes.minding import Hint
from classes.models import Clearance, Series, Session
from config.accounts.models import User
from config.audit.trail import record, record_each
from config.lib.times import local
from families import health
from families.access import may_read_health as may_read_in_family
from families.models import Baby, Caregiver
from instructors.models import Instructor

ASKED_IN = (Series.Delivery.HOSPITAL, Series.Delivery.PRIVATE_VISIT)
MOST_SHOWN = 60


class CannotClear(Exception):
    """Nothing was written; the sentence says why and what to do instead."""


@dataclass(frozen=True)
class Word:
    """What a family tells of a clinician's word."""

    said_by: str
    given_on: date
    until: date
    limits: str = ""


@dataclass(frozen=True)
class Sent:
    """A clearance as the instructor sees it. Empty words are those that are not theirs to read at this moment."""

    clearance: Clearance
    said_by: str = ""
    limits: str = ""

    @property
    def is_waiting(self) -> bool:
        return self.clearance.confirmed_at is None and self.clearance.asked_again_at is None


def holds_back(series: Series) -> bool:
    """Whether nothing is booked in this series without a clearance that was confirmed."""
    return series.delivery == Series.Delivery.HOSPITAL


def without(series: Series, babies: Sequence[Baby], *, on: date) -> list[Baby]:
    """Those of these babies who may not be booked yet, for want of a clearance for that day. One query, or none."""
    if not holds_back(series) or not babies:
        return []
    cleared = set(Clearance.objects.confirmed(on).of(series, babies).values_list("baby_id", flat=True))
    return [baby for baby in babies if baby.pk not in cleared]


def why_not_book(series: Series, babies: Sequence[Baby], *, on: date) -> str | None:
    """The sentence that holds a booking back; None where nothing does."""
    missing = without(series, babies, on=on)
    if not missing:
        return None
    names = _(" and ").join(sorted(baby.first_name for baby in missing))
    said = _("Before %(names)s has a place here, the team on the ward says that touch is fine. Tell us who agreed.")
    return said % {"names": names}


def give(series: Series, *, baby: Baby, word: Word, last_session_on: date, by: Caregiver, now: datetime) -> Clearance:
    """Keep what the family tells, in place of what it told before; it waits for the instructor again.

    Raises CannotClear where it is over, or ends before it begins.
    """
    today = local(now, series.time_zone).date()
    if word.until < max(today, word.given_on) or word.given_on > today:
        raise CannotClear(_("Please look at the two days again: said on a day that has been, and good for today."))
    with transaction.atomic():
        # Two who tell it at once come one after the other, so that neither meets the constraint.
        Baby.objects.select_for_update(no_key=True).get(pk=baby.pk)
        clearance = Clearance.objects.filter(series=series, baby=baby).first() or Clearance(series=series, baby=baby)
        clearance.written_by, clearance.written_at = by, now
        clearance.given_on, clearance.until = word.given_on, word.until
        clearance.forget_on = last_session_on + health.KEPT_AFTER_LAST_SESSION
        clearance.confirmed_at = clearance.confirmed_by = clearance.asked_again_at = None
        clearance.say(said_by=word.said_by, limits=word.limits)
        clearance.save()
        record("wrote a clearance", by=by.user, about=baby, now=now, detail={"series": series.slug})
        clearance_letters.queue_sent(clearance, now=now)
    return clearance


def confirm(clearance: Clearance, *, seen: str, by: Instructor, now: datetime) -> Clearance:
    """The instructor has made sure of it. Twice is once. Raises CannotClear where it is over.

    `seen` is `Clearance.seen` on the page that was read: words that came after it were not made sure of.
    """
    with transaction.atomic():
        standing = _locked(clearance)
        if standing.seen != seen:
            told = {"name": standing.baby.first_name}
            raise CannotClear(_("Something about %(name)s has changed since you looked.") % told)
        if standing.confirmed_at:
            return standing
        if standing.until < local(now, standing.series.time_zone).date():
            raise CannotClear(_("It has run out. Ask the family for a newer one."))
        standing.confirmed_at, standing.confirmed_by, standing.asked_again_at = now, by.user, None
        standing.save(update_fields=["confirmed_at", "confirmed_by", "asked_again_at"])
        record("confirmed a clearance", by=by.user, about=_name(standing), now=now)
        clearance_letters.queue_answered(standing, is_confirmed=True, now=now)
    return standing


def ask_again(clearance: Clearance, *, by: Instructor, now: datetime) -> Clearance:
    """It could not be made sure of: the family is asked to tell it anew. Twice is once."""
    with transaction.atomic():
        standing = _locked(clearance)
        if standing.asked_again_at:
            return standing
        standing.confirmed_at = standing.confirmed_by = None
        standing.asked_again_at = now
        standing.save(update_fields=["confirmed_at", "confirmed_by", "asked_again_at"])
        record("asked for a clearance anew", by=by.user, about=_name(standing), now=now)
        clearance_letters.queue_answered(standing, is_confirmed=False, now=now)
    return standing


def take_back(clearance: Clearance, *, by: Caregiver, now: datetime) -> None:
    """Delete what this adult wrote, at once; what another wrote stays."""
    if clearance.written_by_id != by.pk:
        return
    with transaction.atomic():
        record("deleted a clearance", by=by.user, about=_name(clearance), now=now)
        Clearance.objects.filter(pk=clearance.pk).delete()


def forget(babies: Sequence[Baby], *, account: User, now: datetime) -> int:
    """Delete all that was written of these babies, at once; returns how many."""
    with transaction.atomic():
        rows = list(Clearance.objects.filter(baby__in=babies).only("pk", "baby_id"))
        record_each("deleted a clearance", by=account, about=[_name(row) for row in rows], now=now)
        Clearance.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def read_in_family(series: Series, babies: Sequence[Baby], *, by: Caregiver) -> dict[int, Clearance]:
    """{baby id: clearance} of this series that this adult may read: as its writer, or as one who books.

    Whoever keeps their answers about a baby's health to themselves keeps this too. Two queries.
    """
    return {row.baby_id: row for row in _readable(Clearance.objects.of(series, babies), babies, by=by)}


def of_babies(babies: Sequence[Baby], *, by: Caregiver) -> dict[int, list[Clearance]]:
    """{baby id: clearances} of any series that this adult may read, by the same rule. Two queries."""
    found: dict[int, list[Clearance]] = defaultdict(list)
    for row in _readable(Clearance.objects.filter(baby__in=list(babies)).order_by("written_at", "pk"), babies, by=by):
        found[row.baby_id].append(row)
    return found


def _readable(rows: models.QuerySet[Clearance], babies: Sequence[Baby], *, by: Caregiver) -> list[Clearance]:
    kept = health.kept_to_themselves(babies)
    return [
        row
        for row in rows.filter(baby__family=by.family).select_related("written_by")
        if may_read_in_family(
            by, written_by=row.written_by, shared_in_family=(row.baby_id, row.written_by_id) not in kept
        )
    ]


def sent_in(series: Series, *, reader: Instructor, now: datetime) -> list[Sent]:
    """The clearances of an own series, those that wait first, with the words that are theirs to read now.

    What waits to be confirmed tells who agreed; limits are read around the series alone. Each read is in the audit
    trail before anything is returned.
    """
    rows = list(Clearance.objects.filter(series=series).defer("words").select_related("baby")[:MOST_SHOWN])
    if not may_read_of_series(reader, series, now=now):
        named = [row for row in rows if row.confirmed_at is None and row.asked_again_at is None]
        words = _read(named, by=reader, because=f"clearances of {series.slug}", now=now)
        sent = [Sent(row, said_by=words[row.pk].said_by if row.pk in words else "") for row in rows]
    else:
        words = _read(rows, by=reader, because=f"clearances of {series.slug}", now=now)
        sent = [Sent(row, said_by=words[row.pk].said_by, limits=words[row.pk].limits) for row in rows]
    return sorted(sent, key=lambda one: (not one.is_waiting, one.clearance.written_at))


def hints_for(session: Session, babies: Sequence[Baby], *, reader: Instructor, now: datetime) -> dict[int, list[Hint]]:
    """{baby id: what a clinician agreed to} in hospital or at a private visit; {} outside the time for health answers.

    In a hospital a baby without one has the hint to ask. `session` comes with its series.
    """
    if session.series.delivery not in ASKED_IN or not may_read_health(reader, session, now=now):
        return {}
    on = local(session.starts_at, session.series.time_zone).date()
    rows = list(Clearance.objects.confirmed(on).of(session.series, babies).defer("words"))
    words = _read(rows, by=reader, because=f"register of session {session.reference}", now=now)
    hints = {row.baby_id: [_cleared(row, words[row.pk])] for row in rows}
    if holds_back(session.series):
        said = _("Presence, voice and resting hands, as the ward says.")
        ask = Hint(_("Ask: no clearance for today."), said, is_ask=True)
        hints |= {baby.pk: [ask] for baby in babies if baby.pk not in hints}
    return hints


def _cleared(row: Clearance, words: Clearance) -> Hint:
    said = {"name": words.said_by, "day": date_format(row.until, "DATE_FORMAT")}
    return Hint(_("Cleared until %(day)s: %(name)s.") % said, words.limits)


def _read(rows: Sequence[Clearance], *, by: Instructor, because: str, now: datetime) -> Mapping[int, Clearance]:
    """{key: the clearance with its words}, after the read was written down. No query where there is none."""
    if not rows:
        return {}
    with transaction.atomic():
        about = [_name(row) for row in rows]
        record_each(health.READ_CLEARANCE, by=by.user, about=about, now=now, detail={"because": because})
    return Clearance.objects.in_bulk([row.pk for row in rows])


def settled(lasting: Sequence[Hint], cleared: Sequence[Hint]) -> list[Hint]:
    """What lasts, after what was cleared: where their own team has agreed, nobody is told to ask it any more."""
    is_cleared = any(not hint.is_ask for hint in cleared)
    rest = [replace(hint, so="") if hint.is_ask and is_cleared else hint for hint in lasting]
    return [*cleared, *rest]


def sweep(now: datetime) -> int:
    """The job: delete clearances 30 days after the last session; returns how many."""
    deleted, _by_model = Clearance.objects.over(now.date()).delete()
    return deleted


def _locked(clearance: Clearance) -> Clearance:
    rows = Clearance.objects.select_for_update(of=("self",)).select_related("series", "baby", "written_by__user")
    return rows.get(pk=clearance.pk)


def _name(clearance: Clearance) -> str:
    return health.name_of_baby(clearance.baby_id)
