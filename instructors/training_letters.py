"""What candidates and trainers are told by letter: that something happened, and where to read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.letters.models import Letter
from config.letters.outbox import USUAL, Manner, letters_of, queue_letter, withdraw_letters
from config.lib.times import local, next_daytime
from instructors.models import TimeRequest, Traineeship

TEMPLATE = "instructors/emails/word"
# A trainer marks several pieces in one sitting: one letter tells of all of them.
SITTING = timedelta(minutes=15)


@dataclass(frozen=True)
class Words:
    """A letter: its subject and first line, what it says, and what its button says."""

    subject: str
    lines: list[str]
    act: str


def tell_accepted(row: Traineeship, *, now: datetime) -> None:
    def words() -> Words:
        lines = [_("%(name)s has accepted you for “%(training)s”.") % _names(row)]
        if row.deadline_on:
            lines.append(_("You have until %(date)s. Your page says what is asked, step by step.") % _until(row))
        return Words(_("You are accepted"), lines, _("Open my training"))

    _to_candidate(row, "accepted", words, now=now)


def tell_rejected(row: Traineeship, *, now: datetime) -> None:
    def words() -> Words:
        said = _("It did not work out this time with “%(training)s”. A word from the trainer is on your page.")
        return Words(_("About your application"), [said % _names(row)], _("Read the answer"))

    _to_candidate(row, "rejected", words, now=now)


def tell_ended(row: Traineeship, *, now: datetime) -> None:
    """Closed by the trainer, or its time is over. What is told stays the candidate's to read."""
    lapsed = row.state == Traineeship.State.LAPSED

    def words() -> Words:
        if lapsed:
            said = _("The time for “%(training)s” is over. What you have done is kept. Your page says how to go on.")
            return Words(_("The time of your training is over"), [said % _names(row)], _("See how to go on"))
        said = _("“%(training)s” has been ended. The reason is on your page.")
        return Words(_("Your training has been ended"), [said % _names(row)], _("Read the reason"))

    _to_candidate(row, f"{row.state}:{now:%Y%m%d}", words, now=now)


def tell_judged(row: Traineeship, *, now: datetime) -> None:
    """Something was read and judged. What was judged in one sitting comes as one letter."""

    def words() -> Words:
        said = _("Your work for “%(training)s” has been read. What was said is on your page.")
        return Words(_("Your work has been read"), [said % _names(row)], _("Read what was said"))

    about = f"judged:{row.pk}"
    withdraw_letters(to=row.trainee.email, about=about)
    _to_candidate(row, f"judged:{now:%Y%m%d%H%M%S%f}", words, now=now, about=about, send_after=now + SITTING)


def tell_more_time(row: Traineeship, *, until: date, now: datetime) -> None:
    def words() -> Words:
        said = _("You have been given more time for “%(training)s”: until %(date)s.")
        lines = [said % {**_names(row), "date": date_format(until, "DATE_FORMAT")}]
        return Words(_("You have more time"), lines, _("Open my training"))

    withdraw_letters(to=row.trainee.email, about=_about_deadline(row))
    _to_candidate(row, f"more_time:{until}:{now:%Y%m%d%H%M%S%f}", words, now=now)


def tell_time_declined(row: Traineeship, *, request: TimeRequest, now: datetime) -> None:
    def words() -> Words:
        said = _("You asked for more time for “%(training)s”. The answer is on your page.")
        return Words(_("About more time"), [said % _names(row)], _("Read the answer"))

    _to_candidate(row, f"time_declined:{request.pk}", words, now=now)


def tell_deadline(row: Traineeship, *, on: date, days: int, mark: int, now: datetime) -> None:
    """Something is due on that day, in so many days. Once for each mark and day; by day, where the candidate lives."""

    def words() -> Words:
        facts = {**_names(row), "date": date_format(on, "DATE_FORMAT"), "days": days}
        left = ngettext(
            "Something in “%(training)s” is to be done by %(date)s, in %(days)d day.",
            "Something in “%(training)s” is to be done by %(date)s, in %(days)d days.",
            days,
        )
        ask = _("Your page says what is still missing. If it gets tight, ask for more time there. It is often given.")
        return Words(_("Your training: until %(date)s") % facts, [left % facts, ask], _("See what is missing"))

    zone = row.trainee.time_zone or (row.event.time_zone if row.event else "UTC")
    manner = Manner(by_day_in=zone, send_until=now + timedelta(days=days + 1))
    _to_candidate(
        row,
        f"deadline:{on}:{mark}",
        words,
        now=now,
        about=_about_deadline(row),
        send_after=next_daytime(now, zone=zone),
        manner=manner,
    )


def tell_certified(row: Traineeship, *, now: datetime) -> None:
    def words() -> Words:
        said = _("Everything is signed. Your certificate for “%(training)s” is on your page.")
        return Words(_("You are certified"), [said % _names(row)], _("See my certificate"))

    withdraw_letters(to=row.trainee.email, about=_about_deadline(row))
    _to_candidate(row, "certified", words, now=now)


def tell_trainer(row: Traineeship, *, now: datetime) -> None:
    """An application, work or a question waits. One letter a day at most, to the trainer or to who leads the event."""
    to = row.trainer_of_record or (row.event.lead_trainer if row.event else None)
    if to is None or not to.is_active:
        return

    def words() -> Words:
        said = _("A candidate has handed something in, or asks you something. Your list says what, the oldest first.")
        return Words(_("Something waits for you"), [said], _("See what waits"))

    zone = to.time_zone or "UTC"
    today = local(now, zone).date()
    key = f"training_waits:{to.pk}:{today}"
    send_after = now
    if (sent := letters_of([key]).get(key)) and sent.state != Letter.State.WAITING:
        # Today's has left: what comes after it is told tomorrow morning.
        send_after = next_daytime(now + timedelta(days=1), zone=zone)
        key = f"training_waits:{to.pk}:{today + timedelta(days=1)}"
    _post(to, words, key=key, url=_address("admin:index"), now=now, send_after=send_after)


def _to_candidate(row: Traineeship, what: str, words: Callable[[], Words], *, now: datetime, **how: Any) -> None:
    key = f"training:{row.pk}:{what}"
    _post(row.trainee, words, key=key, url=_address("instructors:my_traineeship"), now=now, **how)


def _post(
    to: Any,
    words: Callable[[], Words],
    *,
    key: str,
    url: str,
    now: datetime,
    about: str | None = None,
    send_after: datetime | None = None,
    manner: Manner = USUAL,
) -> None:
    with translation.override(to.language):
        said = words()
    context = {"said": said, "email": to.email, "url": url}
    queue_letter(
        TEMPLATE,
        to=to.email,
        context=context,
        language=to.language,
        key=key,
        now=now,
        about=about,
        send_after=send_after,
        manner=manner,
    )


def _names(row: Traineeship) -> dict[str, str]:
    """`training` is what the candidate knows it by."""
    return {"name": str(row.trainer_of_record or ""), "training": str(row.event or row.programme.title)}


def _until(row: Traineeship) -> dict[str, str]:
    return {"date": date_format(row.deadline_on, "DATE_FORMAT") if row.deadline_on else ""}


def _about_deadline(row: Traineeship) -> str:
    return f"deadline:{row.pk}"


def _address(name: str) -> str:
    return f"{settings.SITE_URL}{reverse(name)}"
