"""A whole copy of the SQLite database while the site goes on, by SQLite's own backup interface.

Never copy the file itself: what is still in the write-ahead log would be missing. PostgreSQL has pg_dump for this.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

KEPT = timedelta(days=35)
FRESH = timedelta(hours=26)
PATTERN = "warm-hands-*.sqlite3"


class CannotBackUp(Exception):
    """No copy was made; the sentence says why."""


def back_up(source: Path, folder: Path, *, now: datetime) -> Path:
    """Write a copy into the folder, check that it is whole, and delete copies older than 35 days.

    Raises CannotBackUp where the copy is damaged; it is kept under another name then, to be looked at.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"warm-hands-{now:%Y%m%dT%H%M%SZ}.sqlite3"
    unfinished = target.with_suffix(".unfinished")
    unfinished.touch(mode=0o600)
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(unfinished)) as copy:
        live.backup(copy)
        found = copy.execute("PRAGMA integrity_check").fetchone()[0]
    if found != "ok":
        raise CannotBackUp(f"The copy {unfinished} is damaged: {found}")
    unfinished.rename(target)
    for old in folder.glob(PATTERN):
        if now.timestamp() - old.stat().st_mtime > KEPT.total_seconds():
            old.unlink()
    return target


def is_fresh(folder: Path, *, now: datetime) -> bool:
    """Whether the folder holds a copy of the last 26 hours."""
    times = [copy.stat().st_mtime for copy in folder.glob(PATTERN)]
    return bool(times) and now.timestamp() - max(times) < FRESH.total_seconds()
