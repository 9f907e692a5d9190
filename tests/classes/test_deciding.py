"""Too few families: one press decides, once, everybody is told, and silence decides nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from classes import calling_off, deciding, merging_series
from classes.deciding import CannotDecide
from classes.models import DecisionReminder, Enrolment, Hold, MergeAsk, Series, SeriesDecision
from classes.obstacles import closed_obstacles, obstacles_to_visitor
from config.audit.models import AuditEntry
from config.letters.models import Letter
from tests.cast import Cast, build_cast
from tests.classes.contention import broken, tally, together
from tests.factories.ending import charges_of
from tests.factories.numbers import DECIDE_BY, FRIDAY, THURSDAY, ask_of, decide, make_evenings, make_short


@pytest.fixture
def booked(cast: Cast) -> tuple[Enrolment, Enrolment]:
    return make_short(cast)


def letters() -> list[tuple[str, str]]:
    """(to whom, subject) of every letter about numbers, in the order of their keys."""
    rows = Letter.objects.filter(key__startswith="numbers:").order_by("key")
    return [(letter.to, letter.subject.strip()) for letter in rows]


def states(*enrolments: Enrolment) -> list[str]:
    return [Enrolment.objects.get(pk=one.pk).state for one in enrolments]


# What is decided, and when -------------------------------------------------------------------------------------------


def test_a_series_without_a_smallest_number_is_not_decided_on(cast: Cast) -> None:
    assert deciding.numbers_of(cast.open, now=THURSDAY) is None
    with pytest.raises(CannotDecide, match="no smallest number"):
        decide(cast, "run", seen=0)


def test_the_numbers_say_how_it_stands(cast: Cast, booked: Any) -> None:
    evenings = make_evenings(cast)
    found = deciding.numbers_of(cast.open, now=THURSDAY)
    assert found is not None
    assert (found.families, found.wanted, found.missing, found.brings.minor) == (2, 3, 1, 12000)
    assert found.is_near is False
    assert found.last_asked_at == datetime(2026, 4, 19, 7, 0, tzinfo=UTC)
    assert [(one.series, one.left, one.answer_by) for one in found.targets] == [
        (evenings, 4, THURSDAY + timedelta(days=3))
    ]


def test_single_dates_do_not_make_a_series_run(cast: Cast, booked: tuple[Enrolment, Enrolment]) -> None:
    Enrolment.objects.filter(pk=booked[1].pk).update(kind=Enrolment.Kind.SINGLE)
    assert deciding.families_of(cast.open) == 1


def test_running_it_anyway_tells_every_family_and_changes_nothing_else(
    cast: Cast, booked: tuple[Enrolment, Enrolment]
) -> None:
    made = decide(cast, "run", words="A small circle is a calm one.")

    cast.open.refresh_from_db()
    assert (cast.open.decision, cast.open.decided_at, cast.open.state) == ("run", THURSDAY, "published")
    assert (made.choice, made.families, made.to, made.answer_by) == ("run", 2, None, None)
    assert sorted(letters()) == [
        ("other-parent@example.org", "It is on: Busy little people"),
        ("parent@example.org", "It is on: Busy little people"),
    ]
    text = Letter.objects.filter(key__startswith="numbers:").first()
    assert text is not None
    assert "A small circle is a calm one." in text.text
    assert states(*booked) == ["booked", "booked"]
    assert closed_obstacles(cast.open, now=THURSDAY) == []
    assert AuditEntry.objects.filter(what="decided on a series").count() == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"decision": "run", "decided_at": THURSDAY}, "decided already"),
        ({"state": "draft"}, "open for booking"),
        ({"fewest_families": 2}, "so it runs"),
        ({"first_session_at": THURSDAY - timedelta(hours=1)}, "It has begun"),
    ],
)
def test_what_needs_no_decision_gets_none(cast: Cast, booked: Any, change: dict[str, Any], sentence: str) -> None:
    Series.objects.filter(pk=cast.open.pk).update(**change)
    with pytest.raises(CannotDecide, match=sentence):
        decide(cast, "run")
    assert (SeriesDecision.objects.count(), letters()) == (0, [])


def test_a_family_that_came_meanwhile_is_seen_before_anything_is_decided(cast: Cast, booked: Any) -> None:
    with pytest.raises(CannotDecide, match="since you looked"):
        decide(cast, "cancel", seen=1)
    assert SeriesDecision.objects.count() == 0


# One decision --------------------------------------------------------------------------------------------------------


def test_the_same_press_twice_is_one_decision(cast: Cast, booked: Any) -> None:
    first = decide(cast, "run")
    assert decide(cast, "run") == first
    assert (SeriesDecision.objects.count(), len(letters())) == (1, 2)


def test_another_button_after_the_first_says_what_was_decided(cast: Cast, booked: Any) -> None:
    decide(cast, "run")
    with pytest.raises(CannotDecide, match="decided a moment ago: run with those who are there"):
        decide(cast, "cancel")
    assert states(*booked) == ["booked", "booked"]


def test_the_database_keeps_one_decision_a_series(cast: Cast, booked: Any) -> None:
    made = decide(cast, "run")
    with pytest.raises(IntegrityError), transaction.atomic():
        SeriesDecision.objects.create(
            series=cast.open, choice="cancel", key="other", families=2, by=cast.instructor, at=THURSDAY
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        SeriesDecision.objects.filter(pk=made.pk).update(choice="merge")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_people_who_press_different_buttons_at_once_make_one_decision(
    transactional_db: None, now: datetime
) -> None:
    cast = build_cast()
    booked = make_short(cast)
    evenings = make_evenings(cast)
    presses = [
        partial(decide, cast, "run"),
        partial(decide, cast, "cancel"),
        partial(decide, cast, "merge", to=evenings),
        partial(decide, cast, "run", key="another run"),
    ]
    came = together(presses, CannotDecide)

    assert (tally(came), broken(came)) == ({"ok": 1, "refused": 3}, [])
    [made] = SeriesDecision.objects.all()
    told = {"run": ["booked"] * 2, "merge": ["booked"] * 2, "cancel": ["cancelled"] * 2}
    assert states(*booked) == told[made.choice]
    assert MergeAsk.objects.count() == (2 if made.choice == "merge" else 0)
    assert AuditEntry.objects.filter(what="decided on a series").count() == 1


# Merging -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def evenings(cast: Cast) -> Series:
    return make_evenings(cast)


def test_a_merge_asks_each_family_and_keeps_its_places(
    cast: Cast, booked: tuple[Enrolment, Enrolment], evenings: Series
) -> None:
    made = decide(cast, "merge", to=evenings)

    assert (made.to, made.answer_by) == (evenings, THURSDAY + timedelta(days=3))
    assert states(*booked) == ["booked", "booked"]
    kept = Hold.objects.live(THURSDAY).values_list("series", "places", "way", "expires_at")
    assert list(kept) == [(evenings.pk, 1, "room", made.answer_by)] * 2
    assert sorted(letters()) == [
        ("other-parent@example.org", "Would you come to Thursday evenings instead?"),
        ("parent@example.org", "Would you come to Thursday evenings instead?"),
    ]
    cast.open.refresh_from_db()
    assert [one.code for one in closed_obstacles(cast.open, now=THURSDAY)] == ["merged"]
    assert cast.open not in Series.objects.open_to_book(THURSDAY)


def test_who_says_yes_comes_along_with_the_same_money(
    cast: Cast, booked: tuple[Enrolment, Enrolment], evenings: Series
) -> None:
    Series.objects.filter(pk=evenings.pk).update(price_minor=9000)
    decide(cast, "merge", to=evenings)
    mine, other = booked

    new = merging_series.say_yes(ask_of(mine), by=cast.parent, now=FRIDAY)
    unpaid = merging_series.say_yes(ask_of(other), by=cast.other_parent, now=FRIDAY)

    assert (new.series, new.moved_from, new.price_minor, new.way) == (evenings, mine, 6000, "room")
    assert new.places.unreleased().count() == 5
    assert charges_of(mine) == [("series", 6000, "settled"), ("credit", 6000, "settled")]
    assert charges_of(new) == [("series", 6000, "settled"), ("carried", 6000, "settled")]
    assert charges_of(unpaid) == [("series", 6000, "due")]
    assert new.policy == {**mine.policy, "moves_at_most": 2}
    assert states(mine, other) == ["moved", "moved"]
    assert not Hold.objects.live(FRIDAY).exists()
    assert merging_series.say_yes(ask_of(mine), by=cast.parent, now=FRIDAY) == new


def test_a_cheaper_series_costs_what_it_costs(
    cast: Cast, booked: tuple[Enrolment, Enrolment], evenings: Series
) -> None:
    Series.objects.filter(pk=evenings.pk).update(price_minor=5000)
    decide(cast, "merge", to=evenings)
    new = merging_series.say_yes(ask_of(booked[0]), by=cast.parent, now=FRIDAY)
    assert charges_of(new) == [("series", 5000, "settled"), ("carried", 5000, "settled"), ("refund", 1000, "due")]


def test_who_says_no_has_everything_back_whatever_the_terms_say(
    cast: Cast, booked: tuple[Enrolment, Enrolment], evenings: Series
) -> None:
    mine, other = booked
    Enrolment.objects.filter(pk=mine.pk).update(policy={**mine.policy, "refund_hours": 1000})
    decide(cast, "merge", to=evenings)

    merging_series.say_no(ask_of(mine), by=cast.parent, now=FRIDAY)

    assert states(mine, other) == ["cancelled", "booked"]
    assert charges_of(mine) == [("series", 6000, "settled"), ("refund", 6000, "due")]
    assert ("parent@example.org", "Everything comes back: Busy little people") in letters()
    assert Hold.objects.live(FRIDAY).count() == 1
    merging_series.say_no(ask_of(mine), by=cast.parent, now=FRIDAY)
    with pytest.raises(merging_series.CannotAnswer, match="answered already"):
        merging_series.say_yes(ask_of(mine), by=cast.parent, now=FRIDAY)
    assert charges_of(mine) == [("series", 6000, "settled"), ("refund", 6000, "due")]


def test_who_does_not_answer_by_the_date_has_everything_back_and_only_then(
    cast: Cast, booked: tuple[Enrolment, Enrolment], evenings: Series
) -> None:
    made = decide(cast, "merge", to=evenings)
    mine, other = booked
    new = merging_series.say_yes(ask_of(mine), by=cast.parent, now=FRIDAY)
    assert made.answer_by is not None

    assert merging_series.sweep(made.answer_by - timedelta(seconds=1)) == 0
    assert states(mine, other, new) == ["moved", "booked", "booked"]
    assert merging_series.sweep(made.answer_by) == 1

    cast.open.refresh_from_db()
    assert (cast.open.state, states(mine, other, new)) == ("cancelled", ["moved", "cancelled", "booked"])
    assert charges_of(other) == [("series", 6000, "waived")]
    assert [ask.answer for ask in MergeAsk.objects.order_by("pk")] == ["yes", "lapsed"]
    assert not Hold.objects.live(made.answer_by).exists()
    assert merging_series.sweep(made.answer_by) == 0
    with pytest.raises(merging_series.CannotAnswer):
        merging_series.say_yes(ask_of(other), by=cast.other_parent, now=made.answer_by)


def test_once_everybody_has_answered_the_series_is_called_off(
    cast: Cast, booked: tuple[Enrolment, Enrolment], evenings: Series
) -> None:
    decide(cast, "merge", to=evenings)
    merging_series.say_no(ask_of(booked[0]), by=cast.parent, now=FRIDAY)
    cast.open.refresh_from_db()
    assert cast.open.state == "published"
    merging_series.say_yes(ask_of(booked[1]), by=cast.other_parent, now=FRIDAY)
    cast.open.refresh_from_db()
    assert cast.open.state == "cancelled"


def test_a_kept_place_is_good_when_the_series_filled_up(cast: Cast, booked: tuple[Enrolment, Enrolment]) -> None:
    evenings = make_evenings(cast, capacity=2)
    decide(cast, "merge", to=evenings)
    assert [one.code for one in obstacles_to_visitor(evenings, babies=1, way="room", now=FRIDAY)] == ["full"]
    assert merging_series.say_yes(ask_of(booked[0]), by=cast.parent, now=FRIDAY).series == evenings


@pytest.mark.parametrize("fate", ["called off", "merged on"])
def test_nobody_comes_along_to_what_was_called_off_or_is_merged_itself(
    cast: Cast, booked: tuple[Enrolment, Enrolment], evenings: Series, fate: str
) -> None:
    decide(cast, "merge", to=evenings)
    if fate == "called off":
        calling_off.cancel_series(evenings, words="", by=cast.instructor, now=THURSDAY, key="off")
    else:
        Series.objects.filter(pk=evenings.pk).update(decision="merge", decided_at=THURSDAY)
    mine, other = booked
    with pytest.raises(merging_series.CannotAnswer, match="Another"):
        merging_series.say_yes(ask_of(mine), by=cast.parent, now=FRIDAY)
    assert (states(mine, other), charges_of(mine)) == (["booked", "booked"], [("series", 6000, "settled")])
    merging_series.say_no(ask_of(mine), by=cast.parent, now=FRIDAY)
    assert charges_of(mine) == [("series", 6000, "settled"), ("refund", 6000, "due")]


def test_a_room_with_a_limit_of_people_keeps_it_in_a_merge(
    cast: Cast, booked: tuple[Enrolment, Enrolment], evenings: Series
) -> None:
    Series.objects.filter(pk=evenings.pk).update(people_at_most=4)
    decide(cast, "merge", to=evenings)
    mine, other = booked
    mine.who_comes.set(cast.family.caregivers.all())
    merging_series.say_yes(ask_of(other), by=cast.other_parent, now=FRIDAY)
    with pytest.raises(merging_series.CannotAnswer, match="come with fewer adults"):
        merging_series.say_yes(ask_of(mine), by=cast.parent, now=FRIDAY)
    mine.who_comes.set([cast.caregiver])
    assert merging_series.say_yes(ask_of(mine), by=cast.parent, now=FRIDAY).series == evenings


@pytest.mark.parametrize(
    "fields",
    [
        {"capacity": 1},
        {"currency": "EUR"},
        {"is_practice": True},
        {"first": date(2026, 4, 16), "clock": time(18, 30)},
        {"state": "draft"},
        {"weeks": 4},
        {"capacity": 0, "stream_capacity": 9, "delivery": "live_stream"},
    ],
)
def test_what_has_no_room_time_or_the_same_terms_is_not_merged_with(
    cast: Cast, booked: Any, fields: dict[str, Any]
) -> None:
    evenings = make_evenings(cast, **fields)
    assert deciding.targets(cast.open, now=THURSDAY) == []
    with pytest.raises(CannotDecide, match="no room for all"):
        decide(cast, "merge", to=evenings)


def test_another_instructors_series_is_never_merged_with(cast: Cast, booked: Any) -> None:
    evenings = make_evenings(cast)
    Series.objects.filter(pk=evenings.pk).update(instructor=cast.other_instructor_profile)
    assert deciding.targets(cast.open, now=THURSDAY) == []


def test_without_time_to_answer_nobody_is_asked(cast: Cast, booked: Any, evenings: Series) -> None:
    late = datetime(2026, 4, 20, 2, 0, tzinfo=UTC)
    assert deciding.targets(cast.open, now=late) == []


# Asking the instructor -----------------------------------------------------------------------------------------------


def test_the_instructor_is_asked_before_the_date_and_once_more_the_morning_after(cast: Cast, booked: Any) -> None:
    eight = datetime(2026, 4, 19, 7, 0, tzinfo=UTC)  # in Leeds
    moments = [DECIDE_BY - timedelta(hours=49), DECIDE_BY - timedelta(hours=47), DECIDE_BY, eight, eight]
    assert [deciding.remind(moment) for moment in moments] == [0, 1, 0, 1, 0]
    assert letters() == [("instructor@example.org", "Please decide: Busy little people")] * 2
    assert all("\nDecide\nhttp" in letter.text for letter in Letter.objects.all())
    assert [one.number for one in DecisionReminder.objects.order_by("number")] == [1, 2]
    cast.open.refresh_from_db()
    assert (cast.open.decision, cast.open.state) == ("", "published")


def test_after_a_stop_of_hours_one_letter_is_written_and_not_two(cast: Cast, booked: Any) -> None:
    noon = datetime(2026, 4, 19, 11, 0, tzinfo=UTC)
    assert [deciding.remind(noon), deciding.remind(noon)] == [1, 0]
    [letter] = Letter.objects.filter(key__startswith="numbers:decide")
    assert "We do not ask again" in letter.text


def test_nobody_is_asked_about_what_runs_or_was_decided(cast: Cast, booked: Any) -> None:
    Series.objects.filter(pk=cast.open.pk).update(fewest_families=2)
    assert deciding.remind(DECIDE_BY) == 0
    Series.objects.filter(pk=cast.open.pk).update(fewest_families=3)
    assert [one.pk for one in deciding.due_for(cast.instructor_profile, now=DECIDE_BY)] == [cast.open.pk]
    decide(cast, "run", now=FRIDAY)
    assert deciding.remind(DECIDE_BY) == 0
    assert deciding.due_for(cast.instructor_profile, now=DECIDE_BY) == []
