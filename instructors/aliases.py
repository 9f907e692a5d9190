"""Aliases of practice families: a tree, drawn from the list, and never a name."""

from __future__ import annotations

import re
from collections.abc import Collection

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

TREES = (
    gettext_lazy("Birch"),
    gettext_lazy("Linden"),
    gettext_lazy("Maple"),
    gettext_lazy("Alder"),
    gettext_lazy("Chestnut"),
    gettext_lazy("Poplar"),
    gettext_lazy("Juniper"),
    gettext_lazy("Beech"),
    gettext_lazy("Cedar"),
    gettext_lazy("Elm"),
    gettext_lazy("Larch"),
    gettext_lazy("Oak"),
    gettext_lazy("Pine"),
    gettext_lazy("Spruce"),
    gettext_lazy("Walnut"),
    gettext_lazy("Cypress"),
)
# One word and a number where there is need of one: "Birch", "Birch 2". Names of people mostly come in two.
ONE_WORD = re.compile(r"[^\W\d_]{2,}(?: \d{1,2})?")
# No part of it can be read in two ways: words come from anybody, and looking takes no longer than reading.
ADDRESS = re.compile(r"[^\s@]@[^\s@.]+\.[^\s@]")
PHONE = re.compile(r"\+?\d(?:[\s().\-/]*\d){6,}")


def next_alias(taken: Collection[str], *, language: str) -> str:
    """The first tree that is free, in that language; with a number after it once all are taken."""
    with translation.override(language):
        trees = [str(tree) for tree in TREES]
    known = {alias.casefold() for alias in taken}
    rounds = range(len(known) // len(trees) + 2)
    drawn = (tree if not again else f"{tree} {again + 1}" for again in rounds for tree in trees)
    return next(alias for alias in drawn if alias.casefold() not in known)


def why_no_alias(alias: str) -> str | None:
    """The kind sentence that refuses what may be somebody's name or address; None for an alias."""
    if ADDRESS.search(alias) or "@" in alias:
        return _(
            "This looks like an e-mail address. Please choose an alias, such as a tree: nobody is to be found by it."
        )
    if PHONE.search(alias):
        return _("This looks like a phone number. Please choose an alias, such as a tree: nobody is to be found by it.")
    if not ONE_WORD.fullmatch(alias):
        return _("This could be somebody’s name. Please choose one word that is none, such as a tree.")
    return None


def why_no_words(words: str) -> str | None:
    """The sentence that refuses words by which a family could be reached; None for all others."""
    if ADDRESS.search(words) or PHONE.search(words):
        return _("Please leave out e-mail addresses and phone numbers: what is kept here says nothing of who it was.")
    return None
