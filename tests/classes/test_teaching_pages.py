"""The pages of an instructor: who finds them, teaching, build_series, run_series."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client, TestCase
from django.urls import reverse

from classes import scheduling
from classes.models import Place, Series, Session
from families.models import PracticedStroke, PracticeLog
from instructors import life
from instructors.models import Certificate
from tests.cast import NOW, Cast, sign_in
from tests.factories.accounts import make_user
from tests.factories.classes import make_enrolment, make_series, make_waiting_party
from tests.factories.families import make_household
from tests.factories.teaching import make_stroke, outline

TYPED = {
    "plan": "five-weeks",
    "title": "Friday mornings",
    "about": "",
    "delivery": "in_person",
    "first_on": "2026-05-15",
    "clock": "10:00",
    "weeks": "3",
    "total_minutes": "45",
    "massage_minutes": "30",
    "capacity": "8",
    "stream_capacity": "",
    "min_age_weeks": "4",
    "max_age_weeks": "26",
    "language": "en",
    "price": "60",
    "currency": "gbp",
    "price_per": "family",
}


@pytest.fixture
def ruth(cast: Cast, client: Client) -> Client:
    return sign_in(client, cast.instructor)


def typed(cast: Cast, **fields: Any) -> dict[str, Any]:
    return {**TYPED, "venue": cast.venue.pk, **fields}


def register_url(session: Session) -> str:
    return reverse("classes:register", args=[session.reference])


def page(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


# Who finds these pages -----------------------------------------------------------------------------------------------


def own_addresses(cast: Cast) -> list[str]:
    return [
        reverse("classes:teaching"),
        reverse("classes:build_series"),
        reverse("classes:run_series", args=[cast.running.slug]),
        register_url(cast.running.sessions.get(number=3)),
    ]


def test_a_visitor_is_asked_to_sign_in_and_a_parent_finds_nothing(cast: Cast, client: Client) -> None:
    for url in own_addresses(cast):
        assert client.get(url)["Location"].startswith("/accounts/login/")
    sign_in(client, cast.parent)
    assert [client.get(url).status_code for url in own_addresses(cast)] == [404] * 4


def test_an_instructor_without_a_second_factor_is_led_to_set_one_up(cast: Cast, client: Client) -> None:
    sign_in(client, cast.instructor, second_factor=False)
    assert {client.get(url)["Location"] for url in own_addresses(cast)} == {reverse("mfa_activate_totp")}


def test_another_instructors_series_and_register_are_as_if_they_were_not_there(cast: Cast, client: Client) -> None:
    sign_in(client, cast.other_instructor)
    foreign = own_addresses(cast)[2:]
    missing = [reverse("classes:run_series", args=["none"]), reverse("classes:register", args=["N0NE"])]
    answers = [client.get(url) for url in (*foreign, *missing)]
    assert [answer.status_code for answer in answers] == [404] * 4
    assert [client.post(url, {"do": "publish"}).status_code for url in foreign] == [404, 404]


def test_a_substitute_sees_the_register_of_that_date_and_no_other(cast: Cast, client: Client) -> None:
    third = cast.running.sessions.get(number=3)
    Session.objects.filter(pk=third.pk).update(substitute=cast.other_instructor_profile)
    sign_in(client, cast.other_instructor)
    second = cast.running.sessions.get(number=2)
    series = reverse("classes:run_series", args=[cast.running.slug])
    assert [client.get(url).status_code for url in (register_url(third), register_url(second), series)] == [
        200,
        404,
        404,
    ]


def test_the_lead_still_sees_a_register_given_to_a_substitute(cast: Cast, ruth: Client) -> None:
    third = cast.running.sessions.get(number=3)
    Session.objects.filter(pk=third.pk).update(substitute=cast.other_instructor_profile)
    assert ruth.get(register_url(third)).status_code == 200


def test_a_candidate_opens_the_register_of_an_own_practice_series(cast: Cast, client: Client) -> None:
    sign_in(client, cast.candidate)
    assert client.get(register_url(cast.practice.sessions.get(number=1))).status_code == 200
    assert client.get(register_url(cast.running.sessions.get(number=3))).status_code == 404


# teaching ------------------------------------------------------------------------------------------------------------


def test_teaching_leads_to_the_next_register_and_counts_families(cast: Cast, ruth: Client) -> None:
    told = page(ruth, reverse("classes:teaching"))
    assert register_url(cast.running.sessions.get(number=3)) in told
    assert "2 families booked" in told
    assert "One session in the next seven days. 2 families are expecting you." in told.replace("\n", " ")


def test_teaching_asks_for_unfinished_registers_drafts_and_waiting_families(cast: Cast, ruth: Client) -> None:
    draft = scheduling.make_series(outline(cast.instructor_profile), by=cast.instructor, now=NOW)
    make_waiting_party(cast.open, family=cast.family, babies=[cast.baby])
    told = page(ruth, reverse("classes:teaching"))
    assert [
        register_url(cast.running.sessions.get(number=2)) in told,
        f"{draft.title} is a draft" in told,
        "One family is waiting" in told,
    ] == [True, True, True]


def test_teaching_shows_eight_dates_a_page_each_once(cast: Cast, ruth: Client) -> None:
    make_series(cast.instructor_profile, slug="more", first=date(2026, 6, 1), weeks=1)
    first = ruth.get(reverse("classes:teaching"))
    second = ruth.get(reverse("classes:teaching") + first.context["older"])
    shown = [date.session for page in (first, second) for date in page.context["coming"]]
    expected = Session.objects.for_instructor(cast.instructor_profile).filter(starts_at__gt=NOW).order_by("starts_at")
    assert shown == list(expected)
    assert [len(first.context["coming"]), second.context["older"]] == [8, ""]


@pytest.mark.parametrize("after", ["x", "1-", "99999999999-1", "1-1-1"])
def test_teaching_begins_at_the_beginning_for_a_page_that_makes_no_sense(cast: Cast, ruth: Client, after: str) -> None:
    assert len(ruth.get(reverse("classes:teaching"), {"after": after}).context["coming"]) == 8


def diary(cast: Cast, babies: list[Any], confidences: list[str]) -> None:
    stroke = make_stroke()
    for baby, confidence in zip(babies, confidences, strict=True):
        log = PracticeLog.objects.create(baby=baby, caregiver=baby.family.caregivers.all()[0], practised_at=NOW)
        PracticedStroke.objects.create(log=log, stroke=stroke, confidence=confidence)


def test_what_was_hard_at_home_is_told_from_three_families_on(cast: Cast, ruth: Client) -> None:
    family, babies = make_household(cast.office, "Mira")
    make_enrolment(cast.running, family=family, babies=babies, by=cast.office)
    everyone = [cast.baby, cast.other_baby, *babies]
    diary(cast, everyone[:2], ["learning", "at_ease"])
    assert ruth.get(reverse("classes:teaching")).context["at_home"] == []
    diary(cast, everyone[2:], ["growing"])
    told = page(ruth, reverse("classes:teaching"))
    assert "1 of 3 at ease" in told


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "CIMI, valid"),
        ({"valid_until": date(2026, 3, 1)}, "CIMI, lapsed"),
    ],
)
def test_teaching_says_how_the_own_certificate_stands(
    cast: Cast, ruth: Client, fields: dict[str, Any], sentence: str
) -> None:
    Certificate.objects.held_by(cast.instructor).update(**fields)
    assert sentence in page(ruth, reverse("classes:teaching"))


def test_teaching_says_that_the_own_certificate_is_suspended(cast: Cast, ruth: Client) -> None:
    held = Certificate.objects.get(holder=cast.instructor)
    life.suspend(held, reason_code="insurance", by=cast.registrar, now=NOW)
    assert "CIMI, suspended" in page(ruth, reverse("classes:teaching"))


def test_teaching_takes_the_same_statements_for_one_booking_and_three(cast: Cast, ruth: Client) -> None:
    page(ruth, reverse("classes:teaching"))
    # Session, account, profile, second factor, page, its places, next, its places, strokes, week, tasks (3), needs (5),
    # at home, certificate, may lead, roles.
    with TestCase().assertNumQueries(23):
        page(ruth, reverse("classes:teaching"))
    for email in ("a", "b", "c"):
        user = make_user(f"{email}@example.org", email)
        family, babies = make_household(user, f"Baby {email}")
        make_enrolment(cast.running, family=family, babies=babies, by=user)
    with TestCase().assertNumQueries(23):
        page(ruth, reverse("classes:teaching"))


# build_series --------------------------------------------------------------------------------------------------------


def test_build_series_begins_like_the_last_one_without_its_name_and_date(cast: Cast, ruth: Client) -> None:
    form = ruth.get(reverse("classes:build_series")).context["form"]
    assert (form["venue"].value(), form["clock"].value().hour, form["title"].value(), form["first_on"].value()) == (
        cast.venue.pk,
        14,
        None,
        None,
    )


def test_build_series_like_anothers_series_is_not_found(cast: Cast, ruth: Client) -> None:
    assert ruth.get(reverse("classes:build_series"), {"like": cast.stream.slug}).status_code == 404


def test_the_dates_are_shown_before_anything_is_kept(cast: Cast, ruth: Client) -> None:
    response = ruth.post(reverse("classes:build_series"), typed(cast, first_on="2026-10-16", do="preview"))
    told = response.content.decode()
    assert response.status_code == 200
    assert [date.starts_at.isoformat() for date in response.context["seen"].dates] == [
        "2026-10-16T09:00:00+00:00",
        "2026-10-23T09:00:00+00:00",
        "2026-10-30T10:00:00+00:00",
    ]
    assert "Clocks go back on Sunday 25 October." in told
    assert not Series.objects.filter(title="Friday mornings").exists()


def test_a_draft_is_kept_and_its_page_opens(cast: Cast, ruth: Client) -> None:
    response = ruth.post(reverse("classes:build_series"), typed(cast, do="draft"))
    series = Series.objects.get(title="Friday mornings")
    assert response["Location"] == reverse("classes:run_series", args=[series.slug])
    assert (series.state, series.price_minor, series.currency, series.time_zone, series.sessions.count()) == (
        "draft",
        6000,
        "GBP",
        "Europe/London",
        3,
    )
    assert "Ready when you are" in page(ruth, response["Location"])


def test_publishing_from_the_form_makes_a_series_that_can_be_booked(cast: Cast, ruth: Client) -> None:
    ruth.post(reverse("classes:build_series"), typed(cast, do="publish"))
    assert Series.objects.open_to_book(NOW).filter(title="Friday mornings").count() == 1


def test_publishing_with_a_clash_is_refused_and_what_was_typed_stays(cast: Cast, ruth: Client) -> None:
    clashing = typed(cast, first_on="2026-04-21", clock="14:30", weeks="1", do="publish")
    response = ruth.post(reverse("classes:build_series"), clashing)
    told = response.content.decode()
    assert (response.status_code, Series.objects.filter(title="Friday mornings").exists()) == (409, False)
    assert "On 21 April 2026 you teach Busy little people from 14:00 until 14:40." in told
    assert 'value="Friday mornings"' in told


@pytest.mark.parametrize(
    ("fields", "name", "sentence"),
    [
        ({"clock": "01:30", "first_on": "2026-03-29"}, "clock", "On 29 March 2026 the clocks skip 01:30."),
        ({"first_on": "2026-03-01"}, "first_on", "Please choose a first date that is still to come."),
        ({"first_on": "9999-12-30"}, "first_on", "Please look at the year of this date again."),
        ({"first_on": "0001-01-01"}, "first_on", "Please look at the year of this date again."),
        ({"title": " "}, "title", "Please fill this in."),
        ({"capacity": "many"}, "capacity", "A whole number from 1 to 60, please."),
        ({"currency": "XAU"}, "currency", "Please use the three letters of a currency, such as GBP, EUR or NPR."),
        ({"venue": ""}, "venue", "Please choose the room."),
        ({"capacity": ""}, "capacity", "How many babies fit? One mat each."),
        ({"delivery": "hybrid"}, "stream_capacity", "How many babies may join by stream?"),
        ({"massage_minutes": "46"}, "massage_minutes", "A whole number from 20 to 45, please."),
        ({"total_minutes": "25"}, "massage_minutes", "That is more massage than the session has minutes."),
        ({"max_age_weeks": "3"}, "max_age_weeks", "The oldest age is below the youngest. Please swap them."),
        ({"currency": "QQQ"}, "currency", "Please use the three letters of a currency, such as GBP, EUR or NPR."),
        ({"currency": "JPY", "price": "10.5"}, "price", "This currency has no coins so small."),
        ({"plan": "none"}, "plan", "Select a valid choice. That choice is not one of the available choices."),
    ],
)
def test_build_series_says_what_is_wrong_beside_the_field(
    cast: Cast, ruth: Client, fields: dict[str, str], name: str, sentence: str
) -> None:
    response = ruth.post(reverse("classes:build_series"), typed(cast, do="draft", **fields))
    assert response.status_code == 422
    assert [str(error).startswith(sentence) for error in response.context["form"].errors[name]] == [True]


def test_the_dates_of_a_series_that_has_begun_are_not_shown_as_if_they_could_be_held(cast: Cast, ruth: Client) -> None:
    response = ruth.post(reverse("classes:build_series"), typed(cast, do="preview", first_on="2026-03-01"))
    assert (response.status_code, response.context["seen"]) == (422, None)


def test_a_session_begins_on_the_minute(cast: Cast, ruth: Client) -> None:
    ruth.post(reverse("classes:build_series"), typed(cast, do="draft", clock="10:00:30"))
    session = Session.objects.filter(series__title="Friday mornings").earliest("starts_at")
    assert (session.starts_at.second, session.starts_at.microsecond) == (0, 0)


def test_a_stream_is_on_the_instructors_clock_and_has_no_room(cast: Cast, client: Client) -> None:
    sign_in(client, cast.other_instructor)
    streamed = typed(cast, delivery="live_stream", stream_capacity="12", do="draft")
    client.post(reverse("classes:build_series"), streamed)
    series = Series.objects.get(title="Friday mornings")
    assert (series.time_zone, series.venue, series.capacity, series.stream_capacity) == ("Europe/Warsaw", None, 0, 12)


def test_a_candidate_builds_a_free_practice_series(cast: Cast, client: Client) -> None:
    sign_in(client, cast.candidate)
    assert "price" not in client.get(reverse("classes:build_series")).context["form"].fields
    client.post(reverse("classes:build_series"), typed(cast, do="publish"))
    series = Series.objects.get(title="Friday mornings")
    assert (series.state, series.is_practice, series.price_minor) == ("published", True, 0)


# run_series ----------------------------------------------------------------------------------------------------------


def test_run_series_shows_places_for_each_date_who_comes_and_who_waits(cast: Cast, ruth: Client) -> None:
    family, twins = make_household(cast.office, "Mira", "Lena")
    make_waiting_party(cast.running, family=family, babies=twins)
    Place.objects.filter(session__series=cast.running, session__number=4, baby=cast.baby).update(released_at=NOW)
    response = ruth.get(reverse("classes:run_series", args=[cast.running.slug]))
    context = response.context
    assert [(date.taken, date.capacity) for date in context["dates"]] == [(2, 12), (2, 12), (2, 12), (1, 12), (2, 12)]
    assert [(one.names, one.carers) for one in context["families"]] == [("Ada", "Ines Moreau"), ("Noor", "Amal Haddad")]
    assert [(one.names, one.places) for one in context["waiting"].line] == [("Mira and Lena", 2)]


def test_run_series_publishes_a_draft_and_puts_another_aside(cast: Cast, ruth: Client) -> None:
    first, second = (
        scheduling.make_series(outline(cast.instructor_profile, title=title), by=cast.instructor, now=NOW)
        for title in ("One", "Two")
    )
    ruth.post(reverse("classes:run_series", args=[first.slug]), {"do": "publish"})
    refused = ruth.post(reverse("classes:run_series", args=[second.slug]), {"do": "publish"})
    assert refused.status_code == 409
    assert "you teach One from" in refused.content.decode()
    ruth.post(reverse("classes:run_series", args=[second.slug]), {"do": "put_aside"})
    states = dict(Series.objects.filter(title__in=["One", "Two"]).values_list("title", "state"))
    assert states == {"One": "published", "Two": "cancelled"}


def test_run_series_leads_to_the_page_that_families_see_once_there_is_one(cast: Cast, ruth: Client) -> None:
    draft = scheduling.make_series(outline(cast.instructor_profile), by=cast.instructor, now=NOW)
    found = [
        reverse("classes:series", args=[series.slug]) + '"'
        in page(ruth, reverse("classes:run_series", args=[series.slug]))
        for series in (cast.running, draft)
    ]
    assert found == [True, False]


def test_run_series_changes_nothing_on_a_get(cast: Cast, ruth: Client) -> None:
    draft = scheduling.make_series(outline(cast.instructor_profile), by=cast.instructor, now=NOW)
    ruth.get(reverse("classes:run_series", args=[draft.slug]), {"do": "publish"})
    draft.refresh_from_db()
    assert draft.state == Series.State.DRAFT


def test_run_series_takes_the_same_statements_for_two_families_and_five(cast: Cast, ruth: Client) -> None:
    url = reverse("classes:run_series", args=[cast.running.slug])
    page(ruth, url)
    with TestCase().assertNumQueries(17):
        page(ruth, url)
    for name in ("a", "b", "c"):
        user = make_user(f"{name}@example.org", name)
        family, babies = make_household(user, f"Baby {name}")
        make_enrolment(cast.running, family=family, babies=babies, by=user)
        make_waiting_party(cast.running, family=family, babies=babies)
    with TestCase().assertNumQueries(18):  # one more for the babies of those who wait
        page(ruth, url)
