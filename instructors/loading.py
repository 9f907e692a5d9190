"""Loading bodies, credential types and programmes from instructors/data/programmes.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from django.db import transaction

from instructors.deadlines import validate_rule
from instructors.models import CertifyingBody, CredentialType, Programme, Requirement
from instructors.requirements import validate_params

PROGRAMMES = Path(__file__).parent / "data" / "programmes.toml"


def load_programmes(path: Path = PROGRAMMES) -> int:
    """Add what is missing and leave alone what is there, edited or not; returns how many rows were added.

    Raises ValidationError where the file names a measure or a deadline rule that does not exist.
    """
    added = 0
    with transaction.atomic():
        for body in tomllib.loads(path.read_text(encoding="utf-8"))["body"]:
            added += _body(body)
    return added


def _body(said: dict[str, Any]) -> int:
    credentials = said.pop("credential", [])
    body, made = CertifyingBody.objects.get_or_create(slug=said["slug"], defaults=said)
    return made + sum(_credential(body, credential) for credential in credentials)


def _credential(body: CertifyingBody, said: dict[str, Any]) -> int:
    programmes = said.pop("programme", [])
    if first := said.pop("requires", None):
        said["requires"] = CredentialType.objects.get(body=body, code=first)
    credential, made = CredentialType.objects.get_or_create(body=body, code=said["code"], defaults=said)
    return made + sum(_programme(credential, programme) for programme in programmes)


def _programme(credential: CredentialType, said: dict[str, Any]) -> int:
    requirements = said.pop("requirement")
    validate_rule(said.get("deadline_rule", {}))
    key = {"code": said["code"], "version": said.get("version", 1)}
    programme, made = Programme.objects.get_or_create(credential_type=credential, **key, defaults=said)
    if not made:
        return 0
    for order, requirement in enumerate(requirements, start=1):
        validate_params(requirement["kind"], requirement.get("params", {}))
        validate_rule(requirement.get("deadline_rule", {}))
        Requirement.objects.create(programme=programme, order=order, **requirement)
    return 1 + len(requirements)
