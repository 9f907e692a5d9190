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
from families.models import Baby, Caregiver, Consent, HealthAnswers, Invitation

MOST_SHOWN = 12


@dataclass(frozen=True)
class BabyLine:
    """A baby with its age today. `corrected_weeks` only where it differs, None before the due date; `together` names
    the babies born on the same day, or expected on it."""

    baby: Baby
    weeks: int | None
    corrected_weeks: int | None
    is_before_due: bool
    together: list[str]


@dataclass(frozen=True)
class AdultLine:
    """An adult as the reader may see and change them. `agreed` is the newest word on whether they may massage."""

    adult: Caregiver
    is_me: bool
    needs_consent: bool
    agreed: Consent | None


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
    """What stands in it depends on who reads: an adult who does not book sees names, own words and nothing more."""

    adults: list[AdultLine]
    babies: list[BabyLine]
    invitations: list[Invitation]
    health: list[HealthCard]
    agreed: list[Agreed]
    may_agree: bool

    @property
    def others_sign_in(self) -> bool:
        """Whether there is another adult with whom health answers could be shared."""
        return sum(line.adult.user_id is not None and line.adult.may_book for line in self.adults) > 1


def page_for(caregiver: Caregiver, *, now: datetime) -> FamilyPage:
    """The page as this adult may see it. Seven queries at most."""
    family = caregiver.family
    adults = list(Caregiver.objects.current().of_family(family).order_by("joined_at", "pk"))
    babies = list(Baby.objects.of_family(family))
    today = local(now, family.time_zone).date()
    lines = [_line(baby, today, among=babies) for baby in babies]
    own = _health(babies, caregiver)
    if not caregiver.may_book:
        named = [AdultLine(adult, adult.pk == caregiver.pk, False, None) for adult in _me_first(adults, caregiver)]
        return FamilyPage(named, lines, [], own, [], False)
    answers = consents.standing(family)
    return FamilyPage(
        adults=_adults(_me_first(adults, caregiver), caregiver),
        babies=lines,
        invitations=list(Invitation.objects.of_family(family).unanswered().newest(MOST_SHOWN)),
        health=own,
        agreed=[Agreed(wording, answers.get(wording.kind)) for wording in WORDINGS],
        may_agree=caregiver.is_parent or not _parent_books(adults),
    )


def _me_first(adults: Sequence[Caregiver], me: Caregiver) -> list[Caregiver]:
    return sorted(adults, key=lambda adult: adult.pk != me.pk)


def _adults(adults: Sequence[Caregiver], me: Caregiver) -> list[AdultLine]:
    others = [adult for adult in adults if not adult.is_parent]
    said = consents.about_carers(others) if others else {}
    parent_books = _parent_books(adults)
    return [
        AdultLine(
            adult,
            is_me=adult.pk == me.pk,
            needs_consent=not adult.is_parent and (parent_books or not consents.speaks(adult)),
            agreed=said.get(adult.pk),
        )
        for adult in adults
    ]


def _parent_books(adults: Sequence[Caregiver]) -> bool:
    return any(adult.is_parent and consents.speaks(adult) for adult in adults)


def _line(baby: Baby, today: date, *, among: Sequence[Baby]) -> BabyLine:
    together = [one.first_name for one in among if one.pk != baby.pk and _came_together(one, baby)]
    if baby.born_on is None:
        return BabyLine(baby, None, None, is_before_due=False, together=together)
    before = baby.is_early and baby.due_on is not None and today < baby.due_on
    corrected = baby.corrected_age_in_weeks(today) if baby.is_early and not before else None
    return BabyLine(baby, baby.age_in_weeks(today), corrected, is_before_due=before, together=together)


def _came_together(one: Baby, other: Baby) -> bool:
    """Twins and more: born on one day (or on two days of one night), or expected on the same."""
    if one.born_on and other.born_on:
        return abs((one.born_on - other.born_on).days) <= 1
    return one.born_on == other.born_on and one.due_on == other.due_on


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
