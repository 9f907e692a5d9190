"""The whole admin as somebody to whom none of a trainer's candidates belong: every address, every form, every id.

Nothing here names a page. A new page is walked by itself; a new model of ours makes the first test red until there is a
foreign row of it to look for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote

import pytest
import time_machine
from django.apps import apps
from django.contrib import admin
from django.db import models
from django.forms import ModelChoiceField
from django.test import Client
from django.urls import URLPattern, reverse

from config.accounts.models import User
from instructors import asking, certificate_asks, demo, learning
from instructors.admin.scope import OwnTraineesMixin, limited
from instructors.groups import AUDITOR, REGISTRAR, join
from instructors.handing_in import hand_in
from instructors.models import Certificate, PracticumFamily, RenewalApplication, Traineeship, TrainingEvent
from tests.answers import said
from tests.cast import sign_in
from tests.factories.accounts import make_user
from tests.factories.instructors import (
    AT,
    LATER,
    a_body,
    a_ready_traineeship,
    a_traineeship,
    a_trainer,
    an_event,
)

pytestmark = pytest.mark.django_db
NAMES = ("Zoë", "Lindqvist", "zoe@example.org", "Secret alias", "Leeds for Zoë", "Zoë's own words")
MISSING = 999_999_999
# What shows nobody's data, and why.
OPEN_TO_STAFF = {
    "Programme": "what is asked of everybody",
    "CertifyingBody": "who certifies",
    "CredentialType": "the titles there are",
    "Instructor": "public profiles, for the office alone",
    "SigningKey": "public keys, for the site's owner",
}
# Look-ups of the stock admin that name no row.
NO_ROW = {"jsi18n", "login", "logout", "password_change", "password_change_done", "app_list", "view_on_site"}


@pytest.fixture(autouse=True)
def _the_clock_stands() -> Iterator[None]:
    with time_machine.travel(LATER, tick=False):
        yield


@dataclass
class World:
    """Aisha's people, and three who come to the admin without any claim to them."""

    people: dict[str, User]
    foreign: dict[type[models.Model], set[int]]
    own: Traineeship


def a_world() -> World:
    aisha, bea = a_trainer(), a_trainer("bea@example.org", "Bea Moss")
    event = an_event(aisha, name="Leeds for Zoë")
    row = a_traineeship(aisha, event=event)
    demo.attend(row, trainer=aisha, now=AT)
    demo.practise(row, by=aisha, now=LATER, first_on=AT.date(), held=(2,))
    PracticumFamily.objects.update(alias="Secret alias")
    hand_in(row, row.programme.requirements.get(key="exam_passed"), text="Zoë's own words", by=row.trainee, now=LATER)
    asking.ask(row, until=date(2026, 9, 1), reason="Zoë is ill.", by=row.trainee, now=LATER)
    mei = make_user("mei@example.org", "Zoë Mei Lindqvist")
    certificate = demo.certify(a_ready_traineeship(aisha, mei, event), trainer=aisha, now=LATER)
    a_life(certificate)
    registrar = make_user("far@example.org", "Far Registrar", is_staff=True)
    join(registrar, REGISTRAR)
    a_body("other-school").registrars.add(registrar)
    auditor = make_user("auditor@example.org", "Au Ditor", is_staff=True)
    join(auditor, AUDITOR)
    seen: dict[type[models.Model], set[int]] = {
        User: {aisha.pk, row.trainee_id, mei.pk},
        Traineeship: {row.pk, certificate.traineeship_id or 0},
        TrainingEvent: {event.pk},
        Certificate: {certificate.pk},
    }
    own_event = an_event(bea, name="Bergen")
    own = a_traineeship(bea, make_user("yan@example.org", "Yan Okafor"), own_event)
    hand_in(own, own.programme.requirements.get(key="exam_passed"), text="Yan's words", by=own.trainee, now=LATER)
    people = {"a trainer": bea, "a registrar of another body": registrar, "an auditor": auditor}
    return World(people, closure(seen), own)


