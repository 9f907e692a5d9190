"""Taking letters to the mail server, one at a time.

The attempt is written down and committed before the letter leaves, and its success after. A worker that dies in between
leaves an unconfirmed try; the second one parks the letter. So each letter goes out once, in bad luck twice, never more.
"""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F
from django.utils.translation import gettext as _

from config.letters.envelope import message_of
from config.letters.models import Letter
from config.lib.times import is_zone, next_daytime

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=2)
MOST_TRIES = 2
MOST_REFUSALS = 12
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
# A server that is out of reach is not the letter's fault: the letter waits a little, and waits for days.
WAIT_FOR_SERVER = timedelta(minutes=1)
LONGEST_FOR_SERVER = timedelta(days=3)


class OutOfReach(Exception):
    """The mail server did not let us in, so it has taken nothing."""


def send_next(now: datetime, *, lease: timedelta = LEASE) -> bool:
    """Send the most pressing letter that is due; False where none is.

    `lease` is for how long nobody else may take the letter up. Whatever is wrong with one letter parks that letter.
    """
    letter = _claim(now, lease)
    if letter is None:
        return False
    if letter.state == Letter.State.PARKED:
        return True
    try:
        _deliver(letter)
    except OutOfReach as trouble:
        _wait_for_server(letter, trouble, now)
    except (smtplib.SMTPException, OSError) as trouble:
        _note_trouble(letter, trouble, now)
    except Exception as trouble:  # a letter that cannot be written as an e-mail must not stop those behind it
        log.exception("letter cannot be sent", letter=letter.pk)
        _put_back(letter, state=Letter.State.PARKED, tries=0, trouble=_words(trouble))
    else:
        Letter.objects.filter(pk=letter.pk).update(state=Letter.State.SENT, sent_at=now, lease_until=None, trouble="")
    return True


def _claim(now: datetime, lease: timedelta) -> Letter | None:
    """Take one letter by compare-and-swap: two workers never hold the same one."""
    while letter := Letter.objects.due(now).most_pressing():
        standing = Letter.objects.filter(pk=letter.pk).as_it_stood(letter)
        if change := _not_now(letter, now):
            standing.update(lease_until=None, **change)
            continue
        if letter.tries >= MOST_TRIES:
            words = _("Sent twice without an answer; it may have arrived.")
            taken = standing.update(state=Letter.State.PARKED, lease_until=None, trouble=words)
        else:
            taken = standing.update(state=Letter.State.TRYING, tries=F("tries") + 1, lease_until=now + lease)
        if taken:
            letter.refresh_from_db()
            return letter
    return None


def _not_now(letter: Letter, now: datetime) -> dict[str, Any]:
    """What becomes of a letter that was held up: it waits for the morning, or stays here where it is of no use now."""
    if letter.send_until is not None and letter.send_until <= now:
        return {"state": Letter.State.LATE, "trouble": _("It was held up until nobody had any use for it.")}
    if not letter.by_day_in or not is_zone(letter.by_day_in):
        return {}
    morning = next_daytime(now, zone=letter.by_day_in)
    return {} if morning == now else {"state": Letter.State.WAITING, "send_after": morning}


def _deliver(letter: Letter) -> None:
    message = message_of(letter)
    with _open_connection() as connection:
        if not connection.send_messages([message]):
            raise ValueError("the letter has no address to go to")


@contextmanager
def _open_connection() -> Iterator[BaseEmailBackend]:
    connection = get_connection()
    try:
        connection.open()
    except (smtplib.SMTPException, OSError) as trouble:
        raise OutOfReach(_words(trouble)) from trouble
    try:
        yield connection
    finally:
        connection.close()


def _wait_for_server(letter: Letter, trouble: OutOfReach, now: datetime) -> None:
    log.warning("mail server out of reach", letter=letter.pk)
    too_long = now - letter.queued_at > LONGEST_FOR_SERVER
    _put_back(
        letter,
        state=Letter.State.PARKED if too_long else Letter.State.WAITING,
        tries=letter.tries - 1,
        send_after=now + WAIT_FOR_SERVER,
        trouble=str(trouble),
    )


def _note_trouble(letter: Letter, trouble: Exception, now: datetime) -> None:
    """Put the letter back, or park it.

    A clear refusal means that nothing was taken, so it does not count as a try. Anything else (a connection that broke
    off, a silence) may have delivered the letter, so it does.
    """
    log.warning("letter not sent", letter=letter.pk, trouble=type(trouble).__name__)
    codes = _codes(trouble)
    if _is_for_good(trouble, codes):
        _put_back(letter, state=Letter.State.PARKED, tries=0, trouble=_words(trouble))
        return
    refusals = letter.refusals + 1 if codes else letter.refusals
    tries = letter.tries - 1 if codes else letter.tries
    parked = refusals >= MOST_REFUSALS or tries >= MOST_TRIES
    _put_back(
        letter,
        state=Letter.State.PARKED if parked else Letter.State.WAITING,
        tries=tries,
        refusals=refusals,
        send_after=now + min(FIRST_WAIT * 2 ** max(refusals - 1, 0), LONGEST_WAIT),
        trouble=_words(trouble),
    )


def _put_back(letter: Letter, **facts: object) -> None:
    """Write how the try ended, unless another worker has the letter since: then the count is theirs."""
    Letter.objects.filter(pk=letter.pk).as_it_stood(letter).update(lease_until=None, **facts)


def _words(trouble: Exception) -> str:
    return f"{type(trouble).__name__}: {trouble}"[:500]


def _codes(trouble: Exception) -> list[int]:
    """The numbers that the server answered; empty where it said nothing clear."""
    if isinstance(trouble, smtplib.SMTPRecipientsRefused):
        return [code for code, _words in trouble.recipients.values()]
    if isinstance(trouble, smtplib.SMTPResponseException):
        return [int(trouble.smtp_code)]
    return []


def _is_for_good(trouble: Exception, codes: list[int]) -> bool:
    """Refused with a number in the five hundreds, or something that this server will never be able to take."""
    if isinstance(trouble, smtplib.SMTPNotSupportedError):
        return True
    return bool(codes) and all(500 <= code < 600 for code in codes)
