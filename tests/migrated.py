"""On SQLite a migrated database is kept under `var/`: the next run copies it, which takes no half a minute.

It is named by what made it. Whoever changes a migration, a trigger or a version of a library migrates anew.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.backends.sqlite3.creation import DatabaseCreation

ROOT = Path(settings.BASE_DIR)
MADE_BY = (
    "*/migrations/*.py",
    "config/*/migrations/*.py",
    "config/lib/*.py",
    "instructors/triggers*.py",
    "requirements*",
)


def kept() -> Path:
    """Where the database lies that these files make, whether it is there or not."""
    made_by = sorted(file for pattern in MADE_BY for file in ROOT.glob(pattern))
    words = b"".join(str(file.relative_to(ROOT)).encode() + file.read_bytes() for file in made_by)
    return ROOT / "var" / f"migrated-{hashlib.sha256(words).hexdigest()[:16]}.sqlite3"


def begin_with_what_is_kept() -> None:
    """Let an empty test database begin as the kept one. `migrate` still runs on it, and finds little to do."""
    creation: Any = DatabaseCreation  # what it is made of has no types
    empty = creation._create_test_db

    def create(self: Any, verbosity: int, autoclobber: bool, keepdb: bool = False) -> str:
        name: str = empty(self, verbosity, autoclobber, keepdb)
        for left_by_a_killed_run in ("-wal", "-shm"):
            Path(name + left_by_a_killed_run).unlink(missing_ok=True)
        if kept().exists():
            shutil.copyfile(kept(), name)
        return name

    creation._create_test_db = create


def keep() -> None:
    """Keep the database as it is now, before the first test, and no older one."""
    if connection.vendor != "sqlite" or kept().exists():
        return
    kept().parent.mkdir(exist_ok=True)
    copy = kept().with_suffix(f".{os.getpid()}")
    copy.unlink(missing_ok=True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(copy)])
    for older in kept().parent.glob("migrated-*.sqlite3"):
        older.unlink(missing_ok=True)
    copy.replace(kept())
