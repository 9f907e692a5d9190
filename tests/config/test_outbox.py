"""The outbox against a real mail server: once, in bad luck twice, never more, and never lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, transaction

from config.letters import post
from config.letters.models import Letter
from config.letters.outbox import Attachment, forget_old_letters, queue_letter, render_letter, withdraw_letters
from tests.config.mail_server import Inbox, free_port, serving

NOW = datetime(2026, 3, 24, 17, 5, tzinfo=UTC)
State = Letter.State


@pytest.fixture
def inbox(settings: Any) -> Iterator[Inbox]:
    inbox = Inbox()
    with serving(inbox) as port:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 0.4
        settings.EMAIL_USE_TLS, settings.EMAIL_HOST_USER = False, ""
        yield inbox


def make_letter(number: int = 1, **facts: Any) -> Letter:
    standard = {
        "key": f"test:{number}",
        "to": f"carer-{number}@example.org",
        "language": "en",
        "subject": "Your place on Thursday",
        "text": "We look forward to meeting you.\n",
        "message_id": f"<letter-{number}@warmhands.example>",
        "queued_at": NOW,
        "send_after": NOW,
    }
    return Letter.objects.create(**{**standard, **facts})


def outcome(letter: Letter) -> tuple[str, int, int]:
    letter.refresh_from_db()
    return letter.state, letter.tries, letter.refusals


def minutes(number: float) -> datetime:
    return NOW + timedelta(minutes=number)


@pytest.mark.django_db
class TestWhatArrives:
    def test_the_text_the_html_and_the_calendar_arrive_whole(self, inbox: Inbox) -> None:
        calendar = "BEGIN:VCALENDAR\r\nSUMMARY:Gentle Thursdays – Zoë\r\nEND:VCALENDAR\r\n"
        make_letter(
            subject="Zoë’s place",
            text="See you, Zoë.\n",
            html="<html><head><style>p { color: red }</style></head><body><p>See you, Zoë.</p></body></html>",
            attachments=[
                {"name": "dates.ics", "content": calendar, "kind": "text/calendar; method=PUBLISH; charset=utf-8"}
            ],
        )
        assert post.send_next(NOW) is True
        (letter,) = inbox.letters
        plain, html, ics = (part for part in letter.walk() if not part.is_multipart())
        assert (letter["Subject"], letter["To"]) == ("Zoë’s place", "carer-1@example.org")
        assert letter["Auto-Submitted"] == "auto-generated"
        assert plain.get_content().splitlines() == ["See you, Zoë."]
        assert '<p style="color: red;">See you, Zoë.</p>' in html.get_content()
        assert (ics.get_content_type(), ics.get_filename()) == ("text/calendar", "dates.ics")
        assert dict(ics["Content-Type"].params) == {"charset": "utf-8", "method": "PUBLISH"}
        assert ics.get_payload(decode=True) == calendar.encode()
        assert [letter.defects, ics.defects] == [[], []]

    def test_a_letter_that_was_sent_is_not_sent_again(self, inbox: Inbox) -> None:
        letter = make_letter()
        assert [post.send_next(NOW), post.send_next(minutes(60))] == [True, False]
        letter.refresh_from_db()
        assert (letter.state, letter.sent_at, letter.trouble) == (State.SENT, NOW, "")
        assert inbox.ids == ["<letter-1@warmhands.example>"]

    def test_codes_that_someone_waits_for_go_first(self, inbox: Inbox) -> None:
        make_letter(1), make_letter(2, send_after=minutes(-5)), make_letter(3, urgent=True)
        while post.send_next(NOW):
            pass
        assert [letter["To"].split("@")[0] for letter in inbox.letters] == ["carer-3", "carer-2", "carer-1"]

    def test_a_letter_waits_for_its_time(self, inbox: Inbox) -> None:
        make_letter(send_after=minutes(30))
        assert [post.send_next(minutes(29)), post.send_next(minutes(30))] == [False, True]


@pytest.mark.django_db
class TestTrouble:
    @pytest.mark.parametrize("manner", ["refuses", "refuses data"])
    def test_a_refusal_for_good_parks_the_letter_at_once(self, inbox: Inbox, manner: str) -> None:
        inbox.manner = manner
        letter = make_letter()
        post.send_next(NOW)
        assert outcome(letter) == (State.PARKED, 0, 0)
        assert letter.trouble.startswith(("SMTPRecipientsRefused", "SMTPDataError"))
        assert post.send_next(minutes(24 * 60)) is False

    def test_come_again_is_tried_with_longer_and_longer_waits_and_then_parked(self, inbox: Inbox) -> None:
        inbox.manner = "later"
        letter = make_letter()
        now, waits = NOW, []
        while post.send_next(now):
            letter.refresh_from_db()
            waits.append(int((letter.send_after - now).total_seconds() // 60))
            now = letter.send_after
        assert outcome(letter) == (State.PARKED, 0, post.MOST_REFUSALS)
        assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360]
        assert inbox.raw == []

    def test_come_again_and_then_taken_is_one_copy(self, inbox: Inbox) -> None:
        inbox.manner = "later"
        letter = make_letter()
        post.send_next(NOW)
        inbox.manner = "takes"
        assert [post.send_next(minutes(0.9)), post.send_next(minutes(1))] == [False, True]
        assert outcome(letter) == (State.SENT, 1, 1)
        assert inbox.ids == ["<letter-1@warmhands.example>"]

    @pytest.mark.parametrize("manner", ["hangs", "drops"])
    def test_no_answer_is_tried_once_more_and_then_parked_in_sight_of_staff(self, inbox: Inbox, manner: str) -> None:
        inbox.manner = manner
        letter = make_letter()
        post.send_next(NOW)
        assert outcome(letter) == (State.WAITING, 1, 0)
        post.send_next(minutes(1))
        assert outcome(letter) == (State.PARKED, 2, 0)
        assert post.send_next(minutes(24 * 60)) is False
        assert len(inbox.raw) <= 2
        assert set(inbox.ids) <= {"<letter-1@warmhands.example>"}

    def test_a_drop_and_then_an_answer_makes_two_copies_of_one_identity(self, inbox: Inbox) -> None:
        inbox.manner = "drops"
        letter = make_letter()
        post.send_next(NOW)
        inbox.manner = "takes"
        post.send_next(minutes(1))
        assert outcome(letter) == (State.SENT, 2, 0)
        assert inbox.ids == ["<letter-1@warmhands.example>"] * 2

    def test_a_server_that_is_away_costs_a_letter_nothing_for_days(self, settings: Any) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", free_port(), 0.4
        letter = make_letter()
        for hour in range(1, 72):
            post.send_next(minutes(60 * hour))
            assert outcome(letter) == (State.WAITING, 0, 0)
            assert letter.send_after == minutes(60 * hour + 1)
        post.send_next(minutes(60 * 73))
        assert outcome(letter) == (State.PARKED, 0, 0)

    def test_after_an_hour_away_the_queue_is_empty_within_two_minutes(self, inbox: Inbox, settings: Any) -> None:
        port, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
        for number in range(5):
            make_letter(number)
        for minute in range(60):
            while post.send_next(minutes(minute)):
                pass
        settings.EMAIL_PORT = port
        while post.send_next(minutes(62)):
            pass
        assert sorted(inbox.ids) == [f"<letter-{number}@warmhands.example>" for number in range(5)]

    @pytest.mark.parametrize(
        "poison",
        [
            {"to": "carer@example.org\nBcc: everyone@example.org"},
            {"subject": "Hello\nBcc: everyone@example.org"},
            {"message_id": "<a>\r\nX: y"},
            {"attachments": [{"name": "x.ics"}]},
            {"attachments": ["not a file"]},
            {"to": "carer@exa mple..org"},
            {"to": ""},
        ],
        ids=["address", "subject", "identity", "half a file", "no file", "no such address", "nobody"],
    )
    def test_a_letter_that_cannot_be_written_is_parked_and_stops_nothing(
        self, inbox: Inbox, poison: dict[str, Any]
    ) -> None:
        letter = make_letter(1, **poison)
        make_letter(2)
        while post.send_next(NOW):
            pass
        assert outcome(letter) == (State.PARKED, 0, 0)
        assert [letter["To"] for letter in inbox.letters] == ["carer-2@example.org"]


class Witness(BaseEmailBackend):
    """Looks at the outbox in the moment in which a letter leaves."""

    seen: ClassVar[list[tuple[str, int, int]]] = []

    def send_messages(self, messages: Any) -> int:
        self.seen.append(outcome(Letter.objects.get()))
        return len(messages)


@pytest.mark.django_db
class TestWorkersThatDie:
    def test_a_try_without_an_end_is_taken_up_after_its_lease(self, inbox: Inbox) -> None:
        letter = make_letter(state=State.TRYING, tries=1, lease_until=minutes(2))
        assert [post.send_next(minutes(1.9)), post.send_next(minutes(2))] == [False, True]
        assert outcome(letter) == (State.SENT, 2, 0)

    def test_a_second_try_without_an_end_parks_the_letter_unsent(self, inbox: Inbox) -> None:
        letter = make_letter(state=State.TRYING, tries=2, lease_until=minutes(2))
        assert [post.send_next(minutes(2)), post.send_next(minutes(9))] == [True, False]
        assert (outcome(letter), inbox.raw) == ((State.PARKED, 2, 0), [])

    def test_a_worker_whose_lease_is_over_cannot_reset_the_count_of_the_next_one(self, inbox: Inbox) -> None:
        """The slow worker hears "come again" when another has begun the second copy; its answer must not allow a third."""
        letter = make_letter()
        slow = post._claim(NOW, post.LEASE)
        assert slow is not None
        assert post._claim(minutes(2), post.LEASE) is not None
        post._put_back(slow, state=State.WAITING, tries=0)
        assert outcome(letter) == (State.TRYING, 2, 0)

    def test_the_attempt_is_written_down_before_the_letter_leaves(self, settings: Any) -> None:
        settings.EMAIL_BACKEND = "tests.config.test_outbox.Witness"
        letter = make_letter()
        post.send_next(NOW)
        assert Witness.seen == [(State.TRYING, 1, 0)]
        assert outcome(letter) == (State.SENT, 1, 0)

    def test_the_database_refuses_a_third_try(self) -> None:
        letter = make_letter(tries=2)
        with pytest.raises(IntegrityError), transaction.atomic():
            Letter.objects.filter(pk=letter.pk).update(tries=3)


@pytest.mark.django_db
class TestQueueing:
    def test_a_letter_is_gone_with_the_deed_that_was_undone(self) -> None:
        context = {"code": "123456"}
        with transaction.atomic():
            queue_letter(
                "account/email/login_code", to="a@example.org", context=context, language="en", key="k", now=NOW
            )
            transaction.set_rollback(True)
        assert Letter.objects.count() == 0

    def test_the_same_key_twice_is_one_letter(self) -> None:
        facts: dict[str, Any] = {"to": "a@example.org", "context": {"code": "123456"}, "language": "en", "now": NOW}
        first = queue_letter("account/email/login_code", key="k", **facts)
        assert queue_letter("account/email/login_code", key="k", **facts) == first
        assert Letter.objects.count() == 1

    def test_two_letters_have_two_identities(self) -> None:
        facts: dict[str, Any] = {"to": "a@example.org", "context": {"code": "123456"}, "language": "en", "now": NOW}
        letters = [queue_letter("account/email/login_code", key=key, **facts) for key in ("one", "two")]
        assert len({letter.message_id for letter in letters}) == 2

    def test_an_attachment_is_kept_with_the_letter(self) -> None:
        facts: dict[str, Any] = {"to": "a@example.org", "context": {"code": "123456"}, "language": "en", "now": NOW}
        letter = queue_letter(
            "account/email/login_code", key="k", attachments=[Attachment("a.ics", "BEGIN", "text/calendar")], **facts
        )
        assert letter.attachments == [{"name": "a.ics", "content": "BEGIN", "kind": "text/calendar"}]

    def test_old_letters_are_forgotten_after_thirty_days(self) -> None:
        old, young = NOW - timedelta(days=31), NOW - timedelta(days=29)
        make_letter(1, state=State.SENT, sent_at=old)
        make_letter(2, state=State.SENT, sent_at=young)
        make_letter(3, state=State.PARKED, queued_at=old)
        make_letter(4, state=State.PARKED, queued_at=young)
        make_letter(5, queued_at=old)
        assert forget_old_letters(NOW) == 2
        assert sorted(Letter.objects.values_list("key", flat=True)) == ["test:2", "test:4", "test:5"]


class TestWords:
    def test_a_letter_has_text_and_html_of_the_same_words(self) -> None:
        subject, text, html = render_letter("account/email/login_code", context={"code": "246810"}, language="en")
        assert subject == "246810 is your code for Warm Hands"
        assert "246810" in text
        assert "<html" not in text
        assert "246810" in html
        assert '<html lang="en" dir="ltr">' in html

    def test_a_letter_is_in_the_language_of_its_reader(self) -> None:
        _subject, _text, html = render_letter("account/email/login_code", context={"code": "246810"}, language="ar")
        assert '<html lang="ar" dir="rtl">' in html

    def test_plain_words_stay_plain_and_html_is_escaped(self) -> None:
        context = {"code": "O’Neill & <b>Sons</b>"}
        subject, text, html = render_letter("account/email/login_code", context=context, language="en")
        assert subject.startswith("O’Neill & <b>Sons</b>")
        assert "O’Neill & <b>Sons</b>" in text
        assert "<b>Sons</b>" not in html

    def test_a_subject_is_one_line(self) -> None:
        subject, _text, _html = render_letter(
            "account/email/login_code", context={"code": "1\nBcc: x@y.z"}, language="en"
        )
        assert subject == "1 Bcc: x@y.z is your code for Warm Hands"


@pytest.mark.django_db
def test_letters_are_withdrawn_by_address_and_subject_unless_they_have_left_or_someone_waits_for_them() -> None:
    mine = {"to": "carer-1@example.org", "about": "the Moreaus"}
    kept = [
        make_letter(1, **mine, state=State.SENT, sent_at=NOW),
        make_letter(2, **mine, urgent=True),
        make_letter(3, **{**mine, "about": "a certificate"}),
        make_letter(4, **{**mine, "about": None}),
        make_letter(5, **{**mine, "to": "carer-5@example.org"}),
    ]
    for number, state in enumerate((State.WAITING, State.TRYING, State.PARKED), start=6):
        make_letter(number, **{**mine, "to": "Carer-1@Example.org"}, state=state)
    assert withdraw_letters(to="carer-1@example.org", about="the Moreaus") == 3
    assert list(Letter.objects.order_by("pk")) == kept
