"""The cast with the whole curriculum behind it, for pages that show what is taught."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from classes.models import Series
from config.accounts.models import User
from curriculum.files import Table, tables
from curriculum.loading import load
from curriculum.models import Plan
from families import health
from families.models import Baby, Caregiver, Family
from tests.cast import NOW, Cast, build_cast
from tests.factories.classes import make_enrolment, make_series


@lru_cache(maxsize=1)
def _files() -> list[Table]:
    return tables()


def taught_cast() -> Cast:
    """The cast; its series follow the five weeks that are really taught."""
    load(_files())
    return build_cast()


def book_series(cast: Cast, *babies: Baby, slug: str, first: date, plan: str = "five-weeks", **fields: Any) -> Series:
    """A series of the cast's instructor, ten in the morning in Leeds, with places for these babies of one family."""
    series = make_series(
        cast.instructor_profile,
        title=slug.replace("-", " ").capitalize(),
        slug=slug,
        first=first,
        clock=time(10),
        venue=cast.venue,
        plan=Plan.objects.get(slug=plan),
        **fields,
    )
    family = babies[0].family
    make_enrolment(series, family=family, babies=babies, by=account_of(adults_of(family)[0]))
    return series


def adults_of(family: Family) -> list[Caregiver]:
    """The adults of a family who sign in."""
    return list(Caregiver.objects.current().of_family(family).select_related("user").exclude(user=None))


def account_of(adult: Caregiver) -> User:
    assert adult.user is not None
    return adult.user


def tell_health(
    baby: Baby, *conditions: str, by: Caregiver, born_early: str = "no", notes: str = "", now: datetime = NOW
) -> None:
    """Keep health answers about this baby, as booking would."""
    facts = {"born_early": born_early, "conditions": list(conditions), "notes": notes}
    health.write_health_answers(
        baby, facts=facts, by=by, account=account_of(by), last_session_on=date(2026, 4, 9), now=now
    )
