"""What someone tries who means ill: more fields than the form has, other people's numbers in it, and code for words."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from classes.models import Attendance, Enrolment, Place, Series, WaitingParty
from config.accounts.models import User
from families.models import Baby, Caregiver, HealthAnswers, PracticeLog
from tests.cast import NOW
from tests.matrix.passive import page_findings
from tests.matrix.world import World

pytestmark = pytest.mark.django_db
XSS = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}${7*7}"
# What a form does not ask for, and what a stranger would like to set.
HOSTILE = {
    **{"is_staff": "on", "is_superuser": "on", "groups": "1", "is_active": "", "user": "1", "family": "1", "by": "1"},
    **{
        "price_minor": "0",
        "price": "0",
        "state": "booked",
        "capacity": "999",
        "number": "1",
        "released_at": "2020-01-01",
    },
    **{
        "instructor": "1",
        "version": "99",
        "removed_at": "",
        "caregiver": "1",
        "series": "1",
        "email": "evil@example.org",
    },
    **{
        "written_by": "1",
        "shared_in_family": "",
        "forget_on": "2099-01-01",
        "booked_by": "1",
        "expires_at": "2099-01-01",
    },
}


def post(world: World, role: str, name: str, data: dict[str, Any], **kwargs: Any) -> Any:
    return world.client(role).post(reverse(name, kwargs=kwargs), data)


def rights() -> list[tuple[Any, ...]]:
    return list(User.objects.order_by("pk").values_list("pk", "email", "is_staff", "is_superuser", "is_active"))


def booking_form(**more: Any) -> dict[str, Any]:
    return {
        **{"rows": "1", "new_0_name": "Mateo", "new_0_born": "2026-01-20", "name": "Sam Price", "relation": "parent"},
        **{"language": "en", "born_early": "unsaid", "way": "room"},
        **{"consent_only_we_massage": "on", "consent_follow_cues": "on", "request_key": "k" * 32, "book": "yes"},
        **more,
    }


class TestMassAssignment:
    def test_a_booking_takes_nothing_that_its_form_does_not_ask_for(self, world: World) -> None:
        before = rights()
        data = {**HOSTILE, **booking_form()}
        answer = post(world, "newcomer", "classes:book_place", data, slug=world.things["series"])
        assert answer.status_code == 302, answer.content.decode()[:200]
        enrolment = Enrolment.objects.get(booked_by=world.people["newcomer"])
        series = Series.objects.get(slug=world.things["series"])
        assert (enrolment.price_minor, enrolment.state, enrolment.series) == (6000, "booked", series)
        assert enrolment.expires_at is None
        assert enrolment.family != world.cast.family
        assert rights() == before
        numbers = Place.objects.filter(enrolment=enrolment).values_list("number", flat=True)
        taken = Place.objects.filter(session__series=series, released_at=None).exclude(enrolment=enrolment)
        assert set(numbers) & set(taken.values_list("number", flat=True)) == set()
        assert max(numbers) <= series.capacity

    @pytest.mark.parametrize(
        "name", ["families:settle", "families:choose_cloth", "families:add_companion", "families:add_baby"]
    )
    def test_the_familys_forms_change_nobodys_rights_and_nobody_elses_family(self, world: World, name: str) -> None:
        before = rights(), list(Baby.objects.filter(family=world.cast.other_family).values_list("pk", "first_name"))
        data = {
            **HOSTILE,
            "family": str(world.cast.other_family.pk),
            "name": "X",
            "first_name": "X",
            "born_on": "2026-01-01",
        }
        post(
            world, "parent", name, {**data, "language": "en", "time_zone": "UTC", "relation": "parent", "cloth": "oat"}
        )
        after = rights(), list(Baby.objects.filter(family=world.cast.other_family).values_list("pk", "first_name"))
        assert after == before

    def test_an_office_person_cannot_raise_rights_or_take_an_account(self, world: World) -> None:
        before = rights()
        for person in ("clerk", "parent", "trainer"):
            pk = world.people[person].pk
            data = {**HOSTILE, "name": "New", "language": "en", "time_zone": "UTC", "is_active": "on"}
            post(world, "clerk", "admin:accounts_user_change", data, object_id=pk)
            assert User.objects.get(pk=pk).groups.count() == (0 if person == "parent" else 1)
        assert rights() == before

    def test_nobody_but_a_superuser_changes_a_superuser(self, world: World) -> None:
        pk = world.people["office"].pk
        post(world, "clerk", "admin:accounts_user_change", {"name": "Gone", "language": "en"}, object_id=pk)
        assert User.objects.get(pk=pk).is_active
        assert User.objects.get(pk=pk).name == "Olu Peters"


class TestOtherPeoplesNumbers:
    def test_a_booking_cannot_bring_another_familys_baby_or_adult(self, world: World) -> None:
        cast = world.cast
        data = {
            **booking_form(rows="0", way="stream"),
            "babies": [str(cast.other_baby.pk)],
            "who": [str(cast.other_caregiver.pk)],
        }
        answer = post(world, "parent", "classes:book_place", data, slug="after-the-bath")
        assert answer.status_code == 422
        assert not Enrolment.objects.filter(family=cast.family, series=cast.stream).exists()

    def test_a_waiting_list_cannot_be_joined_with_another_familys_baby(self, world: World) -> None:
        cast = world.cast
        data = {"rows": "0", "babies": [str(cast.other_baby.pk)], "way": "stream", "name": "X", "relation": "parent"}
        post(world, "coparent", "classes:join_waiting_list", data, slug="after-the-bath")
        assert not WaitingParty.objects.filter(series=cast.stream, babies=cast.other_baby).exists()

    def test_a_register_takes_no_place_of_another_series(self, world: World) -> None:
        foreign = Place.objects.filter(session__reference=world.things["other session"])[0]
        for data in (
            {"do": "tap", "place": foreign.pk, "mark": "present", "key": "k" * 24},
            {"do": "note", "place": foreign.pk, "note": "mine now"},
            {f"mark-{foreign.pk}": "present", "key": "k" * 24, "do": "save"},
            {"do": "undo", "tap": "k" * 24},
        ):
            answer = post(world, "instructor", "classes:register", data, reference=world.things["session"])
            assert answer.status_code < 500
        assert not Attendance.objects.filter(place=foreign).exclude(mark="", note="").exists()

    def test_a_diary_takes_no_other_familys_baby(self, world: World) -> None:
        before = PracticeLog.objects.filter(baby=world.cast.other_baby).count()
        data = {"baby": str(world.cast.other_baby.pk), "answer": "calm", "key": "k" * 24, "note": "mine now"}
        answer = post(world, "parent", "classes:log_practice", data, number=1)
        assert answer.status_code in {404, 422, 302}
        assert PracticeLog.objects.filter(baby=world.cast.other_baby).count() == before

    def test_one_adult_cannot_change_what_another_wrote_about_health(self, world: World) -> None:
        before = list(HealthAnswers.objects.values_list("pk", "written_by_id", "shared_in_family"))
        for role in ("coparent", "other_parent", "former"):
            for name in ("families:change_health", "families:share_health", "families:delete_health"):
                assert post(world, role, name, {"shared": "no"}, pk=world.things["baby"]).status_code == 404
        assert list(HealthAnswers.objects.values_list("pk", "written_by_id", "shared_in_family")) == before


class TestWordsThatAreCode:
    def test_a_name_that_is_code_is_shown_as_words_everywhere(self, world: World) -> None:
        cast = world.cast
        Caregiver.objects.filter(pk=cast.caregiver.pk).update(name=XSS)
        Baby.objects.filter(pk=cast.baby.pk).update(first_name=XSS[:60])
        Series.objects.filter(pk=cast.running.pk).update(title=XSS[:90], about=XSS)
        User.objects.filter(pk__in=[cast.parent.pk, cast.instructor.pk]).update(name=XSS)
        type(cast.instructor_profile).objects.filter(pk=cast.instructor_profile.pk).update(
            display_name=XSS, bio=XSS, town=XSS[:40]
        )
        type(cast.venue).objects.filter(pk=cast.venue.pk).update(name=XSS[:80], directions=XSS)
        type(cast.running).objects.filter(pk=cast.running.pk).update(sponsor_name=XSS[:100])
        for role, paths in {
            "parent": [
                "/",
                "/classes/",
                f"/classes/{cast.running.slug}/",
                "/me/",
                f"/me/places/{cast.enrolment.reference}/",
                f"/me/places/{cast.enrolment.reference}/booked/",
                "/me/practice/",
                "/me/family/",
                "/instructors/",
            ],
            "instructor": [
                "/teach/",
                f"/teach/series/{cast.running.slug}/",
                f"/teach/sessions/{world.things['session']}/register/",
                "/teach/series/new/",
            ],
            "office": ["/admin/accounts/user/", "/admin/instructors/instructor/", "/admin/audit/auditentry/"],
            "visitor": [f"/instructors/{cast.instructor_profile.slug}/", f"/classes/{cast.running.slug}/book/"],
        }.items():
            for path in paths:
                answer = world.client(role).get(path)
                body = answer.content.decode()
                assert answer.status_code == 200, path
                assert "<script>alert" not in body, path
                assert "<img src=x" not in body, path
                assert "49" not in body.replace("{{7*7}}", "") or "{{49}}" not in body
                assert page_findings(body) == [], path

    @pytest.mark.parametrize("path", ["/classes/", "/strokes/", "/certificates/", "/instructors/", "/accounts/login/"])
    @pytest.mark.parametrize(
        "words", [XSS, "' OR 1=1 --", "%00", "\x00", "-1", "9" * 40, "nan", "../../etc/passwd", "ﷺ" * 50]
    )
    def test_anything_in_the_query_is_answered_calmly(self, world: World, path: str, words: str) -> None:
        names = [
            "near",
            "delivery",
            "day",
            "language",
            "age_weeks",
            "page",
            "q",
            "region",
            "state",
            "next",
            "after",
            "email",
            "number",
            "code",
            "zone",
        ]
        answer = world.client("visitor").get(path, dict.fromkeys(names, words))
        assert answer.status_code in {200, 302, 400, 404}
        assert "<script>alert" not in answer.content.decode()

    def test_typed_code_comes_back_as_words(self, world: World) -> None:
        for name, kwargs in (
            ("classes:book_place", {"slug": world.things["series"]}),
            ("families:add_baby", {}),
            ("families:add_companion", {}),
            ("families:change_baby", {"pk": world.things["baby"]}),
        ):
            data = dict.fromkeys(
                ("name", "first_name", "email", "phone", "notes", "new_0_name", "companion", "born_on"), XSS
            )
            with transaction.atomic():
                answer = post(world, "parent", name, {**data, "rows": "1"}, **kwargs)
                transaction.set_rollback(True)
            body = answer.content.decode()
            assert answer.status_code == 422
            assert "<script>alert" not in body
            assert page_findings(body) == []


def test_a_link_that_was_guessed_finds_nothing(world: World) -> None:
    """A reference of fifty bits and tokens of a hundred and ninety-two are answered like any page that is not there."""
    client = world.client("parent")
    for path in ("/me/places/0000000000/", "/c/AAAAAAAAAA/", "/teach/sessions/0000000000/register/"):
        assert client.get(path).status_code == 404


def test_the_clock_of_the_tests_is_the_casts(world: World) -> None:
    from django.utils import timezone

    assert timezone.now() == NOW
