"""The desk stands in the demo alone: it tells passwords and shows letters."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from config.demo.cast import CAST, PASSWORD, current_code, seconds_left
from config.letters.models import Letter

NOW = datetime(2026, 3, 24, 17, 5, 20, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Letter:
    return Letter.objects.create(
        key="code",
        to="parent@example.org",
        language="en",
        subject="Your six digits",
        text="Your code is 314159.\n\nhttp://localhost:8000/me/ <script>alert(1)</script>",
        message_id="<1@test>",
        queued_at=NOW,
        send_after=NOW,
    )


def test_there_is_no_demo_desk_outside_the_demo(client: Client, letter: Letter) -> None:
    answers = [client.get(reverse("demo_desk")), client.get(reverse("demo_letter", args=[letter.pk]))]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert all(
        PASSWORD not in answer.content.decode() and "314159" not in answer.content.decode() for answer in answers
    )


@time_machine.travel(NOW, tick=False)
def test_demo_desk_says_who_one_can_be_and_the_current_digits(
    client: Client, settings: Settings, letter: Letter
) -> None:
    settings.DEMO = True
    page = client.get(reverse("demo_desk"))
    text = page.content.decode()
    assert [role.email for role in CAST if role.email not in text] == []
    assert current_code(NOW) in text
    assert "Your six digits" in text
    assert (page.headers["X-Robots-Tag"], page.headers["Cache-Control"]) == ("noindex", "no-store")


def test_demo_letter_shows_the_text_with_its_links_and_runs_nothing(
    client: Client, settings: Settings, letter: Letter
) -> None:
    settings.DEMO = True
    text = client.get(reverse("demo_letter", args=[letter.pk])).content.decode()
    assert "Your code is 314159." in text
    assert '<a href="http://localhost:8000/me/"' in text
    assert "<script>alert(1)</script>" not in text
    assert client.get(reverse("demo_letter", args=[letter.pk + 1])).status_code == 404


def test_the_digits_are_those_of_rfc_6238_and_hold_to_the_end_of_their_half_minute() -> None:
    assert (len(current_code(NOW)), seconds_left(NOW)) == (6, 10)
    assert current_code(NOW.replace(second=0)) == current_code(NOW.replace(second=29))
    assert current_code(NOW.replace(second=29)) != current_code(NOW.replace(second=30))
