"""A stroke's picture as a file of its own: whole, named, and the same drawing as in the page."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from curriculum.diagrams import standalone
from curriculum.diagrams.drawings import ART
from curriculum.diagrams.inks import CLASSES, CLOTH, INK
from curriculum.diagrams.pictures import diagram, draw_panels
from curriculum.models import Stroke
from tests.curriculum.drawn import LABELS, STROKES, SVG, by_slug
from tests.house.reading import ROOT

STYLES = [ROOT / "static/css" / name for name in ("tokens.css", "diagrams.css")]


@pytest.mark.parametrize("stroke", STROKES, ids=lambda stroke: stroke.slug)
def test_a_picture_on_paper_needs_nothing_beside_it(stroke: Stroke) -> None:
    drawn = ElementTree.fromstring(standalone(stroke, labels=LABELS))
    assert (drawn.get("role"), drawn[0].text, drawn[1].text) == ("img", stroke.name, stroke.description)
    assert [e.tag for e in drawn.iter() if e.tag in (f"{SVG}use", f"{SVG}style", f"{SVG}script")] == []
    assert [e.attrib for e in drawn.iter() if {"class", "style", "id", "href", "data-go"} & set(e.attrib)] == []


def test_the_page_and_the_paper_draw_the_same_lines() -> None:
    for stroke in STROKES:
        lines = re.findall(r' d="([^"]+)"', diagram(stroke, language="en"))
        on_paper = re.findall(r' d="([^"]+)"', standalone(stroke, labels=LABELS))
        assert [line for line in lines if line not in on_paper] == []


def test_in_one_row_the_small_hand_covers_no_end_of_the_letters_of_i_love_you() -> None:
    scene = {key: value for key, value in by_slug("i-love-you").drawing.items() if key != "columns"}
    drawn = ElementTree.fromstring(f"<svg>{draw_panels(scene, scene['panels'], LABELS)[1]}</svg>")
    [disc] = [e for e in drawn.iter("circle") if e.get("class") == "sd-badge-disc"]
    first, heads = drawn[0], [e for e in drawn[0].iter("path") if "sd-head" in e.get("class", "")]
    share = float(disc.attrib["cx"]) / float(first.attrib["width"])
    assert (len(heads), share < 0.5) == (1, True)


def test_every_class_of_a_drawing_has_its_ink() -> None:
    drawn = "".join(diagram(stroke, language="en") for stroke in STROKES)
    drawn += "".join(file.read_text(encoding="utf-8") for file in sorted(ART.glob("*.svg")))
    names = {name for found in re.findall(r'class="([^"]+)"', drawn) for name in found.split()}
    assert {name for name in names if not name.startswith("doll-")} - {"stroke-diagram"} - set(CLASSES) == set()


def test_paper_and_page_have_the_same_colours() -> None:
    tokens = "".join(file.read_text(encoding="utf-8") for file in STYLES)
    used = {value for cloth in CLOTH.values() for value in cloth.values()} | set(INK["screen"].values())
    assert sorted(value for value in used if value not in tokens) == []


def test_hands_on_paper_differ_by_shape_and_letter_not_only_by_colour() -> None:
    drawn = ElementTree.fromstring(standalone(by_slug("thumbs-to-sides"), labels={"left": "V", "right": "H"}))
    assert [e.text for e in drawn.iter(f"{SVG}text")] == ["V", "H"]
    assert len(list(drawn.iter(f"{SVG}rect"))) == 1


def test_an_unknown_cloth_on_paper_is_oat_and_an_unknown_ink_is_refused() -> None:
    stroke = by_slug("sun-moon")
    assert standalone(stroke, labels=LABELS, cloth="silk") == standalone(stroke, labels=LABELS)
    with pytest.raises(KeyError):
        standalone(stroke, labels=LABELS, ink="gold")


def test_words_in_a_file_are_escaped() -> None:
    assert "<b>" not in standalone(by_slug("sun-moon"), labels={"left": "<b>", "right": "&"})
