"""Making up for a date in another series: where it fits, and booking it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from classes import making_up, places, releasing
from classes.making_up import CannotMakeUp
from classes.models import Hold, MakeUpRight, Place, Series, Session
from classes.models.distance import Point
from config.audit.models import AuditEntry
from config.letters.models import Letter
from families import health
from families.models import Baby, HealthAnswers
from tests.cast import Cast
from tests.factories.classes import make_enrolment, make_series, make_venue
from tests.factories.families import add_baby

Counts = Callable[[int], Any]


def third_of(series: Series) -> Session:
    return series.sessions.get(number=3)


def give_back(cast: Cast, now: datetime, *babies: Baby) -> list[MakeUpRight]:
    """Gentle Thursdays' third date given back in time; the rights."""
    done = releasing.release(
        cast.enrolment, session=third_of(cast.running), babies=babies or [cast.baby], by=cast.parent, now=now
    )
    return list(MakeUpRight.objects.filter(pk__in=[right.pk for right in done.rights]))


def shown(found: list[making_up.Match]) -> list[tuple[str, int, str]]:
    return [(match.session.series.slug, match.session.number, match.way) for match in found]


def test_matches_are_the_same_week_elsewhere_the_own_way_first(cast: Cast, now: datetime) -> None:
    rights = give_back(cast, now)
    assert shown(making_up.matches(rights, now=now)) == [
        ("busy-little-people", 3, "room"),
        ("after-the-bath", 3, "stream"),
    ]


def test_matches_leave_out_what_does_not_fit(cast: Cast, now: datetime) -> None:
    """Drafts, practice series, visits, other ages, full ones, ones that begin too late, and times already taken."""
    rights, ruth, april = give_back(cast, now), cast.instructor_profile, date(2026, 4, 7)
    here: dict[str, Any] = {"venue": cast.venue, "first": april}
    make_series(ruth, slug="draft", state="draft", **here)
    make_series(ruth, slug="visit", delivery="private_visit", **here)
    make_series(ruth, slug="old", min_age_weeks=40, **here)
    make_series(ruth, slug="young", max_age_weeks=10, **here)
    make_series(ruth, slug="later", first=date(2026, 6, 1), venue=cast.venue)
    make_series(ruth, slug="elsewhere", first=april, venue=make_venue("Sala", town="Sevilla", country="ES"))
    full = make_series(ruth, slug="full", capacity=1, **here)
    make_enrolment(full, family=cast.other_family, babies=[cast.other_baby], by=cast.other_parent)
    same_time = make_series(ruth, slug="same-time", first=date(2026, 3, 19), clock=time(10), venue=cast.venue)
    assert third_of(same_time).starts_at == cast.running.sessions.get(number=4).starts_at

    assert [slug for slug, _number, _way in shown(making_up.matches(rights, now=now))] == [
        "busy-little-people",
        "after-the-bath",
    ]


def test_two_babies_need_two_places_and_holds_count(cast: Cast, now: datetime) -> None:
    theo = add_baby(cast.family, "Theo")
    sessions = list(cast.running.sessions.all())
    taken = places.taken_numbers(sessions, way="room")
    places.take_places(cast.enrolment, sessions=sessions, babies=[theo], taken=taken, worth=0, at=now)
    rights = give_back(cast, now, cast.baby, theo)
    Session.objects.filter(series=cast.open).update(capacity=2)
    assert shown(making_up.matches(rights, now=now))[0] == ("busy-little-people", 3, "room")

    Hold.objects.create(series=cast.open, places=1, made_at=now, expires_at=now + timedelta(minutes=10))
    assert shown(making_up.matches(rights, now=now)) == [("after-the-bath", 3, "stream")]


def test_the_nearest_room_comes_first_and_a_far_one_not_at_all(cast: Cast, now: datetime) -> None:
    rights, tomasz = give_back(cast, now), cast.other_instructor_profile
    cast.venue.latitude, cast.venue.longitude = "53.81960", "-1.57640"
    cast.venue.save()
    for slug, latitude, longitude in (("york", "53.95900", "-1.08150"), ("paris", "48.85660", "2.35220")):
        venue = make_venue(slug, latitude=latitude, longitude=longitude)
        make_series(tomasz, slug=slug, title=slug, first=date(2026, 4, 2), venue=venue)

    rights[0].refresh_from_db()
    found = making_up.matches(rights, now=now)
    assert [(match.session.series.slug, match.metres and round(match.metres / 1000)) for match in found] == [
        ("busy-little-people", 0),
        ("york", 36),
        ("after-the-bath", None),
    ]
    from_york = making_up.matches(rights, now=now, near=Point(53.959, -1.0815))
    assert [match.session.series.slug for match in from_york][:2] == ["york", "busy-little-people"]


