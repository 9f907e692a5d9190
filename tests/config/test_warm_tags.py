"""The small parts that every template uses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

from config.lib.money import Money
from config.lib.spoken import spoken
from config.lib.tiles import Tile
from config.templatetags.warm import UnknownDrawingError

TEN_IN_LEEDS = datetime(2026, 3, 12, 10, tzinfo=UTC)


def said(source: str, **context: object) -> str:
    return Template("{% load warm %}" + source).render(Context(context)).strip()


def test_an_icon_points_into_the_one_sprite() -> None:
    assert said('{% icon "clock" "ic-flip" %}') == (
        '<svg class="ic ic-flip" aria-hidden="true" focusable="false"><use href="/static/img/icons.svg#i-clock"/></svg>'
    )


@pytest.mark.parametrize("source", ['{% icon "unicorn" %}', '{% face "smug" %}'])
def test_a_drawing_that_does_not_exist_is_found_at_once(source: str) -> None:
    with pytest.raises(UnknownDrawingError):
        said(source)


@pytest.mark.parametrize(
    ("style", "text"),
    [
        ("date", "Thursday 12 March"),
        ("date_short", "Thu 12 Mar"),
        ("day_year", "12 March 2026"),
        ("weekday", "Thursday"),
        ("time", "15:45"),
    ],
)
def test_a_moment_is_said_on_the_clock_of_its_zone(style: str, text: str) -> None:
    page = said("{% when at 'Asia/Kathmandu' style %}", at=TEN_IN_LEEDS, style=style)
    assert page == f'<time datetime="2026-03-12T10:00Z" data-z="{style}">{text}</time>'


def test_a_span_of_time_names_whose_clock_it_is() -> None:
    page = said(
        "{% when at 'Europe/London' 'clock' until=end %}", at=TEN_IN_LEEDS, end=TEN_IN_LEEDS + timedelta(minutes=40)
    )
    assert page == (
        '<time datetime="2026-03-12T10:00Z" data-z="time">10:00</time>–'
        '<time datetime="2026-03-12T10:40Z" data-z="time">10:40</time>, '
        '<span class="zone-name" data-zone-name>London time</span>'
    )


def test_a_moment_is_said_in_the_language_of_the_page() -> None:
    with translation.override("es"):
        assert "12 de marzo" in said("{% when at 'Europe/Madrid' 'date' %}", at=TEN_IN_LEEDS)


@pytest.mark.parametrize(
    ("language", "day"),
    [
        ("en", "Thursday 12 March"),
        ("de", "Donnerstag, 12. März"),
        ("es", "jueves 12 de marzo"),
        ("fr", "jeudi 12 mars"),
        ("sv", "torsdag 12 mars"),
        ("pl", "czwartek 12 marca"),
    ],
)
def test_the_day_of_the_week_is_set_off_as_the_language_does(language: str, day: str) -> None:
    with translation.override(language):
        assert f">{day}</time>" in said("{% when at 'Europe/London' 'date' %}", at=TEN_IN_LEEDS)
        assert spoken(TEN_IN_LEEDS, "date") == day


def test_read_from_the_right_a_moment_keeps_to_itself_so_that_a_latin_name_before_it_does_not_take_its_day_along() -> (
    None
):
    with translation.override("ar"):
        page = said("{% when at 'Asia/Amman' 'day' %}", at=TEN_IN_LEEDS)
        letter = said("{% load booking %}{% when_plain at 'Asia/Amman' 'day' %}", at=TEN_IN_LEEDS)
    assert page == '<time dir="rtl" datetime="2026-03-12T10:00Z" data-z="day">12 مارس</time>'
    assert letter == "\N{RIGHT-TO-LEFT ISOLATE}12 مارس\N{POP DIRECTIONAL ISOLATE}"


@pytest.mark.parametrize(("minor", "text"), [(6000, "£60"), (750, "£7.50"), (0, "£0")])
def test_money_is_said_short(minor: int, text: str) -> None:
    assert (said("{% money a %}", a=Money(minor, "GBP")), said("{% money m 'GBP' %}", m=minor)) == (text, text)


@pytest.mark.parametrize(
    ("taken", "capacity", "mats"),
    [(1, 3, '<i class="on"></i><i></i><i></i>'), (9, 2, '<i class="on"></i><i class="on"></i>')],
)
def test_there_is_a_mat_for_each_place(taken: int, capacity: int, mats: str) -> None:
    page = said("{% mats t c %}", t=taken, c=capacity)
    assert page == f'<span class="mats" aria-hidden="true">{mats}</span>'


def test_above_twelve_places_the_words_do() -> None:
    assert said("{% places 20 30 %}") == '<span class="places"><b>10 places left</b></span>'


@pytest.mark.parametrize(("taken", "words"), [(7, "1 place left"), (8, "Full"), (9, "Full")])
def test_places_are_always_said_in_words(taken: int, words: str) -> None:
    assert f"<b>{words}</b>" in said("{% places t 8 %}", t=taken)


@pytest.mark.parametrize(
    ("name", "initials"),
    [("Ines Moreau", "IM"), ("Ada", "A"), ("Ana Luz de la Vega", "AV"), ("", ""), ("<b> x", "&lt;X")],
)
def test_a_monogram_is_the_first_and_the_last_initial(name: str, initials: str) -> None:
    assert said("{% monogram n %}", n=name) == f'<span class="mono" aria-hidden="true">{initials}</span>'


@pytest.mark.parametrize(("share", "total", "width"), [(1, 3, 33), (5, 3, 100), (0, 0, 0)])
def test_a_bar_is_never_wider_than_its_ground(share: int, total: int, width: int) -> None:
    assert f'width="{width}"' in said("{% bar s t %}", s=share, t=total)


class TilesForm(forms.Form):
    how = forms.ChoiceField(
        label="How?",
        help_text="You can swap.",
        widget=forms.RadioSelect,
        choices=[("hall", Tile("In the hall", "<kettle>", icon="hall")), ("live", Tile("By live-stream"))],
    )


@pytest.mark.parametrize("template", ["choice_tiles", "segments", "chips", "checks"])
def test_choices_say_their_error_and_keep_what_was_chosen(template: str) -> None:
    form = TilesForm({"how": "boat"})
    page = Template(f"{{% load crispy_forms_field crispy_forms_filters %}}{{% include 'crispy/{template}.html' %}}")
    shown = page.render(Context({"field": form["how"]}))
    assert ('aria-describedby="id_how_helptext id_how_error"' in shown, 'id="id_how_error"' in shown) == (True, True)
    kept = page.render(Context({"field": TilesForm({"how": "live"})["how"]}))
    assert (kept.count("checked"), "<kettle>" in kept) == (1, False)
