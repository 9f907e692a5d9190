"""Staying until the family feels sure: when one more class is suggested, which dates fit, and what booking one takes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from classes import holding, one_more
from classes.booking import CannotBook
from classes.models import Enrolment, Series, Venue
from classes.my_classes import bookings_of
from classes.one_more import Suggestion
from classes.places import take_places, taken_numbers
from config.audit.models import AuditEntry
from curriculum.models import Stroke
from families.models import Baby, PracticedStroke, PracticeLog
from tests.cast import Cast, sign_in
from tests.factories.accounts import make_user
from tests.factories.classes import make_enrolment, make_series, make_venue, make_waiting_party
from tests.factories.curriculum import make_stroke
from tests.factories.families import add_baby, make_household

BEFORE_THE_LAST = datetime.fromisoformat("2026-04-06T12:00+00:00")
"""Gentle Thursdays has one date to come: 9 April."""


@pytest.fixture
def before_the_last(cast: Cast) -> Iterator[None]:
    with time_machine.travel(BEFORE_THE_LAST, tick=False):
        yield


def suggestion(cast: Cast, now: datetime = BEFORE_THE_LAST) -> Suggestion:
    found = one_more.suggested(cast.family, now=now)
    assert found is not None
    return found


def told(cast: Cast, now: datetime = BEFORE_THE_LAST) -> list[tuple[str, int, str, int]]:
    """Which dates fit: series, number of the session, way, price in pence."""
    return [
        (one.session.series.slug, one.session.number, one.way, one.price.minor)
        for one in one_more.fitting(suggestion(cast, now), now=now)
    ]


def note(cast: Cast, stroke: Stroke, confidence: str, *, day: int) -> None:
    at = BEFORE_THE_LAST - timedelta(days=10 - day)
    log = PracticeLog.objects.create(baby=cast.baby, caregiver=cast.caregiver, practised_at=at)
    PracticedStroke.objects.create(log=log, stroke=stroke, confidence=confidence)


@pytest.mark.parametrize(
    ("at", "is_suggested"),
    [
        ("2026-04-02T09:00+00:00", False),
        ("2026-04-02T10:41+00:00", True),
        ("2026-04-09T18:00+00:00", True),
        ("2026-07-07T09:00+00:00", True),
        ("2026-07-09T09:00+00:00", False),
    ],
)
def test_it_is_suggested_from_the_last_but_one_date_until_long_after(cast: Cast, at: str, is_suggested: bool) -> None:
    assert (one_more.suggested(cast.family, now=datetime.fromisoformat(at)) is not None) is is_suggested


def test_a_family_that_comes_again_anyway_is_left_alone(cast: Cast) -> None:
    make_enrolment(cast.open, family=cast.family, babies=[cast.baby], by=cast.parent)

    assert one_more.suggested(cast.family, now=BEFORE_THE_LAST) is None


def test_nothing_is_asked_of_the_database_while_no_series_ends(cast: Cast, now: datetime) -> None:
    bookings = bookings_of(cast.family)
    with CaptureQueriesContext(connection) as asked:
        assert one_more.suggested_among(bookings, now=now) is None
    assert len(asked.captured_queries) == 0


def test_the_reason_is_what_carers_noted_last(cast: Cast) -> None:
    legs, arms = make_stroke("legs"), make_stroke("arms")
    note(cast, legs, "learning", day=1)
    note(cast, arms, "at_ease", day=2)
    note(cast, arms, "learning", day=3)
    note(cast, legs, "at_ease", day=4)

    found = suggestion(cast)
    assert (found.strokes, found.is_instructors, found.has_reason) == ([arms], False, True)


def test_dates_of_the_instructor_and_of_the_plan_near_fit(cast: Cast) -> None:
    """All by the same plan: the own instructor's first, then the stream, which comes into one's home."""
    assert told(cast)[:6] == [
        *(("busy-little-people", number, "room", 1200) for number in (1, 2, 3, 4, 5)),
        ("after-the-bath", 2, "stream", 1200),
    ]


def test_what_is_far_for_another_age_a_candidates_or_at_the_same_time_does_not_fit(cast: Cast) -> None:
    Venue.objects.filter(pk=cast.venue.pk).update(latitude=53.8, longitude=-1.55)
    elsewhere = make_venue("Far Hall", town="Truro", latitude=50.26, longitude=-5.05)
    other = cast.other_instructor_profile
    may = date(2026, 5, 4)
    make_series(other, slug="far", first=may, venue=elsewhere)
    make_series(other, slug="toddlers", first=may, venue=cast.venue, min_age_weeks=40)
    make_series(other, slug="near", first=may, venue=cast.venue, clock=time(9))
    make_series(other, slug="draft", first=may, venue=cast.venue, state="draft")
    Series.objects.filter(slug__in=["busy-little-people", "after-the-bath"]).update(state="cancelled")

    assert {slug for slug, *_rest in told(cast)} == {"near"}


def test_two_babies_need_two_free_places(cast: Cast) -> None:
    theo = add_baby(cast.family, "Theo")
    sessions = list(cast.running.sessions.all())
    taken = taken_numbers(sessions, way="room")
    take_places(cast.enrolment, sessions=sessions, babies=[theo], taken=taken, at=BEFORE_THE_LAST)
    _fill(cast, but=1)

    assert {slug for slug, *_rest in told(cast)} == {"after-the-bath"}


def test_what_is_offered_or_held_does_not_fit_and_is_not_booked(cast: Cast) -> None:
    Series.objects.filter(slug="after-the-bath").update(state="cancelled")
    _fill(cast, but=1)
    chosen = one_more.fitting(suggestion(cast), now=BEFORE_THE_LAST)[0]
    holding.hold(cast.open, places=1, way="room", now=BEFORE_THE_LAST)

    assert told(cast) == []
    with pytest.raises(CannotBook):
        book(cast, chosen)
    make_waiting_party(cast.open, family=cast.other_family, babies=[cast.other_baby])
    holding.tidy(BEFORE_THE_LAST + timedelta(minutes=15))
    assert told(cast, BEFORE_THE_LAST + timedelta(minutes=16)) == []


def test_one_more_class_is_a_single_date_at_the_price_that_was_seen(cast: Cast) -> None:
    chosen = one_more.fitting(suggestion(cast), now=BEFORE_THE_LAST)[1]
    enrolment = book(cast, chosen)

    [place] = enrolment.places.all()
    assert (enrolment.kind, enrolment.price_minor, place.kind, place.session, place.baby) == (
        "single",
        1200,
        "single",
        chosen.session,
        cast.baby,
    )
    assert one_more.suggested(cast.family, now=BEFORE_THE_LAST) is None


def test_another_price_is_told_before_it_is_taken(cast: Cast) -> None:
    chosen = one_more.fitting(suggestion(cast), now=BEFORE_THE_LAST)[0]
    Series.objects.filter(pk=cast.open.pk).update(single_price_minor=1500)
    with pytest.raises(CannotBook) as refused:
        book(cast, chosen)

    assert [one.code for one in refused.value.obstacles] == ["price"]
    assert Enrolment.objects.filter(kind="single").count() == 0


def test_the_page_one_more_books_in_one_press(cast: Cast, client: Client, before_the_last: None) -> None:
    sign_in(client, cast.parent)
    page = client.get("/me/one-more/")
    assert b"Stay until you feel sure" in client.get("/me/").content
    assert b"Tuesday 21 April, 14:00: \xc2\xa312" in page.content
    choice = next(iter(page.context["form"].fitting))

    booked = client.post("/me/one-more/", {"date": choice, "request_key": "once"})
    enrolment = Enrolment.objects.get(kind="single")
    assert list(enrolment.who_comes.all()) == [cast.caregiver]
    assert booked.headers["Location"] == f"/me/places/{enrolment.reference}/booked/"
    assert b"Nothing to add just now" in client.get("/me/one-more/").content


def test_a_choice_that_is_gone_is_asked_again(cast: Cast, client: Client, before_the_last: None) -> None:
    sign_in(client, cast.parent)
    answer = client.post("/me/one-more/", {"date": "gone:room:1200"})

    assert (answer.status_code, b"This date has just gone" in answer.content) == (422, True)


def test_suggest_one_more_is_for_the_instructor_of_the_series(cast: Cast, client: Client) -> None:
    address = f"/teach/families/{cast.enrolment.reference}/one-more/"
    sign_in(client, cast.other_instructor)
    assert client.post(address, {"wanted": "yes"}).status_code == 404

    sign_in(client, cast.instructor)
    assert b"Suggest one more class" in client.get("/teach/series/gentle-thursdays/").content
    for _twice in range(2):
        client.post(address, {"wanted": "yes"})
    assert suggestion(cast).is_instructors
    assert b"One more class suggested" in client.get("/teach/series/gentle-thursdays/").content
    client.post(address, {"wanted": "no"})
    assert [entry.what for entry in AuditEntry.objects.order_by("pk")] == [
        "suggested one more class",
        "took the suggestion of one more class back",
    ]


def book(cast: Cast, chosen: one_more.Fitting) -> Enrolment:
    return one_more.book(
        suggestion(cast), chosen=chosen, who_comes=[cast.caregiver], by=cast.parent, now=BEFORE_THE_LAST
    )


def _fill(cast: Cast, but: int) -> list[Baby]:
    user = make_user("crowd@example.org", "Crowd")
    family, babies = make_household(user, *(f"Baby {number}" for number in range(8 - but)))
    make_enrolment(cast.open, family=family, babies=babies, by=user)
    return babies
