"""The walk through booking, in which dates change as well: moved, called off, online, given away, added; the whole
series called off; families that choose what they get for it; and families whom nobody knows, at the door."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from classes import answering, calling_off, changing, guests
from classes.changing import CannotChange
from classes.models import Notice, Session, SessionChange, WalkIn
from tests.classes.machine import BookingWalk, any_number

compensations = st.sampled_from(SessionChange.Compensation.values)
# A form that was opened before somebody else changed the date is refused.
freshness = st.sampled_from([True, True, True, False])
hours_off = st.sampled_from([-25, 1, 26, 24 * 8])


class WalkOfDates(BookingWalk):
    """All deeds of the walk, and those that move the dates themselves."""

    pressed = 0

    def key(self) -> str:
        self.pressed += 1
        return f"press-{self.pressed}"

    def date(self, number: int) -> Session | None:
        """A date to come, held or not; every fifth time one that may be over."""
        dates = Session.objects.filter(series__in=self.world.series).select_related("series__instructor__user")
        found: Session | None = self.some(dates, dates.filter(starts_at__gt=self.now), number)
        return found

    def change(self, verb: Callable[..., Any], number: int, *, fresh: bool, **fields: Any) -> None:
        session = self.date(number)
        if session is None:
            return
        pressed: dict[str, Any] = {"seen": session.sequence - (not fresh), "key": self.key(), "words": "Sorry."}
        by = session.series.instructor.user
        self.do(verb.__name__, lambda: verb(session, by=by, now=self.now, **pressed, **fields), changing.CannotChange)

    # One date --------------------------------------------------------------------------------------------------------

    @rule(date=any_number, hours=hours_off, compensation=compensations, fresh=freshness)
    def move(self, date: int, hours: int, compensation: str, fresh: bool) -> None:
        if session := self.date(date):
            to = session.starts_at + timedelta(hours=hours)
            self.change(changing.move, date, fresh=fresh, to=to, compensation=compensation)

    @rule(date=any_number, compensation=compensations, fresh=freshness)
    def call_off(self, date: int, compensation: str, fresh: bool) -> None:
        self.change(changing.call_off, date, fresh=fresh, compensation=compensation)

    @rule(date=any_number, compensation=compensations, fresh=freshness)
    def go_online(self, date: int, compensation: str, fresh: bool) -> None:
        url = "https://stream.example.org/one"
        self.change(changing.go_online, date, fresh=fresh, stream_url=url, compensation=compensation)

    @rule(date=any_number, to=any_number, compensation=compensations)
    def send_substitute(self, date: int, to: int, compensation: str) -> None:
        instructor = self.series(to).instructor
        self.change(changing.send_substitute, date, fresh=True, instructor=instructor, compensation=compensation)

    # A date more, and all of them less -------------------------------------------------------------------------------

    @rule(series=any_number, hours=st.sampled_from([20, 24 * 6, 24 * 30]), for_all=st.booleans())
    def add_session(self, series: int, hours: int, for_all: bool) -> None:
        chosen, by_day = self.series(series), (self.now + timedelta(hours=hours)).replace(hour=13, minute=0)
        self.do(
            "add_session",
            lambda: changing.add_session(
                chosen,
                starts_at=by_day,
                lesson=None,
                for_all=for_all,
                words="",
                key=self.key(),
                by=chosen.instructor.user,
                now=self.now,
            ),
            CannotChange,
        )

    @rule(series=st.integers(0, 600))
    def cancel_series(self, series: int) -> None:
        # Seldom, or nothing would be left.
        if series % 10:
            return
        chosen = self.series(series // 10)
        by, key = chosen.instructor.user, self.key()
        self.do(
            "cancel_series",
            lambda: calling_off.cancel_series(chosen, words="I am sorry.", by=by, now=self.now, key=key),
            calling_off.CannotCallOff,
        )

    # What families and people at the door do -------------------------------------------------------------------------

    @precondition(lambda self: self.books.changes)
    @rule(which=any_number, money=st.booleans())
    def choose(self, which: int, money: bool) -> None:
        notice = self.one(Notice.objects.for_page().filter(caregiver__user__isnull=False), which)
        if notice is not None:
            what = Notice.Choice.REFUND if money else Notice.Choice.MAKE_UP
            self.do("choose", lambda: answering.choose(notice, what=what, now=self.now), answering.CannotChoose)

    @rule(date=any_number, places=st.integers(1, 2), back=st.booleans())
    def walk_in(self, date: int, places: int, back: bool) -> None:
        """Somebody comes in from the street, or goes again."""
        near = Session.objects.filter(series__in=self.world.series, starts_at__lt=self.now + timedelta(hours=25))
        session = self.one(near.select_related("series__instructor__user"), date)
        if session is None:
            return
        by, here = session.series.instructor.user, self.one(WalkIn.objects.filter(session=session), date)
        if back and here is not None:
            self.do("drop_walk_in", lambda: guests.drop_walk_in(session, here.pk, by=by, now=self.now))
            return
        key = self.key()
        self.do(
            "walk_in",
            lambda: guests.add_walk_in(session, name="Zoe", places=places, key=key, by=by, now=self.now),
            guests.CannotAdd,
        )
