"""Migration steps for rules that the database keeps by trigger, on SQLite and on PostgreSQL."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython

DISTINCT = {"sqlite": "NEW.{0} IS NOT OLD.{0}", "postgresql": "NEW.{0} IS DISTINCT FROM OLD.{0}"}


def frozen_columns(table: str, *columns: str) -> RunPython:
    """The database refuses to delete a row of the table, and to change these columns of it."""

    def forward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        vendor = editor.connection.vendor
        changed = " OR ".join(DISTINCT[vendor].format(column) for column in columns)
        _trigger(editor, f"{table}_frozen", f"BEFORE UPDATE ON {table}", changed, f"{table}: what was written stays")
        _trigger(editor, f"{table}_kept", f"BEFORE DELETE ON {table}", "", f"{table}: rows are kept")

    def backward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        for name in (f"{table}_frozen", f"{table}_kept"):
            _drop(editor, name, table)

    return RunPython(forward, backward, elidable=False)


def copied_trainee(table: str) -> RunPython:
    """The database refuses a row whose trainee is not its traineeship's, so that copying the name cannot be cheated."""
    differs = "NEW.trainee_id <> (SELECT t.trainee_id FROM instructors_traineeship t WHERE t.id = NEW.traineeship_id)"

    def forward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        _trigger(editor, f"{table}_trainee", f"BEFORE INSERT ON {table}", differs, f"{table}: another trainee")

    def backward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        _drop(editor, f"{table}_trainee", table)

    return RunPython(forward, backward, elidable=False)


def written_once(table: str, *columns: str) -> RunPython:
    """The database refuses to change these columns of a row once they hold something."""

    def forward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        distinct = DISTINCT[editor.connection.vendor]
        changed = " OR ".join(f"(OLD.{column} IS NOT NULL AND {distinct.format(column)})" for column in columns)
        _trigger(editor, f"{table}_once", f"BEFORE UPDATE ON {table}", changed, f"{table}: what was written stays")

    def backward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        _drop(editor, f"{table}_once", table)

    return RunPython(forward, backward, elidable=False)


def signed_in_its_name(table: str) -> RunPython:
    """The database refuses a signed badge of a body that does not sign here, or by a key that may not sign for it."""
    may_sign = (
        "EXISTS (SELECT 1 FROM instructors_statuslist l"
        " JOIN instructors_signingkey k ON k.id = NEW.signing_key_id AND k.body_id = l.body_id"
        " JOIN instructors_certifyingbody b ON b.id = l.body_id"
        " WHERE l.id = NEW.status_list_id AND b.signs_here AND k.compromised_at IS NULL)"
    )

    def forward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        refusal = f"{table}: not in the name of this body"
        _trigger(editor, f"{table}_in_name", f"BEFORE INSERT ON {table}", f"NOT {may_sign}", refusal)

    def backward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        _drop(editor, f"{table}_in_name", table)

    return RunPython(forward, backward, elidable=False)


def signed_by_trainer_or_deputy(table: str) -> RunPython:
    """The database refuses a signature of anybody but the trainer of record or a deputy who stands on that row."""
    name = f"{table}_signer"
    nobody = (
        "NOT EXISTS (SELECT 1 FROM instructors_traineeship t"
        " WHERE t.id = NEW.traineeship_id AND t.trainer_of_record_id = NEW.signed_by_id)"
        " AND NOT EXISTS (SELECT 1 FROM instructors_deputy d WHERE d.traineeship_id = NEW.traineeship_id"
        " AND d.trainer_id = NEW.signed_by_id AND d.task = 'sign' AND d.ended_at IS NULL)"
    )

    def forward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        _trigger(editor, name, f"BEFORE INSERT ON {table}", nobody, f"{table}: neither the trainer nor a deputy")

    def backward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        _drop(editor, name, table)

    return RunPython(forward, backward, elidable=False)


def _trigger(editor: BaseDatabaseSchemaEditor, name: str, moment: str, when: str, words: str) -> None:
    if editor.connection.vendor == "sqlite":
        condition = f"WHEN {when} " if when else ""
        editor.execute(f"CREATE TRIGGER {name} {moment} {condition}BEGIN SELECT RAISE(ABORT, '{words}'); END")
        return
    raising = f"RAISE EXCEPTION '{words}' USING ERRCODE = 'integrity_constraint_violation';"
    body = f"IF {when} THEN {raising} END IF; RETURN NEW;" if when else raising
    editor.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$")
    editor.execute(f"CREATE TRIGGER {name} {moment} FOR EACH ROW EXECUTE FUNCTION {name}()")


def _drop(editor: BaseDatabaseSchemaEditor, name: str, table: str) -> None:
    if editor.connection.vendor == "sqlite":
        editor.execute(f"DROP TRIGGER {name}")
        return
    editor.execute(f"DROP TRIGGER {name} ON {table}")
    editor.execute(f"DROP FUNCTION {name}()")
