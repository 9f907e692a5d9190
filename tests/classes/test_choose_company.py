"""choose_company: a family says, date by date, who comes."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client

from classes.models import Coming, Enrolment
from families.models import Caregiver
from tests.cast import NOW, Cast, sign_in
from tests.factories.classes import make_enrolment
from tests.factories.families import add_baby, add_caregiver


@pytest.fixture(autouse=True)
def _at_now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def parent(cast: Cast) -> Client:
    return sign_in(Client(), cast.parent)


@pytest.fixture
def of_twins(cast: Cast) -> Enrolment:
    babies = [cast.baby, add_baby(cast.family, "Theo")]
    return make_enrolment(cast.open, family=cast.family, babies=babies, by=cast.parent, who_comes=[cast.caregiver])


def words(response: Any) -> str:
    text = re.sub(r"<svg.*?</svg>", " ", response.content.decode(), flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def post(client: Client, enrolment: Enrolment, number: int, *who: Caregiver, **more: str) -> Any:
    date = enrolment.series.sessions.get(number=number)
    told = {"date": date.reference, "who": [str(one.pk) for one in who], **more}
    return client.post(f"/me/places/{enrolment.reference}/who/", told)


def coming() -> list[tuple[int, str]]:
    return list(Coming.objects.order_by("session", "caregiver").values_list("session__number", "caregiver__name"))


def test_one_date_is_given_to_the_other_adult_and_back(cast: Cast, parent: Client) -> None:
    joseph = Caregiver.objects.get(user=cast.coparent)
    answer = post(parent, cast.enrolment, 3, joseph)
    place = words(parent.get(f"/me/places/{cast.enrolment.reference}/"))
    kept = coming()
    post(parent, cast.enrolment, 3, usual="1")
    assert (answer.status_code, answer["Location"]) == (302, f"/me/places/{cast.enrolment.reference}/#who")
    assert (kept, coming()) == ([(3, "Joseph Moreau")], [])
    assert "Joseph is coming" in place


def test_twins_with_one_adult_are_refused_with_a_sentence_and_what_was_ticked_stays(
    of_twins: Enrolment, cast: Cast, parent: Client
) -> None:
    joseph = Caregiver.objects.get(user=cast.coparent)
    refused = post(parent, of_twins, 2, joseph)
    page = refused.content.decode()
    assert (refused.status_code, coming()) == (409, [])
    assert "2 babies, 1 adult: please say who else comes, or that you take turns." in words(refused)
    [date] = [part for part in page.split("<details") if "please say who else comes" in part]
    assert re.findall(r'name="who" value="(\d+)" checked', date) == [str(joseph.pk)]
    assert (post(parent, of_twins, 2, joseph, in_turn="on").status_code, coming()) == (302, [(2, "Joseph Moreau")])


def test_a_carer_without_consent_and_nobody_at_all_are_refused(cast: Cast, parent: Client) -> None:
    nanny = add_caregiver(cast.family, name="Bea Holm", relation="other")
    for who, status, sentence in (([nanny], 409, "Bea is not a parent."), ([], 422, "Please say who comes")):
        answer = post(parent, cast.enrolment, 3, *who)
        assert (answer.status_code, sentence in words(answer), coming()) == (status, True, [])


def test_foreign_adults_and_dates_are_not_there(cast: Cast, parent: Client) -> None:
    assert post(parent, cast.enrolment, 3, cast.other_caregiver).status_code == 422
    other = cast.open.sessions.get(number=1)
    address = f"/me/places/{cast.enrolment.reference}/who/"
    assert parent.post(address, {"date": other.reference, "who": cast.caregiver.pk}).status_code == 404
    assert parent.post(f"/me/places/{cast.other_enrolment.reference}/who/", {"date": "x"}).status_code == 404
    assert coming() == []


@pytest.mark.parametrize(("role", "status"), [("practice", 302), ("dates", 403)])
def test_who_comes_and_practises_says_who_comes(cast: Cast, role: str, status: int) -> None:
    Caregiver.objects.filter(user=cast.coparent).update(role=role)
    answer = post(sign_in(Client(), cast.coparent), cast.enrolment, 3, cast.caregiver)
    assert answer.status_code == status
