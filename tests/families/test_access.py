"""What an adult of a family may do, by what they do in it."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory

from config.accounts.guards import View
from config.accounts.models import User
from families.access import (
    NotYourPart,
    booker_only,
    caregiver_of,
    caregiver_only,
    may_read_health,
    practiser_only,
    why_not_book,
    why_not_practise,
)
from families.models import Caregiver
from tests.factories.accounts import make_user
from tests.factories.families import add_caregiver, make_family

pytestmark = pytest.mark.django_db


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("the page")


def asked(guard: Any, user: User) -> str:
    """What that account is answered: the page, a sentence, or nothing at all."""

    def view(request: HttpRequest) -> HttpResponse:
        return page(request)

    guarded: View[Any] = guard(view)
    request = RequestFactory().get("/")
    request.user = user
    try:
        return str(guarded(request).content.decode())  # type: ignore[attr-defined]
    except NotYourPart as told:
        return told.sentence
    except Http404:
        return "no such page"


def an_adult(role: str) -> Caregiver:
    family = make_family(make_user("ines@example.org", "Ines Moreau"))
    adult = add_caregiver(family, make_user("lea@example.org", "Léa Moreau"))
    Caregiver.objects.filter(pk=adult.pk).update(role=role)
    found = caregiver_of(adult.user)
    assert found is not None
    return found


ASK = "Ines can do this for your family. Please ask them; everything else stays as it is."
CHANGE = "You see the dates of your family. Ines can change what you may do, under “Your family”."


@pytest.mark.parametrize(
    ("role", "told"),
    [
        (Caregiver.Role.FULL, ["the page", "the page", "the page"]),
        (Caregiver.Role.PRACTICE, ["the page", "the page", ASK]),
        (Caregiver.Role.DATES, ["the page", CHANGE, ASK]),
    ],
)
def test_each_guard_lets_in_whom_it_should_and_tells_the_others_who_can(role: str, told: list[str]) -> None:
    user = an_adult(role).user
    assert user is not None
    assert [asked(guard, user) for guard in (caregiver_only, practiser_only, booker_only)] == told


@pytest.mark.parametrize("guard", [caregiver_only, practiser_only, booker_only])
def test_a_stranger_and_someone_removed_find_no_page(guard: Any, now: Any) -> None:
    adult = an_adult(Caregiver.Role.FULL)
    Caregiver.objects.filter(pk=adult.pk).update(removed_at=now)
    assert adult.user is not None
    stranger = make_user("sam@example.org", "Sam Price")
    assert [asked(guard, adult.user), asked(guard, stranger)] == ["no such page", "no such page"]


@pytest.mark.parametrize(
    ("role", "books", "practises"), [("full", True, True), ("practice", False, True), ("dates", False, False)]
)
def test_the_words_say_why_not_only_to_whom_they_concern(role: str, books: bool, practises: bool) -> None:
    adult = an_adult(role)
    assert (why_not_book(adult) is None, why_not_practise(adult) is None) == (books, practises)


@pytest.mark.parametrize(
    ("role", "shared", "reads"),
    [("full", True, True), ("full", False, False), ("practice", True, False), ("dates", True, False)],
)
def test_what_another_wrote_about_health_is_read_by_those_who_book_where_it_is_shared(
    role: str, shared: bool, reads: bool
) -> None:
    adult = an_adult(role)
    writer = adult.family.caregivers.get(name="Ines Moreau")
    assert may_read_health(adult, written_by=writer, shared_in_family=shared) is reads


def test_the_writer_reads_until_they_are_removed(now: Any) -> None:
    adult = an_adult(Caregiver.Role.PRACTICE)
    assert may_read_health(adult, written_by=adult, shared_in_family=False)
    adult.removed_at = now
    assert not may_read_health(adult, written_by=adult, shared_in_family=True)
