"""The link in a reminder: one date, one booking, no sign-in. Page: `cant_come`."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from classes import away, releasing
from classes.models import AwayLink, Enrolment, Hold, MakeUpRight, Place, Session
from config.lib.logs import discreet
from families.models import Caregiver, Family
from tests.answers import said
from tests.cast import Cast, sign_in
from tests.factories.families import add_baby


@pytest.fixture
def token(cast: Cast, now: datetime) -> str:
    """Written to Ines about Ada on 26 March."""
    return away.make_link(cast.enrolment, session=third(cast), caregiver=cast.caregiver, now=now)


def third(cast: Cast) -> Session:
    return cast.running.sessions.get(number=3)


def standing(cast: Cast) -> list[int]:
    """Numbers of the sessions to come in which Ada has a place."""
    places = cast.enrolment.places.unreleased().filter(session__number__gte=3)
    return list(places.order_by("session__number").values_list("session__number", flat=True))


def rows(cast: Cast) -> tuple[Any, ...]:
    return (
        list(Place.objects.order_by("pk").values()),
        list(MakeUpRight.objects.order_by("pk").values()),
        list(AwayLink.objects.values()),
    )


def test_only_a_hash_of_the_secret_is_kept(cast: Cast, token: str) -> None:
    link = AwayLink.objects.get()
    assert len(token) == 32
    assert token not in str(list(AwayLink.objects.values()))
    assert (len(link.token_hash), link.expires_at) == (64, third(cast).starts_at)


def test_looking_changes_nothing(cast: Cast, token: str, client: Client) -> None:
    before = rows(cast)
    for method in ("get", "head", "get"):
        answer = getattr(client, method)(f"/away/{token}/")
        assert answer.status_code == 200
    assert client.get(f"/away/{token}/?deed=away").status_code == 200
    assert rows(cast) == before


def test_cant_come_shows_the_date_and_nothing_private(cast: Cast, token: str, client: Client) -> None:
    page = client.get(f"/away/{token}/")
    words = page.content.decode()

    assert "Gentle Thursdays" in words
    assert "You get a make-up place" in words
    assert "our message to Ines" in words
    for private in ("Moreau", "parent@example.org", "2025", "Otley", cast.other_baby.first_name):
        assert private not in words, private
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert '<meta name="referrer" content="strict-origin">' in words


def test_one_tap_gives_the_date_back_and_a_second_undoes_it(cast: Cast, token: str, client: Client) -> None:
    done = client.post(f"/away/{token}/", {"deed": "away"}, follow=True).content.decode()
    assert "Thank you for telling us" in done
    assert "Undo, we are coming" in done
    assert "You have a make-up place" in done
    assert "There are 2 classes that fit." in done
    assert standing(cast) == [4, 5]
    assert MakeUpRight.objects.get().state == "open"

    back = client.post(f"/away/{token}/", {"deed": "back"}, follow=True).content.decode()
    assert "You can’t come this time?" in back
    assert standing(cast) == [3, 4, 5]
    assert MakeUpRight.objects.get().state == "withdrawn"


def test_only_one_of_them_stays_home(cast: Cast, token: str, client: Client, now: datetime) -> None:
    theo = add_baby(cast.family, "Theo")
    Place.objects.create(enrolment=cast.enrolment, session=third(cast), baby=theo, number=7)
    assert "Only one of them stays home" in client.get(f"/away/{token}/").content.decode()
    page = client.post(f"/away/{token}/", {"deed": "away", "baby": str(theo.pk)}, follow=True).content.decode()

    assert "Theo can’t come" in page
    assert "The place of Ada is kept." in page
    assert list(third(cast).places.filter(enrolment=cast.enrolment, released_at=None)) == [
        cast.enrolment.places.get(session=third(cast), baby=cast.baby)
    ]
    client.post(f"/away/{token}/", {"deed": "back"})
    assert third(cast).places.filter(enrolment=cast.enrolment, released_at=None).count() == 2


def test_the_date_is_joined_by_stream_instead(cast: Cast, token: str, client: Client) -> None:
    page = client.post(f"/away/{token}/", {"deed": "stream"}, follow=True).content.decode()
    assert "You join by live-stream" in page
    assert cast.enrolment.places.unreleased().get(session=third(cast)).way == "stream"


@pytest.mark.parametrize(
    "typed", [{}, {"deed": "cancel"}, {"deed": "away", "baby": "999999"}, {"deed": "away", "baby": "x"}]
)
def test_anything_else_does_nothing(cast: Cast, token: str, client: Client, typed: dict[str, str]) -> None:
    before = rows(cast)
    assert client.post(f"/away/{token}/", typed).status_code == 422
    assert rows(cast) == before


def test_another_familys_baby_cannot_be_named(cast: Cast, token: str, client: Client) -> None:
    typed = {"deed": "away", "baby": str(cast.other_baby.pk)}
    assert client.post(f"/away/{token}/", typed).status_code == 422
    assert cast.other_enrolment.places.unreleased().count() == 5


def test_a_refusal_says_why_and_keeps_the_page(cast: Cast, token: str, client: Client, now: datetime) -> None:
    releasing.release(cast.enrolment, session=third(cast), babies=[cast.baby], by=cast.parent, now=now)
    Session.objects.filter(pk=third(cast).pk).update(capacity=2)
    Hold.objects.create(series=cast.running, session=third(cast), made_at=now, expires_at=now + timedelta(minutes=9))
    answer = client.post(f"/away/{token}/", {"deed": "back"})
    assert answer.status_code == 409
    assert "Someone else has taken the place by now." in answer.content.decode()


def test_it_needs_its_forms_token(cast: Cast, token: str) -> None:
    guarded = Client(enforce_csrf_checks=True)
    assert guarded.post(f"/away/{token}/", {"deed": "away"}).status_code == 403
    assert standing(cast) == [3, 4, 5]


def ended(cast: Cast, **fields: Any) -> None:
    Enrolment.objects.filter(pk=cast.enrolment.pk).update(**fields)


DEAD: dict[str, Callable[[Cast, datetime], Any]] = {
    "removed from the family": lambda cast, now: Caregiver.objects.filter(pk=cast.caregiver.pk).update(removed_at=now),
    "only sees the dates": lambda cast, now: Caregiver.objects.filter(pk=cast.caregiver.pk).update(role="dates"),
    "came back later": lambda cast, now: Caregiver.objects.filter(pk=cast.caregiver.pk).update(
        joined_at=now + timedelta(hours=1)
    ),
    "account closed": lambda cast, now: type(cast.parent).objects.filter(pk=cast.parent.pk).update(is_active=False),
    "booking cancelled": lambda cast, now: ended(cast, state="cancelled"),
    "quiet": lambda cast, now: Family.objects.filter(pk=cast.family.pk).update(quiet_at=now),
    "revoked": lambda cast, now: away.revoke(AwayLink.objects.get(), now=now),
    "called off": lambda cast, now: Session.objects.filter(pk=third(cast).pk).update(state="cancelled"),
    "begun": lambda cast, now: Session.objects.filter(pk=third(cast).pk).update(starts_at=now),
    "expired": lambda cast, now: AwayLink.objects.update(expires_at=now),
}


@pytest.mark.parametrize("why", DEAD)
def test_a_dead_link_answers_like_one_that_never_was(
    cast: Cast, token: str, client: Client, now: datetime, why: str
) -> None:
    DEAD[why](cast, now)
    unknown = "A" * 32
    for method in ("get", "post"):
        dead = getattr(client, method)(f"/away/{token}/", {"deed": "away"} if method == "post" else None)
        never = getattr(client, method)(f"/away/{unknown}/", {"deed": "away"} if method == "post" else None)
        assert dead.status_code == 404
        assert said(dead, token) == said(never, unknown)
        assert "Sign in to your classes" in dead.content.decode()
    assert standing(cast) == [3, 4, 5]


def test_an_altered_letter_in_the_address_finds_nothing(cast: Cast, token: str, client: Client) -> None:
    altered = token[:-1] + ("A" if token[-1] != "A" else "B")
    assert client.get(f"/away/{altered}/").status_code == 404
    assert client.get(f"/away/{token}x/").status_code == 404


def test_the_secret_does_not_reach_the_logs(token: str) -> None:
    event = discreet(logging.getLogger(), "info", {"event": f"GET /away/{token}/", "request": f"GET /away/{token}/"})
    assert event == {"event": "GET /away/…/", "request": "GET /away/…/"}


def test_a_change_of_password_does_not_concern_it_and_signing_in_changes_nothing(
    cast: Cast, token: str, client: Client
) -> None:
    sign_in(client, cast.other_parent)
    page = client.get(f"/away/{token}/")
    assert page.status_code == 200
    assert "Haddad" not in re.sub(r"<header.*?</header>", "", page.content.decode(), flags=re.S)
