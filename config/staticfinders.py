"""Bootstrap's two style sheets through staticfiles: the package ships 44 files in many variants, we publish four."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bootstrap_wrapper import get_bootstrap_dir
from django.contrib.staticfiles.finders import BaseFinder, searched_locations
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage

ALLOWED = (
    "css/bootstrap.min.css",
    "css/bootstrap.min.css.map",
    "css/bootstrap.rtl.min.css",
    "css/bootstrap.rtl.min.css.map",
)
PREFIX = "vendor/bootstrap"


class BootstrapFinder(BaseFinder):
    """Finds vendor/bootstrap/css/bootstrap(.rtl).min.css and their maps, nothing else."""

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        self.root = Path(get_bootstrap_dir())
        self.storage = FileSystemStorage(location=self.root)
        self.storage.prefix = PREFIX  # type: ignore[attr-defined]  # how finders name the folder to collectstatic
        super().__init__(*args, **kwargs)

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        searched_locations.append(str(self.root))
        name = path.removeprefix(f"{PREFIX}/")
        found = [str(self.root / name)] if path.startswith(f"{PREFIX}/") and name in ALLOWED else []
        if find_all or not found:
            return found
        return found[0]

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[Any]:
        for name in ALLOWED:
            yield name, self.storage
