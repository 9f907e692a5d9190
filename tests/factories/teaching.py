"""What the teaching pages need besides the cast: signing in as they ask for it, loaded reasons to wait, answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client

from classes.dates import Outline
from config.accounts.models import User
from curriculum.models import Precaution
from families.models import Baby, HealthAnswers
from instructors.models import Instructor
from tests.cast import NOW, Cast
from tests.factories.accounts import give_second_factor
from tests.factories.classes import make_plan


def enter(client: Client, user: User) -> Client:
    """Sign the person in with a second factor shown, whoever they are."""
    give_second_factor(user)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    at = NOW.timestamp()
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "code", "at": at},
        {"method": "mfa", "at": at, "type": "totp"},
    ]
    session.save()
    return client


def outline(instructor: Instructor, **fields: Any) -> Outline:
    """Five Tuesdays from 5 May at ten, Leeds time, unless said otherwise."""
    values: dict[str, Any] = {
        "title": "Tuesday mornings",
        "first_on": date(2026, 5, 5),
        "clock": time(10),
        "weeks": 5,
        "time_zone": "Europe/London",
        **fields,
    }
    return Outline(instructor=instructor, plan=values.pop("plan", None) or make_plan(), **values)


def outline_in(zone: str, instructor: Instructor, **fields: Any) -> Outline:
    return outline(instructor, time_zone=zone, **fields)


def make_precaution(key: str = "skin", **fields: Any) -> Precaution:
    """A reason to wait; the loaded one where the curriculum is loaded."""
    defaults = {
        "position": 3,
        "about": "baby",
        "title": "Rash, sore or weeping skin",
        "question": "Is any skin red, open, weeping or infected?",
        "reason": "Oil and rubbing can make sore skin worse.",
        "answer": "Leave that area alone and show it to a doctor.",
        "level": "adapt",
    }
    return Precaution.objects.get_or_create(key=key, defaults={**defaults, **fields})[0]


def answer_health(
    cast: Cast, baby: Baby, *, conditions: Sequence[str] = (), notes: str = "", born_early: str = "no"
) -> HealthAnswers:
    """Answers as their carer wrote them, kept until long after the series."""
    row = HealthAnswers(
        baby=baby, written_by=baby.family.caregivers.all()[0], written_at=NOW, forget_on=date(2026, 12, 31)
    )
    row.facts = {"born_early": born_early, "conditions": list(conditions), "notes": notes}
    row.save()
    return row
