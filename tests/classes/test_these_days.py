"""What was told of these days steps between a baby and some strokes: these_days, and what practice pages say of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client

from classes import anything_changed, practice
from classes.anything_changed import Told
from classes.heeding import heeding
from families import reasons
from families.models import Caregiver, ReasonsOfThisWeek
from families.readiness import OfTheseDays, readiness_for
from instructors.models import Instructor
from tests.cast import NOW, Cast, sign_in
from tests.factories.practice import taught_cast

YESTERDAY = NOW - timedelta(hours=26)
PAGE = "/me/practice/2/these-days/"


@pytest.fixture
def cast(db: None, now: datetime) -> Cast:
    return taught_cast()


@pytest.fixture
def parent(cast: Cast, client: Client) -> Client:
    return sign_in(client, cast.parent)


def days(cast: Cast, *, by: Caregiver | None = None, at: datetime = NOW) -> tuple[OfTheseDays, ...]:
    reader = by or cast.caregiver
    chosen = practice.practices_of(cast.family, now=at)[0]
    usual = readiness_for(cast.baby, by=reader)
    return heeding(usual, practice=chosen, by=reader, now=at).record.days


def keys(cast: Cast, *, by: Caregiver | None = None, at: datetime = NOW) -> list[str]:
    return [one.precaution.key if one.precaution else one.title for one in days(cast, by=by, at=at)]


def tell_before_class(cast: Cast, *changed: str, at: datetime = NOW, vaccinated_at: datetime | None = None) -> None:
    told = {cast.baby.pk: Told(changed, vaccinated_at)}
    session = cast.running.sessions.get(number=3)
    anything_changed.answer(cast.enrolment, session=session, told=told, by=cast.caregiver, now=at)


def wait_of(cast: Cast, hours: int) -> None:
    Instructor.objects.filter(pk=cast.instructor_profile.pk).update(vaccination_wait_hours=hours)


def coparent(cast: Cast, role: str = "full") -> Caregiver:
    Caregiver.objects.filter(user=cast.coparent).update(role=role)
    return Caregiver.objects.select_related("family", "user").get(user=cast.coparent)


def words(response: Any) -> str:
    text = re.sub(r"<svg.*?</svg>", " ", response.content.decode(), flags=re.S)
    text = re.sub(r"</?(?:time|span|b|a)\b[^>]*>", "", text)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


@pytest.mark.parametrize("told_where", ["before a class", "at home"])
def test_a_vaccination_counts_for_seventy_two_hours_to_the_second(cast: Cast, told_where: str) -> None:
    if told_where == "at home":
        reasons.tell(cast.baby, keys=["vaccination"], vaccinated_at=YESTERDAY, by=cast.caregiver, now=NOW)
    else:
        tell_before_class(cast, "vaccination", vaccinated_at=YESTERDAY)
    end = YESTERDAY + timedelta(hours=72)
    assert (keys(cast), keys(cast, at=end - timedelta(seconds=1)), keys(cast, at=end)) == (
        ["vaccination"],
        ["vaccination"],
        [],
    )


def test_the_wait_is_that_of_the_instructor_of_the_series(cast: Cast) -> None:
    reasons.tell(cast.baby, keys=["vaccination"], vaccinated_at=YESTERDAY, by=cast.caregiver, now=NOW)
    wait_of(cast, 24)
    short = keys(cast)
    wait_of(cast, 48)
    assert (short, [one.until for one in days(cast)]) == ([], [YESTERDAY + timedelta(hours=48)])


def test_anything_else_counts_for_three_days(cast: Cast) -> None:
    tell_before_class(cast, "fever_ill", "medicine")
    reasons.tell(cast.baby, keys=["skin", "fever_ill"], by=cast.caregiver, now=NOW + timedelta(hours=1))
    soon, later = NOW + timedelta(hours=72), NOW + timedelta(hours=73)
    assert keys(cast) == ["fever_ill", "skin", "A new medicine"]
    assert (keys(cast, at=soon), keys(cast, at=later)) == (["fever_ill", "skin"], [])


def test_it_is_over_when_an_adult_who_reads_it_says_so_even_if_it_was_told_before_a_class(cast: Cast) -> None:
    tell_before_class(cast, "fever_ill")
    reasons.tell(cast.baby, keys=[], by=coparent(cast), now=NOW + timedelta(hours=1))
    assert keys(cast, at=NOW + timedelta(hours=2)) == []


def test_an_adult_who_only_practises_reads_nothing_that_others_told(cast: Cast) -> None:
    tell_before_class(cast, "fever_ill")
    reasons.tell(cast.baby, keys=["skin"], by=cast.caregiver, now=NOW)
    assert (keys(cast, by=coparent(cast, "practice")), keys(cast, by=coparent(cast, "full"))) == (
        [],
        ["fever_ill", "skin"],
    )


def test_these_days_keeps_a_vaccination_and_the_week_steps_back_with_the_reason(cast: Cast, parent: Client) -> None:
    answer = parent.post(PAGE, {"changed": "vaccination", "ago": "1", "clock": "15:00"})
    page = parent.get("/me/practice/2/")
    told = words(page)

    assert (answer.status_code, answer["Location"]) == (302, "/me/practice/2/#ready")
    assert [one.until for one in days(cast)] == [datetime(2026, 3, 26, 15, 0, tzinfo=UTC)]
    for part in (
        "Well done, both of you.",
        "You are welcome in class: practise on a doll. Being held is always fine.",
        "Ruth Adeyemi’s waiting time is over on Thursday 26 March, 15:00. Told by Ines.",
        "Left out for now, for “Vaccination in the last days”",
        "Show them all the same",
    ):
        assert part in told
    assert 'id="m-sun-moon"' not in page.content.decode()
    assert 'id="m-sun-moon"' in parent.get("/me/practice/2/?all=1").content.decode()


def test_without_a_time_the_wait_is_counted_from_the_end_of_the_day(cast: Cast, parent: Client) -> None:
    parent.post(PAGE, {"changed": "vaccination", "ago": "2"})
    assert [one.until for one in days(cast)] == [datetime(2026, 3, 25, 23, 59, tzinfo=UTC)]


def test_pressed_twice_it_is_kept_once(cast: Cast, parent: Client) -> None:
    for _press in range(2):
        parent.post(PAGE, {"changed": ["skin", "fever_ill"]})
    assert (ReasonsOfThisWeek.objects.count(), keys(cast)) == (1, ["fever_ill", "skin"])


def test_that_is_over_brings_everything_back(cast: Cast, parent: Client) -> None:
    parent.post(PAGE, {"changed": "fever_ill"})
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        answer = parent.post(PAGE, {"do": "over"}, follow=True)
    assert "Lovely. Nothing waits any more." in words(answer)
    assert 'id="m-sun-moon"' in answer.content.decode()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Tap what is so. If nothing is, you need not tell us anything."),
        ({"changed": "hip"}, "Please choose from the list once more."),
        ({"changed": "vaccination", "clock": "half past"}, "Please write the time like 14:30."),
    ],
)
def test_what_makes_no_sense_is_said_next_to_it_and_nothing_is_kept(
    parent: Client, sent: dict[str, str], said: str
) -> None:
    answer = parent.post(PAGE, sent)
    assert (answer.status_code, said in words(answer), ReasonsOfThisWeek.objects.count()) == (422, True, 0)


def test_nobody_tells_anything_of_a_baby_of_another_family(cast: Cast, parent: Client) -> None:
    answer = parent.post(PAGE, {"changed": "skin", "baby": cast.other_baby.pk})
    assert (answer.status_code, ReasonsOfThisWeek.objects.count()) == (404, 0)


def test_what_was_told_never_stands_in_an_address_or_in_the_page_of_another_adult(cast: Cast, parent: Client) -> None:
    answer = parent.post(PAGE, {"changed": "diarrhoea_vomit"})
    his = sign_in(Client(), coparent(cast, "practice").user or cast.coparent)
    assert "diarrhoea" not in answer["Location"]
    assert 'id="record"' not in his.get("/me/practice/2/").content.decode()
    assert 'id="m-sun-moon"' in his.get("/me/practice/2/").content.decode()


def test_the_text_never_speaks_against_a_vaccination(cast: Cast, parent: Client) -> None:
    parent.post(PAGE, {"changed": "vaccination"})
    told = words(parent.get("/me/practice/2/hands-free/")) + words(parent.get(PAGE))
    assert "Well done, both of you." in told
    assert not re.search(r"(avoid|delay|postpone|skip|instead of|rather than) (the |a |any )?vaccin", told, re.I)
    assert not re.search(r"vaccin\w* (is|was|may be|can be) (harm|danger|risk|bad)", told, re.I)


@pytest.mark.parametrize("told", [0, 3])
def test_these_days_cost_two_queries_whatever_was_told(cast: Cast, told: int, django_assert_num_queries: Any) -> None:
    reasons.tell(cast.baby, keys=reasons.TOLD_AT_HOME[:told], by=cast.caregiver, now=NOW)
    if told:
        tell_before_class(cast, "fever_ill", "medicine", "oil")
    usual = readiness_for(cast.baby, by=cast.caregiver)
    chosen = practice.practices_of(cast.family, now=NOW)[0]
    with django_assert_num_queries(2):
        heeding(usual, practice=chosen, by=cast.caregiver, now=NOW)
