"""Production does not start with anything unsafe, and says each time what to do instead."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from config.database import sqlite_options
from config.refusals import DEMO_FIELD_KEY, DEMO_SECRET_KEY, Offer, refusals

ROOT = Path(__file__).parents[2]
SAFE = Offer(
    mode="production",
    debug=False,
    secret_key="k" * 60,
    field_keys=["eW91ci1vd24ta2V5LWZvci10aGUtaGVhbHRoLWFuc3c="],
    hosts=["classes.example.org"],
    site_url="https://classes.example.org",
    database={"ENGINE": "django.db.backends.sqlite3", "OPTIONS": sqlite_options()},
)
SECRET = "SECRET_KEY is missing, the demo's, or under 50 characters; set a long random one of your own."
FIELD = "FIELD_KEYS is missing or the demo's; set a Fernet key of your own, for the health answers."
DEBUG = "DEBUG is on; it shows settings and data to strangers, so turn it off."
HOSTS = "ALLOWED_HOSTS is empty or has a wildcard; name each host exactly."
SITE = "SITE_URL must be the https address of the site; the links in letters are made from it."


def test_production_starts_with_safe_settings() -> None:
    assert refusals(SAFE) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"secret_key": DEMO_SECRET_KEY}, SECRET),
        ({"secret_key": ""}, SECRET),
        ({"secret_key": "short-but-own"}, SECRET),
        ({"field_keys": []}, FIELD),
        ({"field_keys": [*SAFE.field_keys, DEMO_FIELD_KEY]}, FIELD),
        ({"debug": True}, DEBUG),
        ({"hosts": []}, HOSTS),
        ({"hosts": ["*"]}, HOSTS),
        ({"hosts": ["classes.example.org", ".example.org"]}, HOSTS),
        ({"site_url": "http://classes.example.org"}, SITE),
        ({"site_url": ""}, SITE),
    ],
)
def test_production_refuses_an_unsafe_setting(change: dict[str, object], sentence: str) -> None:
    assert refusals(replace(SAFE, **change)) == [sentence]  # type: ignore[arg-type]


def _sqlite(**options: object) -> dict[str, object]:
    return {"ENGINE": "django.db.backends.sqlite3", "OPTIONS": {**sqlite_options(), **options}}


@pytest.mark.parametrize(
    ("database", "sentence"),
    [
        (
            _sqlite(transaction_mode="DEFERRED"),
            "SQLite needs transaction_mode IMMEDIATE; others fail with “database is locked” in a rush.",
        ),
        (
            _sqlite(init_command="PRAGMA synchronous=NORMAL;"),
            "SQLite needs synchronous=FULL; with less, a booking that was confirmed can be lost.",
        ),
        (
            {"ENGINE": "django.db.backends.mysql"},
            "DATABASE_URL must name SQLite or PostgreSQL; the rules about places are proved on these two.",
        ),
        (
            {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 60},
            "CONN_MAX_AGE must be 0 with the connection pool; leave it out of DATABASE_URL.",
        ),
    ],
)
def test_production_refuses_an_unsafe_database(database: dict[str, object], sentence: str) -> None:
    assert refusals(replace(SAFE, database=database)) == [sentence]


def test_production_refuses_wal_on_an_engine_that_can_corrupt_it(monkeypatch: pytest.MonkeyPatch) -> None:
    import sqlite3

    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 40, 1))
    monkeypatch.setattr(sqlite3, "sqlite_version", "3.40.1")
    wal = _sqlite(init_command="PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;")
    assert refusals(replace(SAFE, database=wal)) == [
        "SQLite 3.40.1 can corrupt a WAL database; install pysqlite3 or use the rollback journal."
    ]


def test_every_trouble_is_named_at_once() -> None:
    bad = replace(SAFE, debug=True, secret_key="", field_keys=[], hosts=["*"], site_url="")
    assert refusals(bad) == [SECRET, FIELD, DEBUG, HOSTS, SITE]


def test_a_mode_that_nobody_knows_is_refused() -> None:
    assert refusals(replace(SAFE, mode="staging")) == [
        "WARM_HANDS_MODE is “staging”; it must be one of production, demo, test."
    ]


@pytest.mark.parametrize("mode", ["demo", "test"])
def test_demo_and_tests_may_use_what_everyone_knows(mode: str) -> None:
    assert refusals(replace(SAFE, mode=mode, secret_key=DEMO_SECRET_KEY, hosts=["*"], debug=True)) == []


def start(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A real process that starts with these variables and none of ours."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    command = [sys.executable, "-c", "import django; django.setup(); print('started')"]
    variables = {**kept, "DJANGO_SETTINGS_MODULE": "config.settings", "VAR_DIR": str(tmp_path), **environment}
    return subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def no_env_file() -> None:
    if (ROOT / ".env").exists():
        pytest.fail("a .env file of this machine would decide what production starts with; move it for the test")


PRODUCTION = {
    "SECRET_KEY": SAFE.secret_key,
    "FIELD_KEYS": SAFE.field_keys[0],
    "ALLOWED_HOSTS": SAFE.hosts[0],
    "SITE_URL": SAFE.site_url,
}


@pytest.mark.usefixtures("no_env_file")
def test_a_real_production_process_starts_with_keys_of_its_own(tmp_path: Path) -> None:
    process = start(tmp_path, **PRODUCTION)
    assert (process.returncode, process.stdout) == (0, "started\n")


@pytest.mark.usefixtures("no_env_file")
def test_a_real_production_process_with_the_demo_key_does_not_start(tmp_path: Path) -> None:
    process = start(tmp_path, **{**PRODUCTION, "SECRET_KEY": DEMO_SECRET_KEY})
    assert process.returncode == 1
    assert process.stderr.endswith(f"Warm Hands does not start like this:\n- {SECRET}\n")


@pytest.mark.usefixtures("no_env_file")
def test_a_process_without_settings_is_production_and_does_not_start(tmp_path: Path) -> None:
    process = start(tmp_path)
    assert process.returncode == 1
    assert process.stderr.endswith("".join(f"- {one}\n" for one in (SECRET, FIELD, HOSTS, SITE)))
