"""Every page of booking opens: for a visitor, for its family, and not for another one."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.cast import Cast, sign_in


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/classes/",
        "/classes/busy-little-people/",
        "/classes/after-the-bath/?zone=Asia/Kathmandu",
        "/classes/gentle-thursdays/book/",
        "/classes/busy-little-people/book/",
        "/classes/busy-little-people/wait/",
    ],
)
def test_a_visitor_reads_it(cast: Cast, client: Client, address: str) -> None:
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("page", ["", "booked/", "cancel/", "calendar.ics"])
def test_a_place_is_for_its_own_family(cast: Cast, client: Client, page: str) -> None:
    address = f"/me/places/{cast.enrolment.reference}/{page}"
    visitor = client.get(address).status_code
    own = sign_in(Client(), cast.parent).get(address).status_code
    coparent = sign_in(Client(), cast.coparent).get(address).status_code
    other = sign_in(Client(), cast.other_parent).get(address).status_code
    missing = sign_in(Client(), cast.parent).get(f"/me/places/0000000000/{page}").status_code

    assert [visitor, own, coparent, other, missing] == [302, 200, 200, 404, 404]


def test_my_classes_opens_for_someone_who_has_booked_nothing(cast: Cast, client: Client) -> None:
    assert b"Nothing booked yet" in sign_in(client, cast.instructor).get("/me/").content
    assert b"Ada" in sign_in(client, cast.parent).get("/me/").content
