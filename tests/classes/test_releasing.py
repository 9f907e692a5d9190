"""One date of a booking: given back, taken back, joined another way."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from classes import booking, making_up, places, releasing
from classes.models import Enrolment, Hold, MakeUpRight, Offer, Place, Session
from classes.releasing import CannotRelease, CannotSwitch, CannotTakeBack
from config.audit.models import AuditEntry
from config.letters.models import Letter
from families.models import Baby
from tests.cast import Cast
from tests.factories.accounts import make_user
from tests.factories.classes import BOOKED_AT, make_enrolment, make_series, make_waiting_party
from tests.factories.families import add_baby, make_household


def third(cast: Cast) -> Session:
    """Gentle Thursdays, 26 March, in two days."""
    return cast.running.sessions.get(number=3)


def rights_of(enrolment: Enrolment) -> list[tuple[int, int, str]]:
    rows = MakeUpRight.objects.filter(enrolment=enrolment).order_by("pk")
    return list(rows.values_list("missed__number", "number", "state"))


def free(cast: Cast, now: datetime, way: str = "room") -> list[int]:
    """Places left by date of Busy little people."""
    seen = places.occupancy(cast.open, now=now)
    return [seen.left_by_session(way)[one.pk] for one in sorted(seen.sessions, key=lambda one: one.number)]


def fill(cast: Cast, *, babies: list[Baby]) -> Enrolment:
    """Busy little people with every place taken; the booking of these babies."""
    mine = make_enrolment(cast.open, family=cast.family, babies=babies, by=cast.parent)
    for number in range(cast.open.capacity - len(babies)):
        user = make_user(f"full-{number}@example.org", f"Family {number}")
        family, others = make_household(user, "Bo")
        make_enrolment(cast.open, family=family, babies=others, by=user)
    return mine


def test_releasing_week_3_of_a_full_series_frees_one_place_in_week_3_and_nothing_else(
    cast: Cast, now: datetime
) -> None:
    mine = fill(cast, babies=[cast.baby])
    assert free(cast, now) == [0, 0, 0, 0, 0]
    before = set(Place.objects.unreleased().values_list("pk", flat=True))

    week_3 = cast.open.sessions.get(number=3)
    releasing.release(mine, session=week_3, babies=[cast.baby], by=cast.parent, now=now)

    assert free(cast, now) == [0, 0, 1, 0, 0]
    assert before - set(Place.objects.unreleased().values_list("pk", flat=True)) == {mine.places.get(session=week_3).pk}
    assert places.occupancy(cast.open, now=now).left("room") == 0


def test_releasing_writes_who_why_and_what_it_is_worth(cast: Cast, now: datetime) -> None:
    done = releasing.release(cast.enrolment, session=third(cast), babies=[cast.baby], by=cast.coparent, now=now)
    place = cast.enrolment.places.get(session=third(cast))
    [right] = MakeUpRight.objects.all()

    assert (place.released_at, place.release, place.price_minor) == (now, "told", 1200)
    assert (right.enrolment, right.baby, right.missed, right.number, right.at_most, right.state) == (
        *(cast.enrolment, cast.baby, third(cast)),
        *(1, 2, "open"),
    )
    assert right.expires_at == third(cast).starts_at + timedelta(days=60)
    assert (done.babies, done.rights) == ([cast.baby], [right])
    assert done.sentence == "Thank you for telling us. You have a make-up place for it."
    entry = AuditEntry.objects.get(what="gave a date back")
    assert (entry.by_id, entry.detail["rights"]) == (cast.coparent.pk, 1)
    assert sorted(Letter.objects.values_list("to", flat=True)) == ["coparent@example.org", "parent@example.org"]


def test_giving_back_twice_is_once(cast: Cast, now: datetime) -> None:
    for _again in range(2):
        done = releasing.release(cast.enrolment, session=third(cast), babies=[cast.baby], by=cast.parent, now=now)

    assert done.sentence == "You have told us already. Thank you."
    assert done.babies == []
    assert len(done.rights) == 1
    assert rights_of(cast.enrolment) == [(3, 1, "open")]
    assert (Letter.objects.count(), AuditEntry.objects.count()) == (1, 1)


@pytest.mark.parametrize(("hours", "rights"), [(24, 1), (23, 0)])
def test_notice_decides_about_the_right_and_never_about_the_place(cast: Cast, hours: int, rights: int) -> None:
    at = third(cast).starts_at - timedelta(hours=hours)
    done = releasing.release(cast.enrolment, session=third(cast), babies=[cast.baby], by=cast.parent, now=at)

    assert len(done.rights) == rights
    assert cast.enrolment.places.get(session=third(cast)).released_at == at
    if not rights:
        assert "less than 24 hours before" in done.sentence


def test_the_terms_are_those_of_the_booking(cast: Cast, now: datetime) -> None:
    cast.running.makeup_notice_hours, cast.running.makeups_at_most = 200, 0
    cast.running.save(update_fields=["makeup_notice_hours", "makeups_at_most"])

    done = releasing.release(cast.enrolment, session=third(cast), babies=[cast.baby], by=cast.parent, now=now)
    assert len(done.rights) == 1


def test_the_third_date_is_freed_without_a_right_and_says_so(cast: Cast, now: datetime) -> None:
    mine = make_enrolment(cast.open, family=cast.family, babies=[cast.baby], by=cast.parent)
    said = [
        releasing.release(mine, session=one, babies=[cast.baby], by=cast.parent, now=now)
        for one in cast.open.sessions.order_by("number")[:3]
    ]

    assert [len(one.rights) for one in said] == [1, 1, 0]
    assert said[2].sentence == ("Thank you for telling us. Each baby in this booking has its 2 make-up places already.")
    assert free(cast, now) == [8, 8, 8, 7, 7]


def test_a_right_that_ran_out_counts_as_had_swept_or_not(cast: Cast, now: datetime) -> None:
    cast.open.makeup_days, cast.open.makeups_at_most = 1, 1
    mine = make_enrolment(cast.open, family=cast.family, babies=[cast.baby], by=cast.parent)
    one, two, three = cast.open.sessions.order_by("number")[:3]
    releasing.release(mine, session=one, babies=[cast.baby], by=cast.parent, now=now)
    late = one.starts_at + timedelta(days=2)

    assert releasing.release(mine, session=two, babies=[cast.baby], by=cast.parent, now=late).rights == []
    assert making_up.sweep(late) == 1
    assert releasing.release(mine, session=three, babies=[cast.baby], by=cast.parent, now=late).rights == []
    assert rights_of(mine) == [(1, 1, "lapsed")]


def test_one_of_two_babies_stays_at_home(cast: Cast, now: datetime) -> None:
    theo = add_baby(cast.family, "Theo")
    mine = make_enrolment(cast.open, family=cast.family, babies=[cast.baby, theo], by=cast.parent)
    first = cast.open.sessions.get(number=1)

    releasing.release(mine, session=first, babies=[theo], by=cast.parent, now=now)
    assert free(cast, now) == [7, 6, 6, 6, 6]
    both = releasing.release(mine, session=first, babies=[cast.baby, theo], by=cast.parent, now=now)
    assert both.babies == [cast.baby]
    assert free(cast, now) == [8, 6, 6, 6, 6]
    assert sorted(MakeUpRight.objects.values_list("baby__first_name", "number")) == [("Ada", 1), ("Theo", 1)]


def test_nothing_is_given_back_that_is_not_theirs_or_has_begun(cast: Cast, now: datetime) -> None:
    begun = third(cast).starts_at
    with pytest.raises(CannotRelease, match="no place of yours"):
        releasing.release(cast.enrolment, session=third(cast), babies=[cast.other_baby], by=cast.parent, now=now)
    with pytest.raises(CannotRelease, match="no place of yours"):
        releasing.release(cast.enrolment, session=third(cast), babies=[], by=cast.parent, now=now)
    with pytest.raises(CannotRelease, match="has begun"):
        releasing.release(cast.enrolment, session=third(cast), babies=[cast.baby], by=cast.parent, now=begun)
    Session.objects.filter(pk=third(cast).pk).update(state="cancelled")
    with pytest.raises(CannotRelease, match="called off"):
        releasing.release(cast.enrolment, session=third(cast), babies=[cast.baby], by=cast.parent, now=now)
    Enrolment.objects.filter(pk=cast.enrolment.pk).update(state="cancelled")
    with pytest.raises(CannotRelease, match="has ended"):
        releasing.release(cast.enrolment, session=third(cast), babies=[cast.baby], by=cast.parent, now=now)
    assert Place.objects.exclude(released_at=None).count() == 0
    assert Letter.objects.count() == 0


def test_what_is_freed_is_offered_to_those_who_wait(cast: Cast) -> None:
    """Only the last date is to come, and it can still be joined: giving it back makes the series bookable."""
    cast.open.late_until, cast.open.capacity = 5, 1
    cast.open.save(update_fields=["late_until", "capacity"])
    cast.open.sessions.update(capacity=1)
    mine = make_enrolment(cast.open, family=cast.family, babies=[cast.baby], by=cast.parent)
    make_waiting_party(cast.open, family=cast.other_family, babies=[cast.other_baby])
    last = cast.open.sessions.get(number=5)
    at = last.starts_at - timedelta(days=3)

    releasing.release(mine, session=last, babies=[cast.baby], by=cast.parent, now=at)

    assert [offer.party.family for offer in Offer.objects.all()] == [cast.other_family]
    with pytest.raises(CannotTakeBack, match="Someone else has taken"):
        releasing.take_back(mine, session=last, babies=[cast.baby], by=cast.parent, now=at)


def test_taking_back_writes_a_new_place_and_withdraws_the_right(cast: Cast, now: datetime) -> None:
    releasing.release(cast.enrolment, session=third(cast), babies=[cast.baby], by=cast.parent, now=now)
    for _again in range(2):
        [place] = releasing.take_back(
            cast.enrolment, session=third(cast), babies=[cast.baby], by=cast.parent, now=now + timedelta(minutes=5)
        )

    rows = cast.enrolment.places.filter(session=third(cast)).order_by("pk")
    assert [(row.release, row.price_minor) for row in rows] == [("told", 0), ("", 1200)]
    assert rows[1] == place
    assert sum(cast.enrolment.places.values_list("price_minor", flat=True)) == cast.enrolment.price_minor
    assert rights_of(cast.enrolment) == [(3, 1, "withdrawn")]
    assert [letter.key.split(":")[0] for letter in Letter.objects.order_by("pk")] == [
        "date_released",
        "date_taken_back",
    ]


def test_a_right_taken_back_does_not_count_as_had(cast: Cast, now: datetime) -> None:
    mine = make_enrolment(cast.open, family=cast.family, babies=[cast.baby], by=cast.parent)
    first = cast.open.sessions.get(number=1)
    for _again in range(4):
        releasing.release(mine, session=first, babies=[cast.baby], by=cast.parent, now=now)
        releasing.take_back(mine, session=first, babies=[cast.baby], by=cast.parent, now=now)
    releasing.release(mine, session=first, babies=[cast.baby], by=cast.parent, now=now)

    assert [state for _missed, _number, state in rights_of(mine)] == [*["withdrawn"] * 4, "open"]
    assert sum(mine.places.values_list("price_minor", flat=True)) == mine.price_minor


def test_nothing_is_taken_back_once_it_is_booked_or_held(cast: Cast, now: datetime) -> None:
    mine = fill(cast, babies=[cast.baby])
    week_3 = cast.open.sessions.get(number=3)
    releasing.release(mine, session=week_3, babies=[cast.baby], by=cast.parent, now=now)
    hold = Hold.objects.create(
        series=cast.open, session=week_3, places=1, made_at=now, expires_at=now + timedelta(minutes=10)
    )

    with pytest.raises(CannotTakeBack, match="Someone else has taken"):
        releasing.take_back(mine, session=week_3, babies=[cast.baby], by=cast.parent, now=now)
    assert "Someone else" in str(releasing.why_not_take_back(mine, session=week_3, babies=[cast.baby], now=now))
    after = hold.expires_at
    assert releasing.why_not_take_back(mine, session=week_3, babies=[cast.baby], now=after) is None
    assert len(releasing.take_back(mine, session=week_3, babies=[cast.baby], by=cast.parent, now=after)) == 1
    assert free(cast, after) == [0, 0, 0, 0, 0]


def test_what_was_never_given_back_by_the_family_is_not_taken_back(cast: Cast, now: datetime) -> None:
    places.release_places([cast.enrolment], why=Place.Release.ENDED, now=now)
    with pytest.raises(CannotTakeBack, match="no place of yours"):
        releasing.take_back(cast.enrolment, session=third(cast), babies=[cast.baby], by=cast.parent, now=now)
    with pytest.raises(CannotTakeBack, match="has begun"):
        releasing.take_back(
            cast.enrolment, session=third(cast), babies=[cast.baby], by=cast.parent, now=third(cast).starts_at
        )


def test_one_date_is_joined_by_stream_and_the_worth_goes_along(cast: Cast, now: datetime) -> None:
    for _again in range(2):
        [place] = releasing.switch_way(cast.enrolment, session=third(cast), way="stream", by=cast.parent, now=now)

    rows = cast.enrolment.places.filter(session=third(cast)).order_by("pk")
    assert [(row.way, row.release, row.price_minor) for row in rows] == [("room", "switched", 0), ("stream", "", 1200)]
    assert place == rows[1]
    assert set(cast.enrolment.places.unreleased().values_list("way", flat=True)) == {"room", "stream"}
    assert MakeUpRight.objects.count() == 0
    assert [letter.key.split(":")[0] for letter in Letter.objects.all()] == ["date_switched"]

    releasing.switch_way(cast.enrolment, session=third(cast), way="room", by=cast.parent, now=now)
    assert sum(cast.enrolment.places.values_list("price_minor", flat=True)) == 6000


def test_the_stream_has_its_own_places(cast: Cast, now: datetime) -> None:
    third_one = third(cast)
    Session.objects.filter(pk=third_one.pk).update(stream_capacity=1)
    releasing.switch_way(cast.other_enrolment, session=third_one, way="stream", by=cast.other_parent, now=now)
    with pytest.raises(CannotSwitch, match="no place left by live-stream"):
        releasing.switch_way(cast.enrolment, session=third_one, way="stream", by=cast.parent, now=now)
    mine = make_enrolment(cast.open, family=cast.family, babies=[cast.baby], by=cast.parent)
    with pytest.raises(CannotSwitch, match="cannot be joined that way"):
        releasing.switch_way(mine, session=cast.open.sessions.get(number=1), way="stream", by=cast.parent, now=now)
    with pytest.raises(CannotSwitch, match="cannot be joined that way"):
        releasing.switch_way(mine, session=cast.open.sessions.get(number=1), way="moon", by=cast.parent, now=now)


def test_a_date_can_be_booked_by_someone_else_the_moment_it_is_free(cast: Cast, now: datetime) -> None:
    mine = fill(cast, babies=[cast.baby])
    week_3 = cast.open.sessions.get(number=3)
    cast.open.single_price_minor = 1500
    cast.open.save(update_fields=["single_price_minor"])
    releasing.release(mine, session=week_3, babies=[cast.baby], by=cast.parent, now=now)
    single = booking.book_dates(
        [week_3],
        family=cast.other_family,
        babies=[cast.other_baby],
        way="room",
        who_comes=[cast.other_caregiver],
        by=cast.other_parent,
        now=now,
    )

    assert single.places.count() == 1
    with pytest.raises(CannotTakeBack, match="Someone else has taken"):
        releasing.take_back(mine, session=week_3, babies=[cast.baby], by=cast.parent, now=now)


def test_babies_of_names_everyone_with_a_place_on_the_date(cast: Cast, now: datetime) -> None:
    theo = add_baby(cast.family, "Theo", born_on=date(2025, 12, 21))
    series = make_series(cast.instructor_profile, title="Two", slug="two", first=date(2026, 4, 1))
    mine = make_enrolment(series, family=cast.family, babies=[cast.baby, theo], by=cast.parent, at=BOOKED_AT)
    first = series.sessions.get(number=1)
    releasing.release(mine, session=first, babies=[theo], by=cast.parent, now=now)
    assert releasing.babies_of(mine, session=first) == [cast.baby, theo]
