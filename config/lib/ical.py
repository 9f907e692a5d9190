"""iCalendar text (RFC 5545): moments in their own zone, an identity that never changes, a sequence that only rises.

The same events give the same text, so that what a reader kept can be compared with what stands now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

ASK_AGAIN, ASK_AGAIN_WRITTEN = timedelta(hours=2), "PT2H"
SECOND = timedelta(seconds=1)
# What an empty calendar holds is a zone, of any year.
EMPTY_AT = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Event:
    """One entry of a calendar. `changed_at` is when a reader last had reason to look again."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    zone: str
    summary: str
    changed_at: datetime
    location: str = ""
    description: str = ""
    url: str = ""
    is_cancelled: bool = False


def calendar_text(
    events: Sequence[Event], *, name: str, zone: str, sent_by: str = "", sent_at: datetime | None = None
) -> str:
    """The events as the text of a calendar that is called `name`, with the rules of every zone that they use.

    With `sent_by`, a mailbox such as "Warm Hands <hello@example.org>", it is a message (RFC 5546: METHOD:PUBLISH, the
    one method that may carry several events, called-off ones among them), stamped with the moment that it was
    `sent_at`. Without, it is a calendar to subscribe to. `zone` is told even where there is no event, because a
    calendar must hold something.
    """
    import icalendar  # used here only, and slow to import

    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Warm Hands//EN")
    calendar.add("version", "2.0")
    if sent_by:
        calendar.add("method", "PUBLISH")
    else:
        calendar.add("name", name)
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", ASK_AGAIN_WRITTEN)
    for used in sorted({event.zone for event in events} or {zone}):
        calendar.add_component(_rules_of(used, [event.starts_at for event in events]))
    for event in events:
        calendar.add_component(_component(event, sent_by=sent_by, sent_at=sent_at))
    return str(calendar.to_ical().decode())


def _component(event: Event, *, sent_by: str, sent_at: datetime | None) -> Any:
    import icalendar

    zone = ZoneInfo(event.zone)
    written = icalendar.Event()
    written.add("uid", event.uid)
    written.add("sequence", event.sequence)
    written.add("dtstamp", sent_at or event.changed_at)
    written.add("last-modified", event.changed_at)
    written.add("dtstart", event.starts_at.astimezone(zone))
    written.add("dtend", event.ends_at.astimezone(zone))
    written.add("summary", event.summary)
    written.add("status", "CANCELLED" if event.is_cancelled else "CONFIRMED")
    # What is called off keeps nobody's hour busy.
    written.add("transp", "TRANSPARENT" if event.is_cancelled else "OPAQUE")
    # In a calendar shared with others this one stays "busy", as far as the program knows the word.
    written.add("class", "PRIVATE")
    for name, text in (("location", event.location), ("description", event.description), ("url", event.url)):
        if text:
            written.add(name, text)
    if sent_by:
        written.add("organizer", _mailbox(sent_by))
    return written


def _mailbox(written: str) -> Any:
    import icalendar

    name, address = parseaddr(written)
    mailbox = icalendar.vCalAddress(f"mailto:{address}")
    if name:
        mailbox.params["CN"] = icalendar.vText(name)
    return mailbox


def _rules_of(zone: str, moments: Sequence[datetime]) -> Any:
    """The VTIMEZONE: the zone's offset at first, and every change of it from a year before to a year after.

    Not the library's own: it tells the clocks' leap forward an hour late (icalendar 7.3), because the time of a change
    is to be told by the clock as it was before the change (RFC 5545, 3.6.5).
    """
    import icalendar

    first = min(moments, default=EMPTY_AT).year - 1
    last = max(moments, default=EMPTY_AT).year + 1
    begins = datetime(first, 1, 1, tzinfo=UTC)
    rules = icalendar.Timezone()
    rules.add("tzid", zone)
    for moment in [begins, *_changes(zone, first, last)]:
        after = moment.astimezone(ZoneInfo(zone))
        before = after if moment == begins else (moment - SECOND).astimezone(ZoneInfo(zone))
        rule = icalendar.TimezoneDaylight() if after.dst() else icalendar.TimezoneStandard()
        rule.add("tzname", after.tzname())
        rule.TZOFFSETFROM, rule.TZOFFSETTO = before.utcoffset(), after.utcoffset()
        rule.DTSTART = (moment + (before.utcoffset() or timedelta())).replace(tzinfo=None)
        rules.add_component(rule)
    return rules


@lru_cache(maxsize=256)
def _changes(zone: str, first: int, last: int) -> tuple[datetime, ...]:
    """The UTC moments at which the zone's offset changes, from the year `first` to the end of the year `last`."""
    rules, found = ZoneInfo(zone), []
    day, end = datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC)
    while day < end:
        following = day + timedelta(days=1)
        if day.astimezone(rules).utcoffset() != following.astimezone(rules).utcoffset():
            found.append(_change_between(day, following, rules))
        day = following
    return tuple(found)


def _change_between(early: datetime, late: datetime, rules: ZoneInfo) -> datetime:
    """The first second of the new offset, of a day on which it changes."""
    old = early.astimezone(rules).utcoffset()
    while late - early > SECOND:
        middle = early + ((late - early) / 2 // SECOND) * SECOND
        if middle.astimezone(rules).utcoffset() == old:
            early = middle
        else:
            late = middle
    return late
