"""What a stroke is called in one class: another name that the library knows, or one of the instructor's own.

A name that the library knows is kept in English and comes out in the reader's language, as all the library's words do.
A name of one's own stays as it was typed, in every language.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings

from curriculum.library import aliases_of
from curriculum.models import Stroke
from curriculum.models.said import written
from curriculum.models.wording import SOURCE, in_words, language_now, texts_in

OWN, OTHER = "stroke", "strokealias"


def said(name: str) -> str:
    """A kept name as a page says it."""
    return in_words(OTHER, "name", name)


def kept(stroke: Stroke, told: str, *, languages: Iterable[str] = ()) -> str:
    """What to keep of a name that was told in the active language or one of these; empty for the stroke's own name.

    The stroke comes `with_aliases`.
    """
    name = " ".join(told.split())
    own = str(written(stroke, "name"))
    others = [str(written(one, "name")) for one in aliases_of(stroke)]
    for language in dict.fromkeys([language_now(), SOURCE, *languages]):
        words = {} if language == SOURCE else texts_in(language)
        if name in ("", own, words.get((OWN, "name", own), own)):
            return ""
        for other in others:
            if name in (other, words.get((OTHER, "name", other), other)):
                return other
    return name


def kept_in_any_language(stroke: Stroke, told: str) -> str:
    """As `kept`, in whichever language of the site the name was picked: two queries for each that was not read yet."""
    return kept(stroke, told, languages=[code for code, _name in settings.LANGUAGES])
