"""Strokes with a heart: what a family likes best for each of its babies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from curriculum.models import Stroke
from families.models import Baby, Caregiver, Family, FavouriteStroke

MOST_SHOWN = 60


class NotYourBaby(Exception):
    """Only a family's own adults give hearts for its babies."""


def choose(baby: Baby, *, stroke: Stroke, is_favourite: bool, by: Caregiver, now: datetime) -> None:
    """Give a stroke a heart for this baby, or take it back. Twice is once. Raises NotYourBaby."""
    if baby.family_id != by.family_id:
        raise NotYourBaby
    if not is_favourite:
        FavouriteStroke.objects.of_baby(baby).filter(stroke=stroke).delete()
        return
    with transaction.atomic():
        row = FavouriteStroke(baby=baby, stroke=stroke, caregiver=by, chosen_at=now)
        FavouriteStroke.objects.bulk_create([row], ignore_conflicts=True)


def of_baby(baby: Baby) -> set[int]:
    """The keys of the strokes with a heart for this baby. One query."""
    return set(FavouriteStroke.objects.of_baby(baby).values_list("stroke_id", flat=True)[:MOST_SHOWN])


def of_family(family: Family, babies: Sequence[Baby]) -> list[FavouriteStroke]:
    """Hearts for these babies of the family, in the order in which they were given, each with its stroke. One query."""
    mine = FavouriteStroke.objects.filter(baby__in=list(babies), baby__family=family)
    return list(mine.select_related("stroke", "baby").order_by("chosen_at", "pk")[:MOST_SHOWN])
