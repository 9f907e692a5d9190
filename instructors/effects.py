"""What hangs on a certificate, for the registrar who is about to change it. Nothing here is stored or moved.

Whether somebody may publish, sign or stand in the directory is asked of the certificate each time, so all of it changes
in the transaction that changes the certificate.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from instructors.models import Certificate, Traineeship

MOST = 20


@dataclass(frozen=True)
class Led:
    """A series of the holder that is not over: its name, when it meets next, how many families are in it."""

    title: str
    next_on: date | None
    families: int


@dataclass(frozen=True)
class Effects:
    classes: list[Led]
    candidates: list[Traineeship]


def effects_of(certificate: Certificate, *, now: datetime) -> Effects:
    """The series that a certificate to teach opens, and the candidates that one to train carries."""
    kind = certificate.credential_type
    return Effects(
        classes=_classes(certificate.holder, now) if kind.may_teach else [],
        candidates=_candidates(certificate) if kind.may_train else [],
    )


def _classes(holder: Any, now: datetime) -> list[Led]:
    """Told by the room above, which is named in the settings: this one knows no classes."""
    found: list[Led] = []
    for name in settings.TELLS_OF_TEACHING:
        found += [Led(**told) for told in import_string(name)(holder, now=now, most=MOST)]
    return found


def _candidates(certificate: Certificate) -> list[Traineeship]:
    own = Traineeship.objects.in_training().led_by(certificate.holder_id).with_people()
    return list(own.filter(credential_type__body=certificate.credential_type.body_id)[:MOST])
