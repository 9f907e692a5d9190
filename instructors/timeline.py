"""Everything that happened on the way to a certificate and with it, in order: who, when, and why.

The order is the audit trail's, which every verb writes in the transaction of its deed; the reasons are read from the
rows that the deeds wrote.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from config.audit.models import AuditEntry
from config.audit.trail import name_of
from instructors.deeds import in_words
from instructors.life import fold
from instructors.models import (
    Assessment,
    CERecord,
    Certificate,
    CertificateAsk,
    CertificateEvent,
    DayAttendance,
    Deputy,
    Extension,
    PracticumFamily,
    PracticumSession,
    RenewalApplication,
    SignOff,
    Submission,
    TimeRequest,
    Traineeship,
)

MOST = 1000
PRACTICE = ("noted a practice family", "noted a practice session")


@dataclass(frozen=True)
class Step:
    """One deed. `more` are those like it that followed before anything else did, such as sessions of practice."""

    at: datetime
    what: str
    who: str
    why: str
    more: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Replayed:
    """What the events of a certificate lead to when they are played again, beside what is stored."""

    events: int
    agrees: bool


def steps_of(
    traineeship: Traineeship | None, certificate: Certificate | None = None, *, private: bool = False
) -> list[Step]:
    """The oldest first. With `private`, the notes for the office too."""
    reasons = _reasons(traineeship, certificate, private)
    names = {name.partition("@")[0] for name in reasons}
    found: list[Step] = []
    runs_on = False
    for entry in AuditEntry.objects.filter(about__in=names).order_by("at", "pk")[:MOST]:
        why = reasons.get(f"{entry.about}@{entry.at.isoformat()}") or reasons.get(entry.about, "") or _detail(entry)
        step = Step(entry.at, in_words(entry.what), entry.by_name or _("The site itself"), why)
        if runs_on and entry.what in PRACTICE and found[-1].who == step.who:
            found[-1] = replace(found[-1], more=(*found[-1].more, step))
        else:
            found.append(step)
        runs_on = entry.what in PRACTICE
    return found


def replayed(certificate: Certificate) -> Replayed:
    """Whether folding every event again gives the state and the dates that are stored."""
    events = list(certificate.events.all())
    folded = fold(events)
    stored = (certificate.state, certificate.valid_from, certificate.valid_until)
    return Replayed(len(events), (folded.state, folded.valid_from, folded.valid_until) == stored)


def _reasons(traineeship: Traineeship | None, certificate: Certificate | None, private: bool) -> dict[str, str]:
    """{"label:pk" or "label:pk@moment": why}. Its keys name every row that the time line is about."""
    found: dict[str, str] = {}
    if traineeship:
        found |= _of_training(traineeship)
        certificate = certificate or Certificate.objects.filter(traineeship=traineeship).first()
    if certificate:
        found |= _of_certificate(certificate, private)
    return found


def _of_training(row: Traineeship) -> dict[str, str]:
    own, found = name_of(row), {name_of(row): ""}
    if row.closed_at:
        found[_moment(own, row.closed_at)] = row.reason
    for given in Extension.objects.filter(traineeship=row).select_related("requirement"):
        day = date_format(given.new_on, "DATE_FORMAT")
        found[_moment(own, given.granted_at)] = _("Until %(date)s. %(why)s") % {"date": day, "why": given.reason}
    for named in Deputy.objects.filter(traineeship=row).select_related("trainer"):
        found[_moment(own, named.appointed_at)] = _("%(name)s. %(why)s") % {"name": named, "why": named.reason}
        if named.ended_at:
            found.setdefault(_moment(own, named.ended_at), str(named))
    for asked in TimeRequest.objects.filter(traineeship=row):
        found[name_of(asked)] = asked.reason
        if asked.answered_at and asked.answer:
            found[_moment(name_of(asked), asked.answered_at)] = asked.answer
    return found | _of_work(row) | _of_practice(row)


def _of_work(row: Traineeship) -> dict[str, str]:
    found = {}
    for work in Submission.objects.filter(traineeship=row).select_related("requirement"):
        found[name_of(work)] = str(work)
    for judged in Assessment.objects.filter(traineeship=row).select_related("requirement"):
        found[name_of(judged)] = _judged(judged)
    for signed in SignOff.objects.filter(traineeship=row):
        found[name_of(signed)] = signed.statement
        if signed.withdrawn_at:
            found[_moment(name_of(signed), signed.withdrawn_at)] = signed.withdrawn_reason
    return found


def _of_practice(row: Traineeship) -> dict[str, str]:
    families = PracticumFamily.objects.filter(traineeship=row)
    found = {name_of(family): family.alias for family in families}
    sessions = PracticumSession.objects.filter(family__in=families).select_related("family")
    return found | {name_of(one): f"{one.family.alias}, {date_format(one.held_on, 'DATE_FORMAT')}" for one in sessions}


def _of_certificate(row: Certificate, private: bool) -> dict[str, str]:
    own, found = name_of(row), {name_of(row): ""}
    for event in CertificateEvent.objects.filter(certificate=row).select_related("second_actor"):
        notes = [event.reason_code, event.public_note, event.private_note if private else ""]
        if event.second_actor:
            notes.append(_("Confirmed by %(name)s") % {"name": event.second_actor})
        found[_moment(own, event.at)] = ". ".join(note.rstrip(".") for note in notes if note)
    for learnt in CERecord.objects.filter(certificate=row):
        found[name_of(learnt)] = f"{learnt.title}, {learnt.hours.normalize():f} h"
        if learnt.decided_at and learnt.word:
            found[_moment(name_of(learnt), learnt.decided_at)] = learnt.word
    for asked in CertificateAsk.objects.filter(certificate=row):
        found[name_of(asked)] = str(asked.get_kind_display())
        if asked.answered_at and asked.word:
            found[_moment(name_of(asked), asked.answered_at)] = f"{asked.get_kind_display()}. {asked.word}"
    return found | {name_of(one): one.word for one in RenewalApplication.objects.filter(certificate=row)}


def _judged(row: Assessment) -> str:
    words = {"work": row.requirement, "outcome": row.get_outcome_display(), "score": row.score, "said": row.comment}
    if row.score is None:
        return _("%(work)s: %(outcome)s. %(said)s") % words
    return _("%(work)s: %(outcome)s, %(score)d of 100. %(said)s") % words


def _detail(entry: AuditEntry) -> str:
    """What the entry itself says, where no row does: the day and how somebody attended."""
    day = parse_date(str(entry.detail.get("day", ""))) if entry.what == "noted attendance" else None
    if day is None:
        return ""
    status = dict(DayAttendance.Status.choices).get(entry.detail.get("status", ""), "")
    return f"{date_format(day, 'DATE_FORMAT')}: {status}"


def _moment(name: str, at: datetime) -> str:
    return f"{name}@{at.isoformat()}"
