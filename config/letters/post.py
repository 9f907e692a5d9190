"""Taking letters to the mail server, one at a time.

The attempt is written down and committed before the letter leaves, and its success after. A worker that dies in between
leaves an unconfirmed try; the second one parks the letter. So each letter goes out once, in bad luck twice, never more.
"""

from __future__ import annotations

import smtplib
from datetime import datetime, timedelta

import css_inline
import structlog
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from config.letters.models import Letter

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=2)
MOST_TRIES = 2
MOST_REFUSALS = 12
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)


def send_next(now: datetime) -> bool:
    """Send the most pressing letter that is due; False where none is."""
    letter = _claim(now)
    if letter is None:
        return False
    if letter.state == Letter.State.PARKED:
        return True
    try:
        _deliver(letter)
    except (smtplib.SMTPException, OSError) as trouble:
        _note_trouble(letter, trouble, now)
    else:
        Letter.objects.filter(pk=letter.pk).update(state=Letter.State.SENT, sent_at=now, lease_until=None, trouble="")
    return True


def _claim(now: datetime) -> Letter | None:
    """Take one letter by compare-and-swap: two workers never hold the same one."""
    letter = Letter.objects.due(now).order_by("-urgent", "send_after", "pk").first()
    if letter is None:
        return None
    standing = Letter.objects.filter(
        pk=letter.pk, state=letter.state, tries=letter.tries, lease_until=letter.lease_until
    )
    if letter.tries >= MOST_TRIES:
        standing.update(state=Letter.State.PARKED, trouble=_("Sent twice without an answer; it may have arrived."))
        letter.state = Letter.State.PARKED
        return letter
    with transaction.atomic():
        taken = standing.update(state=Letter.State.TRYING, tries=F("tries") + 1, lease_until=now + LEASE)
    if not taken:
        return _claim(now)
    letter.refresh_from_db()
    return letter


def message_of(letter: Letter) -> EmailMultiAlternatives:
    """The letter as an e-mail, with its styles written into the tags as mail readers want them."""
    message = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        to=[letter.to],
        headers={"Message-ID": letter.message_id, "Auto-Submitted": "auto-generated"},
    )
    if letter.html:
        message.attach_alternative(_inlined(letter.html), "text/html")
    for attachment in letter.attachments:
        message.attach(attachment["name"], attachment["content"], attachment["kind"])
    return message


def _inlined(html: str) -> str:
    inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True, keep_at_rules=True)
    return inliner.inline(html)


def _deliver(letter: Letter) -> None:
    with get_connection() as connection:
        connection.send_messages([message_of(letter)])


def _note_trouble(letter: Letter, trouble: Exception, now: datetime) -> None:
    """Put the letter back, or park it.

    A clear refusal means that nothing was taken, so it does not count as a try. Anything else (a connection that broke
    off, a silence) may have delivered the letter, so it does.
    """
    words = f"{type(trouble).__name__}: {trouble}"[:500]
    log.warning("letter not sent", letter=letter.pk, trouble=type(trouble).__name__)
    if _refused_for_good(trouble):
        Letter.objects.filter(pk=letter.pk).update(state=Letter.State.PARKED, tries=0, lease_until=None, trouble=words)
        return
    refused = _nothing_was_taken(trouble)
    refusals = letter.refusals + 1 if refused else letter.refusals
    tries = letter.tries - 1 if refused else letter.tries
    parked = refusals >= MOST_REFUSALS or tries >= MOST_TRIES
    Letter.objects.filter(pk=letter.pk).update(
        state=Letter.State.PARKED if parked else Letter.State.WAITING,
        tries=tries,
        refusals=refusals,
        lease_until=None,
        send_after=now + min(FIRST_WAIT * 2 ** max(refusals - 1, 0), LONGEST_WAIT),
        trouble=words,
    )


def _codes(trouble: Exception) -> list[int]:
    if isinstance(trouble, smtplib.SMTPRecipientsRefused):
        return [code for code, _words in trouble.recipients.values()]
    if isinstance(trouble, smtplib.SMTPResponseException):
        return [int(trouble.smtp_code)]
    return []


def _refused_for_good(trouble: Exception) -> bool:
    codes = _codes(trouble)
    addressed = isinstance(trouble, (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, smtplib.SMTPSenderRefused))
    return addressed and bool(codes) and all(500 <= code < 600 for code in codes)


def _nothing_was_taken(trouble: Exception) -> bool:
    refusals = (
        ConnectionRefusedError,
        smtplib.SMTPConnectError,
        smtplib.SMTPHeloError,
        smtplib.SMTPAuthenticationError,
    )
    return isinstance(trouble, refusals) or bool(_codes(trouble))
