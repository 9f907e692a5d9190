"""The weeks that a family's phone keeps: what is on them, for whom, and what they are made of."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from typing import Any

import pytest
from django.contrib.staticfiles.finders import find
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from classes import sharing_diaries
from config.device import cookie_name, owner_mark
from tests.cast import NOW, Cast, sign_in
from tests.classes.test_kept_register import parts_of
from tests.factories.families import add_baby
from tests.factories.practice import book_series, taught_cast, tell_health

HIPS = {"water-wheel-b", "knees-to-tummy", "leg-rolling", "bottom-relaxer", "leg-hug-and-glide"}
WEEK, STEPS = "/me/practice/2/kept/", "/me/practice/2/hands-free/kept/"


@pytest.fixture
def cast(db: None, now: datetime) -> Cast:
    return taught_cast()


@pytest.fixture
def parent(cast: Cast, client: Client) -> Client:
    return sign_in(client, cast.parent)


def pictures_in(response: Any) -> set[str]:
    return set(re.findall(r'id="m-([a-z-]+)"', response.content.decode()))


def without_keys(response: Any) -> str:
    """The page without what is new each time that it is asked for."""
    return re.sub(r'name="key" value="[^"]+"', "", response.content.decode())


def test_a_phone_is_told_which_pages_of_a_week_it_may_keep(parent: Client) -> None:
    told = parent.get(reverse("classes:what_to_keep", args=[2])).json()
    assert told["pages"][:2] == [
        {
            "url": "/me/practice/2/",
            "source": WEEK,
            "title": "Week 2: Tummy",
            "line": "With Ada. What you write down is sent later.",
            "leads": True,
        },
        {
            "url": "/me/practice/2/hands-free/",
            "source": STEPS,
            "title": "Hands-free: Tummy",
            "line": "With Ada, one stroke at a time.",
            "leads": False,
        },
    ]
    assert told["pages"][-1]["url"] == "/me/practice/2/hands-free/?run=one"
    for page in told["pages"]:
        assert parent.get(page["source"]).status_code == 200
    assert not any(page["leads"] for page in parent.get("/me/practice/1/keeping/").json()["pages"])


def test_the_pages_of_two_babies_are_told_apart(cast: Cast, parent: Client) -> None:
    twin = add_baby(cast.family, "Bo")
    series = book_series(cast, twin, slug="second-series", first=date(2026, 3, 5))
    own = f"?baby={twin.pk}&series={series.slug}"
    told = parent.get(f"/me/practice/1/keeping/{own}").json()["pages"]
    assert [page["url"] for page in told[:2]] == [f"/me/practice/1/{own}", f"/me/practice/1/hands-free/{own}"]
    assert f'data-week="/me/practice/1/{own.replace("&", "&amp;")}"' in parent.get(told[0]["url"]).content.decode()
    assert "Bo" in parent.get(told[0]["source"]).content.decode()


def test_of_a_closed_week_there_is_nothing_to_keep(parent: Client) -> None:
    assert parent.get("/me/practice/4/keeping/").json() == {"pages": []}
    assert [parent.get(f"/me/practice/4/{page}").status_code for page in ("kept/", "hands-free/kept/")] == [204, 204]
    assert parent.get("/me/practice/99/kept/").status_code == 404


def test_a_kept_week_has_its_strokes_and_every_earlier_one(parent: Client) -> None:
    live, kept = parent.get("/me/practice/2/"), parent.get(WEEK)
    assert {"water-wheel-a", "sun-moon", "ask-permission"} <= pictures_in(kept)
    assert pictures_in(live) < pictures_in(kept)


def test_a_kept_week_leads_to_no_stroke_s_own_page_since_that_is_not_kept(parent: Client) -> None:
    week = re.compile(r'href="/strokes/')
    assert week.search(parent.get("/me/practice/2/").content.decode())
    assert not week.search(parent.get("/me/practice/2/kept/").content.decode())


@pytest.mark.parametrize("address", [WEEK, STEPS])
def test_nothing_of_a_babys_health_and_no_token_lies_on_a_phone(cast: Cast, parent: Client, address: str) -> None:
    before = without_keys(parent.get(address))
    tell_health(cast.baby, "allergy", by=cast.caregiver, born_early="yes", notes="canary-health")
    parent.post("/me/practice/2/log/", {"key": "key-of-this-page-0001", "note": "canary-note", "minutes": "5"})
    live = parent.get("/me/practice/2/").content.decode()
    # The week itself shows them; only then does their absence say something.
    assert [word for word in ("canary-note", "csrf", "Born early.", "An allergy to") if word not in live] == []
    after = without_keys(parent.get(address))
    assert after == before
    assert [word for word in ("canary", "csrf", "@example") if word in after] == []
    assert "What you told us about Ada’s health is never kept on a phone" in after
    assert ("Ada" in after, owner_mark(cast.parent) in after) == (True, True)


def test_what_the_record_leaves_out_stays_left_out_without_a_word_on_why(cast: Cast, parent: Client) -> None:
    before = pictures_in(parent.get(WEEK))
    tell_health(cast.baby, "hip", by=cast.caregiver)
    live = parent.get("/me/practice/2/").content.decode()
    after = parent.get(WEEK)
    assert before - pictures_in(after) == HIPS
    assert pictures_in(parent.get(f"{WEEK}?all=1")) == pictures_in(after)
    told = "Hip dysplasia, harness or cast"
    assert (told in live, told in after.content.decode()) == (True, False)


@pytest.mark.parametrize("address", [WEEK, STEPS, "/me/no-signal/"])
def test_a_message_for_its_reader_never_comes_to_lie_on_a_phone(parent: Client, address: str) -> None:
    """The page without a signal stays on the phone when its reader has signed out."""
    parent.post("/me/practice/2/these-days/", {"changed": ["skin"]})
    lies_there = parent.get(address)
    page = parent.get("/me/practice/2/")
    told = "Kept in mind. It goes away by itself."
    assert lies_there.status_code == 200
    assert [told in one.content.decode() for one in (lies_there, page)] == [False, True]


def test_a_kept_week_says_truly_who_reads_along(cast: Cast, parent: Client) -> None:
    sharing_diaries.share(cast.enrolment, shared=True, by=cast.caregiver, now=NOW)
    kept = parent.get(WEEK).content.decode()
    assert ("and nobody else" in kept, "Ruth Adeyemi reads along" in kept) == (False, True)


def test_a_page_without_any_stroke_would_tell_so_it_is_not_kept(cast: Cast, parent: Client) -> None:
    tell_health(cast.baby, "jaundice", by=cast.caregiver)
    assert [parent.get(address).status_code for address in (WEEK, STEPS)] == [204, 204]
    assert parent.get("/me/practice/2/keeping/").json() == {"pages": []}


def test_what_is_kept_belongs_to_one_reader(cast: Cast, parent: Client) -> None:
    parent.get(WEEK)
    assert parent.cookies[cookie_name()].value == owner_mark(cast.parent)
    told = parent.get(reverse("classes:sending_home")).json()
    assert (told["owner"], told["now"]) == (owner_mark(cast.parent), round(NOW.timestamp() * 1000))


@pytest.mark.parametrize(("name", "most"), [("keep_week", 28), ("keep_hands_free", 29), ("what_to_keep", 28)])
def test_keeping_asks_the_database_no_more_for_more_weeks(parent: Client, name: str, most: int) -> None:
    asked = []
    for week in (2, 1, 2):
        with CaptureQueriesContext(connection) as queries:
            parent.get(reverse(f"classes:{name}", args=[week]))
        asked.append(len(queries))
    assert asked[1] == asked[2] <= most


def worker(client: Client) -> dict[str, Any]:
    script = client.get(reverse("classes:practice_worker")).content.decode()
    told: dict[str, Any] = json.loads(re.findall(r"self\.warmHands = (.*);", script)[0])
    return told


def test_the_worker_of_practice_keeps_for_a_month_what_the_pages_put_aside(client: Client) -> None:
    told = worker(client)
    made_of = told.pop("madeOf")
    assert told == {
        "noSignal": "/me/no-signal/",
        "start": "/me/practice/",
        "shelf": "weeks",
        "days": 31,
        "alike": "home-",
        "tells": ["baby", "series", "run", "routine"],
        "single": ["stroke", "run", "one"],
        "newest": True,
        "language": "en",
    }
    assert [find(part.removeprefix("/static/")) is not None for part in made_of] == [True] * len(made_of)


def test_the_worker_puts_aside_all_that_a_kept_week_is_made_of(parent: Client) -> None:
    pages = [WEEK, STEPS, reverse("classes:no_signal_at_home")]
    wanted = set().union(*(parts_of(parent.get(page).content.decode()) for page in pages))
    # A phone asks for the sign of its home screen itself, while it has a network.
    assert wanted - set(worker(parent)["madeOf"]) - {"/static/img/icon-180.png"} == set()


def test_what_the_worker_puts_aside_is_the_same_for_every_family(cast: Cast, client: Client) -> None:
    names = ("practice_worker", "practice_manifest", "no_signal_at_home")
    as_visitor = [client.get(reverse(f"classes:{name}")).content for name in names]
    sign_in(client, cast.parent)
    assert [client.get(reverse(f"classes:{name}")).content for name in names] == as_visitor


def test_a_phone_can_put_practice_on_its_home_screen(parent: Client) -> None:
    told = json.loads(parent.get(reverse("classes:practice_manifest")).content)
    assert (told["start_url"], told["scope"], told["display"]) == ("/me/practice/", "/", "standalone")
    assert [(icon["sizes"], icon["purpose"]) for icon in told["icons"]] == [
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    ]
    for page in ("/me/practice/", "/me/practice/2/hands-free/"):
        assert f'rel="manifest" href="{reverse("classes:practice_manifest")}"' in parent.get(page).content.decode()


def test_one_kept_page_holds_every_stroke_by_itself_and_a_kept_week_leads_there(parent: Client) -> None:
    week = parent.get(WEEK).content.decode()
    every = parent.get(f"{STEPS}?run=one").content.decode()
    asked = set(re.findall(r'href="/me/practice/2/hands-free/\?stroke=([a-z-]+)"', week))
    chosen = dict(re.findall(r'href="(#s\d+)" data-one="([a-z-]+)"', every))
    assert {"sun-moon", "ask-permission", "i-love-you"} <= asked <= set(chosen.values())
    # From each goes no way to another, and none is said to be one of so many.
    steps = re.findall(r'<section class="hf-step is-stroke.*?</section>', every, re.S)
    assert [re.findall(r'data-next href="([^"]+)"', step) for step in steps] == [["#end"]] * len(chosen)
    assert " of " not in "".join(re.findall(r'class="hf-place".*?</p>', every, re.S))


def test_the_week_itself_offers_no_page_of_every_stroke_for_it_asks_for_each(parent: Client) -> None:
    live = parent.get("/me/practice/2/hands-free/").content.decode()
    assert ("?run=one" in live, "?run=one" in parent.get(STEPS).content.decode()) == (False, True)
