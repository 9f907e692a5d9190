"""Which database engine serves, and with which options.

SQLite 3.7.0 to 3.51.2 can corrupt a write-ahead-log database when two connections write and checkpoint in the same
instant (fixed in 3.51.3, 3.50.7 and 3.44.6). So WAL is used only on an engine with the fix; pysqlite3's wheel bundles
one. Elsewhere the rollback journal serves: slower under a rush, and as safe.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import environ

SQLITE_TIMEOUT_S = 20
_FIXED_BACKPORTS = {(3, 50): 7, (3, 44): 6}


def prefer_sqlite_with_fix() -> None:
    """Put pysqlite3 in the place of the standard module, where its wheel is installed."""
    try:
        import pysqlite3
    except ImportError:
        return
    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """Whether the engine of this version, such as (3, 51, 3), has the WAL-reset fix."""
    if version >= (3, 51, 3):
        return True
    backport = _FIXED_BACKPORTS.get((version[0], version[1]))
    return backport is not None and version[2] >= backport


def journal_mode() -> str:
    """The journal of the SQLite engine in use: "WAL" with the fix, else "DELETE" (the rollback journal)."""
    import sqlite3

    return "WAL" if wal_is_safe(sqlite3.sqlite_version_info) else "DELETE"


def database_settings(url: str, *, default: Path, pool_size: int) -> dict[str, Any]:
    """Django's settings of the one database.

    `url` is a DATABASE_URL (sqlite:///path or postgres://…), or "" for SQLite in the file `default`; `pool_size` is the
    most connections of one process.
    """
    settings: dict[str, Any] = dict(environ.Env.db_url_config(url or f"sqlite:///{default}"))
    if settings["ENGINE"] == "django.db.backends.sqlite3":
        settings["OPTIONS"] = sqlite_options()
    elif settings["ENGINE"] == "django.db.backends.postgresql":
        settings["OPTIONS"] = postgres_options(pool_size)
        settings["CONN_MAX_AGE"] = 0
    return settings


def sqlite_options() -> dict[str, Any]:
    """IMMEDIATE transactions, because a deferred one cannot be upgraded under a rush.

    FULL, because "booked" must survive the power cut of the next second.
    """
    pragmas = f"PRAGMA journal_mode={journal_mode()}; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
    return {"transaction_mode": "IMMEDIATE", "timeout": SQLITE_TIMEOUT_S, "init_command": pragmas}


def postgres_options(pool_size: int) -> dict[str, Any]:
    """psycopg's pool. It must hold at least a connection for each thread of a worker."""
    return {
        "pool": {"min_size": 1, "max_size": pool_size, "timeout": 10},
        "options": "-c lock_timeout=10s -c statement_timeout=30s -c idle_in_transaction_session_timeout=60s",
    }
