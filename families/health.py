"""The vault of health answers. Every read for another person is written down before anything is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.accounts.models import User
from config.audit.models import AuditEntry
from config.audit.trail import name_of, record, record_each
from families.access import may_read_health
from families.models import Baby, Caregiver, HealthAnswers

KEPT_AFTER_LAST_SESSION = timedelta(days=30)

# What the trail says of each kind of read; the family sees them all.
READ, READ_BEFORE_CLASS, READ_CLEARANCE = "read health answers", "read answers before a class", "read a clearance"
READS = (READ, READ_BEFORE_CLASS, READ_CLEARANCE)

# What is asked before a series, in words to tick. The keys are those of the curriculum's precautions where it has one;
# "allergy" is asked because of the oil. An instructor reads the same words on the register.
CONDITIONS: tuple[tuple[str, str | Promise], ...] = (
    ("skin", _("Skin that is sore, broken or eczema-prone")),
    ("allergy", _("An allergy to nuts, seeds or oils")),
    ("hip", _("Hips being looked after: dysplasia, a harness or a cast")),
    ("heart_seizure", _("Heart, breathing, seizures or blood under a doctor’s care")),
    ("device", _("Feeding tube, oxygen or other equipment")),
    ("still_in_care", _("Still seen by a hospital")),
    ("hernia", _("A hernia")),
    ("navel", _("Cord or navel not healed yet")),
    ("surgery_injury", _("An operation, a fracture or another injury")),
)


def write_for_babies(
    babies: Sequence[Baby], *, facts: dict[str, Any], by: Caregiver, account: User, last_session_on: date, now: datetime
) -> None:
    """Keep these answers for each baby, in place of older ones, until 30 days after the last session.

    `facts` is {"born_early": "yes"|"no"|"unsaid", "conditions": [keys of CONDITIONS], "notes": text}. An older day of
    forgetting that is later stays. Three statements, however many babies.
    """
    until = last_session_on + KEPT_AFTER_LAST_SESSION
    with transaction.atomic():
        kept = dict(HealthAnswers.objects.filter(baby__in=babies).values_list("baby_id", "forget_on"))
        rows = [
            HealthAnswers(baby=baby, written_by=by, written_at=now, forget_on=max(until, kept.get(baby.pk, until)))
            for baby in babies
        ]
        for row in rows:
            row.facts = facts
        HealthAnswers.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["baby"],
            update_fields=["written_by", "written_at", "forget_on", "answers"],
        )
        record_each("wrote health answers", by=account, about=babies, now=now)


def keep_for(babies: Iterable[Baby], *, last_session_on: date) -> None:
    """Keep what is known of these babies until 30 days after that session too; what is kept longer stays so."""
    until = last_session_on + KEPT_AFTER_LAST_SESSION
    HealthAnswers.objects.filter(baby__in=list(babies), forget_on__lt=until).update(forget_on=until)


def write_health_answers(
    baby: Baby, *, facts: dict[str, Any], by: Caregiver, account: User, last_session_on: date, now: datetime
) -> HealthAnswers:
    """The same for one baby, whose answers it returns."""
    write_for_babies([baby], facts=facts, by=by, account=account, last_session_on=last_session_on, now=now)
    return HealthAnswers.objects.get(baby=baby)


def read_for_class(babies: Iterable[Baby], *, by: User, because: str, now: datetime) -> dict[int, dict[str, Any]]:
    """{baby id: facts} for an instructor. The caller has checked that this is the time for it (`classes.access`).

    One audit entry a baby is committed first; if that fails, nothing is read.
    """
    rows = list(HealthAnswers.objects.filter(baby__in=list(babies)).only("pk", "baby_id"))
    named = [name_of_baby(row.baby_id) for row in rows]
    with transaction.atomic():
        record_each(READ, by=by, about=named, now=now, detail={"because": because})
    return {row.baby_id: row.facts for row in HealthAnswers.objects.filter(pk__in=[row.pk for row in rows])}


def read_in_family(babies: Sequence[Baby], *, by: Caregiver) -> dict[int, HealthAnswers]:
    """{baby id: answers} that this adult of the family may see."""
    rows = HealthAnswers.objects.filter(baby__in=babies, baby__family=by.family).select_related("written_by")
    return {
        row.baby_id: row
        for row in rows
        if may_read_health(by, written_by=row.written_by, shared_in_family=row.shared_in_family)
    }


def in_words(facts: Mapping[str, Any]) -> list[str]:
    """What was told, one thing after the other, in the words in which it was asked; notes last."""
    named = set(facts.get("conditions", ()))
    early = [_("Born before 37 weeks")] if facts.get("born_early") == HealthAnswers.Early.YES else []
    notes = [str(facts["notes"])] if facts.get("notes") else []
    return [str(words) for words in (*early, *(words for key, words in CONDITIONS if key in named), *notes)]


def kept_to_themselves(babies: Sequence[Baby]) -> set[tuple[int, int]]:
    """(baby id, key of the adult who wrote them) of answers that nobody else of the family may see. One query."""
    kept = HealthAnswers.objects.filter(baby__in=babies, shared_in_family=False)
    return set(kept.values_list("baby_id", "written_by_id"))


class NotYourAnswers(Exception):
    """Only who wrote health answers shares, changes or deletes them."""


def own_answers(baby: Baby, *, by: Caregiver) -> HealthAnswers:
    """The answers about this baby that this adult wrote. Raises HealthAnswers.DoesNotExist."""
    return HealthAnswers.objects.select_related("baby").get(baby=baby, written_by=by)


def share_in_family(answers: HealthAnswers, *, shared: bool, by: Caregiver, account: User, now: datetime) -> None:
    """Let the other adults of the family read these answers, or no longer. Raises NotYourAnswers."""
    if answers.written_by_id != by.pk:
        raise NotYourAnswers
    with transaction.atomic():
        HealthAnswers.objects.filter(pk=answers.pk).update(shared_in_family=shared)
        what = "shared health answers in the family" if shared else "kept health answers from the family"
        record(what, by=account, about=name_of_baby(answers.baby_id), now=now)


def change_health_answers(
    answers: HealthAnswers, *, facts: dict[str, Any], by: Caregiver, account: User, now: datetime
) -> HealthAnswers:
    """Put other facts in the place of these, with the same day of deletion. Raises NotYourAnswers."""
    if answers.written_by_id != by.pk:
        raise NotYourAnswers
    last_session_on = answers.forget_on - KEPT_AFTER_LAST_SESSION
    return write_health_answers(
        answers.baby, facts=facts, by=by, account=account, last_session_on=last_session_on, now=now
    )


def forget_answers(babies: Iterable[Baby], *, account: User, now: datetime) -> int:
    """Delete what is known of these babies' health, at once; returns how many had answers."""
    with transaction.atomic():
        rows = list(HealthAnswers.objects.filter(baby__in=list(babies)).only("pk", "baby_id"))
        for row in rows:
            record("deleted health answers", by=account, about=name_of_baby(row.baby_id), now=now)
        HealthAnswers.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def name_of_baby(key: int) -> str:
    """How the trail names the baby of that key."""
    return f"{Baby._meta.label}:{key}"


def reads_of(baby: Baby, *, most: int = 20) -> list[AuditEntry]:
    """Who has read this baby's answers, newest first, for the family to see."""
    return list(AuditEntry.objects.filter(about=name_of(baby), what__in=READS)[:most])


def reads_by_baby(babies: Iterable[Baby], *, most: int = 60) -> dict[int, list[AuditEntry]]:
    """{baby id: who has read this baby's answers, newest first}, the `most` newest of all. One query."""
    names = {name_of(baby): baby.pk for baby in babies}
    found: dict[int, list[AuditEntry]] = {pk: [] for pk in names.values()}
    for entry in AuditEntry.objects.filter(about__in=list(names), what__in=READS)[:most]:
        found[names[entry.about]].append(entry)
    return found
