"""Style sheets without what nobody uses, and the one of every page that is made of them."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from bootstrap_wrapper import get_bootstrap_dir
from django.contrib.staticfiles.finders import find

from config.lib.stylesheets import CLASS, beginnings_in, only_used, slim, words_in
from config.staticfinders import FRAMES, MADE, OWN, PAPER, WHOLE, SheetFinder, our_own, sources

ROOT = Path(__file__).parents[2]
HEAVIEST = 20_000


@pytest.mark.parametrize(
    ("css", "words", "left"),
    [
        (".btn{a:b}.modal{c:d}", {"btn"}, ".btn{a:b}"),
        (".btn,.modal{a:b}", {"btn"}, ".btn{a:b}"),
        (".btn .modal{a:b}a,:root{c:d}", {"btn"}, "a,:root{c:d}"),
        (".alert-warning,.alert-x{a:b}.badge{c:d}", {"alert-"}, ".alert-warning,.alert-x{a:b}"),
        ("@media print{.btn{a:b}.modal{c:d}}@media print{.modal{c:d}}", {"btn"}, "@media print{.btn{a:b}}"),
        ("@keyframes spin{to{a:b}}", set(), "@keyframes spin{to{a:b}}"),
        ('@charset "UTF-8";/* .btn */p{a:b;c:d}', set(), '@charset "UTF-8";p{a:b;c:d}'),
        (".btn:not(.modal):is(.a,.b){a:b}", {"btn", "a", "b"}, ".btn:not(.modal):is(.a,.b){a:b}"),
    ],
)
def test_what_asks_for_a_class_that_nobody_uses_goes(css: str, words: set[str], left: str) -> None:
    assert only_used(css, words) == left


def test_a_sheet_that_breaks_off_is_no_sheet() -> None:
    with pytest.raises(ValueError, match="without an end"):
        only_used("p{a:b", set())


def test_what_only_writers_read_goes() -> None:
    assert slim("/* a */\np {\n  a: 'b  c';\n\n}\n") == "p {\na: 'b  c';\n}"


@pytest.mark.parametrize(
    ("html", "beginnings"),
    [
        ('<p class="alert alert-{{ kind }}">', {"alert-"}),
        ('<p class="{% if a == "b" %}btn-{% endif %} m-{% if c %}d{% endif %}" id="p-{{ e }}">', {"btn-", "m-"}),
        ('<p id="d-{{ a }}" class="row">', set()),
    ],
)
def test_a_beginning_counts_where_a_class_is_put_together(html: str, beginnings: set[str]) -> None:
    assert beginnings_in([html]) == beginnings


def test_no_form_of_ours_has_the_parts_of_crispy_that_go_without_their_classes() -> None:
    forms = [path.read_text() for room in ("classes", "config", "families", "instructors") for path in python_of(room)]
    assert [text for text in forms if re.search(r"crispy_forms\.bootstrap|crispy_bootstrap5", text)] == []


def python_of(room: str) -> list[Path]:
    made_of_them = ("config/settings.py", "config/staticfinders.py")
    return [path for path in (ROOT / room).rglob("*.py") if not str(path).endswith(made_of_them)]


def published(name: str) -> str:
    return Path(str(find(name))).read_text()


@pytest.mark.parametrize("name", FRAMES)
def test_every_class_of_a_template_that_bootstrap_knows_is_published(name: str) -> None:
    whole = (Path(get_bootstrap_dir()) / FRAMES[name]).read_text()
    said = " ".join(part for path in sources() for part in re.findall(r'class="([^"{]*)', path.read_text()))
    known = words_in([said]) & set(CLASS.findall(whole))
    assert {"btn", "card-body", "form-control", "is-invalid"} <= known
    assert known - set(CLASS.findall(published(name))) == set()


@pytest.mark.parametrize("name", FRAMES)
def test_the_sheet_of_every_page_is_bootstrap_without_what_we_never_use_and_then_ours(name: str) -> None:
    sheet = published(name)
    assert [word for word in ("carousel", "offcanvas", "popover", "toast") if f".{word}" in sheet] == []
    assert sheet.endswith("\n".join(our_own(own) for own in OWN))
    assert len(gzip.compress(sheet.encode(), 9)) < HEAVIEST


@pytest.mark.parametrize("name", WHOLE)
def test_a_sheet_of_some_pages_is_the_sheets_it_is_made_of_in_their_order(name: str) -> None:
    sheet = published(name)
    assert sheet == "\n".join(our_own(part) for part in WHOLE[name])
    assert [sheet.count("@media print{\n" + slim(text_of(part))) for part in PAPER if part in WHOLE[name]] == [1] * len(
        set(PAPER) & set(WHOLE[name])
    )


def text_of(name: str) -> str:
    return (ROOT / "static" / name).read_text()


def test_nothing_else_of_bootstrap_is_published() -> None:
    assert [name for name, _storage in SheetFinder().list([])] == list(MADE)
    assert [find(f"vendor/bootstrap/css/{name}") for name in ("bootstrap.css", "bootstrap.min.css")] == [None, None]
