"""Joining a series that has begun: what becomes of the dates that are over. The family chooses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from classes import rights
from classes.models import Enrolment, MakeUpRight, Session
from classes.terms import terms_at_booking
from config.audit.trail import record_each
from families.models import Baby

PAGES = "pages"
"""Their practice pages are there to read."""
MAKE_UPS = "make_ups"
"""As many of them as the terms allow can be made up for elsewhere."""


def missed_sessions(enrolment: Enrolment, *, now: datetime) -> list[Session]:
    """The dates of the series that had begun when the family joined, in order of time. One query."""
    held = Session.objects.held().filter(series=enrolment.series_id, starts_at__lte=now)
    return list(held.defer("note").order_by("starts_at", "pk"))


def grant_for_missed(enrolment: Enrolment, *, babies: Sequence[Baby], now: datetime) -> list[MakeUpRight]:
    """A make-up right for each baby and date that is over, the latest dates first, within the cap of the terms.

    Call it under the series' lock.
    """
    terms = terms_at_booking(enrolment)
    granted: list[MakeUpRight] = []
    for session in missed_sessions(enrolment, now=now)[::-1][: terms.makeups_at_most]:
        if session.starts_at + timedelta(days=terms.makeup_days) > now:
            granted += rights.grant(enrolment, babies=babies, missed=session, now=now)
    record_each("granted a make-up right", by=None, about=granted, now=now)
    return granted
