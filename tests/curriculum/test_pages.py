"""The library, the page of a stroke, what research says."""

from __future__ import annotations

import gzip
import re
from typing import Any

import pytest
from django.test import Client

from curriculum.models import Claim, Routine, Stroke
from tests.factories.curriculum import make_stroke

pytestmark = pytest.mark.django_db
PAGES = ("/strokes/", "/strokes/sun-moon/", "/strokes/routines/colic/", "/evidence/", "/evidence/professionals/")


def names_in(page: str) -> list[str]:
    return re.findall(r'<h3><a href="/strokes/([\w-]+)/">', page)


def read(client: Client, address: str, **headers: str) -> str:
    answer = client.get(address, headers=headers or None)
    assert answer.status_code == 200
    return answer.content.decode()


def test_strokes_shows_all_54_with_pictures_by_part_of_the_body(client: Client, taught: None) -> None:
    page = read(client, "/strokes/")
    assert names_in(page) == list(Stroke.objects.in_teaching_order().values_list("slug", flat=True))
    assert len(re.findall('class="stroke-diagram"', page)) == 54
    assert re.findall(r'<section class="region" data-region="(\w+)"', page) == [
        *("holding", "legs_feet", "abdomen", "chest", "arms_hands", "face", "back", "gentle_movements")
    ]


def test_strokes_leads_from_part_to_part_wherever_there_is_more_than_one(client: Client, taught: None) -> None:
    def parts(asked: str) -> list[str]:
        return re.findall(r'<li><a href="#(\w+)">', read(client, f"/strokes/{asked}"))

    every = re.findall(r'<section class="region" data-region="(\w+)"', read(client, "/strokes/"))
    assert parts("") == ["routines", *every]
    assert parts("?q=milking") == ["legs_feet", "arms_hands"]
    assert (parts("?region=face"), parts("?q=zebra")) == ([], [])


def test_strokes_weighs_less_than_95_kb(client: Client, taught: None) -> None:
    assert len(gzip.compress(read(client, "/strokes/").encode(), 6)) < 95_000


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("?region=chest", ["chest-open-book", "chest-butterfly", "chest-integration"]),
        ("?q=HIP-TO-ankle", ["leg-indian-milking"]),
        ("?q=smile+lower", ["face-smile-lower"]),
        ("?q=paddling", ["water-wheel-a"]),
        ("?q=milking&region=arms_hands", ["arm-indian-milking", "arm-swedish-milking"]),
        ("?q=tummy&region=chest", []),
        ("?q=zebra", []),
    ],
)
def test_strokes_is_narrowed_by_words_and_by_part(client: Client, taught: None, asked: str, found: list[str]) -> None:
    assert names_in(read(client, f"/strokes/{asked}")) == found


def test_strokes_says_so_when_nothing_fits(client: Client, taught: None) -> None:
    assert "No stroke of that name" in read(client, "/strokes/?q=zebra")


@pytest.mark.parametrize("asked", ["?region=elbow", "?q=" + "x" * 99, "?cloth=velvet", "?q=%00&region=%ff"])
def test_strokes_leaves_out_what_it_cannot_read(client: Client, taught: None, asked: str) -> None:
    assert client.get(f"/strokes/{asked}").status_code == 200


def test_strokes_does_not_show_a_retired_stroke(client: Client, taught: None) -> None:
    stroke = Stroke.objects.get(slug="sun-moon")
    stroke.is_retired = True
    stroke.save()
    assert "sun-moon" not in names_in(read(client, "/strokes/"))
    assert client.get("/strokes/sun-moon/").status_code == 404


def test_stroke_shows_purpose_with_its_evidence_cautions_and_adaptations(client: Client, taught: None) -> None:
    page = read(client, "/strokes/i-love-you/")
    for words in (
        'class="ev ev-tradition"',
        "Many instructors teach that the three lines follow the path of the large bowel.",
        "No study has looked at this stroke on its own.",
        "Some families find the tummy routine soothing.",
        "Wait half an hour or more after a feed.",
        "Every line ends low on baby’s left, and none goes up that side.",
        "Lay a still, warm hand there instead.",
        "<li>ILU</li>",
        "<li>The three letters</li>",
        "Week 2, after Sun and moon",
        "Step 6 of the long version.",
        "A fever of 38 °C or more in a baby under twelve weeks",
    ):
        assert words in page
    assert len(re.findall('class="stroke-diagram"', page)) == 4


@pytest.mark.parametrize("slug", ["ask-permission", "back-combing", "face-nose-to-cheek", "bicycle-legs"])
def test_stroke_page_of_every_kind_is_there(client: Client, taught: None, slug: str) -> None:
    assert f"/strokes/{slug}/" in read(client, f"/strokes/{slug}/")


def test_stroke_says_where_babys_left_is_on_the_back(client: Client, taught: None) -> None:
    assert "baby’s left is on the left of the picture" in read(client, "/strokes/back-combing/")
    assert "baby’s left is on the right of the picture" in read(client, "/strokes/sun-moon/")


