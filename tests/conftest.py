"""What every test may ask for."""

from __future__ import annotations

import string
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import django.db.backends.sqlite3.base  # noqa: F401  (first, or its operations cannot be imported beside PostgreSQL)
import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.db.backends.sqlite3.operations import DatabaseOperations
from django.middleware import csrf
from pytest_django import DjangoDbBlocker

from curriculum import library, one_stroke, readiness, routines
from curriculum.models import wording
from tests import migrated
from tests.cast import NOW, Cast, build_cast

# Tests with real transactions empty the tables after themselves. On SQLite that is DELETE, which the triggers of the
# append-only tables refuse, as they should: so the triggers step aside for the emptying and stand again after it.
_empty = DatabaseOperations.sql_flush


def _empty_past_triggers(self: Any, *args: Any, **kwargs: Any) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
    emptying = _empty(self, *args, **kwargs)
    return [*(f'DROP TRIGGER "{name}"' for name, _sql in triggers), *emptying, *(sql for _name, sql in triggers)]


KEPT_BY_EDITION = (
    library._kept_whole,
    library._kept_index,
    one_stroke._kept_page,
    readiness._kept_before_massage,
    routines._kept_page,
)

migrated.begin_with_what_is_kept()

# A token of chance once spelt "Ada" on a page that must not name her. Without capitals it spells nobody.
csrf.CSRF_ALLOWED_CHARS = string.ascii_lowercase + string.digits


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Left out on SQLite, and counted as such: what only an engine with many writers can do wrong."""
    if connection.vendor == "postgresql":
        return
    left_out = [item for item in items if item.get_closest_marker("postgresql")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session", autouse=True)
def _append_only_tables_can_be_emptied() -> Iterator[None]:
    DatabaseOperations.sql_flush = _empty_past_triggers  # type: ignore[method-assign]
    yield
    DatabaseOperations.sql_flush = _empty  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The databases of the run. PostgreSQL drops none that anybody still looks at.

    A browser's last request, or the thread that answered it, may hold a connection when the last test is over.
    """
    with django_db_blocker.unblock():
        migrated.keep()
    yield
    if connection.vendor != "postgresql":
        return
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(autouse=True)
def _nothing_is_remembered_from_the_test_before() -> None:
    """Rate limits and kept pieces live in the cache; translated words and what is taught, by edition, in the process.

    So what a page asks the database does not hang on which tests the same process ran before.
    """
    cache.clear()
    wording.forget()
    for kept in KEPT_BY_EDITION:
        kept.cache_clear()


@pytest.fixture
def now() -> Iterator[datetime]:
    """The moment of the cast. The clock stands still there until the test is over."""
    with time_machine.travel(NOW, tick=False):
        yield NOW


@pytest.fixture
def cast(db: None, now: datetime) -> Cast:
    """The fixed cast and its small world, at `now`."""
    return build_cast()
