"""At a family's own pace: weeks in order, a check-in of its own, and credit for what was not opened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from classes import (
    answering,
    booking,
    cancelling,
    changing,
    check_ins,
    dues,
    own_pace,
    practice,
    releasing,
    transferring,
)
from classes.catalogue import series_page
from classes.check_ins import CannotCheckIn
from classes.forms.changing import ChangeForm
from classes.forms.ill import IllForm
from classes.models import Charge, Enrolment, MakeUpRight, Notice, OpenedWeek, Place, Series, Session
from classes.obstacles import CannotBook
from classes.own_pace import CannotOpen, opened_weeks
from classes.places import places_left
from config.audit.models import AuditEntry
from config.lib.money import Money
from curriculum.files import tables
from curriculum.loading import load
from tests.cast import NOW, Cast, sign_in
from tests.factories.classes import make_plan

Counts = Callable[[int], Any]


@pytest.fixture
def track(cast: Cast) -> Series:
    dues.raise_charge(cast.enrolment, Charge.Kind.SERIES, cast.enrolment.price, now=NOW)
    return Series.objects.create(
        instructor=cast.instructor_profile,
        plan=make_plan(),
        title="Five weeks, your own pace",
        slug="your-own-pace",
        delivery=Series.Delivery.SELF_PACED,
        time_zone="Europe/London",
        capacity=0,
        stream_capacity=40,
        price_minor=2800,
        state=Series.State.PUBLISHED,
        published_at=NOW,
    )


def book(cast: Cast, track: Series) -> Enrolment:
    family: dict[str, Any] = {"family": cast.family, "babies": [cast.baby], "who_comes": [cast.caregiver]}
    return booking.book(track, way="stream", by=cast.parent, now=NOW, **family)


@pytest.fixture
def mine(cast: Cast, track: Series) -> Enrolment:
    return book(cast, track)


def open_weeks(enrolment: Enrolment, cast: Cast, *weeks: int) -> None:
    for week in weeks:
        own_pace.open_week(enrolment, week=week, by=cast.parent, now=NOW)


def pay(enrolment: Enrolment, cast: Cast) -> None:
    dues.settle(Charge.objects.filter(enrolment=enrolment).values_list("pk", flat=True), by=cast.office, now=NOW)


def a_check_in(cast: Cast, track: Series, days: int = 3, **fields: Any) -> Session:
    return check_ins.add(track, starts_at=NOW + timedelta(days=days), by=cast.instructor, now=NOW, **fields)


class TestWeeks:
    def test_one_week_opens_after_the_other_and_nothing_by_itself(self, cast: Cast, mine: Enrolment) -> None:
        assert opened_weeks(mine) == {}
        with pytest.raises(CannotOpen, match="One week opens after the other"):
            open_weeks(mine, cast, 2)
        open_weeks(mine, cast, 1, 2)
        assert opened_weeks(mine) == {1: NOW, 2: NOW}
        shown = [(one.number, bool(one.opened_at), one.is_current, one.is_next) for one in own_pace.weeks_of(mine)]
        assert shown == [
            (1, True, False, False),
            (2, True, True, False),
            (3, False, False, True),
            (4, False, False, False),
            (5, False, False, False),
        ]

    def test_pressed_twice_a_week_opens_once(self, cast: Cast, mine: Enrolment) -> None:
        open_weeks(mine, cast, 1, 1)
        assert (OpenedWeek.objects.count(), AuditEntry.objects.filter(what="opened a week at own pace").count()) == (
            1,
            1,
        )

    def test_a_booking_that_ended_opens_no_further_week(self, cast: Cast, mine: Enrolment) -> None:
        cancelling.cancel(mine, by=cast.parent, now=NOW)
        with pytest.raises(CannotOpen, match="has ended"):
            open_weeks(mine, cast, 1)

    def test_a_series_with_dates_is_not_opened_by_hand(self, cast: Cast) -> None:
        with pytest.raises(CannotOpen):
            open_weeks(cast.enrolment, cast, 1)

    def test_practice_shows_what_was_opened(self, cast: Cast, track: Series) -> None:
        mine = book(cast, track)

        def course() -> practice.Course:
            chosen = practice.choose(practice.practices_of(cast.family, now=NOW), series=track.slug)
            return practice.course_of(chosen, now=NOW)

        assert ([week.is_open for week in course().weeks], course().current) == ([False] * 5, None)
        open_weeks(mine, cast, 1, 2)
        current = course().current
        assert [week.is_open for week in course().weeks] == [True, True, False, False, False]
        assert current is not None
        assert current.number == 2


class TestCredit:
    def test_what_is_not_opened_goes_to_the_live_series(self, cast: Cast, mine: Enrolment) -> None:
        pay(mine, cast)
        open_weeks(mine, cast, 1, 2)
        quote = transferring.quote(mine, to=cast.open, way="room", now=NOW)
        assert (quote.price, quote.credit, quote.to_pay, quote.worth.been, quote.worth.to_come) == (
            Money(6000, "GBP"),
            Money(1680, "GBP"),
            Money(4320, "GBP"),
            2,
            3,
        )
        new = transferring.transfer(mine, to=cast.open, way="room", by=cast.parent, now=NOW)
        mine.refresh_from_db()
        places = Place.objects.filter(enrolment=new)
        assert (mine.state, {place.baby for place in places}, len(places)) == ("moved", {cast.baby}, 5)
        assert (dues.account_of(new).to_pay, dues.account_of(mine).in_hand) == (Money(4320, "GBP"), Money(1120, "GBP"))
        books = dues.balance(cast.family, now=NOW, currency="GBP")
        assert books.difference == Money(0, "GBP")

    def test_unpaid_only_what_was_opened_stays_due(self, cast: Cast, mine: Enrolment) -> None:
        open_weeks(mine, cast, 1, 2)
        new = transferring.transfer(mine, to=cast.open, way="room", by=cast.parent, now=NOW)
        assert (dues.account_of(mine).to_pay, dues.account_of(new).to_pay) == (Money(1120, "GBP"), Money(6000, "GBP"))
        assert dues.balance(cast.family, now=NOW, currency="GBP").difference == Money(0, "GBP")

    @pytest.mark.parametrize(("weeks", "back"), [((), 2800), ((1,), 2240), ((1, 2, 3, 4, 5), 0)])
    def test_cancelling_gives_back_what_was_not_opened(
        self, cast: Cast, mine: Enrolment, weeks: tuple[int, ...], back: int
    ) -> None:
        pay(mine, cast)
        open_weeks(mine, cast, *weeks)
        assert cancelling.cancel(mine, by=cast.parent, now=NOW).back == Money(back, "GBP")
        assert dues.balance(cast.family, now=NOW, currency="GBP").difference == Money(0, "GBP")

    def test_a_price_that_does_not_share_evenly_is_exact(self, cast: Cast, track: Series) -> None:
        track.price_minor = 2999
        track.save(update_fields=["price_minor"])
        mine = book(cast, track)
        for week in range(1, 6):
            open_weeks(mine, cast, week)
            worth = dues.worth_of(mine, now=NOW)
            assert worth.in_all == Money(2999, "GBP")
        assert worth.to_come_worth == Money(0, "GBP")


class TestCheckIn:
    def test_a_check_in_changes_nothing_about_the_series(self, cast: Cast, track: Series) -> None:
        before = places_left([track], now=NOW)
        a_check_in(cast, track, places=1)
        track.refresh_from_db()
        page = series_page(track.slug, now=NOW)
        assert page is not None
        assert (track.first_session_at, page.weeks, places_left([track], now=NOW)) == (None, [], before)
        enrolment = book(cast, track)
        assert (enrolment.price_minor, Place.objects.filter(enrolment=enrolment).count()) == (2800, 0)

    def test_a_family_takes_one_and_pays_nothing_more(self, cast: Cast, track: Series, mine: Enrolment) -> None:
        first, second = a_check_in(cast, track), a_check_in(cast, track, days=4)
        taken = check_ins.take(mine, session=first, by=cast.parent, now=NOW, key="check-in:one")
        again = check_ins.take(mine, session=first, by=cast.parent, now=NOW, key="check-in:one")
        assert (again, taken.price_minor, taken.kind) == (taken, 0, "single")
        with pytest.raises(CannotCheckIn, match="already"):
            check_ins.take(mine, session=second, by=cast.parent, now=NOW, key="check-in:two")
        assert [(place.session, place.way) for place in Place.objects.filter(enrolment=taken)] == [(first, "stream")]
        assert dues.balance(cast.family, now=NOW, currency="GBP").difference == Money(0, "GBP")
        assert [one.enrolment for one in practice.practices_of(cast.family, now=NOW)].count(taken) == 0

    def test_the_last_place_is_taken_once(self, cast: Cast, track: Series, mine: Enrolment) -> None:
        session = a_check_in(cast, track, places=1)
        other = booking.book(
            track,
            family=cast.other_family,
            babies=[cast.other_baby],
            way="stream",
            who_comes=[cast.other_caregiver],
            by=cast.other_parent,
            now=NOW,
        )
        check_ins.take(other, session=session, by=cast.other_parent, now=NOW, key="check-in:o")
        with pytest.raises(CannotCheckIn, match="Nothing is free on this date"):
            check_ins.take(mine, session=session, by=cast.parent, now=NOW, key="check-in:m")

    def test_nobody_books_a_check_in_without_the_series(self, cast: Cast, track: Series) -> None:
        session = a_check_in(cast, track)
        family: dict[str, Any] = {"family": cast.family, "babies": [cast.baby], "who_comes": [cast.caregiver]}
        with pytest.raises(CannotBook, match="goes with the series"):
            booking.book_dates([session], way="stream", by=cast.parent, now=NOW, **family)
        with pytest.raises(CannotCheckIn):
            check_ins.take(cast.enrolment, session=session, by=cast.parent, now=NOW, key="check-in:x")

    def test_given_back_it_brings_no_place_in_a_live_class(self, cast: Cast, track: Series, mine: Enrolment) -> None:
        session = a_check_in(cast, track)
        taken = check_ins.take(mine, session=session, by=cast.parent, now=NOW, key="check-in:one")
        told = releasing.release(taken, session=session, babies=[cast.baby], by=cast.parent, now=NOW)
        assert (told.rights, MakeUpRight.objects.count(), "make-up" in told.sentence) == ([], 0, False)
        assert check_ins.take(mine, session=session, by=cast.parent, now=NOW, key="check-in:two") != taken

    def test_called_off_it_brings_none_either(self, cast: Cast, track: Series, mine: Enrolment) -> None:
        session = a_check_in(cast, track)
        check_ins.take(mine, session=session, by=cast.parent, now=NOW, key="check-in:one")
        deed: dict[str, Any] = {
            "compensation": "make_up",
            "words": "",
            "seen": session.sequence,
            "key": "off",
            "by": cast.instructor,
        }
        change = changing.call_off(session, **deed, now=NOW)
        answers = [answering.answer_of(notice, now=NOW).offered for notice in Notice.objects.of_change(change)]
        assert (MakeUpRight.objects.count(), set(answers), change.compensation) == (0, {()}, "none")

    def test_its_forms_offer_nothing_that_it_does_not_bring(self, cast: Cast, track: Series) -> None:
        session = a_check_in(cast, track)
        plain = ChangeForm(session, sums=[])
        ill = IllForm(session, moments=[], free=[], sums=[])
        offered = [[kind for kind, _tile in form.fields["compensation"].choices] for form in (plain, ill)]  # type: ignore[attr-defined]
        assert offered == [["none"], ["none"]]

    @pytest.mark.parametrize("how", ["cancel", "move"])
    def test_it_goes_with_the_booking(self, cast: Cast, track: Series, mine: Enrolment, how: str) -> None:
        session = a_check_in(cast, track)
        taken = check_ins.take(mine, session=session, by=cast.parent, now=NOW, key="check-in:one")
        if how == "cancel":
            cancelling.cancel(mine, by=cast.parent, now=NOW)
        else:
            transferring.transfer(mine, to=cast.open, way="room", by=cast.parent, now=NOW)
        taken.refresh_from_db()
        assert (taken.state, Place.objects.unreleased().filter(session=session).count()) == ("cancelled", 0)

    def test_the_instructor_cannot_be_in_two_places(self, cast: Cast, track: Series) -> None:
        third = cast.running.sessions.get(number=3)
        with pytest.raises(CannotCheckIn):
            check_ins.add(track, starts_at=third.starts_at, by=cast.instructor, now=NOW)
        with pytest.raises(CannotCheckIn, match="is over"):
            check_ins.add(track, starts_at=NOW - timedelta(hours=1), by=cast.instructor, now=NOW)
        with pytest.raises(CannotCheckIn, match="go with a published series"):
            check_ins.add(cast.open, starts_at=NOW + timedelta(days=1), by=cast.instructor, now=NOW)
        assert Session.objects.filter(series=track).count() == 0


class TestPages:
    def test_own_pace_opens_a_week_and_offers_the_way_to_a_live_series(
        self, cast: Cast, track: Series, mine: Enrolment, client: Client
    ) -> None:
        pay(mine, cast)
        session = a_check_in(cast, track)
        sign_in(client, cast.parent)
        url = reverse("classes:own_pace", args=[mine.reference])
        assert "Open it now" in client.get(url).content.decode()
        assert client.post(url, {"week": "1"}).status_code == 302
        assert client.post(url, {"week": "3"}).status_code == 409
        assert client.post(url, {"week": "many"}).status_code == 422
        told = client.get(url).content.decode()
        assert ["Week 1, where you are" in told, "−£22.40" in told, session.reference in told] == [True] * 3
        place = client.get(reverse("classes:my_place", args=[mine.reference])).content.decode()
        assert "0 babies" not in place
        assert f'<p class="lead">With {track.instructor.display_name}.' in place
        take = reverse("classes:take_check_in", args=[mine.reference])
        assert client.post(take, {"session": session.reference, "key": "0123456789ab"}).status_code == 302
        [check_in] = Enrolment.objects.filter(series=track, kind="single")
        assert (
            "Your live check-in</h3>"
            in client.get(reverse("classes:my_place", args=[check_in.reference])).content.decode()
        )
        assert client.post(take, {"session": session.reference, "key": "another-key-1"}).status_code == 409
        assert client.post(take, {"session": session.reference}).status_code == 422
        assert "Your check-in" in client.get(url).content.decode()

    def test_own_pace_is_no_page_of_a_series_with_dates_nor_of_a_check_in(
        self, cast: Cast, track: Series, mine: Enrolment, client: Client
    ) -> None:
        taken = check_ins.take(mine, session=a_check_in(cast, track), by=cast.parent, now=NOW, key="check-in:one")
        sign_in(client, cast.parent)
        found = [
            client.get(reverse("classes:own_pace", args=[one.reference])).status_code
            for one in (mine, cast.enrolment, cast.other_enrolment, taken)
        ]
        assert found == [200, 404, 404, 404]

    def test_check_ins_are_made_by_the_lead_of_the_series(self, cast: Cast, track: Series, client: Client) -> None:
        sign_in(client, cast.instructor)
        url = reverse("classes:check_ins", args=[track.slug])
        sent = {"day": "2026-04-01", "clock": "10:00", "minutes": "20", "places": "6"}
        assert [client.post(url, sent).status_code for _twice in range(2)] == [302, 302]
        assert [one.stream_capacity for one in Session.objects.filter(series=track)] == [6]
        assert client.post(url, {**sent, "clock": "soon"}).status_code == 422
        assert client.post(url, {**sent, "day": "2026-03-29", "clock": "01:30"}).status_code == 422
        assert client.post(url, {**sent, "day": "2026-03-26", "clock": "10:10"}).status_code == 409
        assert "Wednesday" in client.get(url).content.decode()
        assert client.get(reverse("classes:check_ins", args=[cast.running.slug])).status_code == 404

    def test_the_number_of_queries_does_not_grow_with_the_check_ins(
        self, cast: Cast, track: Series, mine: Enrolment, django_assert_num_queries: Counts
    ) -> None:
        for days in (3, 4, 5):
            a_check_in(cast, track, days=days)
            with django_assert_num_queries(1):
                assert check_ins.coming(track, now=NOW)


def test_the_page_pictures_the_week_they_are_in_and_leads_to_each_stroke_of_theirs(
    cast: Cast, track: Series, client: Client
) -> None:
    load(tables())
    mine = book(cast, track)
    open_weeks(mine, cast, 1, 2)
    answer = sign_in(client, cast.parent).get(f"/me/places/{mine.reference}/weeks/")
    page = answer.content.decode()
    here = answer.context["weeks"][1]
    assert len(here.strokes) == 7
    assert [one.slug for one in answer.context["pictures"]][1:8] == [one.slug for one in here.strokes]
    for stroke in here.strokes:
        assert page.count(f"/me/practice/2/?series={track.slug}#m-{stroke.slug}") == 1
    assert page.index("Open practice") < page.index(f"#m-{here.strokes[0].slug}")
    # What opening costs stands beside the only button that opens.
    assert page.count("A week that you open is yours to pay for.") == page.count("Open it now") == 1
