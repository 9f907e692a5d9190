"""Prints a paper: its look by name, its words as data, in a process that may use little and not for long."""

from __future__ import annotations

import json
import subprocess
import sys
from math import ceil
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

SETTER = Path(__file__).resolve().parent / "setter.py"
MEMORY = 512 * 2**20
"""Bytes of address space that a paper may use; a whole course takes 200 MiB."""
SECONDS = 20
"""Of processor time. After a few more on the clock a paper that is not ready is given up."""
PATIENCE = 20
"""Seconds that the next reader waits for a press that is in use; one more is told so at once."""

_presses = BoundedSemaphore(1)
"""One at a time in each process of the site; a course of five weeks takes a second or two."""
_room = BoundedSemaphore(2)
"""Who prints and who comes next. Whoever waited behind them would take a thread from everybody else's pages."""


class PressBusy(Exception):
    """Too many papers are being printed at this moment."""


class CannotPrint(Exception):
    """The paper could not be set. A fault of ours, never of the reader's."""


def print_paper(name: str, data: dict[str, Any], *, standards: tuple[str, ...] = ()) -> bytes:
    """The PDF of the look `name` (`week`, `booklet`, `card`) with these words.

    `standards` holds it to PDF standards, such as "ua-1"; then a letter without a drawing is an error and not a box.
    Raises PressBusy and CannotPrint.
    """
    if not _room.acquire(blocking=False):
        raise PressBusy
    try:
        return _in_turn(name, json.dumps(data), standards)
    finally:
        _room.release()


def _in_turn(name: str, data: str, standards: tuple[str, ...]) -> bytes:
    if not _presses.acquire(timeout=PATIENCE):
        raise PressBusy
    try:
        return _set(name, data, standards)
    finally:
        _presses.release()


def _set(name: str, data: str, standards: tuple[str, ...]) -> bytes:
    # One thread and few arenas: the limit of memory counts what is set aside, not what is used.
    surroundings = {"RAYON_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2", "LANG": "C.UTF-8"}
    command = [sys.executable, "-I", str(SETTER), name, str(MEMORY), str(ceil(SECONDS)), *standards]
    try:
        done = subprocess.run(  # noqa: S603  # our own file, and a name from our own code
            command, input=data.encode(), capture_output=True, timeout=SECONDS * 1.5, env=surroundings, check=False
        )
    except subprocess.TimeoutExpired as late:
        raise CannotPrint(f"{name} took longer than {SECONDS} s") from late
    if done.returncode or not done.stdout.startswith(b"%PDF"):
        raise CannotPrint(f"{name}: {done.stderr.decode(errors='replace')[-2000:]}")
    return done.stdout