def test_a_far_room_that_also_streams_is_joined_by_stream(cast: Cast, now: datetime) -> None:
    amman = make_venue("Bayt", town="Amman", country="JO", latitude="31.95", longitude="35.91")
    rights, tomasz = give_back(cast, now), cast.other_instructor_profile
    make_series(tomasz, slug="amman", first=date(2026, 4, 2), venue=amman, delivery="hybrid", stream_capacity=5)
    assert ("amman", 3, "stream") in shown(making_up.matches(rights, now=now))
    cast.venue.latitude, cast.venue.longitude = "53.81960", "-1.57640"
    cast.venue.save()
    fresh = list(making_up.rights_to_use(MakeUpRight.objects.all()))
    assert ("amman", 3, "stream") in shown(making_up.matches(fresh, now=now))


def test_who_joins_by_stream_finds_streams_first_and_rooms_by_the_own_clock(cast: Cast, now: datetime) -> None:
    mine = make_enrolment(cast.stream, family=cast.family, babies=[cast.baby], by=cast.parent, way="stream")
    first = cast.stream.sessions.get(number=1)
    releasing.release(mine, session=first, babies=[cast.baby], by=cast.parent, now=now)
    rights = list(making_up.rights_to_use(MakeUpRight.objects.all()))
    make_series(cast.instructor_profile, slug="by-stream", first=date(2026, 4, 8), capacity=0, stream_capacity=4)
    assert shown(making_up.matches(rights, now=now)) == [
        ("by-stream", 1, "stream"),
        ("busy-little-people", 1, "room"),
    ]


@pytest.mark.parametrize("series", [1, 3])
def test_matches_ask_as_much_for_many_as_for_one(
    cast: Cast, now: datetime, django_assert_num_queries: Counts, series: int
) -> None:
    give_back(cast, now)
    for number in range(series):
        make_series(cast.instructor_profile, slug=f"more-{number}", first=date(2026, 4, 2 + number), venue=cast.venue)
    rights = list(making_up.rights_to_use(MakeUpRight.objects.all()))
    with django_assert_num_queries(6):
        assert len(making_up.matches(rights, now=now)) == 2 + series
    assert making_up.matches([], now=now) == []


def test_making_up_takes_a_place_of_the_own_booking_and_uses_the_right(cast: Cast, now: datetime) -> None:
    rights = give_back(cast, now)
    Letter.objects.all().delete()
    for _again in range(2):
        [place] = making_up.make_up(rights, session=third_of(cast.open), way="room", by=cast.parent, now=now)

    right = MakeUpRight.objects.get()
    assert (place.enrolment, place.session, place.baby, place.kind, place.price_minor, place.way) == (
        *(cast.enrolment, third_of(cast.open), cast.baby),
        *("make_up", 0, "room"),
    )
    assert (right.state, right.place) == ("used", place)
    assert sum(cast.enrolment.places.values_list("price_minor", flat=True)) == cast.enrolment.price_minor
    seen = places.occupancy(cast.open, now=now)
    assert seen.left_by_session("room")[third_of(cast.open).pk] == 7
    [letter] = Letter.objects.all()
    assert letter.subject == "Your make-up place: Busy little people, Tuesday 5 May"
    assert AuditEntry.objects.filter(what="booked a make-up place").count() == 1


def test_making_up_keeps_health_answers_until_after_it(cast: Cast, now: datetime) -> None:
    health.write_for_babies(
        [cast.baby],
        facts={"notes": "Sore skin"},
        by=cast.caregiver,
        account=cast.parent,
        last_session_on=date(2026, 4, 1),
        now=now,
    )
    making_up.make_up(give_back(cast, now), session=third_of(cast.open), way="room", by=cast.parent, now=now)
    assert HealthAnswers.objects.get().forget_on == date(2026, 6, 4)


def refused(rights: list[MakeUpRight], session: Session, cast: Cast, now: datetime, way: str = "room") -> str:
    with pytest.raises(CannotMakeUp) as caught:
        making_up.make_up(rights, session=session, way=way, by=cast.parent, now=now)
    return str(caught.value)


def test_refusals_say_what_to_do_instead(cast: Cast, now: datetime) -> None:
    rights, open_3 = give_back(cast, now), third_of(cast.open)
    assert refused([], open_3, cast, now) == "Please say for which baby."
    assert "does not fit" in refused(rights, cast.open.sessions.get(number=2), cast, now)
    assert "does not fit" in refused(rights, third_of(cast.running), cast, now)
    assert "does not fit" in refused(rights, open_3, cast, open_3.starts_at)
    assert "no longer a place for all" in refused(rights, open_3, cast, now, way="stream")
    assert "no longer a place for all" in refused(rights, open_3, cast, now, way="moon")
    assert "its time is over" in refused(rights, open_3, cast, rights[0].expires_at)
    Session.objects.filter(pk=open_3.pk).update(capacity=1)
    make_enrolment(
        make_series(cast.instructor_profile, slug="another", first=date(2026, 5, 1)),
        family=cast.family,
        babies=[cast.baby],
        by=cast.parent,
    )
    hold = Hold.objects.create(series=cast.open, places=1, made_at=now, expires_at=now + timedelta(minutes=10))
    assert "no longer a place for all" in refused(rights, open_3, cast, now)
    hold.delete()
    Series.objects.filter(pk=cast.open.pk).update(max_age_weeks=3)
    assert "another age" in refused(rights, open_3, cast, now)
    assert not Place.objects.filter(kind="make_up").exists()
    assert MakeUpRight.objects.get().state == "open"


