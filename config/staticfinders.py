"""The style sheet of every page as one file: Bootstrap, without the rules for classes that nobody here uses, and ours.

It is made anew whenever one of its sources is newer: when the files are collected, and where they are served as they
lie here. What counts as used is any word of a template, a script or a form, so a class put together from a word and a
value has to begin with that word and a hyphen, as in `alert-{{ kind }}`.
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

from config.lib.stylesheets import only_used, words_in

# {our file: Bootstrap's sheet in it}
FRAMES = {"css/frame.css": "css/bootstrap.min.css", "css/frame.rtl.css": "css/bootstrap.rtl.min.css"}
OWN = ("css/tokens.css", "css/base.css", "css/parts.css")
ROOMS = ("classes", "config", "curriculum", "families", "instructors")


class FrameFinder(BaseFinder):
    """Finds css/frame.css and css/frame.rtl.css, nothing else."""

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        self.root = settings.VAR_DIR / "sheets"
        self.storage = FileSystemStorage(location=self.root)
        super().__init__(*args, **kwargs)

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        searched_locations.append(str(self.root))
        found = [made(path, self.root, newest())] if path in FRAMES else []
        if find_all or not found:
            return found
        return found[0]

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[Any]:
        for name in FRAMES:
            made(name, self.root, newest())
            yield name, self.storage


@cache
def made(name: str, root: Path, newest: float) -> str:
    """Write that sheet below `root` from sources as they stood at `newest`; its path."""
    bootstrap = only_used((Path(get_bootstrap_dir()) / FRAMES[name]).read_text(), words_used(newest))
    sheets = [bootstrap, *((settings.BASE_DIR / "static" / own).read_text() for own in OWN)]
    target = root / name
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(f".{os.getpid()}")
    draft.write_text("\n".join(sheets))
    draft.replace(target)
    return str(target)


@cache
def words_used(newest: float) -> set[str]:
    """Whatever can name a class on a page of ours."""
    return words_in(path.read_text() for path in sources())


def newest() -> float:
    """When the newest source was written."""
    own = [settings.BASE_DIR / "static" / name for name in OWN]
    return max(path.stat().st_mtime for path in (*sources(), *own))


def sources() -> Iterator[Path]:
    """Every file whose words can name a class."""
    yield from (settings.BASE_DIR / "templates").rglob("*.html")
    yield from (settings.BASE_DIR / "static" / "js").glob("*.js")
    yield from Path(crispy_bootstrap5.__file__).parent.rglob("*.html")
    for room in ROOMS:
        yield from (path for path in (settings.BASE_DIR / room).rglob("*.py") if "migrations" not in path.parts)
