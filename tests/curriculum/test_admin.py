"""The curriculum in the admin: everything can be read and edited, nothing deleted, nothing wrong saved."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib import admin
from django.forms import model_to_dict
from django.test import Client
from django.urls import reverse

from config.accounts.models import User
from curriculum.admin.rows import LoadedAdmin
from curriculum.loading import load
from curriculum.models import Lesson, Plan, Routine, Stroke, WhenToCall
from tests.cast import sign_in
from tests.factories.accounts import make_user

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
