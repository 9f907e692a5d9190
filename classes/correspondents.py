"""To whom in a family a letter goes that it could do without: one adult a booking, as long as they want it.

It is the one who booked; once they have left, the first who books and pays. Whoever switched such letters off gets
none, and then they go to another adult only where that one asked for them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery

from classes.models import Enrolment
from families.models import Caregiver, MessageChoice


@dataclass(frozen=True)
class Correspondent:
    """An adult, and what they said of such letters; None where they said nothing."""

    adult: Caregiver
    said: bool | None


def _adults() -> Any:
    """Adults with a sign-in who come with the babies."""
    mine = Caregiver.objects.current().filter(user__isnull=False, user__is_active=True)
    return mine.exclude(role=Caregiver.Role.DATES)


def _said(kind: str, **what: bool) -> Any:
    """What an adult said; a row that was made for the sake of its link alone says nothing."""
    rows = MessageChoice.objects.filter(caregiver=OuterRef("pk"), kind=kind, changed_at__isnull=False)
    return rows.filter(**what)


def has_reader(kind: str) -> Q:
    """Of rows with an enrolment: those of a booking about which `reader_of` finds somebody."""
    adults = _adults().filter(family=OuterRef("enrolment__family")).order_by()
    content = adults.filter(~Exists(_said(kind, is_wanted=False)))
    booked = Q(user=OuterRef("enrolment__booked_by"))
    asked = adults.filter(Exists(_said(kind, is_wanted=True)))
    next_in_line = content.filter(role=Caregiver.Role.FULL)
    return (
        Q(Exists(content.filter(booked))) | Q(Exists(asked)) | Q(~Exists(adults.filter(booked)), Exists(next_in_line))
    )


def of_families(families: Iterable[int], *, kind: str) -> dict[int, list[Correspondent]]:
    """{family id: its adults who may be written to, longest in the family first}. One query."""
    said = Subquery(_said(kind).values("is_wanted")[:1])
    mine = _adults().filter(family__in=list(families)).annotate(said=said).select_related("user", "family")
    rows: dict[int, list[Correspondent]] = defaultdict(list)
    for one in mine.order_by("joined_at", "pk"):
        rows[one.family_id].append(Correspondent(one, one.said))
    return rows


def reader_of(enrolment: Enrolment, adults: Iterable[Correspondent]) -> Caregiver | None:
    """The adult to write to about this booking; `adults` are those of its family."""
    listed = list(adults)
    booked = next((one for one in listed if one.adult.user_id == enrolment.booked_by_id), None)
    first = booked or next((one for one in listed if one.adult.may_book and one.said is not False), None)
    if first is not None and first.said is not False:
        return first.adult
    return next((one.adult for one in listed if one.said), None)
