"""Everything that is kept of a household, taken along by one of its adults: one ZIP, each part twice.

As a table that any spreadsheet opens, and all together for other programs. It is written down before anything is read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from classes.own_records import Said, Table, tables_of
from config.audit.trail import record
from config.lib.cells import csv_in_pieces
from config.lib.times import local
from config.lib.zips import zip_in_pieces
from families.models import Caregiver
from families.taking_diary import Taken, in_language_of_now

TYPE = "application/zip"


def take(me: Caregiver, *, now: datetime) -> Taken:
    """The file. What it holds is read while it is sent."""
    with transaction.atomic():
        record("took everything along", by=me.user, about=me, now=now)
    here = local(now, me.family.time_zone)
    pieces = zip_in_pieces(_files(me, now=now), at=here)
    return Taken(f"warm-hands-{here:%Y-%m-%d}.zip", TYPE, in_language_of_now(pieces))


def _files(me: Caregiver, *, now: datetime) -> Iterator[tuple[str, Iterable[bytes]]]:
    tables = tables_of(me, now=now)
    zone = me.family.time_zone
    yield "read-me.txt", [_read_me(tables).encode()]
    yield "everything.json", _as_json(tables)
    for table in tables:
        yield f"{table.name}.csv", csv_in_pieces(_as_rows(table, zone))


def _read_me(tables: Sequence[Table]) -> str:
    lines = [f"{table.name}.csv: {table.title}" for table in tables]
    return "\n".join(
        [_("Each part is there as a table (CSV), and all together for other programs (JSON)."), "", *lines, ""]
    )


def _as_rows(table: Table, zone: str) -> Iterator[Sequence[object]]:
    yield list(table.heads.values())
    for row in table.rows():
        yield [_shown(value, zone) for value in row]


def _shown(value: object, zone: str) -> object:
    if isinstance(value, Said):
        return value.words
    if isinstance(value, datetime):
        return f"{local(value, zone):%Y-%m-%d %H:%M}"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False) if value else ""
    return value


def _as_json(tables: Sequence[Table]) -> Iterator[bytes]:
    """{name: [{key: value}]}, row by row."""
    yield b"{"
    for number, table in enumerate(tables):
        yield f'{"," if number else ""}\n"{table.name}": ['.encode()
        for place, row in enumerate(table.rows()):
            plain = dict(zip(table.heads, map(_plain, row), strict=True))
            yield f"{',' if place else ''}\n{json.dumps(plain, ensure_ascii=False)}".encode()
        yield b"]"
    yield b"\n}\n"


def _plain(value: object) -> object:
    if isinstance(value, Said):
        return value.value
    return value.isoformat() if isinstance(value, datetime | date) else value
