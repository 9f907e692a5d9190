"""Certificate numbers: {prefix}-{TYPE}-{year}-{000123}-{check}, and the codes of the public pages.

The check character is ISO 7064 MOD 37,36: one wrong character is always noticed, two neighbours swapped nearly always.
"""

from __future__ import annotations

import re

from config.lib.refs import new_reference, normalise_reference

CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CODE_LETTERS = 12


def check_character(text: str) -> str:
    """The check character of a text of letters and digits; everything else in it is passed over."""
    product = 36
    for character in _plain(text):
        total = (product + CHARACTERS.index(character)) % 36 or 36
        product = total * 2 % 37
    return CHARACTERS[(37 - product) % 36]


def is_whole(number: str) -> bool:
    """Whether the number ends with its right check character."""
    plain = _plain(number)
    return len(plain) > 1 and check_character(plain[:-1]) == plain[-1]


def compose(prefix: str, credential: str, year: int, count: int) -> str:
    """For example WH-CIMI-2026-000118-4."""
    body = f"{prefix}-{credential}-{year}-{count:06d}"
    return f"{body}-{check_character(body)}"


def in_own_form(typed: str, prefix: str, credential: str) -> str:
    """A typed number of that body and credential with its dashes in place; empty where it is no such number."""
    found = re.fullmatch(rf"{re.escape(prefix + credential)}(\d{{4}})(\d{{6}})([0-9A-Z])", _plain(typed), re.ASCII)
    return "-".join((prefix, credential, *found.groups())) if found else ""


def new_code() -> str:
    """Twelve Crockford letters, 60 random bits, not derived from the number."""
    return new_reference(CODE_LETTERS)


def read_code(typed: str) -> str:
    """A typed code as it is stored; empty where it cannot be one."""
    code = normalise_reference(typed)
    return code if len(code) == CODE_LETTERS and code.isascii() else ""


def read_number(typed: str) -> str:
    """A typed number in capitals, with one plain dash for whatever stands between its parts."""
    parts = "".join(letter if letter in CHARACTERS else " " for letter in typed.upper()).split()
    return "-".join(parts)


def _plain(text: str) -> str:
    return "".join(letter for letter in text.upper() if letter in CHARACTERS)
