"""A make-up guest as the instructor of that series sees them: in the register, in the series, and nowhere else."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from classes import making_up, register, releasing, roll, running
from classes.models import Attendance, MakeUpRight, Session
from classes.register import CannotMark
from config.audit.models import AuditEntry
from tests.cast import Cast, sign_in
from tests.factories.classes import make_enrolment, make_series
from tests.factories.teaching import answer_health


@pytest.fixture
def there(cast: Cast, now: datetime) -> Session:
    """Session 3 of Tomasz' Wednesdays, where Ada makes up for 26 March; Noor is in all of it."""
    series = make_series(
        cast.other_instructor_profile, title="Wednesdays", slug="wednesdays", first=date(2026, 4, 1), venue=cast.venue
    )
    make_enrolment(series, family=cast.other_family, babies=[cast.other_baby], by=cast.other_parent)
    third = cast.running.sessions.get(number=3)
    releasing.release(cast.enrolment, session=third, babies=[cast.baby], by=cast.parent, now=now)
    session: Session = series.sessions.get(number=3)
    rights = list(making_up.rights_to_use(MakeUpRight.objects.all()))
    making_up.make_up(rights, session=session, way="room", by=cast.parent, now=now)
    return session


def test_the_guest_is_in_that_register_and_no_longer_in_the_other(cast: Cast, there: Session) -> None:
    assert [(card.names, card.is_guest) for card in roll.bare_roll(there).cards] == [("Ada", True), ("Noor", False)]
    assert [card.names for card in roll.bare_roll(cast.running.sessions.get(number=3)).cards] == ["Noor"]
    assert [card.names for card in roll.bare_roll(there.series.sessions.get(number=2)).cards] == ["Noor"]


def test_here_is_marked_as_a_make_up_for_the_guest(cast: Cast, there: Session) -> None:
    at = there.starts_at
    assert register.mark_rest(there, by=cast.other_instructor, now=at, key="all") == 2
    marks = dict(Attendance.objects.values_list("place__baby__first_name", "mark"))
    assert marks == {"Ada": "makeup", "Noor": "present"}
    register.finish(there, by=cast.other_instructor, now=at + timedelta(minutes=40))


def test_the_place_that_was_given_back_takes_no_mark(cast: Cast, there: Session) -> None:
    third = cast.running.sessions.get(number=3)
    freed = cast.enrolment.places.get(session=third)
    assert register.mark_all(third, marks={freed.pk: "present"}, by=cast.instructor, now=third.starts_at, key="x") == 0
    with pytest.raises(CannotMark):
        register.mark(freed, mark="present", by=cast.instructor, now=third.starts_at - timedelta(days=3), key="y")


def test_who_leads_that_session_reads_what_to_mind_and_it_is_written_down(cast: Cast, there: Session) -> None:
    answer_health(cast.baby, conditions=["skin"], notes="")
    at = there.starts_at - timedelta(hours=1)
    [ada, _noor] = roll.roll(there, reader=cast.other_instructor_profile, now=at).cards
    assert [row.hints != [] for row in ada.rows] == [True]
    reads = AuditEntry.objects.filter(what="read health answers", by_id=cast.other_instructor.pk)
    assert [entry.detail for entry in reads] == [{"because": f"register of session {there.reference}"}]


@pytest.mark.parametrize(("days", "is_read"), [(-8, False), (-6, True), (6, True), (8, False)])
def test_what_to_mind_about_a_guest_is_read_a_week_around_that_one_date(
    cast: Cast, there: Session, days: int, is_read: bool
) -> None:
    for baby in (cast.baby, cast.other_baby):
        answer_health(baby, conditions=["skin"], notes="")
    at = there.starts_at + timedelta(days=days)
    [ada, noor] = roll.roll(there, reader=cast.other_instructor_profile, now=at).cards
    assert ([bool(row.hints) for row in ada.rows], [bool(row.hints) for row in noor.rows]) == ([is_read], [True])
    read = set(AuditEntry.objects.filter(what="read health answers").values_list("about", flat=True))
    assert (f"families.Baby:{cast.baby.pk}" in read) is is_read


def test_the_series_lists_its_guests_apart(cast: Cast, there: Session) -> None:
    told = running.who_comes(there.series)
    assert [(one.names, one.is_guest, one.days) for one in told] == [
        ("Noor", False, []),
        ("Ada", True, [there.starts_at]),
    ]
    assert [one.names for one in running.who_comes(cast.running)] == ["Ada", "Noor"]


def test_run_series_and_register_show_the_guest(cast: Cast, there: Session, client: Client) -> None:
    sign_in(client, cast.other_instructor)
    page = client.get(f"/teach/series/{there.series.slug}/").content.decode()
    assert "Makes up here:" in page
    assert "Ada" in page
    assert "A guest for this date." in client.get(f"/teach/sessions/{there.reference}/register/").content.decode()


def test_the_familys_pages_show_the_make_up_among_the_dates(cast: Cast, there: Session, client: Client) -> None:
    sign_in(client, cast.parent)
    page = client.get(f"/me/places/{cast.enrolment.reference}/").content.decode()
    assert "Make-up place" in page
    assert "Wednesdays" in page
    assert "You make up for it on" in page
    Session.objects.filter(series=cast.running, number__gt=2).update(starts_at=there.starts_at + timedelta(days=9))
    mine = client.get("/me/").content.decode()
    assert "Wednesdays, your make-up place" in mine
