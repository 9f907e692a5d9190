"""The page of a week at home: practice_week and log_practice."""

from __future__ import annotations

import gzip
import re
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client

from curriculum.wording import forbidden_in
from families.models import Caregiver, Family, PracticeLog
from tests.cast import NOW, Cast, sign_in
from tests.factories.families import add_baby, make_family
from tests.factories.practice import book_series, taught_cast, tell_health
from tests.factories.taught import set_mark, ticked

KEY = "key-of-this-page-0001"
CANARY = "canary: he held my thumb"


@pytest.fixture
def cast(db: None, now: datetime) -> Cast:
    return taught_cast()


@pytest.fixture
def parent(cast: Cast, client: Client) -> Client:
    return sign_in(client, cast.parent)


def words(response: Any) -> str:
    """What stands on the page, without drawings and tags."""
    text = re.sub(r"<svg.*?</svg>", " ", response.content.decode(), flags=re.S)
    text = re.sub(r"</?(?:time|span|b|a)\b[^>]*>", "", text)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def names_in(response: Any) -> set[str]:
    return set(re.findall(r'id="m-([a-z-]+)"', response.content.decode()))


def test_this_week_shows_its_strokes_with_pictures_and_everything_that_keeps_a_baby_safe(parent: Client) -> None:
    page = parent.get("/me/practice/")
    told = words(page)

    assert page.status_code == 200
    assert {"water-wheel-a", "sun-moon", "i-love-you", "ask-permission", "leg-rolling"} <= names_in(page)
    for part in (
        "Week 2, until Thursday 26 March",
        "“not now” is a fine answer",
        "Which is Ada right now? We only suggest.",
        "Comfort first: hold, feed, change.",
        "One sign: pause. Two signs, or crying: stop.",
        "No nut oils",
        "Vaccination in the last days",
        "When to call a doctor",
        "A fever of 38 °C or more in a baby under twelve weeks",
        "Never shake a baby.",
        "Round goes the sun and up comes the moon,",
        "Next: Thursday 26 March, 10:00, London time.",
    ):
        assert part in told


@pytest.mark.parametrize("address", ["/me/practice/1/", "/me/practice/2/", "/me/practice/2/kept/"])
def test_every_part_of_the_page_and_the_doctor_are_a_tap_away(parent: Client, address: str) -> None:
    text = parent.get(address).content.decode()
    jump = re.findall(r'<nav class="pr-jump.*?</nav>', text, re.S)[0]
    targets = re.findall(r'href="#([a-z]+)"', jump)

    assert [one for one in targets if f'id="{one}"' not in text] == []
    assert {"strokes", "log", "call"} <= set(targets)
    assert text.count(' id="call"') == 1


def test_many_new_strokes_are_lines_that_open_and_their_cautions_are_never_folded_away(parent: Client) -> None:
    many, few = (parent.get(f"/me/practice/{week}/").content.decode() for week in (1, 2))
    cards = re.findall(r'<li class="stroke-card.*?</div></li>', many, re.S)
    brief = [card for card in cards if "is-brief" in card]

    assert (len(cards), len(brief)) == (17, 16)
    assert "is-brief" not in cards[0]
    assert "That’s a not now" in cards[0]
    assert [card for card in brief if card.find('class="care"') > card.index("<details")] == []
    assert sum('class="care"' in card for card in brief) > 10
    assert "is-brief" not in few


def test_when_to_wait_is_read_without_opening_anything(parent: Client) -> None:
    text = parent.get("/me/practice/2/").content.decode()
    unfolded = re.sub(r"<details.*?</details>", "", text, flags=re.S)
    told = re.findall(r'<ul class="pr-if">.*?</ul>', unfolded, re.S)[0]

    assert re.findall(r"<li>(.*?)</li>", told)[:3] == ["Just fed, or hungry", "Asleep, tired or crying", "Hiccups"]
    assert "In the last few days: a fever, a vaccination, sore skin, an upset tummy?" in text


def test_the_printed_sheet_has_boxes_for_a_pen(parent: Client) -> None:
    row = "Water wheel A Asked to stop Not sure Calm Loved it Still learning Getting there At ease"
    assert row in words(parent.get("/me/practice/2/"))


