"""Tables as CSV, and nothing in them that a spreadsheet runs.

A cell that begins like a formula begins with an apostrophe: whoever typed a name or a title must not be able to have a
spreadsheet do something (OWASP, CSV injection).
"""

from __future__ import annotations

import csv
import io
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Sequence

# What a spreadsheet takes for the beginning of a formula, its full-width forms too; and what may stand before it.
BEGINS_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
PASSED_OVER = " \u00a0\u200b\ufeff\"'"
CSV_TYPE = "text/csv; charset=utf-8"


def inert(text: str) -> str:
    """The text as a cell of a CSV file: with an apostrophe before it, where it would begin a formula."""
    bare = text.replace("\x00", "")
    begins = bare.startswith(BEGINS_FORMULA) or bare.lstrip(PASSED_OVER).startswith(BEGINS_FORMULA)
    return f"'{bare}" if begins else bare


def csv_of(rows: Iterable[Sequence[object]]) -> bytes:
    """As RFC 4180 has it, in UTF-8 with the mark by which spreadsheets know it. Texts are inert, None is empty."""
    return b"".join(csv_in_pieces(rows))


def csv_in_pieces(rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """The same row by row, for a table too long to stand in memory as a whole."""
    yield BOM_UTF8
    for row in rows:
        written = io.StringIO()
        cells = [inert(cell) if isinstance(cell, str) else "" if cell is None else str(cell) for cell in row]
        csv.writer(written, lineterminator="\r\n").writerow(cells)
        yield written.getvalue().encode()
