"""What the holder of a certificate is told by letter. Reasons and notes stay on the pages; a letter leads there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.letters.outbox import USUAL, Manner, queue_letter, withdraw_letters
from config.lib.times import next_daytime
from instructors.models import CERecord, Certificate, CertificateAsk, CertificateEvent, RenewalApplication
from instructors.training_letters import Words

TEMPLATE = "instructors/emails/certificate_word"


def tell_suspended(row: Certificate, event: CertificateEvent, *, now: datetime) -> None:
    def words() -> Words:
        lines = [
            _("Your certificate %(number)s has been suspended by a registrar of %(body)s.") % _names(row),
            _(
                "Until it is reinstated you cannot publish a series, and your open ones take no new bookings. "
                "Families who have booked keep their places; please speak to the registrar about the next dates."
            ),
            _("Your page says how it stands. If something is wrong, write to the registrar."),
        ]
        return Words(_("Your certificate is suspended"), lines, _("See how it stands"))

    _to_holder(row, f"event:{event.pk}", words, now=now)


def tell_reinstated(
    row: Certificate, event: CertificateEvent, *, is_valid: bool, has_papers: bool, now: datetime
) -> None:
    """In force again; or reinstated alone, where its time ended meanwhile. A recorded one has no papers here."""

    def words() -> Words:
        if not is_valid:
            said = _("Your page says how it stands. If something is wrong, write to the registrar.")
            return Words(_("The certificate was reinstated"), [said], _("See how it stands"))
        lines = [_("Your certificate %(number)s is in force again. Number and dates are as they were.") % _names(row)]
        if has_papers:
            lines.append(_("New papers lie on your page. Please use these: the older ones are marked as replaced."))
        return Words(_("Your certificate is in force again"), lines, _("Open my certificate"))

    _to_holder(row, f"event:{event.pk}", words, now=now)


def tell_revoked(row: Certificate, event: CertificateEvent, *, now: datetime) -> None:
    def words() -> Words:
        lines = [
            _("Your certificate %(number)s has been revoked by two people of %(body)s. This is final.") % _names(row),
            _("You cannot lead classes with it any more. Your page says how it stands."),
        ]
        return Words(_("Your certificate has been revoked"), lines, _("See how it stands"))

    withdraw_letters(to=row.holder.email, about=_about_end(row))
    _to_holder(row, f"event:{event.pk}", words, now=now)


def tell_renewed(row: Certificate, event: CertificateEvent, *, has_papers: bool, now: datetime) -> None:
    def words() -> Words:
        lines = [_("Your certificate %(number)s is renewed: it is now valid until %(date)s.") % _names(row)]
        if has_papers:
            lines.append(_("Its number and its page stay the same. New papers lie on your page."))
        return Words(_("Your certificate is renewed"), lines, _("Open my certificate"))

    withdraw_letters(to=row.holder.email, about=_about_end(row))
    _to_holder(row, f"event:{event.pk}", words, now=now)


def tell_name_corrected(row: Certificate, event: CertificateEvent, *, now: datetime) -> None:
    def words() -> Words:
        said = _("The name on your certificate %(number)s has been corrected. New papers lie on your page.")
        return Words(_("The name on your certificate"), [said % _names(row)], _("Open my certificate"))

    _to_holder(row, f"event:{event.pk}", words, now=now)


def tell_not_renewed(application: RenewalApplication, *, now: datetime) -> None:
    row = application.certificate

    def words() -> Words:
        said = _("Your renewal of %(number)s needs another look. A word from the registrar is on your page.")
        return Words(_("About your renewal"), [said % _names(row)], _("Read the answer"))

    _to_holder(row, f"renewal:{application.pk}:{application.state}", words, now=now)


def tell_hours_refused(learning: CERecord, *, now: datetime) -> None:
    row = learning.certificate

    def words() -> Words:
        said = _("Learning hours that you noted for %(number)s could not be counted. Your page says why.")
        return Words(_("About your learning hours"), [said % _names(row)], _("Read why"))

    _to_holder(row, f"hours:{learning.pk}", words, now=now)


def tell_ask_refused(ask: CertificateAsk, *, now: datetime) -> None:
    """To a holder who asked for another name. Whoever asks in the office reads the answer there."""
    row = ask.certificate
    if ask.kind != CertificateAsk.Kind.NAME:
        return

    def words() -> Words:
        said = _("You asked for another name on your certificate %(number)s. The answer is on your page.")
        return Words(_("The name on your certificate"), [said % _names(row)], _("Read the answer"))

    _to_holder(row, f"ask:{ask.pk}", words, now=now)


def tell_ends(row: Certificate, *, ends_on: date, mark: int, today: date, can_renew: bool, now: datetime) -> None:
    """Ninety, sixty or thirty days ahead: by day where the holder lives, and of no use once the day is over."""
    days = (ends_on - today).days

    def words() -> Words:
        ends = ngettext(
            "Your certificate %(number)s is valid until %(date)s, for %(days)d more day.",
            "Your certificate %(number)s is valid until %(date)s, for %(days)d more days.",
            days,
        ) % {**_names(row), "days": days}
        if not can_renew:
            asked = _("%(body)s renews it. If you have renewed it there, send the registrar the new one.")
            return Words(_("Your certificate: until %(date)s") % _names(row), [ends, asked % _names(row)], _("See it"))
        how = _("Your page says what a renewal asks, and what of it you have. It takes a few minutes.")
        return Words(_("Your certificate: until %(date)s") % _names(row), [ends, how], _("See what is needed"))

    zone = row.holder.time_zone or "UTC"
    manner = Manner(by_day_in=zone, send_until=now + timedelta(days=days + 1))
    key = f"ends:{ends_on}:{mark}"
    _to_holder(row, key, words, now=now, about=_about_end(row), manner=manner, send_after=next_daytime(now, zone=zone))


def _to_holder(
    row: Certificate,
    what: str,
    words: Callable[[], Words],
    *,
    now: datetime,
    about: str | None = None,
    send_after: datetime | None = None,
    manner: Manner = USUAL,
) -> None:
    to: Any = row.holder
    if not (to.is_active and to.email):
        return
    with translation.override(to.language):
        said = words()
    queue_letter(
        TEMPLATE,
        to=to.email,
        context={"said": said, "email": to.email, "url": settings.SITE_URL + reverse("instructors:my_certificate")},
        language=to.language,
        key=f"certificate:{row.pk}:{what}",
        now=now,
        about=about,
        send_after=send_after,
        manner=manner,
    )


def _names(row: Certificate) -> dict[str, str]:
    until = date_format(row.valid_until, "DATE_FORMAT") if row.valid_until else ""
    return {"number": row.number, "body": str(row.credential_type.body), "date": until}


def _about_end(row: Certificate) -> str:
    return f"certificate-ends:{row.pk}"
