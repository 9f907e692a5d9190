"""The trainers, the instructors and the candidates of the demo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.text import slugify

from config.accounts.models import User
from config.demo import schooling
from config.demo.files import read
from config.demo.people import make_account
from config.demo.schooling import Stage
from instructors.models import Instructor, TrainingEvent
from instructors.signing_keys import make_key

MONTH = 30.44


@dataclass(frozen=True)
class School:
    """The example body and who acts for it."""

    trainer: User
    other_trainer: User
    registrar: User
    now: datetime


def open_school(users: dict[str, User], *, now: datetime) -> School:
    """The registrar and the two trainers, with their own certificates."""
    school = School(
        users["trainer@example.org"], users["other-trainer@example.org"], users["registrar@example.org"], now
    )
    schooling.body().registrars.add(school.registrar)
    # Older than the oldest certificate that is signed with it.
    make_key(schooling.body(), by=None, now=now - timedelta(days=3000))
    for count, trainer in enumerate((school.trainer, school.other_trainer), start=101):
        # These two hold for five years, so that they could train everyone who follows.
        for code in ("CIMI", "CIIT"):
            schooling.record_old_certificate(
                code, trainer, months_ago=50, count=count, registrar=school.registrar, now=now, months=84
            )
    return school


def make_teachers(school: School, users: dict[str, User]) -> dict[str, Instructor]:
    """{key of teachers.toml: profile}, each with the certificate that the file says."""
    told = read("teachers")
    return {key: _teacher(one, number, school, users) for number, (key, one) in enumerate(told.items(), start=111)}


def _teacher(one: dict[str, Any], number: int, school: School, users: dict[str, User]) -> Instructor:
    joined = school.now - timedelta(days=400)
    user = users.get(one["email"]) or make_account(
        one["email"], one["name"], zone=one["time_zone"], language=one["language"], at=joined
    )
    users[one["email"]] = user
    if one["certificate"] == "trained":
        _train_long_ago(user, one, school)
    elif one["certificate"]:
        schooling.record_old_certificate(
            "CIMI", user, months_ago=one["held"], count=number, registrar=school.registrar, now=school.now
        )
    profile, _made = Instructor.objects.update_or_create(
        user=user,
        defaults={
            "slug": slugify(one["name"]),
            "display_name": one["name"],
            "bio": one["bio"],
            "town": one["town"],
            "country": one["country"],
            "time_zone": one["time_zone"],
            "languages": one["languages"],
            "taught_since": one["since"],
            "is_listed": bool(one["certificate"]),
        },
    )
    return profile


def _train_long_ago(user: User, one: dict[str, Any], school: School) -> None:
    """The training that ended with a certificate `held` months ago."""
    issued = school.now - timedelta(days=round(one["held"] * MONTH))
    first_on = (issued - timedelta(days=68)).date()
    event = schooling.open_event(
        _name_of_event(one["town"], first_on),
        place=one["town"],
        zone=one["time_zone"],
        lead=school.trainer,
        first_on=first_on,
    )
    schooling.train(user, event, trainer=school.trainer, until=Stage.CERTIFIED)


def make_candidates(school: School, users: dict[str, User]) -> None:
    """Three traineeships: halfway, ready to be signed off, and just accepted by the other trainer."""
    now = school.now
    halfway = _event("Leeds", school.trainer, now, days=-49)
    schooling.train(users["candidate@example.org"], halfway, trainer=school.trainer, until=Stage.HALFWAY)
    ready = _event("Leeds", school.trainer, now, days=-84)
    leilani = make_account(
        "leilani.kahale@example.net",
        "Leilani Kahale",
        zone="Europe/London",
        language="en",
        at=now - timedelta(days=150),
    )
    schooling.train(leilani, ready, trainer=school.trainer, until=Stage.READY)
    coming = _event("València", school.other_trainer, now, days=26)
    oskar = make_account(
        "oskar.lindqvist@example.net",
        "Oskar Lindqvist-Bauer",
        zone="Europe/Madrid",
        language="en",
        at=now - timedelta(days=20),
    )
    schooling.train(oskar, coming, trainer=school.other_trainer, until=Stage.ACCEPTED)


def _event(town: str, lead: User, now: datetime, *, days: int) -> TrainingEvent:
    first_on = (now + timedelta(days=days)).date()
    zone = "Europe/Madrid" if town == "València" else "Europe/London"
    name = _name_of_event(town, first_on)
    return schooling.open_event(name, place=town, zone=zone, lead=lead, first_on=first_on)


def _name_of_event(town: str, first_on: date) -> str:
    return f"CIMI in four days, {town}, {first_on:%B %Y}"
