"""An instructor writes to families of a series: shown before, sent once, taken back until it has left, seen after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from classes import message_letters, wordings
from classes.addressees import Circle, Household, circles_of
from classes.message_letters import Reader
from classes.models import Message, MessageCopy, Series, Session
from classes.places import lock_series
from config.accounts.models import User
from config.audit.trail import record
from config.letters import outbox
from config.letters.models import Letter
from config.lib.times import NoSuchLocalTime, at_local_time, local, next_daytime

MORNING = time(8)
# Whoever gets more than that reads none of them.
MOST_A_DAY = 6
When = Message.When


class CannotWrite(Exception):
    """Nothing was sent; the sentence says why."""


class TooLate(Exception):
    """Nothing was taken back: every letter has left."""


@dataclass(frozen=True)
class Draft:
    """What a form says. `words` hold blanks, as wordings.kept writes them; `session` with the audience "away" alone."""

    audience: str
    subject: str
    words: str
    when: str = When.MORNING
    session: Session | None = None


@dataclass(frozen=True)
class Preview:
    """The letter of the first reader, as that one will see it."""

    name: str
    letter: dict[str, object]


@dataclass(frozen=True)
class Line:
    """How it stands with one adult's letter; see `delivery`. `at` is when it left, or will."""

    name: str
    standing: str
    at: datetime | None = None


def is_day(series: Series, *, now: datetime) -> bool:
    """Whether it is day where the class is: then a message may go out at once."""
    return next_daytime(now, zone=series.time_zone) == now


def next_morning(now: datetime, *, zone: str) -> datetime:
    """The next eight o'clock by the clock of that zone."""
    here = local(now, zone)
    day = here.date() if here.time() < MORNING else here.date() + timedelta(days=1)
    try:
        return at_local_time(day, MORNING, zone=zone)
    except NoSuchLocalTime:
        return next_daytime(at_local_time(day, time(10), zone=zone), zone=zone)


def readers_of(circle: Circle) -> list[Reader]:
    return [_reader(household, number) for household in circle.households for number in range(len(household.adults))]


def _reader(household: Household, number: int) -> Reader:
    return Reader(
        adult=household.adults[number],
        babies=household.names,
        next=household.next,
        next_way=household.next_way,
        date=household.date,
        enrolment=household.enrolment,
    )


def why_not(series: Series, draft: Draft, *, circle: Circle) -> str | None:
    """The sentence that refuses; None where `send` will do it."""
    readers = readers_of(circle)
    if not readers:
        return _("There is nobody to write to among those. Please choose others.")
    for reader in readers:
        gaps = wordings.missing(draft.words, message_letters.facts_of(reader, series=series))
        if gaps:
            blank = wordings.BLANKS[gaps[0]]
            told = {"blank": f"{{{blank.word}}}", "says": blank.says, "name": reader.adult.name}
            return _("%(blank)s is %(says)s, and there is none for %(name)s. Please say it in other words.") % told
    return None


def preview(series: Series, draft: Draft, *, circle: Circle) -> Preview | None:
    """The letter of the first reader; None where there is nobody."""
    readers = readers_of(circle)
    if not readers:
        return None
    reader = readers[0]
    words = wordings.filled(draft.words, message_letters.facts_of(reader, series=series))
    letter = message_letters.context_of(reader, series=series, subject=draft.subject, words=words)
    return Preview(reader.adult.first_name, letter)


def send(series: Series, draft: Draft, *, key: str, by: User, now: datetime) -> Message:
    """Write everybody's letter. The same `key` twice is the same message. Raises CannotWrite."""
    mine = f"{series.pk}:{key}"[:64]
    with transaction.atomic():
        series = lock_series(series)
        if standing := Message.objects.of_series(series).filter(key=mine).first():
            return standing
        circle = circles_of(series, now=now).find(draft.audience, draft.session)
        if refusal := why_not(series, draft, circle=circle) or _too_many(series, now=now):
            raise CannotWrite(refusal)
        message = Message.objects.create(
            key=mine,
            series=series,
            audience=draft.audience,
            session=draft.session,
            when=draft.when,
            subject=draft.subject,
            words=draft.words,
            by=by,
            written_at=now,
        )
        readers = readers_of(circle)
        _queue(message, readers, now=now)
        told = {"to": draft.audience, "letters": len(readers)}
        record("wrote to families", by=by, about=message, now=now, detail=told)
    return message


