"""Letters that go out in a manner of their own: by day, in time, in a person's name, and with a way to stop them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import transaction

from config.letters import post
from config.letters.models import Letter
from config.letters.outbox import Manner, forget_old_letters, letters_of, queue_letter, take_back, withdraw_stopped

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 24, 17, 5, tzinfo=UTC)
NIGHT = datetime(2026, 3, 24, 23, 30, tzinfo=UTC)
State = Letter.State


def write(key: str = "one", *, now: datetime = NOW, to: str = "carer@example.org", **manner: Any) -> Letter:
    with transaction.atomic():
        return queue_letter(
            "classes/emails/list_closed",
            to=to,
            context={},
            language="en",
            key=key,
            now=now,
            manner=Manner(**manner),
        )


def send_all(now: datetime) -> int:
    count = 0
    while post.send_next(now):
        count += 1
    return count


class TestByDay:
    def test_a_letter_that_was_held_up_waits_for_the_morning_of_its_reader(self) -> None:
        letter = write(by_day_in="Europe/London")
        assert send_all(NIGHT) == 0
        letter.refresh_from_db()
        assert (letter.state, letter.tries) == (State.WAITING, 0)
        assert letter.send_after == datetime(2026, 3, 25, 7, tzinfo=UTC)
        assert send_all(letter.send_after - timedelta(seconds=1)) == 0
        assert send_all(letter.send_after) == 1
        assert len(mail.outbox) == 1

    def test_the_night_is_the_readers_own(self) -> None:
        write(by_day_in="Asia/Kathmandu")
        write("two", by_day_in="America/New_York")
        write("three")
        assert send_all(NOW) == 2
        assert set(Letter.objects.exclude(state=State.SENT).values_list("key", flat=True)) == {"one"}

    def test_a_try_without_an_answer_is_counted_through_the_night(self) -> None:
        letter = write(by_day_in="Europe/London")
        Letter.objects.filter(pk=letter.pk).update(state=State.TRYING, tries=1, lease_until=NIGHT)
        assert send_all(NIGHT) == 0
        assert send_all(NIGHT + timedelta(hours=8)) == 1
        letter.refresh_from_db()
        assert (letter.state, letter.tries) == (State.SENT, 2)

    def test_a_zone_that_nobody_knows_holds_nothing_up(self) -> None:
        write(by_day_in="Mars/Olympus")
        assert send_all(NIGHT) == 1


class TestInTime:
    def test_a_letter_of_no_more_use_stays_here_and_says_so(self) -> None:
        letter = write(send_until=NOW + timedelta(hours=2))
        assert send_all(NOW + timedelta(hours=2)) == 0
        letter.refresh_from_db()
        assert (letter.state, letter.trouble) == (State.LATE, "It was held up until nobody had any use for it.")
        assert send_all(NOW + timedelta(days=3)) == 0
        assert mail.outbox == []

    def test_it_leaves_up_to_its_last_moment(self) -> None:
        write(send_until=NOW + timedelta(hours=2))
        assert send_all(NOW + timedelta(hours=2) - timedelta(seconds=1)) == 1

    def test_it_holds_up_nobody_behind_it_and_is_forgotten_in_time(self) -> None:
        write(send_until=NOW)
        write("two", now=NOW + timedelta(minutes=1))
        assert send_all(NOW + timedelta(minutes=1)) == 1
        assert forget_old_letters(NOW + timedelta(days=31)) == 2


class TestHeaders:
    def test_words_of_a_person_go_out_in_their_name_and_answers_to_them(self) -> None:
        write(from_name="Ruth Adeyemi", reply_to="ruth@example.org", stop_url="https://x.example/stop/")
        send_all(NOW)
        [message] = mail.outbox
        sent = message.message()
        assert sent["From"].startswith('"Ruth Adeyemi (Warm Hands)" <')
        assert (sent["To"], sent["Reply-To"]) == ("carer@example.org", "ruth@example.org")
        assert sent["Auto-Submitted"] is None
        assert (sent["List-Unsubscribe"], sent["List-Unsubscribe-Post"]) == (
            "<https://x.example/stop/>",
            "List-Unsubscribe=One-Click",
        )

    def test_the_usual_letter_has_none_of_it(self, settings: Any) -> None:
        write()
        send_all(NOW)
        [message] = mail.outbox
        sent = message.message()
        assert sent["From"] == settings.DEFAULT_FROM_EMAIL
        assert [sent[name] for name in ("Reply-To", "List-Unsubscribe", "Cc", "Bcc")] == [None] * 4

    @pytest.mark.parametrize("name", ["Zoë Ångström", 'R"u\\th', "Ruth\r\nBcc: all@example.org", "a@b.example, c"])
    def test_no_name_makes_a_header_of_its_own(self, name: str) -> None:
        write(from_name=name, reply_to="ruth@example.org")
        send_all(NOW)
        sent = mail.outbox[0].message()
        assert sent["Bcc"] is None
        assert sent["From"].count("@") == 1 or "=?utf-8?" in sent["From"] or sent["From"].startswith('"')
        assert mail.outbox[0].recipients() == ["carer@example.org"]


class TestTakingBack:
    def test_what_waits_is_taken_back_and_what_may_have_left_is_not(self) -> None:
        waits, tried, sent = write("waits"), write("tried"), write("sent")
        Letter.objects.filter(pk=tried.pk).update(state=State.TRYING, tries=1, lease_until=NOW)
        Letter.objects.filter(pk=sent.pk).update(state=State.SENT, sent_at=NOW)
        with transaction.atomic():
            assert take_back([waits.key, tried.key, sent.key, "never"]) == ["waits"]
        assert set(letters_of(["waits", "tried", "sent"])) == {"tried", "sent"}

    def test_a_worker_that_looks_after_it_was_taken_back_finds_nothing(self) -> None:
        letter = write()
        standing = Letter.objects.filter(pk=letter.pk).as_it_stood(letter)
        with transaction.atomic():
            take_back([letter.key])
        assert standing.update(state=State.TRYING) == 0
        assert send_all(NOW) == 0

    def test_what_is_not_wanted_any_more_is_withdrawn_by_its_address(self) -> None:
        write("one", stop_url="https://x.example/1/"), write("two", stop_url="https://x.example/2/")
        assert withdraw_stopped("https://x.example/1/") == 1
        assert set(Letter.objects.values_list("key", flat=True)) == {"two"}
