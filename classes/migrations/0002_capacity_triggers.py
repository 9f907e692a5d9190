"""The database's own last line about capacity.

A place's number may not be above its session's capacity, and a session's capacity may not fall below a number in use.
Together with the unique index on the number this refuses one place too many, whatever Python believes.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

CAPACITY = "CASE NEW.way WHEN 'stream' THEN s.stream_capacity ELSE s.capacity END"
OVER = f"SELECT 1 FROM classes_session s WHERE s.id = NEW.session_id AND NEW.number > ({CAPACITY})"
UNDER = (
    "SELECT 1 FROM classes_place p WHERE p.session_id = NEW.id AND p.released_at IS NULL "
    "AND p.number > CASE p.way WHEN 'stream' THEN NEW.stream_capacity ELSE NEW.capacity END"
)

SQLITE = [
    f"CREATE TRIGGER place_within_capacity_{verb.lower()} BEFORE {verb} ON classes_place "
    f"WHEN NEW.released_at IS NULL AND EXISTS ({OVER}) "
    "BEGIN SELECT RAISE(ABORT, 'place_within_capacity'); END"
    for verb in ("INSERT", "UPDATE")
] + [
    "CREATE TRIGGER session_capacity_holds_places BEFORE UPDATE OF capacity, stream_capacity ON classes_session "
    f"WHEN EXISTS ({UNDER}) BEGIN SELECT RAISE(ABORT, 'session_capacity_holds_places'); END"
]
POSTGRESQL = [
    "CREATE FUNCTION place_within_capacity() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"IF NEW.released_at IS NULL AND EXISTS ({OVER}) THEN "
    "RAISE EXCEPTION 'place_within_capacity' USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$",
    "CREATE TRIGGER place_within_capacity BEFORE INSERT OR UPDATE ON classes_place "
    "FOR EACH ROW EXECUTE FUNCTION place_within_capacity()",
    "CREATE FUNCTION session_capacity_holds_places() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"IF EXISTS ({UNDER}) THEN "
    "RAISE EXCEPTION 'session_capacity_holds_places' USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$",
    "CREATE TRIGGER session_capacity_holds_places BEFORE UPDATE OF capacity, stream_capacity ON classes_session "
    "FOR EACH ROW EXECUTE FUNCTION session_capacity_holds_places()",
]
SQLITE_BACK = [
    "DROP TRIGGER place_within_capacity_insert",
    "DROP TRIGGER place_within_capacity_update",
    "DROP TRIGGER session_capacity_holds_places",
]
POSTGRESQL_BACK = [
    "DROP TRIGGER place_within_capacity ON classes_place",
    "DROP FUNCTION place_within_capacity()",
    "DROP TRIGGER session_capacity_holds_places ON classes_session",
    "DROP FUNCTION session_capacity_holds_places()",
]


def forward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in SQLITE if editor.connection.vendor == "sqlite" else POSTGRESQL:
        editor.execute(statement)


def backward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in SQLITE_BACK if editor.connection.vendor == "sqlite" else POSTGRESQL_BACK:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("classes", "0001_initial")]
    operations = [migrations.RunPython(forward, backward)]
