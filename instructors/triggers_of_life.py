"""Migration steps for what the database keeps of a certificate's life: one story, told in order, with one end."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython

from instructors.triggers import DISTINCT, _drop, _trigger

CERTIFICATE, EVENT, PERIOD = "instructors_certificate", "instructors_certificateevent", "instructors_certificateperiod"
# The state that a certificate has after its newest event; a corrected name changes none.
STATE = (
    "(CASE (SELECT e.kind FROM instructors_certificateevent e WHERE e.certificate_id = NEW.id"
    " AND e.kind <> 'name_corrected' ORDER BY e.id DESC LIMIT 1)"
    " WHEN 'suspended' THEN 'suspended' WHEN 'revoked' THEN 'revoked'"
    " WHEN 'superseded' THEN 'superseded' ELSE 'active' END)"
)
# The kind of its newest event, where there is one.
LAST_KIND = (
    "COALESCE((SELECT e.kind FROM instructors_certificateevent e WHERE e.certificate_id = NEW.id"
    " ORDER BY e.id DESC LIMIT 1), '')"
)
HOLDER = "(SELECT c.holder_id FROM instructors_certificate c WHERE c.id = NEW.certificate_id)"
ENDED = (
    "EXISTS (SELECT 1 FROM instructors_certificateevent e WHERE e.certificate_id = NEW.certificate_id"
    " AND e.kind IN ('revoked', 'superseded'))"
)
OVERLAP = (
    "EXISTS (SELECT 1 FROM instructors_certificateperiod p WHERE p.certificate_id = NEW.certificate_id"
    " AND p.valid_from <= COALESCE(NEW.valid_until, '9999-12-31')"
    " AND COALESCE(p.valid_until, '9999-12-31') >= NEW.valid_from)"
)


def follows_its_events() -> RunPython:
    """The database refuses a state that the newest event does not give, and a name that no event corrected."""

    def forward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        distinct = DISTINCT[editor.connection.vendor]
        state = f"{distinct.format('state')} AND NEW.state <> {STATE}"
        _trigger(editor, f"{CERTIFICATE}_told", f"BEFORE UPDATE ON {CERTIFICATE}", state, f"{CERTIFICATE}: no event")
        name = f"{distinct.format('name_as_issued')} AND {LAST_KIND} <> 'name_corrected'"
        words = f"{CERTIFICATE}: a name without its event"
        _trigger(editor, f"{CERTIFICATE}_named", f"BEFORE UPDATE ON {CERTIFICATE}", name, words)

    def backward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        _drop(editor, f"{CERTIFICATE}_told", CERTIFICATE)
        _drop(editor, f"{CERTIFICATE}_named", CERTIFICATE)

    return RunPython(forward, backward, elidable=False)


def ends_once() -> RunPython:
    """The database refuses what follows a revocation or a replacement, and a revocation by one person alone."""
    alone = "NEW.kind = 'revoked' AND (NEW.second_actor_id IS NULL OR NEW.second_actor_id = NEW.actor_id)"
    # One's own new certificate replaces the old one, and that is the trainer's deed too.
    decided = "NEW.kind IN ('renewed', 'suspended', 'reinstated', 'name_corrected', 'revoked')"
    own = f"{decided} AND (NEW.actor_id = {HOLDER} OR NEW.second_actor_id = {HOLDER})"

    def forward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        moment = f"BEFORE INSERT ON {EVENT}"
        _trigger(editor, f"{EVENT}_ended", moment, ENDED, f"{EVENT}: the story has ended")
        _trigger(editor, f"{EVENT}_two", moment, alone, f"{EVENT}: revoking takes two people")
        _trigger(editor, f"{EVENT}_own", moment, own, f"{EVENT}: not by its holder")

    def backward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        for name in (f"{EVENT}_ended", f"{EVENT}_two", f"{EVENT}_own"):
            _drop(editor, name, EVENT)

    return RunPython(forward, backward, elidable=False)


def issued_by_another() -> RunPython:
    """The database refuses that a certificate is issued by the one who holds it."""
    own = f"NEW.kind = 'issued' AND NEW.actor_id = {HOLDER}"

    def forward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        words = f"{EVENT}: not issued by its holder"
        _trigger(editor, f"{EVENT}_issued", f"BEFORE INSERT ON {EVENT}", own, words)

    def backward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        _drop(editor, f"{EVENT}_issued", EVENT)

    return RunPython(forward, backward, elidable=False)


def periods_do_not_overlap() -> RunPython:
    """The database refuses a period of a certificate that shares a day with another one of it."""

    def forward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        words = f"{PERIOD}: periods overlap"
        _trigger(editor, f"{PERIOD}_apart", f"BEFORE INSERT ON {PERIOD}", OVERLAP, words)

    def backward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        _drop(editor, f"{PERIOD}_apart", PERIOD)

    return RunPython(forward, backward, elidable=False)


def of_its_holder(table: str) -> RunPython:
    """The database refuses a row whose holder is not its certificate's, so that copying the name cannot be cheated."""

    def forward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        words, differs = f"{table}: another holder", f"NEW.holder_id <> {HOLDER}"
        _trigger(editor, f"{table}_holder", f"BEFORE INSERT ON {table}", differs, words)
        _trigger(editor, f"{table}_holder_kept", f"BEFORE UPDATE ON {table}", differs, words)

    def backward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        _drop(editor, f"{table}_holder", table)
        _drop(editor, f"{table}_holder_kept", table)

    return RunPython(forward, backward, elidable=False)


def settled(table: str, states: tuple[str, ...], *columns: str) -> RunPython:
    """The database refuses to change these columns of a row that is in one of those states: the answer was given."""
    listed = ", ".join(f"'{state}'" for state in states)

    def forward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        changed = " OR ".join(DISTINCT[editor.connection.vendor].format(column) for column in columns)
        when = f"OLD.state IN ({listed}) AND ({changed})"
        words = f"{table}: the answer stands"
        _trigger(editor, f"{table}_settled", f"BEFORE UPDATE ON {table}", when, words)

    def backward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        _drop(editor, f"{table}_settled", table)

    return RunPython(forward, backward, elidable=False)
