"""Finding an instructor: who is listed, near, by language and by way of teaching."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from importlib import import_module
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.test import Client, TestCase
from django.urls import reverse

from classes import gazetteer
from classes.models import Series
from instructors import life
from instructors.models import Certificate, Instructor, TeachingPlace, Trait, Way
from tests.factories.accounts import make_user
from tests.factories.classes import make_series
from tests.factories.instructors import LATER, a_body, a_certificate, a_traineeship, a_trainer, an_instructor
from tests.factories.places import make_leeds, make_locality, make_newports

pytestmark = pytest.mark.django_db
LEEDS, BRADFORD, VALENCIA = (53.796, -1.548), (53.794, -1.752), (39.47, -0.376)


@pytest.fixture(autouse=True)
def _on_20_may_2026() -> Iterator[None]:
    with time_machine.travel(LATER, tick=False):
        yield


def directory(client: Client, query: str = "") -> Any:
    return client.get(reverse("classes:directory") + query)


def names(response: Any) -> list[str]:
    assert response.status_code == 200
    return [entry.instructor.display_name for entry in response.context["found"].entries]


def someone(name: str, *, at: tuple[float, float] | None = None, town: str = "Leeds", **fields: Any) -> Instructor:
    """An instructor who teaches in the room, in that town."""
    profile = an_instructor(
        make_user(f"{name.split(maxsplit=1)[0].lower()}@example.org", name), **{"ways": ["in_person"], **fields}
    )
    if at:
        point = {"latitude": at[0], "longitude": at[1]}
        TeachingPlace.objects.create(instructor=profile, number=1, name=town, country="GB", **point)
    return profile


def test_ways_are_those_in_which_series_are_held() -> None:
    assert set(Way.values) == set(Series.Delivery.values)


def test_directory_lists_the_certified_and_nobody_else(client: Client) -> None:
    someone("Ruth Adeyemi")
    someone("Una Listed", is_listed=False)
    someone("Colette Varga", certified=False)
    hidden = someone("Hidden Away")
    Certificate.objects.held_by(hidden.user_id).update(is_published=False)
    gone = someone("Gone Away")
    gone.user.is_active = False
    gone.user.save(update_fields=["is_active"])
    a_certificate(make_user("none@example.org", "No Profile"))
    an_instructor(a_traineeship(a_trainer()).trainee, certified=False)
    page = directory(client)
    assert (names(page), "CIMI, valid today" in page.content.decode()) == (["Ruth Adeyemi"], True)


def test_directory_loses_the_suspended_at_once_and_gets_the_reinstated_back(client: Client) -> None:
    certificate = Certificate.objects.get(holder=someone("Ruth Adeyemi").user)
    registrar = make_user("registrar@example.org", "Rita Moss")
    a_body().registrars.add(registrar)
    said: Any = {"reason_code": "insurance", "by": registrar, "now": LATER}
    seen = [names(directory(client))]
    life.suspend(certificate, **said)
    seen.append(names(directory(client)))
    life.reinstate(certificate, **said)
    assert [*seen, names(directory(client))] == [["Ruth Adeyemi"], [], ["Ruth Adeyemi"]]


def test_directory_names_every_title_that_is_valid_and_no_other(client: Client) -> None:
    agnes = someone("Agnes Lund")
    a_certificate(agnes.user, "CIIT")
    a_certificate(agnes.user, "OLDT", valid_until=date(2025, 1, 1))
    (entry,) = directory(client).context["found"].entries
    assert entry.letters == ("CIMI", "CIIT")


def test_directory_shows_the_nearest_first_and_then_who_comes_by_stream(client: Client) -> None:
    make_leeds()
    someone("Bea Far", at=BRADFORD, town="Bradford")
    someone("Zed Near", at=LEEDS)
    someone("Rafael Bosch", at=VALENCIA, town="València", ways=["in_person", "live_stream"])
    someone("Consol Ferrandis", at=VALENCIA, town="València")
    page = directory(client, "?near=leeds")
    told = page.content.decode()
    assert names(page) == ["Zed Near", "Bea Far", "Rafael Bosch"]
    assert [
        words in told
        for words in ("3 instructors near Leeds, or online", "Nearest first", "Bradford, 13 km (8.3 miles) away")
    ] == [True] * 3
    assert "Online, from València" in told
    assert names(directory(client, "?near=leeds&way=in_person")) == ["Zed Near", "Bea Far"]


def test_directory_takes_the_nearest_of_several_towns(client: Client) -> None:
    make_leeds()
    ruth = someone("Ruth Adeyemi", at=BRADFORD, town="Bradford")
    TeachingPlace.objects.create(instructor=ruth, number=2, name="Leeds", latitude=LEEDS[0], longitude=LEEDS[1])
    (entry,) = directory(client, "?near=LS6").context["found"].entries
    assert (entry.place.name, entry.metres < 3000) == ("Leeds", True)


def test_directory_asks_which_of_two_towns_of_one_name_is_meant(client: Client) -> None:
    _wales, wight = make_newports()
    someone("Ruth Adeyemi", at=(wight.latitude, wight.longitude), town="Newport")
    told = directory(client, "?near=newport").content.decode()
    assert ("Did you mean" in told, f"place={wight.key}".replace(":", "%3A").replace(" ", "+") in told) == (True, True)
    assert names(directory(client, f"?near=newport&place={wight.key}")) == ["Ruth Adeyemi"]


def test_directory_finds_a_name_where_the_words_name_no_town(client: Client) -> None:
    someone("Ruth Adeyemi")
    assert (names(directory(client, "?near=adeyemi")), names(directory(client, "?near=nobody"))) == (
        ["Ruth Adeyemi"],
        [],
    )


def test_directory_narrows_by_language_and_by_way(client: Client) -> None:
    someone("Ruth Adeyemi", languages=["en", "yo"], ways=["hybrid"])
    someone("Ines Castellano", languages=["es"], ways=["private_visit", "self_paced"])
    asked = [
        "?language=es",
        "?language=yo",
        "?way=in_person",
        "?way=live_stream",
        "?way=private_visit",
        "?way=hospital",
    ]
    assert [names(directory(client, query)) for query in asked] == [
        *(["Ines Castellano"], ["Ruth Adeyemi"], ["Ruth Adeyemi"], ["Ruth Adeyemi"], ["Ines Castellano"], []),
    ]


def test_directory_finds_by_the_series_that_can_be_booked(client: Client) -> None:
    ruth = someone("Ruth Adeyemi", ways=[])
    make_series(ruth, first=date(2026, 6, 4), delivery=Series.Delivery.LIVE_STREAM, capacity=0, stream_capacity=8)
    page = directory(client, "?way=live_stream")
    assert (names(page), page.context["found"].entries[0].ways) == (["Ruth Adeyemi"], ("live_stream",))
    assert "Next: Gentle Thursdays, from" in page.content.decode()


def test_directory_heeds_what_was_saved_last() -> None:
    ruth = someone("Ruth Adeyemi", languages=["en", "yo"])
    ruth.languages, ruth.ways = ["es"], ["hospital"]
    ruth.save()
    assert sorted(Trait.objects.filter(instructor=ruth).values_list("what", flat=True)) == [
        "language:es",
        "way:hospital",
    ]


def test_directory_goes_on_by_pages_and_shows_each_once(client: Client) -> None:
    make_leeds()
    for number in range(27):
        someone(f"Name{number} Sake{number % 9}", at=LEEDS if number % 2 else None, ways=["live_stream"])
    for query in ("", "?near=leeds"):
        first = directory(client, query)
        second = directory(client, first.context["older"])
        both = [*names(first), *names(second)]
        assert (len(names(first)), len(set(both)), second.context["older"]) == (24, 27, "")


@pytest.mark.parametrize(
    "query",
    [
        "?near=%00",
        "?after=abc",
        "?after=-1",
        "?after=99999999999999999999",
        "?way=nothing",
        "?language=xx",
        "?near=" + "x" * 500,
    ],
)
def test_directory_never_fails_over_an_address_typed_by_hand(client: Client, query: str) -> None:
    assert directory(client, query).status_code == 200


def test_directory_asks_as_much_for_three_as_for_one(client: Client) -> None:
    make_leeds()
    counts = []
    for name in ("One", "Two", "Three"):
        profile = someone(name, at=LEEDS)
        make_series(profile, slug=name.lower(), first=date(2026, 6, 4))
        if name != "Two":
            with TestCase().assertNumQueries(6):
                counts.append(len(names(directory(client, "?near=leeds"))))
    assert counts == [1, 3]


def test_directory_finds_towns_and_traits_by_an_index() -> None:
    """Each filter is a search in its own table, and no scan of it."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # Its planner reads a small table whole, whatever there is beside it.
            cursor.execute("SET LOCAL enable_seqscan = off")
    asked = [
        Trait.objects.filter(what="language:es").values("instructor"),
        TeachingPlace.objects.filter(latitude__gte=1, latitude__lte=2).values("instructor"),
    ]
    plans = [rows.explain() for rows in asked]
    assert ["SEARCH" in plan or "Index" in plan for plan in plans] == [True, True], plans


def test_towns_without_coordinates_get_them_when_towns_come_in() -> None:
    make_locality("Ilkley", 53.925, -1.822)
    profile = someone("Ruth Adeyemi")
    TeachingPlace.objects.create(instructor=profile, number=1, name="Ilkley", country="GB")
    assert (gazetteer.place_towns(), gazetteer.place_towns(), profile.places.get().latitude) == (1, 0, 53.925)


def test_profiles_from_before_get_their_place_and_their_traits() -> None:
    """The step of the migration, over rows as they stood."""
    fill = import_module("instructors.migrations.0011_public_profiles").fill
    ruth = someone("Ruth Adeyemi", languages=["en", "yo", "en"], town="Leeds")
    Trait.objects.all().delete()
    Instructor.objects.filter(pk=ruth.pk).update(country="United Kingdom", town="Leeds")
    fill(apps, None)
    ruth.refresh_from_db()
    assert (ruth.country, [(one.name, one.country) for one in ruth.places.all()]) == ("GB", [("Leeds", "GB")])
    assert sorted(ruth.traits.values_list("what", flat=True)) == ["language:en", "language:yo"]
