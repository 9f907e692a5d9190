"""Who is written to about a changed date, once, and once more; and the page behind the letter: `notice`."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from classes import answering, changing, telling
from classes.models import Amends, Coming, MakeUpRight, Notice, Place, Session, SessionChange
from config.audit.models import AuditEntry
from config.letters.models import Letter
from families.models import Caregiver, Family
from tests.cast import Cast
from tests.factories.twelve import make_twelve

Counts = Callable[[int], Any]
# The class is at 10:00; at 7:00 its instructor wakes with a fever.
NOON = datetime(2026, 3, 26, 7, 0, tzinfo=UTC)
ADDRESS = re.compile(r"https?://[^/\s\"]+(/told/[^\"\s]+)")


@pytest.fixture
def third(cast: Cast) -> Session:
    return cast.running.sessions.select_related("series__venue", "series__instructor", "lesson").get(number=3)


def press(
    cast: Cast,
    date: Session,
    *,
    do: str = "cancel",
    compensation: str = "make_up",
    now: datetime = NOON,
    key: str = "k",
) -> SessionChange:
    fresh = Session.objects.select_related("series__venue").get(pk=date.pk)
    told: dict[str, Any] = {"words": "Sorry, a fever.", "seen": fresh.sequence, "key": key, "by": cast.instructor}
    told |= {"compensation": compensation, "now": now}
    if do == "move":
        return changing.move(fresh, to=date.starts_at + timedelta(days=21), **told)
    if do == "online":
        return changing.go_online(fresh, stream_url="https://meet.example.org/x", **told)
    return changing.call_off(fresh, **told)


def page_of(to: str, key: str = "changed:") -> str:
    """The address in the newest letter to them."""
    letter = Letter.objects.filter(to=to, key__startswith=key).order_by("-pk")[0]
    [found] = set(ADDRESS.findall(letter.text + letter.html))
    return str(found)


def told_to() -> list[str]:
    return sorted(Letter.objects.filter(key__startswith="changed:").values_list("to", flat=True))


class TestWhoIsToldOnce:
    def test_who_booked_and_who_comes_along(self, cast: Cast, third: Session) -> None:
        press(cast, third)
        assert told_to() == ["other-parent@example.org", "parent@example.org"]

    def test_who_comes_to_that_one_date_is_told_too(self, cast: Cast, third: Session) -> None:
        joseph = Caregiver.objects.get(user=cast.coparent)
        Coming.objects.create(enrolment=cast.enrolment, session=third, caregiver=joseph)
        press(cast, third)
        assert told_to() == ["coparent@example.org", "other-parent@example.org", "parent@example.org"]
        assert Notice.objects.filter(enrolment=cast.enrolment).count() == 2

    def test_where_who_booked_has_left_the_next_adult_is_told(self, cast: Cast, third: Session) -> None:
        Caregiver.objects.filter(pk=cast.caregiver.pk).update(removed_at=NOON)
        press(cast, third)
        assert told_to() == ["coparent@example.org", "other-parent@example.org"]

    def test_a_family_without_an_address_is_kept_to_be_phoned(self, cast: Cast, third: Session) -> None:
        Caregiver.objects.filter(family=cast.other_family).update(user=None)
        press(cast, third)
        assert told_to() == ["parent@example.org"]
        left = Notice.objects.get(enrolment=cast.other_enrolment)
        assert (left.letter_key, left.again_due_at) == ("", None)

    def test_a_family_that_asked_for_quiet_hears_nothing(self, cast: Cast, third: Session) -> None:
        Family.objects.filter(pk=cast.other_family.pk).update(quiet_at=NOON)
        press(cast, third)
        assert told_to() == ["parent@example.org"]
        assert not Notice.objects.filter(enrolment=cast.other_enrolment).exists()

    def test_telling_the_same_change_again_tells_nobody(self, cast: Cast, third: Session) -> None:
        change = press(cast, third)
        letters, notices = Letter.objects.count(), list(Notice.objects.order_by("pk"))
        places = list(Place.objects.filter(session=third).select_related("enrolment__family", "baby"))
        with transaction.atomic():
            assert sorted(telling.tell(change, places=places, now=NOON), key=lambda one: one.pk) == notices
        assert (Letter.objects.count(), Notice.objects.count()) == (letters, len(notices))

    def test_the_database_keeps_one_notice_an_adult_and_change(self, cast: Cast, third: Session) -> None:
        press(cast, third)
        row = Notice.objects.first()
        assert row
        row.pk, row.token_hash = None, "x" * 64
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)

    def test_only_a_hash_of_the_secret_is_kept(self, cast: Cast, third: Session) -> None:
        press(cast, third)
        secret = page_of(cast.parent.email).split("/")[2]
        assert len(secret) == 32
        assert secret not in str(list(Notice.objects.values()))


class TestRoomsKeeper:
    def test_nothing_is_written_where_nobody_keeps_the_room(self, cast: Cast, third: Session) -> None:
        press(cast, third)
        assert not Letter.objects.filter(key__startswith="room:").exists()

    def test_the_message_names_no_family_and_no_reason(self, cast: Cast) -> None:
        twelve = make_twelve(cast)
        press(cast, twelve.date)
        letter = Letter.objects.get(to="hall@example.org")
        assert letter.subject == "St Brannoc’s Hall: free on Thursday 26 March"
        for words in (letter.text, letter.html):
            assert "Pat Shaw" in words
            assert not any(private in words for private in ("fever", "Ada", "Moreau", "Oskar"))


class TestToldAgain:
    """The class is at 10:00 in Leeds, which keeps UTC until Sunday."""

    def again(self) -> list[str]:
        return sorted(Letter.objects.filter(key__startswith="changed_again:").values_list("to", flat=True))

    def test_once_an_hour_and_a_half_before_to_those_who_did_not_open_it(self, cast: Cast, third: Session) -> None:
        press(cast, third)
        Notice.objects.filter(enrolment=cast.other_enrolment).update(opened_at=NOON)
        due = third.starts_at - timedelta(minutes=90)
        assert telling.tell_again(due - timedelta(seconds=1)) == 0
        assert telling.tell_again(due) == 1
        assert telling.tell_again(due + timedelta(minutes=5)) == 0
        assert self.again() == ["parent@example.org"]

    def test_after_a_stop_what_still_helps_is_made_up_for(self, cast: Cast, third: Session) -> None:
        press(cast, third)
        assert telling.tell_again(third.starts_at - timedelta(minutes=20)) == 0
        assert telling.tell_again(third.starts_at - timedelta(minutes=21)) == 2

    def test_a_date_far_off_is_told_again_the_day_before(self, cast: Cast, third: Session) -> None:
        early = third.starts_at - timedelta(days=5)
        press(cast, third, now=early)
        notice = Notice.objects.filter(enrolment=cast.enrolment).get()
        assert notice.again_due_at == third.starts_at - timedelta(hours=24)

    def test_at_the_last_minute_there_is_no_second_letter(self, cast: Cast, third: Session) -> None:
        press(cast, third, now=third.starts_at - timedelta(minutes=60))
        assert set(Notice.objects.values_list("again_due_at", flat=True)) == {None}

    def test_nobody_is_written_to_at_night(self, cast: Cast, third: Session) -> None:
        early = third.starts_at.replace(hour=8)
        Session.objects.filter(pk=third.pk).tell_anew(now=NOON, starts_at=early)
        third.starts_at = early
        press(cast, third, now=early - timedelta(hours=4))
        assert set(Notice.objects.values_list("again_due_at", flat=True)) == {early.replace(hour=7)}

    @pytest.mark.parametrize("heard", ["opened_at", "spoken_at", "chosen_at"])
    def test_who_heard_of_it_in_any_way_is_left_in_peace(self, cast: Cast, third: Session, heard: str) -> None:
        press(cast, third)
        more: dict[str, Any] = {"spoken_by": cast.instructor} if heard == "spoken_at" else {}
        more |= {"chosen": "make_up"} if heard == "chosen_at" else {}
        Notice.objects.update(**{heard: NOON}, **more)
        assert telling.tell_again(third.starts_at - timedelta(hours=1)) == 0

    def test_what_one_adult_of_the_family_opened_the_other_is_not_reminded_of(self, cast: Cast, third: Session) -> None:
        joseph = Caregiver.objects.get(user=cast.coparent)
        Coming.objects.create(enrolment=cast.enrolment, session=third, caregiver=joseph)
        press(cast, third)
        Notice.objects.filter(caregiver=joseph).update(opened_at=NOON)
        telling.tell_again(third.starts_at - timedelta(hours=1))
        assert self.again() == ["other-parent@example.org"]

    def test_what_changed_once_more_since_is_told_by_its_own_letters(self, cast: Cast, third: Session) -> None:
        press(cast, third, do="move")
        press(cast, third, key="k2", now=NOON + timedelta(minutes=5))
        telling.tell_again(third.starts_at - timedelta(hours=1))
        assert self.again() == []

    def test_both_letters_open_the_same_page(self, cast: Cast, third: Session, client: Client) -> None:
        press(cast, third)
        at = third.starts_at - timedelta(hours=1)
        telling.tell_again(at)
        with time_machine.travel(at, tick=False):
            pages = [page_of(cast.parent.email), page_of(cast.parent.email, "changed_again:")]
            assert pages[0] != pages[1]
            assert [client.get(page).status_code for page in pages] == [200, 200]
            client.post(pages[1], {"answer": "seen"})
        assert Notice.objects.get(enrolment=cast.enrolment).opened_at == at

    @pytest.mark.parametrize("families", [1, 12])
    def test_looking_takes_one_query_for_many_as_for_one(
        self, cast: Cast, django_assert_num_queries: Counts, families: int
    ) -> None:
        twelve = make_twelve(cast)
        press(cast, twelve.date)
        Notice.objects.exclude(enrolment__in=[one.pk for one in twelve.enrolments][:families]).delete()
        with django_assert_num_queries(1):
            assert len(Notice.objects.to_write_again(twelve.date.starts_at - timedelta(hours=1))) == families


@pytest.mark.usefixtures("at_noon")
class TestNotice:
    @pytest.fixture
    def at_noon(self, cast: Cast) -> Any:
        with time_machine.travel(NOON, tick=False):
            yield

    def test_looking_changes_nothing(self, cast: Cast, third: Session, client: Client) -> None:
        press(cast, third)
        before = list(Notice.objects.order_by("pk").values())
        for method in ("get", "head", "get"):
            answer = getattr(client, method)(page_of(cast.parent.email) + "?answer=refund")
            assert answer.status_code == 200
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert list(Notice.objects.order_by("pk").values()) == before

    def test_seen_is_said_once_by_the_button_or_by_the_script(self, cast: Cast, third: Session, client: Client) -> None:
        press(cast, third)
        page = page_of(cast.parent.email)
        script = {"X-Requested-With": "fetch"}
        assert client.post(page, {"answer": "seen"}, headers=script).status_code == 204
        assert client.post(page, {"answer": "seen"}).status_code == 302
        assert AuditEntry.objects.filter(what="saw a changed date").count() == 1
        assert "Seen, thank you" in client.get(page).content.decode()

    def test_the_page_says_what_changed_and_nothing_of_others(self, cast: Cast, third: Session, client: Client) -> None:
        press(cast, third, do="move")
        words = client.get(page_of(cast.parent.email)).content.decode()
        for said in ("On another day", "Not on", "Thursday 16 April", "Sorry, a fever.", "our letter to Ines"):
            assert said in words
        for private in ("Moreau", "Noor", "Amal", "parent@example.org"):
            assert private not in words

    def test_another_time_of_the_same_day_is_not_called_another_day(
        self, cast: Cast, third: Session, client: Client
    ) -> None:
        told: dict[str, Any] = {"words": "", "compensation": "none", "key": "k", "by": cast.instructor, "now": NOON}
        changing.move(third, to=third.starts_at + timedelta(minutes=45), seen=third.sequence, **told)
        words = client.get(page_of(cast.parent.email)).content.decode()
        assert ("On another day" in words, f"{third.series.title} has moved" in words) == (False, True)

    def test_a_link_of_somebody_who_left_or_asked_for_quiet_is_over(
        self, cast: Cast, third: Session, client: Client
    ) -> None:
        press(cast, third)
        page = page_of(cast.parent.email)
        Family.objects.filter(pk=cast.family.pk).update(quiet_at=NOON)
        assert client.get(page).status_code == 404
        Family.objects.update(quiet_at=None)
        Caregiver.objects.filter(pk=cast.caregiver.pk).update(removed_at=NOON)
        assert client.get(page).status_code == 404
        assert client.post(page, {"answer": "seen"}).status_code == 404

    def test_who_cannot_make_the_new_date_takes_a_make_up_place(
        self, cast: Cast, third: Session, client: Client
    ) -> None:
        press(cast, third, do="move", compensation="make_up")
        page = page_of(cast.parent.email)
        assert "Our money back" not in client.get(page).content.decode()
        for _time in range(2):
            assert client.post(page, {"answer": "make_up"}).status_code == 302
        assert not cast.enrolment.places.unreleased().filter(session=third).exists()
        assert [right.state for right in MakeUpRight.objects.filter(enrolment=cast.enrolment, missed=third)] == ["open"]
        assert Notice.objects.get(enrolment=cast.enrolment).chosen == "make_up"
        assert cast.other_enrolment.places.unreleased().filter(session=third).exists()
        assert "A make-up place" in client.get(page).content.decode()

    def test_what_was_not_offered_is_not_given(self, cast: Cast, third: Session, client: Client) -> None:
        press(cast, third, do="move", compensation="make_up")
        answer = client.post(page_of(cast.parent.email), {"answer": "refund"})
        assert answer.status_code == 409
        assert "This cannot be chosen any more." in answer.content.decode()
        assert not Amends.objects.exists()
        assert client.post(page_of(cast.parent.email), {"answer": "everything"}).status_code == 422

    def test_where_each_family_chooses_the_right_is_there_and_can_become_money(
        self, cast: Cast, client: Client
    ) -> None:
        twelve = make_twelve(cast)
        press(cast, twelve.date, compensation="choose")
        page = page_of(cast.parent.email)
        words = client.get(page).content.decode()
        assert "A make-up place" in words
        assert "Our money back" in words
        client.post(page, {"answer": "refund"})
        client.post(page, {"answer": "refund"})
        [row] = Amends.objects.filter(enrolment=cast.enrolment)
        assert (row.kind, row.minor) == ("refund", 1200)
        assert "£12 back" in client.get(page).content.decode()
        # Who paid nothing, and who is a guest, has the make-up place and nothing to choose.
        for one in (twelve.funded, twelve.guest):
            assert "Our money back" not in client.get(page_of(one.booked_by.email)).content.decode()

    @pytest.mark.parametrize(("do", "left"), [("cancel", []), ("move", ["make_up"])])
    def test_money_is_chosen_by_who_books_and_pays_and_not_by_who_comes_along(
        self, cast: Cast, third: Session, client: Client, do: str, left: list[str]
    ) -> None:
        joseph = Caregiver.objects.get(user=cast.coparent)
        Caregiver.objects.filter(pk=joseph.pk).update(role=Caregiver.Role.PRACTICE)
        Coming.objects.create(enrolment=cast.enrolment, session=third, caregiver=joseph)
        press(cast, third, do=do, compensation="choose")
        page = page_of(cast.coparent.email)
        assert client.post(page, {"answer": "refund"}).status_code == 409
        notice = Notice.objects.for_page().get(caregiver=joseph)
        assert [str(one) for one in answering.answer_of(notice, now=NOON).offered] == left
        assert client.post(page_of(cast.parent.email), {"answer": "refund"}).status_code == 302
        assert [row.kind for row in Amends.objects.filter(enrolment=cast.enrolment)] == ["refund"]

    def test_a_newer_change_closes_the_choice_of_the_older(self, cast: Cast, third: Session, client: Client) -> None:
        press(cast, third, do="move")
        old = page_of(cast.parent.email)
        assert 'value="make_up"' in client.get(old).content.decode()
        press(cast, third, do="online", key="k2")
        words = client.get(old).content.decode()
        assert "It changed once more since" in words
        assert 'value="make_up"' not in words
        assert client.post(old, {"answer": "make_up"}).status_code == 409

    def test_the_choice_ends_when_the_new_date_begins(self, cast: Cast, third: Session) -> None:
        press(cast, third, do="move")
        notice = Notice.objects.for_page().get(enrolment=cast.enrolment)
        begins = notice.session.starts_at
        assert answering.answer_of(notice, now=begins - timedelta(seconds=1)).offered
        assert not answering.answer_of(notice, now=begins).offered

    def test_what_is_shown_on_a_date_held_online(self, cast: Cast, third: Session, client: Client) -> None:
        press(cast, third, do="online")
        words = client.get(page_of(cast.parent.email)).content.decode()
        assert "By live-stream, from your own floor" in words
        assert "Not from home?" in words
        assert "meet.example.org" not in words
        assert "meet.example.org" not in Letter.objects.filter(to=cast.parent.email).latest("pk").text
