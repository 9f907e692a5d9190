"""Several phones in one class: in whichever order marks arrive, and however often, the same register comes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import combinations

import pytest
from django.db import IntegrityError, transaction

from classes.models import Attendance, Place, RegisterMark, Session
from classes.register import conflicts_in, mark, mark_all, mark_rest, undo
from tests.cast import Cast

Deed = Callable[[], object]


@pytest.fixture
def session(cast: Cast) -> Session:
    """Session 2 of Gentle Thursdays, with Ada and Noor."""
    return cast.running.sessions.select_related("series").get(number=2)


@pytest.fixture
def ada(cast: Cast, session: Session) -> Place:
    return Place.objects.get(session=session, baby=cast.baby)


@pytest.fixture
def noor(cast: Cast, session: Session) -> Place:
    return Place.objects.get(session=session, baby=cast.other_baby)


def standing(session: Session) -> dict[str, str]:
    rows = Attendance.objects.filter(place__session=session).select_related("place__baby")
    return {row.place.baby.first_name: row.mark for row in rows}


def differing(session: Session) -> dict[int, tuple[str, str]]:
    """{place id: (what stands, what the other phone said)}"""
    return {number: (one.stands.mark, one.other.mark) for number, one in conflicts_in(session).items()}


class Phone:
    """Deeds of one phone, done at a minute of the class and told when it has a network."""

    def __init__(self, cast: Cast, session: Session, *, heard_at: datetime) -> None:
        self.session, self.by, self.now = session, cast.instructor, heard_at

    def at(self, minute: float) -> datetime:
        return self.session.starts_at + timedelta(minutes=minute)

    def taps(self, place: Place, chosen: str, *, minute: float, key: str, seen: str | None = "") -> Deed:
        return lambda: mark(place, mark=chosen, by=self.by, now=self.now, key=key, tapped_at=self.at(minute), seen=seen)

    def says_rest(self, *places: Place, minute: float, key: str) -> Deed:
        left = [place.pk for place in places]
        return lambda: mark_rest(self.session, by=self.by, now=self.now, key=key, tapped_at=self.at(minute), left=left)

    def undoes(self, tap: str, *, minute: float) -> Deed:
        return lambda: undo(self.session, tap=tap, by=self.by, now=self.now, tapped_at=self.at(minute))


@pytest.fixture
def phone(cast: Cast, session: Session) -> Phone:
    return Phone(cast, session, heard_at=session.ends_at)


def merges(one: list[Deed], other: list[Deed]) -> Iterator[list[Deed]]:
    """Every order in which two phones can be heard, each in its own order."""
    for places in combinations(range(len(one) + len(other)), len(one)):
        first, second = iter(one), iter(other)
        yield [next(first if number in places else second) for number in range(len(one) + len(other))]


def test_the_last_choice_by_tap_time_stands_though_it_arrived_first(session: Session, ada: Place, phone: Phone) -> None:
    phone.taps(ada, "present", minute=5, key="second-phone")()
    phone.taps(ada, "absent", minute=2, key="first-phone")()
    assert (standing(session), differing(session)) == ({"Ada": "present"}, {ada.pk: ("present", "absent")})


@pytest.mark.slow
def test_every_order_of_two_phones_and_ten_replays_come_to_the_same(
    session: Session, ada: Place, noor: Place, phone: Phone
) -> None:
    one = [
        phone.taps(ada, "present", minute=1, key="one-ada"),
        phone.taps(noor, "late", minute=2, key="one-noor"),
        phone.undoes("one-noor", minute=3),
        phone.says_rest(noor, minute=9, key="one-rest"),
    ]
    other = [
        phone.taps(noor, "absent", minute=4, key="other-noor"),
        phone.taps(ada, "late", minute=5, key="other-ada"),
        phone.taps(ada, "absent_told", minute=6, key="other-ada-again", seen="late"),
    ]
    outcomes = []
    for order in merges(one, other):
        with transaction.atomic():
            for number, deed in enumerate(order):
                deed()
                # An answer was lost: everything so far is sent again.
                for again in order[: number + 1]:
                    again()
            for _ten_times in range(10):
                order[-1]()
            rows = RegisterMark.objects.count()
            outcomes.append((standing(session), differing(session), rows, Attendance.objects.count()))
            transaction.set_rollback(True)
    assert len(outcomes) == 35
    assert outcomes == 35 * [({"Ada": "absent_told", "Noor": "absent"}, {}, 7, 2)]


def test_a_choice_made_in_sight_of_the_other_is_no_conflict(session: Session, ada: Place, phone: Phone) -> None:
    phone.taps(ada, "absent", minute=2, key="first-phone")()
    phone.taps(ada, "present", minute=5, key="second-phone", seen="absent")()
    assert (standing(session), differing(session)) == ({"Ada": "present"}, {})


def test_two_phones_that_say_the_same_do_not_differ(session: Session, ada: Place, phone: Phone) -> None:
    phone.taps(ada, "late", minute=2, key="first-phone")()
    phone.taps(ada, "late", minute=5, key="second-phone")()
    assert (standing(session), differing(session)) == ({"Ada": "late"}, {})


def test_a_conflict_is_over_once_somebody_chooses_in_sight_of_it(session: Session, ada: Place, phone: Phone) -> None:
    phone.taps(ada, "absent", minute=2, key="first-phone")()
    phone.taps(ada, "present", minute=5, key="second-phone")()
    phone.taps(ada, "present", minute=8, key="first-again", seen="present")()
    assert (standing(session), differing(session)) == ({"Ada": "present"}, {})


def test_everyone_left_never_goes_before_a_choice_for_one_baby(session: Session, ada: Place, phone: Phone) -> None:
    phone.says_rest(ada, minute=9, key="the-rest")()
    phone.taps(ada, "absent", minute=4, key="other-phone")()
    assert (standing(session), differing(session)) == ({"Ada": "absent"}, {})
    phone.undoes("other-phone", minute=10)()
    assert standing(session) == {"Ada": "present"}


def test_everyone_left_is_nobody_who_was_not_on_that_phone(
    session: Session, ada: Place, noor: Place, phone: Phone
) -> None:
    phone.says_rest(ada, minute=9, key="the-rest")()
    assert standing(session) == {"Ada": "present"}


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (timedelta(hours=3), timedelta(0)),
        (timedelta(0), timedelta(0)),
        (timedelta(minutes=-40), timedelta(minutes=-40)),
        (timedelta(days=-3), timedelta(hours=-24)),
    ],
)
def test_a_wrong_clock_brings_no_tap_from_the_future_nor_from_days_ago(
    cast: Cast, session: Session, ada: Place, said: timedelta, kept: timedelta
) -> None:
    now = session.ends_at
    mark(ada, mark="late", by=cast.instructor, now=now, key="tap-one", tapped_at=now + said)
    row = RegisterMark.objects.get()
    assert (row.tapped_at - now, row.arrived_at, Attendance.objects.get().marked_at) == (kept, now, row.tapped_at)


def test_the_database_takes_no_tap_from_the_future(cast: Cast, session: Session, ada: Place) -> None:
    now = session.ends_at
    with pytest.raises(IntegrityError, match="tap_not_from_the_future"), transaction.atomic():
        RegisterMark.objects.create(
            place=ada, mark="late", tapped_at=now + timedelta(seconds=1), arrived_at=now, by=cast.instructor
        )


def test_who_chose_what_stands_is_written_down_not_who_was_heard_last(cast: Cast, session: Session, ada: Place) -> None:
    now, at = session.ends_at, session.starts_at
    mark(ada, mark="late", by=cast.instructor, now=now, key="tap-two", tapped_at=at + timedelta(minutes=5))
    mark(ada, mark="absent", by=cast.other_instructor, now=now, key="tap-one", tapped_at=at)
    kept = Attendance.objects.get()
    assert (kept.mark, kept.marked_by) == ("late", cast.instructor)


def test_marks_of_before_phones_kept_any_are_no_conflict(cast: Cast, session: Session, ada: Place) -> None:
    at = session.starts_at
    for key, chosen in (("old-one", "absent"), ("old-two", "late")):
        RegisterMark.objects.create(key=f"{ada.pk}:{key}", place=ada, mark=chosen, tapped_at=at, by=cast.instructor)
    assert differing(session) == {}
    assert undo(session, tap="old-two", by=cast.instructor, now=session.ends_at) == 1
    assert standing(session) == {"Ada": "absent"}


def test_conflicts_are_found_in_one_query(
    session: Session, ada: Place, noor: Place, phone: Phone, django_assert_num_queries: Callable[..., object]
) -> None:
    for place in (ada, noor):
        phone.taps(place, "absent", minute=2, key="first-phone")()
        phone.taps(place, "present", minute=5, key="second-phone")()
    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        assert len(differing(session)) == 2


def test_a_tap_of_a_whole_page_says_what_the_page_showed(
    cast: Cast, session: Session, ada: Place, phone: Phone
) -> None:
    phone.taps(ada, "absent", minute=2, key="first-phone")()
    mark_all(session, marks={ada.pk: "late"}, by=cast.instructor, now=session.ends_at, key="page", seen={ada.pk: ""})
    assert differing(session) == {ada.pk: ("late", "absent")}
