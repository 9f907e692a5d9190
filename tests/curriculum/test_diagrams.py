"""Every stroke is drawn, named, safe under a strict policy, and runs the right way."""

from __future__ import annotations

import gzip
import json
import re
from itertools import pairwise
from math import dist
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.exceptions import ValidationError

from curriculum.diagrams.check import findings
from curriculum.diagrams.drawings import ART, drawing, sprite
from curriculum.diagrams.pictures import CLOTHS, diagram
from curriculum.diagrams.scenes import VIEWS, drawings_of
from curriculum.models import Stroke
from tests.curriculum.drawn import STROKES, SVG, by_slug
from tests.factories.curriculum import make_stroke

WRONG = json.loads((Path(__file__).parent / "wrong_strokes.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("stroke", STROKES, ids=lambda stroke: stroke.slug)
def test_stroke_runs_the_right_way(stroke: Stroke) -> None:
    assert findings(stroke.drawing) == []


@pytest.mark.parametrize("example", WRONG, ids=lambda example: example["why"])
def test_a_wrong_direction_is_refused_by_the_rule_it_breaks(example: dict[str, Any]) -> None:
    assert example["rule"] in {rule for rule, _ in findings(example["stroke"])}


@pytest.mark.parametrize("stroke", STROKES, ids=lambda stroke: stroke.slug)
def test_picture_has_a_name_a_description_and_nothing_inline(stroke: Stroke) -> None:
    drawn = ElementTree.fromstring(diagram(stroke, language="en", prefix="w"))
    title, description = drawn[0], drawn[1]
    assert (drawn.get("role"), title.text, description.text) == ("img", stroke.name, stroke.description)
    assert drawn.get("aria-labelledby") == f"w-{stroke.slug}-t w-{stroke.slug}-d"
    assert [e for e in drawn.iter() if e.get("style") or e.tag in (f"{SVG}script", f"{SVG}style")] == []


def test_the_sprite_holds_every_drawing_that_a_picture_refers_to() -> None:
    pictures = "".join(diagram(stroke, language="en") for stroke in STROKES)
    laid = sprite(drawings_of(stroke.diagram for stroke in STROKES))
    assert set(re.findall(r'href="#([\w-]+)"', pictures)) - set(re.findall(r' id="([\w-]+)"', laid)) == set()
    assert "style=" not in laid


def test_ids_are_told_apart_by_the_prefix() -> None:
    twice = diagram(STROKES[0], language="en", prefix="a") + diagram(STROKES[0], language="en", prefix="b")
    ids = re.findall(r' id="([\w-]+)"', twice)
    assert len(ids) == len(set(ids)) == 4


def test_left_and_right_differ_by_shape_and_letter() -> None:
    drawn = ElementTree.fromstring(diagram(by_slug("thumbs-to-sides"), language="en"))
    marks = [e for e in drawn.iter() if e.get("class") == "sd-mark"]
    assert [mark.tag.removeprefix(SVG) for mark in marks] == ["circle", "rect"]
    assert [e.text for e in drawn.iter() if e.get("class") == "sd-mark-text"] == ["L", "R"]


@pytest.mark.parametrize("cloth", CLOTHS)
def test_picture_wears_the_cloth_asked_for(cloth: str) -> None:
    drawn = ElementTree.fromstring(diagram(STROKES[0], language="en", cloth=cloth))
    assert drawn.get("data-cloth") == (None if cloth == "oat" else cloth)


def test_an_unknown_cloth_is_oat() -> None:
    assert diagram(STROKES[0], language="en", cloth='"><b') == diagram(STROKES[0], language="en")


def test_words_in_a_picture_are_escaped() -> None:
    stroke = SimpleNamespace(slug="x", name="<b>", description='"&', diagram=by_slug("sun-moon").diagram)
    assert "<b>" not in diagram(stroke, language="en")


def test_one_panel_can_be_drawn_alone() -> None:
    whole, letter = by_slug("i-love-you"), diagram(by_slug("i-love-you"), language="en", panel=0)
    assert (len(re.findall("<svg", diagram(whole, language="en"))), len(re.findall("<svg", letter))) == (4, 1)
    assert "I Love You, 1" in letter


def test_every_view_has_its_drawing() -> None:
    assert [name for name in VIEWS if not drawing(name)[1]] == []


@pytest.mark.django_db
@pytest.mark.parametrize("example", WRONG[:4], ids=lambda example: example["why"])
def test_admin_refuses_a_wrong_drawing_and_names_the_rule(example: dict[str, Any]) -> None:
    wrong = example["stroke"]
    stroke = make_stroke(wrong["slug"], region=wrong["region"], diagram=wrong)
    with pytest.raises(ValidationError) as refused:
        stroke.full_clean()
    assert f"The rule “{example['rule']}” refuses this drawing" in str(refused.value.message_dict["diagram"])


@pytest.mark.django_db
@pytest.mark.parametrize("diagram", [[], {"paths": 3}, {"view": "leg", "paths": [{}]}, {"panels": [1]}])
def test_admin_refuses_what_is_no_drawing(diagram: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        make_stroke(diagram=diagram).full_clean()
    assert list(refused.value.message_dict) == ["diagram"]


@pytest.mark.parametrize("columns", [-1, 0, 4, 1.5, "2", True, None])
def test_columns_that_would_draw_no_panels_are_refused(columns: Any) -> None:
    letters = by_slug("i-love-you").drawing
    assert findings({**letters, "columns": columns}) == [("form", "columns is not a whole number from 1 to 3")]
    assert [findings({**letters, "columns": good}) for good in (1, 2, 3)] == [[], [], []]


@pytest.mark.django_db
def test_admin_refuses_a_forbidden_claim() -> None:
    with pytest.raises(ValidationError) as refused:
        make_stroke(purpose="It relieves colic.").full_clean()
    assert refused.value.message_dict == {
        "purpose": ["“relieves colic” claims more than is known. Please put it another way."]
    }


def test_a_list_gives_more_room_to_panels_side_by_side_alone() -> None:
    assert [stroke.slug for stroke in STROKES if stroke.is_wide] == ["cross-arm-and-leg", "cross-legs", "legs-up-down"]


def test_a_picture_that_is_tall_says_so_and_leaves_room_for_words() -> None:
    tall = [stroke.slug for stroke in STROKES if " data-tall=" in diagram(stroke, language="en", prefix="w")]
    assert tall == [
        "containment-hold",
        "water-wheel-b",
        "chest-integration",
        "arm-integration",
        "swoop-to-ankles",
        "cross-arms",
        "bicycle-legs",
    ]


def test_only_the_letters_of_i_love_you_lie_over_one_another() -> None:
    assert [stroke.slug for stroke in STROKES if stroke.is_drawn_apart] == ["i-love-you"]


@pytest.mark.parametrize("slug", ["foot-toe-roll", "finger-roll"])
def test_what_rolls_one_toe_or_finger_lies_clear_of_the_next(slug: str) -> None:
    rolls = [rest for rest in by_slug(slug).diagram["rests"] if rest["shape"] == "roll"]
    reach = 45 * 0.95  # from the middle to the outer edge of a pad, at size 1
    near = [(a["at"], b["at"]) for a, b in pairwise(rolls) if dist(a["at"], b["at"]) < reach * (a["size"] + b["size"])]
    assert (len(rolls), near) == (5, [])


def test_the_doll_is_put_together_from_parts_that_stand_once_in_a_page() -> None:
    laid = sprite(["front", "legs-up", "bicycle"])
    assert [laid.count(f'id="doll-{part}"') for part in ("part-head", "part-trunk", "part-lower")] == [1, 1, 1]


def test_the_drawings_of_a_whole_page_stay_light() -> None:
    """Every drawing that the library stands on, as it travels: the first visit of a week must fit beside them."""
    whole = sprite(drawings_of(stroke.diagram for stroke in STROKES))
    pictures = {week: [s for s in STROKES if s.week == week] for week in range(1, 6)}
    weights = [
        len(gzip.compress((sprite(drawings_of(s.diagram for s in new)) + drawn(new)).encode())) // 1024
        for new in pictures.values()
    ]
    assert (len(gzip.compress(whole.encode())) // 1024 < 40, max(weights) < 24) == (True, True)


def drawn(strokes: list[Stroke]) -> str:
    return "".join(diagram(stroke, language="en") for stroke in strokes)


def test_every_line_of_a_drawing_can_be_drawn() -> None:
    lines = {(file.stem, d) for file in ART.glob("*.svg") for d in re.findall(r' d="([^"]*)"', file.read_text())}
    assert len(lines) > 300
    assert [name for name, line in lines if not re.fullmatch(r"M[-\d.MmCcLlQqHhVvAaSsZz ,]+", line)] == []