def a_life(certificate: Certificate) -> None:
    """A row of each kind that hangs on a certificate."""
    holder = certificate.holder
    noted: dict[str, Any] = {
        "title": "Zoë's course",
        "held_on": LATER.date(),
        "hours": Decimal(8),
        "evidence": "A letter.",
    }
    learning.note_hours(certificate, **noted, by=holder, now=LATER)
    certificate_asks.ask_for_name(certificate, name="Zoë May Lindqvist", reason="A slip.", by=holder, now=LATER)
    RenewalApplication.objects.create(
        certificate=certificate, holder=holder, programme_id=certificate.programme_id or 0, begun_at=LATER
    )


def our_models() -> list[type[models.Model]]:
    return list(apps.get_app_config("instructors").get_models(include_auto_created=True))


def closure(seen: dict[type[models.Model], set[int]]) -> dict[type[models.Model], set[int]]:
    """Every row of ours that leads to one of these, whichever way."""
    found = {model: set(rows) for model, rows in seen.items()}
    while True:
        before = sum(map(len, found.values()))
        for model in our_models():
            for field in model._meta.fields:
                if targets := found.get(field.related_model) if field.related_model else None:
                    rows = model._default_manager.filter(**{f"{field.name}__in": targets}).values_list("pk", flat=True)
                    found.setdefault(model, set()).update(rows)
        if sum(map(len, found.values())) == before:
            return found


def rows_of(found: dict[type[models.Model], set[int]]) -> dict[str, list[Any]]:
    """What stands in these rows, and which rows they are."""
    return {
        model._meta.label: sorted(model._default_manager.filter(pk__in=pks).values_list(), key=lambda row: row[0])
        for model, pks in found.items()
        if model is not User
    }


def patterns() -> Iterator[tuple[str, type[models.Model] | None, URLPattern]]:
    """(name, the model whose records it belongs to, pattern) of every address of ours in the admin."""
    for model, records in admin.site._registry.items():
        if model._meta.app_label == "instructors":
            for pattern in records.get_urls():
                if pattern.name:
                    yield pattern.name, model, pattern
    for entry in admin.site.get_urls():
        if isinstance(entry, URLPattern) and entry.name and entry.name not in NO_ROW:
            yield entry.name, None, entry


def address(name: str, pattern: URLPattern, pk: int) -> str | None:
    """The address with that row in it; None where it names no row."""
    parts = pattern.pattern.converters
    if not parts:
        return None
    return reverse(f"admin:{name}", kwargs=dict.fromkeys(parts, pk))


def lists() -> list[str]:
    """Every address without a row, as it is and with a foreign word or number in each of its questions."""
    names = [name for name, _model, pattern in patterns() if not pattern.pattern.converters and name != "autocomplete"]
    return [reverse("admin:app_list", args=["instructors"]), *(reverse(f"admin:{name}") for name in names)]


def searches(world: World) -> list[str]:
    """Lists asked for foreign words and numbers: searched, filtered by every filter there is, chosen, and as pop-ups."""
    ids = "&".join(f"ids={pk}" for pk in sorted(world.foreign[Traineeship]))
    found = [f"{reverse('admin:instructors_traineeship_sign_off')}?{ids}"]
    for model, records in admin.site._registry.items():
        if model._meta.app_label != "instructors":
            continue
        url = reverse(f"admin:instructors_{model._meta.model_name}_changelist")
        found += [f"{url}?{query}" for query in ("q=Zo", "q=zoe%40example.org", "_popup=1&_to_field=id")]
        for field in model._meta.fields:
            pks = world.foreign.get(field.related_model) if field.related_model else None
            found += [f"{url}?{field.name}__id__exact={min(pks)}"] if pks else []
        for one in records.list_filter:
            if isinstance(one, type) and hasattr(one, "parameter_name"):
                made: Any = one(type("R", (), {"user": None})(), {}, model, records)
                found += [f"{url}?{one.parameter_name}={value}" for value, _label in made.lookup_choices]
    return found


