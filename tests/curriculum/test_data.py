"""The data files are whole, and say nothing that may not be said."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from typing import Any

import pytest

from curriculum.files import DATA, read
from curriculum.models import Fit, Need

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


def with_code(strokes: dict[str, Any], code: str) -> set[str]:
    return {slug for slug, stroke in strokes.items() for text in stroke["adapt"] if text.partition(":")[0] == code}


def test_for_a_baby_born_early_holds_come_first_and_the_rest_waits(strokes: dict[str, Any]) -> None:
    """Slow strokes only after the team agrees; every other one is a still hold instead, or waits until about the due date."""
    slowly = {slug for slug in strokes if slug.endswith(("milking", "integration"))}
    slowly |= {"foot-top-stroke", "ankle-circles", "bottom-relaxer", "top-of-hand", "wrist-circles"}
    assert with_code(strokes, "PT-FIRST") == {"ask-permission", "resting-hands", "containment-hold"}
    assert with_code(strokes, "PT-S") == slowly
    assert with_code(strokes, "PT-OK") == {"closing-hold"}
    left_out = with_code(strokes, "PT-X")
    assert {*SLUGS["face"].split(), *SLUGS["gentle_movements"].split()} <= left_out
    assert (len(left_out), len(with_code(strokes, "PT-H"))) == (23, 15)


def test_a_baby_on_the_move_drops_six_and_likes_the_back(strokes: dict[str, Any]) -> None:
    assert with_code(strokes, "CR-SKIP") == {
        *("containment-hold", "water-wheel-a", "water-wheel-b", "thumbs-to-sides", "chest-butterfly", "pit-stop"),
    }
    assert with_code(strokes, "CR-BEST") == {"back-and-forth"}


def test_every_stroke_of_the_tummy_says_what_a_tube_or_a_stoma_asks(strokes: dict[str, Any]) -> None:
    assert set(SLUGS["abdomen"].split()) <= with_code(strokes, "SN-DEV")


def test_what_turns_or_lifts_a_leg_is_left_out_with_a_hip_harness(strokes: dict[str, Any]) -> None:
    assert with_code(strokes, "SN-HIP") == set(read(DATA, "precautions")["hip"]["strokes"])


def test_every_adaptation_names_babies_that_the_library_knows_and_how_it_fits() -> None:
    rows = read(DATA, "adaptations").values()
    assert {need for row in rows for need in row["needs"].split()} == set(Need.values)
    assert {row["fit"] for row in rows} == set(Fit.values)
