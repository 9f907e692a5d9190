"""The register as a page: by plain forms, and tap by tap as its script sends it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, TestCase
from django.urls import reverse

from classes.models import Attendance, Place, RegisterMark, Session
from tests.cast import NOW, Cast, sign_in
from tests.factories.accounts import make_user
from tests.factories.classes import make_enrolment
from tests.factories.families import make_household

JSON = {"Accept": "application/json"}


@pytest.fixture
def ruth(cast: Cast, client: Client) -> Client:
    return sign_in(client, cast.instructor)


def register_url(session: Session) -> str:
    return reverse("classes:register", args=[session.reference])


def page(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def tonight(cast: Cast, ruth: Client) -> Session:
    """A session of the instructor's that began five minutes ago, with Ada and Noor."""
    session = cast.running.sessions.get(number=3)
    Session.objects.filter(pk=session.pk).update(starts_at=NOW - timedelta(minutes=5))
    session.refresh_from_db()
    return session


def whole_page(client: Client, session: Session) -> dict[str, Any]:
    """What the plain form of the register sends when nothing was touched."""
    form = client.get(register_url(session)).context["form"]
    sent = {"key": form["key"].value(), "session_note": form["session_note"].value() or ""}
    for _card, rows in form.cards:
        for fields in rows:
            sent[f"initial-{fields.mark.html_name}"] = fields.row.mark
            sent[fields.mark.html_name] = fields.row.mark
            sent[fields.note.html_name] = fields.row.note
    return sent


def marks(session: Session) -> dict[str, str]:
    rows = Attendance.objects.filter(place__session=session).exclude(mark="")
    return {row.place.baby.first_name: row.mark for row in rows.select_related("place__baby")}


def place(cast: Cast, session: Session) -> Place:
    return Place.objects.get(session=session, baby=cast.baby)


def test_the_register_is_taken_by_plain_forms(cast: Cast, ruth: Client, tonight: Session) -> None:
    sent = whole_page(ruth, tonight)
    ada = place(cast, tonight).pk
    sent |= {
        f"mark-{ada}": "observed_with_doll",
        f"note-{ada}": "slept",
        "session_note": "slower next time",
        "do": "save",
    }
    response = ruth.post(register_url(tonight), sent)
    assert response.status_code == 302
    assert marks(tonight) == {"Ada": "observed_with_doll"}
    tonight.refresh_from_db()
    assert (Attendance.objects.get(place=ada).note, tonight.note) == ("slept", "slower next time")
    again = ruth.get(response["Location"])
    assert "Your marks are kept." in again.content.decode()
    ruth.post(register_url(tonight), {"do": "undo", "tap": again.context["tap"]})
    assert marks(tonight) == {}


def test_the_same_page_sent_twice_is_one_tap_and_with_another_mark_it_is_two(
    cast: Cast, ruth: Client, tonight: Session
) -> None:
    sent = whole_page(ruth, tonight) | {f"mark-{place(cast, tonight).pk}": "late", "do": "save"}
    for _twice in range(2):
        ruth.post(register_url(tonight), sent)
    assert (RegisterMark.objects.count(), marks(tonight)) == (1, {"Ada": "late"})
    ruth.post(register_url(tonight), sent | {f"mark-{place(cast, tonight).pk}": "present"})
    assert (RegisterMark.objects.count(), marks(tonight)) == (2, {"Ada": "present"})


def test_an_old_page_does_not_overwrite_what_another_phone_marked(cast: Cast, ruth: Client, tonight: Session) -> None:
    old = whole_page(ruth, tonight)
    ada, noor = place(cast, tonight).pk, Place.objects.get(session=tonight, baby=cast.other_baby).pk
    ruth.post(register_url(tonight), {"do": "tap", "place": ada, "mark": "late", "key": "other-phone"}, headers=JSON)
    ruth.post(register_url(tonight), old | {f"mark-{noor}": "present", "do": "save"})
    assert marks(tonight) == {"Ada": "late", "Noor": "present"}


def test_everyone_left_is_here_and_the_register_is_finished_by_plain_forms(
    cast: Cast, ruth: Client, tonight: Session
) -> None:
    early = ruth.post(register_url(tonight), whole_page(ruth, tonight) | {"do": "finish"})
    assert (early.status_code, "2 babies have no mark yet" in early.content.decode()) == (409, True)
    ruth.post(register_url(tonight), whole_page(ruth, tonight) | {"do": "rest"})
    assert marks(tonight) == {"Ada": "present", "Noor": "present"}
    done = ruth.post(register_url(tonight), whole_page(ruth, tonight) | {"do": "finish"})
    tonight.refresh_from_db()
    assert (done["Location"], tonight.register_closed_at) == (reverse("classes:teaching"), NOW)


