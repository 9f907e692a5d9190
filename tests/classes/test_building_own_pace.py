"""An instructor offers a plan at each family's own pace."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from classes.models import Series, Session
from config.audit.models import AuditEntry
from config.lib.money import Money
from tests.cast import Cast, sign_in

PAGE = "/teach/series/new/own-pace/"


@pytest.fixture
def typed(cast: Cast) -> dict[str, Any]:
    return {
        "plan": cast.open.plan.slug,
        "title": "Five weeks, your own pace",
        "about": "At home, whenever it suits.",
        "language": "en",
        "min_age_weeks": "2",
        "max_age_weeks": "40",
        "places": "20",
        "price": "28.00",
        "currency": "gbp",
        "price_per": "family",
    }


@pytest.fixture
def ruth(cast: Cast, client: Client) -> Client:
    return sign_in(client, cast.instructor)


def test_it_is_open_for_booking_at_once_and_has_no_dates(cast: Cast, ruth: Client, typed: dict[str, Any]) -> None:
    answer = ruth.post(PAGE, typed)
    series = Series.objects.get(title=typed["title"])
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/teach/series/{series.slug}/")
    kept = (series.state, series.delivery, series.ways, series.stream_capacity, str(series.price), series.time_zone)
    assert kept == (
        "published",
        "self_paced",
        ["stream"],
        20,
        str(Money(2800, "GBP")),
        "Europe/London",
    )
    assert not Session.objects.filter(series=series).exists()
    said = AuditEntry.objects.filter(about=f"classes.Series:{series.pk}").order_by("pk").values_list("what", flat=True)
    assert list(said) == ["made a series", "published a series"]
    assert typed["title"] in Client().get("/classes/?delivery=self_paced").content.decode()
    assert Client().get(f"/classes/{series.slug}/book/").status_code == 200


def test_pressed_twice_it_is_one(ruth: Client, typed: dict[str, Any]) -> None:
    first, second = ruth.post(PAGE, typed), ruth.post(PAGE, typed)
    assert first.headers["Location"] == second.headers["Location"]
    assert Series.objects.filter(title=typed["title"]).count() == 1


def test_who_may_not_lead_is_told_so_and_nothing_is_written(cast: Cast, client: Client, typed: dict[str, Any]) -> None:
    answer = sign_in(client, cast.candidate).post(PAGE, typed)
    assert (answer.status_code, Series.objects.filter(title=typed["title"]).exists()) == (409, False)
    assert "At home, whenever it suits." in answer.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("title", "", "Please fill this in."),
        ("currency", "XYZ", "three letters of a currency"),
        ("price", "28.001", "no coins so small"),
        ("places", "0", "A whole number from 1 to 200"),
        ("max_age_weeks", "1", "Please swap them"),
        ("plan", "nothing", "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field(
    ruth: Client, typed: dict[str, Any], field: str, value: str, sentence: str
) -> None:
    answer = ruth.post(PAGE, {**typed, field: value})
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert not Series.objects.filter(title=typed["title"]).exists()


def test_the_builder_leads_there(ruth: Client) -> None:
    assert PAGE in ruth.get("/teach/series/new/").content.decode()
    assert ruth.get(reverse("classes:build_own_pace")).status_code == 200
