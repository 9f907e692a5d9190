"""Another period for a certificate: what a renewal asks, handing it in, and the registrar's decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from config.audit.trail import record
from config.lib.admin import Waiting
from instructors import learning, life, life_letters
from instructors.access import is_registrar
from instructors.life import day_of, held
from instructors.models import CERecord, Certificate, CertificateAsk, RenewalApplication
from instructors.refusals import CannotChange
from instructors.renewal_rules import (
    missing_of,
    needs_of_application,
    next_end,
    obstacle,
    rules_for,
    rules_of,
    window_of,
)
from instructors.requirements import requirements_of_credential

State = RenewalApplication.State
LONGEST_ANSWER = 4000
MOST = 50
"""So many lines of each kind on the first page of the office."""
SWEPT_AT_ONCE = 500


def begin(certificate: Certificate, *, by: Any, now: datetime) -> RenewalApplication:
    """The renewal that is under way, or a new one. Raises CannotChange outside its window, and for anybody else."""
    with transaction.atomic():
        row = held(certificate)
        if by.pk != row.holder_id:
            raise CannotChange(_("Only the holder asks for a renewal."))
        if standing := row.renewals.open().with_names().first():
            return standing
        rules = rules_for(row)
        if sentence := obstacle(row, rules, on=day_of(row, now)):
            raise CannotChange(sentence)
        assert rules is not None
        window = window_of(row, rules)
        application = RenewalApplication.objects.create(
            certificate=row,
            holder_id=row.holder_id,
            programme=rules.programme,
            window_shuts_on=window.shuts_on if window else None,
            begun_at=now,
        )
        record("began a renewal", by=by, about=application, now=now)
    return application


def fill_in(application: RenewalApplication, answers: Mapping[str, str], *, by: Any, now: datetime) -> None:
    """Keep what the holder has written so far. Raises CannotChange once it is handed in."""
    with transaction.atomic():
        row = _held(application)
        _must_be_own_draft(row, by)
        asked = {need.key for need in rules_of(row).asked}
        kept = {key: words.strip()[:LONGEST_ANSWER] for key, words in answers.items() if key in asked}
        row.answers = {key: words for key, words in kept.items() if words}
        row.save(update_fields=["answers"])


def submit(application: RenewalApplication, *, by: Any, now: datetime) -> RenewalApplication:
    """Hand it in. Handed in twice is handed in once.

    Raises CannotChange with what is missing ("4 hours missing."), after the window, or for anybody else.
    """
    with transaction.atomic():
        row = _held(application)
        if row.state == State.SUBMITTED and by.pk == row.holder_id:
            return row
        _must_be_own_draft(row, by)
        _must_be_whole(row, now)
        if row.window_shuts_on and day_of(row.certificate, now) > row.window_shuts_on:
            raise CannotChange(
                _("The time to renew ended on %(date)s. A new training is the way back.")
                % {"date": date_format(row.window_shuts_on, "DATE_FORMAT")}
            )
        row.state, row.submitted_at = State.SUBMITTED, now
        row.save(update_fields=["state", "submitted_at"])
        record("handed in a renewal", by=by, about=row, now=now)
    return row


def approve(application: RenewalApplication, *, by: Any, now: datetime, word: str = "") -> RenewalApplication:
    """Renewed: a new period, new papers, and the hours are counted. Approved twice is approved once.

    Raises CannotChange unless a registrar of the body decides it, and where something is missing by now.
    """
    with transaction.atomic():
        row = _held(application)
        if row.state == State.APPROVED:
            return row
        _must_decide(row, by)
        _must_be_whole(row, now)
        certificate = row.certificate
        until = next_end(certificate, row.programme)
        counted = learning.counted(certificate, on=day_of(certificate, now))
        snapshot = [{"record": one.pk, "title": one.title, "hours": str(one.hours)} for one in counted]
        period = life.renew(certificate, until=until, by=by, now=now, counted=snapshot)
        for one in counted:
            one.counted_in = period
            one.save(update_fields=["counted_in"])
        row.state, row.decided_by, row.decided_at = State.APPROVED, by, now
        row.word, row.period = word.strip(), period
        row.save(update_fields=["state", "decided_by", "decided_at", "word", "period"])
        record("approved a renewal", by=by, about=row, now=now, detail={"until": str(until)})
    return row


def reject(application: RenewalApplication, *, word: str, by: Any, now: datetime) -> RenewalApplication:
    """Not like this, with a word; the holder may ask again in time. Raises CannotChange without one."""
    if not word.strip():
        raise CannotChange(_("Please write a word to the holder: what is missing, and what to do."))
    with transaction.atomic():
        row = _held(application)
        _must_decide(row, by)
        row.state, row.decided_by, row.decided_at, row.word = State.REJECTED, by, now, word.strip()
        row.save(update_fields=["state", "decided_by", "decided_at", "word"])
        life_letters.tell_not_renewed(row, now=now)
        record("rejected a renewal", by=by, about=row, now=now)
    return row


def sweep(now: datetime) -> int:
    """End renewals that were begun and not handed in before their window shut; returns how many."""
    ended = 0
    for found in RenewalApplication.objects.shut_before(now.date()).with_names()[:SWEPT_AT_ONCE]:
        with transaction.atomic():
            row = _held(found)
            shut = row.window_shuts_on is not None and row.window_shuts_on < day_of(row.certificate, now)
            if row.state != State.DRAFT or not shut:
                continue
            row.state = State.LAPSED
            row.save(update_fields=["state"])
            record("renewal lapsed", by=None, about=row, now=now)
            ended += 1
    return ended


def _held(application: RenewalApplication) -> RenewalApplication:
    """The row as it is now, held; its certificate first, as everywhere."""
    certificate = held(application.certificate)
    row = RenewalApplication.objects.select_for_update(of=("self",)).with_names().get(pk=application.pk)
    row.certificate = certificate
    return row


def _must_be_own_draft(row: RenewalApplication, by: Any) -> None:
    if by.pk != row.holder_id:
        raise CannotChange(_("Only the holder asks for a renewal."))
    if row.state != State.DRAFT:
        raise CannotChange(_("This renewal is “%(state)s”.") % {"state": row.get_state_display()})


def _must_decide(row: RenewalApplication, by: Any) -> None:
    if by.pk == row.holder_id or not is_registrar(by, row.certificate.credential_type.body):
        raise CannotChange(_("Only a registrar of the body decides this, and never on their own certificate."))
    if row.state != State.SUBMITTED:
        raise CannotChange(_("This renewal is “%(state)s”.") % {"state": row.get_state_display()})


def _must_be_whole(row: RenewalApplication, now: datetime) -> None:
    """Nothing is missing, and what the credential asks for first is still held: a trainer is an instructor too."""
    on = day_of(row.certificate, now)
    if missing := missing_of(needs_of_application(row, on=on)):
        raise CannotChange(" ".join(missing))
    if sentence := requirements_of_credential(row.certificate.credential_type, holder=row.holder, on=on):
        raise CannotChange(sentence)


def waiting_for(user: Any, *, now: datetime) -> list[Waiting]:
    """What of the life of certificates this member of staff is asked for now, the oldest first."""
    found = [*_hours(user, now), *_renewals(user, now), *_asks(user)]
    return sorted(found, key=lambda line: line.order)


def _hours(user: Any, now: datetime) -> Iterator[Waiting]:
    rows = CERecord.objects.visible_to(user, on=now.date()).undecided().with_names().order_by("noted_at", "pk")
    for row in rows[:MOST]:
        yield Waiting(
            kind="renew",
            what=_("Look at %(name)s’s learning hours") % {"name": row.certificate.name_as_issued},
            why=f"{row.title} ({row.certificate.number})",
            when=date_format(row.noted_at, "DATE_FORMAT"),
            act=_("Look and answer"),
            url=reverse("admin:instructors_cerecord_answer", args=[row.pk]),
            order=row.noted_at.date(),
        )


def _renewals(user: Any, now: datetime) -> Iterator[Waiting]:
    rows = RenewalApplication.objects.to_decide_by(user).with_names().order_by("submitted_at", "pk")
    for row in rows[:MOST]:
        ends = row.certificate.valid_until
        yield Waiting(
            kind="renew",
            what=_("Decide on %(name)s’s renewal") % {"name": row.certificate.name_as_issued},
            why=row.certificate.number,
            when=_("Valid until %(date)s") % {"date": date_format(ends, "DATE_FORMAT")} if ends else "",
            act=_("Read and decide"),
            url=reverse("admin:instructors_renewalapplication_decide", args=[row.pk]),
            order=row.submitted_at.date() if row.submitted_at else now.date(),
        )


def _asks(user: Any) -> Iterator[Waiting]:
    said = {
        CertificateAsk.Kind.NAME: _("%(name)s asks for a corrected name"),
        CertificateAsk.Kind.SUSPEND: _("A suspension of %(name)s’s certificate is asked for"),
        CertificateAsk.Kind.REINSTATE: _("%(name)s’s certificate is to be reinstated"),
        CertificateAsk.Kind.REVOKE: _("A revocation of %(name)s’s certificate waits for a second person"),
    }
    rows = CertificateAsk.objects.to_answer_by(user).with_names().order_by("asked_at", "pk")
    for row in rows[:MOST]:
        yield Waiting(
            kind="sign" if row.kind == CertificateAsk.Kind.REVOKE else "renew",
            what=said[CertificateAsk.Kind(row.kind)] % {"name": row.certificate.name_as_issued},
            why=_("%(number)s, asked by %(who)s") % {"number": row.certificate.number, "who": row.asked_by},
            when=date_format(row.asked_at, "DATE_FORMAT"),
            act=_("Read and decide"),
            url=reverse("admin:instructors_certificateask_answer", args=[row.pk]),
            order=row.asked_at.date(),
        )
