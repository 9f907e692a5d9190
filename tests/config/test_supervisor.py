"""The whole site as real processes: it answers, starts again what dies, and stops in seconds."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.jobs.supervisor import MOST_ENDS, Process, Supervisor
from config.preflight import port_troubles, python_troubles

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def wait_for(what: Callable[[], bool], *, within_s: float) -> bool:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if what():
            return True
        time.sleep(0.1)
    return False


def alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False


def children_of(pid: int) -> dict[int, str]:
    """{process id: command line} of every process that this one started, and theirs."""
    found: dict[int, str] = {}
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        with contextlib.suppress(FileNotFoundError):  # it may end while it is looked at
            found[int(child)] = Path(f"/proc/{child}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            found |= children_of(int(child))
    return found


def workers_of(pid: int) -> list[int]:
    """The mail workers that this process started and that live."""
    return [child for child, command in children_of(pid).items() if "run_worker" in command and alive(child)]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A served site on an empty database, and its port. It is gone after the test, whatever happens."""
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")}
    environment = {
        **kept,
        "WARM_HANDS_MODE": "test",
        "VAR_DIR": str(tmp_path),
        "PORT": str(port),
        "LOG_LEVEL": "WARNING",
    }
    for command in (["migrate", "-v0"], ["createcachetable"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True, timeout=300)
    serve = [sys.executable, "manage.py", "serve"]
    process = subprocess.Popen(serve, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE)
    try:
        yield process, port
    finally:
        process.kill() if process.poll() is not None else process.terminate()
        process.wait(timeout=20)


def ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def test_the_site_answers_revives_what_dies_and_stops_cleanly(site: tuple[subprocess.Popen[str], int]) -> None:
    process, port = site
    assert wait_for(lambda: ready(port), within_s=60)
    assert wait_for(lambda: len(children_of(process.pid)) == 5, within_s=20), children_of(process.pid)

    (worker,) = workers_of(process.pid)
    os.kill(worker, signal.SIGKILL)
    assert wait_for(lambda: workers_of(process.pid) not in ([], [worker]), within_s=20)

    everyone = children_of(process.pid)
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=20)
    assert time.monotonic() - began < 10
    assert process.returncode == 0
    assert "run_worker ended with -9 and is started again." in said
    assert said.endswith("Stopped.\n")
    assert [command for pid, command in everyone.items() if alive(pid)] == []
    assert not ready(port)


def test_a_taken_port_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        port = door.getsockname()[1]
        line = f"Port {port} cannot be used (Address already in use). Choose another, for example: make run PORT=8001"
        process = subprocess.run(
            [sys.executable, "config/preflight.py", str(port)], cwd=ROOT, text=True, capture_output=True, check=False
        )
    assert (process.returncode, process.stdout, process.stderr) == (1, "", line + "\n")


@pytest.mark.parametrize("port", ["0", "65536", "eighty", ""])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    assert port_troubles("127.0.0.1", port) == [f"PORT is “{port}”; it must be a number from 1 to 65535."]


def test_an_old_python_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(sys, "executable", "/usr/bin/python3")
    assert python_troubles() == [
        "Warm Hands needs Python 3.11 or newer; /usr/bin/python3 is 3.9. Try: make PY=python3.11"
    ]


def test_a_python_without_venv_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert python_troubles() == ["Python's venv module is missing. On Debian or Ubuntu: apt-get install python3-venv"]


def test_what_cannot_be_kept_alive_ends_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.jobs.supervisor.LONGEST_WAIT_S", 0.1)
    lasting = Process("lasting", [sys.executable, "-c", "import time; time.sleep(600)"])
    broken = Process("broken", [sys.executable, "-c", "raise SystemExit(3)"])
    said: list[str] = []
    supervisor = Supervisor([lasting, broken], say=said.append, is_ready=lambda: False, when_ready=lambda: None)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    try:
        assert supervisor.run() == 1
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    again = "broken ended with 3 and is started again."
    last = f"broken ended {MOST_ENDS} times in a row, the last time with 3. Giving up."
    assert said == [again] * (MOST_ENDS - 1) + [last]
    assert lasting.running is not None
    assert lasting.running.poll() == -signal.SIGTERM
