"""The letters of booking: what they say, in which time, and what they never say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from classes import booking, cancelling, offers
from classes.booking import BookingWish
from config.letters.envelope import message_of
from config.letters.models import Letter
from families.household import NewBaby
from tests.cast import Cast
from tests.factories.classes import make_enrolment, make_waiting_party


def booked(cast: Cast, now: datetime, **changes: object) -> Letter:
    wish = BookingWish(
        way="stream",
        name="Ines Moreau",
        known_babies=(cast.baby.pk,),
        new_babies=(NewBaby("Théo <b>", cast.baby.born_on),),
        in_turn=True,
        health={"born_early": "yes", "conditions": ["hip"], "notes": "Harness until May"},
        consents={"health": True},
        **changes,  # type: ignore[arg-type]
    )
    booking.book_from_form(cast.stream, wish=wish, by=cast.parent, now=now)
    return Letter.objects.get(key__startswith="booked:")


def test_the_booked_letter_has_all_dates_with_their_zone(cast: Cast, now: datetime) -> None:
    letter = booked(cast, now)

    assert letter.subject == "You are booked: After the bath"
    assert "1. Monday 6 April, 19:30–20:10, Warsaw time" in letter.text
    assert "5. Monday 4 May, 19:30–20:10, Warsaw time" in letter.text
    assert "There is a place for Ada and Théo <b>, on your own floor." in letter.text
    assert "By live-stream. The link opens on the page of your place 15 minutes before." in letter.text
    assert "Théo &lt;b&gt;" in letter.html


def test_the_booked_letter_brings_a_calendar_file(cast: Cast, now: datetime) -> None:
    message = message_of(booked(cast, now))
    [attached] = [part for part in message.message().walk() if part.get_content_type() == "text/calendar"]
    payload = attached.get_payload(decode=True)
    assert isinstance(payload, bytes)
    text = payload.decode()

    assert (attached.get_filename(), text.count("BEGIN:VEVENT"), "TZID=Europe/Warsaw" in text) == (
        "warm-hands.ics",
        5,
        True,
    )


def test_no_letter_says_a_word_about_health(cast: Cast, now: datetime) -> None:
    letter = booked(cast, now)

    said = (letter.text + letter.html + str(letter.attachments)).lower()
    assert [word for word in ("harness", "hips", "early", "health answers") if word in said] == []


@pytest.mark.parametrize("language", ["es", "ar"])
def test_letters_are_written_in_the_readers_language(cast: Cast, now: datetime, language: str) -> None:
    letter = booked(cast, now, language=language)

    assert (letter.language, f'lang="{language}"' in letter.html) == (language, True)
    assert ('dir="rtl"' in letter.html) is (language == "ar")


def test_the_letter_of_an_end_says_what_happens_to_the_money(cast: Cast, now: datetime) -> None:
    enrolment = make_enrolment(cast.open, family=cast.family, babies=[cast.baby], by=cast.parent)
    cancelling.cancel(enrolment, by=cast.parent, now=now)

    assert "You have nothing to pay: £60 is no longer due." in Letter.objects.get().text


def test_the_offer_says_until_when_in_the_familys_own_time(cast: Cast, now: datetime) -> None:
    cast.family.time_zone = "Asia/Kathmandu"
    cast.family.save(update_fields=["time_zone"])
    make_waiting_party(cast.open, family=cast.family, babies=[cast.baby])
    offers.offer_places(cast.open, now=now)
    letter = Letter.objects.get()

    assert letter.subject == "A place has opened for you: Busy little people"
    # There it is 22:50: the letter leaves at 7:00, and from then on 24 daytime hours are 14 of that day and 10 of the next.
    assert letter.send_after == datetime(2026, 3, 25, 1, 15, tzinfo=UTC)
    assert "Held until Thursday 26 March, 17:00, Kathmandu time" in letter.text
    assert "http://localhost:8000/classes/busy-little-people/wait/" in letter.text


def test_a_letter_is_queued_once_for_its_deed(cast: Cast, now: datetime) -> None:
    booked(cast, now)
    offers.sweep(now + timedelta(hours=1))

    assert Letter.objects.count() == 1
