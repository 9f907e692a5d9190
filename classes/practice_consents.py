"""Whether a family of a practice series may be counted for its candidate: asked plainly, and never a condition."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from classes import practicum
from classes.models import Enrolment, PracticeConsent
from config.audit.trail import record
from families.models import Caregiver

# Of the sentence that families read; a change of it is a new version, and old answers stay with the old one.
VERSION = 1


class CannotCount(Exception):
    """Nothing was kept; the sentence says why."""


def said_for(enrolment: Enrolment) -> PracticeConsent | None:
    """What this family said; None while it has said nothing. One query."""
    return PracticeConsent.objects.filter(enrolment=enrolment).first()


def say(enrolment: Enrolment, *, given: bool, by: Caregiver, now: datetime) -> PracticeConsent:
    """The family may be counted, or rather not; the newest word counts, and saying it twice is once.

    Raises CannotCount where the series is no practice series. Bring the series.
    """
    if not enrolment.series.is_practice:
        raise CannotCount(_("This is no practice series, so nobody is counted here."))
    with transaction.atomic():
        Enrolment.objects.select_for_update(no_key=True).get(pk=enrolment.pk)
        standing = said_for(enrolment)
        if standing is None or standing.given != given:
            said = {"given": given, "version": VERSION, "by": by, "said_at": now}
            standing, _made = PracticeConsent.objects.update_or_create(enrolment=enrolment, defaults=said)
            what = "may be counted for a practicum" if given else "may not be counted for a practicum"
            record(what, by=by.user, about=enrolment, now=now)
            practicum.follow(enrolment.series, now=now)
    return standing
