"""The papers of a certificate: pressed once, inside the deed that calls for them, and kept as bytes with their hash."""

from __future__ import annotations

import hashlib
import logging
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from config.audit.trail import record
from config.lib.qr import qr_svg
from curriculum.papers.press import CannotPrint, PressBusy, print_paper
from instructors.badge import keep_badge, make_badge
from instructors.models import Certificate, CertificateDocument, CertificatePeriod
from instructors.printed import Printed, Signature, duty, printed
from instructors.refusals import CannotIssue

Kind = CertificateDocument.Kind
READABLE = ("ua-1",)
"""The standard of papers that can be read aloud. It refuses letters that no typeface of ours has."""
MOST_SHEETS = 999
SCRIPTS = ("LATIN", "GREEK", "CYRILLIC", "HEBREW", "ARABIC")

log = logging.getLogger(__name__)


def make_documents(certificate: Certificate, *, reason: str, by: Any, now: datetime) -> list[CertificateDocument]:
    """The papers of the newest period, inside the caller's transaction; those made before are marked replaced.

    None for a recorded certificate or a body that does not sign here. Raises CannotIssue where none can be made now.
    """
    row = Certificate.objects.with_names().select_related("traineeship__event").get(pk=certificate.pk)
    if row.origin == Certificate.Origin.RECORDED or not row.credential_type.body.signs_here:
        return []
    period = row.periods.order_by("-seq")[0]
    badge = make_badge(row, period, now=now)
    content = paper_of(row, period)
    CertificateDocument.objects.current(row).of_kind(Kind.PDF).update(replaced_at=now)
    made = [
        _kept(row, period, Kind.PDF, content, reason=reason, now=now),
        keep_badge(row, period, badge, reason=reason, now=now),
    ]
    hashes = {one.kind: one.sha256 for one in made}
    record("made the papers of a certificate", by=by, about=row, now=now, detail={"reason": reason, **hashes})
    return made


def current(certificate: Certificate, kind: str) -> CertificateDocument | None:
    """The paper of that kind that is handed out today; None where there is none."""
    return CertificateDocument.objects.current(certificate).of_kind(kind).first()


@dataclass(frozen=True)
class Paper:
    """One sheet that was handed out, counted from the first. `replaced_at` says that a later one holds."""

    no: int
    made_at: datetime
    replaced_at: datetime | None
    reason: str

    @property
    def is_current(self) -> bool:
        return self.replaced_at is None


def papers_of(certificate: Certificate) -> list[Paper]:
    """All sheets of a certificate, the newest first; their bytes stay where they are. One query."""
    rows = CertificateDocument.objects.of(certificate).of_kind(Kind.PDF).order_by("pk")
    found = rows.values_list("created_at", "replaced_at", "reason")
    return [Paper(no, *facts) for no, facts in enumerate(found, start=1)][::-1]


def sheet(certificate: Certificate, no: int | None = None) -> bytes | None:
    """The bytes of the sheet of that number, or of the one that holds; None where there is none."""
    rows = CertificateDocument.objects.of(certificate).of_kind(Kind.PDF).order_by("pk")
    if no is None:
        found = rows.filter(replaced_at__isnull=True).first()
    else:
        found = rows[no - 1 : no].first() if 0 < no <= MOST_SHEETS else None
    return bytes(found.content) if found else None


def paper_of(certificate: Certificate, period: CertificatePeriod) -> bytes:
    """The sheet as PDF, in the holder's language. Raises CannotIssue where the press is busy or broken."""
    with translation.override(certificate.holder.language):
        said = words_of(certificate, period)
        try:
            return _pressed(said)
        except PressBusy:
            raise CannotIssue(_("Another paper is being printed. Please try again in a minute.")) from None
        except CannotPrint as wrong:
            log.error("a certificate could not be printed", exc_info=wrong)
            raise CannotIssue(_("The certificate could not be printed, so nothing was issued.")) from wrong


def _pressed(said: dict[str, Any]) -> bytes:
    """As the standard has it; where a name has letters that we have no type for, with a line instead of boxes."""
    try:
        return print_paper("certificate", said, standards=READABLE)
    except CannotPrint:
        legible = {key: _legible(key, words) for key, words in said.items()}
        return print_paper("certificate", legible)


def words_of(certificate: Certificate, period: CertificatePeriod) -> dict[str, Any]:
    """What stands on the sheet, every word of it in the language that is active."""
    facts = printed(certificate, period)
    address = settings.SITE_URL + reverse("instructors:certificate", args=[facts.code])
    shown = address.split("://")[-1].removesuffix(f"{facts.code}/")
    return {
        "lang": (translation.get_language() or "en").split("-")[0],
        "document": _("Certificate of %(name)s") % {"name": facts.name},
        "says": f"{facts.title} ({facts.letters}), {facts.number}",
        "body": facts.body,
        "certifies": _("This certifies that"),
        "name": facts.name,
        "met": _("has met every requirement of the programme"),
        "programme": facts.programme,
        "may_use": _("and may use the title"),
        "title": facts.title,
        "letters": f"({facts.letters})",
        "duty": duty(certificate),
        "facts": _facts(facts, period),
        "signatures": [_under(one) for one in (facts.signed, facts.second) if one],
        "qr": {"picture": qr_svg(address, border=4), "alt": _("A code that opens the page: %s") % address},
        "check": [_("Check it at"), shown, facts.code_in_groups],
        "copy": _("The page is the record. This sheet is a copy."),
        "notice": facts.mark_notice,
    }


def _facts(facts: Printed, period: CertificatePeriod) -> list[list[str]]:
    """Names and values, in the order in which they stand."""
    later = period.reason != CertificatePeriod.Reason.INITIAL
    lines = [
        [_("Number"), facts.number],
        [_("Issued"), _in_words(facts.issued_on)],
        [_("Valid from"), _in_words(facts.valid_from) if later else ""],
        [_("Valid until"), _in_words(facts.valid_until) if facts.valid_until else _("No end is set")],
        [_("Training"), facts.training],
    ]
    return [line for line in lines if line[1]]


def _under(signature: Signature) -> dict[str, str]:
    who = {"name": signature.name, "letters": signature.letters}
    words = _("%(name)s, trainer (%(letters)s)") if signature.letters else _("%(name)s, registrar")
    return {
        "name": signature.name,
        "who": words % who,
        "on": _("Signed electronically on %(date)s") % {"date": _in_words(signature.on)},
    }


def _in_words(day: date) -> str:
    return date_format(day, "DATE_FORMAT")


def _legible(key: str, words: Any) -> Any:
    if key == "name" and not has_type_for(words):
        return _("the person named on the page of this record")
    if isinstance(words, list):
        return [_legible("", one) for one in words]
    if isinstance(words, dict) and "picture" not in words:
        return {part: _legible("", one) for part, one in words.items()}
    if isinstance(words, str) and not has_type_for(words):
        return "".join(letter if has_type_for(letter) else " " for letter in words).strip() or "–"
    return words


def has_type_for(words: str) -> bool:
    """Whether the typefaces that we bring have all these letters."""
    return all(
        not letter.isalpha() or unicodedata.name(letter, "").startswith(SCRIPTS) or unicodedata.combining(letter)
        for letter in words
    )


def _kept(
    certificate: Certificate, period: CertificatePeriod, kind: str, content: bytes, *, reason: str, now: datetime
) -> CertificateDocument:
    return CertificateDocument.objects.create(
        certificate=certificate,
        period=period,
        kind=kind,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        created_at=now,
        reason=reason,
    )
