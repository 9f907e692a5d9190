""" "Tell me when a class fits": searches that are kept, and the job that writes when something new fits one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from classes import alert_emails
from classes.catalogue import Card, cards_of
from classes.locality import find
from classes.models import AlertTold, SeriesAlert
from classes.models.series import SeriesQuerySet
from classes.searching import Search, kept, matching, search_of
from config.accounts.models import User
from config.audit.trail import record
from config.lib.times import local, next_daytime
from families.quiet import is_quiet

MOST_ALERTS = 10
# Where more fit already, the search is too wide for letters.
MOST_FITTING = 200
A_LETTER = 5
AT_ONCE = 300
KEPT = timedelta(days=365)


class CannotAlert(Exception):
    """No alert was made; the sentence says what to do instead."""


def why_not(search: Search, *, by: User | None) -> str | None:
    """The sentence that refuses this search as an alert; None where `make` will do it, or nearly always."""
    if not search.is_narrow:
        return _("Please choose a place, a day or something else first, so that we know what would fit.")
    if by is not None and SeriesAlert.objects.of(by).count() >= MOST_ALERTS:
        return _("You have %(most)d alerts, which is as many as we keep. Please delete one first.") % {
            "most": MOST_ALERTS
        }
    return None


def make(search: Search, *, by: User, now: datetime) -> SeriesAlert:
    """Keep the search for a year. What fits and has room today is on the page already, and is not written about.

    The same search twice is one alert. Raises CannotAlert.
    """
    query = kept(search, on=now.date())
    fitting = list(_matching(query, now=now).for_page().soonest()[: MOST_FITTING + 1])
    if search.is_narrow and len(fitting) > MOST_FITTING:
        raise CannotAlert(_("Very many classes fit that already. Please choose a place, a day or an age as well."))
    seen = [card.series for card in cards_of(fitting, now=now) if not card.is_full]
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        standing = next((one for one in SeriesAlert.objects.of(by) if one.query == query), None)
        if standing:
            return standing
        if refusal := why_not(search, by=by):
            raise CannotAlert(refusal)
        alert = SeriesAlert.objects.create(user=by, query=query, made_at=now, looked_at=now, expires_at=now + KEPT)
        AlertTold.objects.bulk_create(AlertTold(alert=alert, series=one, told_at=now) for one in seen)
        record("asked to be told of classes", by=by, about=alert, now=now)
    return alert


def pause(alert: SeriesAlert, *, by: User, now: datetime) -> None:
    """No letters from this one, until `go_on`."""
    with transaction.atomic():
        if SeriesAlert.objects.filter(pk=alert.pk, paused_at__isnull=True).update(paused_at=now):
            record("paused an alert", by=by, about=alert, now=now)


def go_on(alert: SeriesAlert, *, by: User, now: datetime) -> None:
    with transaction.atomic():
        if SeriesAlert.objects.filter(pk=alert.pk, paused_at__isnull=False).update(paused_at=None):
            record("let an alert go on", by=by, about=alert, now=now)


def delete(alert: SeriesAlert, *, by: User, now: datetime) -> None:
    with transaction.atomic():
        record("deleted an alert", by=by, about=alert, now=now)
        alert.delete()


def stop(alert: SeriesAlert, *, now: datetime) -> None:
    """What the link in a letter does, for whoever holds it. What was looked for is forgotten; the link stays used."""
    with transaction.atomic():
        if SeriesAlert.objects.filter(pk=alert.pk, stopped_at__isnull=True).update(stopped_at=now, query={}):
            AlertTold.objects.filter(alert=alert).delete()
            record("stopped an alert by its link", by=None, about=alert, now=now)


def tell_all(now: datetime) -> int:
    """The job: look at the alerts that waited longest, and write where something new fits. Returns the letters written.

    Whatever is not written about now stays untold, and is looked for again at the next round.
    """
    SeriesAlert.objects.run_out(now).delete()
    looked: list[int] = []
    letters = 0
    try:
        for alert in SeriesAlert.objects.in_force(now).longest_unseen().select_related("user")[:AT_ONCE]:
            looked.append(alert.pk)
            letters += tell(alert, now=now)
    finally:
        # One alert in trouble goes to the end of the line with the others, and holds nobody up.
        SeriesAlert.objects.filter(pk__in=looked).update(looked_at=now)
    return letters


def tell(alert: SeriesAlert, *, now: datetime) -> bool:
    """Write one letter about what is new, up to five classes; at most one a day by the clock of the reader."""
    zone = alert.user.time_zone or "UTC"
    if next_daytime(now, zone=zone) != now or _told_today(alert, zone, now=now) or is_quiet(alert.user):
        return False
    found = news(alert, now=now)
    if not found:
        return False
    with transaction.atomic():
        locked = SeriesAlert.objects.in_force(now).select_for_update(of=("self",)).filter(pk=alert.pk).first()
        if locked is None or _told_today(locked, zone, now=now):
            return False
        told = set(AlertTold.objects.filter(alert=locked).values_list("series_id", flat=True))
        cards = [card for card in found if card.series.pk not in told][:A_LETTER]
        if not cards:
            return False
        AlertTold.objects.bulk_create(AlertTold(alert=locked, series=card.series, told_at=now) for card in cards)
        SeriesAlert.objects.filter(pk=locked.pk).update(last_told_at=now)
        search = search_of(locked.query, on=now.date())
        alert_emails.queue_alert(
            alert, cards=cards, search=search, more=len(found) - len(cards), on=local(now, zone).date(), now=now
        )
    return True


def _told_today(alert: SeriesAlert, zone: str, *, now: datetime) -> bool:
    return alert.last_told_at is not None and local(alert.last_told_at, zone).date() == local(now, zone).date()


def news(alert: SeriesAlert, *, now: datetime) -> Sequence[Card]:
    """What fits, has room, and was not told: newly published, newly fitting, or full before. Soonest first."""
    fresh = _matching(alert.query, now=now).not_told(alert).for_page().soonest().defer("stream_url")
    return [card for card in cards_of(list(fresh[:MOST_FITTING]), now=now) if not card.is_full]


def _matching(query: dict[str, object], *, now: datetime) -> SeriesQuerySet:
    search = search_of(query, on=now.date())
    place = find(search.near, key=search.place) if search.near else None
    return matching(search, place=place, now=now)
