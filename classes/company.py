"""Who comes with the babies, to all dates of a booking or to one of them.

There is one adult for each baby, or the family says that they take turns. An adult who is not a parent is put down only
once a parent has agreed in writing that they may massage.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from classes.models import Coming, Enrolment, Place, Session
from classes.people import within_the_limit
from classes.places import lock_series
from config.accounts.models import User
from config.audit.trail import record
from families import consents
from families.models import Baby, Caregiver


class CannotCome(Exception):
    """Nothing was written. Carries a sentence for the reader."""


@dataclass(frozen=True)
class Choice:
    """One adult of the family, as somebody who could come to a date."""

    adult: Caregiver
    comes: bool
    needs_consent: bool


@dataclass(frozen=True)
class Company:
    """Who comes to one date of a booking. `is_own` where the date says it for itself; else it follows the booking.

    `choices` are all adults of the family. `refused` says why what was just asked for was not done.
    """

    session: Session
    babies: list[Baby]
    adults: list[Caregiver]
    is_own: bool
    in_turn: bool
    choices: list[Choice]
    refused: str = ""

    @property
    def keys(self) -> set[int]:
        return {adult.pk for adult in self.adults}

    @property
    def names(self) -> list[str]:
        return [adult.first_name for adult in self.adults]


def why_not_come(babies: Sequence[Baby], caregivers: Sequence[Caregiver], *, in_turn: bool = False) -> str | None:
    """Why these adults of one family cannot bring these babies, as a sentence that says what to do; None if they can.

    No query where all of them are parents, two otherwise.
    """
    if not caregivers:
        return _("Please say who comes with your baby.")
    if strangers := consents.not_agreed_to(caregivers):
        names = _(" and ").join(adult.first_name for adult in strangers)
        sentence = ngettext(
            "%(names)s is not a parent. A parent says first, under “Your family”, that they may massage.",
            "%(names)s are not parents. A parent says first, under “Your family”, that they may massage.",
            len(strangers),
        )
        return sentence % {"names": names}
    if in_turn or len(caregivers) >= len(babies):
        return None
    return too_few(len(babies), len(caregivers))


def too_few(babies: int, adults: int) -> str:
    """The sentence for more babies than adults."""
    counted = ngettext("%(count)d adult", "%(count)d adults", adults) % {"count": adults}
    sentence = ngettext(
        "%(babies)d baby, %(adults)s: please say who else comes, or that you take turns.",
        "%(babies)d babies, %(adults)s: please say who else comes, or that you take turns.",
        babies,
    )
    return sentence % {"babies": babies, "adults": counted}


def come(
    enrolment: Enrolment,
    *,
    session: Session,
    caregivers: Sequence[Caregiver],
    by: User,
    now: datetime,
    in_turn: bool = False,
) -> list[Coming]:
    """Put these adults down for one date; none means those of the whole booking again. Raises CannotCome.

    `in_turn` says for the booking, from now on, that the adults take the babies in turn.
    """
    with transaction.atomic():
        series = lock_series(session.series) if session.series.people_at_most else session.series
        locked = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
        babies = _babies_of(locked, session)
        adults = caregivers or still_here(locked.who_comes.all())
        if refusal := _closed(locked, session, babies, now=now) or _foreign(locked, caregivers):
            raise CannotCome(refusal)
        if refusal := why_not_come(babies, adults, in_turn=in_turn or locked.in_turn_at is not None):
            raise CannotCome(refusal)
        if in_turn and locked.in_turn_at is None:
            locked.in_turn_at = now
            locked.save(update_fields=["in_turn_at"])
        chosen = {one.pk: one for one in caregivers}.values()
        with within_the_limit(series, now=now, refusal=CannotCome):
            Coming.objects.filter(enrolment=locked, session=session).delete()
            made = (Coming(enrolment=locked, session=session, caregiver=one) for one in chosen)
            rows = Coming.objects.bulk_create(made)
        record("said who comes", by=by, about=locked, now=now, detail={"session": session.reference})
    return rows


def _babies_of(enrolment: Enrolment, session: Session) -> list[Baby]:
    places = Place.objects.booked().filter(enrolment=enrolment, session=session).select_related("baby")
    return [place.baby for place in places.order_by("baby_id")]


def _closed(enrolment: Enrolment, session: Session, babies: Sequence[Baby], *, now: datetime) -> str | None:
    if enrolment.state != Enrolment.State.BOOKED or not babies or session.state == Session.State.CANCELLED:
        return _("You have no place on this date. Your dates stand under My classes.")
    if session.is_over(now):
        return _("This date is over, so it stays as it was.")
    return None


def _foreign(enrolment: Enrolment, caregivers: Iterable[Caregiver]) -> str | None:
    mine = all(one.family_id == enrolment.family_id and one.removed_at is None for one in caregivers)
    return None if mine else _("Someone you chose is no longer on your list. Please choose again.")


def for_page(enrolment: Enrolment, now: datetime) -> list[Company]:
    """Who comes to each date of this booking that is not over, earliest first. Six queries at most."""
    sessions: dict[int, Session] = {}
    babies: dict[int, list[Baby]] = defaultdict(list)
    places = Place.objects.booked().filter(enrolment=enrolment).exclude(session__state=Session.State.CANCELLED)
    for place in places.select_related("session__series", "baby").order_by("session__starts_at", "baby_id"):
        if not place.session.is_over(now):
            sessions[place.session_id] = place.session
            babies[place.session_id].append(place.baby)
    if not sessions:
        return []
    rows: dict[int, list[Caregiver]] = defaultdict(list)
    for coming in Coming.objects.of_dates(sessions).filter(enrolment=enrolment):
        rows[coming.session_id].append(coming.caregiver)
    usual = list(enrolment.who_comes.all())
    every = list(Caregiver.objects.current().of_family(enrolment.family).order_by("joined_at", "pk"))
    waiting = {adult.pk for adult in consents.not_agreed_to(every)}
    found = []
    for pk, session in sessions.items():
        adults, is_own = who_come(session, own=rows.get(pk, []), usual=usual)
        comes = {adult.pk for adult in adults}
        choices = [Choice(adult, adult.pk in comes, adult.pk in waiting) for adult in every]
        found.append(Company(session, babies[pk], adults, is_own, enrolment.in_turn_at is not None, choices))
    return found


def who_come(session: Session, *, own: Iterable[Caregiver], usual: Iterable[Caregiver]) -> tuple[list[Caregiver], bool]:
    """(adults, whether the date says it for itself). Whoever left the family before the date comes no more."""
    of_date = still_here(own, at=session.starts_at)
    return (of_date, True) if of_date else (still_here(usual, at=session.starts_at), False)


def still_here(adults: Iterable[Caregiver], *, at: datetime | None = None) -> list[Caregiver]:
    """Those who belong to their family; with `at`, those who did not leave it before that moment."""
    return [one for one in adults if one.removed_at is None or (at is not None and one.removed_at > at)]


def told(enrolment: Enrolment, *, session: Session, babies: int) -> str:
    """Who comes to this date, for the register. `enrolment` comes with `who_comes` and with this date's `comings`."""
    adults, _own = who_come(
        session, own=[one.caregiver for one in enrolment.comings.all()], usual=enrolment.who_comes.all()
    )
    names = ", ".join(adult.name for adult in adults)
    if names and enrolment.in_turn_at and babies > len(adults):
        return _("%(names)s; the babies take turns") % {"names": names}
    return names
