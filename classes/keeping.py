"""What of a week at home may lie on a family's phone, to be opened without a network.

The strokes that this baby's record leaves out are left out there too; that they are, and why, is a fact about health
and never lies on a phone. The page that lies there says to everyone alike that it does not know what they told us.
"""

from __future__ import annotations

from dataclasses import replace

from classes.sheets import Sheet
from families.readiness import Readiness, Record


def without_record(readiness: Readiness) -> Readiness:
    """What is looked at before any massage, without a word on this baby's health."""
    return replace(readiness, record=Record([]))


def for_keeping(sheet: Sheet) -> Sheet | None:
    """The sheet with every earlier part open, for no other page can be asked for.

    None where the record leaves no stroke to show: a page without any would itself tell.
    """
    if sheet.left_out and not sheet.pictured:
        return None
    parts = [replace(part, is_shown=True) for part in sheet.parts]
    return replace(sheet, parts=parts, left_out=[], shows_all=False)
