"""A migration step: in whose name a certificate may be issued, held by the database."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython

from instructors.triggers import _drop, _trigger

CERTIFICATE, CREDENTIAL = "instructors_certificate", "instructors_credentialtype"


def issued_in_its_name() -> RunPython:
    """The database refuses a certificate issued for a body that does not let this site sign on that day.

    And one whose holder lacks the credential that is needed first, which is always one of the same body.
    """
    unsigned = (
        "NEW.origin = 'issued_here' AND NOT EXISTS (SELECT 1 FROM instructors_credentialtype k"
        " JOIN instructors_certifyingbody b ON b.id = k.body_id WHERE k.id = NEW.credential_type_id"
        " AND b.signs_here AND (b.authorised_until IS NULL OR b.authorised_until >= NEW.issued_on))"
    )
    lacking = (
        "NEW.origin = 'issued_here' AND EXISTS (SELECT 1 FROM instructors_credentialtype k"
        " WHERE k.id = NEW.credential_type_id AND k.requires_id IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM instructors_certificate c WHERE c.credential_type_id = k.requires_id"
        " AND c.holder_id = NEW.holder_id AND c.state = 'active' AND c.valid_from <= NEW.issued_on"
        " AND (c.valid_until IS NULL OR c.valid_until >= NEW.issued_on)))"
    )
    foreign = (
        "NEW.requires_id IS NOT NULL AND NEW.body_id <>"
        " (SELECT f.body_id FROM instructors_credentialtype f WHERE f.id = NEW.requires_id)"
    )
    rules = (
        (CERTIFICATE, "authorised", "INSERT", unsigned, f"{CERTIFICATE}: not in the name of this body"),
        (CERTIFICATE, "first", "INSERT", lacking, f"{CERTIFICATE}: another credential is needed first"),
        (CREDENTIAL, "body_insert", "INSERT", foreign, f"{CREDENTIAL}: what is needed first is of the same body"),
        (CREDENTIAL, "body_update", "UPDATE", foreign, f"{CREDENTIAL}: what is needed first is of the same body"),
    )

    def forward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        for table, name, verb, when, words in rules:
            _trigger(editor, f"{table}_{name}", f"BEFORE {verb} ON {table}", when, words)

    def backward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        for table, name, _verb, _when, _words in rules:
            _drop(editor, f"{table}_{name}", table)

    return RunPython(forward, backward, elidable=False)
