"""Checking a certificate, the directory, and a candidate's own page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from instructors import demo, life
from instructors.models import Certificate
from tests.cast import sign_in
from tests.factories.accounts import make_user
from tests.factories.instructors import (
    LATER,
    a_body,
    a_certificate,
    a_ready_traineeship,
    a_traineeship,
    a_trainer,
    an_instructor,
)

pytestmark = pytest.mark.django_db
CHECK = "/certificates/"


@pytest.fixture(autouse=True)
def _the_clock_stands() -> Iterator[None]:
    with time_machine.travel(LATER, tick=False):
        yield


def test_check_certificate_by_number_and_family_name_leads_to_its_page(client: Client) -> None:
    certificate = a_certificate(make_user("zoe@example.org", "Zoë Lindqvist"))
    asked = {"number": certificate.number.lower().replace("-", " "), "family_name": "lindqvist"}
    response = client.post(reverse("instructors:check_certificate"), asked)
    assert (response.status_code, response["Location"]) == (302, f"/c/{certificate.public_code}/")


def test_check_certificate_answers_alike_for_a_wrong_name_a_wrong_number_and_a_hidden_one(client: Client) -> None:
    shown = a_certificate(make_user("zoe@example.org", "Zoë Lindqvist"))
    hidden = a_certificate(make_user("yan@example.org", "Yan Okafor"))
    Certificate.objects.filter(pk=hidden.pk).update(is_published=False)
    asked = [(shown.number, "Okafor"), ("ES-CIMI-2026-000009-X", "Lindqvist"), (hidden.number, "Okafor")]
    answers = []
    for number, name in asked:
        response = client.post(CHECK, {"number": number, "family_name": name})
        answers.append((response.status_code, response.context["none_found"], number in response.content.decode()))
    assert answers == [(200, True, True)] * 3


def test_check_certificate_says_what_is_missing_beside_the_field(client: Client) -> None:
    page = client.post(CHECK, {"number": "", "family_name": "Okafor"}).content.decode()
    assert ("This field is required." in page, "Okafor" in page) == (True, True)


def test_check_certificate_slows_down_who_guesses(client: Client) -> None:
    tries = [client.post(CHECK, {"number": f"ES-{n}", "family_name": "X"}).status_code for n in range(11)]
    assert tries == [200] * 10 + [429]


def test_certificate_shows_the_whole_record_of_one_issued_here(client: Client) -> None:
    trainer = a_trainer()
    certificate = demo.certify(a_ready_traineeship(trainer), trainer=trainer, now=LATER)
    page = client.get(reverse("instructors:certificate", args=[certificate.public_code.lower()])).content.decode()
    said = ["Valid today", "Zoë Lindqvist", "The title CIMI (CIMI)", certificate.number, "Example School"]
    said += ["20 May 2026", "20 May 2029", "Aisha Noor, trainer", "CIMI in four days"]
    assert ([words for words in said if words not in page], "zoe@example.org" in page) == ([], False)


def test_certificate_answers_the_same_for_missing_and_not_published(client: Client) -> None:
    hidden = a_certificate(make_user("zoe@example.org", "Zoë Lindqvist"))
    Certificate.objects.filter(pk=hidden.pk).update(is_published=False)
    answers = [client.get(f"/c/{code}/") for code in (hidden.public_code, "000000000000", "nonsense", "ÄÖÜ")]
    pages = {answer.content.decode().replace(hidden.public_code, "") for answer in answers}
    assert ({answer.status_code for answer in answers}, len({page[page.index("<main") :] for page in pages})) == (
        {404},
        1,
    )


def test_certificate_says_that_it_expired_was_suspended_or_revoked_and_why(client: Client) -> None:
    one, two = make_user("one@example.org", "One"), make_user("two@example.org", "Two")
    a_body().registrars.add(one, two)
    lapsed = a_certificate(make_user("c@example.org", "Colette Varga"), valid_until=date(2026, 5, 19))
    suspended = a_certificate(make_user("d@example.org", "Dan Moss"))
    revoked = a_certificate(make_user("e@example.org", "Eva Moss"))
    life.suspend(suspended, reason_code="complaint", public_note="Being looked into.", by=one, now=LATER)
    life.revoke(revoked, reason_code="forged", private_note="Secret.", by=one, confirmed_by=two, now=LATER)
    pages = [client.get(f"/c/{row.public_code}/").content.decode() for row in (lapsed, suspended, revoked)]
    words = ["Expired on 19 May 2026", "Suspended since 20 May 2026", "Revoked on 20 May 2026"]
    assert [word in page for word, page in zip(words, pages, strict=True)] == [True, True, True]
    assert ("Being looked into." in pages[1], "Secret." in pages[2]) == (True, False)
    assert ["Valid today" in page for page in pages] == [False] * 3


def test_certificate_of_another_body_is_shown_as_recorded(client: Client) -> None:
    body = a_body("international-association", signs_here=False)
    certificate = a_certificate(make_user("zoe@example.org", "Zoë Lindqvist"), body=body)
    page = client.get(f"/c/{certificate.public_code}/").content.decode()
    assert "Recorded, issued by International Association. Checked by Paper Checker on 1 March 2026." in page


@pytest.mark.parametrize("count", [1, 3])
def test_public_pages_ask_as_much_for_three_as_for_one(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        profile = an_instructor(make_user(f"n{number}@example.org", f"Name {number}"))
    code = Certificate.objects.get(holder=profile.user).public_code
    with django_assert_num_queries(2):
        client.get(f"/c/{code}/")


# A candidate's own page --------------------------------------------------------------------------------------------


def test_my_traineeship_says_what_is_missing_and_by_when(client: Client) -> None:
    trainer = a_trainer()
    row = a_traineeship(trainer)
    demo.attend(row, trainer=trainer, now=LATER)
    demo.practise(row, by=trainer, now=LATER, first_on=date(2026, 3, 12), held=(5, 5, 4))
    sign_in(client, row.trainee)
    page = client.get(reverse("instructors:my_traineeship")).content.decode()
    said = ["Your way to CIMI", "One of three done.", "You have until 5 July, 46 days.", "Aisha Noor", "Birch"]
    said += ["2 of 5 families done, 14 of 25 sessions held", "families see “in training”, never CIMI"]
    assert [words for words in said if words not in page] == []


def test_my_traineeship_shows_the_certificate_when_it_is_there(client: Client) -> None:
    trainer = a_trainer()
    row = a_ready_traineeship(trainer)
    certificate = demo.certify(row, trainer=trainer, now=LATER)
    sign_in(client, row.trainee)
    page = client.get("/train/").content.decode()
    assert (certificate.number in page, f"/c/{certificate.public_code}/" in page) == (True, True)


def test_my_traineeship_is_for_candidates_only(client: Client) -> None:
    visitor = client.get("/train/")
    sign_in(client, make_user("ines@example.org", "Ines Moreau"))
    assert (visitor.status_code, visitor["Location"], client.get("/train/").status_code) == (
        302,
        "/accounts/login/?next=/train/",
        404,
    )


@pytest.mark.parametrize("count", [1, 3])
def test_my_traineeship_asks_as_much_for_three_families_as_for_one(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    trainer = a_trainer()
    row = a_traineeship(trainer)
    demo.practise(row, by=trainer, now=LATER, first_on=date(2026, 3, 12), held=(2,) * count)
    sign_in(client, row.trainee)
    with django_assert_num_queries(18):
        client.get("/train/")
