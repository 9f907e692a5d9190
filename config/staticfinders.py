"""Bootstrap's two style sheets through staticfiles, each without the rules for classes that this site never uses.

They are made anew when the files are collected, and once in each process that serves them as they lie here. What counts
as used is any word of a template, a script or a form, so a class put together from a word and a value has to begin with
that word and a hyphen, as in `alert-{{ kind }}`.
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

ALLOWED = ("css/bootstrap.min.css", "css/bootstrap.rtl.min.css")
PREFIX = "vendor/bootstrap"
ROOMS = ("classes", "config", "curriculum", "families", "instructors")


class BootstrapFinder(BaseFinder):
    """Finds vendor/bootstrap/css/bootstrap(.rtl).min.css, nothing else."""

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        self.root = settings.VAR_DIR / "bootstrap"
        self.storage = FileSystemStorage(location=self.root)
        self.storage.prefix = PREFIX  # type: ignore[attr-defined]  # how finders name the folder to collectstatic
        super().__init__(*args, **kwargs)

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        searched_locations.append(str(self.root))
        name = path.removeprefix(f"{PREFIX}/")
        found = [made(name, self.root)] if path.startswith(f"{PREFIX}/") and name in ALLOWED else []
        if find_all or not found:
            return found
        return found[0]

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[Any]:
        for name in ALLOWED:
            made(name, self.root)
            yield name, self.storage


@cache
def made(name: str, root: Path) -> str:
    """Write that sheet below `root`; its path."""
    target = root / name
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(f".{os.getpid()}")
    draft.write_text(only_used((Path(get_bootstrap_dir()) / name).read_text(), words_used()))
    draft.replace(target)
    return str(target)


@cache
def words_used() -> set[str]:
    """Whatever can name a class on a page of ours."""
    return words_in(path.read_text() for path in sources())


def sources() -> Iterator[Path]:
    yield from (settings.BASE_DIR / "templates").rglob("*.html")
    yield from (settings.BASE_DIR / "static" / "js").glob("*.js")
    yield from Path(crispy_bootstrap5.__file__).parent.rglob("*.html")
    for room in ROOMS:
        yield from (path for path in (settings.BASE_DIR / room).rglob("*.py") if "migrations" not in path.parts)
