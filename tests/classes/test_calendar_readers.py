"""The calendar feed as khal reads it: a calendar program that is not ours, run as a person would run it."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from django.test import Client

from classes import feeds
from classes.models import Session
from tests.cast import NOW, Cast
from tests.classes.test_calendars import release
from tests.factories.classes import make_enrolment, make_series

SETTINGS = """
[calendars]
[[classes]]
path = {folder}/classes
[default]
default_calendar = classes
[sqlite]
path = {folder}/khal.db
[locale]
local_timezone = {zone}
default_timezone = {zone}
timeformat = %H:%M
dateformat = %d.%m.%Y
longdateformat = %d.%m.%Y
datetimeformat = %d.%m.%Y %H:%M
longdatetimeformat = %d.%m.%Y %H:%M
"""
SHOWN = "{start-long-full}-{end-time} {title} | {status}"


class Khal:
    """khal with a folder of its own, for someone who lives in that zone."""

    def __init__(self, folder: Path, *, zone: str = "Europe/London") -> None:
        self.folder = folder
        (folder / "classes").mkdir()
        (folder / "settings").write_text(SETTINGS.format(folder=folder, zone=zone))

    def take(self, text: str) -> list[str]:
        """What khal shows of 2026 after it has taken in this calendar."""
        (self.folder / "feed.ics").write_bytes(text.encode())
        self._run("import", "--batch", str(self.folder / "feed.ics"))
        listed = self._run("list", "--day-format", "", "--format", SHOWN, "01.01.2026", "31.12.2026")
        return [" ".join(line.split()) for line in listed.splitlines() if line.strip()]

    def _run(self, *words: str) -> str:
        command = [sys.executable, "-m", "khal", "--config", str(self.folder / "settings"), *words]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


def feed_text(cast: Cast) -> str:
    """The calendar at the address of the parent, whose address is made on the way."""
    token = feeds.make_address(cast.caregiver, by=cast.parent, now=NOW)
    return Client().get(f"/calendar/{token}.ics").content.decode()


def test_khal_follows_a_date_that_moved_twice_one_called_off_and_one_given_back(cast: Cast, tmp_path: Path) -> None:
    khal = Khal(tmp_path)
    assert khal.take(feed_text(cast)) == [
        "12.03.2026 10:00-10:40 Gentle Thursdays, session 1: Asking, and legs | CONFIRMED",
        "19.03.2026 10:00-10:40 Gentle Thursdays, session 2: Tummy | CONFIRMED",
        "26.03.2026 10:00-10:40 Gentle Thursdays, session 3: Chest, arms and hands | CONFIRMED",
        "02.04.2026 10:00-10:40 Gentle Thursdays, session 4: Face and back | CONFIRMED",
        "09.04.2026 10:00-10:40 Gentle Thursdays, session 5: All together | CONFIRMED",
    ]

    third = cast.running.sessions.filter(number=3)
    third.tell_anew(now=NOW, starts_at=datetime(2026, 3, 27, 9, tzinfo=UTC))
    third.tell_anew(now=NOW, starts_at=datetime(2026, 3, 30, 9, tzinfo=UTC))
    cast.running.sessions.filter(number=4).tell_anew(now=NOW, state=Session.State.CANCELLED)
    release(cast, number=5)
    assert khal.take(feed_text(cast)) == [
        "12.03.2026 10:00-10:40 Gentle Thursdays, session 1: Asking, and legs | CONFIRMED",
        "19.03.2026 10:00-10:40 Gentle Thursdays, session 2: Tummy | CONFIRMED",
        "30.03.2026 10:00-10:40 Gentle Thursdays, session 3: Chest, arms and hands | CONFIRMED",
        "02.04.2026 10:00-10:40 Called off: Gentle Thursdays, session 4: Face and back | CANCELLED",
        "09.04.2026 10:00-10:40 Given back: Gentle Thursdays, session 5: All together | CANCELLED",
    ]


# Two sessions at ten, one on each side of a change. The clocks go forward in Leeds on 29 March and back on 25 October;
# in the south they go back on 5 April and forward on 4 October, on Lord Howe by half an hour.
CHANGES = {
    "Spring in Leeds": ("Europe/London", date(2026, 3, 26)),
    "Autumn on Lord Howe": ("Australia/Lord_Howe", date(2026, 4, 2)),
    "Spring in Sydney": ("Australia/Sydney", date(2026, 10, 1)),
    "Autumn in Leeds": ("Europe/London", date(2026, 10, 22)),
}


def test_khal_keeps_the_hour_over_every_change_of_the_clocks(cast: Cast, tmp_path: Path) -> None:
    """Read by someone in Kolkata, half an hour off, whose clocks never change: there it is the class that wanders."""
    for number, (title, (zone, first)) in enumerate(CHANGES.items()):
        series = make_series(
            cast.instructor_profile, slug=f"far-{number}", title=title, first=first, weeks=2, time_zone=zone
        )
        make_enrolment(series, family=cast.family, babies=[cast.baby], by=cast.parent)
    listed = Khal(tmp_path, zone="Asia/Kolkata").take(feed_text(cast))

    assert [line.split(", session")[0] for line in listed if "Gentle" not in line] == [
        "26.03.2026 15:30-16:10 Spring in Leeds",
        "02.04.2026 04:30-05:10 Autumn on Lord Howe",
        "02.04.2026 14:30-15:10 Spring in Leeds",
        "09.04.2026 05:00-05:40 Autumn on Lord Howe",
        "01.10.2026 05:30-06:10 Spring in Sydney",
        "08.10.2026 04:30-05:10 Spring in Sydney",
        "22.10.2026 14:30-15:10 Autumn in Leeds",
        "29.10.2026 15:30-16:10 Autumn in Leeds",
    ]
