"""Keeps the processes of one site running: starts them, starts again what dies, and stops them all together."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

TICK_S = 0.2
PATIENCE_S = 8.0  # how long a process may take to stop before it is killed
SOUND_S = 20.0  # having run this long, a process counts as sound, and its earlier ends are forgotten
MOST_ENDS = 5
LONGEST_WAIT_S = 8.0

Say = Callable[[str], None]


@dataclass
class Process:
    """One command that ought to run for ever, and how it has fared."""

    name: str
    argv: Sequence[str]
    running: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    ends: int = field(default=0)

    def start(self, now: float) -> None:
        # A session of its own, so that Ctrl-C reaches the supervisor alone and everything stops in order.
        self.running = subprocess.Popen(self.argv, start_new_session=True)  # noqa: S603  (our own commands)
        self.started_at = now

    def end_code(self) -> int | None:
        """How the process ended; None while it runs or has not begun."""
        return self.running.poll() if self.running else None


class Supervisor:
    """`run` returns when it was told to stop (0), or when a process could not be kept alive (1)."""

    def __init__(
        self, processes: Sequence[Process], *, say: Say, is_ready: Callable[[], bool], when_ready: Callable[[], None]
    ) -> None:
        self._processes = processes
        self._say = say
        self._is_ready = is_ready
        self._when_ready = when_ready
        self._stop = threading.Event()

    def stop(self) -> None:
        self._stop.set()

    def run(self) -> int:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: self.stop())
        greeted = False
        kept = True
        while kept and not self._stop.is_set():
            kept = all([self._keep(process, time.monotonic()) for process in self._processes])
            if not greeted and self._is_ready():
                self._when_ready()
                greeted = True
            self._stop.wait(TICK_S)
        self._stop_all()
        return 0 if kept else 1

    def _keep(self, process: Process, now: float) -> bool:
        """Start the process where it is due; False once it has ended too often."""
        if process.running is None:
            if now >= process.start_at:
                process.start(now)
            return True
        code = process.end_code()
        if code is None:
            return True
        process.ends = 1 if now - process.started_at > SOUND_S else process.ends + 1
        process.running = None
        if process.ends >= MOST_ENDS:
            self._say(f"{process.name} ended {process.ends} times in a row, the last time with {code}. Giving up.")
            return False
        wait = min(0.5 * 2**process.ends, LONGEST_WAIT_S) if process.ends > 1 else 0.0
        process.start_at = now + wait
        self._say(f"{process.name} ended with {code} and is started again.")
        return True

    def _stop_all(self) -> None:
        running = [process.running for process in self._processes if process.running]
        for one in running:
            one.terminate()
        deadline = time.monotonic() + PATIENCE_S
        for one in running:
            try:
                one.wait(max(deadline - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait()
