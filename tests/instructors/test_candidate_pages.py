"""A candidate's pages: what is open, handing in, asking, leaving; their own and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from config.accounts.models import User
from instructors import asking, assessing, conduct, demo, handing_in
from instructors import traineeship as training
from instructors.models import Submission, TimeRequest, Traineeship, TrainingEvent
from tests.cast import sign_in
from tests.factories.accounts import make_user
from tests.factories.instructors import (
    AT,
    a_body,
    a_programme,
    a_ready_traineeship,
    a_traineeship,
    a_trainer,
    an_event,
    fresh,
)
from tests.factories.work_files import a_file

pytestmark = pytest.mark.django_db
NOW = AT.replace(day=6)
EXAM = "/train/work/exam_passed/"


@pytest.fixture(autouse=True)
def _the_clock_stands(settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(NOW, tick=False):
        yield


def as_zoe(client: Client) -> tuple[Client, Traineeship]:
    row = a_traineeship(a_trainer())
    return sign_in(client, row.trainee), row


def an_open_event(trainer: User, *, days: int = 30, name: str = "CIMI in Leeds", **fields: Any) -> TrainingEvent:
    on = NOW.date() + timedelta(days=days)
    programme = fields.pop("programme", None) or a_programme()
    event = demo.hold_event(programme, trainer=trainer, first_on=on, name=name, place="Leeds", zone="Europe/London")
    TrainingEvent.objects.filter(pk=event.pk).update(**fields)
    return event


def said(response: Any) -> str:
    return " ".join(response.content.decode().split())


# Handing in ---------------------------------------------------------------------------------------------------------


def test_hand_in_work_takes_a_file_and_gives_it_back_as_a_download_alone(client: Client) -> None:
    zoe, _row = as_zoe(client)
    answer = zoe.post(EXAM, {"file": a_file("Exam.pdf"), "url": "", "text": ""})
    got = zoe.get(reverse("instructors:read_submission", args=["exam_passed", 1]))
    assert (answer.status_code, answer["Location"], got["Content-Disposition"], got["Content-Type"]) == (
        302,
        EXAM,
        'attachment; filename="Exam.pdf"',
        "application/octet-stream",
    )
    assert b"".join(got.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]  # a file is streamed
    assert "Exam.pdf" in said(zoe.get("/train/"))


@pytest.mark.parametrize(
    ("typed", "status", "words"),
    [
        ({"text": "", "url": ""}, 422, "Please add a file, a link or some words."),
        ({"text": "My answers.", "url": "javascript:alert(1)"}, 422, "My answers."),
        ({"text": "Kept words.", "file": "programme"}, 422, "Kept words."),
    ],
)
def test_hand_in_work_says_beside_the_field_what_is_wrong_and_keeps_what_was_typed(
    client: Client, typed: dict[str, Any], status: int, words: str
) -> None:
    zoe, _row = as_zoe(client)
    if "file" in typed:
        typed["file"] = a_file("exam.pdf", b"MZ\x90\x00")
    answer = zoe.post(EXAM, typed)
    assert (answer.status_code, words in said(answer), Submission.objects.count()) == (status, True, 0)


def test_hand_in_work_refuses_another_while_one_waits_and_takes_it_back(client: Client) -> None:
    zoe, _row = as_zoe(client)
    zoe.post(EXAM, {"text": "First."})
    second = zoe.post(EXAM, {"text": "Second."})
    back = zoe.post(EXAM, {"take_back": "1"})
    again = zoe.post(EXAM, {"take_back": "1"})
    assert (second.status_code, "take it back first" in said(second), back.status_code, again.status_code) == (
        409,
        True,
        302,
        302,
    )


def test_work_that_was_judged_meanwhile_is_not_taken_back(client: Client) -> None:
    zoe, row = as_zoe(client)
    zoe.post(EXAM, {"text": "First."})
    exam, trainer = row.programme.requirements.get(key="exam_passed"), row.trainer_of_record
    assessing.assess(row, exam, outcome="repeat", score=70, comment="Question nine, please.", by=trainer, now=NOW)
    answer = zoe.post(EXAM, {"take_back": "1"})
    assert (answer.status_code, "was judged" in said(answer), "Question nine, please." in said(answer)) == (
        409,
        True,
        True,
    )
    assert ("Hand in again" in said(zoe.get(EXAM)), "Question nine, please." in said(zoe.get("/train/"))) == (
        True,
        True,
    )


def test_a_candidate_sees_and_changes_nobody_elses_work(client: Client) -> None:
    _zoe, row = as_zoe(client)
    handing_in.hand_in(row, row.programme.requirements.get(key="exam_passed"), file=a_file(), by=row.trainee, now=NOW)
    yan = make_user("yan@example.org", "Yan Okafor")
    own = a_traineeship(row.trainer_of_record or yan, yan, row.event)
    other = sign_in(Client(), yan)
    foreign = [
        other.get(f"{EXAM}?of={row.pk}"),
        other.get(f"{EXAM}1/file/"),
        other.get(f"{EXAM}1/file/?of={row.pk}"),
        other.post(f"{EXAM}?of={row.pk}", {"take_back": "1"}),
        other.post(f"/train/leave/?of={row.pk}"),
        other.post(f"/train/time/?of={row.pk}", {"until": "2026-08-01", "reason": "Mine."}),
        other.get("/train/?of=nonsense"),
        other.get("/train/work/families_completed/"),
    ]
    assert [answer.status_code for answer in foreign] == [404] * 8
    assert (fresh(row).state, fresh(own).state, Submission.objects.get().withdrawn_at) == ("accepted", "accepted", None)


def test_the_code_of_conduct_is_declared_line_by_line(client: Client) -> None:
    declaration = {"key": "declaration", "kind": "declaration", "title": "Declaration"}
    trainer = a_trainer()
    row = a_traineeship(trainer, event=an_event(trainer, a_programme(requirements=[declaration])))
    zoe = sign_in(client, row.trainee)
    ticked = [point.key for point in conduct.POINTS]
    some = zoe.post("/train/work/declaration/", {"points": ticked[1:]})
    whole = zoe.post("/train/work/declaration/", {"points": ticked})
    kept = Submission.objects.get()
    assert (some.status_code, some.content.count(b" checked"), whole.status_code, "on a doll" in kept.text) == (
        422,
        len(ticked) - 1,
        302,
        True,
    )


def test_the_number_of_queries_does_not_grow_with_attempts(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    zoe, row = as_zoe(client)
    exam = row.programme.requirements.get(key="exam_passed")
    most = 0
    for no in (1, 2, 3):
        handing_in.hand_in(row, exam, text=f"Attempt {no}.", by=row.trainee, now=NOW)
        assessing.assess(
            row, exam, outcome="repeat", score=70, comment=f"Not yet {no}.", by=row.trainer_of_record, now=NOW
        )
        with django_assert_max_num_queries(most or 40) as seen:
            zoe.get(EXAM)
        most = most or len(seen)


# More time, and leaving ---------------------------------------------------------------------------------------------


def test_ask_for_time_waits_for_the_trainer_and_is_answered_in_the_admin(client: Client) -> None:
    zoe, row = as_zoe(client)
    wrong = zoe.post("/train/time/", {"until": "2026-07-01", "reason": "A family was ill."})
    asked = zoe.post("/train/time/", {"until": "2026-07-31", "reason": "A family was ill."})
    waits = TimeRequest.objects.get()
    office = sign_in(Client(), row.trainer_of_record or row.trainee)
    page = reverse("admin:instructors_timerequest_answer", args=[waits.pk])
    no_word = office.post(page, {"answer": "decline", "until": "", "word": ""})
    given = office.post(page, {"answer": "give", "until": "2026-07-20", "word": "Until the school holidays."})
    assert (wrong.status_code, asked.status_code, no_word.status_code, given.status_code) == (409, 302, 200, 302)
    assert "A family was ill." in said(wrong)
    shown = said(zoe.get("/train/"))
    assert ("20 July 2026" in shown, "Until the school holidays." in shown) == (True, True)


def test_a_trainer_of_another_body_finds_no_question(client: Client) -> None:
    _zoe, row = as_zoe(client)
    asked = asking.ask(row, until=NOW.date() + timedelta(days=300), reason="Ill.", by=row.trainee, now=NOW)
    stranger = a_trainer("bea@example.org", "Bea Other", a_body("other-school"))
    page = reverse("admin:instructors_timerequest_answer", args=[asked.pk])
    answers = [sign_in(client, stranger).get(page), client.post(page, {"answer": "give", "until": "2027-01-01"})]
    assert [answer.status_code for answer in answers] == [404, 404]


def test_leave_training_once_and_what_was_done_stays(client: Client) -> None:
    zoe, row = as_zoe(client)
    first, again = zoe.post("/train/leave/", {"reason": ""}), zoe.post(f"/train/leave/?of={row.pk}", {"reason": ""})
    assert (first.status_code, again.status_code, fresh(row).state) == (302, 302, "withdrawn")
    assert "You have left this training" in said(zoe.get(first["Location"]))


# Applying -----------------------------------------------------------------------------------------------------------


def test_open_trainings_shows_what_can_be_applied_for(client: Client) -> None:
    trainer = a_trainer()
    an_open_event(trainer, name="Leeds in April")
    an_open_event(trainer, days=-1, name="Begun")
    an_open_event(trainer, days=40, name="A draft", state="draft")
    an_open_event(trainer, days=50, name="Cancelled", state="cancelled")
    shown = sign_in(client, make_user("yan@example.org", "Yan Okafor")).get("/train/events/")
    assert [training.event.name for training in shown.context["trainings"]] == ["Leeds in April"]


def test_open_trainings_comes_in_pages_of_bounded_work(
    client: Client, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    monkeypatch.setattr("instructors.open_trainings.PAGE", 3)
    trainer = a_trainer()
    yan = sign_in(client, make_user("yan@example.org", "Yan Okafor"))
    an_open_event(trainer, days=30, name="One")
    with django_assert_max_num_queries(40) as one:
        yan.get("/train/events/")
    for days, name in ((31, "Two"), (31, "Three"), (33, "Four")):
        an_open_event(trainer, days=days, name=name)
    with django_assert_max_num_queries(len(one)):
        first = yan.get("/train/events/")
    second = yan.get(f"/train/events/{first.context['older']}")
    names = [[training.event.name for training in page.context["trainings"]] for page in (first, second)]
    assert names == [["One", "Two", "Three"], ["Four"]]


def test_apply_for_training_asks_for_a_name_once_and_twice_is_once(client: Client) -> None:
    event = an_open_event(a_trainer())
    person = make_user("yan@example.org", "")
    yan, page = sign_in(client, person), f"/train/events/{event.pk}/apply/"
    nameless = yan.post(page, {"words": "I am a doula."})
    named = [yan.post(page, {"name": "Yan  Okafor", "words": "I am a doula."}) for _twice in range(2)]
    row = Traineeship.objects.get()
    person.refresh_from_db()
    assert (nameless.status_code, "I am a doula." in said(nameless), [answer.status_code for answer in named]) == (
        422,
        True,
        [302, 302],
    )
    assert (row.state, row.application, person.name) == ("applied", "I am a doula.", "Yan Okafor")
    assert "Your application is with the trainer." in said(yan.get("/train/"))


def test_apply_for_training_is_refused_where_it_cannot_be(client: Client) -> None:
    trainer = a_trainer()
    event, other = an_open_event(trainer), an_open_event(trainer, days=60, name="Later")
    page, elsewhere = (f"/train/events/{one.pk}/apply/" for one in (event, other))
    own = sign_in(Client(), trainer).post(page, {"words": ""})
    zoe = sign_in(client, make_user("yan@example.org", "Yan Okafor"))
    zoe.post(page, {"words": ""})
    second = zoe.post(elsewhere, {"words": ""})
    TrainingEvent.objects.filter(pk=other.pk).update(state="cancelled")
    gone = zoe.post(elsewhere, {"words": ""})
    assert (own.status_code, second.status_code, gone.status_code, Traineeship.objects.count()) == (409, 409, 404, 1)
    assert "nobody is their own trainer" in said(own)
    assert "on your way to CIMI already" in said(second)


# How a training is shown that goes on, is done, or is over ----------------------------------------------------------


def test_nobody_who_has_done_everything_is_hurried(client: Client) -> None:
    row = a_ready_traineeship(a_trainer())
    page = said(sign_in(client, row.trainee).get("/train/"))
    found = ["All three are done." in page, "You have until" in page, "To be finished by" in page]
    assert found == [True, False, False]


def test_a_refused_application_is_shown_with_no_list_of_what_was_missing(client: Client) -> None:
    trainer = a_trainer()
    event = an_open_event(trainer)
    row = training.apply(event.programme, trainee=make_user("zoe@example.org", name="Zoe Karim"), event=event, now=NOW)
    training.reject(row, reason="The group is full.", by=trainer, now=NOW)
    page = said(sign_in(client, row.trainee).get("/train/"))
    found = ["The group is full." in page, "See other trainings" in page, "What was missing" in page]
    assert found == [True, True, False]


def test_a_training_that_was_ended_leads_to_the_open_ones_and_names_no_day_any_more(client: Client) -> None:
    row = a_traineeship(a_trainer())
    training.close(row, reason="You pause for a while.", by=row.trainer_of_record, now=NOW)
    page = said(sign_in(client, row.trainee).get("/train/"))
    assert ("You pause for a while." in page, "See open trainings" in page, "To be finished by" in page) == (
        True,
        True,
        False,
    )


def test_the_way_to_practice_families_stands_beside_what_is_asked(client: Client) -> None:
    client, _row = as_zoe(client)
    assert 'href="/train/families/">Sessions and plans<span class="vh"> Practice families</span>' in said(
        client.get("/train/")
    )


def test_who_ran_out_of_time_still_finds_the_way_to_the_training(client: Client) -> None:
    row = a_traineeship(a_trainer())
    training.lapse(row, now=NOW)
    page = said(sign_in(client, row.trainee).get("/train/events/"))
    assert ("My training" in page, Traineeship.objects.open().exists()) == (True, False)
