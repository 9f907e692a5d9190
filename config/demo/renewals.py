"""Certificates in the middle of their lives: hours noted and accepted, a renewal handed in, a name to correct."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from config.accounts.models import User
from instructors import certificate_asks, learning, renewing
from instructors.models import CERecord, Certificate, Instructor

Kind = CERecord.Category
# Who noted what: days ago, hours, kind, and whether the trainer has accepted it.
NOTED: dict[str, tuple[tuple[int, str, str, str, str, bool], ...]] = {
    "rafael": (
        (410, "6", Kind.COURSE, "Massage with babies born early", "Two mornings at the hospital in València.", True),
        (160, "2.5", Kind.TRAINERS_DAY, "Stroke review day", "All strokes once more, on the doll, in pairs.", True),
        (21, "4", Kind.SUPERVISION, "Supervision group, spring", "Four evenings of an hour, with notes.", False),
    ),
    "hester": (
        (120, "5", Kind.CONFERENCE, "Touch and sleep, a day of talks", "Programme and my notes are linked.", True),
        (30, "3", Kind.COURSE, "Talking with fathers", "An afternoon with two colleagues in Leeds.", False),
    ),
    "consol": (
        (300, "8", Kind.COURSE, "Groups in a second language", "A weekend in Alacant, with a confirmation.", True),
        (90, "4", Kind.TRAINERS_DAY, "Stroke review day", "A morning and an afternoon with the trainer.", True),
    ),
}


def let_certificates_live(profiles: dict[str, Instructor], users: dict[str, User], *, now: datetime) -> None:
    """Rafael is three and a half hours short, Consol waits for the registrar, Hester's name is to be corrected."""
    registrar = users["registrar@example.org"]
    for key, lines in NOTED.items():
        certificate = _of(profiles[key])
        for line in lines:
            _note(certificate, line, by=profiles[key].user, registrar=registrar, now=now)
    handed_in = now - timedelta(days=2)
    asking = renewing.begin(_of(profiles["consol"]), by=profiles["consol"].user, now=handed_in)
    renewing.submit(asking, by=profiles["consol"].user, now=handed_in)
    name = {"name": "Hester Quillfeather-Moss", "reason": "married in June"}
    certificate_asks.ask_for_name(
        _of(profiles["hester"]), **name, by=profiles["hester"].user, now=now - timedelta(days=1)
    )


def _of(profile: Instructor) -> Certificate:
    return Certificate.objects.held_by(profile.user_id).to_teach().latest("pk")


def _note(
    certificate: Certificate, line: tuple[int, str, str, str, str, bool], *, by: Any, registrar: User, now: datetime
) -> None:
    ago, hours, category, title, evidence, is_accepted = line
    held_on = (now - timedelta(days=ago)).date()
    noon = datetime.combine(held_on, time(12), tzinfo=UTC)
    noted = learning.note_hours(
        certificate,
        title=title,
        held_on=held_on,
        hours=Decimal(hours),
        category=category,
        evidence=evidence,
        by=by,
        now=min(noon + timedelta(days=2), now),
    )
    if is_accepted:
        learning.accept(noted, by=registrar, now=noon + timedelta(days=9))
