"""Overselling is impossible: 500 clients race over HTTP for the last 20 places, in real processes, on the database that
these tests run on (SQLite, or PostgreSQL with DATABASE_URL)."""

from __future__ import annotations

import http.client
import json
import os
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlunsplit

import pytest
from django.db import connection

from tests.classes.race import CLIENTS, CSRF, PLACES, SLUG

ROOT = Path(__file__).resolve().parents[2]
# Patience, not a goal: what is asserted are counts, because a busy machine makes seconds mean nothing.
LONGEST_RACE_S = 300
WORKERS, THREADS = 2, 4
RACE_FILE = "race.sqlite3"

pytestmark = pytest.mark.slow


@pytest.fixture
def world(tmp_path: Path, db: None) -> Iterator[dict[str, str]]:
    """The environment of a fresh database with its own world in it."""
    with own_database(tmp_path) as url:
        kept = {name: value for name, value in os.environ.items() if name not in ("PORT", "SITE_URL")}
        env = {**kept, "DATABASE_URL": url, "WARM_HANDS_MODE": "test", "VAR_DIR": str(tmp_path), "LOG_LEVEL": "ERROR"}
        if connection.vendor == "sqlite":
            copy_tables(tmp_path)
        else:
            run(env, "manage.py", "migrate", "-v0", DJANGO_SETTINGS_MODULE="config.settings")
        yield env


def copy_tables(folder: Path) -> None:
    """The tables of this test run's own database, migrated and empty: copied in a moment, by SQLite's own backup."""
    own = str(connection.settings_dict["NAME"])
    with closing(sqlite3.connect(own)) as tables, closing(sqlite3.connect(folder / RACE_FILE)) as copy:
        tables.backup(copy)


@contextmanager
def own_database(folder: Path) -> Iterator[str]:
    """A DATABASE_URL that nothing else uses, on the engine of this test run."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{folder / RACE_FILE}"
        return
    import psycopg

    where = {name.lower(): str(connection.settings_dict[name]) for name in ("HOST", "PORT", "USER", "PASSWORD")}
    name = f"race_{os.getpid()}"
    told = {"host": where["host"], "port": where["port"], "user": where["user"], "password": where["password"]}
    with psycopg.connect(dbname="postgres", autocommit=True, **told) as admin:  # type: ignore[arg-type]
        admin.execute(f"CREATE DATABASE {name}")
        address = f"{where['user']}:{where['password']}@{where['host']}:{where['port']}"
        yield urlunsplit(("postgres", address, f"/{name}", "", ""))
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def run(env: dict[str, str], *command: str, **more: str) -> str:
    """What the Python command printed."""
    done = subprocess.run(
        [sys.executable, *command], env={**env, **more}, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def race(env: dict[str, str], *words: str) -> Any:
    return json.loads(run(env, "-m", "tests.classes.race", *words))


@contextmanager
def served(env: dict[str, str], application: str = "config.wsgi") -> Iterator[tuple[str, int]]:
    """The site behind a real gunicorn with two workers; host and port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", application, "--config", "config/gunicorn.conf.py"]
    size = [
        "--bind",
        f"127.0.0.1:{port}",
        "--workers",
        str(WORKERS),
        "--threads",
        str(THREADS),
        "--timeout",
        "120",
        "--log-level",
        "error",
    ]
    server = subprocess.Popen([*command, *size], cwd=ROOT, env={**env, "DJANGO_SETTINGS_MODULE": "config.settings"})
    try:
        wait_until_up(port, server)
        yield "127.0.0.1", port
    finally:
        server.terminate()
        server.wait(timeout=30)


def wait_until_up(port: int, server: subprocess.Popen[bytes]) -> None:
    for _try in range(300):
        assert server.poll() is None, "the server did not start"
        try:
            http = http_get(port, "/healthz")
        except OSError:
            time.sleep(0.1)
            continue
        assert http == 200
        return
    raise AssertionError("the server did not answer within 30 s")


def http_get(port: int, path: str) -> int:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    link.request("GET", path)
    return link.getresponse().status


