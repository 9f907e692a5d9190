"""What carers agree to: wordings with versions, and answers to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from config.accounts.models import User
from config.audit.trail import record
from families import health
from families.models import Baby, Caregiver, Consent, Family


class CannotAgree(Exception):
    """Only a parent says who else may massage their baby. Carries a sentence for the reader."""

    def __init__(self) -> None:
        super().__init__(_("A parent says who else may massage their baby. Please ask one of them."))


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


# Asked about one adult who is not a parent, whenever a family brings one (a parent's written consent, domain rule on
# carers). It is no line of the booking form, so it does not stand among WORDINGS.
CARER_WORDING = Wording(
    Consent.Kind.ANOTHER_CARER,
    1,
    _("I agree in writing that this carer, who is not a parent, may massage my babies."),
    needed_to_book=False,
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
            _forget_health(list(Baby.objects.of_family(caregiver.family)), account=account, now=now)


def _forget_health(babies: Sequence[Baby], *, account: User, now: datetime) -> None:
    """All of it, wherever it was told: before the series, before a class, in a clinician's word."""
    health.forget_answers(babies, account=account, now=now)
    for name in settings.FORGETS_HEALTH:
        import_string(name)(babies, account=account, now=now)


def standing(family: Family) -> dict[str, Consent]:
    """{kind: the newest answer of this family}, without those about single carers."""
    newest: dict[str, Consent] = {}
    own = Consent.objects.filter(family=family, about__isnull=True)
    for consent in own.select_related("caregiver").order_by("at", "pk"):
        newest[consent.kind] = consent
    return newest


def may_agree(caregiver: Caregiver) -> bool:
    """Whether this adult says for the babies who else may massage them: a parent who books and pays.

    Where no parent books here (foster carers, grandparents who raise them), those who book and pay say it.
    """
    if caregiver.removed_at is not None or not caregiver.may_book:
        return False
    return caregiver.is_parent or not _parent_books(caregiver.family)


def agree_to_carer(carer: Caregiver, *, given: bool, by: Caregiver, now: datetime) -> Consent:
    """A parent's written answer to whether this adult of the family may massage the babies; the newest counts.

    Taking it back is open to everyone who books. Raises CannotAgree where `by` has no say, or asks for themselves.
    """
    has_say = may_agree(by) if given else by.may_book
    if carer.family_id != by.family_id or carer.pk == by.pk or not has_say:
        raise CannotAgree
    wording = CARER_WORDING
    with transaction.atomic():
        said = Consent.objects.create(
            family=by.family,
            caregiver=by,
            about=carer,
            kind=wording.kind,
            version=wording.version,
            given=given,
            at=now,
        )
        what = "agreed to another carer" if given else "took back the consent to another carer"
        record(what, by=by.user, about=carer, now=now)
    return said


def about_carers(carers: Iterable[Caregiver]) -> dict[int, Consent]:
    """{caregiver id: the newest answer about them}. One query."""
    kind = Consent.Kind.ANOTHER_CARER
    rows = Consent.objects.filter(kind=kind, about__in=list(carers)).select_related("caregiver")
    return {said.about_id: said for said in rows.order_by("at", "pk") if said.about_id is not None}


def not_agreed_to(adults: Sequence[Caregiver]) -> list[Caregiver]:
    """Those of these adults, of one family, for whom a parent's written consent is still missing.

    No query where all are parents, two otherwise. See `may_agree` for a family without parents.
    """
    others = [adult for adult in adults if not adult.is_parent]
    if not others:
        return []
    said = about_carers(others)
    missing = [adult for adult in others if not (adult.pk in said and said[adult.pk].given)]
    if any(speaks(adult) for adult in missing) and not any(adult.is_parent and speaks(adult) for adult in adults):
        return missing if _parent_books(others[0].family) else [adult for adult in missing if not speaks(adult)]
    return missing


def speaks(adult: Caregiver) -> bool:
    """Whether they could say something for the babies here at all."""
    return adult.user_id is not None and adult.may_book


def _parent_books(family: Family) -> bool:
    return Caregiver.objects.of_family(family).who_book().filter(relation__in=Caregiver.PARENTS).exists()
