"""A trainer's pages of a training event: one task each, and the grid that keeps what was typed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from instructors.models import DayAttendance, Extension, TrainingEvent
from instructors.traineeship import apply
from tests.cast import sign_in
from tests.factories.accounts import make_user
from tests.factories.instructors import AT, LATER, a_programme, a_traineeship, a_trainer, an_event, fresh

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _the_clock_stands() -> Iterator[None]:
    with time_machine.travel(LATER, tick=False):
        yield


def page(name: str, event: TrainingEvent | None = None) -> str:
    return reverse(f"admin:instructors_trainingevent_{name}", args=[event.pk] if event else [])


def said(answer: Any) -> str:
    return str(answer.content.decode())


def test_an_event_is_made_on_one_page_and_called_by_its_days(client: Client) -> None:
    trainer = a_trainer()
    sign_in(client, trainer)
    form = {
        "programme": str(a_programme().pk),
        "name": "CIMI in four days, Leeds",
        "first_on": "2026-09-01",
        "last_on": "2026-09-04",
        "starts": "09:00",
        "ends": "17:00",
        "break_minutes": "60",
        "families_from": "2",
        "place": "Kirkgate Hall",
        "time_zone": "Europe/London",
        "capacity": "12",
        "lead_trainer": str(trainer.pk),
    }
    wrong = client.post(page("add"), {**form, "last_on": "2026-08-31"})
    made = client.post(page("add"), form, follow=True)
    event = TrainingEvent.objects.get()
    assert (wrong.status_code, "The last day cannot come before the first." in said(wrong)) == (422, True)
    assert (event.state, event.days.count(), "1 September 2026 to 4 September 2026" in said(made)) == ("draft", 4, True)


def test_the_buttons_of_an_event_say_what_follows_and_do_it(client: Client) -> None:
    trainer = a_trainer()
    event = an_event(trainer)
    a_traineeship(trainer, event=event)
    sign_in(client, trainer)
    assert "Nobody can apply any more" in said(client.get(page("run", event)))
    states = []
    for name in ("run", "reopen"):
        client.post(page(name, event))
        event.refresh_from_db()
        states.append(event.state)
    refused = client.post(page("finish", event))
    silent = client.post(page("cancel", event), {"reason": ""})
    client.post(page("cancel", event), {"reason": "The hall is flooded."})
    event.refresh_from_db()
    assert (states, refused.status_code, silent.status_code, event.state) == (
        ["running", "open"],
        409,
        422,
        "cancelled",
    )
    assert "The hall is flooded." in said(client.get(page("change", event)))


def test_days_are_changed_added_and_taken_out_on_one_page(client: Client) -> None:
    trainer = a_trainer()
    event = an_event(trainer)
    sign_in(client, trainer)
    form = {"days-TOTAL_FORMS": "5", "days-INITIAL_FORMS": "4"}
    for number, day in enumerate(event.days.all()):
        form |= {f"days-{number}-on": str(day.on), f"days-{number}-starts": "09:00", f"days-{number}-ends": "17:00"}
        form |= {f"days-{number}-break_minutes": "0"} | ({f"days-{number}-is_practicum": "on"} if number else {})
    more = {"days-4-on": "2026-06-01", "days-4-starts": "09:00", "days-4-ends": "12:00", "days-4-break_minutes": "0"}
    twice = client.post(page("days", event), {**form, **more, "days-4-on": "2026-03-02"})
    client.post(page("days", event), {**form, **more, "days-3-on": ""})
    assert (twice.status_code, "has this day already" in said(twice)) == (409, True)
    assert [str(day.on) for day in event.days.all()] == ["2026-03-02", "2026-03-03", "2026-03-04", "2026-06-01"]


def test_the_details_change_and_fewer_places_than_people_are_refused(client: Client) -> None:
    trainer = a_trainer()
    event = an_event(trainer)
    a_traineeship(trainer, event=event)
    a_traineeship(trainer, make_user("yan@example.org", "Yan"), event)
    sign_in(client, trainer)
    form = {"name": "Leeds in March", "place": "Kirkgate Hall", "capacity": "1"}
    few = client.post(page("details", event), form)
    client.post(page("details", event), {**form, "capacity": "8"})
    event.refresh_from_db()
    assert (few.status_code, event.name, event.capacity) == (422, "Leeds in March", 8)


def test_the_grid_keeps_what_was_typed_until_it_is_right(client: Client) -> None:
    trainer = a_trainer()
    event = an_event(trainer)
    row = a_traineeship(trainer, event=event)
    days = list(event.days.all())
    sign_in(client, trainer)
    key, other = f"{row.pk}-{days[0].pk}", f"{row.pk}-{days[1].pk}"
    wrong = client.post(page("attendance", event), {f"c-{key}": "partial", f"h-{key}": "all", f"c-{other}": "absent"})
    assert (wrong.status_code, "Please say how many hours." in said(wrong), 'value="all"' in said(wrong)) == (
        422,
        True,
        True,
    )
    assert not DayAttendance.objects.exists()
    assert '<option value="absent" selected>' in said(wrong)
    right = {f"c-{key}": "partial", f"h-{key}": "5,5", f"c-{other}": "made_up", f"d-{other}": "2026-04-12"}
    client.post(page("attendance", event), right)
    noted = [(one.status, one.minutes) for one in row.attendance.all()]
    shown = said(client.get(page("attendance", event)))
    assert noted == [("partial", 330), ("made_up", 480)]
    assert ("Day 2 made up on 12 April" in shown, f"{key}:partial.330" in shown) == (True, True)


def test_a_square_that_a_colleague_noted_meanwhile_is_shown_and_not_written_over(client: Client) -> None:
    trainer = a_trainer()
    event = an_event(trainer)
    row = a_traineeship(trainer, event=event)
    day = event.days.all()[0]
    key = f"{row.pk}-{day.pk}"
    sign_in(client, trainer)
    client.post(page("attendance", event), {f"c-{key}": "absent", "seen": f"{key}:"})
    answer = client.post(page("attendance", event), {f"c-{key}": "present", "seen": f"{key}:"})
    assert (answer.status_code, row.attendance.get().status) == (409, "absent")
    assert "meanwhile Aisha Noor noted “Away”" in said(answer)


def test_everyone_left_is_here_in_one(client: Client) -> None:
    trainer = a_trainer()
    event = an_event(trainer)
    rows = [a_traineeship(trainer, make_user(f"{name}@example.org", name), event) for name in ("zoe", "yan", "mei")]
    day = event.days.all()[2]
    sign_in(client, trainer)
    away = {f"c-{rows[1].pk}-{day.pk}": "absent"}
    client.post(page("attendance", event), {**away, "rest": "here", "rest_day": str(day.pk)})
    assert [row.attendance.get().status for row in rows] == ["present", "absent", "present"]


def test_the_online_part_is_opened_for_those_who_are_chosen(client: Client) -> None:
    trainer = a_trainer()
    event = an_event(trainer, a_programme(code="hybrid", mode="hybrid_90"))
    row = a_traineeship(trainer, event=event)
    sign_in(client, trainer)
    assert "Open the online part" in said(client.get(page("change", event)))
    client.post(page("access", event), {"candidates": [str(row.pk)], "on": "2026-05-20"})
    assert (str(fresh(row).access_on), fresh(row).state) == ("2026-05-20", "active")


def test_more_time_for_one_step_is_given_on_its_page(client: Client) -> None:
    trainer = a_trainer()
    step = {"anchor": "first_day", "amount": 4, "unit": "months"}
    asked = [{"key": "study", "kind": "document", "title": "Online study", "deadline_rule": step}]
    row = a_traineeship(
        trainer, event=an_event(trainer, a_programme(code="steps", requirements=asked, deadline_rule={}))
    )
    sign_in(client, trainer)
    more_time = reverse("admin:instructors_traineeship_more_time", args=[row.pk])
    assert "Online study, now until 2 July 2026" in said(client.get(more_time))
    study = str(row.programme.requirements.get().pk)
    client.post(more_time, {"requirement": study, "until": "2026-08-01", "reason": "Ill."})
    assert (Extension.objects.get().requirement_id, str(fresh(row).deadline_on)) == (int(study), "2026-08-01")


def test_while_it_runs_the_grid_comes_first_and_waits_on_the_first_page(client: Client) -> None:
    trainer = a_trainer()
    event = an_event(trainer)
    a_traineeship(trainer, event=event)
    with time_machine.travel(AT.replace(day=3), tick=False):
        sign_in(client, trainer)
        client.post(page("run", event))
        shown = client.get(page("change", event)).context["page"]
        refused = client.post(page("finish", event))
        waiting = [(one.what, one.why, one.url) for one in client.get("/admin/").context["waiting"]]
    sign_in(client, trainer)
    later = client.get(page("change", event)).context["page"]
    assert waiting == [
        (
            "Note who was there: CIMI in four days, Leeds",
            "2 days are not noted for everyone yet.",
            page("attendance", event),
        )
    ]
    assert (shown.notes_first, later.notes_first) == (True, False)
    assert ([step.is_main for step in shown.steps], later.steps[0].is_main) == ([False, False, False], True)
    assert "Some of its days are still to come. Nothing has been written." in " ".join(said(refused).split())


def test_the_words_of_an_application_stand_where_it_is_answered(client: Client) -> None:
    trainer = a_trainer()
    event = an_event(trainer)
    pages = {}
    for name, words in (("Zoë", "I teach <b>yoga</b>."), ("Yan", "")):
        person = make_user(f"{name}@example.org", name)
        applied = apply(event.programme, trainee=person, event=event, words=words, now=AT)
        sign_in(client, trainer)
        pages[name] = said(client.get(reverse("admin:instructors_traineeship_answer", args=[applied.pk])))
        pages[name + " herself"] = said(client.get(reverse("admin:instructors_traineeship_change", args=[applied.pk])))
    written = "I teach &lt;b&gt;yoga&lt;/b&gt;."
    assert {name: (written in text, "They wrote nothing" in text) for name, text in pages.items()} == {
        "Zoë": (True, False),
        "Zoë herself": (True, False),
        "Yan": (False, True),
        "Yan herself": (False, False),
    }


def test_declining_an_application_takes_a_word(client: Client) -> None:
    trainer = a_trainer()
    event = an_event(trainer)
    applied = apply(event.programme, trainee=make_user("zoe@example.org", "Zoë"), event=event, now=AT)
    sign_in(client, trainer)
    answer = reverse("admin:instructors_traineeship_answer", args=[applied.pk])
    silent = client.post(answer, {"answer": "reject", "reason": " "})
    client.post(answer, {"answer": "reject", "reason": "The group is full."})
    assert ("Please say a word about why." in said(silent), fresh(applied).state) == (True, "rejected")


@pytest.mark.parametrize("name", ["change", "attendance", "changelist"])
def test_pages_of_an_event_ask_as_much_for_three_candidates_as_for_one(client: Client, name: str) -> None:
    trainer = a_trainer()
    event = an_event(trainer)
    a_traineeship(trainer, event=event)
    sign_in(client, trainer)
    address = page(name) if name == "changelist" else page(name, event)
    asked = []
    for more in ((), ("yan", "mei")):
        for one in more:
            a_traineeship(trainer, make_user(f"{one}@example.org", one), event)
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(address)
        asked.append(len(queries))
    assert asked[0] == asked[1]
