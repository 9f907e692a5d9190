"""Practice counts itself from the register of a candidate's series, and names nobody."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from classes import feeding_back, practice_consents, practicum, register
from classes.feeding_back import Answers
from classes.models import Enrolment, Place, PracticeConsent, Session, TaughtStroke
from families.models import Baby, Caregiver, Family
from instructors.models import PracticeDate, PracticumFamily, PracticumSession, Programme, Requirement, Traineeship
from instructors.progress import progress_of
from tests.cast import NOW, Cast, sign_in
from tests.classes.booking_forms import own_family
from tests.factories.accounts import make_user
from tests.factories.classes import make_enrolment, make_series
from tests.factories.curriculum import make_stroke
from tests.factories.families import add_baby, make_family

pytestmark = pytest.mark.django_db


def booked(
    cast: Cast, *, agrees: bool | None = True, family: Family | None = None, baby: Baby | None = None
) -> Enrolment:
    """A family in the practice series; it agreed to be counted unless told otherwise."""
    who = family or cast.family
    by = who.caregivers.get(user__isnull=False, role=Caregiver.Role.FULL, user=None if family else cast.parent)
    enrolment = make_enrolment(cast.practice, family=who, babies=[baby or cast.baby], by=by.user or cast.parent)
    if agrees is not None:
        practice_consents.say(enrolment, given=agrees, by=by, now=NOW)
    return enrolment


def date_no(cast: Cast, no: int) -> Session:
    return Session.objects.select_related("series__instructor__user").get(series=cast.practice, number=no)


def after(session: Session) -> datetime:
    return session.ends_at + timedelta(minutes=5)


def mark(cast: Cast, no: int, mark: str, *, key: str = "tap", of: Enrolment | None = None) -> Session:
    """Everybody of one date has this mark, or one booking alone."""
    session = date_no(cast, no)
    places = Place.objects.booked().filter(session=session, **({"enrolment": of} if of else {}))
    marks = {place.pk: mark for place in places}
    register.mark_all(session, marks=marks, by=cast.candidate, now=after(session), key=f"{key}-{no}")
    return session


def counted(cast: Cast) -> list[tuple[str, list[int]]]:
    """Each alias with the numbers of the sessions that stand as held."""
    return [
        (family.alias, [one.no for one in family.sessions.all() if not one.is_cancelled])
        for family in PracticumFamily.objects.filter(traineeship=cast.traineeship).prefetch_related("sessions")
    ]


def test_a_family_is_counted_for_each_session_it_took_part_in(cast: Cast) -> None:
    booked(cast)
    for no, one in enumerate(["present", "late", "observed_with_doll", "absent_told", "absent"], start=1):
        mark(cast, no, one)
    assert counted(cast) == [("Birch", [1, 2, 3])]


def test_counting_again_changes_nothing(cast: Cast) -> None:
    booked(cast)
    session = mark(cast, 1, "present")
    assert [practicum.count_for(cast.candidate, now=after(session)) for _ in range(2)] == [0, 0]
    assert PracticumSession.objects.count() == 1


def test_a_corrected_mark_is_followed_backwards_and_forwards(cast: Cast) -> None:
    booked(cast)
    mark(cast, 1, "present")
    mark(cast, 1, "absent", key="correction")
    taken_back = counted(cast)
    mark(cast, 1, "late", key="after all")
    assert (taken_back, counted(cast), PracticumSession.objects.count()) == (
        [("Birch", [])],
        [("Birch", [1])],
        1,
    )


def test_an_undone_tap_is_followed_as_well(cast: Cast) -> None:
    booked(cast)
    session = mark(cast, 1, "present")
    register.undo(session, tap="tap-1", by=cast.candidate, now=after(session))
    assert counted(cast) == [("Birch", [])]


def test_nothing_counts_before_the_session_is_over(cast: Cast) -> None:
    enrolment = booked(cast)
    session = date_no(cast, 1)
    marks = {place.pk: "present" for place in Place.objects.filter(session=session, enrolment=enrolment)}
    register.mark_all(session, marks=marks, by=cast.candidate, now=session.starts_at, key="early")
    before = counted(cast)
    practicum.sweep(after(session))
    assert (before, counted(cast)) == ([], [("Birch", [1])])


@pytest.mark.parametrize("agrees", [False, None], ids=["said no", "has not said"])
def test_a_family_that_did_not_agree_is_not_counted(cast: Cast, agrees: bool | None) -> None:
    booked(cast, agrees=agrees)
    mark(cast, 1, "present")
    assert (counted(cast), PracticeDate.objects.get(no=1).families) == ([], 1)


def test_who_takes_the_consent_back_counts_no_longer_and_leaves_no_words(cast: Cast) -> None:
    enrolment = booked(cast)
    session = mark(cast, 1, "present")
    feeding_back.give(enrolment, answers=Answers(ease="well", words="Calm."), by=cast.caregiver, now=after(session))
    practice_consents.say(enrolment, given=False, by=cast.caregiver, now=after(session))
    family = PracticumFamily.objects.get()
    assert (counted(cast), family.answers, family.words, family.left_on) == (
        [("Birch", [])],
        {},
        "",
        after(session).date(),
    )


def test_a_family_that_drops_out_costs_nothing_but_time(cast: Cast) -> None:
    enrolment = booked(cast)
    for no in (1, 2):
        mark(cast, no, "present")
    ended = after(date_no(cast, 2))
    Enrolment.objects.filter(pk=enrolment.pk).update(state="cancelled", ended_at=ended)
    practicum.sweep(ended)
    family = PracticumFamily.objects.get()
    assert (counted(cast), family.left_on) == ([("Birch", [1, 2])], ended.date())


def test_a_make_up_with_the_candidate_counts_for_the_missed_session(cast: Cast) -> None:
    enrolment = booked(cast)
    mark(cast, 1, "absent_told")
    other = make_series(
        cast.candidate_profile, title="More practice", slug="more-practice", first=NOW.date(), is_practice=True
    )
    there = other.sessions.select_related("series").get(number=3)
    place = Place.objects.create(enrolment=enrolment, session=there, baby=cast.baby, number=1, kind="make_up")
    missed = date_no(cast, 1)
    enrolment.rights.create(
        **{"baby": cast.baby, "missed": missed, "place": place, "state": "used", "number": 1, "at_most": 2},
        granted_at=NOW,
        expires_at=NOW + timedelta(days=90),
    )
    register.mark_all(there, marks={place.pk: "makeup"}, by=cast.candidate, now=after(there), key="there")
    assert counted(cast) == [("Birch", [1])]


def test_a_date_that_somebody_else_led_is_not_the_candidates(cast: Cast) -> None:
    booked(cast)
    Session.objects.filter(series=cast.practice, number=1).update(substitute=cast.instructor_profile)
    mark(cast, 1, "present")
    assert (counted(cast), PracticeDate.objects.get(no=1).is_cancelled) == ([], True)


def test_a_series_of_before_the_training_does_not_count(cast: Cast) -> None:
    booked(cast)
    Traineeship.objects.filter(pk=cast.traineeship.pk).update(started_on=date_no(cast, 2).starts_at.date())
    for no in (1, 2):
        mark(cast, no, "present")
    assert counted(cast) == [("Birch", [2])]


def test_once_signed_off_the_register_is_followed_no_longer(cast: Cast) -> None:
    booked(cast)
    mark(cast, 1, "present")
    Traineeship.objects.filter(pk=cast.traineeship.pk).update(state="signed_off")
    mark(cast, 1, "absent", key="late correction")
    assert counted(cast) == [("Birch", [1])]


def test_sessions_nearer_than_the_gap_are_held_but_make_no_family_whole(cast: Cast) -> None:
    asked = {"families": 1, "sessions": 2, "gap_days": 8}
    programme = Programme.objects.create(credential_type=cast.instructor_credential, code="wider", title="Wider apart")
    Requirement.objects.create(programme=programme, key="families", kind="practicum", title="Families", params=asked)
    Traineeship.objects.filter(pk=cast.traineeship.pk).update(programme=programme)
    booked(cast)
    for no in (1, 2):
        mark(cast, no, "present")
    a_week_apart = progress_of(Traineeship.objects.with_work().get(pk=cast.traineeship.pk)).needs[0].state
    mark(cast, 3, "present")
    two_weeks_apart = progress_of(Traineeship.objects.with_work().get(pk=cast.traineeship.pk)).needs[0].state
    assert (a_week_apart, two_weeks_apart) == ("open", "met")


def test_the_lesson_plan_is_what_was_ticked_else_the_plan_of_the_week(cast: Cast) -> None:
    booked(cast)
    stroke = make_stroke("milking")
    TaughtStroke.objects.create(session=date_no(cast, 1), stroke=stroke, tapped_at=NOW, by=cast.candidate)
    mark(cast, 1, "present")
    first, second = PracticeDate.objects.order_by("no")[:2]
    assert [(one.lesson, one.strokes, one.families, one.is_held) for one in (first, second)] == [
        ("Asking, and legs", ["milking"], 1, True),
        ("Tummy", [], 0, False),
    ]


def test_what_a_family_says_goes_over_without_its_names(cast: Cast) -> None:
    enrolment = booked(cast)
    session = mark(cast, 1, "present")
    words = "Ada’s hands were warm. Ines Moreau, ines@example.org, 0113 496 0000."
    answers = Answers(ease="well", at_home="most_days", words=words)
    feeding_back.give(enrolment, answers=answers, by=cast.caregiver, now=after(session))
    family = PracticumFamily.objects.get()
    assert (family.answers, family.words) == (
        {"ease": "well", "at_home": "most_days"},
        "… hands were warm. … …, … ….",
    )


def test_no_name_of_a_family_stands_in_any_table_of_certification(cast: Cast) -> None:
    enrolment = booked(cast)
    session = mark(cast, 1, "present")
    answers = Answers(words="Ada and Ines loved it, said Joseph.")
    feeding_back.give(enrolment, answers=answers, by=cast.caregiver, now=after(session))
    rows: list[Any] = [PracticumFamily, PracticumSession, PracticeDate]
    told = " ".join(str(list(model.objects.values())) for model in rows)
    assert [name for name in ("Ada", "Ines", "Moreau", "Joseph", enrolment.reference) if name in told] == []


def test_the_number_of_queries_does_not_grow_with_families(cast: Cast) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            practicum.count_for(cast.candidate, now=after(date_no(cast, 5)))
        return len(asked)

    def join(number: int) -> None:
        user = make_user(f"family{number}@example.org", f"Family {number}")
        family = make_family(user)
        enrolment = make_enrolment(
            cast.practice, family=family, babies=[add_baby(family, "Bo", born_on=cast.baby.born_on)], by=user
        )
        PracticeConsent.objects.create(enrolment=enrolment, given=True, by=family.caregivers.get(), said_at=NOW)
        mark(cast, 1, "present", key=f"join{number}")

    join(1)
    one = count()
    join(2)
    join(3)
    assert (count(), PracticumFamily.objects.count()) == (one, 3)


@pytest.mark.usefixtures("now")
def test_a_family_ticks_at_booking_that_it_may_be_counted(cast: Cast, client: Client) -> None:
    sign_in(client, cast.parent)
    where = f"/classes/{cast.practice.slug}/book/"
    page = client.get(where).content.decode()
    typed = own_family(cast.baby.pk, counted="on", who=[str(cast.caregiver.pk)])
    answer = client.post(where, typed)
    said = PracticeConsent.objects.get()
    assert ("is learning to teach" in page, answer.status_code, said.given, said.by) == (
        True,
        302,
        True,
        cast.caregiver,
    )


@pytest.mark.usefixtures("now")
def test_who_ticks_nothing_books_all_the_same_and_is_not_counted(cast: Cast, client: Client) -> None:
    sign_in(client, cast.parent)
    typed = own_family(cast.baby.pk, who=[str(cast.caregiver.pk)])
    answer = client.post(f"/classes/{cast.practice.slug}/book/", typed)
    assert (answer.status_code, PracticeConsent.objects.exists()) == (302, False)


@pytest.mark.usefixtures("now")
def test_be_counted_changes_the_familys_mind_as_often_as_it_likes(cast: Cast, client: Client) -> None:
    enrolment = booked(cast, agrees=None)
    sign_in(client, cast.parent)
    where = f"/me/places/{enrolment.reference}/practice/"
    codes = [client.post(where, {"counted": word}).status_code for word in ("yes", "yes", "no", "maybe")]
    page = client.get(f"/me/places/{enrolment.reference}/").content.decode()
    assert (codes, PracticeConsent.objects.get().given, "You are not counted." in page) == (
        [302, 302, 302, 422],
        False,
        True,
    )


@pytest.mark.usefixtures("now")
def test_the_supervisor_is_named_to_families_and_to_the_candidate(cast: Cast, client: Client) -> None:
    booked(cast)
    public = client.get(f"/classes/{cast.practice.slug}/").content.decode()
    sign_in(client, cast.candidate)
    own = client.get(f"/teach/series/{cast.practice.slug}/").content.decode()
    assert ("Agnes Lund, a certified trainer" in public, "1 of 1 family has agreed" in own) == (True, True)