def test_every_picture_has_a_name_and_a_description_and_the_drawings_stand_once(parent: Client) -> None:
    text = parent.get("/me/practice/").content.decode()
    pictures = re.findall(r'<svg[^>]*class="stroke-diagram"[^>]*>(.*?)</desc>', text, re.S)

    assert len(pictures) == len(re.findall(r'id="m-', text))
    assert all("<title" in picture for picture in pictures)
    assert "<symbol" in text
    ids = re.findall(r' id="([^"]+)"', text)
    assert sorted({one for one in ids if ids.count(one) > 1}) == []


def test_the_state_in_the_address_is_chosen_and_nothing_is_chosen_without_it(parent: Client) -> None:
    chosen = re.compile(r'name="state" value="([a-z_]+)" checked')
    assert chosen.findall(parent.get("/me/practice/").content.decode()) == []
    assert chosen.findall(parent.get("/me/practice/?state=crying").content.decode()) == ["crying"]


def test_a_part_of_earlier_weeks_is_shown_when_asked_for(parent: Client) -> None:
    assert "containment-hold" not in names_in(parent.get("/me/practice/"))
    assert "containment-hold" in names_in(parent.get("/me/practice/2/?again=holding"))


def test_a_week_that_is_not_open_says_when_it_opens(parent: Client) -> None:
    page = parent.get("/me/practice/3/")
    assert page.status_code == 200
    assert "It opens when the session is over: Thursday 26 March, 10:40, London time." in words(page)
    assert names_in(page) == set()


def test_before_the_first_class_practice_says_when_it_opens(cast: Cast, client: Client) -> None:
    with time_machine.travel(datetime.fromisoformat("2026-03-12T10:39+00:00"), tick=False):
        page = sign_in(client, cast.parent).get("/me/practice/")
    assert page.status_code == 200
    assert "Your first page opens after your first class" in words(page)
    assert "Thursday 12 March, 10:40, London time" in words(page)


def test_weeks_and_babies_that_are_not_there_or_not_ours_are_not_found(cast: Cast, parent: Client) -> None:
    addresses = [
        "/me/practice/6/",
        "/me/practice/0/",
        f"/me/practice/?baby={cast.other_baby.pk}",
        "/me/practice/?baby=999999",
        "/me/practice/?baby=Ada",
        "/me/practice/?series=after-the-bath",
        "/me/practice/?series=%2e%2e%2f",
    ]
    assert {address: parent.get(address).status_code for address in addresses} == dict.fromkeys(addresses, 404)


def test_only_a_family_practises(cast: Cast) -> None:
    answers = {
        "visitor": Client().get("/me/practice/").status_code,
        "coparent": sign_in(Client(), cast.coparent).get("/me/practice/").status_code,
        "instructor": sign_in(Client(), cast.instructor).get("/me/practice/").status_code,
        "office": sign_in(Client(), cast.office).get("/me/practice/").status_code,
    }
    assert answers == {"visitor": 302, "coparent": 200, "instructor": 404, "office": 404}


def test_a_family_without_a_booking_is_shown_the_way_to_a_class(cast: Cast) -> None:
    make_family(cast.candidate)
    page = sign_in(Client(), cast.candidate).get("/me/practice/")
    assert page.status_code == 200
    assert "Nothing booked at the moment" in words(page)
    assert b'href="/classes/"' in page.content


def test_each_baby_has_a_page_of_its_own(cast: Cast, parent: Client) -> None:
    theo = add_baby(cast.family, "Theo")
    book_series(cast, theo, slug="mornings", first=date(2026, 3, 17))
    tell_health(theo, "hip", by=cast.caregiver)
    ada, his = parent.get("/me/practice/2/"), parent.get(f"/me/practice/1/?baby={theo.pk}")

    assert "With Theo" in words(ada)
    assert "For Theo" in words(his)
    assert "For Ada" not in words(ada)
    assert {"leg-hug-and-glide", "leg-rolling"} & names_in(his) == set()
    assert "Left out for now, for “Hip dysplasia, harness or cast”: Hug and glide, leg, Rolling, leg" in words(his)
    assert "leg-rolling" in names_in(parent.get(f"/me/practice/1/?baby={theo.pk}&all=1"))


def test_what_one_adult_keeps_from_another_is_not_on_the_other_s_page(cast: Cast, parent: Client) -> None:
    tell_health(cast.baby, "hip", "allergy", by=cast.caregiver, notes="canary")
    cast.baby.health_answers.shared_in_family = False
    cast.baby.health_answers.save()
    theirs = words(sign_in(Client(), cast.coparent).get("/me/practice/"))

    assert "Hip dysplasia" in words(parent.get("/me/practice/"))
    assert "Hip dysplasia" not in theirs
    assert "An allergy to nuts" not in theirs


