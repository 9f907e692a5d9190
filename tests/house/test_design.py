"""The design holds together: day beside night, colours that can be read, icons that exist, classes that are drawn."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.contrib.staticfiles import finders

from config.lib.colour import Sheet, contrast
from config.styleguide import PAIRS
from config.templatetags.warm import icon_names
from tests.house.reading import ROOT, rooms, templates

SHEETS = sorted((ROOT / "static" / "css").glob("*.css"))
TOKENS = (ROOT / "static" / "css" / "tokens.css").read_text(encoding="utf-8")


ON_PAPER = re.compile(r"@media print \{(?:[^{}]*\{[^{}]*\})*\s*\}")


def colours_of(css: str) -> list[str]:
    """Plain colours written where a token should stand. Paper is white at night too, so what is printed may name them."""
    css = ON_PAPER.sub("", re.sub(r"/\*.*?\*/|url\(.*?\)", "", css, flags=re.DOTALL))
    return [found for found in re.findall(r"#[0-9a-f]{3,8}\b", css) if found not in {"#fff", "#ffffff"}]


def names_in(text: str) -> set[str]:
    """Icons that a template asks for by name."""
    return set(re.findall(r"{%-?\s*icon\s+\"([a-z-]+)\"", text))


@pytest.mark.parametrize(("text", "ground", "least"), PAIRS)
@pytest.mark.parametrize("night", [False, True])
def test_a_pair_of_colours_can_be_read(text: str, ground: str, least: float, night: bool) -> None:
    assert Sheet(TOKENS).ratio(text, ground, night=night) >= least


def test_contrast_is_that_of_the_standard() -> None:
    assert [round(contrast(*pair), 2) for pair in [("#000000", "#ffffff"), ("#777777", "#ffffff")]] == [21.0, 4.48]


def test_every_token_has_its_day_and_its_night() -> None:
    tokens = Sheet(TOKENS).tokens
    block = TOKENS.split(":root, [data-bs-theme] {", 1)[1].split("\n}", 1)[0]
    told = re.findall(r"^\s+--([a-z-]+):", block, re.MULTILINE)
    assert [name for name in told if name not in tokens] == []


def test_night_is_switched_in_one_place_only() -> None:
    switched = [path.name for path in SHEETS if re.search(r"prefers-color-scheme|\[data-bs-theme=", path.read_text())]
    assert [name for name in switched if name != "admin.css"] == ["tokens.css"]


# Paper is white at night too; the certificate is a sheet of paper; the admin has its own variables.
MAY_NAME_COLOURS = {"tokens.css", "print.css", "sheet.css", "admin.css"}
# Text on lamp, the same by day and night; the doll's cheek, mouth, eye and tear on pale cloth.
MAY_STAND = {"#2a1608", "#d9775f", "#a9503f", "#4a2c27", "#5d9bb0"}


@pytest.mark.parametrize("path", [path for path in SHEETS if path.name not in MAY_NAME_COLOURS], ids=lambda p: p.name)
def test_a_sheet_takes_its_colours_from_the_tokens(path: Path) -> None:
    assert set(colours_of(path.read_text())) - MAY_STAND == set()


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_a_sheet_reads_from_either_side(path: Path) -> None:
    """Logical properties only, so that right-to-left languages need no second sheet."""
    physical = r"(?<![\w-])(?:(?:margin|padding|border)-(?:left|right)|(?:left|right)\s*:|text-align:\s*(?:left|right))"
    css = path.read_text()
    assert re.findall(physical, re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)) == []


def test_every_icon_asked_for_is_drawn() -> None:
    asked = {name for template in templates() for name in names_in(template.text)}
    asked |= {name for room in rooms() for name in re.findall(r"icon=\"([a-z-]+)\"", room.text)}
    assert asked - icon_names() == set()


def test_an_icon_is_24_units_wide_and_takes_the_colour_of_its_text() -> None:
    sprite = ElementTree.parse(ROOT / "static" / "img" / "icons.svg").getroot()  # our own file
    assert {symbol.get("viewBox") for symbol in sprite} == {"0 0 24 24"}
    assert "fill=" not in (ROOT / "static" / "img" / "icons.svg").read_text()


def test_every_sheet_linked_is_there() -> None:
    asked = re.compile(r"static \"((?:css|js|img)/[^\"]+)\"")
    linked = {name for template in templates() for name in asked.findall(template.text)}
    assert {name for name in linked if not finders.find(name)} == set()


def test_a_wrong_colour_is_found() -> None:
    assert colours_of(
        "/* #123456 */ a { color: #abcdef; } b { background: #fff url(data:#000); }@media print { p { color: #333; } }"
    ) == ["#abcdef"]
