"""Words that an instructor can start from, and the names in braces that are filled in for each reader."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

BRACES = re.compile(r"\{\s*([^{}\n]{1,40}?)\s*\}")


@dataclass(frozen=True)
class Blank:
    """A name in braces: what the instructor writes, and what stands there in the letter."""

    word: str | Promise
    says: str | Promise


BLANKS = {
    "name": Blank(pgettext_lazy("in braces", "name"), _("the first name of whoever reads it")),
    "baby": Blank(pgettext_lazy("in braces", "baby"), _("the names of their babies")),
    "next": Blank(pgettext_lazy("in braces", "next"), _("their next date, with the hour")),
    "place": Blank(pgettext_lazy("in braces", "place"), _("where their next date is")),
    "date": Blank(pgettext_lazy("in braces", "date"), _("the date that they are away on")),
    "me": Blank(pgettext_lazy("in braces", "me"), _("your own name")),
}


@dataclass(frozen=True)
class Start:
    """A subject and a message to start from."""

    label: str | Promise
    subject: str | Promise
    words: str | Promise


STARTS = {
    "hello": Start(
        _("A warm hello"),
        _("See you soon"),
        _("Dear {name},\n\nI look forward to seeing {baby} and you on {next}.\n\nWarmly, {me}"),
    ),
    "away": Start(
        _("We thought of you"),
        _("We thought of you"),
        _(
            "Dear {name},\n\nif {baby} slept, that was the right place to be. The strokes are on your practice page,"
            " and there is no hurry.\n\nWarmly, {me}"
        ),
    ),
    "bring": Start(
        _("What to bring"),
        _("What to bring"),
        _(
            "Dear {name},\n\nfor {next} please bring a blanket or large towel, nappies, whatever you need for feeding,"
            " and water for you.\n\nWarmly, {me}"
        ),
    ),
    "room": Start(
        _("The room changed"),
        _("Another room next time"),
        _("Dear {name},\n\nthe hour stays as it is: {next}. The room is another one:\n\n\n\nWarmly, {me}"),
    ),
    "blank": Start(_("Blank"), "", ""),
}


class UnknownBlanks(ValueError):
    """There are words in braces that nobody can fill in; `words` are these."""

    def __init__(self, words: list[str]) -> None:
        super().__init__(", ".join(words))
        self.words = words


def kept(typed: str) -> str:
    """The message as it is kept, whatever the language in which its blanks were typed. Raises UnknownBlanks."""
    known = {str(blank.word).casefold(): key for key, blank in BLANKS.items()} | {key: key for key in BLANKS}
    unknown = [word for word in BRACES.findall(typed) if word.casefold() not in known]
    if unknown:
        raise UnknownBlanks(list(dict.fromkeys(unknown)))
    return BRACES.sub(lambda found: f"{{{known[found[1].casefold()]}}}", typed)


def shown(words: str) -> str:
    """The same as an instructor reads it, in the language that is active."""
    return BRACES.sub(lambda found: f"{{{BLANKS[found[1]].word}}}" if found[1] in BLANKS else found[0], words)


def missing(words: str, facts: Mapping[str, str]) -> list[str]:
    """The blanks in it for which nothing is known."""
    return [key for key in dict.fromkeys(BRACES.findall(words)) if not facts.get(key)]


def filled(words: str, facts: Mapping[str, str]) -> str:
    """The message for one reader. What is filled in is not looked at again, whatever a baby is called."""
    return BRACES.sub(lambda found: facts.get(found[1], found[0]), words)