def post(client: Client, **told: Any) -> Any:
    return client.post("/me/practice/2/log/", {"key": KEY, **told})


def test_log_practice_keeps_the_moment_and_shows_it_gently(cast: Cast, parent: Client) -> None:
    answer = post(
        parent,
        day="2026-03-23",
        minutes="8",
        answer="calm",
        note=CANARY,
        **{"a-sun-moon": "loved", "c-sun-moon": "growing"},
    )
    page = words(parent.get("/me/practice/2/"))
    log = PracticeLog.objects.get()

    assert (answer.status_code, answer.headers["Location"]) == (302, "/me/practice/2/#moments")
    assert (log.baby, log.caregiver, log.lesson and log.lesson.week, log.minutes, log.answer) == (
        cast.baby,
        cast.caregiver,
        2,
        8,
        "calm",
    )
    assert "Monday 23 March, about 8 minutes. Calm. Written by you Sun and moon: loved it, getting there." in page
    assert CANARY in page


def test_log_practice_twice_with_one_key_keeps_one_moment(parent: Client) -> None:
    post(parent, minutes="5")
    post(parent, minutes="5")
    assert PracticeLog.objects.count() == 1


def test_log_practice_keeps_a_not_now_as_an_answer_without_strokes(parent: Client) -> None:
    post(parent, not_now="1", minutes="5", answer="loved", **{"a-sun-moon": "loved"})
    log = PracticeLog.objects.get()
    assert (log.answer, log.minutes, log.strokes.count()) == ("stop", None, 0)


def test_log_practice_says_what_needs_another_look_and_keeps_what_was_typed(parent: Client) -> None:
    answer = post(parent, minutes="999", day="2026-03-25", note="She looked for my hands", **{"a-sun-moon": "calm"})
    told = words(answer)

    assert answer.status_code == 422
    assert "2 things need another look" in told
    assert "That is more than three hours. Please look at the number again." in told
    assert "That day is still to come. Choose today or a day before." in told
    assert "She looked for my hands" in told
    assert re.search(rb'name="a-sun-moon" value="calm"[^>]* checked', answer.content)
    assert KEY.encode() in answer.content
    assert PracticeLog.objects.count() == 0


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("/me/practice/3/log/", {}),
        ("/me/practice/9/log/", {}),
        ("/me/practice/2/log/", {"baby": "999999"}),
        ("/me/practice/2/log/", {"series": "after-the-bath"}),
    ],
)
def test_log_practice_takes_nothing_for_what_is_closed_or_not_ours(
    parent: Client, address: str, told: dict[str, str]
) -> None:
    assert parent.post(address, {"key": KEY, **told}).status_code == 404
    assert PracticeLog.objects.count() == 0


def test_log_practice_is_a_post(parent: Client) -> None:
    assert parent.get("/me/practice/2/log/").status_code == 405


def test_the_line_of_one_adult_is_never_on_the_page_of_the_other(cast: Cast, parent: Client) -> None:
    post(parent, minutes="8", note=CANARY)
    theirs = sign_in(Client(), cast.coparent).get("/me/practice/2/")

    assert "about 8 minutes. Written by Ines Moreau" in words(theirs)
    assert "canary" not in theirs.content.decode()
    assert "edit" not in re.findall(r'href="/me/practice/log/[^"]*"', theirs.content.decode())


def test_the_cloth_that_the_family_chose_is_on_the_page(cast: Cast, parent: Client) -> None:
    Family.objects.filter(pk=cast.family.pk).update(cloth="walnut")
    assert re.search(rb'<html[^>]* data-cloth="walnut"', parent.get("/me/practice/").content)


def test_pages_have_no_streaks_no_scores_and_no_forbidden_claims(cast: Cast, parent: Client) -> None:
    post(parent, minutes="8", answer="calm")
    with time_machine.travel(NOW + timedelta(days=30), tick=False):
        sign_in(parent, cast.parent)
        pages = [words(parent.get(f"/me/practice/{week}/")) for week in range(1, 6)]

    assert all("When to call a doctor" in page for page in pages)
    assert [found for page in pages for found in forbidden_in(page, audience="parents")] == []
    assert [
        word for page in pages for word in re.findall(r"(?i)\bstreaks?\b|\bscores?\b|\bmissed\b|\bfailed\b", page)
    ] == []