def _too_many(series: Series, *, now: datetime) -> str | None:
    lately = Message.objects.of_series(series).standing().written_since(now - timedelta(days=1))
    if lately.count() < MOST_A_DAY:
        return None
    return _("That is %(most)d messages in a day already. Please wait until tomorrow, or telephone.") % {
        "most": MOST_A_DAY
    }


def _queue(message: Message, readers: list[Reader], *, now: datetime) -> None:
    """Now is now, but where a family lives in another zone and has night while it is day at the class."""
    by_day = message.when == When.MORNING or is_day(message.series, now=now)
    copies = []
    for reader in readers:
        zone = reader.adult.family.time_zone
        at = next_morning(now, zone=zone) if message.when == When.MORNING else now
        send_after = next_daytime(at, zone=zone) if by_day else at
        words = wordings.filled(message.words, message_letters.facts_of(reader, series=message.series))
        message_letters.queue_message(
            message, reader=reader, words=words, send_after=send_after, by_day=by_day, now=now
        )
        letter = message_letters.key_of(message, to=reader.adult)
        copies.append(MessageCopy(message=message, caregiver=reader.adult, letter=letter, send_after=send_after))
    MessageCopy.objects.bulk_create(copies)


def take_back(message: Message, *, by: User, now: datetime) -> int:
    """Stop every letter of it that has not left; returns how many. Twice is once. Raises TooLate."""
    with transaction.atomic():
        locked = Message.objects.select_for_update(no_key=True).get(pk=message.pk)
        if locked.taken_back_at is not None:
            return 0
        copies = MessageCopy.objects.filter(message=locked)
        stopped = outbox.take_back(copies.values_list("letter", flat=True))
        if not stopped:
            raise TooLate(_("All of its letters have left already, so there is nothing to take back."))
        copies.filter(letter__in=stopped).update(taken_back_at=now)
        locked.taken_back_at = now
        locked.save(update_fields=["taken_back_at"])
        record("took a message back", by=by, about=locked, now=now, detail={"letters": len(stopped)})
    return len(stopped)


STANDINGS = {
    Letter.State.WAITING: "waits",
    Letter.State.TRYING: "on_its_way",
    Letter.State.SENT: "sent",
    Letter.State.PARKED: "trouble",
    Letter.State.LATE: "late",
}


def delivery(message: Message, *, now: datetime) -> list[Line]:
    """How it stands with each letter, by name: "waits", "on_its_way", "sent", "trouble", "late", "taken_back", "gone"
    (the family left or asked for quiet before it could be sent) or "long_ago". Never an address. Two queries.
    """
    copies = list(MessageCopy.objects.filter(message=message).select_related("caregiver"))
    letters = outbox.letters_of(copy.letter for copy in copies)
    lines = [_line(copy, letters.get(copy.letter), message, now=now) for copy in copies]
    return sorted(lines, key=lambda line: line.name.casefold())


def _line(copy: MessageCopy, letter: Letter | None, message: Message, *, now: datetime) -> Line:
    name = copy.caregiver.name
    if copy.taken_back_at:
        return Line(name, "taken_back", copy.taken_back_at)
    if letter is None:
        return Line(name, "long_ago" if now - message.written_at > outbox.KEPT else "gone")
    return Line(name, STANDINGS[Letter.State(letter.state)], letter.sent_at or letter.send_after)


def can_be_taken_back(lines: list[Line]) -> bool:
    return any(line.standing == "waits" for line in lines)
