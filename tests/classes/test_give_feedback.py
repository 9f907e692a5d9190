"""give_feedback: three taps and words, said once a booking, changed, and taken back whole; in nobody's name unasked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse

from classes import feeding_back
from classes.feeding_back import Answers, CannotSay
from classes.models import Feedback
from config.audit.models import AuditEntry
from families.models import Caregiver
from tests.cast import Cast, sign_in

SAID = Answers(ease="well", pace="right", words="The calm of it.")


def trail() -> list[str]:
    return list(AuditEntry.objects.filter(what__contains="feedback").order_by("pk").values_list("what", flat=True))


def give(cast: Cast, answers: Answers = SAID, *, now: datetime, by: Caregiver | None = None) -> Feedback:
    return feeding_back.give(cast.enrolment, answers=answers, by=by or cast.caregiver, now=now)


def test_it_is_one_a_booking_and_the_newest_word_counts(cast: Cast, now: datetime) -> None:
    joseph = Caregiver.objects.get(user=cast.coparent)
    first = give(cast, now=now)
    assert give(cast, now=now).pk == first.pk
    changed = give(cast, Answers(ease="grew"), by=joseph, now=now)
    assert (changed.pk, changed.ease, changed.words, changed.by) == (first.pk, "grew", "", joseph)
    assert trail() == ["gave feedback", "changed its feedback"]


def test_it_is_taken_back_whole(cast: Cast, now: datetime) -> None:
    give(cast, now=now)
    assert feeding_back.take_back(cast.enrolment, by=cast.caregiver, now=now)
    assert not feeding_back.take_back(cast.enrolment, by=cast.caregiver, now=now)
    assert (Feedback.objects.count(), trail()) == (0, ["gave feedback", "took its feedback back"])


def test_words_are_ciphertext_in_the_database_and_stand_in_no_trail(cast: Cast, now: datetime) -> None:
    give(cast, now=now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT words FROM classes_feedback")
        assert "calm" not in cursor.fetchone()[0]
    assert not AuditEntry.objects.filter(detail__icontains="calm").exists()


def test_before_the_first_date_there_is_nothing_to_say(cast: Cast) -> None:
    before = cast.running.sessions.get(number=1).starts_at
    assert feeding_back.why_not_yet(cast.enrolment, now=before) is None
    with pytest.raises(CannotSay, match="after your first date"):
        give(cast, now=datetime(2026, 3, 3, tzinfo=before.tzinfo))


def test_nothing_at_all_is_not_kept(cast: Cast, now: datetime) -> None:
    with pytest.raises(CannotSay, match="tap one answer"):
        give(cast, Answers(is_named=True), now=now)


@pytest.fixture
def ines(cast: Cast, client: Client, now: datetime) -> Any:
    with time_machine.travel(now, tick=False):
        yield sign_in(client, cast.parent)


def page(cast: Cast) -> str:
    return reverse("classes:give_feedback", args=[cast.enrolment.reference])


def test_the_page_says_who_reads_it_and_keeps_what_is_said(cast: Cast, ines: Client) -> None:
    assert "your words without your name" in ines.get(page(cast)).content.decode()
    answer = ines.post(page(cast), {"ease": "well", "words": "The calm of it."})
    assert answer.status_code == 302
    [said] = Feedback.objects.all()
    assert (said.ease, said.pace, said.words, said.is_named) == ("well", "", "The calm of it.", False)
    text = ines.get(page(cast)).content.decode()
    assert "The calm of it." in text
    assert "Delete what we said" in text
    ines.post(page(cast), {"do": "delete"})
    assert not Feedback.objects.exists()


@pytest.mark.parametrize(
    ("typed", "status"), [({}, 409), ({"ease": "superb"}, 422), ({"words": "x" * 2001}, 422)], ids=str
)
def test_what_cannot_be_kept_is_said_and_stays_in_the_form(
    cast: Cast, ines: Client, typed: dict[str, str], status: int
) -> None:
    answer = ines.post(page(cast), typed)
    assert answer.status_code == status
    assert not Feedback.objects.exists()


def test_who_sees_the_dates_only_is_told_who_can_say_it(cast: Cast, client: Client) -> None:
    Caregiver.objects.filter(user=cast.coparent).update(role="dates")
    assert sign_in(client, cast.coparent).get(page(cast)).status_code == 403
    assert sign_in(Client(), cast.other_parent).get(page(cast)).status_code == 404


def test_the_page_of_a_booking_leads_there_once_the_series_is_over(cast: Cast, client: Client, now: datetime) -> None:
    place = reverse("classes:my_place", args=[cast.enrolment.reference])
    sign_in(client, cast.parent)
    assert page(cast) not in client.get(place).content.decode()
    with time_machine.travel(cast.running.sessions.get(number=5).ends_at, tick=False):
        assert page(cast) in sign_in(Client(), cast.parent).get(place).content.decode()
