"""Migration steps for what the database keeps of papers, and of whose a certificate is."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython

from instructors.triggers import DISTINCT, _drop, _trigger

CERTIFICATE, DOCUMENT = "instructors_certificate", "instructors_certificatedocument"


def papers_of_what_is_issued_here() -> RunPython:
    """The database refuses a paper of a recorded certificate, of a body that does not sign here, of a foreign period.

    And one that was replaced stays so.
    """
    ours = (
        "EXISTS (SELECT 1 FROM instructors_certificate c"
        " JOIN instructors_credentialtype k ON k.id = c.credential_type_id"
        " JOIN instructors_certifyingbody b ON b.id = k.body_id"
        " JOIN instructors_certificateperiod p ON p.id = NEW.period_id AND p.certificate_id = c.id"
        " WHERE c.id = NEW.certificate_id AND c.origin = 'issued_here' AND b.signs_here)"
    )

    def forward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        words = f"{DOCUMENT}: not issued here"
        _trigger(editor, f"{DOCUMENT}_issued", f"BEFORE INSERT ON {DOCUMENT}", f"NOT {ours}", words)
        again = f"OLD.replaced_at IS NOT NULL AND {DISTINCT[editor.connection.vendor].format('replaced_at')}"
        words = f"{DOCUMENT}: what was replaced stays so"
        _trigger(editor, f"{DOCUMENT}_replaced", f"BEFORE UPDATE ON {DOCUMENT}", again, words)

    def backward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        _drop(editor, f"{DOCUMENT}_issued", DOCUMENT)
        _drop(editor, f"{DOCUMENT}_replaced", DOCUMENT)

    return RunPython(forward, backward, elidable=False)


def changes_hands_by_merger(*frozen: str) -> RunPython:
    """The holder of a certificate changes where two accounts were found to be one person, and never otherwise.

    `frozen` are the other columns that stay as they were written; until now the holder was one of them.
    """
    merged = "EXISTS (SELECT 1 FROM instructors_merger m WHERE m.kept_id = NEW.holder_id AND m.gone_id = OLD.holder_id)"

    def stays(editor: BaseDatabaseSchemaEditor, *columns: str) -> None:
        changed = " OR ".join(DISTINCT[editor.connection.vendor].format(column) for column in columns)
        words = f"{CERTIFICATE}: what was written stays"
        _trigger(editor, f"{CERTIFICATE}_frozen", f"BEFORE UPDATE ON {CERTIFICATE}", changed, words)

    def forward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        _drop(editor, f"{CERTIFICATE}_frozen", CERTIFICATE)
        stays(editor, *frozen)
        moved = f"{DISTINCT[editor.connection.vendor].format('holder_id')} AND NOT {merged}"
        words = f"{CERTIFICATE}: another holder"
        _trigger(editor, f"{CERTIFICATE}_holder", f"BEFORE UPDATE ON {CERTIFICATE}", moved, words)

    def backward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        _drop(editor, f"{CERTIFICATE}_holder", CERTIFICATE)
        _drop(editor, f"{CERTIFICATE}_frozen", CERTIFICATE)
        stays(editor, "holder_id", *frozen)

    return RunPython(forward, backward, elidable=False)
