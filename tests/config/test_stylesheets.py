"""Style sheets without what nobody uses, and the one of every page that is made of them."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from bootstrap_wrapper import get_bootstrap_dir
from django.contrib.staticfiles.finders import find

from config.lib.stylesheets import CLASS, only_used, words_in
from config.staticfinders import FRAMES, OWN, FrameFinder, sources

HEAVIEST = 26_000


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
    own = [Path(str(find(own))).read_text() for own in OWN]
    assert sheet.endswith("\n".join(own))
    assert len(gzip.compress(sheet.encode(), 9)) < HEAVIEST


def test_nothing_else_of_bootstrap_is_published() -> None:
    assert [name for name, _storage in FrameFinder().list([])] == list(FRAMES)
    assert [find(f"vendor/bootstrap/css/{name}") for name in ("bootstrap.css", "bootstrap.min.css")] == [None, None]
