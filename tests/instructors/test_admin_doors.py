"""Who gets into the admin, and what a trainer who is a stranger sees there: nothing of another's candidates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from instructors import demo
from instructors import traineeship as training
from instructors.groups import OFFICE, REGISTRAR, TRAINER, ensure_groups, join
from instructors.handing_in import hand_in
from instructors.models import (
    Assessment,
    Certificate,
    DayAttendance,
    PracticumFamily,
    PracticumSession,
    SignOff,
    Traineeship,
    TrainingEvent,
)
from tests.cast import sign_in
from tests.factories.accounts import TOTP_SECRET, give_second_factor, make_user
from tests.factories.instructors import (
    AT,
    FIRST_DAY,
    LATER,
    a_body,
    a_ready_traineeship,
    a_traineeship,
    a_trainer,
    an_event,
    fresh,
)

pytestmark = pytest.mark.django_db
NAMES = ("Zoë", "Lindqvist", "zoe@example.org", "Secret alias", "Leeds for Zoë")


@pytest.fixture(autouse=True)
def _the_clock_stands() -> Iterator[None]:
    with time_machine.travel(LATER, tick=False):
        yield


class World:
    """Aisha's candidate with a row of every kind; Bea, a trainer of the same body, knows none of it."""

    def __init__(self) -> None:
        self.aisha, self.bea = a_trainer(), a_trainer("bea@example.org", "Bea Moss")
        self.event = an_event(self.aisha, name="Leeds for Zoë")
        self.row = a_traineeship(self.aisha, event=self.event)
        demo.attend(self.row, trainer=self.aisha, now=AT)
        demo.practise(self.row, by=self.aisha, now=LATER, first_on=AT.date(), held=(2,))
        PracticumFamily.objects.update(alias="Secret alias")
        exam = self.row.programme.requirements.get(key="exam_passed")
        hand_in(self.row, exam, text="Zoë's own words", by=self.row.trainee, now=LATER)
        self.bea_event = an_event(self.bea, name="Bergen")
        self.bea_row = a_traineeship(self.bea, make_user("yan@example.org", "Yan Okafor"), self.bea_event)
        self.ready = a_ready_traineeship(self.aisha, make_user("mei@example.org", "Zoë Mei Lindqvist"), self.event)
        self.certificate = demo.certify(self.ready, trainer=self.aisha, now=LATER)


def words(response: Any) -> str:
    return str((response.getvalue() if response.streaming else response.content).decode())


def test_missing_and_foreign_answer_alike(client: Client) -> None:
    world = World()
    sign_in(client, world.bea)
    for name in ("change", "history", "more_time", "answer", "as_candidate"):
        key = "object_id" if name in ("change", "history") else "pk"
        urls = [reverse(f"admin:instructors_traineeship_{name}", kwargs={key: pk}) for pk in (world.row.pk, 999999)]
        assert [client.get(url).status_code for url in urls] == [404, 404]


def test_a_foreign_candidate_posted_into_ones_own_grid_is_not_noted(client: Client) -> None:
    world = World()
    sign_in(client, world.bea)
    day = world.bea_event.days.get(on=FIRST_DAY)
    before = DayAttendance.objects.count()
    url = reverse("admin:instructors_trainingevent_attendance", args=[world.bea_event.pk])
    foreign = client.post(url, {f"c-{world.row.pk}-{day.pk}": "present"})
    noted_of_the_stranger = DayAttendance.objects.count() - before
    own = client.post(url, {f"c-{world.bea_row.pk}-{day.pk}": "present"})
    assert (foreign.status_code, noted_of_the_stranger) == (302, 0)
    assert (own.status_code, DayAttendance.objects.count() - before, fresh(world.bea_row).state) == (302, 1, "active")


def test_a_foreign_candidate_posted_into_a_new_family_is_a_form_error(client: Client) -> None:
    world = World()
    sign_in(client, world.bea)
    data = {
        "traineeship": str(world.row.pk),
        "alias": "Fig",
        "sessions-TOTAL_FORMS": "0",
        "sessions-INITIAL_FORMS": "0",
    }
    response = client.post(reverse("admin:instructors_practicumfamily_add"), data)
    assert (response.status_code, PracticumFamily.objects.filter(alias="Fig").exists()) == (200, False)


def test_a_foreign_trainer_or_registrars_event_cannot_be_posted(client: Client) -> None:
    world = World()
    sign_in(client, world.bea)
    outsider = make_user("outsider@example.org", "Outsider")
    data = {
        "name": "Mine",
        "programme": str(world.row.programme_id),
        "lead_trainer": str(outsider.pk),
        "first_on": "2026-09-01",
        "last_on": "2026-09-04",
        "starts": "09:00",
        "ends": "17:00",
        "break_minutes": "60",
        "time_zone": "Europe/London",
        "capacity": "12",
    }
    response = client.post(reverse("admin:instructors_trainingevent_add"), data)
    assert (response.status_code, TrainingEvent.objects.filter(name="Mine").exists()) == (422, False)


