"""An instructor's message: to whom it goes, what stands in it, when it leaves, and how it is taken back."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail

from classes import releasing, wordings, writing
from classes.addressees import circles_of
from classes.models import Attendance, Enrolment, Message, MessageCopy, Place
from classes.writing import CannotWrite, Draft, TooLate
from config.accounts.models import User
from config.audit.models import AuditEntry
from config.letters import post
from config.letters.models import Letter
from families import quiet
from families.leaving import remove
from families.models import Caregiver, Family
from tests.cast import Cast
from tests.factories.accounts import make_user
from tests.factories.classes import make_enrolment, make_waiting_party
from tests.factories.families import add_baby, make_household

Counts = Callable[[int], Any]
NIGHT = datetime(2026, 3, 24, 21, 40, tzinfo=UTC)
ALL = Draft("all", "See you soon", "Dear {name}, {baby} and you on {next} at {place}. {me}", when="now")
EVERYBODY = ["coparent@example.org", "other-parent@example.org", "parent@example.org"]


def send(cast: Cast, draft: Draft = ALL, *, key: str = "k1", now: datetime) -> Message:
    return writing.send(cast.running, draft, key=key, by=cast.instructor, now=now)


def post_all(now: datetime) -> list[str]:
    while post.send_next(now):
        pass
    return sorted(one.to[0] for one in mail.outbox)


def letter_to(address: str) -> Letter:
    return Letter.objects.get(to=address)


def standing(message: Message, now: datetime) -> dict[str, str]:
    return {line.name: line.standing for line in writing.delivery(message, now=now)}


class TestWhom:
    def test_everyone_is_each_adult_who_comes_with_the_babies(self, cast: Cast, now: datetime) -> None:
        circle = circles_of(cast.running, now=now).everyone
        assert [(one.names, [adult.name for adult in one.adults]) for one in circle.households] == [
            (["Ada"], ["Ines Moreau", "Joseph Moreau"]),
            (["Noor"], ["Amal Haddad"]),
        ]

    def test_who_sees_the_dates_only_left_or_asked_for_quiet_is_not_written_to(self, cast: Cast, now: datetime) -> None:
        Caregiver.objects.filter(user=cast.coparent).update(role="dates")
        quiet.go_quiet(cast.other_family, reason="", by=cast.other_parent, now=now)
        send(cast, now=now)
        assert list(Letter.objects.values_list("to", flat=True)) == ["parent@example.org"]
        assert [copy.caregiver for copy in MessageCopy.objects.all()] == [cast.caregiver]
        Family.objects.filter(pk=cast.family.pk).update(closed_at=now)
        assert circles_of(cast.running, now=now).everyone.households == []

    def test_those_away_are_by_date_who_told_us_or_whom_the_register_says_so(self, cast: Cast, now: datetime) -> None:
        third, second = cast.running.sessions.get(number=3), cast.running.sessions.get(number=2)
        releasing.release(cast.enrolment, session=third, babies=[cast.baby], by=cast.parent, now=now)
        noor = Place.objects.get(session=second, baby=cast.other_baby)
        Attendance.objects.create(place=noor, mark="absent", marked_at=now)
        away = circles_of(cast.running, now=now).away
        assert [(one.session.number, one.households[0].names) for one in away if one.session] == [
            (2, ["Noor"]),
            (3, ["Ada"]),
        ]
        releasing.take_back(cast.enrolment, session=third, babies=[cast.baby], by=cast.parent, now=now)
        assert [one.session.number for one in circles_of(cast.running, now=now).away if one.session] == [2]

    def test_those_who_stream_and_those_who_wait(self, cast: Cast, now: datetime) -> None:
        Place.objects.filter(enrolment=cast.other_enrolment, session__number=4).update(way="stream")
        user = make_user("waits@example.org", "Wanda Iten")
        family, babies = make_household(user, "Lou")
        make_waiting_party(cast.running, family=family, babies=babies)
        circles = circles_of(cast.running, now=now)
        assert [one.names for one in circles.streaming.households] == [["Noor"]]
        assert [one.names for one in circles.waiting.households] == [["Lou"]]
        send(cast, Draft("waiting", "Soon", "Dear {name}, {baby} is first in line.", when="now"), now=now)
        [letter] = Letter.objects.all()
        assert (letter.to, "because you wait for a place" in letter.text) == ("waits@example.org", True)

    def test_a_guest_is_written_to_while_the_date_is_to_come(self, cast: Cast, now: datetime) -> None:
        """A make-up place is one of a booking of another series."""
        there = cast.running.sessions.get(number=4)
        facts = {"way": "room", "number": 8, "kind": "make_up", "taken_at": now}
        make = make_enrolment(cast.open, family=cast.family, babies=[cast.baby], by=cast.parent)
        Enrolment.objects.filter(pk=cast.enrolment.pk).update(state="cancelled")
        Place.objects.filter(enrolment=cast.enrolment).update(released_at=now, release="ended")
        Place.objects.create(enrolment=make, session=there, baby=cast.baby, **facts)
        for moment, names in ((now, [["Ada"], ["Noor"]]), (there.ends_at, [["Noor"]])):
            assert [one.names for one in circles_of(cast.running, now=moment).everyone.households] == names

    def test_a_series_at_ones_own_pace_has_no_places_and_still_its_families(self, cast: Cast, now: datetime) -> None:
        Place.objects.filter(enrolment=cast.other_enrolment).delete()
        households = circles_of(cast.running, now=now).everyone.households
        assert [(one.names, one.next) for one in households if one.names == ["Noor"]] == [(["Noor"], None)]

    @pytest.mark.parametrize("families", [1, 3])
    def test_many_are_found_with_as_many_queries_as_one(
        self, cast: Cast, now: datetime, django_assert_num_queries: Counts, families: int
    ) -> None:
        for number in range(families):
            user = make_user(f"more-{number}@example.org", f"Family {number}")
            family, babies = make_household(user, "Bo", "Mo")
            make_enrolment(cast.running, family=family, babies=babies, by=user)
        with django_assert_num_queries(4):
            assert circles_of(cast.running, now=now).everyone.adults == 3 + families


class TestWords:
    def test_each_reader_has_their_own_names_and_dates_in_their_own_language(self, cast: Cast, now: datetime) -> None:
        User.objects.filter(pk=cast.other_parent.pk).update(language="es")
        send(cast, now=now)
        ines, amal = letter_to("parent@example.org"), letter_to("other-parent@example.org")
        assert "Dear Ines, Ada and you on Thursday 26 March, 10:00 at St Brannoc’s Hall. Ruth Adeyemi" in ines.text
        assert "Dear Amal, Noor and you on" in amal.text
        assert "jueves" in amal.text
        assert "Ines" not in amal.text + amal.html
        assert "Ada" not in amal.text + amal.html
        assert amal.language == "es"

    def test_what_a_name_looks_like_is_not_filled_in_again(self) -> None:
        assert wordings.filled("Hi {baby}", {"baby": "{name}", "name": "x"}) == "Hi {name}"

    def test_blanks_are_known_in_any_case_and_others_are_named(self) -> None:
        assert wordings.kept("{ Name } and {baby}") == "{name} and {baby}"
        with pytest.raises(wordings.UnknownBlanks, match="surname"):
            wordings.kept("Dear {surname}")

    @pytest.mark.parametrize("key", wordings.STARTS)
    def test_words_to_start_from_hold_blanks_that_are_known(self, key: str) -> None:
        words = str(wordings.STARTS[key].words)
        assert wordings.shown(wordings.kept(words)) == words

    def test_where_nothing_can_be_filled_in_nothing_is_sent(self, cast: Cast, now: datetime) -> None:
        draft = Draft("all", "Sorry", "We thought of you on {date}.", when="now")
        with pytest.raises(CannotWrite) as refusal:
            send(cast, draft, now=now)
        assert str(refusal.value) == (
            "{date} is the date that they are away on, and there is none for Ines Moreau. Please say it in other words."
        )
        assert not Message.objects.exists()
        assert not Letter.objects.exists()

    def test_markup_in_words_stays_words(self, cast: Cast, now: datetime) -> None:
        draft = Draft("all", "<b>Hello</b>", "<script>alert(1)</script> https://maps.example/x", when="now")
        send(cast, draft, now=now)
        html = letter_to("parent@example.org").html
        assert "<script" not in html
        assert "&lt;script&gt;" in html
        assert '<a href="https://maps.example/x"' in html


class TestHeaders:
    def test_nobody_learns_who_else_was_written_to(self, cast: Cast, now: datetime) -> None:
        add_baby(cast.family, "Theo")
        send(cast, now=now)
        assert post_all(now) == EVERYBODY
        for one in mail.outbox:
            letter = letter_to(one.to[0])
            whole = "\n".join([*map(str, one.message().values()), letter.text, letter.html])
            assert one.recipients() == one.to
            assert set(re.findall(r"[\w.-]+@example\.org", whole)) == {*one.to, "instructor@example.org"}
            assert one.message()["Reply-To"] == "instructor@example.org"
            assert one.message()["From"].startswith('"Ruth Adeyemi (Warm Hands)" <')
            assert [one.message()[name] for name in ("Cc", "Bcc", "List-Unsubscribe")] == [None] * 3

    def test_delivery_names_people_and_no_address(self, cast: Cast, now: datetime) -> None:
        message = send(cast, now=now)
        post_all(now)
        assert standing(message, now) == {
            "Amal Haddad": "sent",
            "Ines Moreau": "sent",
            "Joseph Moreau": "sent",
        }
        assert "@" not in str(writing.delivery(message, now=now))


class TestWhen:
    def test_the_morning_is_each_familys_own(self, cast: Cast) -> None:
        Family.objects.filter(pk=cast.other_family.pk).update(time_zone="America/New_York")
        send(cast, Draft("all", "Soon", "Dear {name}", when="morning"), now=NIGHT)
        assert letter_to("parent@example.org").send_after == datetime(2026, 3, 25, 8, tzinfo=UTC)
        # It is 17:40 there, so their next morning is eight hours and more away from ours.
        assert letter_to("other-parent@example.org").send_after == datetime(2026, 3, 25, 12, tzinfo=UTC)
        assert post_all(NIGHT + timedelta(hours=10)) == []
        assert post_all(datetime(2026, 3, 25, 8, tzinfo=UTC)) == EVERYBODY[:1] + EVERYBODY[2:]

    def test_now_by_day_waits_where_a_family_sleeps(self, cast: Cast, now: datetime) -> None:
        Family.objects.filter(pk=cast.other_family.pk).update(time_zone="Asia/Tokyo")
        send(cast, now=now)
        assert post_all(now) == ["coparent@example.org", "parent@example.org"]
        assert letter_to("other-parent@example.org").send_after == datetime(2026, 3, 24, 22, tzinfo=UTC)

    def test_now_at_night_is_now(self, cast: Cast) -> None:
        send(cast, now=NIGHT)
        assert post_all(NIGHT) == EVERYBODY

    @pytest.mark.parametrize(
        ("at", "zone", "morning"),
        [
            ((2026, 3, 28, 22), "Europe/London", (2026, 3, 29, 7)),  # the clocks go forward in the night
            ((2026, 10, 24, 22), "Europe/London", (2026, 10, 25, 8)),  # and back
            ((2026, 10, 3, 12), "Australia/Melbourne", (2026, 10, 3, 21)),
            ((2028, 2, 28, 22), "Europe/London", (2028, 2, 29, 8)),
            ((2026, 12, 31, 23), "Europe/London", (2027, 1, 1, 8)),
            ((2026, 3, 24, 3), "Europe/London", (2026, 3, 24, 8)),
            ((2026, 3, 24, 8), "Europe/London", (2026, 3, 25, 8)),
            ((2026, 3, 24, 3), "Asia/Kathmandu", (2026, 3, 25, 2, 15)),
        ],
    )
    def test_eight_stays_eight(self, at: tuple[int, ...], zone: str, morning: tuple[int, ...]) -> None:
        found = writing.next_morning(datetime(*at, tzinfo=UTC), zone=zone)  # type: ignore[arg-type,misc]
        assert found == datetime(*morning, tzinfo=UTC)  # type: ignore[arg-type,misc]

    def test_a_stop_of_hours_neither_loses_nor_doubles(self, cast: Cast) -> None:
        message = send(cast, Draft("all", "Soon", "Dear {name}", when="morning"), now=NIGHT)
        # No worker runs from the evening until the next night: what was held up waits for the morning after.
        assert post_all(datetime(2026, 3, 25, 22, 30, tzinfo=UTC)) == []
        assert set(standing(message, NIGHT).values()) == {"waits"}
        assert post_all(datetime(2026, 3, 26, 7, tzinfo=UTC)) == EVERYBODY
        assert post_all(datetime(2026, 3, 26, 9, tzinfo=UTC)) == EVERYBODY

    def test_after_three_days_the_words_are_of_another_week(self, cast: Cast, now: datetime) -> None:
        message = send(cast, now=now)
        assert post_all(now + timedelta(days=3)) == []
        assert set(standing(message, now).values()) == {"late"}


class TestOnce:
    def test_the_same_press_twice_is_one_message(self, cast: Cast, now: datetime) -> None:
        first = send(cast, now=now)
        assert send(cast, now=now + timedelta(seconds=2)).pk == first.pk
        assert (Message.objects.count(), Letter.objects.count()) == (1, 3)
        assert send(cast, key="k2", now=now).pk != first.pk

    def test_so_many_a_day_and_no_more(self, cast: Cast, now: datetime) -> None:
        sent = [send(cast, key=f"k{number}", now=now) for number in range(writing.MOST_A_DAY)]
        with pytest.raises(CannotWrite, match="6 messages in a day already"):
            send(cast, key="one more", now=now + timedelta(hours=23))
        writing.take_back(sent[0], by=cast.instructor, now=now)
        send(cast, key="in its place", now=now + timedelta(hours=23))

    def test_it_stands_in_the_trail_without_its_words(self, cast: Cast, now: datetime) -> None:
        send(cast, now=now)
        [entry] = AuditEntry.objects.filter(what="wrote to families")
        assert entry.detail == {"to": "all", "letters": 3}


class TestTakingBack:
    def test_until_it_is_sent_it_is_taken_back_whole(self, cast: Cast) -> None:
        message = send(cast, Draft("all", "Soon", "Dear {name}", when="morning"), now=NIGHT)
        assert writing.take_back(message, by=cast.instructor, now=NIGHT) == 3
        assert writing.take_back(message, by=cast.instructor, now=NIGHT) == 0
        assert post_all(NIGHT + timedelta(hours=12)) == []
        assert set(standing(message, NIGHT).values()) == {"taken_back"}
        assert AuditEntry.objects.filter(what="took a message back").count() == 1

    def test_what_has_left_has_left(self, cast: Cast, now: datetime) -> None:
        message = send(cast, now=now)
        assert post.send_next(now)
        assert writing.take_back(message, by=cast.instructor, now=now) == 2
        assert sorted(standing(message, now).values()) == ["sent", "taken_back", "taken_back"]

    def test_what_is_on_its_way_at_this_moment_may_have_left(self, cast: Cast, now: datetime) -> None:
        message = send(cast, now=now)
        Letter.objects.update(state="trying", tries=1, lease_until=now + timedelta(minutes=2))
        with pytest.raises(TooLate, match="nothing to take back"):
            writing.take_back(message, by=cast.instructor, now=now)
        message.refresh_from_db()
        assert message.taken_back_at is None
        assert set(standing(message, now).values()) == {"on_its_way"}

    def test_who_leaves_the_family_before_it_is_sent_gets_nothing(self, cast: Cast) -> None:
        message = send(cast, Draft("all", "Soon", "Dear {name}", when="morning"), now=NIGHT)
        remove(Caregiver.objects.get(user=cast.coparent), by=cast.caregiver, now=NIGHT)
        assert post_all(NIGHT + timedelta(hours=12)) == EVERYBODY[1:]
        assert standing(message, NIGHT)["Joseph Moreau"] == "gone"

    def test_after_a_month_the_letters_are_forgotten_and_the_page_says_so(self, cast: Cast, now: datetime) -> None:
        message = send(cast, now=now)
        Letter.objects.all().delete()
        assert set(standing(message, now + timedelta(days=31)).values()) == {"long_ago"}
        assert MessageCopy.objects.count() == 3
