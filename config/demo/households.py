"""The families of the demo, founded as a booking would found them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from config.accounts.models import User
from config.demo.files import read
from config.demo.people import make_account
from config.lib.times import local
from families import consents, household, inviting
from families.models import Baby, Caregiver, Consent, Family

FOUNDED_BEFORE = timedelta(days=110)
BABY = re.compile(r"(?P<name>.+): (?P<weeks>-?\d+)(, early (?P<early>\d+))?")


@dataclass
class Home:
    """A household, and what is known of it besides: `mind` are health answers to give when it books."""

    town: str
    family: Family
    caregiver: Caregiver
    user: User
    babies: list[Baby]
    mind: dict[str, Any] = field(default_factory=dict)
    is_cast: bool = False
    # How many series it has that began before now, and that are to come.
    begun: int = 0
    coming: int = 0

    @property
    def has_twins(self) -> bool:
        return len(self.babies) > 1

    @property
    def is_born(self) -> bool:
        return all(baby.born_on for baby in self.babies)


def make_homes(users: dict[str, User], *, now: datetime) -> dict[str, list[Home]]:
    """{town: households}. The fixed cast's two come first in Leeds."""
    homes: dict[str, list[Home]] = {"leeds": _homes_of_cast(users, now=now)}
    for town, told in read("families").items():
        homes.setdefault(town, [])
        homes[town] += [_home(town, told, one, now=now) for one in told["families"]]
    return homes


def _homes_of_cast(users: dict[str, User], *, now: datetime) -> list[Home]:
    """The first family has two adults who sign in; the other family is there to see none of the first one's records."""
    leeds = {"time_zone": "Europe/London", "language": "en"}
    parent, other = users["parent@example.org"], users["other-parent@example.org"]
    first = {
        "adults": [f"{parent.name}: mother"],
        "babies": ["Kofi: 13"],
        "mind": {"conditions": ["skin"], "notes": "Dry patches behind the knees. Only his own ointment there."},
    }
    second = {"adults": [f"{other.name}: mother", "Gareth Fairley: father"], "babies": ["Hana: 15"]}
    homes = [_home("leeds", leeds, one, now=now, user=user) for one, user in ((first, parent), (second, other))]
    _ask_into(homes[0], users["coparent@example.org"], now=now - FOUNDED_BEFORE + timedelta(days=2))
    return homes


def _ask_into(home: Home, user: User, *, now: datetime) -> None:
    """The father joins by an invitation, to come and practise."""
    asked = inviting.invite(
        home.family,
        email=user.email,
        name=user.name,
        relation=Caregiver.Relation.FATHER,
        role=Caregiver.Role.PRACTICE,
        agrees_to_massage=False,
        by=home.caregiver,
        now=now,
    )
    inviting.accept(asked, user=user, name=user.name, now=now + timedelta(hours=3))


def _home(town: str, told: dict[str, Any], one: dict[str, Any], *, now: datetime, user: User | None = None) -> Home:
    founded = now - FOUNDED_BEFORE
    (name, relation), *others = [adult.split(": ") for adult in one["adults"]]
    is_cast = user is not None
    if user is None:
        mail = one.get("mail") or plain(name)
        language = one.get("language", told["language"])
        user = make_account(f"{mail}@example.net", name, zone=told["time_zone"], language=language, at=founded)
    caregiver = household.family_for(user, name=name, time_zone=told["time_zone"], relation=relation, now=founded)
    for other, kind in others:
        household.add_companion(caregiver.family, name=other, relation=kind, by=user, now=founded)
    today = local(now, told["time_zone"]).date()
    new = [new_baby(baby, today=today) for baby in one["babies"]]
    babies = household.add_babies(caregiver.family, new, by=user, now=founded)
    agreed = {kind: kind != Consent.Kind.PHOTOS or len(name) % 2 == 0 for kind in Consent.Kind.values}
    consents.answer(caregiver, answers=agreed, now=founded)
    return Home(town, caregiver.family, caregiver, user, babies, one.get("mind", {}), is_cast=is_cast)


def new_baby(told: str, *, today: date) -> household.NewBaby:
    """ "Wren: 21, early 6" is 21 weeks old, born six weeks before the day; "Ezra: -3" is expected in three weeks."""
    found = BABY.fullmatch(told)
    if found is None:
        raise ValueError(f"{told} is not “name: weeks” or “name: weeks, early weeks”")
    weeks = int(found["weeks"])
    # Not everyone is born on the weekday that today is.
    born_on = today - timedelta(weeks=weeks, days=sum(map(ord, found["name"])) % 7)
    if weeks < 0:
        return household.NewBaby(found["name"], None, born_on)
    due_on = born_on + timedelta(weeks=int(found["early"])) if found["early"] else None
    return household.NewBaby(found["name"], born_on, due_on)


def plain(name: str) -> str:
    """ "Óscar Beltran Mas" as the part of an address before the @: oscar.beltran.mas."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return ".".join(re.sub(r"[^a-z ]", "", letters.lower()).split())
