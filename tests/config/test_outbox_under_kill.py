"""The worker is killed in the middle of its work, again and again: no letter is lost, none goes out a third time."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from config.letters.models import Letter
from tests.config.mail_server import Inbox, serving
from tests.config.test_outbox import NOW
from tests.house.reading import ROOT

LETTERS = 60
KILLS = 4
LEASE_S = 1
SEED = random.randrange(10_000)

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


class Slowly(Inbox):
    """Takes a moment for each letter, so that a kill finds the worker in every line of its work."""

    async def handle_DATA(self, *args: Any) -> str:  # noqa: N802
        import asyncio

        await asyncio.sleep(random.uniform(0, 0.03))
        answer = await super().handle_DATA(*args)
        await asyncio.sleep(random.uniform(0, 0.03))
        return answer


def database_for_processes(folder: Path) -> str:
    """The address of a database that other processes can open: the test's own, or a copy of the one in memory."""
    names = connection.settings_dict
    if connection.vendor == "postgresql":
        return f"postgres://{names['USER']}:{names['PASSWORD']}@{names['HOST'] or '%2Ftmp'}:{names['PORT'] or 5432}/{names['NAME']}"
    connection.ensure_connection()
    copy = sqlite3.connect(folder / "copy.sqlite3")
    connection.connection.backup(copy)
    copy.close()
    return f"sqlite:///{folder / 'copy.sqlite3'}"


def states(folder: Path) -> dict[str, str]:
    """{Message-ID: state} as the workers left it."""
    if connection.vendor == "postgresql":
        return dict(Letter.objects.values_list("message_id", "state"))
    with sqlite3.connect(folder / "copy.sqlite3") as copy:
        return dict(copy.execute("SELECT message_id, state FROM letters_letter").fetchall())


def start_worker(url: str, port: int, folder: Path, *more: str) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "WARM_HANDS_MODE": "test",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": url,
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "VAR_DIR": str(folder),
        "LOG_LEVEL": "ERROR",
    }
    command = [sys.executable, "manage.py", "run_worker", f"--lease={LEASE_S}", *more]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def wait_for(inbox: Inbox, number: int, worker: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 30
    while len(inbox.raw) < number and worker.poll() is None:
        assert time.monotonic() < end, "the worker sends nothing"
        time.sleep(0.005)


def test_killing_the_worker_loses_no_letter_and_never_makes_a_third_copy(tmp_path: Path) -> None:
    random.seed(SEED)
    ids = [f"<letter-{number}@warmhands.example>" for number in range(LETTERS)]
    Letter.objects.bulk_create(
        Letter(key=one, to="a@example.org", language="en", text="Hello", message_id=one, queued_at=NOW, send_after=NOW)
        for one in ids
    )
    inbox = Slowly()
    with serving(inbox) as port:
        url = database_for_processes(tmp_path)
        for _kill in range(KILLS):
            worker = start_worker(url, port, tmp_path)
            wait_for(inbox, len(inbox.raw) + random.randint(4, 9), worker)
            time.sleep(random.uniform(0, 0.04))
            worker.kill()
            worker.communicate()
        time.sleep(LEASE_S + 0.1)
        last = start_worker(url, port, tmp_path, "--until-empty")
        _out, trouble = last.communicate(timeout=60)
    assert last.returncode == 0, trouble.decode()
    copies, standing = Counter(inbox.ids), states(tmp_path)
    assert {one for one in ids if copies[one] == 0 and standing[one] != "parked"} == set(), f"lost; seed {SEED}"
    assert {one: number for one, number in copies.items() if number > 2} == {}, f"third copies; seed {SEED}"
    assert set(standing.values()) <= {"sent", "parked"}
    assert sum(number - 1 for number in copies.values() if number > 1) <= KILLS
