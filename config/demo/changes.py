"""A date that its instructor moved a few hours ago: most families have opened the letter, two have not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from classes import answering, changing
from classes.models import Notice, Series, Session, SessionChange, Venue
from config.demo.timetable import Laid
from families.models import Caregiver

MOVED, NUMBER = "Gentle evenings in Meanwood", 5
WORDS = "I am asked to teach at the hospital that evening. One week later the hall is ours, and so is the kettle."
HOURS_AGO = 3
NOT_OPENED = 2
# Telephone numbers that are given to nobody, kept for stories.
NUMBERS = "07700 900{:03d}"


def let_dates_change(laid: Iterable[Laid], *, now: datetime) -> None:
    """Families have telephones, the hall has a keeper, and one date of the running series is a week later."""
    series = next(one.series for one in laid if one.series.title == MOVED)
    at = now - timedelta(hours=HOURS_AGO)
    _people_can_be_rung(series)
    date = Session.objects.get(series=series, number=NUMBER)
    date.series = series
    change = changing.move(
        date,
        to=date.starts_at + timedelta(weeks=1),
        compensation=SessionChange.Compensation.CHOOSE,
        words=WORDS,
        seen=date.sequence,
        key="demo",
        by=series.instructor.user,
        now=at,
    )
    notices = list(Notice.objects.of_change(change).select_related("caregiver__user").order_by("pk"))
    for minutes, notice in enumerate(notices[:-NOT_OPENED], start=2):
        answering.see(notice, now=at + timedelta(minutes=7 * minutes))


def _people_can_be_rung(series: Series) -> None:
    adults = list(Caregiver.objects.filter(user__isnull=False, phone="").order_by("pk"))
    for number, adult in enumerate(adults):
        adult.phone = NUMBERS.format(number % 1000)
    Caregiver.objects.bulk_update(adults, ["phone"])
    keeper = {"contact_name": "Pat Shaw", "contact_email": "hall@example.org", "contact_phone": "0113 496 0101"}
    Venue.objects.filter(name=series.venue.name if series.venue else "", contact_email="").update(**keeper)
