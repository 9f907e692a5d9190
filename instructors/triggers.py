"""Migration steps for rules that the database keeps by trigger, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython

DISTINCT = {"sqlite": "NEW.{0} IS NOT OLD.{0}", "postgresql": "NEW.{0} IS DISTINCT FROM OLD.{0}"}

# Whose programme is asked about, for each thing that can be done to one of its requirements.
USED = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}


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


def frozen_once_used(columns: tuple[str, ...]) -> RunPython:
    """The database refuses to change a programme that somebody trains on, and anything that it asks for.

    Its state still moves between published and retired, and its note stays open.
    """
    programme, requirement = "instructors_programme", "instructors_requirement"
    words = "a programme in use stays as it is"
    used = (
        "EXISTS (SELECT 1 FROM instructors_programme p JOIN instructors_traineeship t ON t.programme_id = p.id"
        " WHERE p.id = {0} AND p.status <> 'draft')"
    ).format

    def forward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        distinct = DISTINCT[editor.connection.vendor]
        changed = " OR ".join([*map(distinct.format, columns), "NEW.status = 'draft'"])
        _trigger(
            editor, f"{programme}_used", f"BEFORE UPDATE ON {programme}", f"({changed}) AND {used('OLD.id')}", words
        )
        for verb, keys in USED.items():
            when = " OR ".join(used(f"{row}.programme_id") for row in keys)
            _trigger(editor, f"{requirement}_used_{verb.lower()}", f"BEFORE {verb} ON {requirement}", when, words)

    def backward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        _drop(editor, f"{programme}_used", programme)
        for verb in USED:
            _drop(editor, f"{requirement}_used_{verb.lower()}", requirement)

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


def kept_once_signed(table: str, state: str, *columns: str, emptied: Mapping[str, str] | None = None) -> RunPython:
    """The database keeps the rows of the table, and once the candidate is signed off, these columns as they are.

    `state` is SQL for the state of the traineeship of a "{row}". `emptied` are {column: its empty value} that may then
    still be emptied, and nothing else: what families said is not kept for ever.
    """

    def forward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        distinct = DISTINCT[editor.connection.vendor]
        changed = [distinct.format(column) for column in columns]
        changed += [f"({distinct.format(column)} AND NEW.{column} <> '{to}')" for column, to in (emptied or {}).items()]
        new, old = (f"{state.format(row=row)} IN ('signed_off', 'certified')" for row in ("NEW", "OLD"))
        words = f"{table}: what was signed stays"
        _trigger(editor, f"{table}_added", f"BEFORE INSERT ON {table}", new, words)
        _trigger(
            editor,
            f"{table}_signed",
            f"BEFORE UPDATE ON {table}",
            f"({old} OR {new}) AND ({' OR '.join(changed)})",
            words,
        )
        _trigger(editor, f"{table}_kept", f"BEFORE DELETE ON {table}", "", f"{table}: rows are kept")

    def backward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        for name in ("added", "signed", "kept"):
            _drop(editor, f"{table}_{name}", table)

    return RunPython(forward, backward, elidable=False)


def _trigger(editor: BaseDatabaseSchemaEditor, name: str, moment: str, when: str, words: str) -> None:
    if editor.connection.vendor == "sqlite":
        condition = f"WHEN {when} " if when else ""
        editor.execute(f"CREATE TRIGGER {name} {moment} {condition}BEGIN SELECT RAISE(ABORT, '{words}'); END")
        return
    raising = f"RAISE EXCEPTION '{words}' USING ERRCODE = 'integrity_constraint_violation';"
    kept = "OLD" if moment.startswith("BEFORE DELETE") else "NEW"
    body = f"IF {when} THEN {raising} END IF; RETURN {kept};" if when else raising
    editor.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$")
    editor.execute(f"CREATE TRIGGER {name} {moment} FOR EACH ROW EXECUTE FUNCTION {name}()")


def _drop(editor: BaseDatabaseSchemaEditor, name: str, table: str) -> None:
    if editor.connection.vendor == "sqlite":
        editor.execute(f"DROP TRIGGER {name}")
        return
    editor.execute(f"DROP TRIGGER {name} ON {table}")
    editor.execute(f"DROP FUNCTION {name}()")


def handed_in_stays(table: str) -> RunPython:
    """The database keeps what was handed in: never two that wait for one requirement, nothing changed, nothing deleted.

    Words and file may only go together, when the row says that they were forgotten; judged work is never taken back.
    """
    marks = ("traineeship_id", "requirement_id", "no", "sha256", "submitted_at")
    words = ("text", "url", "file", "file_name", "file_size")
    forgotten = "NEW.forgotten_on IS NOT NULL AND NEW.file = '' AND NEW.text = '' AND NEW.url = ''"
    changed = " OR ".join(f"NEW.{column} <> OLD.{column}" for column in marks)
    rewritten = " OR ".join(f"NEW.{column} <> OLD.{column}" for column in words)
    judged = "(SELECT 1 FROM instructors_assessment a WHERE a.submission_id = {}.id)"
    same = "s.traineeship_id = NEW.traineeship_id AND s.requirement_id = NEW.requirement_id AND s.withdrawn_at IS NULL"
    waits = f"EXISTS (SELECT 1 FROM {table} s WHERE {same} AND NOT EXISTS {judged.format('s')})"  # noqa: S608  (ours)
    taken_back = f"NEW.withdrawn_at IS NOT NULL AND OLD.withdrawn_at IS NULL AND EXISTS {judged.format('OLD')}"
    rules = {
        "frozen": ("BEFORE UPDATE", f"{changed} OR (({rewritten}) AND NOT ({forgotten}))", "what was handed in stays"),
        "judged": ("BEFORE UPDATE", taken_back, "judged work is not taken back"),
        "once": ("BEFORE INSERT", waits, "one attempt waits already"),
        "kept": ("BEFORE DELETE", "", "rows are kept"),
    }

    def forward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        for name, (moment, when, said) in rules.items():
            _trigger(editor, f"{table}_{name}", f"{moment} ON {table}", when, f"{table}: {said}")

    def backward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        for name in rules:
            _drop(editor, f"{table}_{name}", table)

    return RunPython(forward, backward, elidable=False)
