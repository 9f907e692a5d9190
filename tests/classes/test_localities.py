"""Where someone says they are: looking it up, measuring from it, and filling the table."""

from __future__ import annotations

from datetime import date, time
from io import StringIO
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from classes import gazetteer, locality
from classes.gazetteer import Row, WrongFile
from classes.models import Locality, LocalityName, Series, Venue
from tests.cast import Cast
from tests.factories.classes import make_series, make_venue
from tests.factories.places import make_leeds, make_locality, make_newports

# Looking it up ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Leeds", "Leeds"),
        ("  lEEds ", "Leeds"),
        ("LS6", "LS6"),
        ("ls6 2ab", "LS6"),
        ("LS62AB", "LS6"),
        ("Leeds LS6", "LS6"),
        ("LS99", None),
        ("Lee", "Leeds"),
        ("Le", None),
        ("Münster", "Münster"),
        ("munster", "Münster"),
        ("St. Ives", "St Ives"),
        ("newcastle", "Newcastle upon Tyne"),
        ("Atlantis", None),
        ("", None),
        ("%", None),
        ("'; DROP TABLE", None),
        ("x" * 500, None),
        ("東京", "Tokyo"),
    ],
)
@pytest.mark.django_db
def test_what_is_typed_names_a_place(typed: str, found: str | None) -> None:
    make_leeds()
    make_locality("Münster", 51.96, 7.63, country="DE", population=270184)
    make_locality("St Ives", 50.21, -5.48)
    make_locality("Newcastle upon Tyne", 54.97, -1.61, population=192382)
    make_locality("Newcastleton", 55.18, -2.81, population=400000)
    make_locality("Tokyo", 35.69, 139.69, country="JP", also=("東京",))
    place = locality.find(typed)

    assert (place.name if place else None) == found


@pytest.mark.django_db
def test_of_one_name_the_biggest_is_meant_and_the_others_are_offered() -> None:
    wales, wight = make_newports()
    looked = locality.look_up("newport")

    assert (looked.locality, looked.others) == (wales, (wight,))
    assert locality.find("Newport, England") == wight
    assert locality.find("newport", key=wight.key) == wight
    assert locality.find("casnewydd") == wales


@pytest.mark.django_db
def test_a_key_of_another_name_says_nothing() -> None:
    """The form keeps the key while someone types another town over it."""
    _wales, wight = make_newports()
    leeds = make_leeds()

    assert locality.find("Leeds", key=wight.key) == leeds


@pytest.mark.django_db
def test_a_country_with_classes_comes_before_a_bigger_town_elsewhere() -> None:
    there = make_locality("Lincoln", 40.8, -96.67, country="US", population=291082)
    here = make_locality("Lincoln", 53.23, -0.54, country="GB", population=100160)
    assert locality.find("Lincoln") == there

    make_venue()
    assert locality.find("Lincoln") == here
    assert locality.find("Lincoln", "US") == there


@pytest.mark.django_db
def test_looking_up_takes_one_statement_by_the_index() -> None:
    make_leeds()
    with CaptureQueriesContext(connection) as asked:
        locality.look_up("Leeds LS6")
    assert len(asked) == 1

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{asked[0]['sql']}")
        plan = str(cursor.fetchall())
    if connection.vendor == "sqlite":
        assert "SCAN classes_localityname" not in plan


# How far it is ------------------------------------------------------------------------------------------------------


def great_circle_km(here: tuple[float, float], there: tuple[float, float]) -> float:
    """By the chord between two points of a ball: another way than the code's, for the same distance."""

    def ball(point: tuple[float, float]) -> tuple[float, float, float]:
        north, east = radians(point[0]), radians(point[1])
        return cos(north) * cos(east), cos(north) * sin(east), sin(north)

    chord = sqrt(sum((a - b) ** 2 for a, b in zip(ball(here), ball(there), strict=True)))
    return 2 * 6371 * asin(min(chord / 2, 1))


PAIRS = [
    ((53.79648, -1.54785), (53.8261, -1.5649)),  # Leeds, Meanwood
    ((53.79648, -1.54785), (39.4611, -0.3744)),  # Leeds, València
    ((-16.8, 179.9), (-16.8, -179.9)),  # across the date line, in Fiji
    ((65.0, -179.99), (65.0, 179.99)),
    ((89.9, 0.0), (89.9, 180.0)),  # over the pole
    ((-89.95, 30.0), (-89.95, -150.0)),
    ((0.0, 0.0), (0.0, 0.0)),
    ((-84.1, 36.2), (84.1, -143.8)),  # opposite sides of the Earth, where rounding goes past 1
]


@pytest.mark.parametrize(("here", "there"), PAIRS)
def test_a_distance_is_that_of_the_great_circle(
    cast: Cast, here: tuple[float, float], there: tuple[float, float]
) -> None:
    Venue.objects.filter(pk=cast.venue.pk).update(latitude=there[0], longitude=there[1])
    wanted = great_circle_km(here, there)
    found = Series.objects.within(*here, wanted + 0.2).get(pk=cast.open.pk)

    assert found.metres == pytest.approx(wanted * 1000, abs=25)  # type: ignore[attr-defined]
    if wanted > 1:
        assert not Series.objects.within(*here, wanted - 0.2).filter(pk=cast.open.pk).exists()


