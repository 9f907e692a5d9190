"""What a stroke is called in a class: a name of the library in the reader's language, one of one's own as typed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils.translation import override

from classes import own_plan, plan_history, planning, practice
from classes.arrangement import Arrangement
from classes.models import StrokePlan
from classes.planning import desk_of
from curriculum.models import Lesson
from curriculum.progression import lessons_of
from curriculum.words import WORDS, keep_in_step
from tests.cast import NOW, Cast
from tests.factories.practice import taught_cast

LONG_AGO = NOW - timedelta(days=30)
LEG, ARM = "leg-indian-milking", "arm-indian-milking"
IN_ENGLISH, IN_SPANISH, IN_GERMAN = (
    "Hip-to-ankle milking",
    "Ordeño de la cadera al tobillo",
    "Streichen von der Hüfte zum Knöchel",
)


@pytest.fixture
def cast(db: None, now: datetime) -> Cast:
    cast = taught_cast()
    keep_in_step(folder=WORDS)
    return cast


def keep(cast: Cast, names: dict[str, str], *, at: datetime = LONG_AGO) -> StrokePlan | None:
    desk = desk_of(cast.running, now=at)
    wanted = Arrangement(desk.standing.weeks, {**desk.standing.names, **names})
    return planning.arrange(cast.running, wanted, seen=desk.number, key="", by=cast.instructor, now=at)


def called(cast: Cast, slug: str) -> str:
    """As the family reads it on the page of week 1."""
    found = practice.course_of(practice.practices_of(cast.family, now=NOW)[0], now=NOW)
    return next(one.called for one in found.brought[1].new if one.slug == slug)


def test_a_name_picked_in_one_language_is_read_in_every_other(cast: Cast) -> None:
    with override("es"):
        kept = keep(cast, {LEG: IN_SPANISH})
    assert kept
    assert kept.names == {LEG: IN_ENGLISH}
    said = {}
    for language in ("en", "es", "de"):
        with override(language):
            said[language] = called(cast, LEG)
    assert said == {"en": IN_ENGLISH, "es": IN_SPANISH, "de": IN_GERMAN}


def test_a_name_of_ones_own_stays_as_it_was_typed(cast: Cast) -> None:
    with override("es"):
        keep(cast, {LEG: "Nuestra  ola"})
    for language in ("en", "es", "de"):
        with override(language):
            assert called(cast, LEG) == "Nuestra ola"


def test_a_page_opened_in_one_language_and_kept_in_another_keeps_the_same(cast: Cast) -> None:
    with override("de"):
        kept = keep(cast, {LEG: IN_SPANISH, ARM: "Mano a mano"})
    assert kept
    assert kept.names == {ARM: "Mano a mano", LEG: IN_ENGLISH}
    with override("es"):
        assert keep(cast, {LEG: IN_SPANISH, ARM: "Mano a mano"}) is None


def test_the_own_name_of_a_stroke_is_no_name_of_its_own_in_any_language(cast: Cast) -> None:
    stroke = desk_of(cast.running, now=LONG_AGO).strokes[LEG]
    with override("es"):
        spanish = stroke.name
    assert spanish != stroke.name
    with override("de"):
        assert keep(cast, {LEG: spanish}) is None


def test_the_history_says_it_in_the_readers_language(cast: Cast) -> None:
    keep(cast, {LEG: IN_ENGLISH})
    with override("de"):
        [entry], _older = plan_history.history_of(cast.running, desk_of(cast.running, now=NOW))
    assert [IN_GERMAN in sentence for sentence in entry.changes] == [True]


def test_an_older_pick_that_families_know_stands_in_nobody_s_way(cast: Cast) -> None:
    """Kept by an earlier release in Spanish, for a stroke that was shown since."""
    weeks, _names = desk_of(cast.running, now=LONG_AGO).standing.stored()
    older = {"plan": cast.running.plan, "number": 1, "by": cast.instructor, "made_at": LONG_AGO}
    StrokePlan.objects.create(series=cast.running, weeks=weeks, names={LEG: IN_SPANISH}, **older)
    kept = keep(cast, {ARM: "Wave"}, at=NOW)
    assert kept
    assert kept.names == {ARM: "Wave", LEG: IN_SPANISH}


class TestTitlesOfWeeks:
    def week(self, cast: Cast, number: int) -> tuple[str, list[str]]:
        plan = own_plan.plan_for(cast.running)
        [lesson] = [one for one in lessons_of(plan) if one.week == number]
        return lesson.title, lesson.practice_lines

    def swap(self, cast: Cast, *, moved: int = 99) -> None:
        """Chest and arms go to week 4, face and back to week 3; or so many of the first alone."""
        desk = desk_of(cast.running, now=LONG_AGO)
        wanted, third, fourth = desk.standing, desk.standing.weeks[3], desk.standing.weeks[4]
        for slug in third[:moved]:
            wanted = wanted.moved(slug, 4)
        for slug in fourth if moved == 99 else ():
            wanted = wanted.moved(slug, 3)
        planning.arrange(cast.running, wanted, seen=0, key="", by=cast.instructor, now=LONG_AGO)

    def test_a_week_that_shows_other_parts_is_called_by_them_and_asks_nothing_else_at_home(self, cast: Cast) -> None:
        self.swap(cast)
        assert self.week(cast, 3) == ("Face, Back", [])
        assert self.week(cast, 4) == ("Chest, Arms and hands", [])
        with override("es"):
            assert self.week(cast, 3)[0] == "Cara, Espalda"
        assert Lesson.objects.get(plan=cast.running.plan, week=3).title == "Chest, arms and hands"

    def test_a_week_that_keeps_its_parts_keeps_its_title(self, cast: Cast) -> None:
        asked = self.week(cast, 3)
        self.swap(cast, moved=2)
        assert self.week(cast, 3) == asked
        assert asked[1] != []
        assert self.week(cast, 4)[0] == "Face and back"
