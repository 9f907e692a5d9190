"""Not this part for now: a part of the body that one baby leaves out, for as long as its family or instructor likes.

No reason is asked for and none is kept. It hides nothing for good: the family may look at everything all the same, and
takes the part up again with one tap, whoever asked for it. An instructor sees what the instructor asked for, alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from classes.models import Enrolment, Place, RestingPart, Series
from config.accounts.models import User
from config.audit.trail import record
from curriculum.models import Region
from families.models import Baby

AskedBy = RestingPart.AskedBy
# Asking and holding belong to every massage, so they never rest.
MAY_REST = [(part.value, part.label) for part in Region if part != Region.HOLDING]
MOST_BABIES = 200
SUGGESTED_FOR = timedelta(days=30)
"""How long after its last session an instructor's suggestion stands."""


class CannotRest(Exception):
    """Nothing was changed; the sentence says why."""


@dataclass(frozen=True)
class BabyOfSeries:
    """One baby of a booking, and the parts that the instructor asked to leave out."""

    enrolment: Enrolment
    baby: Baby
    parts: list[RestingPart]


def resting_of(enrolment: Enrolment, baby: Baby) -> list[RestingPart]:
    """The parts that this baby leaves out in this booking, in teaching order. One query."""
    order = list(Region.values)
    rows = RestingPart.objects.filter(enrolment=enrolment, baby=baby)
    return sorted(rows, key=lambda one: order.index(one.region))


def rest(enrolment: Enrolment, *, baby: Baby, region: str, asked_by: AskedBy, by: User, now: datetime) -> RestingPart:
    """Leave that part out for this baby. Twice is once, and the first who asked stands. Raises CannotRest."""
    with transaction.atomic():
        booked = Enrolment.objects.select_for_update(of=("self",), no_key=True).get(pk=enrolment.pk)
        if booked.state != Enrolment.State.BOOKED:
            raise CannotRest(_("This booking has ended, so its plan stays as it is."))
        part, made = RestingPart.objects.get_or_create(
            enrolment=booked, baby=baby, region=region, defaults={"asked_by": asked_by, "since": now, "by": by}
        )
        if made:
            record("let a part of the body rest", by=by, about=booked, now=now, detail={"asked by": asked_by})
    return part


def take_up(enrolment: Enrolment, *, baby: Baby, region: str, by: User, now: datetime) -> bool:
    """Take that part up again. Returns whether it rested."""
    with transaction.atomic():
        gone, _rows = RestingPart.objects.filter(enrolment=enrolment, baby=baby, region=region).delete()
        if gone:
            record("took a part of the body up again", by=by, about=enrolment, now=now)
    return bool(gone)


def sweep(now: datetime) -> int:
    """Forget what belongs to bookings that ended, and an instructor's suggestions when the series is long over."""
    ended = ~Q(enrolment__state=Enrolment.State.BOOKED)
    over = Q(asked_by=AskedBy.INSTRUCTOR, enrolment__series__last_session_at__lt=now - SUGGESTED_FOR)
    gone, _rows = RestingPart.objects.filter(ended | over).delete()
    return gone


def babies_of(series: Series) -> list[BabyOfSeries]:
    """The babies booked in this series, with what the instructor asked for. Three queries.

    At own pace, where nobody has a place, these are the babies of the families.
    """
    booked = list(
        Enrolment.objects.booked().filter(series=series).select_related("family").order_by("pk")[:MOST_BABIES]
    )
    asked = RestingPart.objects.filter(enrolment__in=booked, asked_by=AskedBy.INSTRUCTOR)
    parts: dict[tuple[int, int], list[RestingPart]] = {}
    for part in asked.order_by("pk"):
        parts.setdefault((part.enrolment_id, part.baby_id), []).append(part)
    return [BabyOfSeries(one, baby, parts.get((one.pk, baby.pk), [])) for one, baby in _babies(series, booked)]


def _babies(series: Series, booked: list[Enrolment]) -> list[tuple[Enrolment, Baby]]:
    if series.is_own_pace:
        babies = Baby.objects.filter(family__in=[one.family_id for one in booked], removed_at=None).order_by("pk")
        return [(one, baby) for baby in babies[:MOST_BABIES] for one in booked if one.family_id == baby.family_id]
    by_key = {one.pk: one for one in booked}
    places = Place.objects.filter(enrolment__in=booked).select_related("baby").order_by("enrolment_id", "baby_id")
    found = {(place.enrolment_id, place.baby_id): place.baby for place in places[: MOST_BABIES * 20]}
    return [(by_key[key], baby) for (key, _baby), baby in found.items()]
