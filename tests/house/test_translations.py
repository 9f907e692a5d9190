"""Whoever reads Spanish reads Spanish everywhere, and so with each language that is offered: every sentence, and whole."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import lru_cache
from gettext import c2py
from io import BytesIO
from pathlib import Path

import allauth
import django
import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.test import Client
from django.utils.translation.template import templatize

from config.lib.borrowed_words import BORROWED, BORROWED_COUNTS
from curriculum import words
from tests.cast import Cast, sign_in
from tests.house.reading import ROOMS, ROOT

LOCALE = ROOT / "config" / "locale"
OFFERED = [code for code, _name in settings.LANGUAGES if code != "en"]
each_language = pytest.mark.parametrize("code", OFFERED)
ONE, TWO, NAMED = None, (1, 2), ((1, "c"), 2)
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), ONE),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), TWO),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), NAMED),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
THEIRS = (
    Path(django.__file__).parent / "conf",
    Path(django.__file__).parent / "contrib" / "auth",
    Path(allauth.__file__).parent,
)
FORMAL = re.compile(r"\b(usted|su contraseña|introduzca|ingrese|escoja|asegúrese|corrija|utilice)\b", re.IGNORECASE)
HOLES = re.compile(r"%%n|%\(\w+\)[sd]|%[sd]|\{\w*\}|</?[a-z][^>]*>")

Key = tuple[str | None, str]


def python_files() -> list[Path]:
    return [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")) if "migrations" not in path.parts]


def template_files() -> list[Path]:
    return sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in (".html", ".txt"))


def said_in(path: Path) -> set[Key]:
    """Context and English of every sentence in a file."""
    return {(context, english[0]) for context, english in found_in(path)}


def counted_in(path: Path) -> list[tuple[str | None, str, str]]:
    """Context and both English forms of every sentence that counts."""
    return [(context, english[0], english[1]) for context, english in found_in(path) if len(english) > 1]


def found_in(path: Path) -> list[tuple[str | None, tuple[str, ...]]]:
    code = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # Within brackets Python does not mind how far a line is indented.
        code = f"(\n{templatize(code, origin=str(path))}\n)"
    found = extract("python", BytesIO(code.encode()), KEYWORDS)
    return [
        (context, (english,) if isinstance(english, str) else tuple(english))
        for _line, english, _notes, context in found
    ]


def folder(code: str) -> Path:
    return LOCALE / code / "LC_MESSAGES"


@lru_cache(maxsize=1)
def said_anywhere() -> frozenset[Key]:
    return frozenset().union(*map(said_in, [*python_files(), *template_files()]))


@lru_cache(maxsize=2)
def written(code: str) -> Catalog:
    with (folder(code) / "django.po").open("rb") as file:
        return read_po(file, locale=code)


def sentences(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def pairs(message: Message) -> list[tuple[str, str]]:
    """Each form beside the English that it stands for; the first form is for one, the others for many."""
    first, *others = forms(message)
    one, many = (message.id[0], message.id[-1]) if isinstance(message.id, (list, tuple)) else (str(message.id),) * 2
    return [(one, first), *((many, other) for other in others)]


def forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or [""])


def edges(text: str) -> tuple[str, str]:
    """The blanks before and after."""
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def as_read(catalog: Catalog) -> dict[Key, list[str]]:
    """All forms of every sentence, by its context and its English. A compiled catalogue tells its contexts in bytes."""
    read: dict[Key, list[str]] = {}
    for one in sentences(catalog):
        english = one.id if isinstance(one.id, str) else one.id[0]
        context: object = one.context
        read[context.decode() if isinstance(context, bytes) else one.context, english] = forms(one)
    return read


@each_language
def test_every_sentence_of_the_source_stands_in_the_catalogue(code: str) -> None:
    known = as_read(written(code))
    assert sorted(english for context, english in said_anywhere() if (context, english) not in known) == []


def test_the_reading_finds_sentences_in_code_and_in_templates(tmp_path: Path) -> None:
    code, page = tmp_path / "words.py", tmp_path / "page.html"
    code.write_text('a = _("Hello")\n    # odd\nb = ngettext("One", "Many", 2)\nc = pgettext("hand", "L")\n')
    page.write_text(
        '{% load i18n %}\n  <p>It’s {% translate "Hello" %}</p>\n{% translate "L" context "hand" %}'
        "{% blocktranslate trimmed count n=2 %}\n One {{ n }}\n{% plural %}\n Many {{ n }}\n{% endblocktranslate %}"
    )
    assert said_in(code) == {(None, "Hello"), (None, "One"), ("hand", "L")}
    assert said_in(page) == {(None, "Hello"), (None, "One %(n)s"), ("hand", "L")}


def test_no_sentence_is_asked_for_by_a_name_that_the_reading_does_not_know() -> None:
    renamed = re.compile(r"\bn?p?n?gettext\w* as (?!_\b)\w+")
    assert [path for path in python_files() if renamed.search(path.read_text(encoding="utf-8"))] == []


def test_no_sentence_is_counted_in_two_ways() -> None:
    """A catalogue finds a counted sentence by its first form alone, so two that begin alike would take each other's."""
    counted: dict[Key, set[str]] = defaultdict(set)
    for path in [*python_files(), *template_files()]:
        for context, one, many in counted_in(path):
            counted[context, one].add(many)
    assert {key[1]: sorted(many) for key, many in counted.items() if len(many) > 1} == {}


