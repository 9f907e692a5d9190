"""What a baby's record says to the adult who practises, and to whom it says nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from curriculum.models import Edition, Need, State, Stroke
from families import health
from families.models import Caregiver, HealthAnswers
from families.readiness import Record, changes_for, readiness_for
from tests.cast import NOW, Cast
from tests.factories.practice import taught_cast, tell_health


@pytest.fixture
def cast(db: None, now: datetime) -> Cast:
    return taught_cast()


def keys(cast: Cast, reader: Caregiver) -> tuple[list[str], bool, bool]:
    record = readiness_for(cast.baby, by=reader).record
    return [row.key for row in record.precautions], record.born_early, record.allergy


def coparent(cast: Cast) -> Caregiver:
    return Caregiver.objects.select_related("family").get(user=cast.coparent)


def test_there_are_six_states_each_with_an_answer_of_its_own(cast: Cast) -> None:
    states = readiness_for(cast.baby, by=cast.caregiver).states
    assert [(state.key, state.answer) for state in states] == [
        ("deep_sleep", "no"),
        ("light_sleep", "no"),
        ("drowsy", "no"),
        ("quiet_alert", "yes"),
        ("active_alert", "maybe"),
        ("crying", "no"),
    ]
    assert len({state.says for state in states}) == 6


def test_what_is_asked_each_time_is_not_what_stands_in_the_record(cast: Cast) -> None:
    asked = readiness_for(cast.baby, by=cast.caregiver).asked_each_time
    assert [row.key for row in asked][:3] == ["fever_ill", "vaccination", "skin"]
    assert not [row for row in asked if row.lasting]


def test_the_record_names_what_the_writer_told(cast: Cast) -> None:
    tell_health(cast.baby, "hip", "skin", "allergy", by=cast.caregiver, born_early="yes")
    assert keys(cast, cast.caregiver) == (["skin", "hip"], True, True)


def test_another_adult_reads_it_only_while_it_is_shared(cast: Cast) -> None:
    tell_health(cast.baby, "hip", by=cast.caregiver)
    shared = keys(cast, coparent(cast))
    answers = HealthAnswers.objects.get(baby=cast.baby)
    health.share_in_family(answers, shared=False, by=cast.caregiver, account=cast.parent, now=NOW)

    assert (shared, keys(cast, coparent(cast))) == ((["hip"], False, False), ([], False, False))


def test_readiness_costs_two_queries_once_the_edition_was_read(cast: Cast, django_assert_num_queries: Any) -> None:
    tell_health(cast.baby, "hip", by=cast.caregiver)
    readiness_for(cast.baby, by=cast.caregiver)
    with django_assert_num_queries(2):
        readiness_for(cast.baby, by=cast.caregiver)


def test_a_new_edition_is_read_anew(cast: Cast) -> None:
    readiness_for(cast.baby, by=cast.caregiver)
    State.objects.filter(key="crying").update(is_retired=True)
    Edition.turn()
    assert len(readiness_for(cast.baby, by=cast.caregiver).states) == 5


def test_a_baby_born_early_or_in_a_harness_has_strokes_changed_in_their_own_words(cast: Cast) -> None:
    tell_health(cast.baby, "hip", by=cast.caregiver, born_early="yes")
    record = readiness_for(cast.baby, by=cast.caregiver).record
    strokes = list(Stroke.objects.filter(slug__in=["sun-moon", "leg-indian-milking"]).order_by("slug"))
    changes = changes_for(strokes, record=record)

    assert record.needs == [Need.PRETERM, Need.HIP]
    assert {stroke.slug for one in changes for stroke in one.strokes} == {"leg-indian-milking", "sun-moon"}
    assert all(one.words for one in changes)


def test_nothing_changes_and_nothing_is_asked_where_the_record_is_silent(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    strokes = list(Stroke.objects.all()[:3])
    with django_assert_num_queries(0):
        assert changes_for(strokes, record=Record([])) == []
