"""The curriculum in the admin: everything can be read and edited, nothing deleted, nothing wrong saved."""

from __future__ import annotations

import re
from typing import Any

import pytest
import time_machine
from django.contrib import admin
from django.forms import model_to_dict
from django.test import Client
from django.urls import reverse

from config.accounts.models import User
from config.audit.models import AuditEntry
from config.audit.trail import name_of
from curriculum.admin.rows import LoadedAdmin
from curriculum.admin.strokes import StrokeAdmin
from curriculum.loading import load
from curriculum.models import Lesson, Plan, Routine, Stroke, WhenToCall, Wording
from curriculum.models.said import written
from instructors.groups import OFFICE, TRAINER, join
from instructors.life import suspend
from instructors.models import Certificate
from tests.cast import sign_in
from tests.factories.accounts import make_user
from tests.factories.instructors import LATER, a_registrar, a_trainer

pytestmark = pytest.mark.django_db
MODELS = [model for model, page in admin.site._registry.items() if isinstance(page, LoadedAdmin)]


@pytest.fixture
def office(client: Client) -> Client:
    return sign_in(client, make_user("office@example.org", "Office", is_staff=True, is_superuser=True))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_list_and_form_opens_and_none_deletes(office: Client, taught: None, model: Any) -> None:
    name = f"admin:curriculum_{model._meta.model_name}"
    row = model.objects.first()
    assert office.get(reverse(f"{name}_changelist")).status_code == 200
    assert office.get(reverse(f"{name}_add")).status_code == 200
    assert office.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200
    assert office.post(reverse(f"{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403


def test_stroke_form_shows_the_picture(office: Client, taught: None) -> None:
    stroke = Stroke.objects.get(slug="sun-moon")
    page = office.get(reverse("admin:curriculum_stroke_change", args=[stroke.pk])).content.decode()
    assert len(re.findall('class="stroke-diagram"', page)) == 1
    assert 'id="doll-front"' in page


def test_an_edit_in_the_admin_survives_the_next_load_and_is_told(office: Client, taught: None) -> None:
    row = WhenToCall.objects.get(key="fever")
    form = {**model_to_dict(row), "sign": "A high fever"}
    assert office.post(reverse("admin:curriculum_whentocall_change", args=[row.pk]), form).status_code == 302
    assert load().left == ["sign to call a doctor A high fever: sign"]
    row.refresh_from_db()
    assert row.sign == "A high fever"
    assert LoadedAdmin(WhenToCall, admin.site).edited_by_hand(row) == "sign"


def test_a_forbidden_claim_is_refused_beside_its_field(office: Client, taught: None) -> None:
    row = WhenToCall.objects.get(key="fever")
    form = {**model_to_dict(row), "sign": "Massage cures fever"}
    page = office.post(reverse("admin:curriculum_whentocall_change", args=[row.pk]), form)
    assert "“cures” claims more than is known." in page.content.decode()


def test_a_plan_lists_its_weeks(office: Client, taught: None) -> None:
    plan = Plan.objects.get(slug="five-weeks")
    page = office.get(reverse("admin:curriculum_plan_change", args=[plan.pk])).content.decode()
    assert "Chest, arms and hands" in page


@pytest.fixture
def trainer(client: Client) -> Client:
    user = make_user("trainer@example.org", "Ruth", is_staff=True)
    join(user, TRAINER)
    return sign_in(client, user)


def page_of(stroke: Stroke) -> str:
    return reverse("admin:curriculum_stroke_change", args=[stroke.pk])


def sent_with(page: str) -> dict[str, str]:
    """What the form sends along unseen."""
    hidden = [tag for tag in re.findall("<input[^>]*>", page) if 'type="hidden"' in tag]
    pairs = [(re.search('name="([^"]*)"', tag), re.search('value="([^"]*)"', tag)) for tag in hidden]
    return {name[1]: value[1] if value else "" for name, value in pairs if name}


def fields_in(page: str) -> set[str]:
    """The fields that can be written in, without those of the frame."""
    return set(re.findall(r'<(?:textarea|input|select)[^>]* name="([a-z_]+)"', page)) - {"csrfmiddlewaretoken"}


def test_a_trainer_corrects_the_words_of_a_stroke_and_nothing_else_of_it(trainer: Client, taught: None) -> None:
    stroke = Stroke.objects.get(slug="sun-moon")
    said = dict.fromkeys(StrokeAdmin.words_to_correct, "")
    said |= {name: written(stroke, name) for name in said}
    old, said["cautions"] = said["cautions"], "Clockwise, always."
    assert fields_in(trainer.get(page_of(stroke)).content.decode()) & set(model_to_dict(stroke)) == set(said)
    sent = {**sent_with(trainer.get(page_of(stroke)).content.decode()), **said}
    sent |= {"region": "face", "pressure": "0", "diagram": "{}", "evidence": "SR", "is_retired": "on"}
    assert trainer.post(page_of(stroke), sent).status_code == 302
    now = Stroke.objects.get(slug="sun-moon")
    changed = {name for name in model_to_dict(now) if model_to_dict(now)[name] != model_to_dict(stroke)[name]}
    assert (changed, now.cautions) == ({"cautions"}, "Clockwise, always.")
    entry = AuditEntry.objects.get(what="taught words corrected")
    assert (entry.by_name, entry.about, entry.detail) == ("Ruth", name_of(stroke), {"was": {"cautions": old}})
    assert f"<q>{old}</q>" in trainer.get(page_of(stroke)).content.decode()
    assert "Clockwise, always." in trainer.get("/strokes/sun-moon/").content.decode()


def test_saving_without_a_change_is_no_correction(trainer: Client, taught: None) -> None:
    stroke = Stroke.objects.get(slug="sun-moon")
    said = {name: written(stroke, name) for name in StrokeAdmin.words_to_correct}
    said |= sent_with(trainer.get(page_of(stroke)).content.decode())
    as_browsers_send = {name: value.replace("\n", "\r\n") for name, value in said.items()}
    assert trainer.post(page_of(stroke), as_browsers_send).status_code == 302
    assert model_to_dict(Stroke.objects.get(slug="sun-moon")) == model_to_dict(stroke)
    assert not AuditEntry.objects.filter(what="taught words corrected").exists()


def test_a_trainer_is_refused_a_forbidden_claim_beside_its_field(trainer: Client, taught: None) -> None:
    stroke = Stroke.objects.get(slug="sun-moon")
    said = {name: written(stroke, name) for name in StrokeAdmin.words_to_correct} | {"purpose": "It relieves colic."}
    assert "“relieves colic” claims more than is known." in trainer.post(page_of(stroke), said).content.decode()


@time_machine.travel(LATER, tick=False)
@pytest.mark.parametrize("is_suspended", [True, False])
def test_a_trainer_who_only_reads_corrects_and_translates_nothing(
    client: Client, taught: None, is_suspended: bool
) -> None:
    user = a_trainer()
    if is_suspended:
        suspend(Certificate.objects.held_by(user).get(), reason_code="complaint", by=a_registrar(), now=LATER)
    sign_in(client, user)
    row = Wording.objects.create(kind="stroke", field="name", english="Milking", language="de")
    pages = [page_of(Stroke.objects.get(slug="sun-moon")), reverse("admin:curriculum_wording_change", args=[row.pk])]
    opened = [client.get(page) for page in pages]
    assert [one.status_code for one in opened] == [200, 200]
    assert [bool(fields_in(one.content.decode()) & {"cautions", "text"}) for one in opened] == [not is_suspended] * 2
    assert [client.post(page, {"cautions": "None"}).status_code == 403 for page in pages] == [is_suspended] * 2


def test_a_clerk_reads_a_stroke_and_changes_nothing(client: Client, taught: None) -> None:
    clerk = make_user("clerk@example.org", "Clerk", is_staff=True)
    join(clerk, OFFICE)
    stroke = Stroke.objects.get(slug="sun-moon")
    page = sign_in(client, clerk).get(page_of(stroke))
    assert (page.status_code, fields_in(page.content.decode()) & set(model_to_dict(stroke))) == (200, set())
    assert client.post(page_of(stroke), {"cautions": "None"}).status_code == 403


def test_a_parent_does_not_find_the_curriculum_in_the_admin(client: Client, taught: None) -> None:
    parent: User = make_user("parent@example.org", "Parent")
    assert sign_in(client, parent).get(reverse("admin:curriculum_stroke_changelist")).status_code == 404


@pytest.mark.parametrize("model", [Routine, Lesson, Plan, Stroke])
def test_a_form_with_many_rows_asks_no_more_than_one_with_few(
    office: Client, taught: None, django_assert_max_num_queries: Any, model: Any
) -> None:
    for row in model.objects.all()[:6]:
        page = reverse(f"admin:curriculum_{model._meta.model_name}_change", args=[row.pk])
        with django_assert_max_num_queries(20):
            assert office.get(page).status_code == 200
