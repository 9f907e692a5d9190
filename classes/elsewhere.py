"""Joining one class ends waiting for others: the same one, any that fits, and those at the same time of day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from classes import waiting_emails
from classes.models import Enrolment, Offer, Session, WaitingParty
from config.accounts.models import User
from config.audit.trail import record_each
from families.models import Baby, Family


def lock_entries(family: Family) -> list[WaitingParty]:
    """All that the family is in line for, locked by key: what two deeds of one family touch in the same order.

    One query. Call it inside a transaction, after the series' lock and before anything else of the waiting list.
    """
    return list(WaitingParty.objects.in_line().for_family(family).order_by("pk").select_for_update(of=("self",)))


def leave_other_lists(
    enrolment: Enrolment, *, babies: Sequence[Baby], sessions: Sequence[Session], by: User, now: datetime
) -> list[WaitingParty]:
    """End what these babies wait for and the new booking makes needless; returns what was withdrawn.

    The entry of the same series is JOINED. Their entry for any class, and those of series whose sessions overlap with
    the booked ones, are WITHDRAWN, and one letter says so. An offer in hand elsewhere ends at once: everybody ignores
    it from now on, and the sweep passes its places on, so that no second series need be locked. Single dates end
    nothing: the family may wait for the whole series all the same. One query where the family waits for nothing.
    """
    if enrolment.kind == Enrolment.Kind.SINGLE:
        return []
    entries = lock_entries(enrolment.family)
    if not entries:
        return []
    booked = {baby.pk for baby in babies}
    pairs = WaitingParty.babies.through.objects.filter(waitingparty__in=entries, baby__in=booked)
    theirs = set(pairs.values_list("waitingparty_id", flat=True))
    entries = [party for party in entries if party.pk in theirs]
    joined = [party for party in entries if party.series_id == enrolment.series_id]
    others = [party for party in entries if party not in joined]
    busy = _overlapping({party.series_id for party in others if party.series_id}, sessions, now=now)
    withdrawn = [party for party in others if party.series_id is None or party.series_id in busy]
    end_entries(joined, WaitingParty.State.JOINED, now=now)
    end_entries(withdrawn, WaitingParty.State.WITHDRAWN, now=now)
    if withdrawn:
        record_each("joined elsewhere", by=by, about=withdrawn, now=now, detail={"enrolment": enrolment.pk})
        told = list(WaitingParty.objects.filter(pk__in=[one.pk for one in withdrawn]).select_related("series"))
        waiting_emails.queue_off_lists(enrolment, parties=told, to=by, now=now)
    return withdrawn


def _overlapping(series: Iterable[int], sessions: Sequence[Session], *, now: datetime) -> set[int]:
    """Those of the series of which a session to come overlaps with one of these."""
    keys = list(series)
    if not keys or not sessions:
        return set()
    found = set()
    for other in Session.objects.to_come(now).filter(series__in=keys).defer("note"):
        if any(one.starts_at < other.ends_at and other.starts_at < one.ends_at for one in sessions):
            found.add(other.series_id)
    return found


def end_entries(parties: Sequence[WaitingParty], state: str, *, now: datetime) -> None:
    """Take these off their lists. An offer in hand ends: its places count for nobody from now on, and the sweep, or
    the next one who looks at its series under the lock, passes them on.
    """
    if not parties:
        return
    keys = [party.pk for party in parties]
    offers = Offer.objects.filter(party__in=keys, answered_at__isnull=True)
    held = Enrolment.objects.filter(offer__in=list(offers), state=Enrolment.State.OFFERED)
    held.update(expires_at=now)
    offers.update(state=Offer.State.WITHDRAWN, answered_at=now)
    WaitingParty.objects.filter(pk__in=keys).update(state=state, left_at=now)