@each_language
def test_every_sentence_is_translated(code: str) -> None:
    left = [message.id for message in sentences(written(code)) if not all(text for _english, text in pairs(message))]
    assert left == []


@each_language
def test_nothing_is_guessed(code: str) -> None:
    assert [message.id for message in sentences(written(code)) if message.fuzzy] == []


@each_language
def test_what_is_filled_in_and_marked_up_is_the_same_in_both_languages(code: str) -> None:
    """A form for a single number, as for one or for two, may say the number itself: "un jour", "يومان"."""
    form_of = c2py(written(code).plural_expr)
    numbers = Counter(form_of(number) for number in range(200))
    for_one_number = {form for form, count in numbers.items() if count == 1}
    unlike = [
        (english, text)
        for message in sentences(written(code))
        for number, (english, text) in enumerate(pairs(message))
        if not fits(english, text, asked=holes(message), may_leave_out=is_counted(message) and number in for_one_number)
    ]
    assert unlike == []


def is_counted(message: Message) -> bool:
    return isinstance(message.id, (list, tuple))


def holes(message: Message) -> set[str]:
    """Everything that any of its English forms asks to be filled in."""
    return {hole for english, _text in pairs(message) for hole in HOLES.findall(english)}


def fits(english: str, text: str, *, asked: set[str], may_leave_out: bool) -> bool:
    filled, left_out = set(HOLES.findall(text)), set(HOLES.findall(english)) - set(HOLES.findall(text))
    return (
        filled <= asked and edges(english) == edges(text) and (not left_out or (may_leave_out and len(left_out) == 1))
    )


@each_language
def test_the_compiled_catalogue_is_the_written_one(code: str) -> None:
    with (folder(code) / "django.mo").open("rb") as file:
        compiled = read_mo(file)
    assert as_read(compiled) == as_read(written(code))


@each_language
def test_the_catalogue_tells_no_place_and_no_address(code: str) -> None:
    text = (folder(code) / "django.po").read_text(encoding="utf-8")
    assert re.findall(r"^#: .*:\d+|/home/|/tmp/|EMAIL@|PACKAGE", text, flags=re.MULTILINE) == []


@each_language
def test_a_language_that_is_offered_has_its_words_of_massage_too(code: str) -> None:
    assert (words.WORDS / f"{code}.po").exists()


def test_the_reader_is_always_tu() -> None:
    formal = [text for message in sentences(written("es")) for _english, text in pairs(message) if FORMAL.search(text)]
    assert formal == []


def test_every_borrowed_sentence_is_one_that_django_or_allauth_says() -> None:
    """When they change theirs, ours would say nothing any more."""
    said: set[str] = set()
    for theirs in THEIRS:
        with (theirs / "locale" / "es" / "LC_MESSAGES" / "django.mo").open("rb") as file:
            said |= {english for _context, english in as_read(read_mo(file))}
    borrowed = {english for _context, english in said_in(ROOT / "config" / "lib" / "borrowed_words.py")}
    assert (len(borrowed), sorted(borrowed - said)) == (len(BORROWED) + len(BORROWED_COUNTS), [])


def test_the_office_chooses_a_language_for_letters_from_those_that_are_offered(cast: Cast, client: Client) -> None:
    cast.office.is_superuser = True
    cast.office.save(update_fields=["is_superuser"])
    page = sign_in(client, cast.office).get(f"/admin/accounts/user/{cast.parent.pk}/change/").content.decode()
    select = page.split('<select name="language"')[1].split("</select>")[0]
    assert re.findall(r'<option value="(\w+)"', select) == ["en", *OFFERED]