def test_a_room_that_nobody_put_on_the_map_has_no_distance(cast: Cast) -> None:
    leeds = make_leeds()

    assert Series.objects.far_from(leeds.point).get(pk=cast.open.pk).metres is None  # type: ignore[attr-defined]
    assert not Series.objects.within(leeds.latitude, leeds.longitude, 20000).filter(pk=cast.open.pk).exists()
    assert Series.objects.around(leeds, 5).filter(pk=cast.open.pk).exists()


@pytest.mark.parametrize(
    ("clock", "part"),
    [("00:00", "morning"), ("11:59", "morning"), ("12:00", "afternoon"), ("16:59", "afternoon"), ("17:00", "evening")],
)
def test_the_part_of_the_day_is_by_the_series_own_clock(cast: Cast, clock: str, part: str) -> None:
    series = make_series(
        cast.instructor_profile,
        slug="early",
        first=date(2026, 5, 5),
        clock=time.fromisoformat(clock),
        time_zone="Asia/Kathmandu",
    )
    series.refresh_from_db()

    assert series.day_part == part


# Filling the table --------------------------------------------------------------------------------------------------


def imported(*args: Any, **options: Any) -> str:
    said = StringIO()
    call_command("import_places", *args, stdout=said, **options)
    return said.getvalue()


@pytest.mark.django_db
def test_our_own_files_come_in_once() -> None:
    first, again = imported(), imported()
    many = Locality.objects.count()

    assert f"{many} new, 0 changed" in first
    assert f"0 new, 0 changed, {many} as they were" in again
    assert many > 5000
    assert [locality.find(typed).name for typed in ("València", "Valencia", "LS6 3AA", "Kyoto", "京都市", "عمان")] == [  # type: ignore[union-attr]
        *("Valencia", "Valencia", "LS6", "Kyoto", "Kyoto", "Amman"),
    ]


def write(folder: Path, text: str) -> Path:
    path = folder / "places.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.django_db
def test_an_operator_brings_a_file(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "name,kind,country,latitude,longitude,population\n75011,postcode,fr,48.859,2.378,\nCahors,town,FR,44.448,1.441,20000\n",
    )

    assert "2 new, 0 changed, 0 as they were" in imported("--from", str(path))
    write(
        tmp_path,
        "name,kind,country,latitude,longitude,population\n75011,postcode,fr,48.9,2.378,\nCahors,town,FR,44.448,1.441,20000\n",
    )
    assert "0 new, 1 changed, 1 as they were" in imported("--from", str(path))
    assert (locality.find("75011").latitude, locality.find("75 011 Paris").name) == (48.9, "75011")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("name,kind,country\n", "lacks latitude, longitude"),
        ("name,kind,country,latitude,longitude\nX,village,FR,1,2\n", "line 2"),
        ("name,kind,country,latitude,longitude\nX,town,FR,91,2\n", "degrees on Earth"),
        ("name,kind,country,latitude,longitude\nGood,town,FR,1,2\nX,town,France,1,2\n", "line 3"),
        ("name,kind,country,latitude,longitude\nX,town,FR,one,2\n", "line 2"),
    ],
)
@pytest.mark.django_db
def test_a_wrong_file_is_refused_whole_with_its_line(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        imported("--from", str(write(tmp_path, text)))

    assert Locality.objects.count() == 0


def test_a_line_that_lacks_a_cell_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "name,kind,country,latitude,longitude\nX,town\n")

    with pytest.raises(WrongFile, match="line 2"):
        list(gazetteer.rows_of_file(path))


@pytest.mark.django_db
def test_towns_of_geonames_become_rows() -> None:
    city = {
        "geonameid": 2641598,
        "name": "Newport",
        "latitude": 51.58774,
        "longitude": -2.99835,
        "countrycode": "GB",
        "population": 161506,
        "admin1code": "WLS",
        "alternatenames": ["Casnewydd", ""],
    }
    rows = list(gazetteer.rows_of_geonames([city]))
    done = gazetteer.bring_in([*rows, Row("gn:1", "town", "Here", "GB", 1.0, 2.0)])

    assert (rows[0].region, rows[0].spellings, done.made) == ("Wales", {"newport", "casnewydd"}, 2)


@pytest.mark.django_db
def test_a_room_without_coordinates_is_put_where_its_postcode_lies() -> None:
    make_leeds()
    by_area = make_venue()
    by_town = make_venue("Elsewhere Hall", area="")
    unknown = make_venue("Far Hall", area="", town="Atlantis")
    mapped = make_venue("Mapped Hall", latitude=1, longitude=2)

    assert gazetteer.place_venues() == 2
    assert [
        (float(one.latitude), float(one.longitude)) if one.latitude is not None else None  # type: ignore[arg-type]
        for one in Venue.objects.order_by("pk")
    ] == [(53.818, -1.566), (53.79648, -1.54785), None, (1.0, 2.0)]
    assert [by_area.pk, by_town.pk, unknown.pk, mapped.pk] == sorted(Venue.objects.values_list("pk", flat=True))


@pytest.mark.django_db
def test_the_database_refuses_a_place_that_is_not_on_earth() -> None:
    with pytest.raises(IntegrityError, match="locality_on_earth"), transaction.atomic():
        make_locality("Nowhere", 91, 0)


@pytest.mark.django_db
def test_the_database_refuses_a_spelling_twice() -> None:
    leeds = make_leeds()
    with pytest.raises(IntegrityError), transaction.atomic():
        LocalityName.objects.create(locality=leeds, folded="leeds")
