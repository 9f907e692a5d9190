"""What holders read on their own page: how each certificate stands, what a renewal asks, their hours and papers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from instructors import learning
from instructors.life import day_of
from instructors.models import (
    CERecord,
    Certificate,
    CertificateAsk,
    CertificateDocument,
    CertificateEvent,
    Programme,
    RenewalApplication,
)
from instructors.renewal_rules import (
    Need,
    Phase,
    Rules,
    Window,
    missing_of,
    needs_of,
    needs_of_application,
    phase_of,
    rules_for,
    window_of,
)

MOST_HELD = 20
MOST_LINES = 50


@dataclass(frozen=True)
class Paper:
    """A sheet as it was pressed; `no` counts from the first."""

    no: int
    made_at: datetime
    is_current: bool


@dataclass(frozen=True)
class Holding:
    """One certificate, as its holder sees it."""

    certificate: Certificate
    phase: Phase
    lead: str
    note: str
    window: Window | None
    rules: Rules | None
    needs: list[Need]
    application: RenewalApplication | None
    hours: list[CERecord]
    there: Decimal
    papers: list[Paper]
    has_badge: bool
    ask: CertificateAsk | None
    way_back: Programme | None

    @property
    def missing(self) -> list[str]:
        return missing_of(self.needs)

    @property
    def can_renew(self) -> bool:
        return self.phase in (Phase.RENEWAL_OPEN, Phase.IN_GRACE)

    @property
    def can_note(self) -> bool:
        """Hours are noted for what can be renewed, and be it after a suspension."""
        ended = (Phase.REVOKED, Phase.SUPERSEDED, Phase.LAPSED)
        return self.rules is not None and bool(self.rules.hours) and self.phase not in ended

    @property
    def has_work(self) -> bool:
        """Whether there is anything to do or to look back on: a renewal, or hours."""
        return self.can_renew or self.is_submitted or self.can_note or bool(self.hours)

    @property
    def is_submitted(self) -> bool:
        return is_submitted(self.application)

    @property
    def is_over(self) -> bool:
        return self.phase in (Phase.REVOKED, Phase.SUPERSEDED)

    @property
    def is_in_force(self) -> bool:
        return self.phase in (Phase.VALID, Phase.RENEWAL_OPEN)

    @property
    def share(self) -> int:
        """Learning hours that are there, of a hundred that are asked."""
        asked = self.rules.hours if self.rules else Decimal(0)
        return min(int(100 * self.there / asked), 100) if asked else 0


def is_submitted(application: RenewalApplication | None) -> bool:
    return application is not None and application.state == RenewalApplication.State.SUBMITTED


def own(user: Any, code: str) -> Certificate | None:
    """The reader's own certificate of that code; None for another's as for none."""
    return Certificate.objects.held_by(user).with_names().select_related("traineeship__event").coded(code).first()


def holdings_of(user: Any, *, now: datetime) -> list[Holding]:
    """Every certificate of the reader: what asks for something first, then the newest; what has ended comes last.

    Nobody holds many, so each is asked for its own.
    """
    rows = Certificate.objects.held_by(user).with_names().select_related("traineeship__event")
    found = [holding_of(row, now=now) for row in rows.order_by("-pk")[:MOST_HELD]]
    return sorted(found, key=lambda one: (one.is_over, not one.can_renew, not one.has_work))


def holding_of(row: Certificate, *, now: datetime) -> Holding:
    today = day_of(row, now)
    rules = rules_for(row)
    window = window_of(row, rules)
    phase = phase_of(row, window, on=today)
    application = row.renewals.with_names().order_by("-pk").first()
    underway = application is not None and application.state in RenewalApplication.OPEN
    if application is not None and underway:
        needs = needs_of_application(application, on=today)
    else:
        needs = needs_of(row, rules, {}, on=today) if rules else []
    return Holding(
        certificate=row,
        phase=phase,
        lead=_lead(row, phase, window, today, is_submitted=is_submitted(application)),
        note=_note(row, phase),
        window=window,
        rules=rules,
        needs=needs,
        application=application,
        hours=list(row.learning.standing().with_names()[:MOST_LINES]),
        there=learning.hours_of(learning.counted(row, on=today)),
        papers=_papers(row),
        has_badge=CertificateDocument.objects.current(row).of_kind(CertificateDocument.Kind.OB3).exists(),
        ask=row.asks.of_name().order_by("-pk").first(),
        way_back=_way_back(row) if phase == Phase.LAPSED else None,
    )


def _way_back(row: Certificate) -> Programme | None:
    return Programme.objects.published().filter(credential_type=row.credential_type, is_way_back=True).first()


def _papers(row: Certificate) -> list[Paper]:
    sheets = CertificateDocument.objects.filter(certificate=row).of_kind(CertificateDocument.Kind.PDF).order_by("pk")
    made = sheets.values_list("created_at", "replaced_at")
    found = [Paper(no, at, replaced is None) for no, (at, replaced) in enumerate(made, start=1)]
    return found[::-1]


def _lead(row: Certificate, phase: Phase, window: Window | None, today: date, *, is_submitted: bool) -> str:
    """How it stands, in a sentence. No days are counted for a holder whose renewal is with the registrar."""
    until = date_format(row.valid_until, "DATE_FORMAT") if row.valid_until else ""
    if is_submitted:
        return _plain_lead(row, phase, until)
    if phase == Phase.RENEWAL_OPEN and row.valid_until and row.valid_until > today:
        days = (row.valid_until - today).days
        words = ngettext(
            "Valid until %(date)s, for %(days)d more day. You can renew it now.",
            "Valid until %(date)s, for %(days)d more days. You can renew it now.",
            days,
        )
        return words % {"date": until, "days": days}
    if phase == Phase.IN_GRACE and window:
        days = (window.shuts_on - today).days + 1
        words = ngettext(
            "It lapsed on %(date)s. It can still be renewed, for %(days)d more day.",
            "It lapsed on %(date)s. It can still be renewed, for %(days)d more days.",
            days,
        )
        return words % {"date": until, "days": days}
    return _plain_lead(row, phase, until)


def _plain_lead(row: Certificate, phase: Phase, until: str) -> str:
    said = {
        Phase.VALID: _("Valid until %(date)s.") if until else _("Valid, without an end."),
        Phase.RENEWAL_OPEN: _("Valid until %(date)s."),
        Phase.IN_GRACE: _("Expired on %(date)s"),
        Phase.NOT_YET: _("Valid from %(from)s."),
        Phase.LAPSED: _("It lapsed on %(date)s, and the time to renew it is over."),
        Phase.SUSPENDED: _("It is suspended: until it is reinstated, you cannot use it to teach or to train."),
        Phase.REVOKED: _("It has been revoked, for good."),
        Phase.SUPERSEDED: _("A newer certificate has taken its place."),
    }
    return said[phase] % {"date": until, "from": date_format(row.valid_from, "DATE_FORMAT")}


def _note(row: Certificate, phase: Phase) -> str:
    """What the registrar says to everyone about it."""
    kinds = {Phase.SUSPENDED: CertificateEvent.Kind.SUSPENDED, Phase.REVOKED: CertificateEvent.Kind.REVOKED}
    if phase not in kinds:
        return ""
    last = row.events.filter(kind=kinds[phase]).order_by("-pk").first()
    return last.public_note if last else ""
