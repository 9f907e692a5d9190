"""/healthz says that the process is up; /readyz that it can do its work, which it proves by writing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.db import connection
from django.test import Client
from pytest_django import Settings

from config.jobs.models import JobRun
from config.letters.models import Letter

NOW = datetime(2026, 3, 24, 17, 5, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def make_letter(queued_at: datetime, state: str = Letter.State.WAITING) -> Letter:
    return Letter.objects.create(
        key=f"test:{queued_at}", to="parent@example.org", language="en", subject="Six digits", text="123456",
        message_id=f"<{queued_at.timestamp()}@test>", queued_at=queued_at, send_after=queued_at, state=state,
    )  # fmt: skip


def test_healthz_answers_any_host_without_the_database(client: Client) -> None:
    with connection.execute_wrapper(_no_statements):
        answer = client.get("/healthz", headers={"host": "10.1.2.3"})
    assert (answer.status_code, answer.content, answer.headers["Content-Type"]) == (
        200,
        b"up\n",
        "text/plain; charset=utf-8",
    )


def _no_statements(*args: object) -> object:
    raise AssertionError("a statement was sent")


@time_machine.travel(NOW, tick=False)
def test_readyz_writes_one_row_and_writes_it_again(client: Client) -> None:
    answers = [client.get("/readyz").json() for _ in range(2)]
    assert answers == [{"ready": True, "database": True, "letters": True, "migrations": True}] * 2
    assert list(JobRun.objects.values_list("name", "started_at")) == [("readiness", NOW)]


@pytest.mark.django_db(transaction=True)
def test_readyz_goes_red_when_the_database_cannot_be_written(client: Client) -> None:
    """As with a full disk: reading still works, and a check that only reads would say that all is well."""
    read_only, writable = ("PRAGMA query_only = ON", "PRAGMA query_only = OFF")
    if connection.vendor == "postgresql":
        read_only = "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"
        writable = "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE"
    with connection.cursor() as cursor:
        cursor.execute(read_only)
    try:
        red = client.get("/readyz")
    finally:
        with connection.cursor() as cursor:
            cursor.execute(writable)
    assert (red.status_code, red.json()) == (
        503,
        {"ready": False, "database": False, "letters": False, "migrations": False},
    )
    assert client.get("/readyz").status_code == 200


@pytest.mark.parametrize(("waited_min", "well"), [(14, True), (16, False)])
def test_readyz_goes_red_when_letters_stand_still(client: Client, waited_min: int, well: bool) -> None:
    with time_machine.travel(NOW, tick=False):
        make_letter(NOW - timedelta(minutes=waited_min))
        answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["letters"]) == (200 if well else 503, well)


def test_readyz_does_not_mind_a_parked_letter(client: Client) -> None:
    """Someone has to look at it, in the admin; the site itself can do its work."""
    with time_machine.travel(NOW, tick=False):
        make_letter(NOW - timedelta(days=2), Letter.State.PARKED)
        assert client.get("/readyz").json()["letters"] is True


def test_readyz_asks_for_a_fresh_backup_where_one_is_expected(
    client: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.BACKUP_DIR = tmp_path
    assert client.get("/readyz").json()["backups"] is False
    (tmp_path / "warm-hands-2026-03-24.sqlite3").touch()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["backups"]) == (200, True)
