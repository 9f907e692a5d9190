from __future__ import annotations

from datetime import datetime

from django.test import Client

from config.roles import roles_of
from tests.cast import Cast, sign_in


def test_the_cast_has_its_roles(cast: Cast) -> None:
    names = ("parent", "coparent", "instructor", "candidate", "trainer", "office")
    people = {name: roles_of(getattr(cast, name)) for name in names}

    assert people == {
        "parent": frozenset({"caregiver"}),
        "coparent": frozenset({"caregiver"}),
        "instructor": frozenset({"instructor", "holder"}),
        "candidate": frozenset({"candidate", "instructor"}),
        "trainer": frozenset({"holder", "staff"}),
        "office": frozenset({"staff"}),
    }


def test_two_sessions_of_the_running_series_are_over(cast: Cast, now: datetime) -> None:
    assert [session.is_over(now) for session in cast.running.sessions.all()] == [True, True, False, False, False]


def test_sign_in_opens_a_session(cast: Cast, client: Client) -> None:
    sign_in(client, cast.trainer)

    assert client.session["_auth_user_id"] == str(cast.trainer.pk)
