"""Lifting the capacity triggers and setting them again, around a change of the tables of sessions or places.

SQLite makes a table anew for many changes, and refuses while a trigger looks at the one that is gone. A migration that
changes either table begins with `LIFTED` and ends with `SET_AGAIN`. PostgreSQL alters in place and needs neither.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

triggers = import_module("classes.migrations.0002_capacity_triggers")


def lift(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "sqlite":
        for drop in triggers.SQLITE_BACK:
            editor.execute(drop)


def set_again(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "sqlite":
        for create in triggers.SQLITE:
            editor.execute(create)


LIFTED = migrations.RunPython(lift, set_again)
SET_AGAIN = migrations.RunPython(set_again, lift)
