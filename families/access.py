"""Who may do what in a family.

Every adult of it sees the dates. Who "comes and practises" may also say that they cannot come, and keeps the diary. Who
"books and pays" does everything. A stranger is told that there is no such page. An adult of the family who may do less
knows very well that the page is there, so they are told kindly who can do it instead (403).
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _

from config.accounts.guards import guard
from families.models import Caregiver


class NotYourPart(PermissionDenied):
    """This adult belongs to the family, and may do less than the page does. Carries a sentence for the reader."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def caregiver_of(user: Any) -> Caregiver | None:
    """The adult that this account is in its family today, with the family; None where there is none."""
    if not user.is_authenticated:
        return None
    return Caregiver.objects.current().select_related("family").filter(user=user).first()


def is_caregiver(request: HttpRequest) -> bool:
    """Whether the reader belongs to a family; `request.caregiver` is set for the view."""
    request.caregiver = caregiver_of(request.user)  # type: ignore[attr-defined]
    return request.caregiver is not None  # type: ignore[attr-defined]


def is_practiser(request: HttpRequest) -> bool:
    """The same for an adult who comes with the babies. Raises NotYourPart for one who only sees the dates."""
    return _is_caregiver_unless(request, why_not_practise)


def is_booker(request: HttpRequest) -> bool:
    """The same for an adult who books and pays. Raises NotYourPart for those who do not."""
    return _is_caregiver_unless(request, why_not_book)


def _is_caregiver_unless(request: HttpRequest, why_not: Any) -> bool:
    if not is_caregiver(request):
        return False
    if sentence := why_not(reader(request)):
        raise NotYourPart(sentence)
    return True


caregiver_only = guard("caregiver_only", is_caregiver)
practiser_only = guard("practiser_only", is_practiser)
booker_only = guard("booker_only", is_booker)


def reader(request: HttpRequest) -> Caregiver:
    """The caregiver whom `caregiver_only`, `practiser_only` or `booker_only` let in."""
    found: Caregiver = request.caregiver  # type: ignore[attr-defined]  # set by is_caregiver
    return found


def why_not_book(caregiver: Caregiver) -> str | None:
    """Why this adult does not book, cancel, wait or move for the family, and who does; None where they may."""
    if caregiver.may_book:
        return None
    names = _names_of_bookers(caregiver)
    return _("%(names)s can do this for your family. Please ask them; everything else stays as it is.") % {
        "names": names
    }


def why_not_practise(caregiver: Caregiver) -> str | None:
    """Why this adult neither gives dates back nor keeps a diary, and who can change that; None where they may."""
    if caregiver.may_practise:
        return None
    names = _names_of_bookers(caregiver)
    return _("You see the dates of your family. %(names)s can change what you may do, under “Your family”.") % {
        "names": names
    }


def _names_of_bookers(caregiver: Caregiver) -> str:
    """Asked only when somebody is turned away."""
    names = [one.first_name for one in Caregiver.objects.of_family(caregiver.family).who_book()]
    return _(" or ").join(names)


def may_read_health(caregiver: Caregiver, *, written_by: Caregiver, shared_in_family: bool) -> bool:
    """The writer always; another adult of the family who books and pays, where the writer shares it."""
    if caregiver.removed_at is not None:
        return False
    if caregiver.pk == written_by.pk:
        return True
    return shared_in_family and caregiver.may_book and caregiver.family_id == written_by.family_id
