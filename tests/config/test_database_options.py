"""What the database was told, read back from the database."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from config.database import SQLITE_TIMEOUT_S, database_settings, journal_mode, postgres_options, wal_is_safe

ROOT = Path(__file__).parents[2]
READ_BACK = """
import os, sys
os.environ.update(WARM_HANDS_MODE="test", VAR_DIR=sys.argv[1], DATABASE_URL="")
import django
django.setup()
from django.db import connection, transaction
with connection.cursor() as cursor:
    for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout"):
        print(cursor.execute(f"PRAGMA {name}").fetchone()[0], end=" ")
connection.force_debug_cursor = True
with transaction.atomic():
    pass
print(connection.queries[0]["sql"], connection.transaction_mode)
"""


def test_sqlite_reads_back_what_it_was_told(tmp_path: Path) -> None:
    command = [sys.executable, "-c", READ_BACK, str(tmp_path)]
    environment = {"DJANGO_SETTINGS_MODULE": "config.settings", "PATH": ""}
    process = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=True)
    full, timeout_ms = 2, SQLITE_TIMEOUT_S * 1000
    assert process.stdout == f"{journal_mode().lower()} {full} 1 {timeout_ms} BEGIN IMMEDIATE IMMEDIATE\n"
    assert (tmp_path / "warm-hands.sqlite3").exists()


def test_the_demo_has_a_file_of_its_own(tmp_path: Path) -> None:
    code = "from django.conf import settings; print(settings.DATABASES['default']['NAME'])"
    environment = {"DJANGO_SETTINGS_MODULE": "config.settings", "WARM_HANDS_MODE": "demo", "VAR_DIR": str(tmp_path)}
    command = [sys.executable, "-c", code]
    process = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=True)
    assert process.stdout == f"{tmp_path}/demo.sqlite3\n"


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
        ((4, 0, 0), True),
    ],
)
def test_wal_is_used_only_with_the_reset_fix(version: tuple[int, ...], safe: bool) -> None:
    assert wal_is_safe(version) is safe


def test_postgres_gets_a_pool_and_limits_for_waiting(tmp_path: Path) -> None:
    settings = database_settings("postgres://me:a%40b@db.test:5433/wh", default=tmp_path / "x", pool_size=6)
    expected: dict[str, Any] = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "wh",
        "USER": "me",
        "PASSWORD": "a@b",
        "HOST": "db.test",
        "PORT": 5433,
        "OPTIONS": {
            "pool": {"min_size": 1, "max_size": 6, "timeout": 10},
            "options": "-c lock_timeout=10s -c statement_timeout=30s -c idle_in_transaction_session_timeout=60s",
        },
        "CONN_MAX_AGE": 0,
    }
    assert settings == expected
    assert postgres_options(6) == expected["OPTIONS"]


@pytest.mark.django_db
def test_the_connection_in_use_was_told_the_same() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            told = [cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("synchronous", "foreign_keys")]
            assert told == [2, 1]
            return
        told = []
        for name in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"):
            cursor.execute(f"SHOW {name}")
            told.append(cursor.fetchone()[0])
        assert told == ["10s", "30s", "1min"]
