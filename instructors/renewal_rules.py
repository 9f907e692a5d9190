"""What a renewal asks, from when until when, and how far somebody is with it. Computed each time, never stored."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from instructors import learning
from instructors.deadlines import add_months
from instructors.life import Standing, standing
from instructors.models import Certificate, Programme, RenewalApplication, Requirement

WINDOW_DAYS = 90
"""How long ahead a renewal opens where the programme does not say."""
MET, OPEN = "met", "open"


@dataclass(frozen=True)
class Rules:
    """What a renewal goes by: the newest published version of the certificate's programme, or of its kind."""

    programme: Programme
    needs: list[Requirement]

    @property
    def hours(self) -> Decimal:
        """Learning hours asked for: as the renewal's own requirement says, else as the programme does."""
        for need in self.needs:
            if need.kind == Requirement.Kind.CE_HOURS and need.params.get("hours"):
                return Decimal(need.params["hours"])
        return Decimal(self.programme.ce_hours or 0)

    @property
    def asked(self) -> list[Requirement]:
        """What the holder answers, each with some words."""
        return [need for need in self.needs if need.kind != Requirement.Kind.CE_HOURS]


@dataclass(frozen=True)
class Window:
    """From which day on, and until when, a renewal is handed in; `ends_on` is the certificate's own last day."""

    opens_on: date
    ends_on: date
    shuts_on: date

    def is_open(self, on: date) -> bool:
        return self.opens_on <= on <= self.shuts_on

    def in_grace(self, on: date) -> bool:
        return self.ends_on < on <= self.shuts_on

    def is_shut(self, on: date) -> bool:
        return on > self.shuts_on


@dataclass(frozen=True)
class Need:
    """One thing that the renewal asks, and how it stands. `missing` says in a sentence what is not there yet."""

    key: str
    title: str
    state: str
    rest: str
    help: str = ""
    answer: str = ""
    missing: str = ""


def rules_for(certificate: Certificate) -> Rules | None:
    """None where no renewal is arranged here: the certificate has no end, or its programme sets none."""
    if certificate.valid_until is None:
        return None
    same = Programme.objects.published().filter(credential_type=certificate.credential_type)
    same = same.exclude(validity_months__isnull=True).order_by("-version", "pk")
    if certificate.programme:
        programme = same.filter(code=certificate.programme.code).first()
    else:
        programme = same.filter(is_way_back=False).first()
    if programme is None:
        return None
    needs = list(programme.requirements.filter(stage=Requirement.Stage.RENEWAL))
    return Rules(programme, needs)


def window_of(certificate: Certificate, rules: Rules | None) -> Window | None:
    if certificate.valid_until is None or rules is None:
        return None
    ends = certificate.valid_until
    ahead = rules.programme.renewal_window_days
    return Window(
        opens_on=ends - timedelta(days=WINDOW_DAYS if ahead is None else ahead),
        ends_on=ends,
        shuts_on=ends + timedelta(days=rules.programme.grace_days or 0),
    )


def needs_of(certificate: Certificate, rules: Rules, answers: Mapping[str, str], *, on: date) -> list[Need]:
    """Everything that the renewal asks, in order, the learning hours first."""
    found = [_hours_need(certificate, rules, on)] if rules.hours else []
    return [*found, *(_answered_need(need, answers.get(need.key, "").strip()) for need in rules.asked)]


def missing_of(needs: list[Need]) -> list[str]:
    return [need.missing for need in needs if need.state == OPEN]


def obstacle(certificate: Certificate, rules: Rules | None, *, on: date) -> str | None:
    """Why no renewal can be begun on that day; None where one can."""
    window = window_of(certificate, rules)
    if certificate.state != Certificate.State.ACTIVE:
        return _("The certificate is “%(state)s”.") % {"state": certificate.get_state_display()}
    if window is None:
        return _("No renewal is arranged here. %(body)s can say how it is done.") % {
            "body": certificate.credential_type.body
        }
    if on < window.opens_on:
        return _("The renewal opens on %(date)s.") % {"date": date_format(window.opens_on, "DATE_FORMAT")}
    if window.is_shut(on):
        return _("The time to renew ended on %(date)s. A new training is the way back.") % {
            "date": date_format(window.shuts_on, "DATE_FORMAT")
        }
    return None


def next_end(certificate: Certificate, programme: Programme) -> date:
    """The last day after a renewal, counted from the old one: being late or early neither costs nor gains a day."""
    assert certificate.valid_until is not None
    assert programme.validity_months is not None
    return add_months(certificate.valid_until, programme.validity_months)


def rules_of(row: RenewalApplication) -> Rules:
    needs = row.programme.requirements.filter(stage=Requirement.Stage.RENEWAL)
    return Rules(row.programme, list(needs))


def needs_of_application(row: RenewalApplication, *, on: date) -> list[Need]:
    """By the version of the programme that it was begun under."""
    return needs_of(row.certificate, rules_of(row), row.answers, on=on)


def _hours_need(certificate: Certificate, rules: Rules, on: date) -> Need:
    there = learning.hours_of(learning.counted(certificate, on=on))
    left = rules.hours - there
    words = {"there": learning.in_figures(min(there, rules.hours)), "asked": learning.in_figures(rules.hours)}
    missing = ngettext(
        "%(hours)s hour of learning is missing.", "%(hours)s hours of learning are missing.", max(math.ceil(left), 0)
    ) % {"hours": learning.in_figures(left)}
    return Need(
        key="ce_hours",
        title=_("Learning hours"),
        state=OPEN if left > 0 else MET,
        rest=_("%(there)s of %(asked)s accepted") % words,
        missing=missing if left > 0 else "",
    )


def _answered_need(requirement: Requirement, answer: str) -> Need:
    return Need(
        key=requirement.key,
        title=requirement.title,
        state=MET if answer else OPEN,
        rest=_("answered") if answer else _("not answered yet"),
        help=requirement.help,
        answer=answer,
        missing="" if answer else _("“%(title)s” is not answered yet.") % {"title": requirement.title},
    )


class Phase(models.TextChoices):
    """How a certificate stands for its holder: `standing`, and where in its time it is."""

    VALID = "valid", gettext_lazy("Valid")
    NOT_YET = "not_yet", gettext_lazy("Not valid yet")
    RENEWAL_OPEN = "renewal_open", gettext_lazy("Time to renew")
    IN_GRACE = "in_grace", gettext_lazy("Lapsed, can still be renewed")
    LAPSED = "lapsed", gettext_lazy("Lapsed")
    SUSPENDED = "suspended", gettext_lazy("Suspended")
    REVOKED = "revoked", gettext_lazy("Revoked")
    SUPERSEDED = "superseded", gettext_lazy("Replaced by another")


def phase_of(certificate: Certificate, window: Window | None, *, on: date) -> Phase:
    """Computed, as expiry is: nothing of it is ever stored."""
    stands = standing(certificate, on=on)
    if stands not in (Standing.VALID, Standing.LAPSED):
        return Phase(stands)
    if window and stands == Standing.VALID and window.is_open(on):
        return Phase.RENEWAL_OPEN
    if window and stands == Standing.LAPSED and window.in_grace(on):
        return Phase.IN_GRACE
    return Phase(stands)
