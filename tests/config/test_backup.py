"""A backup is a whole copy, made while someone writes, readable by its owner alone."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from config.jobs.backup import KEPT, back_up, is_fresh

NOW = datetime(2026, 3, 24, 17, 5, tzinfo=UTC)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "live.sqlite3"
    with closing(sqlite3.connect(path)) as live:
        live.execute("CREATE TABLE place (number INTEGER)")
        live.executemany("INSERT INTO place VALUES (?)", [(number,) for number in range(500)])
        live.commit()
    return path


def test_a_copy_holds_what_was_committed_and_nothing_that_was_not(source: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(source)) as writer:
        writer.execute("PRAGMA journal_mode=DELETE")
        writer.execute("INSERT INTO place VALUES (500)")
        writer.commit()
        copy = back_up(source, tmp_path / "backups", now=NOW)
        writer.execute("INSERT INTO place VALUES (501)")
    with closing(sqlite3.connect(copy)) as read:
        assert read.execute("SELECT COUNT(*) FROM place").fetchone() == (501,)
    assert copy.name == "warm-hands-20260324T170500Z.sqlite3"
    assert copy.stat().st_mode & 0o077 == 0


def test_copies_older_than_five_weeks_go(source: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    old, young = back_up(source, folder, now=NOW - timedelta(days=40)), back_up(source, folder, now=NOW)
    for copy, age in ((old, KEPT + timedelta(hours=1)), (young, timedelta())):
        os.utime(copy, times=((NOW - age).timestamp(),) * 2)
    newest = back_up(source, folder, now=NOW + timedelta(minutes=1))
    assert sorted(folder.iterdir()) == [young, newest]


@pytest.mark.parametrize(("age", "fresh"), [(timedelta(hours=25), True), (timedelta(hours=27), False)])
def test_a_copy_is_fresh_for_a_day_and_two_hours(source: Path, tmp_path: Path, age: timedelta, fresh: bool) -> None:
    copy = back_up(source, tmp_path / "backups", now=NOW)
    os.utime(copy, times=((NOW - age).timestamp(),) * 2)
    assert is_fresh(tmp_path / "backups", now=NOW) is fresh


@pytest.mark.django_db
def test_back_up_says_what_it_needs(settings: Settings) -> None:
    settings.BACKUP_DIR = None
    with pytest.raises(CommandError, match=r"BACKUP_DIR is not set|use pg_dump"):
        call_command("back_up")
