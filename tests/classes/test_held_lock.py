"""Somebody else holds the lock that every booking needs: who waits a little has a place, who waits too long is told,
and who only looks notices nothing. Real processes, on the database that these tests run on."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.classes.race import SLUG
from tests.classes.test_race import ROOT, Racer, http_get, race, served, world

__all__ = ["world"]

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

# A look takes milliseconds; on a busy machine seconds, and never as long as the lock is held.
LONGEST_LOOK_S = 5
A_WHILE_S, TOO_LONG_S = 8, 60
HOLDER = """
import os, sys, time
url, seconds = os.environ["DATABASE_URL"], float(sys.argv[1])
if url.startswith("sqlite"):
    import pysqlite3 as engine
    link = engine.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    link.execute("BEGIN IMMEDIATE")
else:
    import psycopg
    link = psycopg.connect(url)
    link.execute("SELECT 1 FROM classes_series WHERE slug = %s FOR UPDATE", [sys.argv[2]])
print("held", flush=True)
time.sleep(seconds)
link.execute("ROLLBACK")
"""


@contextmanager
def lock_held(env: dict[str, str], *, seconds: int) -> Iterator[None]:
    """The database's one write lock on SQLite, the row of the series on PostgreSQL, in another process."""
    command = [sys.executable, "-c", HOLDER, str(seconds), SLUG]
    holder = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        yield
    finally:
        holder.kill()
        holder.wait(timeout=10)


def book_and_look(env: dict[str, str], port: int, family: Any, *, seconds: int) -> tuple[Racer, list[tuple[int, bool]]]:
    """One family books while the lock is held; meanwhile somebody looks: (status, in time) of each look."""
    key, baby = family
    racer = Racer(0, key, baby, port, threading.Barrier(1))
    looks = []
    with lock_held(env, seconds=seconds):
        racer.start()
        while racer.is_alive():
            began = time.monotonic()
            status = http_get(port, f"/classes/{SLUG}/")
            looks.append((status, time.monotonic() - began < LONGEST_LOOK_S))
            racer.join(0.5)
    return racer, looks


def test_who_waits_for_a_held_lock_has_a_place_all_the_same(world: dict[str, str]) -> None:
    family = race(world, "world")["keys"][0]
    with served(world) as (_host, port):
        racer, looks = book_and_look(world, port, family, seconds=A_WHILE_S)
    assert (racer.outcome, set(looks)) == ("booked", {(200, True)})
    assert race(world, "outcome")["booked"] == 1


def test_who_would_wait_too_long_is_told_and_nothing_is_written(world: dict[str, str]) -> None:
    family = race(world, "world")["keys"][0]
    with served(world) as (_host, port):
        racer, looks = book_and_look(world, port, family, seconds=TOO_LONG_S)
        assert (racer.outcome[:4], set(looks)) == ("503:", {(200, True)})
        key, baby = family
        again = Racer(0, key, baby, port, threading.Barrier(1))
        again.run()
    assert again.outcome == "booked"
    assert race(world, "outcome")["booked"] == 1
