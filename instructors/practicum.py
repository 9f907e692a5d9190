"""Practice families: an alias, the sessions held, and what the families said. Never a name.

`classes` calls this from the register, with `counted_from` naming the booking; a series held elsewhere is noted by
hand.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from config.audit.trail import record
from instructors.models import PracticumFamily, PracticumSession, Requirement, Traineeship
from instructors.refusals import CannotTrain
from instructors.traineeship import locked

DEFAULT_GAP = 6


def note_family(
    traineeship: Traineeship,
    *,
    alias: str,
    by: Any,
    now: datetime,
    age_band: str = "",
    consented_on: date | None = None,
    counted_from: str = "",
) -> PracticumFamily:
    """A practice family; the same `counted_from` twice is the same family.

    Raises CannotTrain for an alias in use, or a traineeship that is not going on.
    """
    with transaction.atomic():
        row = locked(traineeship)
        _must_be_in_training(row)
        if counted_from and (known := row.families.filter(counted_from=counted_from).first()):
            return known
        if row.families.filter(alias=alias).exists():
            raise CannotTrain(_("Another practice family has this alias."))
        family = PracticumFamily.objects.create(
            traineeship=row, alias=alias, age_band=age_band, consented_on=consented_on, counted_from=counted_from
        )
        record("noted a practice family", by=by, about=family, now=now)
    return family


def note_session(
    family: PracticumFamily,
    *,
    no: int,
    held_on: date,
    by: Any,
    now: datetime,
    minutes: int = 60,
    is_cancelled: bool = False,
    feedback: str = "",
    self_evaluation: str = "",
    observer: Any = None,
) -> PracticumSession:
    """Write, or write over, session `no` of a family.

    Raises CannotTrain where another held session of the family is nearer than the programme's gap.
    """
    with transaction.atomic():
        row = locked(family.traineeship)
        _must_be_in_training(row)
        if not is_cancelled:
            _must_keep_the_gap(family, no=no, held_on=held_on, gap=gap_of(row))
        session, _made = PracticumSession.objects.update_or_create(
            family=family,
            no=no,
            defaults={
                "held_on": held_on,
                "minutes": minutes,
                "is_cancelled": is_cancelled,
                "feedback": feedback,
                "self_evaluation": self_evaluation,
                "observer": observer,
            },
        )
        record("noted a practice session", by=by, about=session, now=now)
    return session


def family_left(family: PracticumFamily, *, on: date, by: Any, now: datetime) -> PracticumFamily:
    """The family stopped coming. It does not count, and costs the candidate nothing but time."""
    with transaction.atomic():
        family.left_on = on
        family.save(update_fields=["left_on"])
        record("practice family left", by=by, about=family, now=now)
    return family


def gap_of(traineeship: Traineeship) -> int:
    """Least days between two sessions of a family, as the programme says."""
    for requirement in traineeship.programme.requirements.all():
        if requirement.kind == Requirement.Kind.PRACTICUM and "gap_days" in requirement.params:
            return int(requirement.params["gap_days"])
    return DEFAULT_GAP


def _must_keep_the_gap(family: PracticumFamily, *, no: int, held_on: date, gap: int) -> None:
    near = family.sessions.exclude(no=no).filter(
        is_cancelled=False, held_on__gt=held_on - timedelta(days=gap), held_on__lt=held_on + timedelta(days=gap)
    )
    if near.exists():
        raise CannotTrain(_("Sessions of one family are at least %(days)d days apart.") % {"days": gap})


def _must_be_in_training(row: Traineeship) -> None:
    if row.state not in (Traineeship.State.ACCEPTED, Traineeship.State.ACTIVE):
        raise CannotTrain(_("Practice is noted while somebody is in training."))
