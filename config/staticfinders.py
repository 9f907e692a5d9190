"""Style sheets that are made of others, so that a phone on a slow line asks for two of them before it shows a page.

The sheet of every page is Bootstrap, without the rules for classes that nobody here uses, and ours. The pages read on
a phone at home have one more each, of all that else they would ask for one by one.

They are made anew whenever a source is newer: when the files are collected, and where they are served as they lie
here. What counts as used is any word of a template, a script or a form. Of words that end in a hyphen, and so stand for
all that begin with them, only those count that a class attribute puts together with a value, as in `alert-{{ kind }}`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import crispy_bootstrap5
from bootstrap_wrapper import get_bootstrap_dir
from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder, searched_locations
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage

from config.lib.stylesheets import beginnings_in, only_used, slim, words_in

# {our file: Bootstrap's sheet in it}
FRAMES = {"css/frame.css": "css/bootstrap.min.css", "css/frame.rtl.css": "css/bootstrap.rtl.min.css"}
OWN = ("css/tokens.css", "css/base.css", "css/parts.css")
# {a sheet of some pages: the sheets in it, in their order}
WHOLE = {
    "css/at_home.css": (
        "css/diagrams.css",
        "css/family.css",
        "css/practice.css",
        "css/log.css",
        "css/practice_print.css",
        "css/print.css",
    ),
    "css/at_hand.css": ("css/diagrams.css", "css/practice.css", "css/hands_free.css", "css/print.css"),
    "css/of_strokes.css": ("css/diagrams.css", "css/public.css", "css/library.css", "css/print.css"),
}
PAPER = ("css/practice_print.css", "css/print.css")
MADE = (*FRAMES, *WHOLE)
# Parts of crispy's forms that no form of ours has, so nobody needs their classes.
FOREIGN = {"accordion.html", "accordion-group.html", "floating_field.html", "modal.html", "tab.html", "tab-link.html"}
ROOMS = ("classes", "config", "curriculum", "families", "instructors")


class SheetFinder(BaseFinder):
    """Finds the sheets that are made of others, nothing else."""

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        self.root = settings.VAR_DIR / "sheets"
        self.storage = FileSystemStorage(location=self.root)
        super().__init__(*args, **kwargs)

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        searched_locations.append(str(self.root))
        found = [made(path, self.root, newest())] if path in MADE else []
        if find_all or not found:
            return found
        return found[0]

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[Any]:
        for name in MADE:
            made(name, self.root, newest())
            yield name, self.storage


@cache
def made(name: str, root: Path, newest: float) -> str:
    """Write that sheet below `root` from sources as they stood at `newest`; its path."""
    sheets = [our_own(own) for own in WHOLE.get(name, OWN)]
    if name in FRAMES:
        sheets.insert(0, only_used((Path(get_bootstrap_dir()) / FRAMES[name]).read_text(), words_used(newest)))
    target = root / name
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(f".{os.getpid()}")
    draft.write_text("\n".join(sheets))
    draft.replace(target)
    return str(target)


def our_own(name: str) -> str:
    """A sheet of ours as it stands in one that is made; what is for paper says so there."""
    css = slim((settings.BASE_DIR / "static" / name).read_text())
    return f"@media print{{\n{css}\n}}" if name in PAPER else css


@cache
def words_used(newest: float) -> set[str]:
    """Whatever can name a class on a page of ours."""
    texts = [path.read_text() for path in sources()]
    return {word for word in words_in(texts) if not word.endswith("-")} | beginnings_in(texts)


def newest() -> float:
    """When the newest source was written."""
    parts = {*OWN, *(part for parts in WHOLE.values() for part in parts)}
    own = [settings.BASE_DIR / "static" / name for name in parts]
    return max(path.stat().st_mtime for path in (*sources(), *own))


def sources() -> Iterator[Path]:
    """Every file whose words can name a class."""
    yield from (settings.BASE_DIR / "templates").rglob("*.html")
    yield from (settings.BASE_DIR / "static" / "js").glob("*.js")
    crispy = Path(crispy_bootstrap5.__file__).parent.rglob("*.html")
    yield from (path for path in crispy if path.name not in FOREIGN)
    for room in ROOMS:
        yield from (path for path in (settings.BASE_DIR / room).rglob("*.py") if "migrations" not in path.parts)
