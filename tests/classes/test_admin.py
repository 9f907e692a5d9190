"""The office looks bookings up; nobody changes them past the verbs."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from classes.models import Venue
from tests.cast import Cast, sign_in
from tests.factories.classes import make_series
from tests.factories.places import make_leeds


@pytest.mark.parametrize("table", ["venue", "series", "enrolment"])
def test_the_office_reads_a_list_and_finds_by_words(cast: Cast, client: Client, table: str) -> None:
    sign_in(client, cast.office)

    assert [client.get(f"/admin/classes/{table}/{query}").status_code for query in ("", "?q=gentle")] == [200, 200]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_series_asks_the_same_for_any_number(cast: Cast, client: Client, rows: int) -> None:
    for number in range(rows):
        make_series(cast.instructor_profile, slug=f"more-{number}", title="Morning circle")
    sign_in(client, cast.office)
    client.get("/admin/classes/series/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/admin/classes/series/?q=morning")

    assert len(asked) == 11, [query["sql"][:100] for query in asked]


def test_a_booking_shows_its_places_and_can_not_be_changed(cast: Cast, client: Client) -> None:
    sign_in(client, cast.office)
    address = f"/admin/classes/enrolment/{cast.enrolment.pk}/change/"
    page = client.get(address)

    assert (page.status_code, cast.enrolment.reference in page.content.decode()) == (200, True)
    assert client.post(address, {"state": "cancelled"}).status_code == 403
    assert client.get("/admin/classes/enrolment/add/").status_code == 403


def test_a_link_to_a_stream_is_not_shown(cast: Cast, client: Client) -> None:
    cast.stream.stream_url = "https://stream.example/room"
    cast.stream.save(update_fields=["stream_url"])
    page = sign_in(client, cast.office).get(f"/admin/classes/series/{cast.stream.pk}/change/")

    assert "stream.example" not in page.content.decode()


def test_a_parent_finds_no_such_page(cast: Cast, client: Client) -> None:
    assert sign_in(client, cast.parent).get("/admin/classes/enrolment/").status_code == 404


def test_a_room_without_coordinates_is_found_by_its_postcode_once_the_office_saved_it(
    cast: Cast, client: Client
) -> None:
    make_leeds()
    sign_in(client, cast.office)
    told = {"name": "Kirkstall Hall", "town": "Leeds", "area": "LS6", "country": "GB", "time_zone": "Europe/London"}
    assert client.post("/admin/classes/venue/add/", told).status_code == 302
    made = Venue.objects.get(name="Kirkstall Hall")

    assert (float(made.latitude or 0), float(made.longitude or 0)) == (53.818, -1.566)
