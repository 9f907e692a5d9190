"""What stands on a certificate. The paper, the badge and the public page read it here, so that they agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.lib.times import local
from instructors.models import Certificate, CertificatePeriod, Requirement, SignOff

GROUP = 4
"""Letters of a code are printed in fours."""


@dataclass(frozen=True)
class Signature:
    """Whose name stands under it, with the letters of the credential, and the day."""

    name: str
    letters: str
    on: date


@dataclass(frozen=True)
class Printed:
    """Everything that is printed, in words where it has words. No address, no baby, no family."""

    name: str
    title: str
    letters: str
    body: str
    number: str
    code: str
    issued_on: date
    valid_from: date
    valid_until: date | None
    programme: str
    training: str
    signed: Signature | None
    second: Signature | None
    mark_notice: str

    @property
    def code_in_groups(self) -> str:
        """The code as it is read aloud: 7GXM-4Q2R-T9VB."""
        return "-".join(self.code[at : at + GROUP] for at in range(0, len(self.code), GROUP))


def printed(certificate: Certificate, period: CertificatePeriod | None = None) -> Printed:
    """What stands on the certificate for that period, or for the one that it is in. Fetch it `with_names`."""
    credential = certificate.credential_type
    begun: Any = period or certificate
    signature = _signature(certificate)
    return Printed(
        name=certificate.name_as_issued,
        title=credential.title,
        letters=credential.code,
        body=credential.body.name,
        number=certificate.number,
        code=certificate.public_code,
        issued_on=certificate.issued_on,
        valid_from=begun.valid_from,
        valid_until=begun.valid_until,
        programme=certificate.programme.title if certificate.programme else "",
        training=_training(certificate),
        signed=_signed(certificate, signature),
        second=_second(certificate, signature),
        mark_notice=credential.mark_notice,
    )


def _signature(certificate: Certificate) -> SignOff | None:
    if certificate.traineeship_id is None:
        return None
    return SignOff.objects.standing_for(certificate.traineeship_id).first()


def _signed(certificate: Certificate, signature: SignOff | None) -> Signature | None:
    if signature is None:
        return None
    held = Certificate.objects.held_by(signature.signed_by).to_train(certificate.credential_type.body)
    letters = held.order_by("pk").values_list("credential_type__code", flat=True).first() or ""
    return Signature(str(signature.signed_by), letters, _day(certificate, signature.signed_at))


def _second(certificate: Certificate, signature: SignOff | None) -> Signature | None:
    if signature is None or signature.second_by is None or signature.second_at is None:
        return None
    return Signature(str(signature.second_by), "", _day(certificate, signature.second_at))


def _day(certificate: Certificate, moment: datetime) -> date:
    """The day it was where the training was held."""
    event = certificate.traineeship.event if certificate.traineeship else None
    return local(moment, event.time_zone if event else "UTC").date()


def _training(certificate: Certificate) -> str:
    """For example "28 hours · 5 families": what the programme asked, in numbers. Empty for a recorded one."""
    if certificate.programme is None:
        return ""
    asked: dict[str, int] = {}
    for one in certificate.programme.requirements.all():
        if one.stage == Requirement.Stage.INITIAL:
            asked = {**one.params, **asked}
    words = []
    if hours := asked.get("hours"):
        words.append(ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours})
    elif days := asked.get("days"):
        words.append(ngettext("%(n)d day", "%(n)d days", days) % {"n": days})
    if families := asked.get("families"):
        words.append(ngettext("%(n)d family", "%(n)d families", families) % {"n": families})
    return " · ".join(words)


def duty(certificate: Certificate) -> str:
    """What the holder of this title does, in a sentence."""
    if certificate.credential_type.may_train:
        return _("The holder trains instructors, watches them at work, and signs for what they can do.")
    if certificate.credential_type.may_teach:
        return _(
            "The holder teaches parents and carers to massage their own babies, with the babies’ leave, "
            "and shows every stroke on a doll."
        )
    return ""
