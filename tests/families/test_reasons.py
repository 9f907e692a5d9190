"""What a family tells at home of these days: who reads it, how long it counts, and when it is gone."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection

from config.audit.models import AuditEntry
from families import consents, reasons, retention
from families.models import Caregiver, Consent, ReasonsOfThisWeek
from families.reasons import NotYourBaby
from tests.cast import NOW, Cast


def coparent(cast: Cast, role: str = "full") -> Caregiver:
    Caregiver.objects.filter(user=cast.coparent).update(role=role)
    return Caregiver.objects.select_related("family", "user").get(user=cast.coparent)


def keys(cast: Cast, reader: Caregiver, at: datetime = NOW) -> list[str]:
    rows = reasons.readable(cast.baby, by=reader, now=at)
    return [one.key for one in reasons.told_at_home(rows) if not reasons.is_over(one, said=rows)]


def test_who_wrote_it_reads_it_and_so_does_an_adult_who_books(cast: Cast) -> None:
    reasons.tell(cast.baby, keys=["skin"], by=cast.caregiver, now=NOW)
    assert (keys(cast, cast.caregiver), keys(cast, coparent(cast))) == (["skin"], ["skin"])


def test_an_adult_who_only_practises_reads_what_they_wrote_and_nothing_else(cast: Cast) -> None:
    his = coparent(cast, "practice")
    reasons.tell(cast.baby, keys=["skin"], by=cast.caregiver, now=NOW)
    reasons.tell(cast.baby, keys=["fever_ill"], by=his, now=NOW)
    assert keys(cast, his) == ["fever_ill"]


def test_nobody_of_another_family_reads_or_writes_it(cast: Cast) -> None:
    reasons.tell(cast.baby, keys=["skin"], by=cast.caregiver, now=NOW)
    assert reasons.readable(cast.baby, by=cast.other_caregiver, now=NOW) == []
    with pytest.raises(NotYourBaby):
        reasons.tell(cast.baby, keys=["skin"], by=cast.other_caregiver, now=NOW)


def test_told_twice_it_stands_once_and_the_newer_word_counts(cast: Cast) -> None:
    for told in (["skin"], ["fever_ill", "vaccination"], ["fever_ill", "vaccination"]):
        reasons.tell(cast.baby, keys=told, by=cast.caregiver, now=NOW)
    assert keys(cast, cast.caregiver) == ["fever_ill", "vaccination"]
    assert ReasonsOfThisWeek.objects.count() == 1


def test_a_word_that_the_reasons_do_not_know_is_not_kept(cast: Cast) -> None:
    reasons.tell(cast.baby, keys=["hip", "skin"], by=cast.caregiver, now=NOW)
    assert keys(cast, cast.caregiver) == ["skin"]


def test_an_adult_who_books_may_say_that_it_is_over(cast: Cast) -> None:
    reasons.tell(cast.baby, keys=["skin"], by=cast.caregiver, now=NOW)
    reasons.tell(cast.baby, keys=[], by=coparent(cast), now=NOW + timedelta(hours=1))
    assert keys(cast, cast.caregiver, NOW + timedelta(hours=2)) == []


def test_an_adult_who_cannot_read_it_cannot_end_it(cast: Cast) -> None:
    reasons.tell(cast.baby, keys=["skin"], by=cast.caregiver, now=NOW)
    reasons.tell(cast.baby, keys=[], by=coparent(cast, "practice"), now=NOW + timedelta(hours=1))
    assert keys(cast, cast.caregiver, NOW + timedelta(hours=2)) == ["skin"]


def test_it_is_ciphertext_and_the_trail_does_not_say_what_it_was(cast: Cast) -> None:
    reasons.tell(cast.baby, keys=["diarrhoea_vomit"], by=cast.caregiver, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM families_reasonsofthisweek")
        stored = str(cursor.fetchall())
    entry = AuditEntry.objects.latest("pk")
    assert "diarrhoea" not in stored
    assert (entry.what, entry.about, entry.detail) == ("told of reasons to wait", f"families.Baby:{cast.baby.pk}", {})


def test_it_is_gone_after_fourteen_days(cast: Cast) -> None:
    reasons.tell(cast.baby, keys=["skin"], by=cast.caregiver, now=NOW)
    before = retention.sweep(NOW + timedelta(days=13, hours=23))
    assert (before, ReasonsOfThisWeek.objects.count()) == (0, 1)
    assert (retention.sweep(NOW + timedelta(days=14)), ReasonsOfThisWeek.objects.count()) == (1, 0)


def test_it_is_gone_with_the_consent_to_keep_health_answers(cast: Cast) -> None:
    reasons.tell(cast.baby, keys=["skin"], by=cast.caregiver, now=NOW)
    consents.answer(cast.caregiver, answers={Consent.Kind.HEALTH: True}, now=NOW)
    consents.change_mind(cast.caregiver, kind=Consent.Kind.HEALTH, given=False, account=cast.parent, now=NOW)
    assert ReasonsOfThisWeek.objects.count() == 0
