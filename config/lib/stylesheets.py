"""A style sheet without the rules for classes that nobody uses, and without what only its writers read.

Made for Bootstrap's own sheets: rules, and rules within @media, @supports and the like; no nesting of rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

COMMENT = re.compile(r"/\*.*?\*/", re.S)
WORD = re.compile(r"[A-Za-z][\w-]*")
CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
ATTRIBUTE = re.compile(r'class="((?:[^"{]|\{\{.*?\}\}|\{%.*?%\})*)"')
BEGINNING = re.compile(r"(?<![\w-])([A-Za-z][\w-]*-)(?=\{)")
UNLESS = re.compile(r":not\([^)]*\)")
GROUPS = ("@media", "@supports", "@layer", "@container")


def words_in(texts: Iterable[str]) -> set[str]:
    """Every word that could name a class. One that ends in a hyphen stands for all that begin with it."""
    return {word for text in texts for word in WORD.findall(text)}


def beginnings_in(texts: Iterable[str]) -> set[str]:
    """Every beginning of a class that a template completes, with its hyphen: `alert-` of class="alert-{{ kind }}"."""
    return {word for text in texts for attribute in ATTRIBUTE.findall(text) for word in BEGINNING.findall(attribute)}


def slim(css: str) -> str:
    """The same sheet without comments, indents and empty lines."""
    return "\n".join(line for line in map(str.strip, COMMENT.sub("", css).splitlines()) if line)


def only_used(css: str, words: set[str]) -> str:
    """The same sheet without the selectors that ask for a class that is none of these words, and without what is then
    empty. Order and layers stay as they are.
    """
    beginnings = tuple(word for word in words if word.endswith("-"))
    return "".join(_kept(COMMENT.sub("", css), words, beginnings))


def _kept(css: str, words: set[str], beginnings: tuple[str, ...]) -> Iterator[str]:
    for head, body in _rules(css):
        if body is None:
            yield head
        elif head.strip().startswith(GROUPS):
            inner = "".join(_kept(body, words, beginnings))
            if inner:
                yield f"{head}{{{inner}}}"
        elif head.strip().startswith("@"):
            yield f"{head}{{{body}}}"
        else:
            used = [one for one in _selectors(head) if _is_used(one, words, beginnings)]
            if used:
                yield f"{','.join(used)}{{{body}}}"


def _is_used(selector: str, words: set[str], beginnings: tuple[str, ...]) -> bool:
    asked = CLASS.findall(UNLESS.sub("", selector))
    return all(name in words or name.startswith(beginnings) for name in asked)


def _rules(css: str) -> Iterator[tuple[str, str | None]]:
    """Head and body of each rule in turn; a statement such as @charset is a head without a body."""
    at = 0
    while (opens := css.find("{", at)) >= 0:
        ends = css.find(";", at, opens)
        if ends >= 0 and css[at:ends].lstrip().startswith("@"):
            yield css[at : ends + 1], None
            at = ends + 1
            continue
        closes = _end_of(css, opens)
        yield css[at:opens], css[opens + 1 : closes]
        at = closes + 1


def _end_of(css: str, opens: int) -> int:
    depth = 0
    for found in re.compile(r"[{}]").finditer(css, opens):
        depth += 1 if found[0] == "{" else -1
        if not depth:
            return found.start()
    raise ValueError("a rule without an end")


def _selectors(head: str) -> list[str]:
    """The parts between commas; those within brackets belong to one selector."""
    found, depth, begins = [], 0, 0
    for at, letter in enumerate(head):
        depth += (letter in "([") - (letter in ")]")
        if letter == "," and not depth:
            found.append(head[begins:at])
            begins = at + 1
    return [*found, head[begins:]]
