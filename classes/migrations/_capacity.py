"""Lifting the triggers of this room and setting them again, around a change of any table that wears one.

SQLite makes a table anew for many changes: it refuses while a trigger looks at the one that is gone, and forgets the
triggers that the old one wore. A migration that changes such a table (sessions, places, enrolments, offers, holds,
make-up rights, waiting parties, register marks) begins with `LIFTED` and ends with `SET_AGAIN`. What is set again is
what stood there, so neither needs to know which triggers there are. PostgreSQL alters in place and needs neither.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_lifted: dict[str, list[str]] = {}


def lift(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor != "sqlite":
        return
    with editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'classes~_%' ESCAPE '~'"
        )
        standing = cursor.fetchall()
    _lifted[editor.connection.alias] = [sql for _name, sql in standing]
    for name, _sql in standing:
        editor.execute(f'DROP TRIGGER "{name}"')


def set_again(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "sqlite":
        for create in _lifted.pop(editor.connection.alias):
            editor.execute(create, params=None)


LIFTED = migrations.RunPython(lift, set_again)
SET_AGAIN = migrations.RunPython(set_again, lift)
