"""What carers agree to: wordings with versions, and answers to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.accounts.models import User
from families import health
from families.models import Baby, Caregiver, Consent, Family


class CannotWithdraw(Exception):
    """This wording is needed to come. Carries a sentence for the reader."""

    def __init__(self) -> None:
        super().__init__(_("This one is needed to come. If you would rather not, cancel the booking under My classes."))


@dataclass(frozen=True)
class Wording:
    """One thing that is asked. A change of the sentence is a new version; old answers stay with the old one."""

    kind: str
    version: int
    sentence: str | Promise
    needed_to_book: bool


WORDINGS: tuple[Wording, ...] = (
    Wording(
        Consent.Kind.ONLY_WE_MASSAGE,
        1,
        _("Only I, or another carer I bring, will massage my baby. The instructor shows every stroke on a doll."),
        needed_to_book=True,
    ),
    Wording(
        Consent.Kind.FOLLOW_CUES,
        1,
        _("I will follow my baby’s cues, and stop when my baby asks me to."),
        needed_to_book=True,
    ),
    Wording(
        Consent.Kind.HEALTH,
        1,
        _("The instructor may keep my health answers until 30 days after the last session."),
        needed_to_book=False,
    ),
    Wording(Consent.Kind.PHOTOS, 1, _("Photos of our hands and feet are fine. Never faces."), needed_to_book=False),
)


def answer(caregiver: Caregiver, *, answers: Mapping[str, bool], now: datetime) -> list[Consent]:
    """Write down an answer to each wording of `answers`, {kind: given}."""
    rows = [
        Consent(
            family=caregiver.family,
            caregiver=caregiver,
            kind=wording.kind,
            version=wording.version,
            given=answers[wording.kind],
            at=now,
        )
        for wording in WORDINGS
        if wording.kind in answers
    ]
    return Consent.objects.bulk_create(rows)


def change_mind(caregiver: Caregiver, *, kind: str, given: bool, account: User, now: datetime) -> None:
    """Answer one wording anew. Taking back the keeping of health answers deletes them at once.

    Raises CannotWithdraw for a wording that is needed to come, KeyError for one that is not asked.
    """
    wording = {one.kind: one for one in WORDINGS}[kind]
    if wording.needed_to_book and not given:
        raise CannotWithdraw
    with transaction.atomic():
        answer(caregiver, answers={kind: given}, now=now)
        if kind == Consent.Kind.HEALTH and not given:
            health.forget_answers(Baby.objects.of_family(caregiver.family), account=account, now=now)


def standing(family: Family) -> dict[str, Consent]:
    """{kind: the newest answer of this family}."""
    newest: dict[str, Consent] = {}
    for consent in Consent.objects.filter(family=family).select_related("caregiver").order_by("at", "pk"):
        newest[consent.kind] = consent
    return newest
