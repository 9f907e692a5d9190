"""log_practice: a moment is kept once, from the page of a week, at once or from a phone that sends it late."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from classes.models import Enrolment
from families import diary
from families.models import PracticeLog
from tests.cast import NOW, Cast, sign_in
from tests.factories.families import add_baby
from tests.factories.practice import taught_cast

KEY = "key-of-this-phone-0001"
SAID = (NOW - timedelta(days=2)).isoformat()


@pytest.fixture
def cast(db: None, now: datetime) -> Cast:
    return taught_cast()


@pytest.fixture
def phone(cast: Cast, client: Client) -> Client:
    return sign_in(client, cast.parent)


def send(phone: Client, told: dict[str, str] | None = None, *, week: int = 2) -> Any:
    headers = {"Accept": "application/json"}
    return phone.post(f"/me/practice/{week}/log/", {"key": KEY, "said_at": SAID, **(told or {})}, headers=headers)


def kept() -> list[tuple[int | None, datetime, str]]:
    rows = PracticeLog.objects.order_by("pk").select_related("lesson")
    return [(log.lesson.week if log.lesson else None, log.practised_at, log.answer) for log in rows]


def test_what_a_phone_sends_late_and_twice_is_kept_once_when_it_was_said(phone: Client) -> None:
    answers = [send(phone, {"answer": "calm", "minutes": "6"}) for _n in range(2)]
    assert [(answer.status_code, answer.json()) for answer in answers] == [(200, {"kept": True})] * 2
    assert kept() == [(2, NOW - timedelta(days=2), "calm")]


def test_the_queue_of_the_register_may_send_it_with_its_own_word_for_the_time(phone: Client) -> None:
    answer = phone.post("/me/practice/2/log/", {"key": KEY, "at": SAID}, headers={"Accept": "application/json"})
    assert (answer.status_code, kept()) == (200, [(2, NOW - timedelta(days=2), "")])


def test_what_was_removed_meanwhile_is_not_brought_back(phone: Client) -> None:
    send(phone, {"answer": "calm"})
    phone.post(f"/me/practice/log/{PracticeLog.objects.get().key}/delete/")
    assert (send(phone, {"answer": "calm"}).json(), kept()) == ({"kept": False}, [])
    assert phone.post("/me/practice/2/log/", {"key": KEY}).headers["Location"] == "/me/practice/2/#moments"
    assert kept() == []


def test_an_answer_to_a_stroke_of_a_part_that_is_folded_here_is_kept_too(phone: Client) -> None:
    send(phone, {"a-containment-hold": "loved", "a-cross-legs": "loved"})
    assert list(PracticeLog.objects.get().strokes.values_list("stroke__slug")) == [("containment-hold",)]


@pytest.mark.parametrize(
    "told", [{"minutes": "999"}, {"key": "short"}, {"said_at": "yesterday"}, {"answer": "superb"}], ids=str
)
def test_what_cannot_be_kept_is_said_to_the_phone(phone: Client, told: dict[str, str]) -> None:
    answer = send(phone, told)
    assert (answer.status_code, list(answer.json()["errors"]), kept()) == (422, list(told), [])


def test_a_full_diary_says_so_to_the_phone_and_to_the_page(phone: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diary, "MOST_A_DAY", 0)
    late, there = send(phone), phone.post("/me/practice/2/log/", {"key": KEY, "note": "Slow and warm"})
    assert late.status_code == there.status_code == 409
    assert late.json()["sentence"].startswith("This day is full.")
    assert "This day is full." in there.content.decode()
    assert "Slow and warm" in there.content.decode()


def test_what_was_said_before_the_booking_ended_is_kept_without_its_week(cast: Cast, phone: Client) -> None:
    Enrolment.objects.filter(pk=cast.enrolment.pk).update(state="cancelled", ended_at=NOW)
    assert (send(phone, {"answer": "loved"}).status_code, send(phone, {"answer": "loved"}).status_code) == (200, 200)
    assert kept() == [(None, NOW - timedelta(days=2), "loved")]


def test_late_and_without_its_week_the_baby_must_be_plain_and_one_of_ours(cast: Cast, phone: Client) -> None:
    add_baby(cast.family, "Theo")
    answers = {
        "which of two": send(phone, week=9).status_code,
        "named": send(phone, {"baby": str(cast.baby.pk)}, week=9).status_code,
        "another family's": send(phone, {"baby": str(cast.other_baby.pk)}, week=9).status_code,
        "not late": send(phone, {"baby": str(cast.baby.pk), "said_at": ""}, week=9).status_code,
        "not by a script": phone.post("/me/practice/9/log/", {"key": KEY, "said_at": SAID}).status_code,
    }
    assert answers == {
        "which of two": 404,
        "named": 200,
        "another family's": 404,
        "not late": 404,
        "not by a script": 404,
    }


def test_a_zero_byte_in_the_name_of_a_stroke_names_none(phone: Client) -> None:
    """PostgreSQL would refuse to be asked for it."""
    answer = send(phone, {"a-sun-moon\x00": "loved", "answer": "calm"}, week=5)
    assert (answer.status_code, [row[2] for row in kept()]) == (200, ["calm"])
