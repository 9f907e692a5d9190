"""The page on which an instructor arranges the strokes of a series, by plain buttons, its lead alone: plan_strokes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from classes import planning, taken_strokes
from classes.models import Series, SeriesTemplate, StrokePlan
from classes.planning import desk_of
from tests.cast import NOW, Cast, sign_in
from tests.classes.test_practice_week import words
from tests.factories.practice import taught_cast

KEY = "the-page-of-tonight"


@pytest.fixture
def cast(db: None, now: object) -> Cast:
    return taught_cast()


@pytest.fixture
def teacher(cast: Cast, client: Client) -> Client:
    return sign_in(client, cast.instructor)


def address(cast: Cast) -> str:
    return f"/teach/series/{cast.running.slug}/strokes/"


def sent(cast: Cast, do: str, **changes: str) -> dict[str, Any]:
    """What the page sends when nothing on it was touched, but for these changes and that button."""
    standing = desk_of(cast.running, now=NOW).standing
    rows = [f"{slug}@{week}" for week, slugs in standing.weeks.items() for slug in slugs]
    names = {f"name-{slug}": name for slug, name in standing.names.items()}
    return {"seen": "0", "key": KEY, "do": do, "stroke": rows, **names, **changes}


def week(answer: Any, number: int) -> list[str]:
    """The strokes of that week on the page, as they are called there."""
    return [row.called for one in answer.context["weeks"] if one.lesson.week == number for row in one.rows]


class TestButtons:
    def test_up_and_down_come_back_at_once_and_keep_nothing(self, cast: Cast, teacher: Client) -> None:
        answer = teacher.post(address(cast), sent(cast, "up:chest-butterfly"))
        assert week(answer, 3)[:2] == ["Butterfly", "Open book, chest"]
        assert "One change, not kept yet" in words(answer)
        assert StrokePlan.objects.count() == 0

        answer = teacher.post(address(cast), sent(cast, "down:chest-butterfly"))
        assert week(answer, 3)[:3] == ["Open book, chest", "Integration, chest", "Butterfly"]

    def test_a_stroke_moves_to_another_week_or_out_of_the_series(self, cast: Cast, teacher: Client) -> None:
        answer = teacher.post(address(cast), sent(cast, "move:pit-stop", **{"week-pit-stop": "4"}))
        assert ("Pit stop" in week(answer, 3), week(answer, 4)[-1]) == (False, "Pit stop")
        answer = teacher.post(address(cast), sent(cast, "move:pit-stop", **{"week-pit-stop": "0"}))
        assert [row.called for shelf in answer.context["shelves"] for row in shelf.rows] == ["Pit stop"]

    def test_a_known_name_is_one_tap_and_so_are_all_of_them(self, cast: Cast, teacher: Client) -> None:
        answer = teacher.post(address(cast), sent(cast, "name:arm-indian-milking:0"))
        assert "Shoulder-to-wrist milking" in week(answer, 3)
        answer = teacher.post(address(cast), sent(cast, "names:neutral"))
        assert {"Shoulder-to-wrist milking", "Wrist-to-shoulder milking"} <= set(week(answer, 3))
        # The legs were shown under their names, and keep them.
        assert "Indian milking, leg" in week(answer, 1)

    def test_keep_keeps_and_says_so(self, cast: Cast, teacher: Client) -> None:
        changes = {"week-pit-stop": "4", "name-chest-butterfly": "  Wings "}
        answer = teacher.post(address(cast), sent(cast, "keep", **changes), follow=True)
        assert (answer.status_code, answer.redirect_chain) == (200, [(address(cast), 302)])
        assert (week(answer, 3)[1], week(answer, 4)[-1]) == ("Wings", "Pit stop")
        page = words(answer)
        assert "Kept. Weeks that open from now on follow it." in page
        assert "Pit stop: from week 3 to week 4" in page
        assert "Butterfly: called “Wings”" in page

    def test_pressed_twice_it_is_kept_once(self, cast: Cast, teacher: Client) -> None:
        told = sent(cast, "keep", **{"week-pit-stop": "4"})
        assert [teacher.post(address(cast), told).status_code for _ in range(2)] == [302, 302]
        assert StrokePlan.objects.count() == 1


class TestRefusals:
    def test_a_second_saver_is_told_and_loses_nothing(self, cast: Cast, teacher: Client) -> None:
        told = sent(cast, "keep", **{"week-back-combing": "5", "key": "another-page"})
        teacher.post(address(cast), sent(cast, "keep", **{"week-pit-stop": "4"}))
        answer = teacher.post(address(cast), told)
        assert answer.status_code == 409
        page = words(answer)
        assert "This plan was changed since you opened it." in page
        assert "You kept another one yourself, Tuesday 24 March" in page
        # Hers stands on the page, and pressing “Keep” once more has it.
        assert week(answer, 5)[-1] == "Combing"
        again = told | {"seen": str(answer.context["seen"]), "key": answer.context["key"]}
        assert teacher.post(address(cast), again).status_code == 302
        assert StrokePlan.objects.count() == 2

    def test_a_name_that_claims_is_refused_beside_it(self, cast: Cast, teacher: Client) -> None:
        answer = teacher.post(address(cast), sent(cast, "keep", **{"name-pit-stop": "Cures colic"}))
        assert answer.status_code == 422
        errors = [row.error for one in answer.context["weeks"] for row in one.rows if row.error]
        assert errors == ["“Cures” claims more than is known. Please put it another way."]
        assert StrokePlan.objects.count() == 0

    @pytest.mark.parametrize("nonsense", [{"seen": "x"}, {"key": "<b>"}, {"seen": ""}])
    def test_nonsense_is_no_error_of_ours(self, cast: Cast, teacher: Client, nonsense: dict[str, str]) -> None:
        assert teacher.post(address(cast), sent(cast, "keep") | nonsense).status_code == 422

    @pytest.mark.parametrize("do", ["", "up", "up:", "name:pit-stop:99", "names:99", "names:x", "move:nobody", "what"])
    def test_unknown_buttons_change_nothing(self, cast: Cast, teacher: Client, do: str) -> None:
        answer = teacher.post(address(cast), sent(cast, do))
        assert (answer.status_code, answer.context["changes"]) == (200, [])

    def test_nobody_but_the_lead_finds_it(self, cast: Cast) -> None:
        other = sign_in(Client(), cast.other_instructor)
        answers = [other.get(address(cast)), other.post(address(cast), sent(cast, "keep", **{"week-pit-stop": "4"}))]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert StrokePlan.objects.count() == 0


class TestHistory:
    def kept(self, cast: Cast, times: int) -> None:
        for turn in range(times):
            desk = desk_of(cast.running, now=NOW)
            wanted = desk.standing.moved("pit-stop", 4 + turn % 2)
            planning.arrange(cast.running, wanted, seen=desk.number, key="", by=cast.instructor, now=NOW)

    def test_an_earlier_one_is_put_back_by_its_button(self, cast: Cast, teacher: Client) -> None:
        self.kept(cast, 2)
        answer = teacher.post(address(cast), {"number": "1", "seen": "2", "key": KEY}, follow=True)
        assert (week(answer, 4)[-1], "Put back as in version 1" in words(answer)) == ("Pit stop", True)
        answer = teacher.post(address(cast), {"number": "0", "seen": "3", "key": "once-more"}, follow=True)
        assert "Pit stop" in week(answer, 3)
        assert teacher.post(address(cast), {"number": "99", "seen": "4", "key": "third"}).status_code == 404
        assert teacher.post(address(cast), {"number": "1", "seen": "1", "key": "fourth"}).status_code == 409

    def test_it_comes_page_by_page(self, cast: Cast, teacher: Client) -> None:
        self.kept(cast, 8)
        first = teacher.get(address(cast))
        second = teacher.get(address(cast), {"before": first.context["older"]})
        pages = [[one.version.number for one in answer.context["history"]] for answer in (first, second)]
        assert (pages, second.context["older"]) == ([[8, 7, 6, 5, 4, 3], [2, 1]], None)

    @pytest.mark.parametrize("versions", [1, 3])
    def test_it_costs_the_same(
        self, cast: Cast, teacher: Client, versions: int, django_assert_num_queries: Any
    ) -> None:
        self.kept(cast, versions)
        with django_assert_num_queries(17):
            teacher.get(address(cast))


class TestNewSeries:
    START = date(2026, 4, 20)

    def typed(self, cast: Cast, teacher: Client, query: str) -> dict[str, Any]:
        page = teacher.get(f"/teach/series/new/{query}")
        form, strokes = page.context["form"], page.context["strokes"]
        told = {name: form[name].value() for name in form.fields if form[name].value() not in (None, "")}
        told |= {"title": "Spring mornings", "first_on": self.START.isoformat()}
        told.pop("weekday", None)
        offered = {"strokes_of": strokes.reference, "strokes_offered": strokes.reference} if strokes else {}
        return {**told, **offered}

    def test_a_series_like_another_and_a_template_bring_the_strokes_along(self, cast: Cast, teacher: Client) -> None:
        desk = desk_of(cast.running, now=NOW)
        wanted = desk.standing.moved("pit-stop", 4).called({"back-combing": "Raking"})
        planning.arrange(cast.running, wanted, seen=0, key="", by=cast.instructor, now=NOW)

        told = self.typed(cast, teacher, f"?like={cast.running.slug}")
        answer = teacher.post("/teach/series/new/", told | {"do": "template", "kept_as": "Mornings"})
        assert answer.status_code == 200
        template = SeriesTemplate.objects.get()
        assert template.values["strokes"]["names"] == {"back-combing": "Raking"}

        told = self.typed(cast, teacher, f"?template={template.reference}")
        assert teacher.post("/teach/series/new/", told | {"do": "draft_anyway"}).status_code == 302
        made = Series.objects.latest("pk")
        assert desk_of(made, now=NOW).standing.is_like(wanted)
        assert [one.taken_from for one in StrokePlan.objects.filter(series=made)] == ["Mornings"]

    def test_unticked_or_with_another_plan_they_stay_behind(self, cast: Cast, teacher: Client) -> None:
        desk = desk_of(cast.running, now=NOW)
        planning.arrange(cast.running, desk.standing.moved("pit-stop", 4), seen=0, key="", by=cast.instructor, now=NOW)
        told = self.typed(cast, teacher, f"?like={cast.running.slug}") | {"do": "draft_anyway"}
        for changes in ({"strokes_of": "", "key": "one"}, {"plan": "five-weeks-tummy-first", "key": "two"}):
            assert teacher.post("/teach/series/new/", told | changes).status_code == 302
        assert StrokePlan.objects.exclude(series=cast.running).count() == 0

    def test_another_instructor_s_strokes_do_not_come_along(self, cast: Cast) -> None:
        desk = desk_of(cast.running, now=NOW)
        planning.arrange(cast.running, desk.standing.moved("pit-stop", 4), seen=0, key="", by=cast.instructor, now=NOW)
        reference = f"series:{cast.running.slug}"
        own = taken_strokes.taken(cast.instructor_profile, reference)
        assert own is not None
        assert own.arrangement.week_of["pit-stop"] == 4
        assert taken_strokes.taken(cast.other_instructor_profile, reference) is None


def test_a_zero_byte_is_no_part_of_a_name_nor_of_an_address(cast: Cast, teacher: Client) -> None:
    """PostgreSQL would keep neither."""
    answer = teacher.post(address(cast), sent(cast, "keep", **{"name-pit-stop": "Pit\x00 stop here"}))
    assert (answer.status_code, StrokePlan.objects.get().names["pit-stop"]) == (302, "Pit stop here")
    assert taken_strokes.taken(cast.instructor_profile, "series:\x00") is None


@pytest.mark.parametrize(
    "name",
    ["Cures colic", "c\u00adures c\u00adolic", "c\u200dures colic", "Cura el cólico", "Heilt Koliken", "يعالج المغص"],
)
def test_no_name_claims_what_may_not_be_said_in_whichever_language(cast: Cast, teacher: Client, name: str) -> None:
    answer = teacher.post(address(cast), sent(cast, "keep", **{"name-pit-stop": name}))
    assert (answer.status_code, StrokePlan.objects.count()) == (422, 0)


def test_a_name_has_nothing_in_it_that_nobody_sees(cast: Cast, teacher: Client) -> None:
    teacher.post(address(cast), sent(cast, "keep", **{"name-pit-stop": " \u202eQuick\u00ad \t pit\u200b "}))
    assert StrokePlan.objects.get().names == {"pit-stop": "Quick pit"}
