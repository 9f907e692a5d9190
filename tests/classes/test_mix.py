"""Sixteen processes do whatever comes to mind, over HTTP, while two workers sweep; then the books are read.

MIX_STEPS sets how many deeds each process tries.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.classes.test_race import ROOT, run, served, world

__all__ = ["world"]

pytestmark = pytest.mark.slow
PROCESSES = 16
# The small world has few places; here are more families.
TIMES = 3
STEPS = int(os.environ.get("MIX_STEPS", "9"))
# All have the form open by then, and send it in the same moment.
RUSH_S = 5
OFFICES, OFFICE_S = 2, 8 + STEPS


def mix(env: dict[str, str], *words: str) -> Any:
    return json.loads(run(env, "-m", "tests.classes.mix", *words))


@contextmanager
def working(env: dict[str, str]) -> Iterator[list[subprocess.Popen[str]]]:
    """Two workers beside the site."""
    command = [sys.executable, "-m", "tests.classes.mix", "office"]
    offices = [
        subprocess.Popen([*command, str(number), str(OFFICE_S)], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
        for number in range(OFFICES)
    ]
    try:
        yield offices
    finally:
        for office in offices:
            office.wait(timeout=120)


def visited(port: int, told: dict[str, Any], *, processes: int = PROCESSES) -> list[dict[str, Any]]:
    """The diaries of all visitors. Each has families of its own."""
    script = str(ROOT / "tests" / "classes" / "visitor.py")
    rush = time.time() + RUSH_S
    visitors = []
    for number in range(processes):
        mine = {"number": number, "port": port, "keys": told["keys"][number::processes], "series": told["series"]}
        words = json.dumps({**mine, "steps": STEPS, "at": rush})
        visitors.append(subprocess.Popen([sys.executable, script, words], stdout=subprocess.PIPE, text=True))
    diary = []
    for visitor in visitors:
        said, _nothing = visitor.communicate(timeout=600)
        assert visitor.returncode == 0
        diary += json.loads(said)
    return diary


def judged(env: dict[str, str], folder: Path, diary: list[dict[str, Any]]) -> dict[str, Any]:
    file = folder / "diary.json"
    file.write_text(json.dumps(diary), encoding="utf-8")
    found: dict[str, Any] = mix(env, "verdict", str(file))
    return found


@pytest.mark.django_db
def test_sixteen_processes_leave_the_books_in_order(world: dict[str, str], tmp_path: Path) -> None:
    told = mix(world, "world", str(TIMES))
    with served(world) as (_host, port), working(world) as offices:
        diary = visited(port, told)
        said = [json.loads(office.communicate(timeout=120)[0]) for office in offices]
    found = judged(world, tmp_path, diary)
    assert found["wrong"] == [], found["came"]
    assert [word for tally in said for word in tally if word.startswith("broke")] == []
    assert all(tally.get("done") for tally in said)
    done = {word.split()[0] for word in found["came"] if word.endswith(" ok")}
    assert done >= {"book", "wait", "cancel", "away"}, found["came"]
    print(found["came"])  # noqa: T201  (for whoever runs it with -s)


@pytest.mark.django_db
def test_without_locks_the_same_is_seen_to_go_wrong(world: dict[str, str], tmp_path: Path) -> None:
    """What nothing but the lock holds is broken then: on PostgreSQL more places are held, offered and taken together
    than a session has, and waiting families are passed over. The unique number of a place still lets nobody in twice.
    On SQLite the IMMEDIATE transaction is the lock: without it the engine refuses, and families meet errors.
    """
    told = {**mix(world, "world", "1"), "series": ["small-one"]}
    with served({**world, "LOG_LEVEL": "CRITICAL"}, "tests.classes.unlocked:application()") as (_host, port):
        diary = visited(port, told)
    found = judged(world, tmp_path, diary)
    assert found["wrong"] != [], found["came"]
    print(found["wrong"][:20])  # noqa: T201  (which rule went first, and which constraint stopped what)
