"""Putting a letter into the outbox, in the transaction of the deed that it tells of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template import Context
from django.template.exceptions import TemplateDoesNotExist
from django.template.loader import get_template, render_to_string
from django.utils import translation

from config.letters.models import Letter
from config.lib.refs import new_token

KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Attachment:
    """A text file that goes with a letter: a calendar, for example."""

    name: str
    content: str
    kind: str  # such as "text/calendar; method=PUBLISH"


@dataclass(frozen=True)
class Manner:
    """How a letter goes out, where it is not the usual way.

    In the name of a person, to whom answers go; with an address that stops such letters; by day alone, by the clock of
    the zone `by_day_in`; not at all once `send_until` is over, however long the mail server was away.
    """

    from_name: str = ""
    reply_to: str = ""
    stop_url: str = ""
    by_day_in: str = ""
    send_until: datetime | None = None


USUAL = Manner()


def queue_letter(
    template: str,
    *,
    to: str,
    context: Mapping[str, Any],
    language: str,
    key: str,
    now: datetime,
    attachments: Sequence[Attachment] = (),
    urgent: bool = False,
    send_after: datetime | None = None,
    about: str | None = None,
    manner: Manner = USUAL,
) -> Letter:
    """Write the letter; the same `key` twice is the same letter and is written once.

    `template` names `<template>_subject.txt`, `<template>_message.txt` and, where there is one,
    `<template>_message.html` (the names that allauth uses), rendered in `language`. Call it inside a transaction.
    `about` is whatever `withdraw_letters` may be asked for.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("a letter is queued in the transaction of its deed")
    subject, text, html = render_letter(template, context=context, language=language)
    letter = Letter(
        key=key,
        to=to,
        language=language,
        subject=subject,
        text=text,
        html=html,
        attachments=[asdict(attachment) for attachment in attachments],
        message_id=f"<{new_token()}@{_domain()}>",
        urgent=urgent,
        queued_at=now,
        send_after=send_after or now,
        about=about,
        **asdict(manner),
    )
    return _written_once(letter)


def _written_once(letter: Letter) -> Letter:
    """One statement that inserts, or finds the letter of that key and leaves it as it is.

    So two deeds at the same moment cannot trip over each other, and the transaction goes on.
    """
    [written] = Letter.objects.bulk_create(
        [letter], update_conflicts=True, unique_fields=["key"], update_fields=["key"]
    )
    return written


def withdraw_letters(*, to: str, about: str) -> int:
    """Take back what was written to this address about this and has not left yet; returns how many letters.

    What someone waits for, a code to sign in with, is never about anything, and goes out.
    """
    withdrawn, _ = Letter.objects.not_sent().filter(to__iexact=to, about=about, urgent=False).delete()
    return withdrawn


def take_back(keys: Iterable[str]) -> list[str]:
    """Take back the letters of these keys that have not been tried yet; returns the keys of those that never left.

    Whoever is sending one at this moment has it already: that one is not among them.
    """
    waiting = Letter.objects.never_tried().filter(key__in=list(keys)).select_for_update()
    taken = {letter.pk: letter.key for letter in waiting}
    Letter.objects.never_tried().filter(pk__in=list(taken)).delete()
    return sorted(taken.values())


def withdraw_stopped(stop_url: str) -> int:
    """Take back what would say at its foot that it is stopped at that address; returns how many letters."""
    deleted, _ = Letter.objects.never_tried().filter(stop_url=stop_url).delete()
    return deleted


def letters_of(keys: Iterable[str]) -> dict[str, Letter]:
    """{key: the letter as it stands}, without its words; what was sent long ago is forgotten. One query."""
    found = Letter.objects.filter(key__in=list(keys)).only("key", "state", "sent_at", "send_after", "tries")
    return {letter.key: letter for letter in found}


def render_letter(template: str, *, context: Mapping[str, Any], language: str) -> tuple[str, str, str]:
    """Subject (one line), text and HTML of a letter in that language. The HTML is empty where no template is."""
    full = {"site_url": settings.SITE_URL, "site_name": settings.SITE_NAME, "language": language, **context}
    with translation.override(language):
        subject = " ".join(_plain(f"{template}_subject.txt", full).split())
        text = _plain(f"{template}_message.txt", full).strip() + "\n"
        try:
            html: str = render_to_string(f"{template}_message.html", full)
        except TemplateDoesNotExist:
            html = ""
    return subject[:250], text, html


def _plain(template: str, context: Mapping[str, Any]) -> str:
    """A template of plain text: an apostrophe in a name stays an apostrophe, whatever the template says of escaping."""
    parsed: Any = get_template(template)
    return str(parsed.template.render(Context(dict(context), autoescape=False)))


def withdraw_unsent(addresses: Iterable[str]) -> int:
    """Take back what waits for these addresses, tries that nobody confirmed too; returns how many letters.

    `addresses` may be a query for them. Urgent ones stay: they are six digits that someone waits for.
    """
    deleted, _ = Letter.objects.not_sent().filter(to__in=addresses, urgent=False).delete()
    return deleted


def forget_old_letters(now: datetime) -> int:
    """Delete what was sent, or parked and left alone, 30 days ago and more; returns how many."""
    deleted, _ = Letter.objects.older_than(now - KEPT).delete()
    return deleted


def _domain() -> str:
    return settings.SITE_URL.split("//")[-1].split(":")[0].split("/")[0] or "localhost"
