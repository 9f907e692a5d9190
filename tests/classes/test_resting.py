"""Not this part for now: a baby's own plan, by its family's choice (rest_part) or its instructor's (rest_parts)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from classes import practice, resting
from classes.models import Enrolment, RestingPart
from classes.resting import CannotRest
from config.audit.models import AuditEntry
from tests.cast import NOW, Cast, sign_in
from tests.classes.test_practice_week import words
from tests.factories.families import add_baby
from tests.factories.practice import taught_cast, tell_health

FAMILY, INSTRUCTOR = RestingPart.AskedBy.FAMILY, RestingPart.AskedBy.INSTRUCTOR


@pytest.fixture
def cast(db: None, now: object) -> Cast:
    return taught_cast()


@pytest.fixture
def parent(cast: Cast, client: Client) -> Client:
    return sign_in(client, cast.parent)


def rest(cast: Cast, region: str = "abdomen", asked_by: RestingPart.AskedBy = FAMILY) -> RestingPart:
    return resting.rest(cast.enrolment, baby=cast.baby, region=region, asked_by=asked_by, by=cast.parent, now=NOW)


def shown(client: Client, number: int, query: str = "") -> tuple[list[str], list[str]]:
    """(new, again) on the page of that week, by parts of the body."""
    sheet = client.get(f"/me/practice/{number}/{query}").context["sheet"]
    return [group.guide.region for group in sheet.groups], [part.region for part in sheet.parts]


class TestFamily:
    def test_a_part_rests_and_is_taken_up_again_on_the_page(self, cast: Cast, parent: Client) -> None:
        assert shown(parent, 2) == (["abdomen"], ["holding", "legs_feet"])
        answer = parent.post("/me/practice/2/rest/", {"region": "legs_feet"})
        assert (answer.status_code, answer.headers["Location"]) == (302, "/me/practice/2/#resting")
        assert shown(parent, 2) == (["abdomen"], ["holding"])
        assert "Legs and feet: not for now, as you chose." in words(parent.get("/me/practice/2/"))
        # It can be looked at all the same.
        assert shown(parent, 2, "?all=1") == (["abdomen"], ["holding", "legs_feet"])

        parent.post("/me/practice/2/rest/", {"region": "legs_feet", "up": "1"})
        assert shown(parent, 2) == (["abdomen"], ["holding", "legs_feet"])

    def test_what_is_new_may_rest_too(self, cast: Cast, parent: Client) -> None:
        rest(cast)
        page = words(parent.get("/me/practice/2/"))
        assert "What is new rests for now. Choose from what you both know and like." in page
        assert shown(parent, 2) == ([], ["holding", "legs_feet"])

    def test_where_nothing_is_left_to_choose_nobody_is_sent_to_choose(self, cast: Cast, parent: Client) -> None:
        rest(cast)
        tell_health(cast.baby, "heart_seizure", by=cast.caregiver)
        page = parent.get("/me/practice/2/")
        assert "Choose from what you both know and like." not in words(page)
        assert "For now, being held, your voice and your warm, still hands are Ada’s massage." in words(page)
        # No picture stands there to be explained, nor a stroke to be practised twice a day.
        assert [one for one in ('class="hand-key"', "once a day") if one in page.content.decode()] == []

    def test_it_is_one_baby_s_own(self, cast: Cast, parent: Client) -> None:
        theo = add_baby(cast.family, "Theo")
        rest(cast)
        assert resting.resting_of(cast.enrolment, theo) == []

    @pytest.mark.parametrize("region", ["holding", "no-such-part", ""])
    def test_holding_never_rests_nor_what_is_no_part(self, cast: Cast, parent: Client, region: str) -> None:
        assert parent.post("/me/practice/2/rest/", {"region": region}).status_code == 302
        assert RestingPart.objects.count() == 0

    def test_another_family_s_baby_is_not_found(self, cast: Cast, parent: Client) -> None:
        told = {"region": "abdomen", "baby": str(cast.other_baby.pk), "series": cast.running.slug}
        assert parent.post("/me/practice/2/rest/", told).status_code == 404
        assert RestingPart.objects.count() == 0


class TestDeed:
    def test_twice_is_once_and_the_first_who_asked_stands(self, cast: Cast) -> None:
        first = rest(cast, asked_by=INSTRUCTOR)
        assert rest(cast, asked_by=FAMILY) == first
        assert [row.asked_by for row in RestingPart.objects.all()] == [INSTRUCTOR]
        assert AuditEntry.objects.filter(what="let a part of the body rest").count() == 1

    def test_the_trail_does_not_say_which_part(self, cast: Cast) -> None:
        rest(cast)
        resting.take_up(cast.enrolment, baby=cast.baby, region="abdomen", by=cast.parent, now=NOW)
        assert "abdomen" not in str(list(AuditEntry.objects.values_list("what", "detail")))

    def test_a_booking_that_ended_stays_as_it_is(self, cast: Cast) -> None:
        Enrolment.objects.filter(pk=cast.enrolment.pk).update(state=Enrolment.State.CANCELLED)
        with pytest.raises(CannotRest, match="has ended"):
            rest(cast)


class TestInstructor:
    @pytest.fixture
    def teacher(self, cast: Cast, client: Client) -> Client:
        return sign_in(client, cast.instructor)

    def address(self, cast: Cast) -> str:
        return f"/teach/series/{cast.running.slug}/resting/"

    def test_the_lead_suggests_it_and_the_family_reads_who_did(self, cast: Cast, teacher: Client) -> None:
        told = {"booking": cast.enrolment.reference, "baby": str(cast.baby.pk), "region": "abdomen"}
        assert teacher.post(self.address(cast), told).status_code == 302
        name = cast.instructor_profile.display_name
        page = words(sign_in(Client(), cast.parent).get("/me/practice/2/"))
        assert f"Tummy: {name} suggests leaving this out for now." in page
        assert teacher.post(self.address(cast), told | {"up": "1"}).status_code == 302
        assert RestingPart.objects.count() == 0

    def test_what_a_family_chose_is_its_own_affair(self, cast: Cast, teacher: Client) -> None:
        rest(cast, asked_by=FAMILY)
        assert [row.parts for row in resting.babies_of(cast.running) if row.baby == cast.baby] == [[]]
        told = {"booking": cast.enrolment.reference, "baby": str(cast.baby.pk), "region": "abdomen", "up": "1"}
        teacher.post(self.address(cast), told)
        assert RestingPart.objects.count() == 1

    def test_a_baby_of_another_series_is_not_found(self, cast: Cast, teacher: Client) -> None:
        told = {"booking": cast.enrolment.reference, "baby": "999999", "region": "abdomen"}
        assert teacher.post(self.address(cast), told).status_code == 404


def test_what_ended_is_forgotten_and_a_suggestion_ends_with_its_series(cast: Cast) -> None:
    rest(cast, region="abdomen", asked_by=INSTRUCTOR)
    rest(cast, region="legs_feet", asked_by=FAMILY)
    assert resting.sweep(NOW) == 0
    last = cast.running.sessions.latest("starts_at").starts_at
    assert (resting.sweep(last + timedelta(days=29)), resting.sweep(last + timedelta(days=31))) == (0, 1)
    assert [row.asked_by for row in RestingPart.objects.all()] == [FAMILY]
    Enrolment.objects.filter(pk=cast.enrolment.pk).update(state=Enrolment.State.CANCELLED)
    assert resting.sweep(NOW) == 1


def test_the_plan_of_a_baby_that_skips_a_part_goes_on_with_the_others(cast: Cast) -> None:
    rest(cast, region="legs_feet")
    course = practice.course_of(practice.practices_of(cast.family, now=NOW)[0], now=NOW)
    # The week brought it all the same: nothing is lost when it is taken up again.
    assert "legs_feet" in {stroke.region for stroke in course.taught_in(course.week(1)).new}