def test_the_action_with_a_foreign_id_signs_nobody(client: Client) -> None:
    world = World()
    sign_in(client, world.bea)
    data = {"action": "sign_off", "_selected_action": [str(world.row.pk)], "select_across": "1"}
    response = client.post(reverse("admin:instructors_traineeship_changelist"), data)
    assert str(world.row.pk) not in (
        response["Location"].partition("ids=")[2].split("&ids=") if response.status_code == 302 else []
    )
    signed = SignOff.objects.count()
    page = f"{reverse('admin:instructors_traineeship_sign_off')}?ids={world.row.pk}"
    posted = client.post(page, {"statement": "on", "proof": code(), "seen": f"{world.row.pk}:{'0' * 64}"})
    assert (posted.status_code, SignOff.objects.count() - signed, "Zoë" in words(posted)) == (200, 0, False)


def test_nothing_can_be_deleted_anywhere(client: Client) -> None:
    world = World()
    boss = make_user("boss@example.org", "Boss", is_staff=True, is_superuser=True)
    sign_in(client, boss)
    request = type("Request", (), {"user": boss, "resolver_match": None})()
    ours = [a for m, a in admin.site._registry.items() if m._meta.app_label == "instructors"]
    assert [model_admin for model_admin in ours if model_admin.has_delete_permission(request)] == []
    delete = reverse("admin:instructors_traineeship_delete", args=[world.row.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403


def code() -> str:
    """A fresh six-digit code of the authenticator app."""
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    return str(format_hotp_value(hotp_value(TOTP_SECRET, next(iter(yield_hotp_counters_from_time())))))


# The doors ---------------------------------------------------------------------------------------------------------


def test_a_visitor_is_sent_to_sign_in_and_back(client: Client) -> None:
    response = client.get("/admin/instructors/traineeship/")
    assert (response.status_code, response["Location"]) == (
        302,
        "/accounts/login/?next=/admin/instructors/traineeship/",
    )


@pytest.mark.parametrize("path", ["/admin/", "/admin/login/", "/admin/instructors/traineeship/", "/admin/nowhere/"])
def test_someone_who_is_no_staff_finds_nothing_there(client: Client, path: str) -> None:
    sign_in(client, make_user("ines@example.org", "Ines Moreau"))
    assert client.get(path).status_code == 404


def test_staff_without_a_second_factor_are_sent_to_set_one_up(client: Client) -> None:
    aisha = a_trainer()
    sign_in(client, aisha, second_factor=False)
    before = client.get("/admin/")
    give_second_factor(aisha)
    not_shown = client.get("/admin/")
    sign_in(client, aisha)
    assert (before["Location"], not_shown["Location"].partition("?")[0], client.get("/admin/").status_code) == (
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/reauthenticate/",
        200,
    )


def test_the_admins_own_sign_in_page_leads_to_ours(client: Client) -> None:
    assert client.get("/admin/login/?next=/admin/")["Location"] == "/accounts/login/?next=/admin/"


def test_a_trainer_whose_account_is_closed_is_out(client: Client) -> None:
    aisha = a_trainer()
    sign_in(client, aisha)
    aisha.is_active = False
    aisha.save()
    assert client.get("/admin/").status_code == 302


def test_ensure_groups_gives_each_what_it_needs_and_nothing_is_lost_by_running_again() -> None:
    groups = {group.name: group for group in ensure_groups({OFFICE: {"curriculum.stroke": "view"}})}
    before = {name: group.permissions.count() for name, group in groups.items()}
    ensure_groups()
    can = set(groups[TRAINER].permissions.values_list("codename", flat=True))
    assert before == {name: group.permissions.count() for name, group in groups.items()}
    assert {"add_assessment", "change_traineeship", "view_certificate"} <= can
    assert not {name for name in can if name.startswith("delete_")} | ({"change_assessment", "add_certificate"} & can)
    assert groups[OFFICE].permissions.filter(codename="view_stroke").exists()


def test_a_registrar_sees_the_body_and_not_another(client: Client) -> None:
    world = World()
    registrar = make_user("registrar@example.org", "Reg Istrar", is_staff=True)
    join(registrar, REGISTRAR)
    sign_in(client, registrar)
    url = reverse("admin:instructors_traineeship_change", args=[world.row.pk])
    before = client.get(url).status_code
    a_body("other-school").registrars.add(registrar)
    other = client.get(url).status_code
    a_body().registrars.add(registrar)
    assert (before, other, client.get(url).status_code) == (404, 404, 200)


def test_a_suspended_trainers_candidates_wait_for_the_registrar(client: Client) -> None:
    from instructors import life

    world = World()
    registrar = make_user("registrar@example.org", "Reg Istrar", is_staff=True)
    join(registrar, REGISTRAR)
    a_body().registrars.add(registrar)
    held = Certificate.objects.held_by(world.aisha).to_train().get()
    life.suspend(held, reason_code="complaint", by=registrar, now=LATER)
    sign_in(client, registrar)
    page = words(client.get("/admin/"))
    assert ("Zoë Lindqvist needs a trainer" in page, "Yan Okafor needs a trainer" in page) == (True, False)


def test_nobody_sees_their_own_traineeship_in_the_admin(client: Client) -> None:
    world = World()
    applied = training.apply(world.row.programme, trainee=world.bea, now=LATER, event=world.bea_event)
    sign_in(client, world.bea)
    assert client.get(reverse("admin:instructors_traineeship_change", args=[applied.pk])).status_code == 404
    assert (Assessment.objects.filter(trainee=world.bea).count(), PracticumSession.objects.exists()) == (0, True)
    assert Certificate.objects.filter(holder=world.bea, traineeship=applied).exists() is False
    assert Traineeship.objects.get(pk=applied.pk).state == "applied"
