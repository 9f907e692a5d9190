"""Practice families: an alias, the sessions held, and what the families said. Never a name.

A series held elsewhere is written down by hand, here. What is led on this site is counted from its register: see
`counting`.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.audit.trail import record
from instructors.access import is_trainer_of
from instructors.aliases import next_alias, why_no_alias, why_no_words
from instructors.models import PracticumFamily, PracticumSession, Requirement, Traineeship
from instructors.refusals import CannotTrain
from instructors.traineeship import locked, today_of

DEFAULT_GAP = 6
DEFAULT_SESSIONS = 5
GOING_ON = (Traineeship.State.ACCEPTED, Traineeship.State.ACTIVE)
# Longer than that nobody massages; it is a slip of the keys.
LONGEST = 240


def alias_for(traineeship: Traineeship) -> str:
    """A tree that no family of this candidate has yet, in the candidate's language. One query."""
    taken = list(traineeship.families.values_list("alias", flat=True))
    return next_alias(taken, language=traineeship.trainee.language)


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

    Raises CannotTrain for an alias in use or that may be a name, or a traineeship that is not going on.
    """
    with transaction.atomic():
        row = locked(traineeship)
        must_be_in_training(row)
        if counted_from and (known := row.families.filter(counted_from=counted_from).first()):
            return known
        _refuse(why_no_alias(alias))
        if row.families.filter(alias__iexact=alias).exists():
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
    """Write, or write over, session `no` of a family. Those of the register are left to the register.

    Raises CannotTrain where another held session of the family is nearer than the gap, or the day is to come.
    """
    with transaction.atomic():
        row = locked(family.traineeship)
        must_be_in_training(row)
        if family.sessions.exclude(counted_from="").filter(no=no).exists():
            raise CannotTrain(_("This session is counted from the register. Please correct it there."))
        _must_be_a_session(row, held_on=held_on, minutes=minutes, now=now)
        _refuse(why_no_words(f"{feedback} {self_evaluation}"))
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


def next_no(family: PracticumFamily) -> int:
    """The number of the session that would be written down next. One query."""
    last = family.sessions.order_by("-no").values_list("no", flat=True).first()
    return (last or 0) + 1


def note_feedback(family: PracticumFamily, *, words: str, by: Any, now: datetime) -> PracticumFamily:
    """What a family from elsewhere said at the end, in its words and without a name; empty words take it back.

    Raises CannotTrain for a family that the register brings: it says so itself.
    """
    with transaction.atomic():
        row = locked(family.traineeship)
        must_be_in_training(row)
        family = PracticumFamily.objects.select_for_update().get(pk=family.pk)
        if family.is_counted:
            raise CannotTrain(_("This family says itself how it was, on its own page."))
        _refuse(why_no_words(words))
        family.words = words.strip()
        family.feedback_on = today_of(row, now) if family.words else None
        family.save(update_fields=["words", "feedback_on"])
        record("noted a practice family's feedback", by=by, about=family, now=now)
    return family


def family_left(family: PracticumFamily, *, on: date, by: Any, now: datetime) -> PracticumFamily:
    """The family stopped coming. It does not count, and costs the candidate nothing but time."""
    with transaction.atomic():
        must_be_in_training(locked(family.traineeship))
        family = PracticumFamily.objects.select_for_update().get(pk=family.pk)
        if family.left_on is None:
            family.left_on = on
            family.save(update_fields=["left_on"])
            record("practice family left", by=by, about=family, now=now)
    return family


def family_came_back(family: PracticumFamily, *, by: Any, now: datetime) -> PracticumFamily:
    """It comes again, or was marked as gone by mistake. One that the register brings follows its booking."""
    with transaction.atomic():
        must_be_in_training(locked(family.traineeship))
        family = PracticumFamily.objects.select_for_update().get(pk=family.pk)
        if family.is_counted:
            raise CannotTrain(_("This family follows its booking. Once it books again, it counts again."))
        if family.left_on is not None:
            family.left_on = None
            family.save(update_fields=["left_on"])
            record("practice family came back", by=by, about=family, now=now)
    return family


def mark_seen(family: PracticumFamily, *, by: Any, now: datetime) -> PracticumFamily:
    """The trainer has looked at what was written by hand. Raises CannotTrain for any but the candidate's own."""
    with transaction.atomic():
        row = locked(family.traineeship)
        must_be_in_training(row)
        if not is_trainer_of(by, row):
            raise CannotTrain(_("Only the candidate’s own trainer marks this as seen."))
        family = PracticumFamily.objects.select_for_update().get(pk=family.pk)
        family.seen_by, family.seen_at = by, now
        family.save(update_fields=["seen_by", "seen_at"])
        record("saw a practice family", by=by, about=family, now=now)
    return family


def supervisor_of(candidate: Any) -> str:
    """The name of the trainer who looks after this person's practice; empty where there is none. One query."""
    row = Traineeship.objects.of(candidate).practising().select_related("trainer_of_record").order_by("-pk").first()
    return str(row.trainer_of_record) if row and row.trainer_of_record else ""


def gap_of(traineeship: Traineeship) -> int:
    """Least days between two sessions of a family, as the programme says."""
    return _measure(traineeship, "gap_days", DEFAULT_GAP)


def sessions_of(traineeship: Traineeship) -> int:
    """How many sessions make a family whole, as the programme says."""
    return _measure(traineeship, "sessions", DEFAULT_SESSIONS)


def _measure(traineeship: Traineeship, name: str, fallback: int) -> int:
    for requirement in traineeship.programme.requirements.all():
        if requirement.kind == Requirement.Kind.PRACTICUM and name in requirement.params:
            return int(requirement.params[name])
    return fallback


def must_be_in_training(row: Traineeship) -> None:
    """Raises CannotTrain unless practice can be noted for this traineeship now."""
    if row.state not in GOING_ON:
        raise CannotTrain(_("Practice is noted while somebody is in training."))


def _must_be_a_session(row: Traineeship, *, held_on: date, minutes: int, now: datetime) -> None:
    if held_on > today_of(row, now):
        raise CannotTrain(_("This day is still to come. Please write the session down once it was."))
    if not 0 <= minutes <= LONGEST:
        raise CannotTrain(_("Please look at the minutes again: a session lasts up to four hours."))


def _must_keep_the_gap(family: PracticumFamily, *, no: int, held_on: date, gap: int) -> None:
    near = family.sessions.exclude(no=no).filter(
        is_cancelled=False, held_on__gt=held_on - timedelta(days=gap), held_on__lt=held_on + timedelta(days=gap)
    )
    if near.exists():
        said = ngettext(
            "Sessions of one family are at least %(days)d day apart.",
            "Sessions of one family are at least %(days)d days apart.",
            gap,
        )
        raise CannotTrain(said % {"days": gap})


def _refuse(sentence: str | None) -> None:
    if sentence:
        raise CannotTrain(sentence)
