"""Offering free places to the first in line that fits, and ending offers whose time is over.

An offer's clock counts daytime alone: from 21:00 to 7:00, where the family lives, it stands still, and no letter goes
out. It never runs beyond the next session of the series, when the series can no longer be joined, or not at this price.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count

from classes import waiting_emails
from classes.line import Candidate, in_turn
from classes.models import BookingDraft, Enrolment, Offer, Place, Series, WaitingParty
from classes.obstacles import closed_obstacles
from classes.places import Occupancy, lock_series, occupancy, places_left, release_places, take_places
from classes.prices import price_now
from classes.terms import policy_of
from classes.wishes import open_series_for, ways_in, wish_of
from config.accounts.models import User
from config.audit.trail import record, record_each
from config.lib.times import after_daytime, next_daytime
from families.models import Caregiver

MOST_SERIES_A_SWEEP = 200
MOST_PARTIES_A_SWEEP = 100
MOST_SERIES_A_PARTY = 20
# After so many offers that ran out a party is off the list: nobody waits behind an empty chair.
MOST_UNANSWERED = 2


def offer_places(series: Series, *, now: datetime, anew: bool = False) -> list[Offer]:
    """End what has lapsed, then offer what is free, in order of rank, to each party that fits; see `line` for the rule.

    Where the instructor offers by hand, nothing is offered here. `anew` says that the series has more places than
    before. Call it in a transaction that holds the series' lock.
    """
    seen = tidy(series, occupancy(series, now=now), now=now)
    if series.offers_by_hand or not has_places_to_offer(series, seen, now=now):
        return []
    offers = []
    for candidate in in_turn(series, seen, anew=anew):
        way = candidate.way_with_room(seen)
        if way and (offer := offer_to(candidate, series, seen, way=way, now=now)):
            offers.append(offer)
            seen = occupancy(series, now=now)
    return offers


def has_places_to_offer(series: Series, seen: Occupancy, *, now: datetime) -> bool:
    """Whether the series can still be joined and has a place free."""
    return any(seen.left(way) for way in series.ways) and not closed_obstacles(series, now=now)


def first_that_fits(series: Series, seen: Occupancy, *, line: Iterable[Candidate] | None = None) -> Candidate | None:
    """The first in turn for whom enough places are free."""
    return next((one for one in in_turn(series, seen, line=line) if one.way_with_room(seen)), None)


def addressee_of(party: WaitingParty) -> Caregiver | None:
    """Who is written to: whoever asked, while they book for this family; else the first adult who does."""
    asked_by = party.asked_by
    if asked_by.user_id and asked_by.removed_at is None and asked_by.may_book:
        return asked_by
    return Caregiver.objects.of_family(party.family).who_book().first()


def offer_to(
    candidate: Candidate,
    series: Series,
    seen: Occupancy,
    *,
    way: str,
    now: datetime,
    by: User | None = None,
    reason: str = "",
) -> Offer | None:
    """Hold places for this party. None where nobody can be asked in time, or another series asked it just now.

    Call it under the lock of the series, with `seen` of this moment.
    """
    party, zone = candidate.party, candidate.party.family.time_zone
    ends, tell_at = min(session.starts_at for session in seen.sessions), next_daytime(now, zone=zone)
    asked = addressee_of(party)
    if asked is None or asked.user is None or tell_at >= ends:
        return None
    if not _claim(party):
        return None
    enrolment = Enrolment.objects.create(
        series=series,
        family=party.family,
        booked_by=asked.user,
        state=Enrolment.State.OFFERED,
        way=way,
        price_minor=price_now(series, babies=candidate.places, now=now).minor,
        currency=series.currency,
        policy=policy_of(series),
        expires_at=min(after_daytime(now, timedelta(hours=series.offer_hours), zone=zone), ends),
    )
    enrolment.who_comes.add(asked)
    take_places(enrolment, sessions=seen.sessions, babies=candidate.babies, taken=seen.numbers(way), at=now)
    offer = Offer.objects.create(party=party, enrolment=enrolment, made_at=now, by=by, reason=reason)
    detail = {"babies": candidate.places, "series": series.pk, **({"reason": reason} if reason else {})}
    record("offered places by hand" if by else "offered places", by=by, about=party, now=now, detail=detail)
    waiting_emails.queue_offer(offer, babies=candidate.babies, to=asked.user, now=now, send_after=tell_at)
    return offer


def _claim(party: WaitingParty) -> bool:
    """Take the party for this offer. False where it waits no longer, or another deed of its family is under way: that
    one is not waited for, so that two transactions can never wait for each other.
    """
    waiting = WaitingParty.objects.filter(pk=party.pk, state=WaitingParty.State.WAITING)
    if waiting.select_for_update(skip_locked=True, of=("self",)).first() is None:
        return False
    return bool(waiting.update(state=WaitingParty.State.OFFERED))


def tidy(series: Series, seen: Occupancy, *, now: datetime) -> Occupancy:
    """End the offers in `seen` that lapsed, and free their places; returns what is then seen. Call under the lock."""
    if not seen.lapsed:
        return seen
    _end_lapsed(seen.lapsed, now=now)
    return seen.tidied()


def _end_lapsed(enrolments: Iterable[int], *, now: datetime) -> None:
    """The places are free again; each party waits on with its rank, or is off after MOST_UNANSWERED offers."""
    over = Enrolment.objects.lapsed(now).filter(pk__in=list(enrolments))
    # The parties first, by key, as every deed of a family does: then nobody waits crosswise.
    list(
        WaitingParty.objects.in_line().filter(offers__enrolment__in=over).order_by("pk").select_for_update(of=("self",))
    )
    lapsed = list(over)
    release_places(lapsed, why=Place.Release.LAPSED, now=now)
    standing = Offer.objects.filter(enrolment__in=over, answered_at__isnull=True)
    offers = list(standing.select_related("party__family", "party__asked_by__user", "enrolment__series__venue"))
    Offer.objects.filter(pk__in=[one.pk for one in offers]).update(state=Offer.State.LAPSED, answered_at=now)
    over.update(state=Enrolment.State.LAPSED, ended_at=now)
    ran_out = Offer.objects.filter(party__in=[one.party_id for one in offers], state=Offer.State.LAPSED)
    counts = dict(ran_out.values_list("party").annotate(Count("pk")))
    off = {party for party, count in counts.items() if count >= MOST_UNANSWERED}
    parties = WaitingParty.objects.filter(state=WaitingParty.State.OFFERED)
    parties.filter(pk__in=off).update(state=WaitingParty.State.LAPSED, left_at=now)
    parties.filter(pk__in=set(counts) - off).update(state=WaitingParty.State.WAITING)
    record_each("an offer ran out", by=None, about=[one.party for one in offers], now=now)
    # Those whose offer was ended before: its party's entry said why, and now its places are free.
    ended = {one.pk for one in lapsed} - {one.enrolment_id for one in offers}
    record_each("gave offered places back", by=None, about=[one for one in lapsed if one.pk in ended], now=now)
    for one in offers:
        asked = addressee_of(one.party)
        if asked and asked.user and one.party.family.quiet_at is None:
            waiting_emails.queue_offer_lapsed(one, is_off=one.party_id in off, to=asked.user, now=now)


def sweep(now: datetime) -> int:
    """The job: end what has lapsed and pass it on, ask whoever waits while a place is free, forget old drafts.

    Returns how many series it touched.
    """
    from classes import holding  # holds build on offers: one that runs out is offered to the line

    touched = Series.objects.filter(enrolments__in=Enrolment.objects.lapsed(now)).distinct()
    count = 0
    for series in touched[:MOST_SERIES_A_SWEEP]:
        with transaction.atomic():
            _sweep_series(lock_series(series), now=now)
        count += 1
    count += holding.tidy(now)
    for series in with_someone_to_ask(now)[:MOST_SERIES_A_SWEEP]:
        with transaction.atomic():
            count += bool(offer_places(lock_series(series), now=now))
    count += close_lists(now)
    BookingDraft.objects.filter(forget_at__lte=now).delete()
    return count


def close_lists(now: datetime) -> int:
    """Take off the list who waits for a series that can no longer be joined, and say so; returns how many series."""
    open_still = Series.objects.open_to_book(now).values("pk")
    left_over = WaitingParty.objects.filter(state=WaitingParty.State.WAITING, series__isnull=False)
    keys = left_over.exclude(series__in=open_still).order_by("series").values_list("series", flat=True).distinct()
    closed = 0
    for key in list(keys[:MOST_SERIES_A_SWEEP]):
        with transaction.atomic():
            series = lock_series(Series(pk=key))
            if closed_obstacles(series, now=now):
                _close(series, now=now)
                closed += 1
    return closed


def _close(series: Series, *, now: datetime) -> None:
    waiting = WaitingParty.objects.filter(series=series, state=WaitingParty.State.WAITING)
    parties = list(waiting.select_related("series", "family", "asked_by__user"))
    waiting.update(state=WaitingParty.State.WITHDRAWN, left_at=now)
    record_each("its waiting list closed", by=None, about=parties, now=now)
    for party in parties:
        asked = addressee_of(party)
        if asked and asked.user and party.family.quiet_at is None:
            waiting_emails.queue_list_closed(party, to=asked.user, now=now)


def _sweep_series(series: Series, *, now: datetime) -> None:
    offer_places(series, now=now)
    # What lapsed in sessions that are over was not seen above, and its party still believes in an offer.
    rest = Enrolment.objects.lapsed(now).filter(series=series).values_list("pk", flat=True)
    if keys := list(rest):
        _end_lapsed(keys, now=now)


def with_someone_to_ask(now: datetime) -> list[Series]:
    """Series that can be joined, have a place free, and have somebody in turn whom it fits. Nothing is locked."""
    waiting = WaitingParty.objects.filter(state=WaitingParty.State.WAITING, family__quiet_at__isnull=True)
    in_line = Series.objects.open_to_book(now).filter(pk__in=waiting.values("series"), offers_by_hand=False)
    listed = {one.pk: one for one in in_line.select_related("instructor", "venue")[: 5 * MOST_SERIES_A_SWEEP]}
    for party in _some_anywhere(now):
        listed |= {one.pk: one for one in _suiting(party, now=now)}
    left = places_left(listed.values(), now=now)
    found = []
    for key, series in sorted(listed.items()):
        if any(left[key].values()):
            seen = occupancy(series, now=now)
            found += [series] if first_that_fits(series, seen) else []
    return found


def _some_anywhere(now: datetime) -> list[WaitingParty]:
    """Of those who wait for any series as many as one sweep looks at; another part of them each minute."""
    waiting = WaitingParty.objects.anywhere().filter(state=WaitingParty.State.WAITING, family__quiet_at__isnull=True)
    keys = list(waiting.order_by("pk").values_list("pk", flat=True))
    parts = max(-(-len(keys) // MOST_PARTIES_A_SWEEP), 1)
    mine = keys[int(now.timestamp() // 60) % parts :: parts]
    return list(WaitingParty.objects.filter(pk__in=mine).prefetch_related("babies"))


def _suiting(party: WaitingParty, *, now: datetime) -> list[Series]:
    wish, babies = wish_of(party), list(party.babies.all())
    near = open_series_for(wish, now=now, most=MOST_SERIES_A_PARTY)
    return [series for series in near if ways_in(series, wish, babies=babies)]


def offer_anywhere(party: WaitingParty, *, now: datetime) -> None:
    """Ask a party that waits for any series at once, where one that fits has places; the soonest first.

    Each series in a transaction of its own, so that never two are locked.
    """
    for series in _suiting(party, now=now):
        with transaction.atomic():
            made = offer_places(lock_series(series), now=now)
        if party.pk in {offer.party_id for offer in made}:
            return
