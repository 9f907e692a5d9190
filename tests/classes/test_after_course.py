"""When a course is over: course_done for the family, after_series for who led it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client

from classes import after_course, looking_back, my_classes, next_steps, own_pace
from classes.models import ClosingWord, Enrolment, Series
from config.audit.models import AuditEntry
from curriculum.models import Stroke
from curriculum.wording import forbidden_in
from families import favourites
from families.models import Baby, Caregiver, Family, FavouriteStroke
from tests.cast import NOW, Cast, sign_in
from tests.factories.classes import make_enrolment
from tests.factories.families import add_baby, make_family
from tests.factories.practice import taught_cast
from tests.factories.taught import set_mark, ticked


@pytest.fixture
def cast(db: None) -> Cast:
    return taught_cast()


@pytest.fixture
def after(cast: Cast) -> Iterator[datetime]:
    """An hour after the last session."""
    last = cast.running.last_session_at
    assert last is not None
    with time_machine.travel(last + timedelta(hours=1), tick=False):
        yield last + timedelta(hours=1)


def here(cast: Cast) -> str:
    return f"/me/places/{cast.enrolment.reference}/done/"


def words(response: Any) -> str:
    text = re.sub(r"<svg.*?</svg>", " ", response.content.decode(), flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def love(baby: Baby, slug: str, *, by: Caregiver) -> None:
    favourites.choose(baby, stroke=Stroke.objects.get(slug=slug), is_favourite=True, by=by, now=NOW)


def test_after_the_last_date_there_is_something_to_keep(cast: Cast, after: datetime) -> None:
    love(cast.baby, "sun-moon", by=cast.caregiver)
    looking_back.say(cast.running, words="Ada taught us to wait.", by=cast.instructor, now=after)
    page = sign_in(Client(), cast.parent).get(here(cast))
    told = words(page)

    for part in (
        "That was the last Thursday",
        "April 2026",
        "Ada and Ines",
        "learned to ask, to wait and to listen, with Ruth Adeyemi",
        "Ada’s favourite",
        "Where you began",
        "Where you ended",
        "“Ada taught us to wait.”",
        "It is not a qualification.",
        "When your baby looks around and reaches",
        "Say how it was",
    ):
        assert part in told
    assert re.findall(rb'value="([a-z-]+)" aria-pressed="true"', page.content) == [b"sun-moon"]
    assert forbidden_in(told, audience="parents") == []


def test_home_leads_to_it_for_two_months(cast: Cast, after: datetime) -> None:
    def leads(at: datetime) -> bool:
        with time_machine.travel(at, tick=False):
            page = sign_in(Client(), cast.parent).get("/me/").content.decode()
        return f'href="{here(cast)}"' in page

    last = after - timedelta(hours=1)
    days = {day: leads(last + timedelta(days=day)) for day in (-1, 0.05, 59, 61)}
    assert days == {-1: False, 0.05: True, 59: True, 61: False}
    Enrolment.objects.filter(pk=cast.enrolment.pk).update(state="cancelled", ended_at=NOW)
    assert not leads(after)


def test_at_own_pace_home_leads_to_it_once_every_week_is_open(cast: Cast) -> None:
    Series.objects.filter(pk=cast.running.pk).update(delivery=Series.Delivery.SELF_PACED)
    cast.enrolment.refresh_from_db()

    def kept(days: int = 0) -> Enrolment | None:
        bookings = my_classes.bookings_of(cast.family)
        return after_course.to_keep(bookings, now=NOW + timedelta(days=days))

    before = []
    for week in range(1, 6):
        before.append(kept())
        own_pace.open_week(cast.enrolment, week=week, by=cast.parent, now=NOW)
    assert before == [None] * 5
    assert (kept(), kept(days=59), kept(days=61)) == (cast.enrolment, cast.enrolment, None)


def test_nothing_is_counted_on_it(cast: Cast, after: datetime) -> None:
    keepsake = sign_in(Client(), cast.parent).get(here(cast)).content.decode()
    keepsake = re.sub(
        r"<svg.*?</svg>", "", keepsake.split('<section class="keep"')[1].split("</section>")[0], flags=re.S
    )
    text = unescape(re.sub(r"<[^>]+>", " ", keepsake)).replace("April 2026", "")
    assert re.findall(r"(?i)\d|\b(?:one|two|three|four|five|sessions?|times|weeks)\b", text) == []


def test_what_the_family_was_not_shown_is_not_in_it(cast: Cast, after: datetime) -> None:
    second = cast.running.sessions.get(number=2)
    ticked(second, "sun-moon", by=cast.instructor, at=second.ends_at)
    set_mark(cast.enrolment, cast.running.sessions.get(number=4), "absent")
    found = set(
        re.findall(
            r'class="heart-chip" id="m-([a-z-]+)"', sign_in(Client(), cast.parent).get(here(cast)).content.decode()
        )
    )
    assert "sun-moon" in found
    assert {"i-love-you", "smile-upper-lip", "back-and-forth"} & found == set()


def opened(cast: Cast) -> list[tuple[bool, str]]:
    page = sign_in(Client(), cast.parent).get(here(cast)).content.decode()
    found = re.findall(r'<details class="fold"( open)?><summary><h3[^>]*>(.*?)</h3>', page)
    return [(bool(is_open), name) for is_open, name in found]


def test_parts_of_the_body_are_folded_but_for_what_has_a_heart(cast: Cast, after: datetime) -> None:
    first, *rest = opened(cast)
    assert (first[0], {is_open for is_open, _name in rest}) == (True, {False})
    love(cast.baby, "sun-moon", by=cast.caregiver)
    assert [name for is_open, name in opened(cast) if is_open] == ["Tummy"]


def test_before_the_end_the_page_says_when_it_opens(cast: Cast, now: datetime) -> None:
    page = sign_in(Client(), cast.parent).get(here(cast))
    assert page.status_code == 200
    assert "It opens when your last date is over: Thursday 9 April" in words(page)
    assert b'class="keep"' not in page.content


def test_only_the_family_finds_it_and_only_for_what_stood_to_the_end(cast: Cast, after: datetime) -> None:
    found = {
        name: sign_in(Client(), getattr(cast, name)).get(here(cast)).status_code
        for name in ("parent", "coparent", "other_parent", "instructor")
    }
    ines = sign_in(Client(), cast.parent)
    found["another family's baby"] = ines.get(f"{here(cast)}?baby={cast.other_baby.pk}").status_code
    Enrolment.objects.filter(pk=cast.enrolment.pk).update(state="cancelled", ended_at=NOW)
    found["cancelled"] = ines.get(here(cast)).status_code
    assert found == {
        "parent": 200,
        "coparent": 200,
        "other_parent": 404,
        "instructor": 404,
        "another family's baby": 404,
        "cancelled": 404,
    }


def test_a_family_that_asked_for_quiet_is_shown_none_of_it(cast: Cast, after: datetime) -> None:
    Family.objects.filter(pk=cast.family.pk).update(quiet_at=NOW)
    answer = sign_in(Client(), cast.parent).get(here(cast))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/me/")


def test_a_baby_who_is_no_longer_there_is_not_named(cast: Cast, after: datetime) -> None:
    theo = add_baby(cast.family, "Theo")
    Enrolment.objects.filter(pk=cast.enrolment.pk).get().places.filter(session__number=1).update(baby=theo)
    Baby.objects.filter(pk=theo.pk).update(removed_at=NOW)
    assert "Theo" not in words(sign_in(Client(), cast.parent).get(here(cast)))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_however_much_is_loved(
    cast: Cast, after: datetime, rows: int, django_assert_num_queries: Any
) -> None:
    for slug in ("sun-moon", "i-love-you", "leg-rolling")[:rows]:
        love(cast.baby, slug, by=cast.caregiver)
    ines = sign_in(Client(), cast.parent)
    ines.get(here(cast))
    with django_assert_num_queries(23):
        ines.get(here(cast))


@pytest.mark.parametrize(
    ("born", "due", "title", "is_corrected"),
    [
        (date(2026, 1, 20), None, "While your baby is small", False),
        (date(2025, 12, 1), date(2026, 2, 10), "While your baby is small", True),
        (date(2025, 12, 1), None, "When your baby looks around and reaches", False),
        (date(2025, 7, 1), None, "When your baby is on the move", False),
        (date(2024, 7, 1), None, "When your child has words", False),
    ],
)
def test_next_steps_follow_the_age_and_for_the_early_ones_the_due_date(
    born: date, due: date | None, title: str, is_corrected: bool
) -> None:
    [steps] = next_steps.next_steps([Baby(first_name="Ada", born_on=born, due_on=due)], on=NOW.date())
    assert (str(steps.stage.title), steps.is_corrected) == (title, is_corrected)


def test_a_baby_who_is_still_expected_has_no_next_steps() -> None:
    assert next_steps.next_steps([Baby(first_name="Bo", due_on=date(2026, 6, 1))], on=NOW.date()) == []


def test_next_steps_claim_nothing() -> None:
    every = " ".join(str(text) for stage in next_steps.STAGES for text in (stage.title, *stage.ideas))
    assert forbidden_in(every, audience="parents") == []


def test_what_was_shown_in_no_session_is_told_once_all_are_held(cast: Cast) -> None:
    second = cast.running.sessions.get(number=2)
    ticked(second, "sun-moon", by=cast.instructor, at=second.ends_at)
    last = cast.running.last_session_at
    assert last is not None
    looked = [
        looking_back.look_back(cast.running, by=cast.instructor_profile, now=at).not_shown
        for at in (second.ends_at, last + timedelta(hours=1))
    ]
    assert [bool(strokes) for strokes in looked] == [False, True]


def test_the_lead_looks_back_and_says_a_word(cast: Cast, after: datetime) -> None:
    ruth, page = sign_in(Client(), cast.instructor), f"/teach/series/{cast.running.slug}/after/"
    second = cast.running.sessions.get(number=2)
    ticked(second, "sun-moon", by=cast.instructor, at=second.ends_at)
    for _n in range(2):
        assert ruth.post(page, {"words": "It was good to have you."}).status_code == 302
    told = words(ruth.get(page))

    assert "2 families came." in told
    assert "It was good to have you." in told
    assert "In the plan, and shown in no session" in told
    assert ClosingWord.objects.count() == 1
    assert AuditEntry.objects.filter(what="said a closing word").count() == 1
    ruth.post(page, {"words": ""})
    assert not ClosingWord.objects.exists()
    assert ruth.post(page, {"words": "x" * 201}).status_code == 422
    assert sign_in(Client(), cast.other_instructor).get(page).status_code == 404


def test_hearts_are_told_from_three_families_on(cast: Cast, after: datetime) -> None:
    love(cast.baby, "sun-moon", by=cast.caregiver)
    love(cast.other_baby, "sun-moon", by=cast.other_caregiver)
    assert looking_back.look_back(cast.running, by=cast.instructor_profile, now=after).loved == []
    third = make_family(cast.candidate)
    make_enrolment(cast.running, family=third, babies=[add_baby(third, "Mo")], by=cast.candidate)
    FavouriteStroke.objects.create(
        baby=third.babies.get(),
        stroke=Stroke.objects.get(slug="sun-moon"),
        caregiver=third.caregivers.get(),
        chosen_at=NOW,
    )
    [loved] = looking_back.look_back(cast.running, by=cast.instructor_profile, now=after).loved
    assert (loved.stroke.slug, loved.families) == ("sun-moon", 3)
