"""A clinician's word before a place in a hospital: who reads it and when, and that nothing is booked without it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse

from classes import booking, clearing, minding, offers, transferring, waiting_list
from classes.clearing import CannotClear, Word
from classes.models import Clearance, Enrolment, Offer, Series, Session
from classes.obstacles import CannotBook
from classes.roll import roll
from config.audit.models import AuditEntry
from config.audit.trail import name_of
from config.letters.models import Letter
from families import health
from families.models import Baby, Caregiver, HealthAnswers
from tests.cast import NOW, TODAY, Cast, sign_in
from tests.factories.accounts import make_user
from tests.factories.classes import make_enrolment, make_series, make_waiting_party
from tests.factories.teaching import answer_health, make_precaution

Counts = Callable[[int], Any]
FIRST_ON = date(2026, 4, 14)
SECRET = "legs only, the drip arm stays still"


@pytest.fixture
def ward(cast: Cast) -> Series:
    return make_series(
        cast.instructor_profile,
        title="On the ward",
        slug="on-the-ward",
        first=FIRST_ON,
        clock=time(11),
        weeks=3,
        venue=cast.venue,
        delivery=Series.Delivery.HOSPITAL,
    )


def word(until: date = date(2026, 5, 30), said_by: str = "Sister Okafor, ward 4") -> Word:
    return Word(said_by, TODAY, until, SECRET)


def give(cast: Cast, ward: Series, **fields: Any) -> Clearance:
    values = {"word": word(), "last_session_on": date(2026, 4, 28), "by": cast.caregiver, "now": NOW, **fields}
    return clearing.give(ward, baby=cast.baby, **values)


def confirm(cast: Cast, clearance: Clearance) -> Clearance:
    return clearing.confirm(clearance, seen=clearance.seen, by=cast.instructor_profile, now=NOW)


def book(cast: Cast, ward: Series) -> Enrolment:
    return booking.book(
        ward,
        family=cast.family,
        babies=[cast.baby],
        way="room",
        who_comes=[cast.caregiver],
        by=cast.parent,
        now=NOW,
    )


def session_of(series: Series, number: int = 1) -> Session:
    return Session.objects.select_related("series", "lesson").get(series=series, number=number)


def reads() -> list[tuple[int | None, str]]:
    return list(AuditEntry.objects.filter(what=health.READ_CLEARANCE).order_by("pk").values_list("by_id", "about"))


class TestHeldBack:
    def test_a_place_in_a_hospital_waits_for_a_confirmed_clearance(self, cast: Cast, ward: Series) -> None:
        with pytest.raises(CannotBook, match="Before Ada has a place here"):
            book(cast, ward)
        clearance = give(cast, ward)
        with pytest.raises(CannotBook):
            book(cast, ward)
        confirm(cast, clearance)
        assert book(cast, ward).state == Enrolment.State.BOOKED

    @pytest.mark.parametrize(("until", "booked"), [(FIRST_ON, True), (FIRST_ON - timedelta(days=1), False)])
    def test_it_must_hold_on_the_first_date(self, cast: Cast, ward: Series, until: date, booked: bool) -> None:
        confirm(cast, give(cast, ward, word=word(until)))
        assert (clearing.why_not_book(ward, [cast.baby], on=FIRST_ON) is None) is booked
        if not booked:
            with pytest.raises(CannotBook):
                book(cast, ward)

    def test_one_for_another_baby_or_another_series_does_not_do(self, cast: Cast, ward: Series) -> None:
        confirm(cast, give(cast, ward))
        assert clearing.without(ward, [cast.baby, cast.other_baby], on=FIRST_ON) == [cast.other_baby]
        other = make_series(cast.instructor_profile, slug="other-ward", first=FIRST_ON, delivery="hospital")
        assert clearing.without(other, [cast.baby], on=FIRST_ON) == [cast.baby]

    def test_nobody_gets_round_it_by_one_date_by_a_move_or_from_the_waiting_list(
        self, cast: Cast, ward: Series
    ) -> None:
        family: dict[str, Any] = {"family": cast.family, "babies": [cast.baby], "who_comes": [cast.caregiver]}
        with pytest.raises(CannotBook):
            booking.book_dates([session_of(ward)], way="room", by=cast.parent, now=NOW, is_one_more=True, **family)
        with pytest.raises(transferring.CannotMove, match="Before Ada"):
            transferring.transfer(cast.enrolment, to=ward, way="room", by=cast.parent, now=NOW)
        make_waiting_party(ward, family=cast.family, babies=[cast.baby])
        offers.offer_places(ward, now=NOW)
        offer = Offer.objects.get(party__series=ward)
        answers = waiting_list.Acceptance(consents={}, health={})
        with pytest.raises(Exception, match="Before Ada"):
            waiting_list.accept_from_form(offer, caregiver=cast.caregiver, answers=answers, by=cast.parent, now=NOW)
        assert Enrolment.objects.booked().filter(series=ward).count() == 0

    def test_other_series_ask_for_none_and_the_database_nothing(
        self, cast: Cast, django_assert_num_queries: Counts
    ) -> None:
        with django_assert_num_queries(0):
            assert clearing.without(cast.open, [cast.baby], on=FIRST_ON) == []


class TestConfirming:
    def test_twice_is_once_and_newer_words_wait_again(self, cast: Cast, ward: Series) -> None:
        clearance = give(cast, ward)
        confirm(cast, clearance)
        confirm(cast, clearance)
        assert AuditEntry.objects.filter(what="confirmed a clearance").count() == 1
        give(cast, ward, now=NOW + timedelta(hours=1))
        assert clearing.without(ward, [cast.baby], on=FIRST_ON) == [cast.baby]

    def test_asked_anew_it_is_not_confirmed(self, cast: Cast, ward: Series) -> None:
        clearance = confirm(cast, give(cast, ward))
        clearing.ask_again(clearance, by=cast.instructor_profile, now=NOW)
        clearing.ask_again(clearance, by=cast.instructor_profile, now=NOW)
        assert clearing.without(ward, [cast.baby], on=FIRST_ON) == [cast.baby]
        assert AuditEntry.objects.filter(what="asked for a clearance anew").count() == 1

    def test_what_has_run_out_is_neither_given_nor_confirmed(self, cast: Cast, ward: Series) -> None:
        with pytest.raises(CannotClear, match="look at the two days"):
            give(cast, ward, word=word(TODAY - timedelta(days=1)))
        clearance = give(cast, ward, word=word(TODAY))
        with pytest.raises(CannotClear, match="run out"):
            clearing.confirm(clearance, seen=clearance.seen, by=cast.instructor_profile, now=NOW + timedelta(days=1))

    def test_words_that_came_after_the_page_was_read_are_not_confirmed(self, cast: Cast, ward: Series) -> None:
        seen = give(cast, ward).seen
        newer = give(cast, ward, word=word(date(2027, 1, 1), "Nobody at all"), now=NOW + timedelta(minutes=1))
        with pytest.raises(CannotClear, match="has changed since you looked"):
            clearing.confirm(newer, seen=seen, by=cast.instructor_profile, now=NOW + timedelta(minutes=2))
        assert clearing.without(ward, [cast.baby], on=FIRST_ON) == [cast.baby]


class TestWhoReads:
    def test_it_is_ciphertext_and_no_letter_trail_or_name_tells_it(self, cast: Cast, ward: Series) -> None:
        confirm(cast, give(cast, ward))
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM classes_clearance")
            stored = str(cursor.fetchall())
        letters = "".join(f"{one.subject}{one.text}{one.html}" for one in Letter.objects.all())
        trail = str(list(AuditEntry.objects.values_list("what", "about", "detail", "by_name")))
        words = (SECRET, "Okafor")
        assert [word in text for word in words for text in (stored, letters, trail)] == [False] * 6
        assert Letter.objects.count() == 2

    def test_who_agreed_is_read_to_be_confirmed_and_limits_only_around_the_series(
        self, cast: Cast, ward: Series
    ) -> None:
        def shown(now: datetime) -> list[tuple[str, str]]:
            sent = clearing.sent_in(ward, reader=cast.instructor_profile, now=now)
            return [(one.said_by, one.limits) for one in sent]

        clearance = give(cast, ward)
        assert shown(NOW) == [("Sister Okafor, ward 4", "")]
        confirm(cast, clearance)
        assert shown(NOW) == [("", "")]
        first = session_of(ward).starts_at
        assert shown(first - timedelta(days=7)) == [("Sister Okafor, ward 4", SECRET)]
        last = session_of(ward, 3).starts_at
        assert shown(last + timedelta(days=7, seconds=1)) == [("", "")]
        assert reads() == [(cast.instructor.pk, name_of(cast.baby))] * 2

    def test_a_substitute_reads_the_date_and_nobody_else_anything(self, cast: Cast, ward: Series) -> None:
        confirm(cast, give(cast, ward))
        session = session_of(ward)
        tomasz = cast.other_instructor_profile

        def told(hours: float) -> bool:
            now = session.starts_at + timedelta(hours=hours)
            return bool(clearing.hints_for(session, [cast.baby], reader=tomasz, now=now))

        assert told(0) is False
        Session.objects.filter(pk=session.pk).update(substitute=tomasz)
        session = session_of(ward)
        assert [told(-24.1), told(-24), told(24)] == [False, True, True]
        assert clearing.sent_in(ward, reader=tomasz, now=session.starts_at)[0].limits == ""

    def test_in_the_family_who_wrote_it_and_who_books(self, cast: Cast, ward: Series) -> None:
        give(cast, ward)
        joseph = Caregiver.objects.get(user=cast.coparent)
        babies = [cast.baby]
        told = [len(clearing.read_in_family(ward, babies, by=one)) for one in (cast.caregiver, joseph)]
        joseph.role = Caregiver.Role.PRACTICE
        told += [len(clearing.read_in_family(ward, babies, by=one)) for one in (joseph, cast.other_caregiver)]
        assert told == [1, 1, 0, 0]

    def test_who_keeps_health_to_themselves_keeps_it_too(self, cast: Cast, ward: Series) -> None:
        give(cast, ward)
        answer_health(cast.baby)
        joseph = Caregiver.objects.get(user=cast.coparent)

        def told() -> list[int]:
            return [len(clearing.read_in_family(ward, [cast.baby], by=one)) for one in (cast.caregiver, joseph)]

        assert told() == [1, 1]
        HealthAnswers.objects.update(shared_in_family=False)
        assert told() == [1, 0]

    def test_it_is_forgotten_30_days_after_the_last_session(self, cast: Cast, ward: Series) -> None:
        give(cast, ward)
        assert [clearing.sweep(datetime.fromisoformat(f"{day}T12:00Z")) for day in ("2026-05-28", "2026-05-29")] == [
            0,
            1,
        ]


class TestOnTheRegister:
    def hints(self, cast: Cast, series: Series, number: int = 1) -> list[tuple[str, str]]:
        session = session_of(series, number)
        cards = roll(session, reader=cast.instructor_profile, now=session.starts_at).cards
        return [(hint.what, hint.so) for card in cards for row in card.rows for hint in row.hints]

    def test_what_was_agreed_stands_there_and_where_it_has_run_out_ask(self, cast: Cast, ward: Series) -> None:
        confirm(cast, give(cast, ward, word=word(date(2026, 4, 21))))
        make_enrolment(ward, family=cast.family, babies=[cast.baby], by=cast.parent)
        cleared = ("Cleared until 21 April 2026: Sister Okafor, ward 4.", SECRET)
        ask = ("Ask: no clearance for today.", "Presence, voice and resting hands, as the ward says.")
        assert [self.hints(cast, ward, number) for number in (1, 2, 3)] == [[cleared], [cleared], [ask]]

    def test_at_a_private_visit_an_answer_that_says_ask_stands_until_it_is_cleared(
        self, cast: Cast, ward: Series
    ) -> None:
        Series.objects.filter(pk=ward.pk).update(delivery=Series.Delivery.PRIVATE_VISIT)
        ward.refresh_from_db()
        make_precaution("heart_seizure", level="ask", title="Heart, seizures")
        answer_health(cast.baby, conditions=["heart_seizure"])
        make_enrolment(ward, family=cast.family, babies=[cast.baby], by=cast.parent)
        ask = (
            "Heart, breathing, seizures or blood under a doctor’s care.",
            "Ask what their own team has agreed to.",
        )
        assert self.hints(cast, ward) == [ask]
        confirm(cast, give(cast, ward))
        assert self.hints(cast, ward) == [("Cleared until 30 May 2026: Sister Okafor, ward 4.", SECRET), (ask[0], "")]

    def test_a_series_of_another_kind_is_not_asked_about(self, cast: Cast, django_assert_num_queries: Counts) -> None:
        session = session_of(cast.running, 3)
        with django_assert_num_queries(0):
            assert clearing.hints_for(session, [cast.baby], reader=cast.instructor_profile, now=NOW) == {}
        assert minding.to_mind(session, [cast.baby], reader=cast.instructor_profile, now=NOW) == {}


class TestPages:
    def sent(self, **more: str) -> dict[str, str]:
        return {"said_by": "Sister Okafor, ward 4", "given_on": "2026-03-24", "until": "2026-05-01", **more}

    def test_give_clearance_for_a_baby_of_ones_own(self, cast: Cast, ward: Series, client: Client) -> None:
        url = reverse("classes:give_clearance", args=[ward.slug])
        assert client.get(url).status_code == 302
        sign_in(client, cast.parent)
        assert client.get(url).status_code == 200
        assert client.post(url, self.sent(baby=str(cast.other_baby.pk))).status_code == 422
        assert client.post(url, self.sent(baby=str(cast.baby.pk), until="2026-03-01")).status_code == 422
        assert client.post(url, self.sent(baby=str(cast.baby.pk), limits=SECRET)).status_code == 302
        told = client.get(url).content.decode()
        assert [SECRET in told, "Waits to be confirmed" in told] == [True, True]
        refused = client.get(reverse("classes:give_clearance", args=[cast.open.slug]))
        assert refused.status_code == 404
        assert client.post(url, {"do": "delete"}).status_code == 302
        assert Clearance.objects.count() == 0

    def test_a_family_that_is_new_names_its_baby_there(self, ward: Series, client: Client) -> None:
        sign_in(client, make_user("newcomer@example.org", "Sam Price"))
        url = reverse("classes:give_clearance", args=[ward.slug])
        data = self.sent(name="Sam Price", first_name="Kit", born_on="2026-03-01")
        assert client.post(url, data).status_code == 302
        assert list(Clearance.objects.values_list("baby__first_name", "written_by__name")) == [("Kit", "Sam Price")]
        assert Baby.objects.filter(first_name="Kit").count() == 1

    def test_clearances_are_confirmed_by_the_lead_alone(self, cast: Cast, ward: Series, client: Client) -> None:
        clearance = give(cast, ward)
        sent = {"clearance": clearance.pk, "seen": clearance.seen}
        url = reverse("classes:clearances", args=[ward.slug])
        sign_in(client, cast.other_instructor)
        assert client.post(url, {**sent, "do": "confirm"}).status_code == 404
        sign_in(client, cast.instructor)
        told = client.get(url).content.decode()
        assert ["Sister Okafor" in told, SECRET in told] == [True, False]
        assert client.post(url, {**sent, "do": "confirm"}).status_code == 302
        assert client.post(url, {**sent, "clearance": 999_999, "do": "confirm"}).status_code == 404
        assert clearing.without(ward, [cast.baby], on=FIRST_ON) == []
        assert client.get(reverse("classes:clearances", args=[cast.running.slug])).status_code == 404

    def test_vaccination_wait_is_ones_own_setting(self, cast: Cast, client: Client) -> None:
        sign_in(client, cast.instructor)
        url = reverse("classes:vaccination_wait")
        assert [client.post(url, {"hours": hours}).status_code for hours in ("48", "-1", "337", "soon")] == [
            302,
            422,
            422,
            422,
        ]
        cast.instructor_profile.refresh_from_db()
        cast.other_instructor_profile.refresh_from_db()
        told = [one.vaccination_wait_hours for one in (cast.instructor_profile, cast.other_instructor_profile)]
        assert (told, "48" in client.get(url).content.decode()) == ([48, 72], True)

    def test_the_booking_form_says_what_to_do(self, cast: Cast, ward: Series, client: Client) -> None:
        url = reverse("classes:book_place", args=[ward.slug])
        with time_machine.travel(NOW, tick=False):
            sign_in(client, cast.parent)
            before = client.get(url).content.decode()
            confirm(cast, give(cast, ward))
            after = client.get(url).content.decode()
        assert ["Tell us who agreed" in page for page in (before, after)] == [True, False]