def test_the_script_sends_taps_singly_and_is_told_how_it_stands(cast: Cast, ruth: Client, tonight: Session) -> None:
    ada, noor = place(cast, tonight).pk, Place.objects.get(session=tonight, baby=cast.other_baby).pk
    tap = {"do": "tap", "place": ada, "mark": "absent_told", "key": "0123456789ab"}
    told = [ruth.post(register_url(tonight), tap, headers=JSON).json() for _again in range(3)]
    assert told == 3 * [
        {
            "marks": {str(ada): "absent_told", str(noor): ""},
            "counts": {"here": 0, "late": 0, "away": 1, "left": 1},
            "conflicts": {},
            "latest": round(NOW.timestamp() * 1000),
            "sentence": "",
        }
    ]
    undone = ruth.post(register_url(tonight), {"do": "undo", "tap": "0123456789ab"}, headers=JSON).json()
    assert undone["marks"] == {str(ada): "", str(noor): ""}
    rest = ruth.post(register_url(tonight), {"do": "rest", "key": "ba9876543210"}, headers=JSON).json()
    assert rest["counts"] == {"here": 2, "late": 0, "away": 0, "left": 0}
    ruth.post(register_url(tonight), {"do": "note", "place": ada, "note": "lend a chair"}, headers=JSON)
    ruth.post(register_url(tonight), {"do": "note", "note": "once more"}, headers=JSON)
    tonight.refresh_from_db()
    assert (Attendance.objects.get(place=ada).note, tonight.note) == ("lend a chair", "once more")


@pytest.mark.parametrize(
    "tap",
    [
        {"do": "tap", "mark": "present", "key": "short"},
        {"do": "tap", "mark": "ill", "key": "0123456789ab"},
        {"do": "rest", "key": ""},
        {"do": "note", "place": "x", "note": ""},
    ],
)
def test_a_tap_that_makes_no_sense_is_refused(cast: Cast, ruth: Client, tonight: Session, tap: dict[str, str]) -> None:
    sent = {"place": place(cast, tonight).pk, **tap}
    assert ruth.post(register_url(tonight), sent, headers=JSON).status_code == 400
    assert marks(tonight) == {}


@pytest.mark.parametrize("number", ["0", "99999999999999999999"])
def test_a_note_about_a_place_that_is_not_there_is_not_found(ruth: Client, tonight: Session, number: str) -> None:
    sent = {"do": "note", "place": number, "note": "lend a chair"}
    assert ruth.post(register_url(tonight), sent, headers=JSON).status_code == (400 if number == "0" else 404)


def test_a_tap_on_a_place_of_another_session_is_not_found(cast: Cast, ruth: Client, tonight: Session) -> None:
    foreign = Place.objects.filter(session__series=cast.stream).first()
    assert foreign
    sent = {"do": "tap", "place": foreign.pk, "mark": "present", "key": "0123456789ab"}
    assert ruth.post(register_url(tonight), sent, headers=JSON).status_code == 404
    assert RegisterMark.objects.count() == 0


def test_before_its_time_the_register_shows_names_and_takes_no_mark(cast: Cast, ruth: Client) -> None:
    early = cast.running.sessions.get(number=5)
    told = page(ruth, register_url(early))
    assert ("The register opens a day before the session." in told, "Ada" in told, 'type="radio"' in told) == (
        True,
        True,
        False,
    )
    sent = {"do": "tap", "place": place(cast, early).pk, "mark": "present", "key": "0123456789ab"}
    refused = ruth.post(register_url(early), sent, headers=JSON)
    assert (refused.status_code, refused.json()["sentence"]) == (409, "The register opens a day before the session.")


def test_twins_stand_on_one_card_with_a_mark_each(cast: Cast, ruth: Client, tonight: Session) -> None:
    family, twins = make_household(cast.office, "Mira", "Lena")
    make_enrolment(cast.running, family=family, babies=twins, by=cast.office)
    cards = ruth.get(register_url(tonight)).context["roll"].cards
    assert [(card.names, len(card.rows)) for card in cards] == [("Ada", 1), ("Mira and Lena", 2), ("Noor", 1)]


def test_the_register_of_a_session_without_bookings_says_so(cast: Cast, ruth: Client) -> None:
    assert "Nobody has booked yet" in page(ruth, register_url(cast.open.sessions.get(number=1)))


def test_the_register_takes_the_same_statements_for_two_babies_and_five(
    cast: Cast, ruth: Client, tonight: Session
) -> None:
    page(ruth, register_url(tonight))
    with TestCase().assertNumQueries(18):
        page(ruth, register_url(tonight))
    for name in ("a", "b", "c"):
        user = make_user(f"{name}@example.org", name)
        family, babies = make_household(user, f"Baby {name}")
        make_enrolment(cast.running, family=family, babies=babies, by=user)
    with TestCase().assertNumQueries(18):
        page(ruth, register_url(tonight))


def test_a_page_on_which_nothing_was_touched_offers_nothing_to_undo(cast: Cast, ruth: Client, tonight: Session) -> None:
    response = ruth.post(register_url(tonight), whole_page(ruth, tonight) | {"do": "save"})
    assert (response["Location"], RegisterMark.objects.count()) == (register_url(tonight), 0)
