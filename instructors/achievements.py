"""What a title stands for, in the words of Open Badges: the same for all who hold it, under an address of its own."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from instructors.models import CredentialType, Programme, Requirement
from instructors.signing_keys import address_of, did_of


def achievement_of(credential: CredentialType, programme: Programme | None) -> dict[str, Any]:
    """The achievement as it stands in a badge. The programme says what was asked, and so which version it is."""
    address = address_of("achievement", credential.body.slug, credential.code)
    achievement: dict[str, Any] = {
        "id": address,
        "type": ["Achievement"],
        "achievementType": "Certification",
        "name": credential.title,
        "description": describe(credential),
        "criteria": {"id": address, "narrative": criteria_of(credential, programme)},
        "creator": issuer_of(credential),
        "humanCode": credential.code,
    }
    if programme:
        achievement["version"] = f"{programme.code} {programme.version}"
    return achievement


def issuer_of(credential: CredentialType) -> dict[str, Any]:
    """The body as a Profile."""
    body = credential.body
    profile: dict[str, Any] = {"id": did_of(body), "type": ["Profile"], "name": body.name}
    if body.website:
        profile["url"] = body.website
    return profile


def describe(credential: CredentialType) -> str:
    """A sentence on the title."""
    said = {"title": credential.title, "letters": credential.code, "body": credential.body.name}
    return _("%(title)s (%(letters)s), a title that %(body)s gives.") % said


def criteria_of(credential: CredentialType, programme: Programme | None) -> str:
    """What was asked, a line for each requirement of the first certification, as Markdown."""
    lines = [f"- {line}" for line in asked_by(programme)] if programme else []
    return "\n".join(lines) or describe(credential)


def programmes_to(credential: CredentialType) -> list[Programme]:
    """The published ways to it with what they ask: the newest first, and those back to it last."""
    ways = Programme.objects.published().filter(credential_type=credential).prefetch_related("requirements")
    return list(ways.order_by("is_way_back", "-version", "-pk")[:20])


def asked_by(programme: Programme) -> list[str]:
    """A line for each requirement of the first certification."""
    asked = [one for one in programme.requirements.all() if one.stage == Requirement.Stage.INITIAL]
    return [f"{one.title}: {one.help}" if one.help else one.title for one in asked]
