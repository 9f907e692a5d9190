"""Changing one date that families have booked: moved, called off, online, by a substitute, added."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from classes import changing, guests, making_up, releasing, reminding
from classes.changing import CannotChange, ChangedSince
from classes.models import Amends, AwayLink, MakeUpRight, Place, Session, SessionChange
from classes.places import left_in, taken_counts
from config.audit.models import AuditEntry
from config.letters.models import Letter
from instructors.models import Instructor
from tests.cast import Cast
from tests.classes.changes import FRIDAY, MAKE_UP, NONE, REFUND, call_off, move, third
from tests.factories.classes import make_enrolment, make_series
from tests.factories.families import add_baby


def test_a_date_that_is_called_off_gives_everybody_a_make_up_place_beyond_their_terms(
    cast: Cast, now: datetime
) -> None:
    for number in (4, 5):
        releasing.release(
            cast.enrolment,
            session=cast.running.sessions.get(number=number),
            babies=[cast.baby],
            by=cast.parent,
            now=now,
        )
    Letter.objects.all().delete()

    change = call_off(cast, now)

    rights = MakeUpRight.objects.filter(enrolment=cast.enrolment).order_by("pk")
    assert list(rights.values_list("missed__number", "number", "at_most", "state")) == [
        (4, 1, 2, "open"),
        (5, 2, 2, "open"),
        (3, 3, 3, "open"),
    ]
    assert rights[2].expires_at == third(cast).starts_at + timedelta(days=60)
    assert (third(cast).state, third(cast).sequence, third(cast).changed_at) == ("cancelled", 1, now)
    assert list(Amends.objects.order_by("pk").values_list("enrolment", "baby", "kind", "minor")) == [
        (cast.enrolment.pk, cast.baby.pk, "make_up", 0),
        (cast.other_enrolment.pk, cast.other_baby.pk, "make_up", 0),
    ]
    assert (change.kind, change.words, change.was_starts_at) == ("cancelled", "Sorry.", third(cast).starts_at)
    letters = Letter.objects.filter(key__startswith="changed:")
    assert sorted(letters.values_list("to", flat=True)) == ["other-parent@example.org", "parent@example.org"]
    mine = letters.get(to="parent@example.org")
    assert mine.subject == "Called off: Gentle Thursdays, Thursday 26 March"
    assert "STATUS:CANCELLED" in mine.attachments[0]["content"]
    assert AuditEntry.objects.filter(what="changed a date: cancelled").count() == 1


@pytest.mark.parametrize("change", [call_off, move])
def test_a_reminder_that_has_not_left_is_taken_back_with_what_it_said(
    cast: Cast, now: datetime, change: Callable[[Cast, datetime], SessionChange]
) -> None:
    before = third(cast).starts_at - timedelta(hours=24)
    assert reminding.remind(before) == 2
    change(cast, before)
    assert not Letter.objects.filter(key__startswith="reminder:").exists()


def test_pressed_twice_is_once_and_an_older_page_is_told_so(cast: Cast, now: datetime) -> None:
    page = third(cast)
    first = call_off(cast, now)
    again = changing.call_off(
        page, compensation=REFUND, words="Other.", seen=page.sequence, key="k1", by=cast.instructor, now=now
    )
    assert again == first
    with pytest.raises(CannotChange, match="called off already"):
        changing.call_off(page, compensation=NONE, words="", seen=0, key="k2", by=cast.instructor, now=now)
    assert (SessionChange.objects.count(), Amends.objects.count(), third(cast).sequence) == (1, 2, 1)


def test_a_second_saver_is_told_that_the_date_changed_since(cast: Cast, now: datetime) -> None:
    page = third(cast)
    move(cast, now)
    with pytest.raises(ChangedSince, match="changed since you opened the page"):
        changing.move(
            page,
            to=FRIDAY + timedelta(days=1),
            compensation=NONE,
            words="",
            seen=page.sequence,
            key="k2",
            by=cast.instructor,
            now=now,
        )
    assert third(cast).starts_at == FRIDAY


def test_a_moved_date_takes_everything_with_it(cast: Cast, now: datetime) -> None:
    before = third(cast)
    AwayLink.objects.create(
        token_hash="x",
        enrolment=cast.enrolment,
        session=before,
        caregiver=cast.caregiver,
        made_at=now,
        expires_at=before.starts_at,
    )
    change = move(cast, now)
    after = third(cast)
    assert (after.starts_at, after.sequence, after.number, after.lesson_id) == (FRIDAY, 1, 3, before.lesson_id)
    assert (change.was_starts_at, change.starts_at) == (before.starts_at, FRIDAY)
    assert AwayLink.objects.count() == 0
    assert Place.objects.unreleased().filter(session=after).count() == 2
    assert Amends.objects.count() == 0
    letter = Letter.objects.get(key__startswith="changed:", to="parent@example.org")
    assert letter.subject == "Moved: Gentle Thursdays, now Friday 27 March"
    assert "is not on Thursday 26 March, 10:00" in letter.text
    assert "It is on Friday 27 March, 15:00" in letter.text
    assert "you get a make-up place for it" in letter.text
    content = letter.attachments[0]["content"].replace("\r\n ", "")
    assert ("DTSTART;TZID=Europe/London:20260327T150000" in content, "SEQUENCE:1" in content) == (True, True)


def test_the_ends_of_a_series_follow_its_dates(cast: Cast, now: datetime) -> None:
    last = cast.running.sessions.select_related("series").get(number=5)
    later = datetime(2026, 4, 16, 9, 0, tzinfo=UTC)
    changing.move(last, to=later, compensation=NONE, words="", seen=last.sequence, key="k", by=cast.instructor, now=now)
    cast.running.refresh_from_db()
    assert (cast.running.last_session_at, cast.running.version) == (later, 2)
    last.refresh_from_db()
    changing.call_off(last, compensation=NONE, words="", seen=last.sequence, key="l", by=cast.instructor, now=now)
    cast.running.refresh_from_db()
    assert cast.running.last_session_at == cast.running.sessions.get(number=4).starts_at


@pytest.mark.parametrize(
    ("to", "sentence"),
    [
        (datetime(2026, 3, 24, 17, 0, tzinfo=UTC), "This moment is over"),
        (datetime(2026, 3, 26, 10, 0, tzinfo=UTC), "This is when it is now"),
        (datetime(2028, 3, 26, 10, 0, tzinfo=UTC), "more than a year away"),
        (datetime(2026, 4, 2, 9, 10, tzinfo=UTC), "you teach Gentle Thursdays"),
    ],
)
def test_a_moment_that_does_not_do_is_refused(cast: Cast, now: datetime, to: datetime, sentence: str) -> None:
    with pytest.raises(CannotChange, match=sentence):
        move(cast, now, to=to)
    assert (SessionChange.objects.count(), third(cast).sequence) == (0, 0)


def test_a_date_that_has_begun_or_of_a_draft_is_not_changed(cast: Cast, now: datetime) -> None:
    begun = third(cast).starts_at + timedelta(minutes=1)
    with pytest.raises(CannotChange, match="has begun"):
        call_off(cast, begun)
    draft = make_series(cast.instructor_profile, slug="draft", first=date(2026, 5, 5), state="draft")
    with pytest.raises(CannotChange, match="a draft still"):
        changing.call_off(
            draft.sessions.get(number=1), compensation=NONE, words="", seen=0, key="k", by=cast.instructor, now=now
        )


def guest(cast: Cast, now: datetime) -> Place:
    """Ada, who gave a date of Busy little people back, makes up for it on 26 March... of another series."""
    mine = make_enrolment(cast.open, family=cast.other_family, babies=[cast.other_baby], by=cast.other_parent)
    missed = cast.open.sessions.get(number=3)
    releasing.release(mine, session=missed, babies=[cast.other_baby], by=cast.other_parent, now=now)
    host = make_series(cast.instructor_profile, slug="host", title="Host", first=date(2026, 3, 20), weeks=5)
    [place] = making_up.make_up(
        list(making_up.rights_to_use(MakeUpRight.objects.all())),
        session=host.sessions.get(number=3),
        way="room",
        by=cast.other_parent,
        now=now,
    )
    return place


def test_a_guest_gets_the_make_up_place_back_with_30_days_more(cast: Cast, now: datetime) -> None:
    place = guest(cast, now)
    until = place.right.expires_at
    date_ = Session.objects.select_related("series").get(pk=place.session_id)
    seen = changing.affected(date_, now=now)
    assert [party.names for party in seen.guests] == [["Noor"]]
    changing.call_off(date_, compensation=REFUND, words="", seen=date_.sequence, key="k", by=cast.instructor, now=now)
    right, place = MakeUpRight.objects.get(), Place.objects.get(pk=place.pk)
    assert (right.state, right.place, right.expires_at) == ("open", None, until + timedelta(days=30))
    assert (place.released_at, place.release) == (now, "off")
    letter = Letter.objects.get(key__startswith="changed:")
    assert "Your make-up place is yours again, with 30 days more" in letter.text
    assert "STATUS:CANCELLED" in letter.attachments[0]["content"]


def test_online_everybody_joins_by_stream_and_nobody_is_sent_to_the_room(cast: Cast, now: datetime) -> None:
    date_ = third(cast)
    with pytest.raises(CannotChange, match="link to the live-stream"):
        changing.go_online(
            date_, stream_url="", compensation=NONE, words="", seen=0, key="k", by=cast.instructor, now=now
        )
    for _again in range(2):
        changing.go_online(
            date_,
            stream_url="https://meet.example.org/x",
            compensation=MAKE_UP,
            words="",
            seen=0,
            key="k",
            by=cast.instructor,
            now=now,
        )
    date_ = third(cast)
    assert (date_.online_at, date_.stream_url, date_.sequence) == (now, "https://meet.example.org/x", 1)
    [mine] = cast.enrolment.places.filter(session=date_).select_related("session")
    assert (mine.way, mine.joins_by) == ("room", "stream")
    letter = Letter.objects.get(key__startswith="changed:", to="parent@example.org")
    assert letter.subject == "Online this time: Gentle Thursdays, Thursday 26 March"
    assert "meet.example.org" not in letter.text + letter.html
    assert "LOCATION:By live-stream" in letter.attachments[0]["content"]


def send(cast: Cast, now: datetime, instructor: Instructor, key: str) -> None:
    date_ = third(cast)
    changing.send_substitute(
        date_,
        instructor=instructor,
        compensation=NONE,
        words="",
        seen=date_.sequence,
        key=key,
        by=cast.instructor,
        now=now,
    )


def test_a_substitute_is_certified_free_and_told(cast: Cast, now: datetime) -> None:
    with pytest.raises(CannotChange):
        send(cast, now, cast.candidate_profile, "k")
    send(cast, now, cast.other_instructor_profile, "k")
    assert third(cast).substitute == cast.other_instructor_profile
    letter = Letter.objects.get(to="other-instructor@example.org")
    assert letter.subject == "You lead Gentle Thursdays, Thursday 26 March"
    assert "STATUS:CONFIRMED" in letter.attachments[0]["content"]
    send(cast, now, cast.instructor_profile, "l")
    assert third(cast).substitute is None
    over = Letter.objects.filter(to="other-instructor@example.org").latest("pk")
    assert over.subject == "You no longer lead Gentle Thursdays, Thursday 26 March"
    assert "STATUS:CANCELLED" in over.attachments[0]["content"]


def test_one_more_date_comes_to_every_booking_of_the_series_at_no_cost(cast: Cast, now: datetime) -> None:
    starts_at = datetime(2026, 4, 16, 9, 0, tzinfo=UTC)
    for _again in range(2):
        change = changing.add_session(
            cast.running,
            starts_at=starts_at,
            lesson=None,
            for_all=True,
            words="",
            key="k",
            by=cast.instructor,
            now=now,
        )
    date_ = change.session
    assert (date_.number, date_.capacity, date_.stream_capacity) == (6, cast.running.capacity, 4)
    places = Place.objects.filter(session=date_).order_by("pk")
    assert list(places.values_list("enrolment", "price_minor", "kind")) == [
        (cast.enrolment.pk, 0, "series"),
        (cast.other_enrolment.pk, 0, "series"),
    ]
    written = AuditEntry.objects.filter(what="got one more date").order_by("pk")
    assert list(written.values_list("about", flat=True)) == [
        f"classes.Enrolment:{cast.enrolment.pk}",
        f"classes.Enrolment:{cast.other_enrolment.pk}",
    ]
    cast.running.refresh_from_db()
    assert cast.running.last_session_at == starts_at
    letter = Letter.objects.get(key__startswith="changed:", to="parent@example.org")
    assert letter.subject == "One more date: Gentle Thursdays, Thursday 16 April"
    alone = changing.add_session(
        cast.running,
        starts_at=starts_at + timedelta(days=7),
        lesson=None,
        for_all=False,
        words="",
        key="l",
        by=cast.instructor,
        now=now,
    )
    assert Place.objects.filter(session=alone.session).count() == 0


def test_who_was_added_at_the_door_keeps_the_place_where_the_date_moves(cast: Cast, now: datetime) -> None:
    cast.running.sessions.filter(number=3).update(capacity=3)
    eve = third(cast).starts_at - timedelta(hours=2)
    guests.add_walk_in(third(cast), name="Zoe", places=1, key="k", by=cast.instructor, now=eve)
    assert left_in(Session.objects.annotate(**taken_counts(eve)).get(pk=third(cast).pk))[0] == 0
    move(cast, eve)
    later = FRIDAY - timedelta(hours=1)
    assert left_in(Session.objects.annotate(**taken_counts(later)).get(pk=third(cast).pk))[0] == 0


def test_an_offer_loses_the_date_that_is_called_off_and_its_part_of_the_price(cast: Cast, now: datetime) -> None:
    offered = make_enrolment(
        cast.running,
        family=cast.other_family,
        babies=[add_baby(cast.other_family, "Zoe")],
        by=cast.other_parent,
        state="offered",
        booked_at=None,
        expires_at=now + timedelta(hours=6),
    )
    call_off(cast, now)
    offered.refresh_from_db()
    assert offered.price_minor == sum(offered.places.values_list("price_minor", flat=True)) == 4800
    assert offered.places.get(session=third(cast)).release == "off"
    written = AuditEntry.objects.get(what="a date of its offer was called off")
    assert written.about == f"classes.Enrolment:{offered.pk}"
