"""Each job once in its slot, however many schedulers are up."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from config.jobs.models import JobRun
from config.jobs.schedule import KEPT_RUNS, run_due_jobs, slot_of

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 24, 17, 5, 30, tzinfo=UTC)
done: list[datetime] = []


def work(now: datetime) -> int:
    done.append(now)
    return 3


def trouble(now: datetime) -> int:
    raise ValueError("the mail server is on holiday")


@pytest.fixture(autouse=True)
def jobs(settings: Settings) -> None:
    done.clear()
    settings.JOBS = {"work": (f"{__name__}.work", 60)}


def test_a_slot_begins_on_the_whole_minute_of_a_job_that_runs_each_minute() -> None:
    assert slot_of(NOW, 60) == datetime(2026, 3, 24, 17, 5, tzinfo=UTC)
    assert slot_of(NOW, 3600) == datetime(2026, 3, 24, 17, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_a_job_runs_once_in_a_slot_and_again_in_the_next() -> None:
    ran = [run_due_jobs(NOW + timedelta(seconds=later)) for later in (0, 5, 30)]
    assert ran == [["work"], [], ["work"]]
    assert done == [NOW, NOW + timedelta(seconds=30)]
    assert list(JobRun.objects.values_list("name", "did", "trouble")) == [("work", 3, "")] * 2


@pytest.mark.django_db
def test_a_job_in_trouble_is_written_down_and_stops_no_other(settings: Settings) -> None:
    settings.JOBS = {"trouble": (f"{__name__}.trouble", 60), "work": (f"{__name__}.work", 60)}
    assert run_due_jobs(NOW) == ["trouble", "work"]
    written = JobRun.objects.order_by("name").values_list("name", "did", "trouble")
    assert list(written) == [("trouble", None, "ValueError: the mail server is on holiday"), ("work", 3, "")]


@pytest.mark.django_db
def test_old_runs_are_forgotten() -> None:
    run_due_jobs(NOW - KEPT_RUNS - timedelta(minutes=2))
    run_due_jobs(NOW)
    assert list(JobRun.objects.values_list("started_at", flat=True)) == [NOW]


SCHEDULER = """
import os, sys, time
import django
django.setup()
from datetime import UTC, datetime
from django.conf import settings
from config.jobs.schedule import run_due_jobs
settings.JOBS = {"work": ("tests.config.test_jobs.work", 60)}
time.sleep(max(float(sys.argv[1]) - time.time(), 0))
print(run_due_jobs(datetime(2026, 3, 24, 17, 5, 30, tzinfo=UTC)))
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_four_schedulers_at_the_same_moment_run_a_job_once(tmp_path: Path) -> None:
    environment = {**os.environ, "WARM_HANDS_MODE": "test", "DJANGO_SETTINGS_MODULE": "tests.settings"}
    environment["DATABASE_URL"] = database_of_others(tmp_path)
    run = {"cwd": ROOT, "env": environment, "text": True, "stdout": subprocess.PIPE}
    if connection.vendor == "sqlite":
        subprocess.run([sys.executable, "manage.py", "migrate", "jobs"], **run, check=True)  # type: ignore[call-overload]
    together = str(time.time() + 4)
    started = [subprocess.Popen([sys.executable, "-c", SCHEDULER, together], **run) for _ in range(4)]  # type: ignore[call-overload]
    said = sorted(process.communicate(timeout=60)[0].strip() for process in started)
    assert said == ["['work']"] + ["[]"] * 3


def database_of_others(tmp_path: Path) -> str:
    """A DATABASE_URL that other processes can open: the test database, or a file where that is in memory."""
    if connection.vendor == "sqlite":
        return f"sqlite:///{tmp_path}/jobs.sqlite3"
    told = connection.settings_dict
    return f"postgres://{told['USER']}:{told['PASSWORD']}@{told['HOST']}:{told['PORT']}/{told['NAME']}"
