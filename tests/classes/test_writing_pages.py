"""The page write_to_families, the page of a message, and take_back_message: shown before, sent once, seen after."""

from __future__ import annotations

import re
from datetime import datetime
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from classes import releasing
from classes.models import Message, Place
from config.letters.models import Letter
from tests.cast import Cast, sign_in

WORDS = {"to": "all", "subject": "See you soon", "words": "Dear {name}, bring {baby}.", "when": "morning", "key": "k"}


@pytest.fixture
def ruth(cast: Cast, client: Client, now: datetime) -> Any:
    with time_machine.travel(now, tick=False):
        yield sign_in(client, cast.instructor)


def page_of(cast: Cast) -> str:
    return reverse("classes:write_to_families", args=[cast.running.slug])


def text_of(answer: Any) -> str:
    """What a reader sees, and the values of fields."""
    page = re.sub(r"<header class=.topbar.*?</header>", "", answer.content.decode(), flags=re.DOTALL)
    fields = " ".join(re.findall(r'<input[^>]* value="[^"]*"', page))
    return unescape(re.sub(r"\s+", " ", strip_tags(page)) + fields)


class TestBefore:
    def test_the_page_begins_with_words_and_with_the_letter_of_the_first_reader(self, cast: Cast, ruth: Client) -> None:
        text = text_of(ruth.get(page_of(cast)))
        for words in (
            "Ines Moreau and Joseph Moreau, for Ada; Amal Haddad, for Noor",
            "As Ines will see it",
            "I look forward to seeing Ada and you on Thursday 26 March, 10:00.",
            "Tomorrow at 08:00",
            "Answers go to you.",
            "Nobody at the moment",
        ):
            assert words in text
        assert "@example.org" not in text

    def test_a_preview_sends_nothing(self, cast: Cast, ruth: Client) -> None:
        text = text_of(ruth.post(page_of(cast), {**WORDS, "do": "preview"}))
        assert "Dear Ines, bring Ada." in text
        assert not Letter.objects.exists()

    def test_other_words_to_start_from_come_by_a_button(self, cast: Cast, ruth: Client) -> None:
        text = text_of(ruth.post(page_of(cast), {**WORDS, "start": "bring", "do": "words"}))
        assert "please bring a blanket or large towel" in text
        assert 'value="What to bring"' in text

    def test_what_nobody_can_fill_in_is_said_beside_the_field_and_in_the_preview(
        self, cast: Cast, ruth: Client
    ) -> None:
        answer = ruth.post(page_of(cast), {**WORDS, "words": "Dear {surname}", "do": "send"})
        assert answer.status_code == 422
        assert "Nobody knows what {surname} stands for." in text_of(answer)
        answer = ruth.post(page_of(cast), {**WORDS, "words": "away on {date}", "do": "preview"})
        assert "{date} is the date that they are away on, and there is none for Ines Moreau." in text_of(answer)
        answer = ruth.post(page_of(cast), {**WORDS, "words": "away on {date}", "do": "send"})
        assert answer.status_code == 409
        assert not Message.objects.exists()

    def test_those_away_are_chosen_by_date(self, cast: Cast, ruth: Client, now: datetime) -> None:
        third = cast.running.sessions.get(number=3)
        answer = ruth.post(page_of(cast), {**WORDS, "to": "away", "do": "send"})
        assert answer.status_code == 422
        assert "Please choose the date that they are away on." in text_of(answer)
        releasing.release(cast.enrolment, session=third, babies=[cast.baby], by=cast.parent, now=now)
        Letter.objects.all().delete()
        text = text_of(ruth.get(page_of(cast), {"to": "away", "start": "away"}))
        assert "Thursday 26 March: Ines Moreau and Joseph Moreau, for Ada" in text
        assert "if Ada slept, that was the right place to be" in text
        sent = {**WORDS, "to": "away", "words": "We missed nobody on {date}.", "do": "send"}
        ruth.post(page_of(cast), {**sent, "session": third.reference})
        assert sorted(Letter.objects.values_list("to", flat=True)) == ["coparent@example.org", "parent@example.org"]
        assert "on Thursday 26 March." in Letter.objects.get(to="parent@example.org").text

    def test_at_night_the_morning_comes_first(self, cast: Cast, client: Client) -> None:
        with time_machine.travel(datetime(2026, 3, 24, 21, 40), tick=False):  # noqa: DTZ001  # the machine has UTC
            text = text_of(sign_in(client, cast.instructor).get(page_of(cast)))
        assert "It is 21:40. Babies are asleep, perhaps parents too." in text
        assert text.index("Tomorrow at 08:00") < text.index("Only if it can’t wait")


class TestAfter:
    def test_it_is_sent_once_and_seen_and_taken_back(self, cast: Cast, ruth: Client) -> None:
        for _twice in range(2):
            answer = ruth.post(page_of(cast), {**WORDS, "do": "send"})
        [message] = Message.objects.all()
        assert answer.headers["Location"] == reverse("classes:message", args=[message.reference])
        text = text_of(ruth.get(answer.headers["Location"]))
        for words in ("Amal Haddad", "Leaves on 25 March, 08:00", "Take it back", "Dear {name}, bring {baby}."):
            assert words in text
        assert "@example.org" not in text
        take_back = reverse("classes:take_back_message", args=[message.reference])
        assert ruth.post(take_back).status_code == 302
        assert not Letter.objects.exists()
        text = text_of(ruth.get(answer.headers["Location"]))
        assert text.count("Taken back on 24 March, 17:05") == 3
        assert "Take it back" not in text

    def test_what_has_left_cannot_be_taken_back(self, cast: Cast, ruth: Client, now: datetime) -> None:
        ruth.post(page_of(cast), {**WORDS, "do": "send"})
        [message] = Message.objects.all()
        Letter.objects.update(state="sent", sent_at=now)
        answer = ruth.post(reverse("classes:take_back_message", args=[message.reference]))
        assert answer.status_code == 409
        assert "All of its letters have left already" in text_of(answer)
        assert "Left on 24 March, 17:05" in text_of(answer)

    def test_another_instructor_finds_neither_page(self, cast: Cast, ruth: Client) -> None:
        ruth.post(page_of(cast), {**WORDS, "do": "send"})
        [message] = Message.objects.all()
        tomasz = sign_in(Client(), cast.other_instructor)
        for name in ("classes:message", "classes:take_back_message"):
            address = reverse(name, args=[message.reference])
            assert tomasz.get(address).status_code in {404, 405}
            assert tomasz.post(address).status_code in {404, 405}
        assert tomasz.get(page_of(cast)).status_code == 404
        assert Letter.objects.count() == 3

    def test_the_substitute_of_a_date_does_not_write_to_the_series(self, cast: Cast) -> None:
        cast.running.sessions.filter(number=3).update(substitute=cast.other_instructor_profile)
        assert Place.objects.exists()
        assert sign_in(Client(), cast.other_instructor).get(page_of(cast)).status_code == 404
