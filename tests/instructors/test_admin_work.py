"""A trainer's work in the admin: reading, judging, giving time, signing; a registrar's suspending."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from instructors import assessing, demo
from instructors import traineeship as training
from instructors.groups import REGISTRAR, join
from instructors.models import Assessment, Certificate, Extension, SignOff, Traineeship
from instructors.refusals import CannotTrain
from tests.cast import sign_in
from tests.factories.accounts import TOTP_SECRET, make_user
from tests.factories.instructors import (
    AT,
    LATER,
    a_body,
    a_ready_traineeship,
    a_traineeship,
    a_trainer,
    an_event,
    fresh,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _the_clock_stands() -> Iterator[None]:
    with time_machine.travel(LATER, tick=False):
        yield


def code() -> str:
    return str(format_hotp_value(hotp_value(TOTP_SECRET, next(iter(yield_hotp_counters_from_time())))))


def page_of(row: Traineeship, name: str = "change") -> str:
    return reverse(f"admin:instructors_traineeship_{name}", args=[row.pk])


def seen_on(response: Any) -> list[str]:
    return [one.key for one in response.context["will"]]


def test_sign_off_shows_who_and_who_not_and_signs_the_ready(client: Client) -> None:
    trainer = a_trainer()
    event = an_event(trainer)
    ready = a_ready_traineeship(trainer, event=event)
    unready = a_traineeship(trainer, make_user("yan@example.org", "Yan Okafor"), event)
    sign_in(client, trainer)
    chosen = {"action": "sign_off", "_selected_action": [str(ready.pk), str(unready.pk)]}
    page = client.post(reverse("admin:instructors_traineeship_changelist"), chosen, follow=True)
    will = [str(one.traineeship) for one in page.context["will"]]
    wont = {str(one.traineeship): one.why_not for one in page.context["wont"]}
    url = page.request["PATH_INFO"] + "?" + page.request["QUERY_STRING"]
    unticked = client.post(url, {"proof": code(), "seen": seen_on(page)})
    wrong = client.post(url, {"statement": "on", "proof": "000000", "seen": seen_on(page)})
    none_yet = SignOff.objects.count()
    done = client.post(url, {"statement": "on", "proof": code(), "seen": seen_on(page)})
    again = client.post(url, {"statement": "on", "proof": "000000", "seen": seen_on(page)})
    certificate = Certificate.objects.get(traineeship=ready)
    assert {
        "will": will,
        "wont": wont,
        "unticked": "Please tick this to sign." in unticked.content.decode(),
        "wrong": "neither your password nor a fresh code" in wrong.content.decode(),
        "none yet": none_yet,
        "done": done.status_code,
        "certificate": certificate.number[:20],
        "signed by": SignOff.objects.get().signed_by,
        "again": (again.status_code, Certificate.objects.filter(traineeship__isnull=False).count()),
    } == {
        "will": ["Zoë Lindqvist"],
        "wont": {"Yan Okafor": "“Accepted”, so there is nothing to sign."},
        "unticked": True,
        "wrong": True,
        "none yet": 0,
        "done": 302,
        "certificate": "ES-CIMI-2026-000001-",
        "signed by": trainer,
        "again": (200, 1),
    }


def test_sign_off_signs_nobody_when_something_changed_since_the_page_opened(client: Client) -> None:
    trainer = a_trainer()
    event = an_event(trainer)
    rows = [a_ready_traineeship(trainer, event=event)]
    rows.append(a_ready_traineeship(trainer, make_user("yan@example.org", "Yan Okafor"), event))
    sign_in(client, trainer)
    url = f"{reverse('admin:instructors_traineeship_sign_off')}?" + "&".join(f"ids={row.pk}" for row in rows)
    seen = seen_on(client.get(url))
    exam = rows[1].assessments.get(requirement__key="exam_passed")
    assessing.correct(exam, outcome="failed", reason="Not their own words.", by=trainer, now=LATER)
    response = client.post(url, {"statement": "on", "proof": code(), "seen": seen})
    page = response.content.decode()
    assert ("Something about Yan Okafor has changed since you looked." in page, SignOff.objects.count()) == (True, 0)


def test_a_wrong_password_does_not_hide_that_something_changed(client: Client) -> None:
    row = a_ready_traineeship(trainer := a_trainer())
    sign_in(client, trainer)
    url = f"{reverse('admin:instructors_traineeship_sign_off')}?ids={row.pk}"
    seen = seen_on(client.get(url))
    exam = Assessment.objects.filter(traineeship=row).latest("pk")
    assessing.correct(exam, outcome="passed", score=90, reason="Counted again.", by=trainer, now=LATER)
    page = client.post(url, {"statement": "on", "proof": "guess", "seen": seen}).content.decode()
    told = "Something about Zoë Lindqvist has changed since you looked." in page
    assert (told, 'id="id_statement" required checked' in page, SignOff.objects.count()) == (True, False, 0)


def test_sign_off_by_password_and_after_five_wrong_tries_wait(client: Client) -> None:
    trainer = a_trainer()
    trainer.set_password("a long one for signing")
    trainer.save()
    row = a_ready_traineeship(trainer)
    sign_in(client, trainer)
    url = f"{reverse('admin:instructors_traineeship_sign_off')}?ids={row.pk}"
    form = {"statement": "on", "seen": seen_on(client.get(url))}
    tries = [client.post(url, {**form, "proof": "guess"}).content.decode() for _ in range(5)]
    waiting = client.post(url, {**form, "proof": "a long one for signing"}).content.decode()
    assert ("Please wait five minutes" in tries[-1], "Please wait five minutes" in waiting) == (False, True)
    with time_machine.travel(LATER.replace(hour=10), tick=False):
        sign_in(client, trainer)
        assert client.post(url, {**form, "proof": "a long one for signing"}).status_code == 302


def test_a_superuser_without_the_credential_signs_nobody(client: Client) -> None:
    boss = make_user("boss@example.org", "Boss", is_staff=True, is_superuser=True)
    row = a_ready_traineeship(a_trainer())
    sign_in(client, boss)
    page = client.get(f"{reverse('admin:instructors_traineeship_sign_off')}?ids={row.pk}")
    assert (page.context["will"], [one.why_not for one in page.context["wont"]]) == (
        [],
        ["Only the candidate's own trainer signs, or a deputy whom a registrar appoints."],
    )


@pytest.mark.parametrize("number", ["9" * 20, "9" * 5000, "²", ""])
def test_sign_off_of_a_number_that_is_none_signs_nobody(client: Client, number: str) -> None:
    sign_in(client, a_trainer())
    url = reverse("admin:instructors_traineeship_sign_off")
    answer = client.post(url, {"statement": "on", "proof": code(), "seen": [f"{number}:x"]})
    assert (answer.status_code, SignOff.objects.count()) == (200, 0)


def test_sign_off_passes_over_what_is_no_candidate(client: Client) -> None:
    row = a_ready_traineeship(trainer := a_trainer())
    sign_in(client, trainer)
    odd = "&".join(f"ids={text}" for text in ("x", "²", "9" * 20, row.pk))
    page = client.get(f"{reverse('admin:instructors_traineeship_sign_off')}?{odd}")
    assert [str(one.progress.traineeship) for one in page.context["will"]] == [str(row)]


def test_more_time_is_given_with_its_reason(client: Client) -> None:
    trainer = a_trainer()
    row = a_traineeship(trainer)
    sign_in(client, trainer)
    back = client.post(page_of(row, "more_time"), {"until": "2026-07-01", "reason": "Ill."})
    forth = client.post(page_of(row, "more_time"), {"until": "2026-07-31", "reason": "Ill."})
    assert ("choose a later day" in back.content.decode(), forth.status_code, Extension.objects.get().new_on) == (
        True,
        302,
        date(2026, 7, 31),
    )


def test_a_training_is_ended_with_a_reason_by_the_trainer_and_never_by_the_candidate(client: Client) -> None:
    row = a_traineeship(trainer := a_trainer())
    with pytest.raises(CannotTrain):
        training.close(row, reason="Enough.", by=row.trainee, now=LATER)
    sign_in(client, trainer)
    empty = client.post(page_of(row, "end"), {"reason": " "})
    ended = client.post(page_of(row, "end"), {"reason": "We agreed to stop."})
    row.refresh_from_db()
    again = client.post(page_of(row, "end"), {"reason": "Once more."})
    assert (empty.status_code, ended.status_code, again.status_code) == (422, 302, 409)
    assert (row.state, row.reason, row.closed_by) == ("closed", "We agreed to stop.", trainer)


def test_an_application_is_answered_on_a_page_of_its_own(client: Client) -> None:
    trainer = a_trainer()
    event = an_event(trainer)
    applied = training.apply(event.programme, trainee=make_user("zoe@example.org", "Zoë"), event=event, now=AT)
    sign_in(client, trainer)
    assert "Answer Zoë’s application" in client.get("/admin/").content.decode()
    response = client.post(page_of(applied, "answer"), {"answer": "accept"})
    row = fresh(applied)
    assert (response.status_code, row.state, row.trainer_of_record, row.deadline_on) == (
        302,
        "accepted",
        trainer,
        date(2026, 7, 5),
    )


def test_the_first_page_says_what_waits(client: Client) -> None:
    trainer = a_trainer()
    event = an_event(trainer)
    a_ready_traineeship(trainer, event=event)
    a_traineeship(trainer, make_user("yan@example.org", "Yan Okafor"), event)
    sign_in(client, trainer)
    with time_machine.travel(LATER.replace(month=6, day=20), tick=False):
        sign_in(client, trainer)
        waiting = client.get("/admin/").context["waiting"]
    assert [(one.kind, one.what) for one in waiting] == [
        ("sign", "One candidate is ready to sign off"),
        ("due", "Yan Okafor has 15 days left"),
    ]


def test_the_candidates_page_as_the_trainer_sees_it(client: Client) -> None:
    trainer = a_trainer()
    row = a_traineeship(trainer)
    sign_in(client, trainer)
    page = client.get(page_of(row, "as_candidate")).content.decode()
    assert ("This is how Zoë Lindqvist sees it." in page, "Your way to CIMI" in page) == (True, True)


def test_a_registrar_suspends_and_reinstates(client: Client) -> None:
    trainer = a_trainer()
    certificate = demo.certify(a_ready_traineeship(trainer), trainer=trainer, now=LATER)
    registrar = make_user("registrar@example.org", "Reg Istrar", is_staff=True)
    join(registrar, REGISTRAR)
    a_body().registrars.add(registrar)
    url = reverse("admin:instructors_certificate_suspend", args=[certificate.pk])
    sign_in(client, trainer)
    refused = client.post(url, {"reason_code": "complaint"}).status_code
    sign_in(client, registrar)
    states = []
    for reason in ("complaint", "cleared"):
        client.post(url, {"reason_code": reason, "public_note": "", "private_note": ""})
        certificate.refresh_from_db()
        states.append(certificate.state)
    assert (refused, states, certificate.events.count()) == (403, ["suspended", "active"], 3)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_and_the_first_page_ask_as_much_for_three_as_for_one(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    trainer = a_trainer()
    event = an_event(trainer)
    for number in range(count):
        person = make_user(f"p{number}@example.org", f"Person {number}")
        a_ready_traineeship(trainer, person, event)
    sign_in(client, trainer)
    with django_assert_num_queries(22):
        client.get(reverse("admin:instructors_traineeship_changelist"))
    with django_assert_num_queries(28):
        client.get("/admin/")


def test_somebody_is_taken_on_by_their_address(client: Client) -> None:
    trainer = a_trainer()
    event = an_event(trainer)
    make_user("zoe@example.org", "Zoë Lindqvist")
    sign_in(client, trainer)
    url = reverse("admin:instructors_trainingevent_take_on", args=[event.pk])
    nobody = client.post(url, {"email": "nobody@example.org"}).content.decode()
    oneself = client.post(url, {"email": trainer.email}).content.decode()
    taken = client.post(url, {"email": "ZOE@example.org"})
    twice = client.post(url, {"email": "zoe@example.org"}).content.decode()
    row = Traineeship.objects.get()
    assert (
        "Nobody signs in with this address yet." in nobody,
        "Nobody can be their own trainer." in oneself,
        taken.status_code,
        "There is an open traineeship for this credential already." in twice,
        (row.state, row.trainer_of_record, str(row.trainee)),
    ) == (True, True, 302, True, ("accepted", trainer, "Zoë Lindqvist"))


def test_a_registrar_hands_a_candidate_over_and_a_trainer_cannot(client: Client) -> None:
    trainer, bea = a_trainer(), a_trainer("bea@example.org", "Bea Moss")
    row = a_traineeship(trainer)
    registrar = make_user("registrar@example.org", "Reg Istrar", is_staff=True)
    join(registrar, REGISTRAR)
    a_body().registrars.add(registrar)
    sign_in(client, trainer)
    refused = client.post(page_of(row, "hand_over"), {"trainer": str(bea.pk)}).status_code
    sign_in(client, registrar)
    done = client.post(page_of(row, "hand_over"), {"trainer": str(bea.pk)})
    assert (refused, done.status_code, fresh(row).trainer_of_record) == (403, 302, bea)
