"""Reading the source of the house, for the tests that hold its rules."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ROOMS = ("config", "curriculum", "families", "instructors", "classes")


@dataclass(frozen=True)
class Source:
    """One Python file: where it lies (from the root of the project) and what stands in it."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return _parsed(self.text)

    @property
    def room(self) -> str:
        return self.path.split("/")[0]

    @property
    def layer(self) -> str:
        """The part of its room that the file belongs to: "views" for classes/views/booking.py."""
        return self.path.split("/")[1].removesuffix(".py")

    @property
    def is_migration(self) -> bool:
        return "/migrations/" in self.path


@lru_cache(maxsize=4096)
def _parsed(text: str) -> ast.Module:
    return ast.parse(text)


@lru_cache(maxsize=1)
def rooms() -> tuple[Source, ...]:
    """Every Python file of the rooms, migrations left out."""
    found = (path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")))
    sources = (Source(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")) for path in found)
    return tuple(source for source in sources if not source.is_migration)


@lru_cache(maxsize=1)
def written_tests() -> tuple[Source, ...]:
    found = sorted((ROOT / "tests").rglob("*.py"))
    return tuple(Source(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")) for path in found)


@lru_cache(maxsize=1)
def templates() -> tuple[Source, ...]:
    """Every HTML template, ours and those that stand in for a package's own."""
    found = sorted((ROOT / "templates").rglob("*.html"))
    return tuple(Source(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")) for path in found)


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of everything imported: `from a.b import c` is "a.b.c"."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.lineno, f"{node.module}.{name.name}") for name in node.names)


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def line_of(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def tags_of(text: str) -> Iterator[tuple[int, str]]:
    """(line, inside) of each template tag and variable."""
    for match in re.finditer(r"\{%(.*?)%\}|\{\{(.*?)\}\}", text, re.S):
        yield line_of(text, match.start()), (match.group(1) or match.group(2) or "").strip()
