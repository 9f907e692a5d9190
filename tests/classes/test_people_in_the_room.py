"""People in the room at most: babies and the adults who come with them, in every way in which a place is taken."""

from __future__ import annotations

import pytest
from django.test import TestCase

from classes import booking, company, holding
from classes.booking import CannotBook
from classes.models import Coming, Enrolment, Place, Series
from classes.obstacles import obstacles, obstacles_to_visitor
from classes.places import occupancy, places_left
from families.models import Baby, Caregiver
from tests.cast import NOW, Cast
from tests.factories.accounts import make_user
from tests.factories.classes import make_enrolment
from tests.factories.families import add_baby, add_caregiver, make_household


def limited(series: Series, people: int) -> Series:
    Series.objects.filter(pk=series.pk).update(people_at_most=people)
    series.refresh_from_db()
    return series


def book(cast: Cast, babies: list[Baby], adults: list[Caregiver], *, series: Series, way: str = "room") -> Enrolment:
    return booking.book(series, family=cast.family, babies=babies, way=way, who_comes=adults, by=cast.parent, now=NOW)


def codes(refused: pytest.ExceptionInfo[CannotBook]) -> list[str]:
    return [obstacle.code for obstacle in refused.value.obstacles]


def guests(cast: Cast, series: Series, name: str, *babies: str) -> Enrolment:
    user = make_user(f"{name}@example.org", name)
    family, made = make_household(user, *babies)
    enrolment = make_enrolment(series, family=family, babies=made, by=user)
    enrolment.who_comes.add(family.caregivers.get(user=user))
    return enrolment


def test_a_family_with_one_adult_too_many_is_refused_and_books_with_fewer(cast: Cast) -> None:
    series, granny = limited(cast.open, 4), add_caregiver(cast.family, name="Colette Moreau")
    guests(cast, series, "mira", "Mira")
    with pytest.raises(CannotBook) as refused:
        book(cast, [cast.baby], [cast.caregiver, granny], series=series)
    assert codes(refused) == ["people"]
    assert str(refused.value) == (
        "The room has space for 2 more people, babies and adults together. Please come with fewer adults."
    )
    assert book(cast, [cast.baby], [cast.caregiver], series=series).state == Enrolment.State.BOOKED


def test_where_no_baby_with_an_adult_fits_the_room_is_full_though_mats_are_left(cast: Cast) -> None:
    series = limited(cast.open, 3)
    guests(cast, series, "mira", "Mira")
    with pytest.raises(CannotBook) as refused:
        book(cast, [cast.baby], [cast.caregiver], series=series)
    assert codes(refused) == ["full"]
    assert [one.code for one in obstacles_to_visitor(series, babies=1, way="room", now=NOW)] == ["full"]
    assert places_left([series], now=NOW)[series.pk]["room"] == 0


def test_twins_with_one_adult_are_three_people(cast: Cast) -> None:
    series, twin = limited(cast.open, 3), add_baby(cast.family, "Theo")
    assert obstacles(series, babies=[cast.baby, twin], way="room", now=NOW) == []
    assert obstacles(limited(series, 2), babies=[cast.baby, twin], way="room", now=NOW)[0].code == "full"


def test_who_streams_takes_no_room(cast: Cast) -> None:
    series = limited(cast.running, 4)
    Place.objects.filter(session__series=series).update(way=Enrolment.Way.STREAM)
    seen = occupancy(series, now=NOW)
    assert (set(seen.people_left.values()), set(seen.left_by_session("room").values())) == ({4}, {3})
    assert seen.left("stream") == 2


def test_a_held_place_counts_its_baby_and_an_adult(cast: Cast) -> None:
    series = limited(cast.open, 4)
    holding.hold(series, way="room", places=1, now=NOW)
    assert set(occupancy(series, now=NOW).people_left.values()) == {2}


def test_adults_of_one_date_count_for_that_date_alone_and_those_who_left_for_none(cast: Cast) -> None:
    series = limited(cast.running, 9)
    granny = add_caregiver(cast.family, name="Colette Moreau")
    third, fourth = series.sessions.filter(number__in=(3, 4)).order_by("number")
    usual = cast.enrolment.who_comes.count() + cast.other_enrolment.who_comes.count()
    for adult in (cast.caregiver, granny):
        Coming.objects.create(enrolment=cast.enrolment, session=third, caregiver=adult)
    left = occupancy(series, now=NOW).people_left
    assert (usual, left[third.pk], left[fourth.pk]) == (2, 4, 5)
    Caregiver.objects.filter(pk=granny.pk).update(removed_at=NOW)
    assert occupancy(series, now=NOW).people_left[third.pk] == 5


def test_one_more_adult_for_a_date_is_refused_where_the_room_is_full_and_one_fewer_never(cast: Cast) -> None:
    series = limited(cast.running, 4)
    granny = add_caregiver(cast.family, name="Colette Moreau")
    third = series.sessions.get(number=3)
    with pytest.raises(company.CannotCome, match="The room has space for 4 people"):
        company.come(cast.enrolment, session=third, caregivers=[cast.caregiver, granny], by=cast.parent, now=NOW)
    assert not Coming.objects.filter(session=third).exists()
    limited(series, 2)
    third.refresh_from_db()
    company.come(cast.enrolment, session=third, caregivers=[cast.caregiver], by=cast.parent, now=NOW)
    assert Coming.objects.filter(session=third).count() == 1


def test_without_a_limit_nothing_is_asked_and_with_one_the_same_for_one_family_and_three(cast: Cast) -> None:
    with TestCase().assertNumQueries(2):
        occupancy(cast.open, now=NOW)
    series = limited(cast.open, 40)
    guests(cast, series, "mira", "Mira")
    with TestCase().assertNumQueries(4):
        occupancy(series, now=NOW)
    for name in ("lena", "omar"):
        guests(cast, series, name, name.title())
    with TestCase().assertNumQueries(4):
        occupancy(series, now=NOW)
    with TestCase().assertNumQueries(5):
        places_left([series, cast.running], now=NOW)
