"""What production refuses to start with: one sentence for each, saying what to do instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

DEMO_SECRET_KEY = "demo-only: everyone knows this key, so nothing signed with it is secret"  # noqa: S105
DEMO_FIELD_KEY = "ZGVtby1vbmx5LWtleS1ldmVyeW9uZS1rbm93cy1pdCE="
MODES = ("production", "demo", "test")


@dataclass(frozen=True)
class Offer:
    """The settings that someone wants to start production with."""

    mode: str
    debug: bool
    secret_key: str
    field_keys: list[str]
    hosts: list[str]
    site_url: str
    database: dict[str, Any]


def refusals(offer: Offer) -> list[str]:
    """Sentences saying why this cannot go into production; empty where it can, and for the other modes."""
    if offer.mode not in MODES:
        return [f"WARM_HANDS_MODE is “{offer.mode}”; it must be one of {', '.join(MODES)}."]
    if offer.mode != "production":
        return []
    return [*_secrets(offer), *_web(offer), *_database(offer.database)]


def _secrets(offer: Offer) -> list[str]:
    found = []
    if not offer.secret_key or offer.secret_key == DEMO_SECRET_KEY or len(offer.secret_key) < 50:
        found.append("SECRET_KEY is missing, the demo's, or under 50 characters; set a long random one of your own.")
    if not offer.field_keys or DEMO_FIELD_KEY in offer.field_keys:
        found.append("FIELD_KEYS is missing or the demo's; set a Fernet key of your own, for the health answers.")
    return found


def _web(offer: Offer) -> list[str]:
    found = []
    if offer.debug:
        found.append("DEBUG is on; it shows settings and data to strangers, so turn it off.")
    if not offer.hosts or any(host == "*" or host.startswith(".") for host in offer.hosts):
        found.append("ALLOWED_HOSTS is empty or has a wildcard; name each host exactly.")
    if not offer.site_url.startswith("https://"):
        found.append("SITE_URL must be the https address of the site; the links in letters are made from it.")
    return found


def _database(database: dict[str, Any]) -> list[str]:
    options = database.get("OPTIONS", {})
    if database.get("ENGINE") == "django.db.backends.sqlite3":
        return _sqlite(options)
    if database.get("ENGINE") != "django.db.backends.postgresql":
        return ["DATABASE_URL must name SQLite or PostgreSQL; the rules about places are proved on these two."]
    if database.get("CONN_MAX_AGE"):
        return ["CONN_MAX_AGE must be 0 with the connection pool; leave it out of DATABASE_URL."]
    return []


def _sqlite(options: dict[str, Any]) -> list[str]:
    import sqlite3

    from config.database import wal_is_safe

    found = []
    pragmas = str(options.get("init_command", "")).upper()
    if options.get("transaction_mode") != "IMMEDIATE":
        found.append("SQLite needs transaction_mode IMMEDIATE; others fail with “database is locked” in a rush.")
    if "SYNCHRONOUS=FULL" not in pragmas:
        found.append("SQLite needs synchronous=FULL; with less, a booking that was confirmed can be lost.")
    if "JOURNAL_MODE=WAL" in pragmas and not wal_is_safe(sqlite3.sqlite_version_info):
        version = sqlite3.sqlite_version
        found.append(f"SQLite {version} can corrupt a WAL database; install pysqlite3 or use the rollback journal.")
    return found
