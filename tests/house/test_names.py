"""One word runs through address, view, template and test: `classes:book_place`, `book_place`, `classes/book_place.html`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import pytest
from django.urls import get_resolver

from tests.house.reading import ROOT, templates, written_tests
from tests.house.test_guards import addresses

ROOMS = ("classes", "families", "instructors", "curriculum")
Named = tuple[str, str, str]  # address name, view's name, view's module


def ours() -> list[Named]:
    return [
        (name, view.__name__, view.__module__)
        for name, view in addresses(get_resolver())
        if hasattr(view, "guard_name")
    ]


def wrong_views(found: Iterable[Named]) -> list[str]:
    """Views that are called otherwise than their address, or that live in another room."""
    wrong = []
    for name, view, module in found:
        room, _, word = name.rpartition(":")
        home = f"{room}.views" if room else "config."
        if view != word or not module.startswith(home):
            wrong.append(f"{name} is {module}.{view}")
    return wrong


def wrong_templates(paths: Iterable[str], names: set[str]) -> list[str]:
    """Whole pages that no address of their name shows. Parts begin with an underscore, frames with `base`."""
    wrong = []
    for path in paths:
        match = re.fullmatch(rf"templates/({'|'.join(ROOMS)})/([a-z][a-z_]*)\.html", path)
        if match and not match[2].startswith("base") and f"{match[1]}:{match[2]}" not in names:
            wrong.append(path)
    return wrong


def untested(names: Iterable[str], words: str) -> list[str]:
    return [name for name in names if not re.search(rf"(?<![a-z]){name.rpartition(':')[2]}(?![a-z])", words)]


def test_a_view_is_called_as_its_address() -> None:
    assert wrong_views(ours()) == []


def test_a_page_is_called_as_its_address() -> None:
    names = {name for name, _view, _module in ours()}
    assert wrong_templates((template.path for template in templates()), names) == []


def test_every_address_is_named_in_a_test_of_its_room() -> None:
    for room in (*ROOMS, "config"):
        here = [name for name, _view, _module in ours() if (name.rpartition(":")[0] or "config") == room]
        words = "".join(
            test.text for test in written_tests() if test.path.startswith((f"tests/{room}/", "tests/journeys/"))
        )
        assert untested(here, words) == [], room


@pytest.mark.parametrize(
    ("named", "wrong"),
    [
        (("classes:book_place", "book_place", "classes.views.booking"), 0),
        (("classes:book_place", "book", "classes.views.booking"), 1),
        (("classes:my_family", "my_family", "families.views.home"), 1),
        (("arrive", "arrive", "config.views"), 0),
    ],
)
def test_a_view_with_another_name_is_found(named: Named, wrong: int) -> None:
    assert len(wrong_views([named])) == wrong


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("templates/classes/book_place.html", 0),
        ("templates/classes/_row.html", 0),
        ("templates/classes/base_teaching.html", 0),
        ("templates/classes/booking.html", 1),
    ],
)
def test_a_page_with_another_name_is_found(path: str, wrong: int) -> None:
    assert len(wrong_templates([path], {"classes:book_place"})) == wrong


def test_an_address_without_a_test_is_found() -> None:
    assert untested(["classes:book_place", "classes:home"], "def test_book_place_says_no") == ["classes:home"]


TOP_LEVEL = {
    *("manage.py", "pyproject.toml", "README.md", "CHANGELOG.md", "Makefile", "LICENSE"),
    *("config", "classes", "instructors", "families", "curriculum", "templates", "static", "tests"),
    *("requirements.txt", "requirements-dev.txt", "var", "docs"),
}


def test_nothing_new_stands_at_the_top() -> None:
    here: set[Any] = {path.name for path in ROOT.iterdir() if not path.name.startswith((".", "__"))}
    assert here - TOP_LEVEL == set()
