"""The pages behind links in letters, where nobody signs in: looking changes nothing, and a link serves its own purpose.

Besides: what other people's numbers do in the forms of single dates, moves, make-up places and the waiting list.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from classes.models import Enrolment, MakeUpRight, Offer, Place
from families.models import Caregiver
from tests.cast import NOW
from tests.matrix.passive import page_findings
from tests.matrix.test_attacks import HOSTILE, post
from tests.matrix.world import World, watched

pytestmark = pytest.mark.django_db
LINKS = {
    "classes:cant_come": "away link",
    "classes:notice": "told link",
    "families:join_family": "invitation letter",
    "classes:stop_alert": "alert",
    "families:stop_messages": "stop link",
    "classes:calendar_feed": "feed",
    "classes:check_by_link": "check link",
}
every_link = pytest.mark.parametrize("name", LINKS)


def address(world: World, name: str) -> str:
    return reverse(name, kwargs={"token": world.things[LINKS[name]]})


def places(world: World) -> list[tuple[Any, ...]]:
    return list(Place.objects.order_by("pk").values_list("pk", "enrolment", "baby", "session", "way", "released_at"))


class TestLooking:
    @every_link
    @pytest.mark.parametrize("method", ["get", "head"])
    def test_a_mail_scanner_may_follow_every_link(self, world: World, name: str, method: str) -> None:
        """It comes before the family does, more than once, with odd query strings; and nothing is different then."""
        for query in ("", "?deed=away", "?answer=yes&do=stop", "?next=//evil.example"):
            with watched() as watch:
                answer = getattr(world.client("visitor"), method)(address(world, name) + query)
            assert answer.status_code == 200
            assert watch.writes == []

    @every_link
    def test_a_link_page_is_not_kept_and_not_found_by_search(self, world: World, name: str) -> None:
        answer = world.client("visitor").get(address(world, name))
        assert "noindex" in answer.headers.get("X-Robots-Tag", "")
        kept = answer.headers.get("Cache-Control", "")
        assert "no-store" in kept or "private" in kept

    @every_link
    def test_a_link_page_says_nothing_private(self, world: World, name: str) -> None:
        cast = world.cast
        text = world.client("visitor").get(address(world, name)).content.decode()
        private = ["Moreau", "Noor", "reflux", cast.parent.email]
        if name == "families:join_family":
            private.remove("Moreau")  # who invites is named: a letter from nobody is not to be trusted
        assert [word for word in private if word in text] == []
        if not name.endswith("feed"):
            assert page_findings(text) == []


class TestOnePurpose:
    def test_the_token_of_one_link_opens_no_other(self, world: World) -> None:
        for name in LINKS:
            for other, label in LINKS.items():
                if other != name:
                    wrong = reverse(name, kwargs={"token": world.things[label]})
                    assert world.client("visitor").get(wrong).status_code == 404, (name, label)
                    assert world.client("visitor").post(wrong, {"deed": "away"}).status_code in {404, 405}, (
                        name,
                        label,
                    )

    def test_a_link_about_one_date_touches_no_other_booking_and_no_other_baby(self, world: World) -> None:
        before = places(world)
        for more in (
            {"deed": "away", "baby": str(world.cast.other_baby.pk)},
            {"deed": "away", "baby": [str(world.cast.baby.pk), str(world.cast.other_baby.pk)]},
            {"deed": "cancel"},
            {"deed": "move"},
            {},
        ):
            answer = world.client("visitor").post(address(world, "classes:cant_come"), {**HOSTILE, **more})
            assert answer.status_code == 422, more
        assert places(world) == before

    def test_more_than_the_form_asks_for_does_nothing_more(self, world: World) -> None:
        foreign = {"session": world.things["other session"], "enrolment": world.things["other enrolment"]}
        with transaction.atomic():
            data = {**HOSTILE, **foreign, "deed": "away"}
            assert world.client("visitor").post(address(world, "classes:cant_come"), data).status_code == 302
            gone = Place.objects.filter(released_at__isnull=False).values_list("enrolment", "session__number")
            assert list(gone) == [(world.cast.enrolment.pk, 3)]
            transaction.set_rollback(True)

    def test_an_invitation_makes_nobody_a_member_who_is_not_signed_in(self, world: World) -> None:
        before = list(Caregiver.objects.values_list("pk", "family", "user", "role", "removed_at"))
        data = {**HOSTILE, "name": "Eve", "relation": "parent", "role": "full", "user": str(world.people["parent"].pk)}
        world.client("visitor").post(address(world, "families:join_family"), data)
        assert list(Caregiver.objects.values_list("pk", "family", "user", "role", "removed_at")) == before


class TestOtherPeoplesNumbers:
    """As `other_parent`, with everything that belongs to the family of `parent`."""

    def refused(self, world: World, role: str, name: str, data: dict[str, Any], **kwargs: Any) -> None:
        before = places(world), list(Enrolment.objects.order_by("pk").values("pk", "state", "series", "way"))
        answer = post(world, role, name, {**HOSTILE, **data}, **kwargs)
        assert answer.status_code in {404, 409, 422}, (name, answer.status_code)
        after = places(world), list(Enrolment.objects.order_by("pk").values("pk", "state", "series", "way"))
        assert after == before

    def test_a_date_is_given_back_by_nobody_else(self, world: World) -> None:
        mine, date = world.things["enrolment"], world.things["substituted session"]
        for name in ("classes:release_date", "classes:take_back_date", "classes:switch_date"):
            self.refused(world, "other_parent", name, {"way": "stream"}, reference=mine, session=date)
            own = {"reference": world.things["other enrolment"], "session": date}
            self.refused(world, "other_parent", name, {"way": "stream"}, **own)

    def test_a_date_is_given_back_for_ones_own_babies_alone(self, world: World) -> None:
        date = {"reference": world.things["enrolment"], "session": world.things["substituted session"]}
        self.refused(world, "parent", "classes:release_date", {"baby": str(world.cast.other_baby.pk)}, **date)

    def test_a_make_up_place_is_booked_with_ones_own_right_alone(self, world: World) -> None:
        cast = world.cast
        missed = cast.running.sessions.get(number=3)
        right = {"enrolment": cast.enrolment, "baby": cast.baby, "missed": missed, "number": 1, "at_most": 2}
        MakeUpRight.objects.create(granted_at=NOW, expires_at=NOW + timedelta(days=60), **right)
        data = {"missed": missed.reference, "place": f"{cast.open.sessions.get(number=3).reference}:room"}
        self.refused(world, "other_parent", "classes:choose_make_up", data, reference=world.things["other enrolment"])
        self.refused(world, "other_parent", "classes:choose_make_up", data, reference=world.things["enrolment"])
        assert list(MakeUpRight.objects.values_list("state", flat=True)) == ["open"]

    def test_a_booking_is_moved_and_ended_by_its_family_alone(self, world: World) -> None:
        data = {"to": world.things["draft"], "agreed": "0", "way": "room"}
        for role, names in {
            "other_parent": ("classes:move_place", "classes:cancel_place", "classes:end_quietly"),
            "former": ("classes:move_place", "classes:cancel_place", "classes:end_quietly"),
            "parent": ("classes:move_place",),
        }.items():
            for name in names:
                self.refused(world, role, name, data, reference=world.things["enrolment"])

    def test_an_offer_is_answered_by_its_family_alone(self, world: World) -> None:
        for role in ("other_parent", "former"):
            for answer in ("yes", "no"):
                data = {"answer": answer, "party": "1"}
                self.refused(world, role, "classes:answer_offer", data, token=world.things["offer"])
        assert set(Offer.objects.values_list("state", flat=True)) == {"open"}

    def test_places_are_offered_by_hand_in_ones_own_series_to_its_own_line(self, world: World) -> None:
        for role, slug in (
            ("other_instructor", "other series"),
            ("other_instructor", "series"),
            ("instructor", "draft"),
        ):
            entry = {"slug": world.things[slug], "key": world.things["waiting entry"]}
            self.refused(world, role, "classes:offer_by_hand", {"reason": "mine", "series": "1"}, **entry)