def test_stroke_that_is_unknown_is_not_found(client: Client, taught: None) -> None:
    assert client.get("/strokes/moon-sun/").status_code == 404


def test_evidence_shows_the_allowed_wording_for_parents_and_no_more(client: Client, taught: None) -> None:
    page = read(client, "/evidence/")
    shown = re.findall(r'<p class="said">(.+?)</p>', page)
    assert shown == list(Claim.objects.for_parents().values_list("says", flat=True))
    assert len(shown) == 11
    assert "infections" not in page
    assert page.count("Nothing on this page reaches this.") == 1


@pytest.mark.parametrize("address", PAGES)
def test_pages_have_nothing_inline(client: Client, taught: None, address: str) -> None:
    page = read(client, address)
    assert re.findall(r"<style| style=|<script(?![^>]* src=)| on\w+=", page) == []


@pytest.mark.parametrize("address", PAGES)
def test_pages_are_only_for_reading(client: Client, taught: None, address: str) -> None:
    assert client.post(address).status_code == 405


@pytest.mark.parametrize("address", PAGES)
def test_a_page_that_has_not_changed_is_not_sent_again(client: Client, taught: None, address: str) -> None:
    client.get(address)
    tag = client.get(address)["ETag"]
    assert client.get(address, headers={"if-none-match": tag}).status_code == 304
    Stroke.objects.get(slug="sun-moon").save()
    assert client.get(address, headers={"if-none-match": tag}).status_code == 200


def test_a_page_in_other_colours_or_cloth_is_another_page(client: Client, taught: None) -> None:
    client.get("/strokes/")
    tag = client.get("/strokes/")["ETag"]
    client.cookies["cloth"] = "walnut"
    answer = client.get("/strokes/", headers={"if-none-match": tag})
    assert answer.status_code == 200
    assert ' data-cloth="walnut">' in answer.content.decode()[:200]


@pytest.mark.parametrize("strokes", [1, 3])
def test_strokes_costs_the_same_for_one_and_for_three(
    client: Client, strokes: int, django_assert_num_queries: Any
) -> None:
    for number in range(strokes):
        make_stroke(f"stroke-{number}")
    with django_assert_num_queries(6):
        client.get("/strokes/")
    with django_assert_num_queries(1):
        client.get("/strokes/")


def test_stroke_costs_ten_queries_and_then_one(client: Client, taught: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(10):
        client.get("/strokes/sun-moon/")
    with django_assert_num_queries(1):
        client.get("/strokes/sun-moon/")


def test_routine_shows_its_steps_in_order_what_the_long_one_adds_and_what_to_heed(client: Client, taught: None) -> None:
    page = read(client, "/strokes/routines/colic/")
    assert names_in(page) == [
        *("ask-permission", "resting-hands", "water-wheel-a", "knees-to-tummy", "touch-relaxation", "sun-moon"),
        *("knees-to-tummy", "touch-relaxation", "i-love-you", "knees-to-tummy", "closing-hold"),
    ]
    for words in (
        "Between crying spells, not during one",
        "3 rounds in a row",
        "2 times a day",
        "For 14 days",
        "Wait half an hour or more after a feed.",
        "navel that has not healed",
        'class="ev ev-mixed"',
        "When to ring a doctor instead",
        "6 times",
    ):
        assert words in page
    long, end = page.index("The long version adds"), page.index("And to end, short or long")
    assert page.index("/strokes/sun-moon/") < long < page.index("/strokes/i-love-you/") < end
    assert end < page.index("/strokes/closing-hold/")
    assert page.count('class="stroke-diagram"') >= 8


def test_routine_of_everything_tells_names_alone(client: Client, taught: None) -> None:
    page = read(client, "/strokes/routines/full-body/")
    assert len(re.findall(r'<li><a href="/strokes/[\w-]+/">', page)) == 52
    assert 'class="stroke-diagram"' not in page


def test_routine_says_what_to_heed_on_each_part_it_touches_once(client: Client, taught: None) -> None:
    page = read(client, "/strokes/routines/bedtime/")
    assert "Only while your baby is awake and you are watching" in page
    assert "Never pull an arm straight" in page
    assert page.count("Ask first. A “not now” ends it") == 1


def test_routine_without_the_tummy_does_not_speak_of_it(client: Client, taught: None) -> None:
    assert "after a feed" not in read(client, "/strokes/routines/still-touch/")


def test_routine_that_is_unknown_or_retired_is_not_found(client: Client, taught: None) -> None:
    assert client.get("/strokes/routines/moon/").status_code == 404
    Routine.objects.filter(slug="bedtime").update(is_retired=True)
    assert client.get("/strokes/routines/bedtime/").status_code == 404


def test_routine_costs_six_queries_and_then_one(client: Client, taught: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(6):
        client.get("/strokes/routines/colic/")
    with django_assert_num_queries(1):
        client.get("/strokes/routines/colic/")


def test_evidence_in_full_costs_three_queries(client: Client, taught: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(3):
        client.get("/evidence/professionals/")


def test_evidence_costs_two_queries(client: Client, taught: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        client.get("/evidence/")
