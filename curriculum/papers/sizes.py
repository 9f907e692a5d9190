"""How large a paper is set: of several tries, the first that fits its sides is printed.

So a week of six strokes comes in large letters, and one of twenty still lies on one sheet.
"""

from __future__ import annotations

from typing import Any

Try = dict[str, Any]
"""`scale` of letters and distances, 1 is 8.4 points for steps; `rows` for a pen that have to be left; for strokes
`picture`, the width of a drawing in mm, `columns`, and whether they are told step by step (`in-full`), in a line
(`says`) or by name."""
ROOMY, PLENTY = 1.1, 1.0
"""Above these scales five rows and three rows for a pen matter more than still larger letters."""


def fitting(tries: list[Try], *, sides: int = 2) -> dict[str, Any]:
    """What a paper says of its size: the tries from the largest, the last of which is printed where none fits."""
    return {"sides": sides, "tries": tries}


def _scales(largest: int, smallest: int, step: int) -> list[float]:
    """Hundredths, from the largest, as shares of one."""
    return [hundredths / 100 for hundredths in range(largest, smallest - 1, -step)]


def _rows(scale: float) -> int:
    return 5 if scale > ROOMY else 3 if scale > PLENTY else 0


def _drawing(scale: float) -> float:
    """Drawings shrink faster than letters: they can be made out when letters can no longer be read."""
    return round(31 * scale if scale >= 1 else 31 - 60 * (1 - scale), 1)


WEEK = fitting(
    [
        *({"scale": one, "picture": _drawing(one), "rows": _rows(one)} for one in _scales(140, 88, 2)),
        *({"scale": one, "columns": 3, "in-full": False, "picture": round(21 * one, 1)} for one in _scales(108, 84, 3)),
        *({"scale": one, "columns": 5, "in-full": False, "says": False, "picture": 14} for one in _scales(90, 74, 4)),
        # Rather one more sheet than letters that nobody can read.
        {"scale": 1.0, "columns": 3, "in-full": False, "picture": 21},
    ]
)
CARD = fitting([{"scale": one, "rows": 3 if one > ROOMY else 0} for one in _scales(170, 80, 3)])
LARGE = fitting([{"scale": 1.7, "columns": 1, "picture": 50}], sides=200)
"""Letters of 14 points and more, for whoever asks for them, on as many sheets as that takes."""
BOOKLET = fitting([{"scale": 1.1}], sides=200)
"""Half a sheet is read at the mat: larger letters, and as many pages as that takes."""
