"""What anyone may learn about a certificate. The answer is the same for "no such one" and "not published"."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from instructors.life import Standing, standing
from instructors.models import Certificate, CertificateDocument, CertificateEvent, Instructor
from instructors.models.certificate import CertificateQuerySet
from instructors.numbering import read_code
from instructors.printed import Printed, printed

WHY = {
    Standing.VALID: _("%(body)s says that it is in force, and its dates include today."),
    Standing.NOT_YET: _("%(body)s has given it, and its first day is still to come."),
    Standing.LAPSED: _(
        "Its last day has passed. A renewal may be under way. It says nothing about the quality of a class, "
        "but new series wait until the record is current."
    ),
    Standing.SUSPENDED: _("%(body)s has suspended it for now, so the title is not to be used until it is reinstated."),
    Standing.REVOKED: _("%(body)s has taken it back for good. The title is not to be used."),
    Standing.SUPERSEDED: _("A newer certificate has taken its place."),
}
# No code that was ever given out has a letter in it that the codes leave out.
NO_CODE = "U" * 12


@dataclass(frozen=True)
class Record:
    """One certificate as the public sees it: what is printed on it, and how it stands. No address, baby or family."""

    facts: Printed
    standing: Standing
    since: date | None
    public_note: str
    languages: list[str]
    profile_slug: str
    is_recorded: bool
    checked_by: str
    checked_on: date | None
    has_badge: bool
    renewed_on: date | None
    holder_id: int

    @property
    def why(self) -> str:
        """Why it stands as it does, in a sentence."""
        return str(WHY[self.standing]) % {"body": self.facts.body}


def by_code(typed: str, *, on: date) -> Record | None:
    """The record under that code of a public page; None where there is none to show, for the same work."""
    found = _published().coded(read_code(typed) or NO_CODE).first()
    return _record(found, on) if found else None


def by_number(typed: str, family_name: str) -> str | None:
    """The code of the certificate with that number or code, if the family name typed is the holder's; None otherwise.

    Dashes, spaces and capitals do not matter, nor whether O was typed for 0.
    """
    for rows in (_published().numbered(typed), _published().coded(read_code(typed) or NO_CODE)):
        code, name = rows.values_list("public_code", "name_as_issued").first() or ("", "")
        if is_family_name(family_name, of=name):
            return code
    return None


def _published() -> CertificateQuerySet:
    return Certificate.objects.published().with_names().select_related("traineeship__event")


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
    profile = Instructor.objects.of(certificate.holder_id).in_directory(on).first()
    event = _last_change(certificate) if now_stands in (Standing.SUSPENDED, Standing.REVOKED) else None
    is_recorded = certificate.origin == Certificate.Origin.RECORDED
    return Record(
        facts=printed(certificate),
        standing=now_stands,
        since=event.effective_on if event else None,
        public_note=event.public_note if event else "",
        languages=_language_names(profile.languages) if profile else [],
        profile_slug=profile.slug if profile and now_stands == Standing.VALID else "",
        is_recorded=is_recorded,
        checked_by=str(certificate.verified_by) if certificate.verified_by else "",
        checked_on=certificate.verified_on,
        has_badge=not is_recorded and CertificateDocument.objects.current(certificate).of_kind("ob3").exists(),
        renewed_on=certificate.valid_from if certificate.valid_from > certificate.issued_on else None,
        holder_id=certificate.holder_id,
    )


def _last_change(certificate: Certificate) -> CertificateEvent | None:
    changes = (CertificateEvent.Kind.SUSPENDED, CertificateEvent.Kind.REVOKED)
    return certificate.events.filter(kind__in=changes).order_by("-pk").first()


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
