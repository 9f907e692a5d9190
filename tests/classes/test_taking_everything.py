"""take_everything: all that is kept of a household in one file, for whoever has just shown that it is they."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime, timedelta
from random import Random
from typing import Any
from zipfile import ZipFile

import pytest
import time_machine
from django.test import Client

from classes import dues, taking_everything
from classes.models import Charge, WaitingParty
from config.audit.models import AuditEntry
from config.lib.money import Money
from config.lib.zips import zip_in_pieces
from families import diary, health
from families.diary import Moment
from families.models import Caregiver, HealthAnswers
from tests.cast import NOW, Cast, sign_in
from tests.factories.classes import make_enrolment, make_series, make_waiting_party
from tests.factories.practice import tell_health

HERE = "/me/family/take/"
CANARY, HIS = "canary: she held my thumb", "canary: his own words"
FILES = ["read-me.txt", "everything.json"]
TABLES = ["you", "adults", "babies", "agreed", "letters", "health", "health_reads", "bookings", "dates", "waiting"]


@pytest.fixture(autouse=True)
def _at_now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def opened(pieces: Any) -> dict[str, bytes]:
    packed = ZipFile(io.BytesIO(b"".join(pieces)))
    return {name: packed.read(name) for name in packed.namelist()}


def taken(cast: Cast, by: Caregiver) -> dict[str, Any]:
    files = opened(taking_everything.take(by, now=NOW).pieces)
    return dict(json.loads(files["everything.json"]))


def coparent(cast: Cast) -> Caregiver:
    return Caregiver.objects.select_related("family", "user").get(user=cast.coparent)


def write(cast: Cast, *, by: Caregiver, key: str, **told: Any) -> None:
    diary.write(cast.baby, moment=Moment(**told), lesson=None, key=key * 20, by=by, now=NOW)


def test_everything_is_in_one_file_twice_and_the_taking_is_written_down(cast: Cast, client: Client) -> None:
    write(cast, by=cast.caregiver, key="a", minutes=8, answer="calm", note="=" + CANARY)
    dues.raise_charge(cast.enrolment, Charge.Kind.SERIES, Money(6000, "GBP"), now=NOW)
    answer: Any = sign_in(client, cast.parent).post(HERE)
    files = opened(answer.streaming_content)
    told = json.loads(files["everything.json"])

    tables = [*TABLES, "feedback", "payments", "diary", "hearts"]
    assert list(files) == [*FILES, *(f"{name}.csv" for name in tables)]
    assert list(told) == tables
    assert answer.headers["Content-Disposition"] == 'attachment; filename="warm-hands-2026-03-24.zip"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert [(one["name"], one["email"]) for one in told["you"]] == [("Ines Moreau", cast.parent.email)]
    assert [one["first_name"] for one in told["babies"]] == ["Ada"]
    assert {one["reference"] for one in told["bookings"]} == {cast.enrolment.reference}
    assert len(told["dates"]) == cast.enrolment.places.count()
    heads, line = csv.reader(io.StringIO(files["diary.csv"].decode("utf-8-sig")))
    assert heads == ["Baby", "When", "Minutes", "Your baby’s answer", "Strokes", "Written by", "A line for yourself"]
    assert line == ["Ada", "2026-03-24 17:05", "8", "Calm", "", "Ines Moreau", f"'={CANARY}"]
    assert "the classes,£60," in files["payments.csv"].decode()
    assert told["payments"][0]["amount"] == {"minor": 6000, "currency": "GBP"}
    assert AuditEntry.objects.filter(what="took everything along", by_id=cast.parent.pk).count() == 1


def test_of_the_other_adults_there_is_a_name_and_no_word_in_confidence(cast: Cast) -> None:
    his = coparent(cast)
    Caregiver.objects.filter(pk=his.pk).update(phone="07700 900 199")
    write(cast, by=his, key="b", note=HIS)
    everything = json.dumps(taken(cast, cast.caregiver))
    assert "Joseph Moreau" in everything
    assert [secret for secret in (HIS, "900 199", cast.coparent.email) if secret in everything] == []


def test_nothing_of_another_household_is_in_it(cast: Cast) -> None:
    tell_health(cast.other_baby, by=cast.other_caregiver, notes="their own business")
    everything = json.dumps(taken(cast, cast.caregiver))
    names = (cast.other_caregiver.name, cast.other_enrolment.reference, "their own business")
    assert [name for name in names if name in everything] == []


def test_health_answers_go_along_with_those_who_may_read_them(cast: Cast) -> None:
    tell_health(cast.baby, "skin", by=cast.caregiver, notes="behind the knees")
    his = coparent(cast)

    def read(by: Caregiver) -> list[str]:
        return [one["told"]["notes"] for one in taken(cast, by)["health"]]

    both = read(cast.caregiver), read(his)
    HealthAnswers.objects.update(shared_in_family=False)
    alone = read(cast.caregiver), read(his)
    his.role = "practice"
    assert (both, alone) == ((["behind the knees"], ["behind the knees"]), (["behind the knees"], []))
    assert "payments" not in taken(cast, his)
    files = opened(taking_everything.take(cast.caregiver, now=NOW).pieces)
    assert "Skin that is sore, broken or eczema-prone; behind the knees" in files["health.csv"].decode()


def test_who_has_read_goes_along_with_those_who_may_read_it(cast: Cast) -> None:
    tell_health(cast.baby, "skin", by=cast.caregiver)
    health.read_for_class([cast.baby], by=cast.instructor, because="register", now=NOW)
    his = coparent(cast)

    def reads(by: Caregiver) -> int:
        return len(taken(cast, by)["health_reads"])

    both = reads(cast.caregiver), reads(his)
    HealthAnswers.objects.update(shared_in_family=False)
    alone = reads(cast.caregiver), reads(his)
    HealthAnswers.objects.update(shared_in_family=True)
    his.role = "dates"
    assert (both, alone, reads(his)) == ((1, 1), (1, 0), 0)


def test_where_a_place_was_looked_for_goes_along_with_who_looked_and_who_books(cast: Cast) -> None:
    joined = make_waiting_party(cast.running, family=cast.family, babies=[cast.baby])
    WaitingParty.objects.filter(pk=joined.pk).update(series=None, wish={"near": "12 Mill Lane"})
    his = coparent(cast)
    both = [taken(cast, by)["waiting"][0]["wish"] for by in (cast.caregiver, his)]
    his.role = "dates"
    assert (both, taken(cast, his)["waiting"][0]["wish"]) == ([{"near": "12 Mill Lane"}] * 2, {})


def test_who_only_sees_the_dates_takes_no_diary(cast: Cast) -> None:
    write(cast, by=cast.caregiver, key="a", minutes=8)
    his = coparent(cast)
    his.role = "dates"
    told = taken(cast, his)
    assert [name for name in ("diary", "hearts", "payments") if name in told] == []
    assert told["dates"]


def test_it_is_asked_once_more_who_they_are(cast: Cast, client: Client) -> None:
    sign_in(client, cast.parent)
    cast.parent.set_password("a-long-enough-one")
    cast.parent.save()
    client.force_login(cast.parent)
    assert "Yes, it is me" in client.get(HERE).content.decode()
    assert (client.post(HERE).status_code, client.post(HERE).headers["Location"]) == (302, HERE)

    sign_in(client, cast.parent)
    for minutes, status in ((14, 200), (16, 302)):
        with time_machine.travel(NOW + timedelta(minutes=minutes), tick=False):
            assert client.post(HERE).status_code == status
    assert AuditEntry.objects.filter(what="took everything along").count() == 1


def test_who_signs_in_by_code_signs_in_once_more(cast: Cast, client: Client) -> None:
    cast.parent.set_unusable_password()
    cast.parent.save()
    client.force_login(cast.parent)
    page = client.get(HERE).content.decode()
    assert "Please sign in once more: you get a new code by e-mail." in page
    assert 'name="next" value="/accounts/login/?next=%2Fme%2Ffamily%2Ftake%2F"' in page


@pytest.mark.parametrize("rows", [1, 3])
def test_it_costs_the_same_however_much_is_kept(cast: Cast, rows: int, django_assert_num_queries: Any) -> None:
    tell_health(cast.baby, by=cast.caregiver)
    for n in range(rows):
        write(cast, by=cast.caregiver, key="abc"[n], minutes=8)
    for n in range(rows - 1):
        series = make_series(cast.instructor_profile, slug=f"more-{n}")
        make_enrolment(series, family=cast.family, babies=[cast.baby], by=cast.parent)
    pieces = taking_everything.take(cast.caregiver, now=NOW).pieces
    with django_assert_num_queries(39):
        opened(pieces)


def test_a_zip_is_whole_and_comes_in_pieces() -> None:
    files = [("a.txt", (Random(n).randbytes(9000) for n in range(9))), ("b.txt", [b"b"]), ("empty.txt", [])]
    pieces = list(zip_in_pieces(files, at=datetime(2026, 3, 24, 17, 5)))  # noqa: DTZ001  # a ZIP knows no zone
    assert {name: len(text) for name, text in opened(pieces).items()} == {"a.txt": 81000, "b.txt": 1, "empty.txt": 0}
    assert len(pieces) > 3
