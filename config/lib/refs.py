"""References that people read aloud, and tokens that nobody can guess."""

from __future__ import annotations

import secrets

# Crockford's base 32: no I, L, O or U, so that nothing is misread or rude.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
REFERENCE_LENGTH = 10
TOKEN_BYTES = 24


def new_reference(length: int = REFERENCE_LENGTH) -> str:
    """A random reference of that many letters; 10 letters are 50 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def new_token() -> str:
    """A secret for an address: 192 random bits, safe in a URL."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def normalise_reference(typed: str) -> str:
    """What was typed, as a reference: capitals, no spaces or dashes, and O, I, L read as the digits they look like."""
    plain = "".join(letter for letter in typed.upper() if letter.isalnum())
    return plain.replace("O", "0").replace("I", "1").replace("L", "1")
