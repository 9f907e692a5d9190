"""How a family found its series: said once a booking, changed as often as it likes, and taken back whole."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from classes import practicum
from classes.models import Enrolment, Feedback, Place
from config.audit.trail import record
from families.models import Caregiver


class CannotSay(Exception):
    """Nothing was kept; the sentence says why."""


@dataclass(frozen=True)
class Answers:
    """Keys of Feedback's choices, each may be empty; words; and whether the instructor may know whose they are."""

    ease: str = ""
    pace: str = ""
    at_home: str = ""
    words: str = ""
    is_named: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.ease or self.pace or self.at_home or self.words)


def why_not_yet(enrolment: Enrolment, *, now: datetime) -> str | None:
    """The sentence that refuses: before the first date that they kept there is nothing to say. One query."""
    been = Place.objects.unreleased().filter(enrolment=enrolment, session__starts_at__lte=now)
    if been.exists() or not enrolment.series.first_session_at:
        return None
    return _("There is nothing to say yet. Please come back after your first date.")


def given_for(enrolment: Enrolment) -> Feedback | None:
    """What the family said about this booking. One query."""
    return Feedback.objects.filter(enrolment=enrolment).first()


def give(enrolment: Enrolment, *, answers: Answers, by: Caregiver, now: datetime) -> Feedback:
    """Keep what the family says; the newest word of any of its adults counts. Raises CannotSay.

    The trail says that something was said, never what.
    """
    if refusal := why_not_yet(enrolment, now=now):
        raise CannotSay(refusal)
    if answers.is_empty:
        raise CannotSay(_("Please tap one answer, or write a word. Any one of them will do."))
    with transaction.atomic():
        Enrolment.objects.select_for_update(no_key=True).get(pk=enrolment.pk)
        standing = given_for(enrolment)
        said = {**asdict(answers), "by": by}
        if standing is None:
            standing = Feedback.objects.create(enrolment=enrolment, **said, given_at=now)
            record("gave feedback", by=by.user, about=enrolment, now=now)
        elif any(getattr(standing, name) != value for name, value in asdict(answers).items()):
            for name, value in {**said, "changed_at": now}.items():
                setattr(standing, name, value)
            standing.save(update_fields=[*said, "changed_at"])
            record("changed its feedback", by=by.user, about=enrolment, now=now)
        practicum.follow(enrolment.series, now=now)
    return standing


def take_back(enrolment: Enrolment, *, by: Caregiver, now: datetime) -> bool:
    """Delete what the family said about this booking; returns whether there was anything."""
    with transaction.atomic():
        deleted, _rows = Feedback.objects.filter(enrolment=enrolment).delete()
        if deleted:
            record("took its feedback back", by=by.user, about=enrolment, now=now)
            practicum.follow(enrolment.series, now=now)
    return bool(deleted)
