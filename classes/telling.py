"""Telling families of a changed date: everyone who comes, once, by letter; whoever did not open it, once more.

The letters are written in the transaction of the change, so that nobody hears of what did not happen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from classes import notice_letters
from classes.change_letters import key_of, queue_changed
from classes.emails import address
from classes.models import Coming, Enrolment, Notice, Place, SessionChange
from classes.models.away import hash_of
from config.lib.refs import new_token
from config.lib.times import next_daytime
from families.models import Caregiver

# For so long the page behind the letter answers; the letters themselves are kept no longer.
ANSWERS_FOR = timedelta(days=30)
# A family that did not open the letter is written to once more: so long before it would set out, and not at once.
AGAIN_BEFORE = timedelta(minutes=90)
AGAIN_A_DAY_BEFORE = timedelta(hours=24)
IS_SOON = timedelta(hours=36)
NOT_BEFORE = timedelta(minutes=45)
# Nobody reads it in time after that.
AT_LEAST = timedelta(minutes=20)
MOST_A_RUN = 100

Kind = SessionChange.Kind
# Who does not know of these stands before a closed door.
TOLD_AGAIN = (Kind.MOVED, Kind.CANCELLED, Kind.ONLINE)


@dataclass(frozen=True)
class Readers:
    """The adults of one booking who are written to about the date; or, where nobody can be, one who could be phoned."""

    written_to: list[Caregiver]
    to_phone: Caregiver | None = None


def tell(change: SessionChange, *, places: Sequence[Place], now: datetime) -> list[Notice]:
    """Write to every adult who booked these places or comes along, and to the room's keeper. Returns what was noted.

    `places` are those that the change is about, one a baby, however they stand by now, with `enrolment` and its
    `family` and `series`; `change.session` comes with its series, venue and lesson. Call it in the transaction of the
    change, once everything else is written: the letters say how it stands. Told already, nobody is told again. A family
    that asked for quiet hears nothing. Four queries, and two for each letter.
    """
    if told := list(Notice.objects.of_change(change)):
        return told
    notice_letters.queue_to_keeper(change, now=now)
    by_booking = _by_booking(places)
    readers = _readers(change, by_booking)
    notices = []
    for key, group in by_booking.items():
        enrolment = group[0].enrolment
        for adult in readers[key].written_to:
            notices.append(_write(change, group, to=adult, now=now))
        if to_phone := readers[key].to_phone:
            notices.append(_notice(change, enrolment, to_phone, token=new_token(), now=now))
    return Notice.objects.bulk_create(notices)


def _by_booking(places: Iterable[Place]) -> dict[int, list[Place]]:
    """{enrolment id: its places}, without families that asked for quiet."""
    groups: dict[int, list[Place]] = defaultdict(list)
    for place in places:
        family = place.enrolment.family
        if family.quiet_at is None and family.closed_at is None:
            groups[place.enrolment_id].append(place)
    return groups


def _readers(change: SessionChange, by_booking: dict[int, list[Place]]) -> dict[int, Readers]:
    """{enrolment id: who is told}. Three queries."""
    adults: dict[int, list[Caregiver]] = defaultdict(list)
    families = {group[0].enrolment.family_id for group in by_booking.values()}
    for adult in Caregiver.objects.current().filter(family__in=families).select_related("user"):
        adults[adult.family_id].append(adult)
    comings: dict[int, set[int]] = defaultdict(set)
    for coming in Coming.objects.of_dates([change.session_id]):
        comings[coming.enrolment_id].add(coming.caregiver_id)
    usual: dict[int, set[int]] = defaultdict(set)
    comers = Enrolment.who_comes.through.objects.filter(enrolment__in=list(by_booking))
    for enrolment_id, adult_id in comers.values_list("enrolment", "caregiver"):
        usual[enrolment_id].add(adult_id)
    return {
        key: _readers_of(group[0].enrolment, adults[group[0].enrolment.family_id], comings[key] or usual[key])
        for key, group in by_booking.items()
    }


def _readers_of(enrolment: Enrolment, adults: Sequence[Caregiver], coming: set[int]) -> Readers:
    """Who booked, and who comes along; else the first who books and pays."""
    with_account = [one for one in adults if one.user is not None and one.user.is_active and one.may_practise]
    chosen = [one for one in with_account if one.user_id == enrolment.booked_by_id or one.pk in coming]
    chosen = chosen or [one for one in with_account if one.may_book][:1]
    if chosen:
        return Readers(sorted(chosen, key=lambda one: (one.user_id != enrolment.booked_by_id, one.pk)))
    there = sorted(adults, key=lambda one: (one.pk not in coming, not one.phone, one.pk))
    return Readers([], there[0] if there else None)


def _write(change: SessionChange, places: Sequence[Place], *, to: Caregiver, now: datetime) -> Notice:
    assert to.user is not None  # chosen among those with an account
    enrolment, token = places[0].enrolment, new_token()
    url = address("classes:notice", token)
    queue_changed(change, enrolment=enrolment, places=places, notice_url=url, to=to.user, now=now)
    notice = _notice(change, enrolment, to, token=token, now=now)
    notice.letter_key = key_of(change, enrolment=enrolment, to=to.user)
    if due := again_due(change, zone=enrolment.family.time_zone, now=now):
        notice.again_due_at, notice.again_until = due
    return notice


def _notice(change: SessionChange, enrolment: Enrolment, to: Caregiver, *, token: str, now: datetime) -> Notice:
    return Notice(
        change=change,
        enrolment=enrolment,
        caregiver=to,
        token_hash=hash_of(token),
        told_at=now,
        expires_at=max(now, change.starts_at) + ANSWERS_FOR,
    )


def again_due(change: SessionChange, *, zone: str, now: datetime) -> tuple[datetime, datetime] | None:
    """(from when, until when) the second letter may be written; None where there is to be none.

    On the day it comes an hour and a half before the family would be there, for a later date the day before; by day on
    the clock of `zone`.
    """
    if change.kind not in TOLD_AGAIN or change.was_starts_at is None:
        return None
    there_at = min(change.was_starts_at, change.starts_at)
    before = AGAIN_BEFORE if there_at - now <= IS_SOON else AGAIN_A_DAY_BEFORE
    due, until = next_daytime(max(there_at - before, now + NOT_BEFORE), zone=zone), there_at - AT_LEAST
    return (due, until) if due < until else None


def tell_again(now: datetime) -> int:
    """The job: write once more to those who have not opened their letter; returns to how many."""
    return sum(_write_again(notice, now=now) for notice in Notice.objects.to_write_again(now)[:MOST_A_RUN])


def _write_again(notice: Notice, *, now: datetime) -> int:
    token = new_token()
    with transaction.atomic():
        unheard = Notice.objects.filter(pk=notice.pk, again_hash__isnull=True, opened_at__isnull=True)
        if not unheard.update(again_hash=hash_of(token), again_at=now):
            return 0  # another run wrote it, or they opened it a moment ago
        notice_letters.queue_again(notice, notice_url=address("classes:notice", token), now=now)
    return 1
