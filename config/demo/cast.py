"""The people whom a visitor of the demo may sign in as: known addresses, one password, one second factor."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PASSWORD = "warm-hands-demo"  # noqa: S105  (everyone may know it)
TOTP_SECRET = "WARMHANDSDEMOWARMHANDSDEMOWARMHA"  # noqa: S105
PERIOD_S = 30
DIGITS = 6


@dataclass(frozen=True)
class Role:
    """Someone of the demo, and what there is to see as them."""

    email: str
    name: str
    title: str | Promise
    sees: str | Promise
    second_factor: bool = True


CAST = (
    Role(
        "parent@example.org",
        "Amara Osei",
        _("Parent"),
        _("A series with this week’s practice, a date to make up elsewhere, an offer from a waiting list, a diary."),
        second_factor=False,
    ),
    Role(
        "coparent@example.org",
        "Joel Osei-Lind",
        _("Co-parent"),
        _("The same family, seen by the other adult, who comes and practises but does not book."),
        second_factor=False,
    ),
    Role(
        "other-parent@example.org",
        "Nanami Fairley",
        _("Another family"),
        _("Another baby, waiting for any class on a Wednesday: none of the first family’s records."),
        second_factor=False,
    ),
    Role(
        "instructor@example.org",
        "Hester Quillfeather",
        _("Instructor"),
        _("Tonight’s register, and who to mind in it."),
    ),
    Role(
        "other-instructor@example.org",
        "Rafael Montoliu Bosch",
        _("Another instructor"),
        _("Series of their own in Spanish, and none of the first instructor’s."),
    ),
    Role("candidate@example.org", "Priya Thornbury", _("Candidate"), _("What is still missing for the certificate.")),
    Role("trainer@example.org", "Ruth Adebisi-Hale", _("Trainer"), _("Their own candidates in the admin.")),
    Role("other-trainer@example.org", "Ingrid Solbakken", _("Another trainer"), _("Other candidates.")),
    Role("registrar@example.org", "Margaret Ellerslie", _("Registrar"), _("The register of certificates.")),
    Role(
        "auditor@example.org",
        "Edith Marlowe-Quist",
        _("Auditor"),
        _("Every step of every certificate, and not a button to change one."),
    ),
    Role("office@example.org", "Samir Okonjo-Reid", _("Office"), _("Letters, the audit trail, everything else.")),
)


def current_code(now: datetime) -> str:
    """The six digits that an authenticator app would show at this moment (RFC 6238)."""
    counter = struct.pack(">Q", int(now.timestamp()) // PERIOD_S)
    digest = hmac.new(base64.b32decode(TOTP_SECRET), counter, hashlib.sha1).digest()
    start = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def seconds_left(now: datetime) -> int:
    """For how long the current code still holds."""
    return PERIOD_S - int(now.timestamp()) % PERIOD_S
