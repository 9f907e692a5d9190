"""The data files are whole, and say nothing that may not be said."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from typing import Any

import pytest

from curriculum.files import DATA, read

SLUGS = {
    "holding": "ask-permission resting-hands touch-relaxation containment-hold closing-hold",
    "legs_feet": "leg-indian-milking leg-hug-and-glide foot-thumb-over-thumb foot-toe-roll foot-under-toes "
    "foot-thumb-press foot-top-stroke ankle-circles leg-swedish-milking leg-rolling bottom-relaxer leg-integration",
    "abdomen": "water-wheel-a water-wheel-b thumbs-to-sides sun-moon i-love-you tummy-walking knees-to-tummy",
    "chest": "chest-open-book chest-butterfly chest-integration",
    "arms_hands": "pit-stop arm-indian-milking arm-hug-and-glide palm-stroke finger-roll top-of-hand wrist-circles "
    "arm-swedish-milking arm-rolling arm-integration",
    "face": "face-open-book face-relax-eyes face-nose-to-cheek face-smile-upper face-smile-lower face-relax-jaw "
    "face-ears-neck-chin",
    "back": "back-and-forth swoop-to-bottom swoop-to-ankles back-circles back-combing",
    "gentle_movements": "cross-arms cross-arm-and-leg cross-legs legs-up-down bicycle-legs",
}
FRAMING = {"TRAD": "Many instructors teach", "ANEC": "Some parents say", "CONS": "Hospital units"}


@pytest.fixture(scope="module")
def strokes() -> dict[str, Any]:
    return read(DATA, "strokes")


def test_all_54_strokes_are_there_in_teaching_order(strokes: dict[str, Any]) -> None:
    expected = [(region, slug) for region, slugs in SLUGS.items() for slug in slugs.split()]
    assert len(expected) == 54
    assert [(stroke["region"], slug) for slug, stroke in strokes.items()] == expected


def test_every_stroke_has_a_drawing_and_every_drawing_a_stroke(strokes: dict[str, Any]) -> None:
    assert list(json.loads((DATA / "diagrams.json").read_text())) == list(strokes)


def test_weeks_of_the_default_plan_hold_the_strokes_of_the_curriculum(strokes: dict[str, Any]) -> None:
    assert Counter(stroke["week"] for stroke in strokes.values()) == {1: 17, 2: 7, 3: 13, 4: 12, 5: 5}


def test_purpose_is_worded_by_its_evidence(strokes: dict[str, Any]) -> None:
    wrong = [s for s, stroke in strokes.items() if not stroke["purpose"].startswith(FRAMING[stroke["evidence"]])]
    assert wrong == []


def test_every_stroke_says_how_it_changes_for_babies_born_early_and_for_crawlers(strokes: dict[str, Any]) -> None:
    kinds = {slug: {text[:2] for text in stroke["adapt"]} for slug, stroke in strokes.items()}
    assert [slug for slug, found in kinds.items() if not {"PT", "CR"} <= found] == []


def test_strokes_without_a_source_are_marked(strokes: dict[str, Any]) -> None:
    marked = {slug for slug, stroke in strokes.items() if stroke.get("gk")}
    assert marked == {
        *("closing-hold", "foot-under-toes", "foot-top-stroke", "bottom-relaxer", "top-of-hand"),
        *("cross-arms", "cross-legs", "legs-up-down"),
    }
    assert {slug for slug in marked if "review" not in strokes[slug]} == set()


def test_indian_and_swedish_milking_have_neutral_names(strokes: dict[str, Any]) -> None:
    assert {slug: stroke["neutral"] for slug, stroke in strokes.items() if "neutral" in stroke} == {
        "leg-indian-milking": "Hip-to-ankle milking",
        "leg-swedish-milking": "Ankle-to-hip milking",
        "arm-indian-milking": "Shoulder-to-wrist milking",
        "arm-swedish-milking": "Wrist-to-shoulder milking",
    }


@pytest.mark.parametrize("file", sorted(DATA.glob("*.toml")), ids=lambda file: file.stem)
def test_every_source_that_is_named_is_listed(file: Any) -> None:
    known = set(read(DATA, "sources"))
    assert set(named_sources(tomllib.loads(file.read_text()))) - known == set()


def named_sources(item: Any) -> list[str]:
    if isinstance(item, list):
        return [found for part in item for found in named_sources(part)]
    if not isinstance(item, dict):
        return []
    own = item["sources"].split() if isinstance(item.get("sources"), str) else []
    return own + [found for part in item.values() for found in named_sources(part)]


def test_minutes_of_a_session_add_up() -> None:
    parts = read(DATA, "session_parts").values()
    assert (sum(p["minutes_long"] for p in parts), sum(p["minutes_short"] for p in parts)) == (45, 20)