class Form(HTMLParser):
    """The fields of a page and what stands in them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        name = said.get("name") or ""
        if tag == "select":
            self._select = name
            self.fields.setdefault(name, "")
        elif tag == "option" and "selected" in said:
            self.fields[self._select] = said.get("value") or ""
        elif tag in ("input", "textarea", "button") and name not in ("", "csrfmiddlewaretoken"):
            is_left = said.get("type") in ("checkbox", "radio") and "checked" not in said
            self.fields |= {} if is_left else {name: self.fields.get(name) or said.get("value") or ""}


def choices_of(context: Any) -> Iterator[tuple[str, ModelChoiceField[Any]]]:
    """Every choice of a row in any form of the page, with the name it is sent under."""
    forms = []
    for held in context or []:
        for value in getattr(held, "values", dict)():
            inner = getattr(getattr(value, "form", None), "fields", None) and value.form
            forms += [inner or value] if hasattr(inner or value, "fields") else []
            formsets = value if isinstance(value, list) else []
            for one in formsets:
                formset = getattr(one, "formset", None)
                forms += [*getattr(formset, "forms", []), formset.empty_form] if formset is not None else []
    for form in forms:
        for name, field in getattr(form, "fields", {}).items():
            if isinstance(field, ModelChoiceField):
                yield form.add_prefix(name), field


def test_every_model_of_ours_is_limited_and_has_a_row_to_look_for() -> None:
    world = a_world()
    bare, without = [], []
    for model, records in admin.site._registry.items():
        if model._meta.app_label != "instructors" or model.__name__ in OPEN_TO_STAFF:
            continue
        if not isinstance(records, OwnTraineesMixin) or any(
            not issubclass(inline, OwnTraineesMixin) for inline in records.inlines
        ):
            bare.append(model.__name__)
        if not world.foreign.get(model):
            without.append(model.__name__)
    assert (bare, without) == ([], [])


def test_nobody_without_a_claim_opens_a_foreign_row_by_any_address(client: Client) -> None:
    world = a_world()
    before = rows_of(closure(world.foreign))
    wrong, walked = [], 0
    for who in ("a trainer", "a registrar of another body"):
        user = world.people[who]
        sign_in(client, user)
        for name, model, pattern in patterns():
            rows = world.foreign.get(model, set()) if model else {min(world.foreign[Traineeship])}
            seen = (
                set(limited(model, user, model._default_manager.all()).values_list("pk", flat=True)) if model else set()
            )
            for pk in sorted(rows - seen)[:1]:
                there, nowhere = address(name, pattern, pk), address(name, pattern, MISSING)
                if there is None or nowhere is None:
                    continue
                for verb in ("get", "post"):
                    answer, missing = (getattr(client, verb)(url) for url in (there, nowhere))
                    walked += 1
                    if answer.status_code not in (403, 404) or said(answer, there) != said(missing, nowhere):
                        wrong.append(f"{who} {verb} {there}: {answer.status_code}, {missing.status_code}")
    assert (wrong, walked > 100, rows_of(closure(world.foreign)) == before) == ([], True, True)


def test_no_list_search_filter_choice_or_look_up_shows_a_foreign_name(client: Client) -> None:
    world = a_world()
    leaks = []
    for who in ("a trainer", "a registrar of another body"):
        sign_in(client, world.people[who])
        for url in [*lists(), *searches(world)]:
            answer = client.get(url)
            if answer.status_code != 200 or answer.streaming:
                continue
            page = answer.content.decode()
            leaks += [f"{who} {url}: {name}" for name in NAMES if name in page and name not in unquote(url)]
        for model in (model for model in admin.site._registry if model._meta.app_label == "instructors"):
            for field in model._meta.fields:
                if field.related_model:
                    asked = {"term": "Zo", "app_label": "instructors", "model_name": model.__name__.lower()}
                    answer = client.get(reverse("admin:autocomplete"), {**asked, "field_name": field.name})
                    if answer.status_code == 200 and any(name in answer.content.decode() for name in NAMES):
                        leaks.append(f"{who} looks up {model.__name__}.{field.name}")
    assert leaks == []


def named_by(field: ModelChoiceField[Any]) -> Any:
    """The rows that the field takes."""
    return field.queryset


def pages_of(client: Client, world: World, user: User) -> Iterator[tuple[str, Any]]:
    """Every page that opens for them, with their own rows in it."""
    for name, model, pattern in patterns():
        if not pattern.pattern.converters:
            urls = [reverse(f"admin:{name}")] if name != "autocomplete" else []
        else:
            own = limited(model, user, model._default_manager.all()) if model else User.objects.none()
            urls = [address(name, pattern, pk) or "" for pk in own.values_list("pk", flat=True)[:1]]
        if name == "instructors_traineeship_sign_off":
            urls = [f"{url}?ids={world.own.pk}" for url in urls]
        for url in filter(None, urls):
            answer = client.get(url)
            if answer.status_code == 200 and not answer.streaming and "text/html" in answer["Content-Type"]:
                yield url, answer


def foreign_data(world: World, user: User, page: Any) -> tuple[dict[str, str], list[str]]:
    """The page's own fields with foreign numbers wherever a row is named, and which choices offer a foreign row."""
    data, offered = Form(page.content.decode()).fields, []
    other, own = str(min(world.foreign[Traineeship])), rf"(?<!\d){world.own.pk}(?!\d)"
    for name, field in choices_of(page.context):
        rows = named_by(field)
        foreign = world.foreign.get(rows.model, set()) - {user.pk}
        taken = set(rows.filter(pk__in=foreign).values_list("pk", flat=True))
        # Aisha is a trainer of the same body, so Bea may name her as one.
        if taken and rows.model is not User:
            offered.append(name)
        if foreign - taken:
            data[name] = str(min(foreign - taken))
    for name in [name for name in data if re.search(own, name)]:
        data[re.sub(own, other, name)] = data[name] or other
    return data | {"_selected_action": other, "select_across": "0", "ids": other, "end": other}, offered


