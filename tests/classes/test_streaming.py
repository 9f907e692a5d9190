"""The door to a live-stream. Pages: `join_stream`, `lead_stream`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client

from classes import releasing, streaming
from classes.models import Enrolment, Series, Session, StreamContact
from config.audit.models import AuditEntry
from families.models import Caregiver
from tests.answers import said
from tests.cast import Cast, sign_in
from tests.factories.accounts import make_user
from tests.factories.classes import make_enrolment
from tests.factories.families import make_household

Counts = Callable[[int], Any]
LINK = "https://meet.example.org/room-7f3a"
TYPED = {"address": "8 Mill Lane, Leeds", "contact_name": "Joseph Moreau", "contact_phone": "07700 900118"}


@pytest.fixture
def date(cast: Cast) -> Session:
    """The third Thursday, in the room and by stream; Ada joins it from home."""
    Series.objects.filter(pk=cast.running.pk).update(stream_url=LINK)
    third = cast.running.sessions.get(number=3)
    cast.enrolment.places.filter(session=third).update(way=Enrolment.Way.STREAM)
    return Session.objects.for_page().get(pk=third.pk)


def address(cast: Cast, session: Session, enrolment: Enrolment | None = None) -> str:
    return f"/me/places/{(enrolment or cast.enrolment).reference}/dates/{session.reference}/join/"


def before(session: Session, minutes: float) -> datetime:
    return session.starts_at - timedelta(minutes=minutes)


def looked(cast: Cast, session: Session, minutes: float) -> str:
    with time_machine.travel(before(session, minutes), tick=False):
        answer = sign_in(Client(), cast.parent).get(address(cast, session))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"].startswith("no-store") or "no-store" in answer.headers["Cache-Control"]
    return answer.content.decode()


def went_in(cast: Cast, session: Session, minutes: float = 5, **typed: str) -> Any:
    with time_machine.travel(before(session, minutes), tick=False):
        return sign_in(Client(), cast.parent).post(address(cast, session), {**TYPED, **typed}, follow=True)


class TestDoor:
    def test_join_stream_opens_fifteen_minutes_before_and_not_a_second_earlier(self, cast: Cast, date: Session) -> None:
        early = looked(cast, date, 15.02)
        assert (
            "The door opens on Thursday 26 March, 09:45" in " ".join(early.replace("<", " <").split())
            or "09:45" in early
        )
        assert "First, so that help would find you" not in early
        assert "First, so that help would find you" in looked(cast, date, 15)
        assert streaming.is_open(date, now=before(date, 15))
        assert not streaming.is_open(date, now=before(date, 15) - timedelta(seconds=1))

    def test_the_link_stands_in_no_page_before_we_know_where_they_are(self, cast: Cast, date: Session) -> None:
        for minutes in (2000, 59, 16, 15, 1, -10):
            assert LINK not in looked(cast, date, minutes)
        page = went_in(cast, date)
        assert page.redirect_chain == [(address(cast, date), 302)]
        assert f'href="{LINK}" rel="noopener noreferrer"' in page.content.decode()

    def test_the_link_is_gone_again_after_the_class(self, cast: Cast, date: Session) -> None:
        went_in(cast, date)
        assert LINK in looked(cast, date, -date.minutes - 14)
        assert LINK not in looked(cast, date, -date.minutes - 15)
        assert "This class is over." in looked(cast, date, -date.minutes - 15)

    def test_the_page_of_the_booking_shows_the_way_and_never_the_link(self, cast: Cast, date: Session) -> None:
        for minutes, words in ((61, ""), (59, "The door to the stream opens at"), (15, "The door is open")):
            with time_machine.travel(before(date, minutes), tick=False):
                page = sign_in(Client(), cast.parent).get(f"/me/places/{cast.enrolment.reference}/").content.decode()
            assert words in page
            assert LINK not in page
            assert (address(cast, date) in page) is (minutes == 15)

    def test_nothing_is_said_before_the_door_opens(self, cast: Cast, date: Session) -> None:
        with time_machine.travel(before(date, 20), tick=False):
            answer = sign_in(Client(), cast.parent).post(address(cast, date), TYPED)
        assert answer.status_code == 409
        assert "This door is shut at the moment." in answer.content.decode()
        assert not StreamContact.objects.exists()

    def test_a_date_called_off_has_no_door(self, cast: Cast, date: Session) -> None:
        Session.objects.filter(pk=date.pk).update(state=Session.State.CANCELLED)
        assert "This date was called off." in looked(cast, date, 5)
        assert went_in(cast, date).status_code == 409

    def test_where_no_link_is_set_the_page_says_whose_turn_it_is(self, cast: Cast, date: Session) -> None:
        Series.objects.filter(pk=date.series_id).update(stream_url="")
        assert "Ruth Adeyemi has not set the link yet" in went_in(cast, date).content.decode()

    def test_the_link_of_the_date_comes_before_that_of_the_series(self, cast: Cast, date: Session) -> None:
        Session.objects.filter(pk=date.pk).update(stream_url="https://meet.example.org/this-once")
        page = went_in(cast, date).content.decode()
        assert "https://meet.example.org/this-once" in page
        assert LINK not in page

    def test_it_says_whether_it_is_recorded(self, cast: Cast, date: Session) -> None:
        assert "Nobody records this class" in looked(cast, date, 5)
        Series.objects.filter(pk=date.series_id).update(is_recorded=True)
        assert "This class is recorded" in looked(cast, date, 5)
        assert "Cameras are optional" in looked(cast, date, 5)


class TestWho:
    def test_only_the_places_by_stream_of_that_date(self, cast: Cast, date: Session) -> None:
        """Ada is in the room on the fourth Thursday, and Noor on the third."""
        fourth = cast.running.sessions.get(number=4)
        with time_machine.travel(before(date, 5), tick=False):
            mine, theirs = sign_in(Client(), cast.parent), sign_in(Client(), cast.other_parent)
            missing = said(mine.get(f"/me/places/{cast.enrolment.reference}/dates/NOSUCHDATE/join/"), "NOSUCHDATE")
            assert said(mine.get(address(cast, fourth)), fourth.reference) == missing
            foreign = mine.get(address(cast, date, cast.other_enrolment))
            assert foreign.status_code == missing[0] == 404
            assert theirs.get(address(cast, date, cast.other_enrolment)).status_code == 404
            assert theirs.get(address(cast, date)).status_code == 404

    def test_a_place_given_back_opens_no_door(self, cast: Cast, date: Session, now: datetime) -> None:
        releasing.release(cast.enrolment, session=date, babies=[cast.baby], by=cast.parent, now=now)
        with time_machine.travel(before(date, 5), tick=False):
            assert sign_in(Client(), cast.parent).get(address(cast, date)).status_code == 404

    def test_a_week_switched_to_the_stream_opens_it_and_back_shuts_it(
        self, cast: Cast, date: Session, now: datetime
    ) -> None:
        noor = {"enrolment": cast.other_enrolment, "session": date, "by": cast.other_parent, "now": now}
        door = (cast.other_enrolment, date.reference)
        with pytest.raises(Session.DoesNotExist):
            streaming.date_to_join(*door)
        releasing.switch_way(noor.pop("enrolment"), way="stream", **noor)  # type: ignore[arg-type]
        assert streaming.date_to_join(*door)[1] == ["Noor"]
        releasing.switch_way(cast.other_enrolment, way="room", **noor)  # type: ignore[arg-type]
        with pytest.raises(Session.DoesNotExist):
            streaming.date_to_join(*door)

    def test_on_a_date_moved_online_everyone_joins_from_home(self, cast: Cast, date: Session, now: datetime) -> None:
        Session.objects.filter(pk=date.pk).update(online_at=now)
        assert streaming.date_to_join(cast.other_enrolment, date.reference)[1] == ["Noor"]
        fresh = Session.objects.for_page().get(pk=date.pk)
        assert [one.names for one in streaming.families_there(fresh, now=now)] == ["Ada", "Noor"]

    def test_whoever_stands_in_is_the_one_who_reads_it(self, cast: Cast, date: Session) -> None:
        other = cast.other_instructor_profile
        Session.objects.filter(pk=date.pk).update(substitute=other)
        with time_machine.travel(before(date, 5), tick=False):
            page = sign_in(Client(), cast.parent).get(address(cast, date)).content.decode()
        assert f"{other.display_name} alone can read it" in page

    def test_who_only_sees_the_dates_is_told_who_can_join(self, cast: Cast, date: Session) -> None:
        Caregiver.objects.filter(user=cast.coparent).update(role=Caregiver.Role.DATES)
        with time_machine.travel(before(date, 5), tick=False):
            assert sign_in(Client(), cast.coparent).get(address(cast, date)).status_code == 403


class TestContact:
    def test_it_is_ciphertext_in_the_database_and_in_no_trail(self, cast: Cast, date: Session) -> None:
        went_in(cast, date)
        with connection.cursor() as cursor:
            cursor.execute("SELECT address, contact_name, contact_phone FROM classes_streamcontact")
            [stored] = cursor.fetchall()
        assert not any(word in str(stored) for word in ("Mill", "Joseph", "900118"))
        assert not any("Mill" in str(entry.detail) or "Mill" in entry.what for entry in AuditEntry.objects.all())
        assert "Mill" not in str(StreamContact.objects.get())

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ({"address": ""}, "Please say where you are"),
            ({"contact_name": " "}, "Please name somebody"),
            ({"contact_phone": "ring twice"}, "Please give a telephone number"),
        ],
    )
    def test_every_part_is_asked_for(self, cast: Cast, date: Session, typed: dict[str, str], words: str) -> None:
        page = went_in(cast, date, 5, **typed)
        assert page.status_code == 422
        assert words in page.content.decode()
        assert not StreamContact.objects.exists()

    def test_saying_it_again_replaces_it(self, cast: Cast, date: Session) -> None:
        went_in(cast, date)
        went_in(cast, date, address="At Granny’s, 2 Hill Street, York")
        assert [one.address for one in StreamContact.objects.all()] == ["At Granny’s, 2 Hill Street, York"]

    def test_somebody_else_of_the_family_is_offered(self, cast: Cast, date: Session) -> None:
        Caregiver.objects.filter(user=cast.coparent).update(phone="07700 900145")
        page = looked(cast, date, 5)
        assert 'value="Joseph Moreau"' in page
        assert 'value="07700 900145"' in page

    def test_it_is_deleted_within_a_day(self, cast: Cast, date: Session) -> None:
        went_in(cast, date)
        assert StreamContact.objects.get().forget_at <= date.starts_at + timedelta(hours=24)
        over = date.ends_at + streaming.KEPT
        assert streaming.forget_contacts(over - timedelta(seconds=1)) == 0
        assert streaming.forget_contacts(over) == 1
        assert not StreamContact.objects.exists()


class TestLeading:
    def page(self, cast: Cast, session: Session, minutes: float = 5, **typed: str) -> Any:
        with time_machine.travel(before(session, minutes), tick=False):
            client = sign_in(Client(), cast.instructor)
            where = f"/teach/sessions/{session.reference}/stream/"
            return client.post(where, typed) if typed else client.get(where)

    def test_lead_stream_shows_who_joins_and_nothing_of_where_they_are(self, cast: Cast, date: Session) -> None:
        assert "Not in yet" in self.page(cast, date).content.decode()
        went_in(cast, date)
        page = self.page(cast, date).content.decode()
        assert "Ada" in page
        assert "In an emergency" in page
        assert "Noor" not in page  # in the room
        assert "Mill Lane" not in page
        assert not AuditEntry.objects.filter(what=streaming.READ).exists()

    def test_a_look_is_written_down_before_it_is_shown_and_the_family_sees_it(self, cast: Cast, date: Session) -> None:
        went_in(cast, date)
        page = self.page(cast, date, booking=cast.enrolment.reference).content.decode()
        assert "8 Mill Lane, Leeds" in page
        assert 'href="tel:07700900118"' in page
        [entry] = AuditEntry.objects.filter(what=streaming.READ)
        assert (entry.by_name, entry.detail) == ("Ruth Adeyemi", {"session": date.reference})
        assert "Who looked where you were" in looked(cast, date, 1)

    def test_where_the_trail_cannot_be_written_nothing_is_shown(
        self, cast: Cast, date: Session, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        went_in(cast, date)
        monkeypatch.setattr(streaming, "record", lambda *args, **kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            streaming.read_contact(
                date,
                reference=cast.enrolment.reference,
                reader=cast.instructor_profile,
                now=before(date, 5),
            )

    def test_what_was_never_said_or_is_deleted_is_not_there(self, cast: Cast, date: Session) -> None:
        assert self.page(cast, date, booking=cast.enrolment.reference).status_code == 409
        went_in(cast, date)
        late = -(date.minutes + 12 * 60)
        assert self.page(cast, date, late, booking=cast.enrolment.reference).status_code == 409
        assert self.page(cast, date, booking=cast.other_enrolment.reference).status_code == 409

    def test_only_who_leads_that_date_finds_it(self, cast: Cast, date: Session) -> None:
        other = sign_in(Client(), cast.other_instructor)
        where = f"/teach/sessions/{date.reference}/stream/"
        assert other.get(where).status_code == 404
        Session.objects.filter(pk=date.pk).update(substitute=cast.other_instructor_profile)
        assert other.get(where).status_code == 200
        assert sign_in(Client(), cast.instructor).get(where).status_code == 404

    def test_a_date_in_the_room_alone_has_no_stream(self, cast: Cast) -> None:
        first = cast.open.sessions.get(number=1)
        assert sign_in(Client(), cast.instructor).get(f"/teach/sessions/{first.reference}/stream/").status_code == 404

    @pytest.mark.parametrize(
        ("url", "status"),
        [(LINK + "-b", 302), ("", 302), ("http://meet.example.org/x", 422), ("javascript:alert(1)", 422), ("x", 422)],
    )
    def test_the_link_of_one_date_is_set(self, cast: Cast, date: Session, url: str, status: int) -> None:
        assert self.page(cast, date, url=url).status_code == status if url else True
        if url:
            assert Session.objects.get(pk=date.pk).stream_url == (url if status == 302 else "")

    @pytest.mark.parametrize("families", [1, 3])
    def test_families_are_read_as_often_for_many_as_for_one(
        self, cast: Cast, date: Session, now: datetime, django_assert_num_queries: Counts, families: int
    ) -> None:
        for number in range(families):
            user = make_user(f"more-{number}@example.org", f"Family {number}")
            family, babies = make_household(user, "Bo")
            make_enrolment(cast.running, family=family, babies=babies, by=user, way=Enrolment.Way.STREAM)
        with django_assert_num_queries(3):
            assert len(streaming.families_there(date, now=now)) == 1 + families
