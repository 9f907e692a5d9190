"""Merging a series into another one: each family is asked, and moves with the same money or has everything given back.

Places are kept for every family that is asked, so that a yes is always good. Who says no has everything back at once;
who does not answer by the date, when it has come. Then the series is called off, and never before.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from classes import calling_off, dues, ending, holding, number_letters
from classes.booking import last_day
from classes.elsewhere import leave_other_lists
from classes.models import Charge, Enrolment, Hold, MergeAsk, Place, Series, SeriesDecision
from classes.obstacles import obstacles_within, people_obstacles, said_by_database, unpublished_obstacles
from classes.places import Occupancy, occupancy, take_places
from classes.prices import price_now
from classes.terms import terms_at_booking
from classes.transferring import MoveQuote, babies_of
from config.accounts.models import User
from config.audit.trail import record
from config.lib.money import Money
from families import health
from families.models import Baby

# Families have so long to answer, but the answer is there a day before the first session of either series.
TO_ANSWER = timedelta(days=3)
BEFORE_FIRST = timedelta(hours=24)
LEAST_TO_ANSWER = timedelta(hours=12)
MOST_A_SWEEP = 50


class CannotAnswer(Exception):
    """The answer could not be taken; the sentence says how it stands."""


def answer_until(series: Series, to: Series, *, now: datetime) -> datetime | None:
    """Until when families could answer, were they asked now; None where there is no time left to ask."""
    if series.first_session_at is None or to.first_session_at is None:
        return None
    until = min(now + TO_ANSWER, series.first_session_at - BEFORE_FIRST, to.first_session_at - BEFORE_FIRST)
    return until if until >= now + LEAST_TO_ANSWER else None


def ask_all(decision: SeriesDecision, enrolments: Iterable[Enrolment], *, to: Series, by: User, now: datetime) -> int:
    """Ask each of these families, keeping its places in `to`. Returns how many were asked.

    A family for whom there is nothing to move has everything back now: it booked single dates, or has a place there
    already. Call it under the locks of both series.
    """
    asked, until = 0, decision.answer_by
    assert until is not None  # the database holds that a merge says until when
    for enrolment in enrolments:
        babies = babies_of(enrolment)
        found = obstacles_within(to, occupancy(to, now=now), babies=babies, places=len(babies), way=enrolment.way)
        if enrolment.kind == Enrolment.Kind.SINGLE or found:
            give_back(enrolment, words=decision.words, by=by, now=now)
            continue
        kept = Hold.objects.create(series=to, way=enrolment.way, places=len(babies), made_at=now, expires_at=until)
        ask = MergeAsk.objects.create(decision=decision, enrolment=enrolment, hold=kept)
        names = [baby.first_name for baby in babies]
        record("asked a family about a merge", by=by, about=enrolment, now=now, detail={"to": to.pk})
        number_letters.queue_asked(ask, names=names, words=decision.words, now=now)
        asked += 1
    return asked


def ask_of(enrolment: Enrolment) -> MergeAsk | None:
    """What this booking was asked, however it was answered. One query."""
    return MergeAsk.objects.for_page().filter(enrolment=enrolment).first()


def open_ask_of(enrolment: Enrolment, *, now: datetime) -> MergeAsk | None:
    """What this booking is asked at this moment. One query while its series is being merged, none otherwise."""
    if enrolment.series.decision != Series.Decision.MERGE:
        return None
    return MergeAsk.objects.open(now).for_page().filter(enrolment=enrolment).first()


def is_open(ask: MergeAsk, *, now: datetime) -> bool:
    """Whether the family can answer at this moment."""
    decision = ask.decision
    in_time = decision.closed_at is None and decision.answer_by is not None and now < decision.answer_by
    return in_time and not ask.answer and ask.enrolment.state == Enrolment.State.BOOKED


def quote(enrolment: Enrolment, *, to: Series, now: datetime) -> MoveQuote:
    """What coming along comes to: never more than the booking cost, and less where the other series costs less."""
    worth = dues.worth_of(enrolment, now=now)
    paid = dues.account_of(enrolment).in_hand
    price = min(worth.in_all, price_now(to, babies=len(babies_of(enrolment)), now=now), key=lambda one: one.minor)
    nothing = Money(0, price.currency)
    carried = Money(min(paid.minor, price.minor), price.currency)
    return MoveQuote(
        worth=worth,
        sessions=to.sessions.to_come(now).count(),
        price=price,
        carried=carried,
        to_pay=price - carried,
        back=paid - carried,
        owed=nothing,
        stays=nothing,
        above=nothing,
    )


def say_yes(ask: MergeAsk, *, by: User, now: datetime) -> Enrolment:
    """The family comes along; returns its new booking. Yes twice is once. Raises CannotAnswer, nothing written."""
    try:
        with transaction.atomic():
            locked = ending.lock_touched([ask.enrolment], now=now, besides=[_to(ask.decision)])
            ask = _again(ask, locked.again(ask.enrolment))
            if ask.answer == MergeAsk.Answer.YES:
                return Enrolment.objects.get(moved_from=ask.enrolment)
            _refuse_unless_open(ask, now=now)
            new = _come_along(ask, to=locked.series[_to(ask.decision).pk], by=by, now=now)
            _note(ask, MergeAsk.Answer.YES, by=by, now=now)
            locked.pass_on(now=now)
    except IntegrityError as refusal:
        raise CannotAnswer(said_by_database(refusal).sentence) from refusal
    close(ask.decision, now=now)
    return new


def say_no(ask: MergeAsk, *, by: User, now: datetime) -> None:
    """The family has everything back, now. No twice is once. Raises CannotAnswer, nothing written."""
    with transaction.atomic():
        locked = ending.lock_touched([ask.enrolment], now=now, besides=[_to(ask.decision)])
        ask = _again(ask, locked.again(ask.enrolment))
        if ask.answer == MergeAsk.Answer.NO:
            return
        _refuse_unless_open(ask, now=now)
        give_back(ask.enrolment, words="", by=by, reader=by, now=now)
        holding.give_back(ask.hold, now=now)
        _note(ask, MergeAsk.Answer.NO, by=by, now=now)
        locked.pass_on(now=now)
    close(ask.decision, now=now)


def _to(decision: SeriesDecision) -> Series:
    assert decision.to is not None  # the database holds that a merge names the series to come to
    return decision.to


def _again(ask: MergeAsk, enrolment: Enrolment) -> MergeAsk:
    """The question as it is now, under the lock of its series."""
    fresh = MergeAsk.objects.select_related("decision__series", "decision__to", "hold__series").get(pk=ask.pk)
    fresh.enrolment = enrolment
    return fresh


def _refuse_unless_open(ask: MergeAsk, *, now: datetime) -> None:
    if is_open(ask, now=now):
        return
    if ask.answer:
        raise CannotAnswer(_("Your family has answered already. This is how it stands."))
    raise CannotAnswer(_("The time to answer is over. Your booking says how it stands, and what came back."))


def _note(ask: MergeAsk, answer: str, *, by: User, now: datetime) -> None:
    ask.answer, ask.answered_at, ask.answered_by = answer, now, by
    ask.save(update_fields=["answer", "answered_at", "answered_by"])
    record("answered a merge", by=by, about=ask.enrolment, now=now, detail={"answer": answer})


def _come_along(ask: MergeAsk, *, to: Series, by: User, now: datetime) -> Enrolment:
    """The new places, then the old ones back; the money goes along. Call it under the locks."""
    old, babies = ask.enrolment, babies_of(ask.enrolment)
    seen = holding.seen_after_offers(to, now=now, besides=ask.hold)
    if sentence := _why_not_there(to, seen, babies=babies, adults=old.who_comes.count(), way=old.way):
        raise CannotAnswer(sentence)
    due = quote(old, to=to, now=now)
    holding.use(ask.hold, series=to, now=now)
    new = _write(old, to=to, due=due, now=now)
    take_places(new, sessions=seen.sessions, babies=babies, taken=seen.numbers(old.way), at=now)
    health.keep_for(babies, last_session_on=last_day(to, now=now))
    leave_other_lists(new, babies=babies, sessions=seen.sessions, by=by, now=now)
    ending.end([old], state=Enrolment.State.MOVED, why=Place.Release.MOVED, now=now)
    credit = dues.close(old, kept=due.owed, now=now)
    dues.raise_charge(old, Charge.Kind.CREDIT, credit, now=now, is_settled=True)
    dues.open_with(new, credit=credit, now=now)
    record("moved a booking in a merge", by=by, about=new, now=now, detail={"from": old.reference})
    number_letters.queue_merged(new, due=due, babies=babies, sessions=seen.sessions, by=by, now=now)
    return new


def _why_not_there(to: Series, seen: Occupancy, *, babies: list[Baby], adults: int, way: str) -> str:
    """What changed since the places were kept; empty where the family can come. What is kept needs no turn in line."""
    if closed := unpublished_obstacles(to):
        return closed[0].sentence
    found = obstacles_within(to, seen, babies=babies, places=len(babies), way=way)
    is_kept = seen.left(way) >= len(babies)
    found = [one for one in found if not (one.code == "full" and is_kept)]
    found += people_obstacles(to, seen, dates=seen.sessions, babies=len(babies), adults=adults, way=way)
    return " ".join(one.sentence for one in found)


def _write(old: Enrolment, *, to: Series, due: MoveQuote, now: datetime) -> Enrolment:
    """The new booking, under the terms that the family agreed to. This move is not one of those it may make itself."""
    moves = terms_at_booking(old).moves_at_most + 1
    new = Enrolment.objects.create(
        series=to,
        family=old.family,
        booked_by=old.booked_by,
        way=old.way,
        price_minor=due.price.minor,
        currency=old.currency,
        policy={**old.policy, "moves_at_most": moves},
        booked_at=now,
        in_turn_at=old.in_turn_at,
        moved_from=old,
    )
    new.who_comes.add(*old.who_comes.all())
    return new


def give_back(enrolment: Enrolment, *, words: str, by: User, now: datetime, reader: User | None = None) -> None:
    """End the booking and give everything back, whatever its terms say: it was not the family that changed anything.

    Call it under the locks, before the first date.
    """
    account = dues.account_of(enrolment)
    ending.end([enrolment], state=Enrolment.State.CANCELLED, why=Place.Release.ENDED, now=now)
    back = dues.close(enrolment, kept=Money(0, enrolment.currency), now=now)
    dues.raise_charge(enrolment, Charge.Kind.REFUND, back, now=now)
    record("gave a booking back whole", by=by, about=enrolment, now=now, detail={"refund_minor": back.minor})
    number_letters.queue_given_back(enrolment, back=back, waived=account.to_pay, words=words, by=reader, now=now)


def close(decision: SeriesDecision, *, now: datetime) -> bool:
    """Call the series off once everybody has answered, or the time is over. False where neither is so, or it was done.

    Who did not answer has everything back with it.
    """
    if not _is_to_close(decision, now=now):
        return False
    with transaction.atomic():
        besides = [decision.series, _to(decision)]
        ending.lock_touched(touched_by(decision.series), now=now, besides=besides)
        decision = SeriesDecision.objects.select_related("series__instructor", "by").get(pk=decision.pk)
        if not _is_to_close(decision, now=now):
            return False
        unanswered = _let_lapse(decision, now=now)
        decision.closed_at = now
        decision.save(update_fields=["closed_at"])
        record("closed a merge", by=None, about=decision.series, now=now, detail={"unanswered": unanswered})
        key = f"merge:{decision.key}"[:64]
        calling_off.cancel_series(decision.series, words=decision.words, by=decision.by, now=now, key=key)
    return True


def _let_lapse(decision: SeriesDecision, *, now: datetime) -> int:
    """Whoever did not answer is not asked any more, and the places that were kept are free. Returns how many."""
    left = list(MergeAsk.objects.filter(decision=decision, answer="").select_related("hold__series"))
    for ask in left:
        holding.give_back(ask.hold, now=now)
        ask.answer, ask.answered_at = MergeAsk.Answer.LAPSED, now
    MergeAsk.objects.bulk_update(left, ["answer", "answered_at"])
    return len(left)


def touched_by(series: Series) -> list[Enrolment]:
    """The bookings that a series which is called off touches: its own, and those of guests who make up in it."""
    booked = Enrolment.objects.booked()
    guests = booked.filter(places__session__series=series, places__released_at__isnull=True).values("pk")
    keys = [*booked.filter(series=series).values_list("pk", flat=True), *guests.values_list("pk", flat=True)]
    return list(booked.filter(pk__in=keys).order_by("pk"))


def _is_to_close(decision: SeriesDecision, *, now: datetime) -> bool:
    if decision.closed_at is not None or decision.answer_by is None:
        return False
    return decision.answer_by <= now or not MergeAsk.objects.open(now).filter(decision=decision).exists()


def sweep(now: datetime) -> int:
    """Close the merges whose time is over, or that everybody answered. Returns how many."""
    under_way = SeriesDecision.objects.filter(choice=Series.Decision.MERGE, closed_at__isnull=True)
    asked = MergeAsk.objects.open(now).filter(decision=OuterRef("pk"))
    due = under_way.filter(~Exists(asked)).select_related("series", "to", "by").order_by("answer_by", "pk")
    return sum(close(decision, now=now) for decision in due[:MOST_A_SWEEP])