def actions_on(page: Any) -> list[str]:
    """What the list offers to do with chosen rows; one empty deed for any other page."""
    form = (page.context or {}).get("action_form") if page.context else None
    return [value for value, _label in form.fields["action"].choices if value] if form else [""]


def test_a_foreign_id_is_taken_by_no_form(client: Client) -> None:
    world = a_world()
    before = rows_of(closure(world.foreign))
    wrong, sent = [], 0
    for who in ("a trainer", "a registrar of another body"):
        user = world.people[who]
        sign_in(client, user)
        for url, page in list(pages_of(client, world, user)):
            data, offered = foreign_data(world, user, page)
            wrong += [f"{who} {url} offers {name}" for name in offered]
            for action in actions_on(page):
                client.post(url, {**data, "action": action} if action else data)
                sent += 1
            if (now := rows_of(closure(world.foreign))) != before:
                wrong.append(f"{who} {url} took a foreign row")
                before = now
    assert (wrong, sent > 20) == ([], True)


def test_an_auditor_opens_everything_and_leaves_no_trace_in_it(client: Client) -> None:
    world = a_world()
    auditor = world.people["an auditor"]
    everything = {model: set(model._default_manager.values_list("pk", flat=True)) for model in our_models()}
    before = rows_of(everything)
    sign_in(client, auditor)
    opened, failed = 0, []
    for url, answer in list(pages_of(client, world, auditor)):
        opened += 1
        data = {name: value or "1" for name, value in Form(answer.content.decode()).fields.items()}
        sent = client.post(url, data)
        if sent.status_code >= 500:
            failed.append(f"{url}: {sent.status_code}")
    after = {model: set(model._default_manager.values_list("pk", flat=True)) for model in our_models()}
    assert (failed, opened > 30, after == everything, rows_of(after) == before) == ([], True, True, True)