def test_a_used_right_or_one_of_a_booking_that_ended_books_nothing(cast: Cast, now: datetime) -> None:
    rights = give_back(cast, now)
    making_up.make_up(rights, session=third_of(cast.open), way="room", by=cast.parent, now=now)
    assert "is used" in refused(rights, third_of(cast.stream), cast, now, way="stream")
    releasing.release(cast.enrolment, session=third_of(cast.open), babies=[cast.baby], by=cast.parent, now=now)
    cast.enrolment.state = "cancelled"
    cast.enrolment.save(update_fields=["state"])
    assert "has ended" in refused(rights, third_of(cast.open), cast, now)


def test_giving_the_make_up_place_back_in_time_opens_the_right_again(cast: Cast, now: datetime) -> None:
    rights, there = give_back(cast, now), third_of(cast.open)
    making_up.make_up(rights, session=there, way="room", by=cast.parent, now=now)
    done = releasing.release(cast.enrolment, session=there, babies=[cast.baby], by=cast.parent, now=now)

    right = MakeUpRight.objects.get()
    assert (done.rights, right.state, right.place) == ([right], "open", None)
    assert right.expires_at == rights[0].expires_at
    releasing.take_back(cast.enrolment, session=there, babies=[cast.baby], by=cast.parent, now=now)
    right.refresh_from_db()
    assert (right.state, right.place and right.place.released_at) == ("used", None)


def test_giving_the_make_up_place_back_late_spends_the_right(cast: Cast, now: datetime) -> None:
    rights, there = give_back(cast, now), third_of(cast.open)
    making_up.make_up(rights, session=there, way="room", by=cast.parent, now=now)
    late = there.starts_at - timedelta(hours=2)
    done = releasing.release(cast.enrolment, session=there, babies=[cast.baby], by=cast.parent, now=late)

    right = MakeUpRight.objects.get()
    assert (done.rights, right.state) == ([], "used")
    [place] = releasing.take_back(cast.enrolment, session=there, babies=[cast.baby], by=cast.parent, now=late)
    right.refresh_from_db()
    assert right.place == place


def test_the_missed_date_is_not_taken_back_while_its_make_up_place_stands(cast: Cast, now: datetime) -> None:
    rights, there = give_back(cast, now), third_of(cast.open)
    making_up.make_up(rights, session=there, way="room", by=cast.parent, now=now)
    own: dict[str, Any] = {"session": third_of(cast.running), "babies": [cast.baby], "now": now}
    with pytest.raises(releasing.CannotTakeBack, match="Give that one back first"):
        releasing.take_back(cast.enrolment, by=cast.parent, **own)
    releasing.release(cast.enrolment, session=there, babies=[cast.baby], by=cast.parent, now=now)
    assert len(releasing.take_back(cast.enrolment, by=cast.parent, **own)) == 1
    with pytest.raises(releasing.CannotTakeBack, match="booked already"):
        releasing.take_back(cast.enrolment, session=there, babies=[cast.baby], by=cast.parent, now=now)


def test_the_make_up_date_is_switched_with_its_right(cast: Cast, now: datetime) -> None:
    rights = give_back(cast, now)
    Series.objects.filter(pk=cast.open.pk).update(stream_capacity=2)
    cast.open.sessions.update(stream_capacity=2)
    making_up.make_up(rights, session=third_of(cast.open), way="room", by=cast.parent, now=now)
    [place] = releasing.switch_way(cast.enrolment, session=third_of(cast.open), way="stream", by=cast.parent, now=now)
    assert (place.kind, MakeUpRight.objects.get().place) == ("make_up", place)


def test_the_sweep_only_writes_down_what_every_reader_knows(cast: Cast, now: datetime) -> None:
    [right] = give_back(cast, now)
    assert making_up.sweep(right.expires_at - timedelta(seconds=1)) == 0
    assert MakeUpRight.objects.open(right.expires_at).count() == 0
    assert making_up.sweep(right.expires_at) == 1
    assert MakeUpRight.objects.get().state == "lapsed"


def test_the_database_refuses_one_right_too_many(cast: Cast, now: datetime) -> None:
    [right] = give_back(cast, now)
    fields = {"enrolment": cast.enrolment, "baby": cast.baby, "at_most": 2, "granted_at": now}
    with pytest.raises(IntegrityError), transaction.atomic():
        MakeUpRight.objects.create(
            missed=cast.running.sessions.get(number=4), number=right.number, expires_at=right.expires_at, **fields
        )
