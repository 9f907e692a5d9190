"""What each kind of requirement measures, and checking that a programme says it rightly."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from instructors.models import Certificate, CredentialType, Programme, Requirement

# For each kind: the measures it may name, and the largest whole number each may have.
MEASURES: dict[str, dict[str, int]] = {
    "attendance": {"days": 60, "hours": 500, "practicum_days": 60},
    "exam": {"pass_mark": 100},
    "practicum": {"families": 50, "sessions": 20, "gap_days": 60, "feedback": 50},
    "document": {"count": 50},
    "fee": {},
    "declaration": {},
    "ce_hours": {"hours": 500},
}
NEEDED = {"ce_hours": ("hours",)}


def validate_params(kind: str, params: Any) -> None:
    """Raise ValidationError with a sentence unless `params` holds this kind's measures and no others."""
    allowed = MEASURES.get(kind, {})
    if not isinstance(params, dict) or set(params) - set(allowed):
        names = ", ".join(allowed) or _("none")
        raise ValidationError(_("The measures of this kind are: %(names)s.") % {"names": names})
    for name, value in params.items():
        if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= allowed[name]:
            raise ValidationError(
                _("“%(name)s” is a whole number from 1 to %(most)d.") % {"name": name, "most": allowed[name]}
            )
    for name in NEEDED.get(kind, ()):
        if name not in params:
            raise ValidationError(_("Please say “%(name)s”.") % {"name": name})


def requirements_of_credential(credential_type: CredentialType, *, holder: Any, on: date) -> str | None:
    """Why somebody cannot be given, or train for, this credential on that day; None where they can.

    A trainer's certificate asks for the instructor's of the same body first.
    """
    first = credential_type.requires
    if first is None or Certificate.objects.held_by(holder).valid(on).filter(credential_type=first).exists():
        return None
    return _("%(name)s holds no valid %(first)s of %(body)s, which %(code)s asks for first.") % {
        "name": holder,
        "first": first.code,
        "body": first.body,
        "code": credential_type.code,
    }


def why_not_in_its_name(credential_type: CredentialType, *, holder: Any, on: date) -> str | None:
    """Why this site cannot sign this credential for this holder on that day; None where it can.

    The body lets it sign here, its authorisation has not ended, and the holder has what is needed first.
    """
    body = credential_type.body
    if not body.signs_here:
        return _("%(body)s issues its own certificates; they are recorded here, not issued.") % {"body": body}
    if not body.signs_on(on):
        return _("The authorisation to sign for %(body)s has run out. Please ask for a new one.") % {"body": body}
    return requirements_of_credential(credential_type, holder=holder, on=on)


def is_frozen(programme: Programme) -> bool:
    """Whether a change must become a new version: it is published and somebody trains on it."""
    return programme.status != Programme.Status.DRAFT and programme.traineeship_set.exists()


def new_version(programme: Programme) -> Programme:
    """A draft copy with the next version number and the same requirements. Call it inside a transaction."""
    newest = Programme.objects.filter(credential_type=programme.credential_type, code=programme.code)
    requirements = list(programme.requirements.all())
    copy = Programme.objects.get(pk=programme.pk)
    copy.pk, copy.status = None, Programme.Status.DRAFT
    copy.version = max(newest.values_list("version", flat=True)) + 1
    copy._state.adding = True
    copy.save()
    for requirement in requirements:
        requirement.pk, requirement.programme, requirement._state.adding = None, copy, True
    Requirement.objects.bulk_create(requirements)
    return copy
