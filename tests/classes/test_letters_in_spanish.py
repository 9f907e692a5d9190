"""What a family that reads Spanish gets by post: subject, text and HTML, with nothing left in English."""

from __future__ import annotations

import re
from datetime import datetime

from classes import booking, cancelling
from classes.booking import BookingWish
from config.letters.models import Letter
from tests.cast import Cast
from tests.factories.classes import make_enrolment

# Words that no Spanish letter has, but every English one.
ENGLISH = re.compile(r"\b(the|you|your|and|with|for|booking|place|session|calendar|doctor)\b", re.IGNORECASE)


def booked(cast: Cast, now: datetime) -> Letter:
    wish = BookingWish(
        way="stream",
        name="Ines Moreau",
        known_babies=(cast.baby.pk,),
        new_babies=(),
        health={},
        consents={},
        language="es",
    )
    booking.book_from_form(cast.stream, wish=wish, by=cast.parent, now=now)
    return Letter.objects.get(key__startswith="booked:")


def words_of(html: str) -> str:
    """What the reader of an HTML letter sees."""
    return re.sub(r"<[^>]+>", " ", re.sub(r"<(style|title)\b.*?</\1>", " ", html, flags=re.DOTALL))


def english_in(letter: Letter, *names: str) -> list[str]:
    """English words of the letter, besides the names of things that families gave or instructors wrote."""
    said = f"{letter.subject} {letter.text} {words_of(letter.html)}"
    for name in ("Warm Hands", *names):
        said = said.replace(name, "")
    return sorted(set(ENGLISH.findall(re.sub(r"https?://\S+", "", said))))


def test_the_booked_letter_is_spanish_in_subject_text_and_html(cast: Cast, now: datetime) -> None:
    letter = booked(cast, now)

    assert (letter.language, letter.subject) == ("es", "Reserva hecha: After the bath")
    assert "1. lunes 6 de abril, 19:30–20:10, hora de Varsovia" in letter.text
    for said in (letter.text, words_of(letter.html)):
        assert "Hay un sitio para Ada, en el suelo de tu casa." in said
        assert "Puedes cancelar hasta el sábado 4 de abril, 19:30, hora de Varsovia, y no pagas nada." in said
    assert '<html lang="es" dir="ltr">' in letter.html
    assert english_in(letter, cast.stream.title) == []


def test_the_booked_letter_writes_money_the_spanish_way(cast: Cast, now: datetime) -> None:
    assert "Pagas 60\xa0GBP en la primera sesión" in booked(cast, now).text


def test_the_letter_of_an_end_is_spanish(cast: Cast, now: datetime) -> None:
    cast.parent.language = "es"
    cast.parent.save(update_fields=["language"])
    enrolment = make_enrolment(cast.open, family=cast.family, babies=[cast.baby], by=cast.parent)
    cancelling.cancel(enrolment, by=cast.parent, now=now)

    letter = Letter.objects.get()
    assert letter.subject == "Cancelada: Busy little people"
    assert "lo que quedaba por venir queda devuelto" in letter.text
    assert english_in(letter, cast.open.title) == []
