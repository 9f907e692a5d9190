"""What the family's own page tells: who belongs to it, what is known, who may read it and who has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from config.audit.models import AuditEntry
from config.lib.times import local
from families import consents, health
from families.consents import WORDINGS, Wording
from families.models import Baby, Caregiver, Consent, HealthAnswers


@dataclass(frozen=True)
class BabyLine:
    """A baby with its age today; `corrected_weeks` only where it differs."""

    baby: Baby
    weeks: int | None
    corrected_weeks: int | None


@dataclass(frozen=True)
class HealthCard:
    """The health answers about one baby that this adult may read, and who has read them."""

    baby: Baby
    answers: HealthAnswers
    told: list[str]
    notes: str
    is_own: bool
    reads: list[AuditEntry]


@dataclass(frozen=True)
class Agreed:
    """One wording with this family's newest answer to it, if there is one."""

    wording: Wording
    answer: Consent | None


@dataclass(frozen=True)
class FamilyPage:
    adults: list[Caregiver]
    babies: list[BabyLine]
    health: list[HealthCard]
    agreed: list[Agreed]

    @property
    def others_sign_in(self) -> bool:
        """Whether there is another adult with whom health answers could be shared."""
        return sum(adult.user_id is not None for adult in self.adults) > 1


def page_for(caregiver: Caregiver, *, now: datetime) -> FamilyPage:
    """The page as this adult may see it. Five queries."""
    family = caregiver.family
    adults = list(Caregiver.objects.current().of_family(family).order_by("joined_at", "pk"))
    babies = list(Baby.objects.of_family(family))
    today = local(now, family.time_zone).date()
    answers = consents.standing(family)
    return FamilyPage(
        adults=sorted(adults, key=lambda adult: adult.pk != caregiver.pk),
        babies=[_line(baby, today) for baby in babies],
        health=_health(babies, caregiver),
        agreed=[Agreed(wording, answers.get(wording.kind)) for wording in WORDINGS],
    )


def _line(baby: Baby, today: date) -> BabyLine:
    if baby.born_on is None:
        return BabyLine(baby, None, None)
    weeks, corrected = baby.age_in_weeks(today), baby.corrected_age_in_weeks(today)
    return BabyLine(baby, weeks, corrected if corrected != weeks else None)


def _health(babies: Sequence[Baby], caregiver: Caregiver) -> list[HealthCard]:
    readable = health.read_in_family(babies, by=caregiver)
    if not readable:
        return []
    reads = health.reads_by_baby(babies)
    return [_card(baby, readable[baby.pk], reads[baby.pk], caregiver) for baby in babies if baby.pk in readable]


def _card(baby: Baby, answers: HealthAnswers, reads: list[AuditEntry], caregiver: Caregiver) -> HealthCard:
    facts = answers.facts
    named = set(facts.get("conditions", ()))
    told = [str(words) for key, words in health.CONDITIONS if key in named]
    if facts.get("born_early") == HealthAnswers.Early.YES:
        told.insert(0, _("Born before 37 weeks"))
    return HealthCard(
        baby, answers, told, str(facts.get("notes", "")), is_own=answers.written_by_id == caregiver.pk, reads=reads
    )
