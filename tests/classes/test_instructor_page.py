"""The public page of an instructor: `classes:instructor`."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client, TestCase
from django.urls import reverse

from classes.models import Series
from instructors import life
from instructors.models import Certificate
from tests.cast import NOW, Cast
from tests.factories.classes import make_series


def page(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_instructor_shows_the_certificate_and_the_series_to_come(cast: Cast, client: Client) -> None:
    response = client.get(reverse("classes:instructor", args=["ruth-adeyemi"]))
    told = response.content.decode()
    assert "Certified Infant Massage Instructor (CIMI)" in told
    assert [card.series.title for card in response.context["profile"].cards] == ["Busy little people"]


@pytest.mark.parametrize("why", ["suspended", "expired", "hidden"])
def test_instructor_never_claims_a_certificate_that_is_not_in_force(cast: Cast, client: Client, why: str) -> None:
    held = Certificate.objects.held_by(cast.instructor)
    if why == "suspended":
        life.suspend(held.get(), reason_code="insurance", by=cast.registrar, now=NOW)
    elif why == "expired":
        Certificate.objects.filter(pk=held.get().pk).update(valid_until=date(2026, 3, 1))
    else:
        held.update(is_published=False)
    told = page(client, reverse("classes:instructor", args=["ruth-adeyemi"]))
    assert ("CIMI" in told, "No certificate is in force today." in told) == (False, True)


def test_instructor_never_calls_a_candidate_cimi(cast: Cast, client: Client) -> None:
    told = page(client, reverse("classes:instructor", args=["melody-fong"]))
    assert ("CIMI" in told, "Candidate in training" in told) == (False, True)


def test_instructor_who_is_not_listed_and_leads_nothing_is_not_found(cast: Cast, client: Client) -> None:
    Series.objects.led_by(cast.candidate_profile).update(state="draft")
    assert client.get(reverse("classes:instructor", args=["melody-fong"])).status_code == 404


def test_instructor_takes_the_same_statements_for_one_series_and_three(cast: Cast, client: Client) -> None:
    url = reverse("classes:instructor", args=["ruth-adeyemi"])
    with TestCase().assertNumQueries(5):
        page(client, url)
    for number in (1, 2):
        make_series(cast.instructor_profile, slug=f"more-{number}", first=date(2026, 6, number), venue=cast.venue)
    with TestCase().assertNumQueries(5):
        page(client, url)
