"""The diary of massage at home: kept once, changed by its writer, its private line read by nobody else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection

from curriculum.models import Stroke
from families import diary
from families.diary import CannotWrite, Moment, NotYours, RemovedSince, StrokeAnswer
from families.models import Caregiver, Family, PracticedStroke, PracticeLog, RemovedPractice
from tests.cast import NOW, Cast
from tests.factories.curriculum import make_stroke

KEY = "a-key-of-the-page-1234"
CANARY = "canary: she looked for my hands"


def coparent(cast: Cast) -> Caregiver:
    return Caregiver.objects.select_related("family").get(user=cast.coparent)


def keep(cast: Cast, key: str = KEY, *, by: Caregiver | None = None, now: datetime = NOW, **told: Any) -> PracticeLog:
    return diary.write(cast.baby, moment=Moment(**told), lesson=None, key=key, by=by or cast.caregiver, now=now)


def test_a_moment_is_kept_with_its_strokes(cast: Cast) -> None:
    sweep, roll = make_stroke("sweep"), make_stroke("roll")
    log = keep(
        cast,
        minutes=8,
        answer="calm",
        note="A slow one",
        strokes=[StrokeAnswer(sweep, "loved", "at_ease"), StrokeAnswer(roll)],
    )

    assert (log.minutes, log.answer, log.note, log.practised_at) == (8, "calm", "A slow one", NOW)
    assert list(log.strokes.values_list("stroke__slug", "answer", "confidence")) == [("sweep", "loved", "at_ease")]


def test_sent_twice_it_is_kept_once_as_it_was_first(cast: Cast) -> None:
    first = keep(cast, minutes=5)
    again = keep(cast, minutes=50, now=NOW + timedelta(minutes=1))

    assert (again.pk, again.minutes, PracticeLog.objects.count()) == (first.pk, 5, 1)


def test_the_same_key_from_another_adult_is_another_moment(cast: Cast) -> None:
    keep(cast)
    keep(cast, by=coparent(cast))
    assert PracticeLog.objects.count() == 2


def test_a_baby_of_another_family_has_no_diary_here(cast: Cast) -> None:
    with pytest.raises(NotYours):
        diary.write(cast.other_baby, moment=Moment(), lesson=None, key=KEY, by=cast.caregiver, now=NOW)
    with pytest.raises(NotYours):
        diary.entries(cast.other_baby, reader=cast.caregiver)


def test_a_day_before_today_is_noon_on_the_family_s_clock(cast: Cast) -> None:
    kathmandu = cast.caregiver.family
    kathmandu.time_zone = "Asia/Kathmandu"
    cast.caregiver.family = kathmandu

    assert diary.practised_at(date(2026, 3, 23), by=cast.caregiver, now=NOW) == datetime(2026, 3, 23, 6, 15, tzinfo=UTC)
    assert diary.practised_at(date(2026, 3, 24), by=cast.caregiver, now=NOW) == NOW
    assert diary.practised_at(None, by=cast.caregiver, now=NOW) == NOW


def test_another_adult_sees_the_moment_and_never_the_line(cast: Cast) -> None:
    keep(cast, minutes=8, answer="loved", note=CANARY)
    (own,) = diary.entries(cast.baby, reader=cast.caregiver)
    (theirs,) = diary.entries(cast.baby, reader=coparent(cast))

    assert (own.note, own.is_own, own.by_name) == (CANARY, True, "Ines Moreau")
    assert (theirs.note, theirs.is_own, theirs.by_name) == ("", False, "Ines Moreau")
    assert (theirs.log.minutes, theirs.log.answer) == (8, "loved")


def test_the_line_of_another_adult_does_not_leave_the_database(cast: Cast) -> None:
    keep(cast, note=CANARY)
    read = diary.entries(cast.baby, reader=coparent(cast))
    assert "note" in read[0].log.get_deferred_fields()


def test_the_line_is_ciphertext_in_the_database(cast: Cast) -> None:
    keep(cast, note=CANARY)
    with connection.cursor() as cursor:
        cursor.execute("SELECT note FROM families_practicelog")
        stored = cursor.fetchone()[0]
    assert stored
    assert "canary" not in stored


def test_rewrite_changes_what_was_told_and_keeps_the_hour_of_the_same_day(cast: Cast) -> None:
    sweep = make_stroke("sweep")
    log = keep(cast, minutes=5, strokes=[StrokeAnswer(sweep, "calm", "learning")])
    told = Moment(date(2026, 3, 24), 9, "loved", "Better", [StrokeAnswer(sweep, "loved", "")])
    changed = diary.rewrite(log, moment=told, by=cast.caregiver, now=NOW + timedelta(hours=2))

    assert (changed.practised_at, changed.minutes, changed.answer, changed.note) == (NOW, 9, "loved", "Better")
    assert list(changed.strokes.values_list("answer", "confidence")) == [("loved", "")]


def test_rewrite_to_another_day_moves_it_to_noon(cast: Cast) -> None:
    changed = diary.rewrite(keep(cast), moment=Moment(date(2026, 3, 20)), by=cast.caregiver, now=NOW)
    assert changed.practised_at == datetime(2026, 3, 20, 12, 0, tzinfo=UTC)


def test_nobody_changes_or_removes_another_adult_s_moment(cast: Cast) -> None:
    log = keep(cast)
    with pytest.raises(NotYours):
        diary.rewrite(log, moment=Moment(minutes=1), by=coparent(cast), now=NOW)
    with pytest.raises(NotYours):
        diary.remove(log, by=coparent(cast), now=NOW)
    assert PracticeLog.objects.filter(minutes=None).count() == 1


def test_remove_leaves_nothing(cast: Cast) -> None:
    log = keep(cast, note=CANARY, strokes=[StrokeAnswer(make_stroke("sweep"), "calm")])
    diary.remove(log, by=cast.caregiver, now=NOW)
    assert (PracticeLog.objects.count(), PracticedStroke.objects.count()) == (0, 0)


@pytest.mark.parametrize("moments", [1, 3])
def test_entries_cost_two_queries_however_many(cast: Cast, moments: int, django_assert_num_queries: Any) -> None:
    sweep = Stroke.objects.get(pk=make_stroke("sweep").pk)
    for n in range(moments):
        keep(cast, f"{KEY}-{n}", strokes=[StrokeAnswer(sweep, "calm")])
    with django_assert_num_queries(2):
        assert len([entry.strokes for entry in diary.entries(cast.baby, reader=cast.caregiver)]) == moments


def test_a_removed_moment_stays_removed_when_a_phone_sends_it_once_more(cast: Cast) -> None:
    diary.remove(keep(cast, note=CANARY), by=cast.caregiver, now=NOW)
    with pytest.raises(RemovedSince):
        keep(cast, note=CANARY)
    assert (PracticeLog.objects.count(), list(RemovedPractice.objects.values_list("key"))) == (
        0,
        [(f"{cast.caregiver.pk}-{KEY}",)],
    )


def test_what_a_phone_said_late_stands_at_the_moment_when_it_was_said(cast: Cast) -> None:
    said = {
        "yesterday": NOW - timedelta(days=1),
        "by a clock that is fast": NOW + timedelta(hours=3),
        "by a clock of another century": NOW - timedelta(days=36_500),
    }
    kept = {
        name: diary.write(
            cast.baby, moment=Moment(), lesson=None, key=f"{KEY}{n}", by=cast.caregiver, now=NOW, said_at=at
        ).practised_at
        for n, (name, at) in enumerate(said.items())
    }
    assert kept == {
        "yesterday": NOW - timedelta(days=1),
        "by a clock that is fast": NOW,
        "by a clock of another century": NOW - timedelta(days=60),
    }


def test_a_chosen_day_of_what_was_said_late_is_reckoned_from_when_it_was_said(cast: Cast) -> None:
    def at(day: date) -> datetime:
        told: dict[str, Any] = {"lesson": None, "by": cast.caregiver, "now": NOW, "said_at": NOW - timedelta(days=2)}
        return diary.write(cast.baby, moment=Moment(day), key=f"{KEY}{day}", **told).practised_at

    assert at(date(2026, 3, 22)) == NOW - timedelta(days=2)
    assert at(date(2026, 3, 21)) == datetime(2026, 3, 21, 12, 0, tzinfo=UTC)


def test_a_stroke_that_was_done_is_kept_without_a_word_on_how(cast: Cast) -> None:
    sweep, roll = make_stroke("sweep"), make_stroke("roll")
    log = keep(cast, strokes=[StrokeAnswer(sweep, done=True), StrokeAnswer(roll)])
    assert list(log.strokes.values_list("stroke__slug", "answer", "confidence")) == [("sweep", "", "")]


@pytest.mark.parametrize("minutes", [0, 181])
def test_the_database_takes_no_minutes_that_make_no_sense(cast: Cast, minutes: int) -> None:
    with pytest.raises(IntegrityError, match="practice_minutes_are_some"):
        keep(cast, minutes=minutes)


def test_a_full_day_takes_no_further_line_and_the_day_before_does(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diary, "MOST_A_DAY", 2)
    yesterday = NOW.date() - timedelta(days=1)
    first, _second = keep(cast, minutes=1), keep(cast, key="b" * 20)
    with pytest.raises(CannotWrite, match="This day is full"):
        keep(cast, key="c" * 20)
    assert keep(cast, minutes=1).pk == first.pk
    moved = keep(cast, key="d" * 20, day=yesterday)
    with pytest.raises(CannotWrite, match="This day is full"):
        diary.rewrite(moved, moment=Moment(day=NOW.date()), by=cast.caregiver, now=NOW)
    assert diary.rewrite(first, moment=Moment(minutes=7), by=cast.caregiver, now=NOW).minutes == 7
    assert PracticeLog.objects.count() == 3


def test_a_full_diary_takes_no_further_line_until_one_goes(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diary, "MOST_OF_A_BABY", 2)
    first = keep(cast)
    keep(cast, key="b" * 20, now=NOW - timedelta(days=40))
    with pytest.raises(CannotWrite, match="This diary is full"):
        keep(cast, key="c" * 20)
    diary.rewrite(first, moment=Moment(day=NOW.date() - timedelta(days=1)), by=cast.caregiver, now=NOW)
    diary.remove(first, by=cast.caregiver, now=NOW)
    assert keep(cast, key="c" * 20).practised_at == NOW


def test_the_same_line_in_the_same_moment_is_kept_once_also_where_it_fills_the_day(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(diary, "MOST_A_DAY", 1)
    is_full, kept = diary._refuse_if_full, []

    def after_the_other_tap(*args: Any, **told: Any) -> None:
        kept.append(PracticeLog.objects.create(**twin))
        is_full(*args, **told)

    twin = {"baby": cast.baby, "caregiver": cast.caregiver, "practised_at": NOW, "key": f"{cast.caregiver.pk}-{KEY}"}
    monkeypatch.setattr(diary, "_refuse_if_full", after_the_other_tap)
    assert [keep(cast)] == kept


@pytest.mark.parametrize("hour", [-1, 9, 25])
def test_a_day_without_a_midnight_takes_lines_and_so_do_its_neighbours(cast: Cast, hour: int) -> None:
    Family.objects.update(time_zone="Africa/Cairo")
    cast.caregiver.family.refresh_from_db()
    # The clocks of Cairo go from 24:00 on that day to 01:00.
    now = datetime(2026, 4, 23, 22, tzinfo=UTC) + timedelta(hours=hour)
    assert keep(cast, now=now).practised_at == now
