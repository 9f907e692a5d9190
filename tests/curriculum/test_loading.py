"""Loading follows the files, and leaves alone what people edited."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command

from curriculum.files import Ref, Table
from curriculum.loading import Loading, load
from curriculum.models import Edition, Lesson, OilNote, Plan, Routine, Stroke, StrokeAlias, WhenToCall
from tests.factories.curriculum import make_stroke

pytestmark = pytest.mark.django_db


def signs(**words: str) -> list[Table]:
    rows = [{"key": key, "position": i, "sign": sign} for i, (key, sign) in enumerate(words.items(), start=1)]
    return [Table(WhenToCall, rows)]


def said() -> dict[str, str]:
    return dict(WhenToCall.objects.current().values_list("key", "sign"))


def test_load_fills_an_empty_database() -> None:
    done = load()
    assert (done.updated, done.retired, done.unchanged, done.left) == (0, 0, 0, [])
    assert (Stroke.objects.count(), Routine.objects.count(), Plan.objects.count()) == (54, 5, 3)
    assert Lesson.objects.count() == 11
    schools = StrokeAlias.objects.filter(name="Side strokes").values_list("school", flat=True)
    assert set(schools) == {"Loving Touch", "Blossom & Berry"}


def test_load_twice_changes_nothing(django_assert_num_queries: Any) -> None:
    first = load()
    edition = Edition.now()
    with django_assert_num_queries(22):
        second = load()
    assert second == Loading(unchanged=first.created)
    assert Edition.now() == edition


def test_load_turns_the_edition_when_something_changed() -> None:
    load(signs(fever="Fever"))
    before = Edition.now()
    load(signs(fever="A fever"))
    assert before != Edition.now()


def test_an_edit_by_hand_turns_the_edition() -> None:
    load(signs(fever="Fever"))
    before = Edition.now()
    WhenToCall.objects.get(key="fever").save()
    assert before != Edition.now()


def test_load_follows_the_file_where_nobody_edited() -> None:
    load(signs(fever="Fever", limp="Limp"))
    assert load(signs(fever="A fever", limp="Limp")) == Loading(updated=1, unchanged=1)
    assert said() == {"fever": "A fever", "limp": "Limp"}


def test_load_leaves_a_field_that_was_edited_by_hand_and_says_so() -> None:
    load(signs(fever="Fever"))
    row = WhenToCall.objects.get()
    row.sign = "A high fever"
    row.save()
    done = load([Table(WhenToCall, [{"key": "fever", "position": 7, "sign": "A fever"}])])
    assert done == Loading(updated=1, left=["sign to call a doctor A high fever: sign"])
    row.refresh_from_db()
    assert (row.sign, row.position) == ("A high fever", 7)


def test_a_hand_edit_survives_every_further_load() -> None:
    load(signs(fever="Fever"))
    WhenToCall.objects.update(sign="A high fever")
    for _ in range(3):
        load(signs(fever="A fever"))
    assert said() == {"fever": "A high fever"}


def test_an_edit_taken_back_by_hand_follows_the_file_again() -> None:
    load(signs(fever="Fever"))
    WhenToCall.objects.update(sign="A high fever")
    load(signs(fever="A fever"))
    WhenToCall.objects.update(sign="Fever")
    load(signs(fever="A fever"))
    assert said() == {"fever": "A fever"}


def test_a_row_that_left_the_file_is_retired_and_comes_back_with_it() -> None:
    load(signs(fever="Fever", limp="Limp"))
    assert load(signs(fever="Fever")) == Loading(retired=1, unchanged=1)
    assert said() == {"fever": "Fever"}
    assert WhenToCall.objects.count() == 2
    assert load(signs(fever="Fever", limp="Limp")) == Loading(updated=1, unchanged=1)
    assert said() == {"fever": "Fever", "limp": "Limp"}


def test_a_row_retired_by_hand_stays_retired() -> None:
    load(signs(fever="Fever"))
    WhenToCall.objects.update(is_retired=True)
    done = load(signs(fever="Fever"))
    assert (done.left, said()) == (["sign to call a doctor Fever: is_retired"], {})


def test_a_row_made_by_hand_is_never_touched() -> None:
    own = make_stroke("my-own")
    load()
    own.refresh_from_db()
    assert (own.is_retired, own.name) == (False, "My own")


def test_a_field_that_leaves_a_row_of_the_file_goes_back_to_its_default() -> None:
    row = {"key": "olive", "position": 1, "advice": "note", "title": "Olive", "words": "Words."}
    load([Table(OilNote, [{**row, "disagreement": "Some disagree."}])])
    load([Table(OilNote, [row])])
    assert OilNote.objects.get().disagreement == ""


def test_a_reference_to_nothing_stops_the_load_and_changes_nothing() -> None:
    wrong = Table(
        StrokeAlias, [{"stroke_id": Ref(Stroke, ("nobody",)), "name": "X", "school": "", "is_neutral": False}]
    )
    with pytest.raises(KeyError):
        load([*signs(fever="Fever"), wrong])
    assert said() == {}


def test_a_row_that_stands_twice_in_its_file_is_refused() -> None:
    row = {"key": "fever", "position": 1, "sign": "Fever"}
    with pytest.raises(ValueError, match="stands twice"):
        load([Table(WhenToCall, [row, row])])


def test_load_curriculum_says_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_curriculum")
    Stroke.objects.filter(slug="sun-moon").update(summary="Mine")
    call_command("load_curriculum")
    assert capsys.readouterr().out.splitlines() == [
        "Curriculum: 776 created, 0 updated, 0 retired, 0 as they were.",
        "Curriculum: 0 created, 0 updated, 0 retired, 776 as they were.",
        "Left as edited by hand (1):",
        "  stroke Sun and moon: summary",
    ]
