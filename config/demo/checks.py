"""What families told before tonight's class, what the ward agreed to, and who goes at their own pace."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from classes import anything_changed, check_ins, clearing, dues, own_pace
from classes.adapting import MEDICINE, VACCINATION
from classes.anything_changed import Told
from classes.booking import last_day
from classes.clearing import Word
from classes.models import Charge, Enrolment, Series, Session
from config.demo.households import Home
from config.demo.timetable import Laid
from config.lib.times import local
from families.models import Caregiver, Family

ANSWERED_AGO = timedelta(hours=4)
LIMITS = "Still hands and holding. Legs only when the monitor is calm; the head is left alone."


def let_families_answer(laid: Iterable[Laid], *, now: datetime) -> None:
    """Tonight: one new medicine, one vaccination yesterday, and one family where nothing has changed."""
    series = [one.series for one in laid]
    for session in Session.objects.to_come(now).filter(series__in=series, starts_at__lt=now + timedelta(hours=20)):
        told = (
            Told((MEDICINE,), words="Iron drops since Monday"),
            Told((VACCINATION,), (now - timedelta(hours=26)).replace(second=0, microsecond=0)),
            Told(),
        )
        at = now - ANSWERED_AGO
        booked = Enrolment.objects.booked().filter(places__session=session, places__released_at=None).distinct()
        for one, enrolment in zip(told, booked.select_related("family").order_by("pk"), strict=False):
            for baby in anything_changed.babies_asked(enrolment, session=session)[:1]:
                writer = _writer(enrolment.family)
                anything_changed.answer(enrolment, session=session, told={baby.pk: one}, by=writer, now=at)


def clear(series: Series, home: Home, *, at: datetime) -> None:
    """What the ward agreed to for this home's babies, confirmed, before a place is booked there."""
    if not clearing.holds_back(series):
        return
    last = last_day(series, now=at)
    word = Word("Sister Amara Obi, special care", local(at, series.time_zone).date(), last, LIMITS)
    for baby in home.babies:
        sent = clearing.give(series, baby=baby, word=word, last_session_on=last, by=home.caregiver, now=at)
        clearing.confirm(sent, seen=sent.seen, by=series.instructor, now=at)


def go_at_own_pace(laid: Iterable[Laid], *, now: datetime) -> None:
    """Families at their own pace are in their second week; a check-in is in three days, and one family has a place."""
    for one in laid:
        if not one.series.is_own_pace:
            continue
        day = local(now + timedelta(days=3), one.series.time_zone).replace(hour=20, minute=0, second=0, microsecond=0)
        session = check_ins.add(one.series, starts_at=day, by=one.series.instructor.user, now=now - timedelta(days=2))
        booked = list(Enrolment.objects.booked().filter(series=one.series).select_related("family", "series__plan"))
        unpaid = Charge.objects.unpaid().filter(enrolment__in=booked).values_list("pk", flat=True)
        dues.settle(unpaid, by=one.series.instructor.user, now=now - timedelta(days=1))
        for enrolment in booked:
            for week, days in ((1, 8), (2, 2)):
                at = now - timedelta(days=days, hours=3)
                if at > (enrolment.booked_at or now):
                    own_pace.open_week(enrolment, week=week, by=enrolment.booked_by, now=at)
        for enrolment in booked[-1:]:
            at = now - timedelta(days=1)
            check_ins.take(enrolment, session=session, by=enrolment.booked_by, now=at, key="check-in:demo-demo")


def _writer(family: Family) -> Caregiver:
    return Caregiver.objects.who_book().filter(family=family)[0]
