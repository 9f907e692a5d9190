"""Whether the weeks that a family's phone keeps may go on lying there, asked whenever that phone comes to the site.

A phone carries, sealed, whose weeks it keeps, since when and upon what. They go once something new was told of a baby's
health or of these days, or a part of the body was left out; once a baby or a booking is no longer there. All that is of
home goes once their adult has left the family or may only see its dates. That something was told is known here from its
moment; what was told is not read.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from cryptography.fernet import InvalidToken
from django.db.models import Max, OuterRef, Subquery

from classes.models import Enrolment, ReadinessAnswer, RestingPart
from config.device import HOME, WEEKS
from config.lib.fields import decrypt, encrypt
from families.models import Baby, Caregiver, HealthAnswers, ReasonsOfThisWeek

TOLD: tuple[tuple[type[Any], str], ...] = (
    (HealthAnswers, "written_at"),
    (ReasonsOfThisWeek, "written_at"),
    (ReadinessAnswer, "written_at"),
    (RestingPart, "since"),
)


def sealed(caregiver: Caregiver, *, now: datetime) -> str:
    """What a phone is given to carry when it keeps a week of this adult's at this moment. Two queries."""
    family = caregiver.family_id
    told = {"adult": caregiver.pk, "since": now.isoformat(), "babies": list(_babies(family)), "booked": _booked(family)}
    return encrypt(json.dumps(told))


def what_goes(carried: str) -> str:
    """WEEKS or HOME where the phone that carries this has to forget something, else "". Three queries."""
    try:
        told = json.loads(decrypt(carried))
    except InvalidToken:
        return HOME
    adult = Caregiver.objects.current().filter(pk=told["adult"], user__is_active=True).first()
    if adult is None or not adult.may_practise:
        return HOME
    babies, since = _babies(adult.family_id), datetime.fromisoformat(told["since"])
    is_there = set(told["babies"]) <= set(babies) and set(told["booked"]) <= set(_booked(adult.family_id))
    is_as_it_was = all(moment is None or moment <= since for pk in told["babies"] for moment in babies.get(pk, ()))
    return "" if is_there and is_as_it_was else WEEKS


def _babies(family: int) -> dict[int, list[datetime | None]]:
    """{baby: when something was told of it last, in each way of telling}. One query."""
    moments = {
        f"told_{place}": Subquery(
            model.objects.filter(baby=OuterRef("pk")).order_by().values("baby").annotate(at=Max(field)).values("at")
        )
        for place, (model, field) in enumerate(TOLD)
    }
    rows = Baby.objects.filter(family=family, removed_at__isnull=True).annotate(**moments)
    return {pk: told for pk, *told in rows.values_list("pk", *moments)}


def _booked(family: int) -> list[int]:
    return list(Enrolment.objects.booked().filter(family=family).values_list("pk", flat=True))
