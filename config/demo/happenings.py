"""What happened to families of the demo since they booked: life interferes, so dates are given back, moved, made up."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from classes import alerts, cancelling, company, feeds, one_more, releasing, reminding, transferring, waiting_list
from classes.models import Charge, Enrolment, Series
from classes.searching import Search
from classes.wishes import Wish
from config.accounts.models import User
from config.demo.households import Home
from config.demo.timetable import Laid
from families import consents, household, inviting
from families.models import Caregiver
from instructors.models import Instructor

CANNOT_COME_ON = 4
NANNY_COMES_ON = 5
LEEDS = (53.82610, -1.56490)
WEDNESDAY, SATURDAY = 3, 6


def let_life_happen(
    timetable: Iterable[Laid], homes: dict[str, list[Home]], users: dict[str, User], *, now: datetime
) -> None:
    """One of each kind, through the verbs, in the days before now; the fixed cast's first."""
    series = {laid.series.title: laid.series for laid in timetable if not laid.takes_twins}
    first, second = (home for town in homes.values() for home in town if home.is_cast)
    _the_first_family(first, series["Gentle evenings in Meanwood"], now=now)
    _the_second_family(second, now=now)
    _one_moves(series["Nap-time calm, live"], to=series.values(), now=now - timedelta(days=1, hours=2))
    _one_is_owed_a_refund(series["Masaje en directo"], now=now - timedelta(days=1, hours=5))
    _one_stays_for_another_class(series["Hands and hellos"], now=now - timedelta(days=1))
    for instructor in Instructor.objects.filter(user__in=users.values()).select_related("user"):
        feeds.make_address(instructor, by=instructor.user, now=now - timedelta(days=60))
    # Nobody is written to by night; of two hours half a day apart, one is by day wherever a family lives.
    for hours in (13, 1):
        reminding.remind(now - timedelta(hours=hours))


def _the_first_family(home: Home, running: Series, *, now: datetime) -> None:
    """A date given back with its make-up right, a nanny whom a parent agreed to, a grandmother who was asked."""
    mother, family = home.caregiver, home.family
    nanny = household.add_companion(
        family, name="Marisol Quispe", relation=Caregiver.Relation.OTHER, by=home.user, now=now - timedelta(days=30)
    )
    consents.agree_to_carer(nanny, given=True, by=mother, now=now - timedelta(days=30))
    inviting.invite(
        family,
        email="efua.osei@example.net",
        name="Efua Osei",
        relation=Caregiver.Relation.GRANDPARENT,
        role=Caregiver.Role.DATES,
        agrees_to_massage=True,
        by=mother,
        now=now - timedelta(days=1),
    )
    enrolment = Enrolment.objects.booked().for_family(family).get(series=running)
    dates = {session.number: session for session in running.sessions.all()}
    releasing.release(
        enrolment, session=dates[CANNOT_COME_ON], babies=home.babies, by=home.user, now=now - timedelta(hours=26)
    )
    company.come(
        enrolment, session=dates[NANNY_COMES_ON], caregivers=[nanny], by=home.user, now=now - timedelta(hours=25)
    )
    for adult in family.caregivers.filter(user__isnull=False).select_related("user"):
        feeds.make_address(adult, by=home.user, now=now - timedelta(days=20))


def _the_second_family(home: Home, *, now: datetime) -> None:
    """It waits for any class on a Wednesday morning near by, and wants to hear of new ones on Saturdays."""
    wish = Wish(near="Leeds", here=LEEDS, km=15, days=(WEDNESDAY,), parts=(Series.DayPart.MORNING,))
    waiting_list.join_anywhere(
        wish,
        family=home.family,
        babies=home.babies,
        asked_by=home.caregiver,
        by=home.user,
        now=now - timedelta(days=3),
    )
    alerts.make(Search(near="Leeds", days=(SATURDAY,)), by=home.user, now=now - timedelta(days=4))


def _one_moves(series: Series, *, to: Collection[Series], now: datetime) -> None:
    """The first family of the series that another whole one suits, moves there."""
    for enrolment in _bookings(series):
        fits = transferring.fitting(enrolment, now=now)
        whole = [fit for fit in fits if fit.series in to and fit.series.sessions.count() > 1]
        if whole:
            transferring.transfer(enrolment, to=whole[0].series, way=whole[0].ways[0], by=enrolment.booked_by, now=now)
            return


def _one_is_owed_a_refund(series: Series, *, now: datetime) -> None:
    """The newest booking was paid and is cancelled in time."""
    *_others, newest = _bookings(series)
    Charge.objects.filter(enrolment=newest).update(settled_at=now - timedelta(hours=20))
    cancelling.cancel(newest, by=newest.booked_by, now=now)


def _one_stays_for_another_class(series: Series, *, now: datetime) -> None:
    """The instructor suggests one more class to a family whose series is nearly over."""
    one_more.suggest(_bookings(series)[0], wanted=True, by=series.instructor.user, now=now)


def _bookings(series: Series) -> list[Enrolment]:
    """Of families that nobody signs in as, oldest first."""
    booked = Enrolment.objects.booked().filter(series=series).exclude(booked_by__email__endswith="@example.org")
    return list(booked.select_related("series", "booked_by", "family").order_by("booked_at"))