class Racer(threading.Thread):
    """One family: it books, and where it is refused every second one joins the waiting list.

    Told that there are too many hands at once, it does as the page says and sends the same once more.
    """

    def __init__(self, number: int, key: str, baby: int, port: int, start: threading.Barrier) -> None:
        super().__init__(daemon=True)
        self.number, self.key, self.baby, self.port, self.gun = number, key, baby, port, start
        self.outcome, self.sent_again = "nothing", 0

    def run(self) -> None:
        self.gun.wait()
        status, body = self.post("book", self.booking())
        if status == 302:
            self.outcome = "booked"
        elif status == 409 and "You can join the waiting list" in body:
            self.outcome = self.wait() if self.number % 2 else "told"
        else:
            self.outcome = f"{status}: {body[:200]}"

    def wait(self) -> str:
        status, body = self.post("wait", {"babies": self.baby, "rows": 0, "way": "room"})
        return "waiting" if status == 302 else f"wait {status}: {body[:200]}"

    def booking(self) -> dict[str, Any]:
        return {
            "babies": self.baby,
            "rows": 0,
            "name": f"Racer {self.number}",
            "relation": "parent",
            "language": "en",
            "born_early": "unsaid",
            "consent_only_we_massage": "on",
            "consent_follow_cues": "on",
            "request_key": f"race-{self.number}",
        }

    def post(self, page: str, fields: dict[str, Any]) -> tuple[int, str]:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LONGEST_RACE_S + 30)
        link.request(
            "POST",
            f"/classes/{SLUG}/{page}/",
            urlencode({**fields, "csrfmiddlewaretoken": CSRF}),
            {"Cookie": f"session={self.key}; csrf={CSRF}", "Content-Type": "application/x-www-form-urlencoded"},
        )
        answer = link.getresponse()
        status, body = answer.status, answer.read().decode()
        if status == 503 and not self.sent_again:
            self.sent_again = 1
            return self.post(page, fields)
        return status, body


@pytest.mark.django_db
def test_500_clients_race_for_the_last_20_places_and_20_are_booked(world: dict[str, str]) -> None:
    families = race(world, "world")["keys"]
    with served(world) as (_host, port):
        gun = threading.Barrier(CLIENTS + 1)
        racers = [Racer(number, key, baby, port, gun) for number, (key, baby) in enumerate(families)]
        for racer in racers:
            racer.start()
        gun.wait()
        began = time.monotonic()
        for racer in racers:
            racer.join(LONGEST_RACE_S * 2)
        took = time.monotonic() - began
    told = Counter(racer.outcome for racer in racers)
    ended = race(world, "outcome")

    assert told["booked"] == PLACES
    assert told["waiting"] + told["told"] == CLIENTS - PLACES, told
    every = list(range(1, PLACES + 4 + 1))
    assert sum(racer.sent_again for racer in racers) <= CLIENTS // 20
    assert ended == {
        "booked": PLACES,
        "numbers": {str(number): every for number in range(1, 6)},
        "babies_twice": 0,
        "waiting": told["waiting"],
    }
    print(f"{CLIENTS} clients took {took:.0f} s")  # noqa: T201  (a figure for whoever runs it with -s)


@pytest.mark.django_db
def test_without_lock_and_questions_the_database_alone_holds(world: dict[str, str]) -> None:
    """Eight processes look, pause and write, as code that forgot the lock would. Nobody gets one place too many."""
    race(world, "world")
    command = [sys.executable, "-m", "tests.classes.race", "unlocked"]
    running = [
        subprocess.Popen([*command, str(number), "6"], cwd=ROOT, env=world, stdout=subprocess.PIPE, text=True)
        for number in range(8)
    ]
    tally = Counter[str]()
    for process in running:
        said, _nothing = process.communicate(timeout=LONGEST_RACE_S)
        tally.update(json.loads(said))
    ended = race(world, "outcome")

    assert sum(tally.values()) == 48
    assert tally["refused"] >= 48 - PLACES
    assert ended["babies_twice"] == 0
    for numbers in ended["numbers"].values():
        assert len(numbers) == len(set(numbers)) == tally["written"] + 4
        assert max(numbers) <= PLACES + 4
