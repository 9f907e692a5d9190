"""A family's diary is its own: take_diary, delete_diary, hearts by choose_favourite; and it is forgotten on time."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils.translation import override

from config.audit.models import AuditEntry
from families import diary, favourites, forgetting_diaries, taking_diary
from families.diary import Moment, StrokeAnswer
from families.favourites import NotYourBaby
from families.models import Caregiver, FavouriteStroke, PracticeLog, RemovedPractice
from tests.cast import NOW, Cast, sign_in
from tests.factories.curriculum import make_stroke
from tests.factories.families import add_baby

CANARY = "canary: she held my thumb"


@pytest.fixture(autouse=True)
def _at_now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def parent(cast: Cast, client: Client) -> Client:
    return sign_in(client, cast.parent)


def coparent(cast: Cast) -> Caregiver:
    return Caregiver.objects.select_related("family", "user").get(user=cast.coparent)


def keep(cast: Cast, key: str, *, by: Caregiver | None = None, days_ago: float = 0, **told: Any) -> PracticeLog:
    now = NOW - timedelta(days=days_ago)
    return diary.write(cast.baby, moment=Moment(**told), lesson=None, key=key * 20, by=by or cast.caregiver, now=now)


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_what_is_taken_along_is_all_that_one_may_read(cast: Cast, parent: Client) -> None:
    sweep = make_stroke("sweep")
    keep(cast, "a", minutes=8, answer="loved", note=CANARY, strokes=[StrokeAnswer(sweep, "calm", "at_ease")])
    keep(cast, "b", by=coparent(cast), minutes=4, note="his own words", days_ago=1)
    favourites.choose(cast.baby, stroke=sweep, is_favourite=True, by=cast.caregiver, now=NOW)
    answer = parent.post("/me/diary/take/", {"kind": "json"})

    assert answer.headers["Content-Disposition"] == 'attachment; filename="diary-2026-03-24.json"'
    assert json.loads(body(answer)) == {
        "babies": [
            {
                "baby": "Ada",
                "favourites": ["Sweep"],
                "moments": [
                    {
                        "at": "2026-03-24T17:05:00+00:00",
                        "day": "2026-03-24",
                        "minutes": 8,
                        "answer": "loved",
                        "written_by": "Ines Moreau",
                        "own_line": CANARY,
                        "strokes": [{"stroke": "Sweep", "answer": "calm", "confidence": "at_ease"}],
                    },
                    {
                        "at": "2026-03-23T17:05:00+00:00",
                        "day": "2026-03-23",
                        "minutes": 4,
                        "answer": "",
                        "written_by": "Joseph Moreau",
                        "own_line": "",
                        "strokes": [],
                    },
                ],
            }
        ]
    }


def test_as_a_table_nothing_in_it_runs(cast: Cast, parent: Client) -> None:
    keep(cast, "a", minutes=8, answer="calm", note="=1+1", strokes=[StrokeAnswer(make_stroke("sweep"), "calm")])
    text = body(parent.post("/me/diary/take/", {"kind": "csv"})).decode("utf-8-sig")
    heads, line = csv.reader(io.StringIO(text))
    assert heads == ["Baby", "Day", "Minutes", "Your baby’s answer", "Strokes", "Written by", "A line for yourself"]
    assert line == ["Ada", "2026-03-24", "8", "Calm", "Sweep (Calm)", "Ines Moreau", "'=1+1"]


def test_a_diary_of_many_pages_is_taken_along_whole(
    cast: Cast, parent: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(diary, "TAKEN_AT_ONCE", 2)
    theo = add_baby(cast.family, "Theo")
    for n, letter in enumerate("abcde"):
        keep(cast, letter, minutes=n + 1, days_ago=n // 2)
    told = json.loads(body(parent.post("/me/diary/take/", {"kind": "json"})))["babies"]
    minutes = {one["baby"]: [moment["minutes"] for moment in one["moments"]] for one in told}
    assert minutes == {"Ada": [2, 1, 4, 3, 5], theo.first_name: []}


def test_what_is_sent_later_speaks_the_language_of_the_page(cast: Cast) -> None:
    keep(cast, "a", minutes=8, answer="calm")
    with override("de"):
        taken = taking_diary.take(cast.caregiver, kind="csv", now=NOW)
        calm = str(PracticeLog.Answer.CALM.label)
    assert calm != "Calm"
    assert f",8,{calm}," in b"".join(taken.pieces).decode()


def test_own_lines_are_deleted_and_the_others_stay(cast: Cast, parent: Client) -> None:
    keep(cast, "a", note=CANARY)
    his = keep(cast, "b", by=coparent(cast))
    parent.post("/me/diary/delete/", {"what": "own", "sure": "on"})
    assert list(PracticeLog.objects.all()) == [his]
    assert RemovedPractice.objects.count() == 1
    assert AuditEntry.objects.filter(what="deleted own lines of the diary").count() == 1


def test_the_whole_diary_is_deleted_by_those_who_book_and_another_family_s_stays(cast: Cast, parent: Client) -> None:
    keep(cast, "a", by=coparent(cast))
    favourites.choose(cast.baby, stroke=make_stroke("sweep"), is_favourite=True, by=cast.caregiver, now=NOW)
    told: dict[str, Any] = {"lesson": None, "key": "c" * 20, "by": cast.other_caregiver, "now": NOW}
    theirs = diary.write(cast.other_baby, moment=Moment(), **told)
    Caregiver.objects.filter(user=cast.coparent).update(role="practice")
    sign_in(Client(), cast.coparent).post("/me/diary/delete/", {"what": "whole", "sure": "on"})
    assert PracticeLog.objects.count() == 2

    parent.post("/me/diary/delete/", {"what": "whole", "sure": "on"})
    assert list(PracticeLog.objects.all()) == [theirs]
    assert not FavouriteStroke.objects.exists()


@pytest.mark.parametrize("typed", [{"what": "own"}, {"what": "all", "sure": "on"}, {}], ids=str)
def test_a_slip_of_the_thumb_deletes_nothing(cast: Cast, parent: Client, typed: dict[str, str]) -> None:
    keep(cast, "a")
    answer = parent.post("/me/diary/delete/", typed)
    assert (answer.status_code, PracticeLog.objects.count()) == (302, 1)


def test_a_heart_is_given_and_taken_back_and_twice_is_once(cast: Cast, parent: Client) -> None:
    sweep = make_stroke("sweep")
    told = {"baby": cast.baby.pk, "next": "/me/practice/"}
    answers = [parent.post("/me/favourites/", {**told, "on": "sweep"}) for _n in range(2)]
    assert [answer.headers["Location"] for answer in answers] == ["/me/practice/#m-sweep"] * 2
    assert (favourites.of_baby(cast.baby), FavouriteStroke.objects.count()) == ({sweep.pk}, 1)
    quick = parent.post("/me/favourites/", {**told, "off": "sweep"}, headers={"Accept": "application/json"})
    assert (quick.json(), favourites.of_baby(cast.baby)) == ({"heart": False}, set())


def test_hearts_are_for_babies_of_one_s_own_and_strokes_that_are(cast: Cast, parent: Client) -> None:
    sweep = make_stroke("sweep")
    add_baby(cast.other_family, "Bo")
    answers = [
        parent.post("/me/favourites/", {"baby": pk, **heart}).status_code
        for pk, heart in (
            (cast.other_baby.pk, {"on": "sweep"}),
            (cast.baby.pk, {"on": "no-such-stroke"}),
            (cast.baby.pk, {"on": "sweep", "off": "sweep"}),
        )
    ]
    with pytest.raises(NotYourBaby):
        favourites.choose(cast.other_baby, stroke=sweep, is_favourite=True, by=cast.caregiver, now=NOW)
    assert (answers, FavouriteStroke.objects.count()) == ([404, 404, 400], 0)


def test_lines_are_forgotten_after_two_years_and_lines_of_who_left_after_a_month(cast: Cast) -> None:
    keep(cast, "a", days_ago=731)
    kept = keep(cast, "b", days_ago=729, note=CANARY)
    gone = keep(cast, "c", by=coparent(cast), note="his own words", minutes=3)
    diary.remove(keep(cast, "d", days_ago=200), by=cast.caregiver, now=NOW - timedelta(days=91))
    Caregiver.objects.filter(user=cast.coparent).update(removed_at=NOW - timedelta(days=31))

    assert forgetting_diaries.sweep(NOW) == 3
    assert {log.pk: (log.note, log.minutes) for log in PracticeLog.objects.all()} == {
        kept.pk: (CANARY, None),
        gone.pk: ("", 3),
    }
    assert forgetting_diaries.sweep(NOW) == 0


def test_a_line_is_not_moved_to_a_full_day_and_what_was_typed_stays(
    cast: Cast, parent: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(diary, "MOST_A_DAY", 1)
    keep(cast, "a")
    log = keep(cast, "b", days_ago=1)
    answer = parent.post(f"/me/practice/log/{log.key}/", {"key": "k" * 24, "day": f"{NOW:%Y-%m-%d}", "minutes": "44"})
    page = answer.content.decode()
    assert (answer.status_code, "This day is full." in page, 'value="44"' in page) == (409, True, True)


def test_an_old_line_is_changed_without_moving_to_another_day(cast: Cast, parent: Client) -> None:
    log = keep(cast, "a", days_ago=100, minutes=3, strokes=[StrokeAnswer(make_stroke("sweep"), "calm")])
    make_stroke("roll")
    here = f"/me/practice/log/{log.key}/"
    day = f"{log.practised_at:%Y-%m-%d}"
    answer = parent.post(here, {"key": "k" * 24, "day": day, "minutes": "4", "did": "roll", "next": "/me/diary/"})
    log.refresh_from_db()

    assert answer.headers["Location"] == "/me/diary/"
    assert (log.minutes, f"{log.practised_at:%Y-%m-%d}") == (4, day)
    assert list(log.strokes.values_list("stroke__slug")) == [("roll",)]
