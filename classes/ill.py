"""One date that its instructor cannot teach: what could be done instead, and doing it in one press."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from classes import changing, substitutes
from classes.clashing import diary_around
from classes.models import Series, Session, SessionChange
from classes.outline import PlannedSession
from classes.rescheduling import leader_of, room_of
from classes.teaching import EVENING
from config.accounts.models import User
from config.lib.times import NoSuchLocalTime, at_local_time, local
from instructors.models import Instructor

MOST_MOMENTS = 2
# So many days after the date, and before the next one, are looked at for a free hour.
MOST_DAYS = 6

Compensation = SessionChange.Compensation


class Do(TextChoices):
    """What becomes of the date."""

    CANCEL = "cancel", gettext_lazy("Cancel it")
    MOVE = "move", gettext_lazy("Move it")
    ONLINE = "online", gettext_lazy("Go online")
    SUBSTITUTE = "sub", gettext_lazy("Send a substitute")


@dataclass(frozen=True)
class Wish:
    """What was chosen in the one form. `to`, `who` and `stream_url` are those of the chosen deed, the others empty."""

    do: str
    compensation: str
    words: str
    seen: int
    key: str
    to: datetime | None = None
    who: Instructor | None = None
    stream_url: str = ""


def date_of(instructor: Instructor, reference: str) -> Session:
    """A date of this instructor's own published series. Raises Session.DoesNotExist for any other."""
    own = Session.objects.filter(series__instructor=instructor).exclude(series__state=Series.State.DRAFT)
    related = ("series__venue", "series__instructor", "lesson", "substitute")
    return own.select_related(*related).get(reference=reference)


def near_day(session: Session, *, now: datetime) -> str:
    """ "tonight", "today" or "tomorrow" on the clock of the series; empty for any other day."""
    here, there = local(now, session.series.time_zone), local(session.starts_at, session.series.time_zone)
    days = (there.date() - here.date()).days
    if days == 0:
        return "tonight" if there.hour >= EVENING else "today"
    return "tomorrow" if days == 1 else ""


def done_before(session: Session, key: str) -> SessionChange | None:
    """What this very press did already; None where it is the first. One query."""
    return SessionChange.objects.filter(session=session, key=key).first() if key else None


def newest_change(session: Session) -> SessionChange | None:
    """What became of this date last, by which one finds who was told. One query."""
    return SessionChange.objects.last_of(session)


def moments_instead(session: Session, *, now: datetime) -> list[datetime]:
    """At most MOST_MOMENTS other moments at the same hour, when the instructor and the room are free; the best first.

    A week after the last date of the series comes first, because no family has anything else of ours then; the other
    is a day before the next date. Two queries.
    """
    series, zone = session.series, session.series.time_zone
    held = Session.objects.held().filter(series=series).exclude(pk=session.pk).order_by("starts_at")
    others = list(held.values_list("starts_at", flat=True))
    last = max([session.starts_at, *others])
    following = min((moment for moment in others if moment > session.starts_at), default=None)
    after = list(_days_after(local(last, zone), [7], session))
    between = [
        moment
        for moment in _days_after(local(session.starts_at, zone), range(1, MOST_DAYS + 1), session)
        if following is None or moment < following - timedelta(hours=12)
    ]
    asked = [moment for moment in [*after, *between] if moment > now]
    planned = [PlannedSession(session.number, moment, session.minutes) for moment in asked]
    diary = diary_around(planned, instructor=leader_of(session), venue=room_of(session), zone=zone, leaving_out=session)
    free = [one.starts_at for one in planned if not diary.clashes_of(one)]
    return [*[moment for moment in after if moment in free][:1], *[one for one in free if one not in after]][
        :MOST_MOMENTS
    ]


def _days_after(here: datetime, days: Iterator[int] | range | list[int], session: Session) -> Iterator[datetime]:
    zone, clock = session.series.time_zone, local(session.starts_at, session.series.time_zone).time()
    for count in days:
        try:
            yield at_local_time(here.date() + timedelta(days=count), clock, zone=zone)
        except NoSuchLocalTime:
            continue


def act(session: Session, wish: Wish, *, by: User, now: datetime) -> SessionChange:
    """Do what was chosen, once a key. Raises changing.CannotChange; then nothing was written."""
    told: dict[str, Any] = {"words": wish.words, "seen": wish.seen, "key": wish.key, "by": by, "now": now}
    if wish.do == Do.MOVE:
        assert wish.to is not None  # the form asked for it
        return changing.move(session, to=wish.to, compensation=wish.compensation, **told)
    if wish.do == Do.ONLINE:
        return changing.go_online(session, stream_url=wish.stream_url, compensation=wish.compensation, **told)
    if wish.do == Do.SUBSTITUTE:
        return _send(session, wish, by=by, now=now)
    return changing.call_off(session, compensation=wish.compensation, **told)


def _send(session: Session, wish: Wish, *, by: User, now: datetime) -> SessionChange:
    """Families are owed nothing then: the class is held."""
    assert wish.who is not None  # the form asked for it
    if not done_before(session, wish.key) and not substitutes.is_free(wish.who, session, now=now):
        raise changing.CannotChange(_("They are not free any more. Please look at who is."))
    return changing.send_substitute(
        session,
        instructor=wish.who,
        compensation=Compensation.NONE,
        words=wish.words,
        seen=wish.seen,
        key=wish.key,
        by=by,
        now=now,
    )
