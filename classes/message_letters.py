"""A message of an instructor as the letter that one adult gets: own words in the frame of the reader's own language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from classes import emails
from classes.models import Enrolment, Message, Series, Session
from config.letters.outbox import Manner
from families.models import Caregiver

# Held up longer than that, words that were meant for one week come in another.
OF_USE = timedelta(days=3)


@dataclass(frozen=True)
class Reader:
    """One adult, and what is known of the family: babies, the next date that it keeps, the one that it is away on."""

    adult: Caregiver
    babies: list[str]
    next: Session | None
    next_way: str
    date: Session | None
    enrolment: Enrolment | None


def facts_of(reader: Reader, *, series: Series) -> dict[str, str]:
    """{blank: what stands there}, in the language of the reader; empty where nothing is known."""
    with translation.override(reader.adult.user.language if reader.adult.user else None):
        here = series.venue if reader.next_way != Enrolment.Way.STREAM else None
        return {
            "name": reader.adult.first_name,
            "baby": get_text_list(reader.babies, _("and")),
            "next": _moment(reader.next, series),
            "place": "" if reader.next is None else here.name if here else _("by live-stream"),
            "date": _moment(reader.date, series, style="day"),
            "me": series.instructor.display_name,
        }


def _moment(session: Session | None, series: Series, *, style: str = "both") -> str:
    return in_words(session.starts_at, series.time_zone, style=style) if session else ""


def in_words(moment: datetime, zone: str, *, style: str = "both") -> str:
    """The "day", the "clock" or "both" in that zone, without markup and in the language that is active."""
    return render_to_string("classes/emails/_moment.txt", {"moment": moment, "zone": zone, "style": style}).strip()


def context_of(reader: Reader, *, series: Series, subject: str, words: str) -> dict[str, Any]:
    """What the letter shows, in the preview as in the mail."""
    enrolment = reader.enrolment
    return {
        "series": series,
        "teacher": series.instructor.display_name,
        "subject": subject,
        "words": words,
        "next": reader.next,
        "is_waiting": enrolment is None,
        "practice_url": emails.address("classes:practice_week"),
        "place_url": emails.address("classes:my_place", enrolment.reference) if enrolment else "",
    }


def key_of(message: Message, *, to: Caregiver) -> str:
    """The key of that letter in the outbox."""
    return f"from_instructor:{message.reference}:{to.pk}"


def queue_message(
    message: Message, *, reader: Reader, words: str, send_after: datetime, by_day: bool, now: datetime
) -> None:
    """`words` are filled in. With `by_day`, it waits for the morning of the family where it is held up."""
    to, series = reader.adult, message.series
    assert to.user is not None  # whoever is written to has an account
    manner = Manner(
        from_name=series.instructor.display_name,
        reply_to=series.instructor.user.email,
        by_day_in=to.family.time_zone if by_day else "",
        send_until=send_after + OF_USE,
    )
    context = context_of(reader, series=series, subject=message.subject, words=words)
    key = f"{message.reference}:{to.pk}"
    emails._queue(
        "from_instructor", to.user, context, key=key, now=now, send_after=send_after, family=to.family, manner=manner
    )
