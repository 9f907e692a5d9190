"""Two schedulers, two mail workers, two presses at the same moment: every letter is written once and leaves once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.mail.backends.base import BaseEmailBackend
from django.test import override_settings

from classes import nudging, reminding, thanking, writing
from classes.models import AwayLink, ChoiceLetter, Message
from config.letters import post
from config.letters.models import Letter
from families import messages
from tests.cast import Cast
from tests.classes.contention import broken, tally, together
from tests.factories.accounts import make_user
from tests.factories.classes import make_enrolment
from tests.factories.families import make_household

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
NOW = datetime(2026, 3, 24, 17, 5, tzinfo=UTC)
HANDS = 4
FAMILIES = 4


class Post(BaseEmailBackend):
    """Keeps to whom it was asked to send, from whatever thread."""

    sent: list[str] = []

    def send_messages(self, email_messages: Any) -> int:
        for message in email_messages:
            self.sent.append(f"{message.to[0]} {message.extra_headers['Message-ID']}")
        return len(email_messages)


@pytest.fixture
def posted() -> Iterator[list[str]]:
    Post.sent = []
    with override_settings(EMAIL_BACKEND="tests.classes.test_letters_at_once.Post"):
        yield Post.sent


@pytest.fixture
def full(cast: Cast) -> Cast:
    """More families, all of whom want everything."""
    for number in range(FAMILIES):
        user = make_user(f"more-{number}@example.org", f"Family {number}")
        family, babies = make_household(user, "Bo")
        make_enrolment(cast.running, family=family, babies=babies, by=user)
        messages.choose(family.caregivers.get(), wanted={"practice": True}, by=user, now=NOW)
    return cast


def work(now: datetime) -> int:
    count = 0
    while post.send_next(now):
        count += 1
    return count


def at_once(deed: Callable[[], Any]) -> list[Any]:
    came = together([deed] * HANDS)
    assert broken(came) == []
    return [one.with_ for one in came]


def test_schedulers_that_meet_write_each_reminder_once(full: Cast) -> None:
    at = full.running.sessions.get(number=3).starts_at - timedelta(hours=20)
    assert sum(at_once(lambda: reminding.remind(at))) == 2 + FAMILIES
    assert Letter.objects.count() == AwayLink.objects.count() == 2 + FAMILIES


def test_schedulers_that_meet_write_each_nudge_and_each_thanks_once(full: Cast) -> None:
    at = full.running.sessions.get(number=2).starts_at + nudging.AFTER
    assert sum(at_once(lambda: nudging.nudge(at))) == FAMILIES
    end = full.running.sessions.get(number=5).starts_at + timedelta(hours=5)
    assert sum(at_once(lambda: thanking.thank(end))) == 2 + FAMILIES
    assert Letter.objects.count() == ChoiceLetter.objects.count() == 2 + 2 * FAMILIES


def test_presses_at_the_same_moment_are_one_message_and_workers_send_each_letter_once(
    full: Cast, posted: list[str]
) -> None:
    draft = writing.Draft("all", "Soon", "Dear {name}", when="now")
    sent = at_once(lambda: writing.send(full.running, draft, key="k", by=full.instructor, now=NOW))
    assert len({one.pk for one in sent}) == Message.objects.count() == 1
    assert sum(at_once(lambda: work(NOW))) == 3 + FAMILIES
    assert set(Counter(posted).values()) == {1}
    assert len(posted) == 3 + FAMILIES


def test_what_is_taken_back_while_it_is_sent_is_one_or_the_other(full: Cast, posted: list[str]) -> None:
    """Whoever takes back is told of exactly those letters that nobody gets."""
    draft = writing.Draft("all", "Soon", "Dear {name}", when="now")
    message = writing.send(full.running, draft, key="k", by=full.instructor, now=NOW)
    came = together(
        [
            lambda: work(NOW),
            lambda: writing.take_back(message, by=full.instructor, now=NOW),
            lambda: work(NOW),
        ],
        writing.TooLate,
    )
    assert broken(came) == []
    taken = came[1].with_ if came[1].to == "ok" else 0
    assert tally(came)["ok"] >= 2
    assert len(posted) == len(set(posted)) == 3 + FAMILIES - taken
    standings = Counter(line.standing for line in writing.delivery(message, now=NOW))
    assert standings == Counter({"sent": len(posted), "taken_back": taken}) + Counter()
