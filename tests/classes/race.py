"""A race in real processes: a database of its own, 500 families who are signed in, a real server. Run as a script it lays
the world out (`world`), tries to book without any lock (`unlocked`), or tells how it ended (`outcome`)."""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.accounts.models import User

SLUG = "the-last-places"
PLACES, CLIENTS = 20, 500
CSRF = "a" * 32


def _world() -> dict[str, Any]:
    """One series of five sessions with 24 places, 4 of them taken; and CLIENTS families, each with a session key."""
    from django.db import transaction
    from django.utils import timezone

    from tests.cast import build_cast
    from tests.factories.classes import make_enrolment, make_series
    from tests.factories.families import add_baby

    now = timezone.now()
    with transaction.atomic():
        cast = build_cast()
        first = (now + timedelta(days=10)).date()
        series = make_series(cast.instructor_profile, slug=SLUG, first=first, capacity=PLACES + 4)
        early = [add_baby(cast.family, f"Early {number}") for number in range(4)]
        make_enrolment(series, family=cast.family, babies=early, by=cast.parent)
        return {"keys": _families(), "slug": SLUG}


def _families() -> list[tuple[str, int]]:
    """(session key, baby id) of each family, made in bulk."""
    from django.utils import timezone

    from config.accounts.models import User
    from families.models import Baby, Caregiver, Family

    now = timezone.now()
    users = User.objects.bulk_create(
        User(email=f"racer{number}@example.org", name=f"Racer {number}", password="!", time_zone="Europe/London")
        for number in range(CLIENTS)
    )
    families = Family.objects.bulk_create(Family(created_at=now, time_zone="Europe/London") for _user in users)
    pairs = list(zip(users, families, strict=True))
    Caregiver.objects.bulk_create(
        Caregiver(family=family, user=user, name=user.name, joined_at=now) for user, family in pairs
    )
    born = (now - timedelta(weeks=9)).date()
    babies = Baby.objects.bulk_create(Baby(family=family, first_name="Baby", born_on=born) for family in families)
    return list(zip(session_keys(users), [baby.pk for baby in babies], strict=True))


def session_keys(users: Sequence[User]) -> list[str]:
    """A session for each of these people, who are signed in by it; its key."""
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    store = SessionStore()
    rows = [
        Session(
            session_key=f"race{number:028d}",
            session_data=store.encode(
                {
                    "_auth_user_id": str(user.pk),
                    "_auth_user_backend": "allauth.account.auth_backends.AuthenticationBackend",
                    "_auth_user_hash": user.get_session_auth_hash(),
                }
            ),
            expire_date=timezone.now() + timedelta(days=1),
        )
        for number, user in enumerate(users)
    ]
    Session.objects.bulk_create(rows)
    return [row.session_key for row in rows]


def _outcome() -> dict[str, Any]:
    """How it ended, by the rows."""
    from classes.models import Enrolment, Place, Session, WaitingParty

    sessions = Session.objects.filter(series__slug=SLUG)
    numbers = {
        session.number: sorted(session.places.unreleased().values_list("number", flat=True)) for session in sessions
    }
    return {
        "booked": Enrolment.objects.booked().filter(series__slug=SLUG).count() - 1,
        "numbers": numbers,
        "babies_twice": sum(
            count > 1 for count in Counter(Place.objects.unreleased().values_list("session_id", "baby_id")).values()
        ),
        "waiting": WaitingParty.objects.in_line().filter(series__slug=SLUG).count(),
    }


def _unlocked(number: int, tries: int) -> dict[str, int]:
    """Write places with no lock, no transaction around look and write, and no obstacle asked: what a bug would do."""
    from django.db import IntegrityError, OperationalError
    from django.utils import timezone

    from classes.models import Enrolment, Series
    from classes.places import occupancy, take_places
    from config.accounts.models import User
    from families.models import Baby, Caregiver

    series = Series.objects.get(slug=SLUG)
    tally = Counter[str]()
    for attempt in range(tries):
        user = User.objects.get(email=f"racer{number * tries + attempt}@example.org")
        me = Caregiver.objects.select_related("family").get(user=user)
        now = timezone.now()
        seen = occupancy(series, now=now)
        time.sleep(0.01)
        enrolment = Enrolment.objects.create(
            series=series, family=me.family, booked_by=user, price_minor=0, currency="GBP", booked_at=now
        )
        babies = list(Baby.objects.of_family(me.family))
        try:
            take_places(enrolment, sessions=seen.sessions, babies=babies, taken=seen.numbers("room"), at=now)
        except IntegrityError:
            tally["refused"] += 1
        except OperationalError:
            tally["busy"] += 1
        else:
            tally["written"] += 1
    return dict(tally)


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    deed, *rest = sys.argv[1:]
    deeds = {"world": _world, "outcome": _outcome, "unlocked": _unlocked}
    sys.stdout.write(json.dumps(deeds[deed](*(int(word) for word in rest))))  # type: ignore[operator]


if __name__ == "__main__":
    main()
