"""One date of a booking: giving it back, taking it back, joining it another way.

Each deed locks, looks again and writes; the same deed twice is the same as once. What a place is worth stays with the
family: on the released row while the date is given back, on the new row once a place stands again. So the places of an
enrolment, released ones included, always sum up to its price.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from classes import compensating, date_letters, rights, showing
from classes.models import Amends, Enrolment, MakeUpRight, Place, Series, Session
from classes.offers import offer_places
from classes.one_date import Scene, locked_scene, scene_of, stand_again, why_not_change
from classes.places import Occupancy, occupancy
from classes.terms import terms_at_booking
from config.accounts.models import User
from config.audit.trail import record
from families.models import Baby


class CannotRelease(Exception):
    """Nothing was given back; the sentence says why."""


class CannotTakeBack(Exception):
    """The date stays given back; the sentence says why and what to do instead."""


class CannotSwitch(Exception):
    """They join as before; the sentence says why."""


@dataclass(frozen=True)
class Released:
    """What giving a date back came to: whose places were freed just now, and the open rights that are held for it."""

    babies: list[Baby]
    rights: list[MakeUpRight]
    sentence: str


def why_not_release(enrolment: Enrolment, *, session: Session, babies: Sequence[Baby], now: datetime) -> str | None:
    """The sentence that refuses; None where `release` will do it."""
    return _why_not_release(scene_of(enrolment, session, babies), now=now)


def _why_not_release(scene: Scene, *, now: datetime) -> str | None:
    if refusal := why_not_change(scene.enrolment, session=scene.session, now=now):
        return refusal
    return None if scene.is_theirs else _("There is no place of yours on this date.")


def release(enrolment: Enrolment, *, session: Session, babies: Sequence[Baby], by: User, now: datetime) -> Released:
    """Give these babies' places of one date back. By the terms frozen at booking each gets a make-up right for it.

    A make-up place that is given back in time opens its right again. What became free is offered to those who wait, if
    it makes the series bookable for them. Raises CannotRelease.
    """
    with transaction.atomic():
        scene = locked_scene(enrolment, session, babies)
        if refusal := _why_not_release(scene, now=now):
            raise CannotRelease(refusal)
        freed = scene.standing
        if not freed:
            return Released([], _open_rights(scene, now=now), _("You have told us already. Thank you."))
        granted, is_paid_back = _write_release(scene, now=now)
        says = partial(what_it_means, scene.enrolment, session=scene.session, rights=len(granted), now=now)
        if is_paid_back:
            says = partial(_, "Thank you for telling us. Your part of the price for this date comes back to you.")
        detail = {"session": scene.session.reference, "babies": len(freed), "rights": len(granted)}
        record("gave a date back", by=by, about=scene.enrolment, now=now, detail=detail)
        date_letters.queue_released(scene.enrolment, places=freed, rights=granted, says=says, by=by, now=now)
        offer_places(scene.session.series, now=now)
    return Released([place.baby for place in freed], granted, says())


def _write_release(scene: Scene, *, now: datetime) -> tuple[list[MakeUpRight], bool]:
    """Free the places that stand; returns the rights that are open for it, and whether money comes back instead.

    Where the date was changed since they booked it, what was promised for that comes first.
    """
    freed = scene.standing
    rows = Place.objects.filter(pk__in=[place.pk for place in freed])
    rows.update(released_at=now, release=Place.Release.TOLD)
    if change := compensating.promise_for(freed, session=scene.session):
        kind = compensating.first_kind(change)
        given = compensating.amend(scene.enrolment, freed, kind=kind, change=change, now=now)
        return [one.right for one in given if one.right], any(one.minor for one in given)
    return _granted_by_terms(scene, freed, now=now), False


def _granted_by_terms(scene: Scene, freed: Sequence[Place], *, now: datetime) -> list[MakeUpRight]:
    if not terms_at_booking(scene.enrolment).grants_makeup(starts_at=scene.session.starts_at, now=now):
        return []
    made_up = [place for place in freed if place.kind == Place.Kind.MAKE_UP]
    own = [place.baby for place in freed if place.kind != Place.Kind.MAKE_UP]
    reopened = rights.reopen(made_up) if made_up else []
    granted = rights.grant(scene.enrolment, babies=own, missed=scene.session, now=now) if own else []
    return [*reopened, *granted]


def _open_rights(scene: Scene, *, now: datetime) -> list[MakeUpRight]:
    of_date = MakeUpRight.objects.open(now).filter(enrolment=scene.enrolment, missed=scene.session)
    return list(of_date.filter(baby__in=[place.baby_id for place in scene.released]))


def what_it_means(enrolment: Enrolment, *, session: Session, rights: int, now: datetime) -> str:
    """What the family is told: thanks, and how many `rights` it holds for the date, or why there is none this time."""
    terms = terms_at_booking(enrolment)
    if rights:
        sentence = ngettext(
            "Thank you for telling us. You have a make-up place for it.",
            "Thank you for telling us. You have %(count)d make-up places for it.",
            rights,
        )
        return sentence % {"count": rights}
    if terms.grants_makeup(starts_at=session.starts_at, now=now):
        sentence = ngettext(
            "Thank you for telling us. Each baby in this booking has its make-up place already.",
            "Thank you for telling us. Each baby in this booking has its %(count)d make-up places already.",
            terms.makeups_at_most,
        )
        return sentence % {"count": terms.makeups_at_most}
    if not terms.makeups_at_most:
        return _("Thank you for telling us. Someone else may be glad of the place.")
    sentence = ngettext(
        "Thank you for telling us. Someone else may be glad of the place. It is less than %(hours)d hour before, so "
        "there is no make-up place this time.",
        "Thank you for telling us. Someone else may be glad of the place. It is less than %(hours)d hours before, so "
        "there is no make-up place this time.",
        terms.makeup_notice_hours,
    )
    return sentence % {"hours": terms.makeup_notice_hours}


def why_not_take_back(enrolment: Enrolment, *, session: Session, babies: Sequence[Baby], now: datetime) -> str | None:
    """The sentence that refuses; None where `take_back` will do it, as long as nobody takes the place before."""
    scene = scene_of(enrolment, session, babies)
    return _why_not_take_back(scene, _rights_of(scene, now=now), occupancy(session.series, now=now), now=now)


def _why_not_take_back(scene: Scene, held: dict[int, MakeUpRight], seen: Occupancy, *, now: datetime) -> str | None:
    if refusal := why_not_change(scene.enrolment, session=scene.session, now=now):
        return refusal
    if not scene.is_theirs:
        return _("There is no place of yours to take back on this date.")
    if refusal := _why_spent(scene, held, now=now):
        return refusal
    if seen.states_of([place.baby for place in scene.released], within=[scene.session]):
        return _("There is a place for you on this date already. You find it under My classes.")
    if not _have_room(scene.session, Counter(place.way for place in scene.released), seen):
        return _("Someone else has taken the place by now. A make-up place that you have for it stays yours.")
    return None


def _why_spent(scene: Scene, held: dict[int, MakeUpRight], *, now: datetime) -> str | None:
    if _is_paid_back(scene):
        return _("The money for this date has come back to you. If there is a place, you can book it as a single date.")
    if any(_is_spent(place, held.get(place.baby_id), now=now) for place in scene.released):
        return _("Its make-up place is booked already. Give that one back first, then take this one back.")
    return None


def _is_paid_back(scene: Scene) -> bool:
    babies = [place.baby_id for place in scene.released]
    if not babies:
        return False
    paid_back = Amends.objects.of_date(scene.session, scene.enrolment).filter(kind=Amends.Kind.REFUND)
    return paid_back.filter(baby__in=babies).exists()


def _is_spent(place: Place, right: MakeUpRight | None, *, now: datetime) -> bool:
    """Whether the right that hangs on this released place serves another place by now, or nothing any more."""
    if place.kind != Place.Kind.MAKE_UP:
        return right is not None and right.state == MakeUpRight.State.USED
    if right is None or right.place_id == place.pk:
        return right is None
    return right.state != MakeUpRight.State.OPEN or right.expires_at <= now


def _have_room(session: Session, wanted: Counter[str], seen: Occupancy) -> bool:
    return all(seen.left_by_session(way).get(session.pk, 0) >= count for way, count in wanted.items())


def take_back(
    enrolment: Enrolment, *, session: Session, babies: Sequence[Baby], by: User, now: datetime
) -> list[Place]:
    """Undo `release` while the places are free: new rows stand, and the rights granted for the date are withdrawn.

    A make-up place that is taken back uses its right again. Raises CannotTakeBack.
    """
    with said_by_database(CannotTakeBack, _("Someone else has just taken the place.")), transaction.atomic():
        scene = locked_scene(enrolment, session, babies)
        held, seen = _rights_of(scene, now=now), settled(scene.session.series, now=now)
        if refusal := _why_not_take_back(scene, held, seen, now=now):
            raise CannotTakeBack(refusal)
        if not scene.released:
            return scene.standing
        ways = {place.baby_id: place.way for place in scene.released}
        places = stand_again(scene.released, ways=ways, used=_used(seen, scene.session, ways.values()), now=now)
        _end_or_use(held, places, now=now)
        detail = {"session": scene.session.reference, "babies": len(places)}
        record("took a date back", by=by, about=scene.enrolment, now=now, detail=detail)
        date_letters.queue_taken_back(scene.enrolment, places=places, by=by, now=now)
    return places


def _rights_of(scene: Scene, *, now: datetime) -> dict[int, MakeUpRight]:
    """{baby id: the right that hangs on its released place}: granted for it, or the one that a make-up place used."""
    kinds = {place.baby_id: place.kind for place in scene.released}
    if not kinds:
        return {}
    rows = MakeUpRight.objects.filter(enrolment=scene.enrolment, baby__in=kinds).exclude(
        state=MakeUpRight.State.WITHDRAWN
    )
    held = list(rows.select_related("missed__lesson").order_by("pk"))
    granted = {right.baby_id: right for right in held if right.missed_id == scene.session.pk}
    used = _fitting_best(scene.session, [right for right in held if right.missed_id != scene.session.pk], now=now)
    return {
        baby: of[baby]
        for baby, kind in kinds.items()
        if baby in (of := used if kind == Place.Kind.MAKE_UP else granted)
    }


def _fitting_best(session: Session, held: Sequence[MakeUpRight], *, now: datetime) -> dict[int, MakeUpRight]:
    """{baby id: the right that a make-up place in this session belongs to}: for the date that it shows most of."""
    if not held:
        return {}
    shown = showing.shown_in([session.pk, *(right.missed_id for right in held)], now=now)
    here = showing.new_in(shown, session.pk)

    def fit(right: MakeUpRight) -> tuple[int, bool]:
        return len(here & showing.new_in(shown, right.missed_id)), right.missed.week == session.week

    return {right.baby_id: right for right in sorted(held, key=fit) if any(fit(right))}


def _end_or_use(held: dict[int, MakeUpRight], places: Sequence[Place], *, now: datetime) -> None:
    rights.withdraw(
        [held[one.baby_id] for one in places if one.kind != Place.Kind.MAKE_UP and one.baby_id in held], now=now
    )
    for place in places:
        if place.kind == Place.Kind.MAKE_UP:
            rights.use(held[place.baby_id], place)


def why_not_switch(enrolment: Enrolment, *, session: Session, way: str, now: datetime) -> str | None:
    """The sentence that refuses; None where `switch_way` will do it, as long as nobody takes the place before."""
    scene = _whole_scene(enrolment, session)
    return _why_not_switch(scene, occupancy(session.series, now=now), way, now=now)


def _why_not_switch(scene: Scene, seen: Occupancy, way: str, *, now: datetime) -> str | None:
    if refusal := why_not_change(scene.enrolment, session=scene.session, now=now):
        return refusal
    if not scene.standing:
        return _("There is no place of yours on this date.")
    if scene.session.is_online or way not in Enrolment.Way.values or not scene.session.capacity_of(way):
        return _("This class cannot be joined that way.")
    moving = Counter(way for place in scene.standing if place.way != way)
    if not _have_room(scene.session, moving, seen):
        if way == Enrolment.Way.STREAM:
            return _("There is no place left by live-stream on this date. Your place in the room stays yours.")
        return _("There is no place left in the room on this date. Your place by live-stream stays yours.")
    return None


def switch_way(enrolment: Enrolment, *, session: Session, way: str, by: User, now: datetime) -> list[Place]:
    """Join one date in the room instead of by stream, or the other way round, with all babies that come.

    Returns their places as they then stand. Raises CannotSwitch.
    """
    full = _("The last place has just gone. You join as you did before.")
    with said_by_database(CannotSwitch, full), transaction.atomic():
        scene = locked_scene(enrolment, session, babies_of(enrolment, session=session))
        seen = settled(scene.session.series, now=now)
        if refusal := _why_not_switch(scene, seen, way, now=now):
            raise CannotSwitch(refusal)
        moving = [place for place in scene.standing if place.way != way]
        if not moving:
            return scene.standing
        _move(moving, way=way, used=_used(seen, scene.session, [way]), now=now)
        detail = {"session": scene.session.reference, "babies": len(moving), "way": way}
        record("joins a date another way", by=by, about=scene.enrolment, now=now, detail=detail)
        places = locked_scene(scene.enrolment, scene.session, [place.baby for place in scene.standing]).standing
        date_letters.queue_switched(scene.enrolment, places=places, by=by, now=now)
        offer_places(scene.session.series, now=now)
    return places


def _move(moving: Sequence[Place], *, way: str, used: dict[str, set[int]], now: datetime) -> None:
    held = {right.place_id: right for right in MakeUpRight.objects.filter(place__in=moving)}
    rows = Place.objects.filter(pk__in=[place.pk for place in moving])
    rows.update(released_at=now, release=Place.Release.SWITCHED)
    places = stand_again(moving, ways={place.baby_id: way for place in moving}, used=used, now=now)
    for old, new in zip(moving, places, strict=True):
        if old.pk in held:
            rights.use(held[old.pk], new)


def babies_of(enrolment: Enrolment, *, session: Session) -> list[Baby]:
    """The babies that this booking ever had a place for on this date, given back or not. One query."""
    places = Place.objects.filter(enrolment=enrolment, session=session).select_related("baby")
    return list({place.baby_id: place.baby for place in places.order_by("baby_id", "pk")}.values())


def _whole_scene(enrolment: Enrolment, session: Session) -> Scene:
    return scene_of(enrolment, session, babies_of(enrolment, session=session))


def _used(seen: Occupancy, session: Session, ways: Iterable[str]) -> dict[str, set[int]]:
    return {way: seen.numbers(way).get(session.pk, set()) for way in ways}


def settled(series: Series, *, now: datetime) -> Occupancy:
    """Who has which place once lapsed offers are ended and passed on: those in line come first. Under the lock."""
    seen = occupancy(series, now=now)
    if not seen.lapsed:
        return seen
    offer_places(series, now=now)
    return occupancy(series, now=now)


@contextmanager
def said_by_database(refusal: type[Exception], sentence: str) -> Iterator[None]:
    """The database's refusal as one of ours. It speaks only where the lock failed to. Goes around the transaction."""
    try:
        yield
    except IntegrityError as error:
        raise refusal(sentence) from error
