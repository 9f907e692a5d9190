"""The same date changed by several at the same moment: once, and nobody is left without an answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from classes import booking, calling_off, cancelling, changing, dues, making_up, releasing
from classes.changing import CannotChange
from classes.models import Amends, Charge, Enrolment, MakeUpRight, Place, Session, SessionChange
from config.letters.models import Letter
from tests.cast import NOW, Cast, build_cast
from tests.classes.changes import FRIDAY, pay, third
from tests.classes.contention import Deed, broken, tally, together
from tests.classes.invariants import findings, read_books
from tests.classes.small_world import make_households

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(now: Any, transactional_db: None) -> Cast:
    return build_cast()


def press(verb: Callable[..., Any], date: Session, world: Cast, *, key: str, **more: Any) -> Deed:
    common = {"compensation": "refund", "words": "", "seen": date.sequence, "key": key, "by": world.instructor}
    return partial(verb, date, **common, now=NOW, **more)


def test_the_same_press_eight_times_at_once_is_one_change(world: Cast) -> None:
    pay(world.enrolment, NOW)
    date = third(world)
    came = together([press(changing.call_off, date, world, key="one")] * 8, CannotChange)
    assert (tally(came), broken(came)) == ({"ok": 8}, [])
    assert len({one.with_.pk for one in came}) == 1
    assert (SessionChange.objects.count(), Amends.objects.count(), third(world).sequence) == (1, 2, 1)
    assert list(Charge.objects.filter(kind="refund").values_list("amount_minor", flat=True)) == [1200]
    assert Letter.objects.filter(key__startswith="changed:").count() == 2


def test_of_two_people_who_change_a_date_at_once_one_is_told_that_it_changed_since(world: Cast) -> None:
    date = third(world)
    came = together(
        [
            press(changing.move, date, world, key="a", to=FRIDAY),
            press(changing.move, date, world, key="b", to=FRIDAY + timedelta(hours=2)),
        ],
        CannotChange,
    )
    assert (tally(came), broken(came)) == ({"ok": 1, "refused": 1}, [])
    assert [one.with_ for one in came if one.to == "refused"] == [
        "This date changed since you opened the page. Please look at it as it is now."
    ]
    assert (SessionChange.objects.count(), third(world).sequence) == (1, 1)


def test_a_date_moves_while_families_book_give_back_and_make_up(world: Cast) -> None:
    homes = make_households([1, 1, 1, 1], now=NOW)
    releasing.release(
        world.enrolment, session=world.running.sessions.get(number=4), babies=[world.baby], by=world.parent, now=NOW
    )
    date = world.open.sessions.select_related("series").get(number=4)
    held = list(making_up.rights_to_use(MakeUpRight.objects.all()))
    deeds: list[Deed] = [
        press(changing.move, date, world, key="m", to=date.starts_at + timedelta(hours=26)),
        partial(making_up.make_up, held, session=date, way="room", by=world.parent, now=NOW),
        *(
            partial(
                booking.book,
                world.open,
                family=home.family,
                babies=home.babies,
                way="room",
                who_comes=[home.adult],
                by=home.user,
                now=NOW,
            )
            for home in homes
        ),
    ]
    came = together(deeds, CannotChange, making_up.CannotMakeUp, booking.CannotBook)
    assert broken(came) == []
    assert Place.objects.unreleased().filter(session=date, kind="series").count() == 4
    assert findings(read_books(NOW)) == []


def test_a_series_is_called_off_once_while_a_family_cancels(world: Cast) -> None:
    pay(world.enrolment, NOW)
    cancel = partial(calling_off.cancel_series, world.running, words="", by=world.instructor, now=NOW, key="k")
    leave = partial(cancelling.cancel, world.enrolment, by=world.parent, now=NOW)
    came = together([cancel, cancel, leave], calling_off.CannotCallOff, cancelling.CannotCancel)
    assert broken(came) == []
    calling_off.cancel_series(world.running, words="", by=world.instructor, now=NOW, key="k")
    assert set(Enrolment.objects.filter(series=world.running).values_list("state", flat=True)) == {"cancelled"}
    assert Letter.objects.filter(key__startswith="series_cancelled:", to="other-parent@example.org").count() == 1
    assert dues.balance(world.family, now=NOW, currency="GBP").difference.minor == 0
