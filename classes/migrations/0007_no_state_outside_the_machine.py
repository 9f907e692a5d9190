"""The database itself refuses a move that no table of moves allows, and taking a released place again.

The moves are those of the models on the day of this migration; a test compares the two. A later change of a model's
MOVES comes with a migration that drops the trigger of its table and makes it anew with `move_trigger`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

MOVES = {
    "enrolment": (
        *("offered>booked", "offered>lapsed"),
        *("booked>cancelled", "booked>moved", "booked>ended", "cancelled>ended"),
    ),
    "offer": ("open>accepted", "open>declined", "open>lapsed", "open>withdrawn"),
    "hold": ("open>used", "open>given_back", "open>lapsed"),
    "makeupright": ("open>used", "open>withdrawn", "open>lapsed", "used>open", "used>withdrawn"),
    "waitingparty": (
        *("waiting>offered", "waiting>joined", "waiting>withdrawn"),
        *("offered>joined", "offered>declined", "offered>lapsed", "offered>waiting", "offered>withdrawn"),
    ),
}
FUNCTIONS = [
    "CREATE FUNCTION classes_keeps_to_moves() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "IF NEW.state <> OLD.state AND NOT (OLD.state || '>' || NEW.state = ANY (TG_ARGV)) THEN "
    "RAISE EXCEPTION '%: % to %', TG_NAME, OLD.state, NEW.state USING ERRCODE = 'check_violation'; END IF; "
    "RETURN NEW; END $$",
    "CREATE FUNCTION place_stays_released() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "IF OLD.released_at IS NOT NULL AND NEW.released_at IS NULL THEN "
    "RAISE EXCEPTION 'place_stays_released' USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$",
]


def move_trigger(noun: str, moves: Sequence[str], *, vendor: str) -> str:
    """The statement that makes classes_<noun> refuse every other change of its state. `moves` are "from>to"."""
    words = ", ".join(f"'{move}'" for move in moves)
    if vendor == "sqlite":
        return (
            f"CREATE TRIGGER {noun}_keeps_to_moves BEFORE UPDATE ON classes_{noun} "
            f"WHEN NEW.state <> OLD.state AND OLD.state || '>' || NEW.state NOT IN ({words}) "
            f"BEGIN SELECT RAISE(ABORT, '{noun}_keeps_to_moves'); END"
        )
    return (
        f"CREATE TRIGGER {noun}_keeps_to_moves BEFORE UPDATE ON classes_{noun} "
        f"FOR EACH ROW EXECUTE FUNCTION classes_keeps_to_moves({words})"
    )


def released_trigger(vendor: str) -> str:
    if vendor == "sqlite":
        return (
            "CREATE TRIGGER place_stays_released BEFORE UPDATE ON classes_place "
            "WHEN OLD.released_at IS NOT NULL AND NEW.released_at IS NULL "
            "BEGIN SELECT RAISE(ABORT, 'place_stays_released'); END"
        )
    return (
        "CREATE TRIGGER place_stays_released BEFORE UPDATE ON classes_place "
        "FOR EACH ROW EXECUTE FUNCTION place_stays_released()"
    )


def forward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    vendor = editor.connection.vendor
    for statement in FUNCTIONS if vendor == "postgresql" else ():
        editor.execute(statement, params=None)
    for noun, moves in MOVES.items():
        editor.execute(move_trigger(noun, moves, vendor=vendor), params=None)
    editor.execute(released_trigger(vendor), params=None)


def backward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    postgresql = editor.connection.vendor == "postgresql"
    tables = {f"{noun}_keeps_to_moves": noun for noun in MOVES} | {"place_stays_released": "place"}
    for trigger, noun in tables.items():
        editor.execute(f"DROP TRIGGER {trigger}" + (f" ON classes_{noun}" if postgresql else ""))
    for function in ("classes_keeps_to_moves", "place_stays_released") if postgresql else ():
        editor.execute(f"DROP FUNCTION {function}()")


class Migration(migrations.Migration):
    dependencies = [("classes", "0006_an_answered_offer_says_how")]
    operations = [migrations.RunPython(forward, backward)]
