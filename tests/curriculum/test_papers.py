"""Papers of the curriculum: the press that sets them, and routine_card, a routine for anyone."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation
from pypdf import PdfReader

from curriculum.models import Edition, Routine
from curriculum.papers import cards, parts, press
from curriculum.papers.press import CannotPrint, PressBusy, print_paper
from curriculum.routines import routine_page

pytestmark = pytest.mark.django_db
TYPE = Path(press.__file__).resolve().parent / "type"
A5, HALF_LETTER = (420, 595), (396, 612)


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def words(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in read(pdf).pages).split())


def sheet(pdf: bytes) -> tuple[int, int]:
    """Width and height of the first page, in points."""
    box = read(pdf).pages[0].mediabox
    return round(box.width), round(box.height)


def card(slug: str = "colic", *, size: str = "a4") -> dict[str, Any]:
    return cards.card_words(routine_page(slug, edition=""), size=size)


def test_routine_card_tells_the_tummy_routine_on_two_sides(client: Client, taught: None) -> None:
    answer = client.get("/strokes/routines/colic/card/")
    told = words(answer.content)

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == 'inline; filename="colic.pdf"'
    assert (len(read(answer.content).pages), sheet(answer.content)) == (2, A5)
    for part in (
        "Tummy routine",
        "3 rounds in a row · 2 times a day · For 14 days",
        "4 Sun and moon",
        "A full circle and a half one, always clockwise 6 times",
        "Not over a cord or navel that has not healed",
        "When to call a doctor Massage never replaces help.",
        "Never shake a baby.",
    ):
        assert part in told, part


def test_routine_card_comes_for_letter_paper_too_and_what_makes_no_sense_is_a4(client: Client, taught: None) -> None:
    sizes = {size: sheet(client.get(f"/strokes/routines/colic/card/?size={size}").content) for size in ("letter", "a0")}
    assert sizes == {"letter": HALF_LETTER, "a0": A5}


def test_every_routine_has_a_card_of_two_sides(taught: None) -> None:
    sides = {
        routine.slug: len(read(print_paper("card", card(routine.slug))).pages) for routine in Routine.objects.all()
    }
    assert sides == dict.fromkeys(sides, 2)
    assert len(sides) >= 5


def test_an_unknown_or_retired_routine_has_no_card(client: Client, taught: None) -> None:
    Routine.objects.filter(slug="bedtime").update(is_retired=True)
    addresses = ["/strokes/routines/nowhere/card/", "/strokes/routines/bedtime/card/"]
    assert [client.get(address).status_code for address in addresses] == [404, 404]


def test_routine_card_is_printed_once_an_edition_and_language(client: Client, taught: None) -> None:
    edition = Edition.now()
    first = cards.routine_card("colic", edition=edition, size="a4")
    with translation.override("es"):
        spanish = cards.routine_card("colic", edition=edition, size="a4")

    assert cards.routine_card("colic", edition=edition, size="a4") is first
    assert words(spanish) != words(first)
    Routine.objects.get(slug="colic").save()
    assert cards.routine_card("colic", edition=Edition.now(), size="a4") is not first


def test_who_has_the_card_already_is_told_so(client: Client, taught: None) -> None:
    tag = client.get("/strokes/routines/colic/card/").headers["ETag"]
    again = client.get("/strokes/routines/colic/card/", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_a_card_can_be_read_aloud_in_every_language(taught: None, language: str) -> None:
    with translation.override(language):
        pdf = print_paper("card", card(), standards=("ua-1",))
    root: Any = read(pdf).trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == (language, True)
    information: Any = read(pdf).metadata
    assert information.title


def test_the_standard_refuses_letters_that_the_paper_does_not_bring(taught: None) -> None:
    """Or the test above would hold nothing. For a reader the paper is printed all the same, with boxes."""
    strange = card() | {"foot": "小雨"}
    with pytest.raises(CannotPrint):
        print_paper("card", strange, standards=("ua-1",))
    assert print_paper("card", strange).startswith(b"%PDF")


def test_words_stay_words(taught: None) -> None:
    """What is typed by people is never read as the language of the looks."""
    typed = "Zoë #panic() $x$ *y* \\ <a> [b] @preview"
    assert typed in words(print_paper("card", card() | {"foot": typed}))


def test_looks_fetch_nothing() -> None:
    found = {file.name for file in TYPE.iterdir()}
    looks = {f"{name}.typ" for name in ("week", "booklet", "card", "certificate", "fold", "frame", "pieces", "strokes")}
    assert found == looks | {"mark.svg", "rosette.svg"}
    assert [name for name in sorted(found) if "@" in (TYPE / name).read_text(encoding="utf-8")] == []


def test_a_paper_that_takes_too_long_is_given_up_and_the_press_is_free_again(
    taught: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as hurried:
        hurried.setattr(press, "SECONDS", 0.001)
        with pytest.raises(CannotPrint, match="longer than"):
            print_paper("card", card())
    assert print_paper("card", card()).startswith(b"%PDF")


def test_a_paper_that_wants_too_much_memory_is_given_up(taught: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as poor:
        poor.setattr(press, "MEMORY", 64 * 2**20)
        with pytest.raises(CannotPrint):
            print_paper("card", card())
    assert print_paper("card", card()).startswith(b"%PDF")


def test_where_the_press_is_in_use_the_page_says_what_else_there_is(
    client: Client, taught: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(press, "PATIENCE", 0.01)
    address = "/strokes/routines/nappy-change/card/?size=letter"
    with press._presses:
        with pytest.raises(PressBusy):
            print_paper("card", card())
        busy = client.get(address)
    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "20")
    assert b"Please try again in half a minute." in busy.content
    assert client.get(address).status_code == 200


def test_one_reader_waits_for_the_press_and_no_more(taught: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads that wait serve nobody, so readers of other pages would wait with them."""
    monkeypatch.setattr(press, "PATIENCE", 60)
    with press._presses, press._room, press._room, pytest.raises(PressBusy):
        print_paper("card", card())
    assert print_paper("card", card()).startswith(b"%PDF")


def test_every_card_there_is_can_be_kept_at_once(taught: None) -> None:
    """Fewer, and whoever asks for one after the other has each printed anew."""
    every = Routine.objects.count() * len(parts.SIZES) * len(settings.LANGUAGES)
    assert every > 64
    assert cards._kept_card.cache_parameters()["maxsize"] >= every
