"""Offers: until when, to whom, what follows when nobody answers, and those that the instructor makes by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from classes import offers, waiting_list
from classes.models import Enrolment, Offer, Place, Series, WaitingParty
from classes.obstacles import obstacles
from classes.waiting_list import CannotPromote
from config.audit.models import AuditEntry
from config.letters.models import Letter
from families.models import Caregiver, Family
from tests.cast import Cast
from tests.classes.queues import fill, free, household, offer_of, states, until, wait
from tests.factories.accounts import make_user
from tests.factories.families import add_caregiver

NIGHT = datetime(2026, 3, 24, 22, 30, tzinfo=UTC)
MORNING = datetime(2026, 3, 25, 7, 0, tzinfo=UTC)


@pytest.fixture
def full(cast: Cast) -> Enrolment:
    return fill(cast.open)


def letters(prefix: str) -> list[str]:
    return list(Letter.objects.filter(key__startswith=prefix).values_list("to", flat=True))


def one_place_comes_free(full: Enrolment, *, now: datetime) -> None:
    """A baby of the crowd stays away from now on; the other keeps its place."""
    Place.objects.filter(enrolment=full, baby__first_name="Una", released_at__isnull=True).update(
        released_at=now, release=Place.Release.TOLD
    )


# How long an offer lasts ----------------------------------------------------------------------------------------------


def test_an_offer_counts_daytime_hours_alone(cast: Cast, full: Enrolment, now: datetime) -> None:
    """Tuesday 17:05: 3 h 55 that day, 14 h on Wednesday, and the rest on Thursday."""
    party = wait(cast, "ana", "Baby", now=now)
    free(full, now=now)

    assert until(party) == datetime(2026, 3, 26, 13, 5, tzinfo=UTC)


def test_an_offer_made_at_night_begins_and_is_told_in_the_morning(cast: Cast, full: Enrolment, now: datetime) -> None:
    party = wait(cast, "ana", "Baby", now=now)
    free(full, now=NIGHT)

    assert until(party) == datetime(2026, 3, 26, 17, 0, tzinfo=UTC)
    assert Letter.objects.get(key=f"offer:{offer_of(party).pk}").send_after == MORNING


def test_nobody_is_asked_at_night_who_would_wake_up_too_late(cast: Cast, full: Enrolment, now: datetime) -> None:
    """The first session is at 6:30 in the morning; the letter could not leave before 7:00."""
    party = wait(cast, "ana", "Baby", now=now)
    dawn = datetime(2026, 3, 25, 6, 30, tzinfo=UTC)
    cast.open.sessions.filter(number=1).update(starts_at=dawn)
    Series.objects.filter(pk=cast.open.pk).update(first_session_at=dawn)
    Place.objects.filter(enrolment=full).update(released_at=NIGHT)

    assert offers.offer_places(Series.objects.get(pk=cast.open.pk), now=NIGHT) == []
    assert states(party) == ["waiting"]


# Whom it reaches ------------------------------------------------------------------------------------------------------


def test_an_adult_who_left_the_family_is_not_written_to(cast: Cast, full: Enrolment, now: datetime) -> None:
    party = wait(cast, "ana", "Baby", now=now)
    other = add_caregiver(party.family, make_user("bob@example.org", "Bob"))
    Caregiver.objects.filter(pk=party.asked_by_id).update(removed_at=now)
    free(full, now=now)

    assert (letters("offer:"), offer_of(party).enrolment.booked_by) == (["bob@example.org"], other.user)


def test_a_family_in_which_nobody_books_is_passed_over(cast: Cast, full: Enrolment, now: datetime) -> None:
    first, second = wait(cast, "ana", "Ida", "Ivo", now=now), wait(cast, "bea", "Baby", now=now)
    Caregiver.objects.filter(pk=first.asked_by_id).update(role=Caregiver.Role.DATES)
    free(full, now=now)

    assert states(first, second) == ["waiting", "offered"]


def test_a_family_that_asked_for_quiet_is_left_in_peace(cast: Cast, full: Enrolment, now: datetime) -> None:
    first, second = wait(cast, "ana", "Baby", now=now), wait(cast, "bea", "Baby", now=now)
    Family.objects.filter(pk=first.family_id).update(quiet_at=now)
    free(full, now=now)

    assert (states(first, second), letters("offer:")) == (["waiting", "offered"], ["bea@example.org"])


# When nobody answers --------------------------------------------------------------------------------------------------


def test_who_did_not_answer_keeps_the_turn_for_the_next_place(cast: Cast, full: Enrolment, now: datetime) -> None:
    """One place: the first lets it run out, the second is asked. A further place opens: the first is asked again."""
    first = wait(cast, "ana", "Baby", now=now)
    second = wait(cast, "bea", "Baby", now=now + timedelta(minutes=1))
    one_place_comes_free(full, now=now + timedelta(hours=1))
    offers.offer_places(cast.open, now=now + timedelta(hours=1))
    over = until(first)
    offers.sweep(over)
    assert (states(first, second), letters("offer_lapsed:")) == (["waiting", "offered"], ["ana@example.org"])

    free(full, now=over + timedelta(hours=1))
    assert states(first, second) == ["offered", "offered"]


def test_the_same_place_is_not_offered_twice_to_the_only_one_in_line(
    cast: Cast, full: Enrolment, now: datetime
) -> None:
    party = wait(cast, "ana", "Baby", now=now)
    free(full, now=now)
    over = until(party)
    offers.sweep(over)
    offers.sweep(over + timedelta(minutes=1))

    assert (states(party), Offer.objects.filter(party=party).count()) == (["waiting"], 1)


def test_after_two_offers_without_an_answer_the_party_is_off_the_list(
    cast: Cast, full: Enrolment, now: datetime
) -> None:
    party = wait(cast, "ana", "Baby", now=now)
    one_place_comes_free(full, now=now)
    offers.offer_places(cast.open, now=now)
    first = until(party)
    offers.sweep(first)
    free(full, now=first + timedelta(hours=1))
    offers.sweep(until(party))

    assert (states(party), len(letters("offer_lapsed:"))) == (["lapsed"], 2)
    assert "we have taken you off the list" in Letter.objects.order_by("pk").last().text  # type: ignore[union-attr]


def test_a_lapsed_offer_of_a_series_that_is_over_is_tidied_too(cast: Cast, full: Enrolment, now: datetime) -> None:
    party = wait(cast, "ana", "Baby", now=now)
    free(full, now=now)
    offers.sweep(now + timedelta(days=200))

    assert (states(party), Offer.objects.get(party=party).state) == (["withdrawn"], "lapsed")
    assert not Enrolment.objects.lapsed(now + timedelta(days=200)).exists()


def test_the_sweep_asks_whoever_waits_while_a_place_is_free(cast: Cast, full: Enrolment, now: datetime) -> None:
    """Nothing lapsed: a place is simply free, as after a form that nobody finished."""
    party = wait(cast, "ana", "Baby", now=now)
    one_place_comes_free(full, now=now)

    assert (offers.sweep(now), states(party)) == (1, ["offered"])
    assert offers.sweep(now) == 0


def test_who_waits_for_a_series_that_begins_without_them_is_told(cast: Cast, full: Enrolment, now: datetime) -> None:
    party = wait(cast, "ana", "Baby", now=now)
    first = cast.open.first_session_at
    assert first is not None
    offers.sweep(first - timedelta(minutes=1))
    assert states(party) == ["waiting"]

    offers.sweep(first)
    assert (states(party), letters("list_closed:")) == (["withdrawn"], ["ana@example.org"])


# No, thank you --------------------------------------------------------------------------------------------------------


def test_declining_passes_on_and_takes_off_the_list(cast: Cast, full: Enrolment, now: datetime) -> None:
    first, second = wait(cast, "ana", "Ida", "Ivo", now=now), wait(cast, "bea", "Baby", now=now)
    free(full, now=now)
    waiting_list.decline(offer_of(first), by=cast.parent, now=now)

    assert (states(first, second), WaitingParty.objects.anywhere().count()) == (["declined", "offered"], 0)


def test_declining_and_keeping_waits_for_other_classes_with_the_same_rank(
    cast: Cast, full: Enrolment, now: datetime
) -> None:
    party = wait(cast, "ana", "Baby", now=now)
    later = now + timedelta(days=1)
    free(full, now=later)
    waiting_list.decline(offer_of(party), by=cast.parent, now=later, keep=True)

    kept = WaitingParty.objects.in_line().get(family=party.family_id)
    assert (states(party), kept.series_id, kept.joined_at) == (["declined"], None, now)
    assert [baby.first_name for baby in kept.babies.all()] == ["Baby"]
    # Places are free in the class that it said no to, and in another one in town.
    offers.sweep(later)
    assert (states(kept), offer_of(kept).enrolment.series) == (["offered"], cast.practice)


# By hand --------------------------------------------------------------------------------------------------------------


def promote(cast: Cast, party: WaitingParty, *, reason: str = "", now: datetime, by: object = None) -> Offer:
    return waiting_list.promote(party, series=cast.open, by=by or cast.instructor, reason=reason, now=now)  # type: ignore[arg-type]


def test_the_instructor_asks_out_of_turn_and_says_why(cast: Cast, full: Enrolment, now: datetime) -> None:
    Series.objects.filter(pk=cast.open.pk).update(offers_by_hand=True)
    first, second = wait(cast, "ana", "Baby", now=now), wait(cast, "bea", "Baby", now=now)
    one_place_comes_free(full, now=now)
    with pytest.raises(CannotPromote, match="why this family comes before"):
        promote(cast, second, now=now)
    offer = promote(cast, second, reason=" Their  cousin comes too ", now=now)

    assert (states(first, second), waiting_list.rank_of(first)) == (["waiting", "offered"], 1)
    assert (offer.by, offer.reason) == (cast.instructor, "Their cousin comes too")
    entry = AuditEntry.objects.get(what="offered places by hand")
    assert (entry.by_id, entry.detail["reason"]) == (cast.instructor.pk, "Their cousin comes too")


def test_the_first_in_turn_needs_no_reason(cast: Cast, full: Enrolment, now: datetime) -> None:
    Series.objects.filter(pk=cast.open.pk).update(offers_by_hand=True)
    party = wait(cast, "ana", "Baby", now=now)
    one_place_comes_free(full, now=now)

    assert promote(cast, party, now=now).reason == ""


def test_by_hand_nothing_goes_out_by_itself(cast: Cast, full: Enrolment, now: datetime) -> None:
    Series.objects.filter(pk=cast.open.pk).update(offers_by_hand=True)
    party = wait(cast, "ana", "Baby", now=now)
    free(full, now=now)
    offers.sweep(now)

    assert (states(party), Offer.objects.count()) == (["waiting"], 0)


def test_by_hand_nobody_books_past_those_in_line(cast: Cast, full: Enrolment, now: datetime) -> None:
    """A single place is free: while a single baby waits it is not sold; twins do not hold it up."""
    Series.objects.filter(pk=cast.open.pk).update(offers_by_hand=True)
    wait(cast, "ana", "Ida", "Ivo", now=now)
    one_place_comes_free(full, now=now)
    asked: dict[str, Any] = {"babies": [cast.baby], "way": "room", "now": now}
    series = Series.objects.get(pk=cast.open.pk)
    assert obstacles(series, **asked) == []

    wait(cast, "bea", "Baby", now=now)
    [found] = obstacles(series, **asked)
    assert (found.code, "goes to the waiting list first" in found.sentence) == ("full", True)


def test_only_the_instructor_of_the_series_promotes(cast: Cast, full: Enrolment, now: datetime) -> None:
    party = wait(cast, "ana", "Baby", now=now)
    Series.objects.filter(pk=cast.open.pk).update(offers_by_hand=True)
    one_place_comes_free(full, now=now)
    with pytest.raises(CannotPromote, match="Only the instructor"):
        promote(cast, party, now=now, by=cast.other_instructor)

    assert states(party) == ["waiting"]


def test_no_hand_offers_more_places_than_are_free(cast: Cast, full: Enrolment, now: datetime) -> None:
    twins = wait(cast, "ana", "Ida", "Ivo", now=now)
    one_place_comes_free(full, now=now)
    with pytest.raises(CannotPromote, match="not enough places free"):
        promote(cast, twins, reason="They come by bus", now=now)

    assert states(twins) == ["waiting"]


def test_a_family_that_is_not_in_this_line_cannot_be_promoted(cast: Cast, full: Enrolment, now: datetime) -> None:
    _user, family, _babies = household("dee", "Baby")
    elsewhere = WaitingParty.objects.create(
        series=cast.stream, family=family, asked_by=family.caregivers.get(), joined_at=now
    )
    one_place_comes_free(full, now=now)
    with pytest.raises(CannotPromote, match="not waiting any more"):
        promote(cast, elsewhere, reason="Friends", now=now)