@pytest.mark.parametrize("rows", [1, 3])
def test_practice_week_costs_the_same_whatever_stands_in_it(
    cast: Cast, parent: Client, rows: int, django_assert_num_queries: Any
) -> None:
    babies = [add_baby(cast.family, f"Baby {n}") for n in range(rows)]
    book_series(cast, *babies, slug="mornings", first=date(2026, 3, 10))
    for n in range(rows):
        parent.post(
            "/me/practice/2/log/",
            {"key": f"{KEY}-{n}", "baby": str(babies[0].pk), "series": "mornings", "a-sun-moon": "calm"},
        )
    parent.get(f"/me/practice/2/?baby={babies[0].pk}&series=mornings")
    with django_assert_num_queries(28):
        parent.get(f"/me/practice/2/?baby={babies[0].pk}&series=mornings")


def test_the_fullest_week_weighs_little_when_compressed(cast: Cast, client: Client) -> None:
    with time_machine.travel(NOW + timedelta(days=30), tick=False):
        sign_in(client, cast.parent)
        page = client.get("/me/practice/5/", headers={"Accept-Encoding": "gzip"})
    assert page.headers["Content-Encoding"] == "gzip"
    assert b"cross-legs" in gzip.decompress(page.content)
    # With the style sheets and scripts of a first visit this stays below 120 kB.
    assert len(page.content) < 64_000


def test_who_practises_is_read_from_the_account(cast: Cast) -> None:
    Caregiver.objects.filter(user=cast.coparent).update(removed_at=NOW)
    assert sign_in(Client(), cast.coparent).get("/me/practice/").status_code == 404


def test_a_week_that_the_family_was_away_from_says_what_opens_it(cast: Cast, parent: Client) -> None:
    set_mark(cast.enrolment, cast.running.sessions.get(number=2), "absent")
    told = words(parent.get("/me/practice/2/"))

    assert "This page waits for you" in told
    assert "the page opens after your make-up class, or when Ruth Adeyemi opens it for you. Please just ask." in told
    assert "This week’s practice" in told
    assert parent.post("/me/practice/2/log/", {"key": KEY, "answer": "calm"}).status_code == 404


def test_only_what_was_ticked_is_on_the_page_and_what_is_still_to_come_is_named(cast: Cast, parent: Client) -> None:
    second = cast.running.sessions.get(number=2)
    ticked(second, "water-wheel-a", "sun-moon", by=cast.instructor, at=second.ends_at)
    page = parent.get("/me/practice/2/")

    assert {"water-wheel-a", "sun-moon", "ask-permission"} <= names_in(page)
    assert "i-love-you" not in names_in(page)
    assert "Not shown in class yet: Water wheel B, Thumbs to sides, I Love You, Walking, Knees to tummy." in words(page)


def test_a_routine_says_which_of_its_strokes_were_not_shown_yet_and_never_why_else_it_is_not_here(
    cast: Cast, parent: Client
) -> None:
    second = cast.running.sessions.get(number=2)
    ticked(second, "water-wheel-a", "sun-moon", "i-love-you", by=cast.instructor, at=second.ends_at)
    said = "Tummy routine: it opens here once these were shown in class: Knees to tummy."
    pages = ("/me/practice/2/", "/me/practice/2/kept/", "/me/practice/2/hands-free/")
    assert [said in words(parent.get(page)) for page in pages] == [True, True, True]
    third = cast.running.sessions.get(number=3)
    ticked(third, "knees-to-tummy", by=cast.instructor, at=third.ends_at)
    tell_health(cast.baby, "hip", by=cast.caregiver)
    with time_machine.travel(third.ends_at + timedelta(hours=1), tick=False):
        assert ["it opens here once" in parent.get(page).content.decode() for page in pages] == [False, False, False]


def test_a_routine_opens_in_its_own_week_once_a_later_one_brought_what_was_missing(cast: Cast, parent: Client) -> None:
    second, third = (cast.running.sessions.get(number=number) for number in (2, 3))
    ticked(second, "water-wheel-a", "sun-moon", "i-love-you", by=cast.instructor, at=second.ends_at)
    page = "/me/practice/2/hands-free/?routine=colic"
    assert parent.get(page).status_code == 404
    ticked(third, "knees-to-tummy", by=cast.instructor, at=third.ends_at)
    with time_machine.travel(third.ends_at + timedelta(hours=1), tick=False):
        assert "Knees to tummy" in parent.get(page).content.decode()
