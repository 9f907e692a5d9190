"""The database raises a session's calendar sequence where whoever changed the session forgot to.

A calendar program takes a change only with a higher SEQUENCE (RFC 5546), so a move without one would never be seen.
`Session.objects.tell_anew` raises it itself, and then nothing happens here.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# What a calendar shows of a session's own row.
SHOWN = "starts_at, minutes, state, substitute_id"
FORGOTTEN = (
    "(NEW.starts_at <> OLD.starts_at OR NEW.minutes <> OLD.minutes OR NEW.state <> OLD.state "
    "OR COALESCE(NEW.substitute_id, 0) <> COALESCE(OLD.substitute_id, 0)) AND NEW.sequence <= OLD.sequence"
)
SQLITE = [
    f"CREATE TRIGGER session_change_is_told AFTER UPDATE OF {SHOWN} ON classes_session WHEN {FORGOTTEN} "
    "BEGIN UPDATE classes_session SET sequence = OLD.sequence + 1, changed_at = strftime('%Y-%m-%d %H:%M:%f', 'now') "
    "WHERE id = NEW.id; END"
]
POSTGRESQL = [
    "CREATE FUNCTION session_change_is_told() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"IF {FORGOTTEN} THEN NEW.sequence := OLD.sequence + 1; NEW.changed_at := now(); END IF; RETURN NEW; END $$",
    f"CREATE TRIGGER session_change_is_told BEFORE UPDATE OF {SHOWN} ON classes_session "
    "FOR EACH ROW EXECUTE FUNCTION session_change_is_told()",
]
POSTGRESQL_BACK = [
    "DROP TRIGGER session_change_is_told ON classes_session",
    "DROP FUNCTION session_change_is_told()",
]


def forward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in SQLITE if editor.connection.vendor == "sqlite" else POSTGRESQL:
        editor.execute(statement, params=None)


def backward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in (
        ["DROP TRIGGER session_change_is_told"] if editor.connection.vendor == "sqlite" else POSTGRESQL_BACK
    ):
        editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("classes", "0012_more_than_one_refund")]
    operations = [migrations.RunPython(forward, backward)]
