"""The register: marks that count once, undo, notes, finishing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import TestCase

from classes import register
from classes.models import Attendance, Place, RegisterMark, Session
from classes.models.attendance import Mark
from classes.register import CannotFinish, CannotMark, Counts, finish, mark, mark_all, mark_rest, undo
from config.audit.models import AuditEntry
from tests.cast import Cast
from tests.factories.classes import make_enrolment
from tests.factories.families import make_household


def last_held(cast: Cast) -> Session:
    """Session 2 of Gentle Thursdays: five days ago."""
    return cast.running.sessions.get(number=2)


def place_of(cast: Cast, session: Session) -> Place:
    return Place.objects.get(session=session, baby=cast.baby)


def standing(session: Session) -> dict[str, str]:
    rows = Attendance.objects.filter(place__session=session)
    return {row.place.baby.first_name: row.mark for row in rows.select_related("place__baby")}


@pytest.mark.parametrize("value", Mark.values)
def test_each_of_the_six_marks_is_kept_with_who_and_when(cast: Cast, value: str) -> None:
    session = last_held(cast)
    kept = mark(place_of(cast, session), mark=value, by=cast.instructor, now=session.starts_at, key="tap-one")
    assert (kept.mark, kept.marked_by, kept.marked_at) == (value, cast.instructor, session.starts_at)
    assert list(RegisterMark.objects.values_list("mark", "by", "tapped_at")) == [
        (value, cast.instructor.pk, session.starts_at)
    ]


def test_a_tap_that_arrives_ten_times_counts_once(cast: Cast) -> None:
    session = last_held(cast)
    for _again in range(10):
        mark(place_of(cast, session), mark="late", by=cast.instructor, now=session.starts_at, key="tap-one")
    assert (RegisterMark.objects.count(), standing(session)) == (1, {"Ada": "late"})


def test_an_old_tap_that_arrives_again_does_not_undo_a_newer_one(cast: Cast) -> None:
    session = last_held(cast)
    place = place_of(cast, session)
    mark(place, mark="absent", by=cast.instructor, now=session.starts_at, key="tap-one")
    mark(place, mark="late", by=cast.instructor, now=session.starts_at, key="tap-two")
    mark(place, mark="absent", by=cast.instructor, now=session.starts_at, key="tap-one")
    assert standing(session) == {"Ada": "late"}


def test_the_same_key_on_another_place_is_another_tap(cast: Cast) -> None:
    session = last_held(cast)
    other = Place.objects.get(session=session, baby=cast.other_baby)
    mark(place_of(cast, session), mark="late", by=cast.instructor, now=session.starts_at, key="tap-one")
    mark(other, mark="absent", by=cast.instructor, now=session.starts_at, key="tap-one")
    assert standing(session) == {"Ada": "late", "Noor": "absent"}


def test_undo_brings_back_the_mark_from_before_and_twice_is_once(cast: Cast) -> None:
    session, by = last_held(cast), cast.instructor
    place, now = place_of(cast, session), session.starts_at
    mark(place, mark="present", by=by, now=now, key="tap-one")
    mark(place, mark="absent", by=by, now=now, key="tap-two")
    assert [undo(session, tap="tap-two", by=by, now=now) for _twice in range(2)] == [1, 0]
    assert standing(session) == {"Ada": "present"}
    assert undo(session, tap="tap-one", by=by, now=now) == 1
    assert standing(session) == {"Ada": ""}


def test_undo_leaves_a_mark_alone_that_was_made_since(cast: Cast) -> None:
    session, by = last_held(cast), cast.instructor
    place, now = place_of(cast, session), session.starts_at
    mark(place, mark="present", by=by, now=now, key="tap-one")
    mark(place, mark="late", by=by, now=now, key="tap-two")
    assert undo(session, tap="tap-one", by=by, now=now) == 0
    assert standing(session) == {"Ada": "late"}


def test_after_an_undo_a_new_tap_can_be_undone_again(cast: Cast) -> None:
    session, by = last_held(cast), cast.instructor
    place, now = place_of(cast, session), session.starts_at
    for key, value in (("tap-one", "present"), ("tap-two", "absent")):
        mark(place, mark=value, by=by, now=now, key=key)
    undo(session, tap="tap-two", by=by, now=now)
    mark(place, mark="late", by=by, now=now, key="tap-three")
    undo(session, tap="tap-three", by=by, now=now)
    assert standing(session) == {"Ada": "present"}


def test_everyone_left_is_here_in_one_and_back_in_one(cast: Cast) -> None:
    session, by = last_held(cast), cast.instructor
    mark(place_of(cast, session), mark="absent_told", by=by, now=session.starts_at, key="tap-one")
    Place.objects.filter(session=session, baby=cast.other_baby).update(kind=Place.Kind.MAKE_UP)
    assert mark_rest(session, by=by, now=session.starts_at, key="the-rest") == 1
    assert standing(session) == {"Ada": "absent_told", "Noor": "makeup"}
    assert undo(session, tap="the-rest", by=by, now=session.starts_at) == 1
    assert standing(session) == {"Ada": "absent_told", "Noor": ""}


def test_twins_are_marked_each_for_herself(cast: Cast) -> None:
    family, twins = make_household(cast.office, "Mira", "Lena")
    make_enrolment(cast.running, family=family, babies=twins, by=cast.office)
    session = last_held(cast)
    places = list(Place.objects.filter(session=session, baby__in=twins).order_by("baby__first_name"))
    wanted = {places[0].pk: "observed_with_doll", places[1].pk: "present"}
    assert mark_all(session, marks=wanted, by=cast.instructor, now=session.starts_at, key="tap-one") == 2
    assert standing(session) == {"Lena": "observed_with_doll", "Mira": "present"}


def test_a_place_given_back_or_of_another_session_is_left_alone(cast: Cast) -> None:
    session = last_held(cast)
    given_back = place_of(cast, session)
    Place.objects.filter(pk=given_back.pk).update(released_at=session.starts_at)
    other_week = Place.objects.get(session__series=cast.running, session__number=1, baby=cast.baby)
    wanted = {given_back.pk: "present", other_week.pk: "present"}
    assert mark_all(session, marks=wanted, by=cast.instructor, now=session.starts_at, key="tap-one") == 0
    assert (RegisterMark.objects.count(), Attendance.objects.count()) == (0, 0)


def test_the_register_opens_a_day_before_and_never_for_a_date_called_off(cast: Cast) -> None:
    session = last_held(cast)
    place, opens = place_of(cast, session), session.starts_at - timedelta(hours=24)
    with pytest.raises(CannotMark, match="opens a day before"):
        mark(place, mark="present", by=cast.instructor, now=opens - timedelta(seconds=1), key="tap-one")
    mark(place, mark="present", by=cast.instructor, now=opens, key="tap-one")
    Session.objects.filter(pk=session.pk).update(state=Session.State.CANCELLED)
    with pytest.raises(CannotMark, match="called off"):
        mark(place, mark="late", by=cast.instructor, now=opens, key="tap-two")
    assert standing(session) == {"Ada": "present"}


def test_counts_put_a_doll_and_a_make_up_with_those_here() -> None:
    marks = ["present", "observed_with_doll", "makeup", "late", "absent", "absent_told", "absent", ""]
    assert register.counts(marks) == Counts(here=3, late=1, away=3, left=1)


def test_finish_refuses_while_someone_has_no_mark_and_before_it_begins(cast: Cast) -> None:
    session = last_held(cast)
    with pytest.raises(CannotFinish, match="2 babies have no mark yet"):
        finish(session, by=cast.instructor, now=session.starts_at)
    mark_rest(session, by=cast.instructor, now=session.starts_at, key="the-rest")
    with pytest.raises(CannotFinish, match="not begun yet"):
        finish(session, by=cast.instructor, now=session.starts_at - timedelta(minutes=1))


def test_finish_closes_once_and_a_mark_can_still_be_corrected(cast: Cast) -> None:
    session, by = last_held(cast), cast.instructor
    mark_rest(session, by=by, now=session.starts_at, key="the-rest")
    assert finish(session, by=by, now=session.ends_at).register_closed_at == session.ends_at
    assert finish(session, by=by, now=session.ends_at + timedelta(hours=1)).register_closed_at == session.ends_at
    assert AuditEntry.objects.filter(what="finished a register").count() == 1
    mark(place_of(cast, session), mark="late", by=by, now=session.ends_at, key="tap-late")
    assert standing(session) == {"Ada": "late", "Noor": "present"}


def test_notes_are_ciphertext_in_the_database_and_audited_without_their_words(cast: Cast) -> None:
    session = last_held(cast)
    place = place_of(cast, session)
    register.write_note(place, note="slept at first", by=cast.instructor, now=session.starts_at)
    register.write_note(place, note="slept at first", by=cast.instructor, now=session.starts_at)
    register.write_session_note(session, note="slower water wheel", by=cast.instructor, now=session.starts_at)
    assert Attendance.objects.get(place=place).note == "slept at first"
    assert Session.objects.get(pk=session.pk).note == "slower water wheel"
    with connection.cursor() as cursor:
        cursor.execute("SELECT note FROM classes_attendance UNION SELECT note FROM classes_session WHERE note <> ''")
        stored = [row[0] for row in cursor.fetchall()]
    assert [("slept" in text or "slower" in text) for text in stored] == [False, False]
    entries = AuditEntry.objects.filter(what__startswith="wrote a note").order_by("pk")
    assert [(entry.what, entry.detail) for entry in entries] == [
        ("wrote a note in the register", {}),
        ("wrote a note on a session", {}),
    ]


def test_marking_keeps_a_note(cast: Cast) -> None:
    session = last_held(cast)
    place = place_of(cast, session)
    register.write_note(place, note="lend a chair", by=cast.instructor, now=session.starts_at)
    kept = mark(place, mark="present", by=cast.instructor, now=session.starts_at, key="tap-one")
    assert (kept.note, kept.mark) == ("lend a chair", "present")


def test_marking_one_or_three_takes_the_same_statements(cast: Cast) -> None:
    family, twins = make_household(cast.office, "Mira", "Lena")
    make_enrolment(cast.running, family=family, babies=twins, by=cast.office)
    session = last_held(cast)
    places = list(Place.objects.filter(session=session).values_list("pk", flat=True))
    # Savepoint, session, places, known keys, what stood, taps, what stands, attendance, release.
    for key, some in (("one", places[:1]), ("three", places[1:])):
        with TestCase().assertNumQueries(9):
            mark_all(session, marks=dict.fromkeys(some, "present"), by=cast.instructor, now=session.starts_at, key=key)
