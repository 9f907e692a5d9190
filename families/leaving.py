"""Leaving a family, being taken out of it, and what an adult may do in it.

Whoever is out is out at once: their sessions end, and every link, calendar address and invitation of theirs asks at use
whether its adult still belongs. Bookings are the family's and stay. What somebody noted stays theirs.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from config.accounts.sessions import end_sessions
from config.audit.trail import record
from families import emails, inviting
from families.access import why_not_book
from families.models import Caregiver, Family


class CannotChange(Exception):
    """Nothing was changed. Carries a sentence for the reader."""


def remove(caregiver: Caregiver, *, by: Caregiver, now: datetime) -> None:
    """Take an adult out of the family, or leave it where `by` is that adult. Twice is once. Raises CannotChange.

    Any adult who books may remove another. The last one who books cannot go: nobody could look after the bookings.
    """
    with transaction.atomic():
        adults = _locked(caregiver.family)
        gone = adults.get(caregiver.pk)
        if gone is None:
            return
        refusal = None if gone.pk == by.pk else _why_not(adults, by=by)
        if refusal := refusal or _why_not_without(adults, gone):
            raise CannotChange(refusal)
        gone.removed_at = now
        gone.save(update_fields=["removed_at"])
        if gone.user is not None:
            end_sessions(gone.user, now=now)
            emails.withdraw_member_letters(gone.user)
            inviting.take_back_all_of(gone, by=by.user, now=now)
        record("left a family" if gone.pk == by.pk else "removed a caregiver", by=by.user, about=gone, now=now)


def change_role(caregiver: Caregiver, *, role: str, by: Caregiver, now: datetime) -> Caregiver:
    """Say anew what an adult who signs in may do, from their next request on. Raises CannotChange."""
    with transaction.atomic():
        adults = _locked(caregiver.family)
        standing = adults.get(caregiver.pk)
        if standing is None:
            raise CannotChange(_("They no longer belong to your family."))
        refusal = _why_not(adults, by=by)
        if role != Caregiver.Role.FULL:
            refusal = refusal or _why_not_without(adults, standing)
        if refusal:
            raise CannotChange(refusal)
        if standing.role != role:
            standing.role = role
            standing.save(update_fields=["role"])
            record("changed what an adult may do", by=by.user, about=standing, now=now, detail={"role": role})
    return standing


def _locked(family: Family) -> dict[int, Caregiver]:
    """{caregiver id: adult} of the family as it stands, with the family locked."""
    Family.objects.select_for_update(no_key=True).get(pk=family.pk)
    adults = Caregiver.objects.current().of_family(family).select_related("user", "family")
    return {adult.pk: adult for adult in adults}


def _why_not(adults: dict[int, Caregiver], *, by: Caregiver) -> str | None:
    """Why `by` cannot change the adults. Of two who remove each other at once, the second no longer belongs."""
    asks = adults.get(by.pk)
    return _("You no longer belong to this family.") if asks is None else why_not_book(asks)


def _why_not_without(adults: dict[int, Caregiver], gone: Caregiver) -> str | None:
    """Why the family cannot do without this adult as someone who books."""
    others = [one for one in adults.values() if one.pk != gone.pk and one.user_id is not None and one.may_book]
    if gone.user_id is None or not gone.may_book or others:
        return None
    return _("%(name)s is the only one who books. Please let another adult book first, under “Change or remove”.") % {
        "name": gone.first_name
    }
