"""Judging on a page for each work, signing second, taking back, deputies and the time line, as staff see them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from config.accounts.models import User
from instructors import assessing, demo, deputies, life
from instructors.groups import AUDITOR, join
from instructors.handing_in import hand_in
from instructors.models import Assessment, Certificate, Deputy, SignOff, Traineeship
from instructors.progress import progress_of
from instructors.signing import hash_of, sign_off, snapshot
from instructors.timeline import replayed, steps_of
from tests.cast import sign_in
from tests.factories.accounts import TOTP_SECRET, make_user
from tests.factories.instructors import (
    AT,
    LATER,
    a_body,
    a_certificate,
    a_programme,
    a_ready_traineeship,
    a_registrar,
    a_traineeship,
    a_trainer,
    fresh,
)

pytestmark = pytest.mark.django_db
WORDS = "Answers to the written exam."


@pytest.fixture(autouse=True)
def _the_clock_stands() -> Iterator[None]:
    with time_machine.travel(LATER, tick=False):
        yield


def code() -> str:
    return str(format_hotp_value(hotp_value(TOTP_SECRET, next(iter(yield_hotp_counters_from_time())))))


def page_of(row: Traineeship, name: str = "change", step: str = "") -> str:
    url = reverse(f"admin:instructors_traineeship_{name}", args=[row.pk])
    return f"{url}?step={step}" if step else url


def with_exam(row: Traineeship) -> Any:
    exam = row.programme.requirements.get(key="exam_passed")
    return hand_in(row, exam, text=WORDS, by=row.trainee, now=AT)


def opened(client: Client, url: str) -> dict[str, str]:
    """What the page would send untouched."""
    return {"seen": client.get(url).context["form"].initial["seen"]}


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_work_is_read_and_judged_on_a_page_of_its_own(client: Client) -> None:
    row = a_traineeship(trainer := a_trainer())
    work = with_exam(row)
    sign_in(client, trainer)
    url = page_of(row, "work", "exam_passed")
    page = text_of(client.get(url))
    said = {**opened(client, url), "outcome": "passed", "score": "88", "comment": "Sound."}
    sent, again = client.post(url, said), client.post(url, said)
    judged = row.assessments.get()
    assert (WORDS in page, "Waits to be read" in page, sent.status_code, again.status_code) == (True, True, 302, 302)
    assert (judged.outcome, judged.score, judged.assessor, judged.submission) == ("passed", 88, trainer, work)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"outcome": "repeat", "score": "76", "comment": ""}, "Please say what to look at again."),
        ({"outcome": "passed", "score": "79", "comment": "Nearly."}, "To pass, the score must be 80 or more."),
        ({"outcome": "", "score": "79", "comment": "Nearly."}, "Please choose how it went."),
        (
            {"outcome": "passed", "score": "101", "comment": "Nearly."},
            "Ensure this value is less than or equal to 100.",
        ),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(
    client: Client, said: dict[str, str], words: str
) -> None:
    row = a_traineeship(trainer := a_trainer())
    with_exam(row)
    sign_in(client, trainer)
    url = page_of(row, "work", "exam_passed")
    response = client.post(url, {**opened(client, url), **said})
    page = text_of(response)
    kept = said["score"] in page and said["comment"] in page
    assert (response.status_code, words in page, kept, row.assessments.count()) == (422, True, True, 0)


def test_a_colleagues_judgement_meanwhile_is_refused_with_what_was_typed_and_the_page_as_it_is(client: Client) -> None:
    row = a_traineeship(trainer := a_trainer())
    with_exam(row)
    sign_in(client, trainer)
    url = page_of(row, "work", "exam_passed")
    said = {**opened(client, url), "outcome": "passed", "score": "88", "comment": "My own words."}
    exam = row.programme.requirements.get(key="exam_passed")
    bea = a_trainer("bea@example.org", "Bea Moss")
    deputies.appoint(row, trainer=bea, task="sign", reason="Ill.", by=a_registrar(), now=LATER)
    assessing.assess(fresh(row), exam, outcome="repeat", comment="Question 7, Bea says.", by=bea, now=LATER)
    refused = client.post(url, said)
    page = text_of(refused)
    shown = (
        "Something was handed in or judged since" in page,
        "Question 7, Bea says." in page,
        "My own words." in page,
    )
    now_seen = {**said, "seen": refused.context["form"].data["seen"]}
    assert (refused.status_code, shown, row.assessments.count()) == (409, (True, True, True), 1)
    assert (client.post(url, now_seen).status_code, row.assessments.count()) == (302, 2)


def test_a_correction_is_a_new_line_with_its_reason_and_the_old_one_stays_in_sight(client: Client) -> None:
    row = a_traineeship(trainer := a_trainer())
    with_exam(row)
    exam = row.programme.requirements.get(key="exam_passed")
    first = assessing.assess(row, exam, outcome="passed", score=88, by=trainer, now=LATER)
    sign_in(client, trainer)
    url = page_of(row, "work", "exam_passed")
    said = {**opened(client, url), "outcome": "passed", "score": "98"}
    bare = client.post(url, {**said, "comment": ""})
    whole = client.post(url, {**said, "comment": "Two points were overlooked."})
    page = text_of(client.get(url))
    assert (bare.status_code, "Please give the reason for the correction." in text_of(bare)) == (422, True)
    assert (whole.status_code, row.assessments.get(score=98).supersedes) == (302, first)
    assert ("88 of 100" in page, "98 of 100" in page, "Corrected since" in page) == (True, True, True)


def test_a_slip_in_what_has_not_passed_is_corrected_or_a_further_try_judged(client: Client) -> None:
    row = a_traineeship(trainer := a_trainer())
    with_exam(row)
    exam = row.programme.requirements.get(key="exam_passed")
    first = assessing.assess(row, exam, outcome="repeat", score=67, comment="Again.", by=trainer, now=LATER)
    sign_in(client, trainer)
    url = page_of(row, "work", "exam_passed")
    client.post(url, {**opened(client, url), "outcome": "repeat", "score": "76", "comment": "76!", "corrects": "on"})
    client.post(url, {**opened(client, url), "outcome": "passed", "score": "90", "comment": "In the room."})
    facts = list(row.assessments.values_list("score", "supersedes"))
    assert facts == [(67, None), (76, first.pk), (90, None)]


def test_a_trainer_hands_in_for_the_candidate_and_it_is_marked_so(client: Client) -> None:
    row = a_traineeship(trainer := a_trainer())
    sign_in(client, trainer)
    empty = client.post(page_of(row, "hand_in", "exam_passed"), {"text": ""})
    done = client.post(page_of(row, "hand_in", "exam_passed"), {"text": "It came by post."})
    page = text_of(client.get(done["Location"]))
    assert (empty.status_code, done.status_code) == (409, 302)
    assert ("It came by post." in page, "By Aisha Noor for the candidate" in page) == (True, True)


def test_what_is_counted_or_of_another_programme_has_no_page(client: Client) -> None:
    row = a_traineeship(trainer := a_trainer())
    a_programme(code="other", requirements=[{"key": "fee", "kind": "fee", "title": "Fee"}])
    sign_in(client, trainer)
    keys = ("training_days", "families_completed", "fee", "nothing")
    assert [client.get(page_of(row, "work", key)).status_code for key in keys] == [404] * 4


def test_a_suspended_trainer_reads_everything_changes_nothing_and_is_told_why(client: Client) -> None:
    row = a_ready_traineeship(trainer := a_trainer())
    registrar = a_registrar()
    held = Certificate.objects.held_by(trainer).to_train().get()
    life.suspend(held, reason_code="complaint", by=registrar, now=LATER)
    sign_in(client, trainer)
    why = f"Your trainer’s certificate {held.number} is suspended."
    told = [why in text_of(client.get(url)) for url in (reverse("admin:index"), page_of(row))]
    page = client.get(page_of(row, "work", "exam_passed"))
    tried = {
        "work": client.post(page_of(row, "work", "exam_passed"), {"outcome": "failed", "seen": "0-0"}).status_code,
        "note": client.post(page_of(row), {"note": "Mine."}).status_code,
        "time": client.post(page_of(row, "more_time"), {"until": "2027-01-01", "reason": "x"}).status_code,
    }
    assert (told, page.status_code, bool(page.context["why_not"])) == ([True, True], 200, True)
    assert (tried["work"], tried["note"], tried["time"], fresh(row).note) == (403, 403, 403, "")
    signed = client.post(f"{reverse('admin:instructors_traineeship_sign_off')}?ids={row.pk}", {"statement": "on"})
    assert (signed.status_code, SignOff.objects.count()) == (403, 0)


def test_an_auditor_reads_everything_and_changes_nothing(client: Client) -> None:
    row = a_ready_traineeship(trainer := a_trainer())
    certificate = demo.certify(row, trainer=trainer, now=LATER)
    auditor = make_user("auditor@example.org", "Au Ditor", is_staff=True)
    join(auditor, AUDITOR)
    sign_in(client, auditor)
    shown = [
        client.get(url).status_code
        for url in (page_of(row), page_of(row, "time_line"), page_of(row, "work", "exam_passed"))
    ]
    urls = [page_of(row), page_of(row, "more_time"), page_of(row, "deputy"), page_of(row, "work", "exam_passed")]
    urls.append(reverse("admin:instructors_certificate_suspend", args=[certificate.pk]))
    assert (shown, [client.post(url, {}).status_code for url in urls]) == ([200] * 3, [403] * 5)


def signed_once(trainer: User) -> Traineeship:
    a_programme(second_signature=True)
    row = a_ready_traineeship(trainer)
    seen = hash_of(snapshot(progress_of(row)))
    sign_off(row, seen=seen, statement="I have read it.", by=trainer, now=LATER)
    return fresh(row)


def test_a_registrar_signs_second_and_the_certificate_is_issued(client: Client) -> None:
    row, registrar = signed_once(a_trainer()), a_registrar()
    sign_in(client, registrar)
    waiting = text_of(client.get(reverse("admin:index")))
    url = page_of(row, "second_signature")
    wrong = client.post(url, {"statement": "on", "proof": "guess"})
    kept = 'name="statement" id="id_statement" required checked' in text_of(wrong)
    done = client.post(url, {"statement": "on", "proof": code()})
    again = client.post(url, {"statement": "on", "proof": code()})
    certificate = Certificate.objects.get(traineeship=row)
    assert ("Zoë Lindqvist waits for your signature" in waiting, wrong.status_code, kept) == (True, 422, True)
    assert (done.status_code, again.status_code, SignOff.objects.get().second_by) == (302, 302, registrar)
    assert (Certificate.objects.filter(traineeship=row).count(), certificate.state) == (1, "active")


def test_the_one_who_signed_takes_it_back_with_a_reason_and_nobody_else(client: Client) -> None:
    row, registrar = signed_once(trainer := a_trainer()), a_registrar()
    url = page_of(row, "take_back_signature")
    sign_in(client, registrar)
    refused = client.post(url, {"reason": "Mine now."}).status_code
    sign_in(client, trainer)
    bare = client.post(url, {"reason": ""}).status_code
    done = client.post(url, {"reason": "The exam was another's."}).status_code
    assert (refused, bare, done, fresh(row).state) == (403, 422, 302, "active")


def test_who_signed_and_is_suspended_meanwhile_takes_nothing_back(client: Client) -> None:
    row, registrar = signed_once(trainer := a_trainer()), a_registrar()
    held = Certificate.objects.held_by(trainer).get()
    life.suspend(held, reason_code="papers", by=registrar, now=LATER)
    sign_in(client, trainer)
    answer = client.post(page_of(row, "take_back_signature"), {"reason": "On second thoughts."})
    assert (answer.status_code, fresh(row).state) == (403, "signed_off")


def test_a_registrar_appoints_a_deputy_and_ends_it(client: Client) -> None:
    row = a_traineeship(trainer := a_trainer())
    bea, registrar = a_trainer("bea@example.org", "Bea Moss"), a_registrar()
    stranger = a_trainer("far@example.org", "Far Away", a_body("other-school"))
    url = page_of(row, "deputy")
    sign_in(client, trainer)
    refused = client.post(url, {"trainer": str(bea.pk), "task": "sign", "reason": "x"}).status_code
    sign_in(client, registrar)
    foreign = client.post(url, {"trainer": str(stranger.pk), "task": "sign", "reason": "x"})
    done = client.post(url, {"trainer": str(bea.pk), "task": "sign", "reason": "Aisha is ill."})
    named = Deputy.objects.get()
    shown = "Aisha is ill." in text_of(client.get(url))
    ended = client.post(url, {"end": str(named.pk)})
    named.refresh_from_db()
    assert (refused, foreign.status_code, done.status_code, shown) == (403, 422, 302, True)
    assert (ended.status_code, named.ended_by) == (302, registrar)


def test_the_time_line_says_every_step_who_when_and_why(client: Client) -> None:
    row = a_ready_traineeship(trainer := a_trainer())
    exam = Assessment.objects.get(traineeship=row, requirement__key="exam_passed")
    assessing.correct(exam, outcome="passed", score=90, reason="Counted again.", by=trainer, now=LATER)
    certificate = demo.certify(row, trainer=trainer, now=LATER)
    registrar = a_registrar()
    life.suspend(
        certificate, reason_code="insurance", private_note="Asked twice.", by=registrar, now=LATER.replace(hour=12)
    )
    certificate.refresh_from_db()
    steps = steps_of(row, private=True)
    what = [step.what for step in steps]
    order = [
        *("Applied for training", "Accepted for training", "Began training", "Work was judged"),
        *("A judgement was corrected", "Signed off", "The certificate was issued", "The certificate was suspended"),
    ]
    assert [deed for deed in what if deed in order[:3] or deed in order[4:]] == [
        deed for deed in order if deed != "Work was judged"
    ]
    assert (steps[-1].who, steps[-1].why) == ("Carla Nunes", "insurance. Asked twice")
    assert "Asked twice" not in steps_of(row)[-1].why
    assert any("Written exam: Passed, 90 of 100. Counted again." in step.why for step in steps)
    assert sum(len(step.more) for step in steps) > 20
    assert (replayed(certificate).agrees, replayed(certificate).events) == (True, 2)
    certificate.state = "active"
    assert replayed(certificate).agrees is False


def test_the_time_line_page_is_read_by_an_auditor(client: Client) -> None:
    row = a_ready_traineeship(trainer := a_trainer())
    certificate = demo.certify(row, trainer=trainer, now=LATER)
    auditor = make_user("auditor@example.org", "Au Ditor", is_staff=True)
    join(auditor, AUDITOR)
    sign_in(client, auditor)
    page = text_of(client.get(reverse("admin:instructors_certificate_time_line", args=[certificate.pk])))
    words = ("Played again, it comes out the same", "Applied for training", "Aisha Noor", "Signed off")
    assert [word in page for word in words] == [True] * 4


def test_what_the_office_noted_is_not_for_the_one_whom_it_is_about(client: Client) -> None:
    registrar, holder = a_registrar(), a_registrar(email="carla@example.org", name="Carla Nunes")
    certificate = a_certificate(holder)
    life.suspend(certificate, reason_code="insurance", private_note="Asked twice.", by=registrar, now=LATER)
    pages = [
        reverse(f"admin:instructors_certificate_{name}", args=[certificate.pk]) for name in ("change", "time_line")
    ]
    seen = []
    for reader in (registrar, holder):
        sign_in(client, reader)
        seen.append(["Asked twice" in client.get(page).content.decode() for page in pages])
    assert seen == [[True, True], [False, False]]


def test_a_list_of_candidates_is_taken_away_without_a_formula_or_a_stranger(client: Client) -> None:
    trainer, bea = a_trainer(), a_trainer("bea@example.org", "Bea Moss")
    row = a_traineeship(trainer, make_user("f@example.org", "=HYPERLINK(1)"))
    other = a_traineeship(bea, make_user("yan@example.org", "Yan Okafor"))
    sign_in(client, trainer)
    chosen = {"action": "take_away", "_selected_action": [str(row.pk), str(other.pk)]}
    response = client.post(reverse("admin:instructors_traineeship_changelist"), chosen)
    lines = response.content.decode("utf-8-sig").splitlines()
    assert (response["Content-Type"], len(lines), lines[1].startswith("'=HYPERLINK(1),")) == (
        "text/csv; charset=utf-8",
        2,
        True,
    )


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_a_work_asks_as_much_for_three_attempts_as_for_one(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    row = a_traineeship(trainer := a_trainer())
    exam = row.programme.requirements.get(key="exam_passed")
    for number in range(count):
        hand_in(row, exam, text=f"{WORDS} {number}", by=row.trainee, now=LATER)
        assessing.assess(fresh(row), exam, outcome="repeat", comment="Again.", by=trainer, now=LATER)
    sign_in(client, trainer)
    with django_assert_num_queries(27):
        client.get(page_of(row, "work", "exam_passed"))
