"""What anyone may learn about a certificate. The answer is the same for "no such one" and "not published"."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language_info

from instructors.life import Standing, standing
from instructors.models import Certificate, CertificateEvent, Instructor, SignOff
from instructors.numbering import read_code, read_number


@dataclass(frozen=True)
class Record:
    """One certificate as the public sees it: no address, no baby, no family."""

    name: str
    title: str
    letters: str
    body: str
    number: str
    code: str
    standing: Standing
    issued_on: date
    valid_from: date
    valid_until: date | None
    since: date | None
    public_note: str
    certified_by: str
    trained: str
    languages: list[str]
    profile_slug: str
    is_recorded: bool
    checked_by: str
    checked_on: date | None
    mark_notice: str


def by_code(typed: str, *, on: date) -> Record | None:
    """The record under that code of a public page; None where there is none to show."""
    code = read_code(typed)
    found = Certificate.objects.published().with_names().filter(public_code=code).first() if code else None
    return _record(found, on) if found else None


def by_number(number: str, family_name: str, *, on: date) -> Record | None:
    """The record under that number, if the family name typed is the holder's; None otherwise."""
    found = Certificate.objects.published().with_names().filter(number=read_number(number)).first()
    return _record(found, on) if found and is_family_name(family_name, of=found.name_as_issued) else None


def is_family_name(typed: str, *, of: str) -> bool:
    """Whether the words typed end the name, whatever their accents; the whole name does as well."""
    words, name = folded(typed).split(), folded(of).split()
    return bool(words) and name[-len(words) :] == words


def folded(name: str) -> str:
    """A name without capitals and accents, hyphens as spaces."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("-", " "))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _record(certificate: Certificate, on: date) -> Record:
    now_stands = standing(certificate, on=on)
    profile = Instructor.objects.of(certificate.holder_id).listed().first()
    event = _last_change(certificate) if now_stands in (Standing.SUSPENDED, Standing.REVOKED) else None
    return Record(
        name=certificate.name_as_issued,
        title=certificate.credential_type.title,
        letters=certificate.credential_type.code,
        body=certificate.credential_type.body.name,
        number=certificate.number,
        code=certificate.public_code,
        standing=now_stands,
        issued_on=certificate.issued_on,
        valid_from=certificate.valid_from,
        valid_until=certificate.valid_until,
        since=event.effective_on if event else None,
        public_note=event.public_note if event else "",
        certified_by=_signer(certificate),
        trained=certificate.programme.title if certificate.programme else "",
        languages=_language_names(profile.languages) if profile else [],
        profile_slug=profile.slug if profile and now_stands == Standing.VALID else "",
        is_recorded=certificate.origin == Certificate.Origin.RECORDED,
        checked_by=str(certificate.verified_by) if certificate.verified_by else "",
        checked_on=certificate.verified_on,
        mark_notice=certificate.credential_type.mark_notice,
    )


def _last_change(certificate: Certificate) -> CertificateEvent | None:
    changes = (CertificateEvent.Kind.SUSPENDED, CertificateEvent.Kind.REVOKED)
    return certificate.events.filter(kind__in=changes).order_by("-pk").first()


def _signer(certificate: Certificate) -> str:
    if certificate.traineeship_id is None:
        return ""
    signatures = SignOff.objects.filter(traineeship=certificate.traineeship_id, withdrawn_at__isnull=True)
    signature = signatures.select_related("signed_by").first()
    return str(signature.signed_by) if signature else ""


def _language_names(codes: list[str]) -> list[str]:
    return [language_name(code) for code in codes]


def language_name(code: str) -> str:
    """The language's own name for itself; the code where it is not known."""
    try:
        return str(get_language_info(code)["name_local"]).capitalize()
    except KeyError:
        return OTHER_LANGUAGES.get(code, code)


# Spoken by instructors, but not known to Django.
OTHER_LANGUAGES = {"yo": "Yorùbá", "zh": "中文", "so": "Soomaali", "ti": "ትግርኛ", "am": "አማርኛ"}
