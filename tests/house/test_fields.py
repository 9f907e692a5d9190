"""Model fields point the way that imports run; a text reference such as "classes.Series" escapes the import linter."""

from __future__ import annotations

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models

from config.lib.append_only import AppendOnly

# A room may point at itself and at any room below it. Families and instructors stand side by side.
BELOW: dict[str, set[str]] = {
    "classes": {"families", "instructors", "curriculum", "accounts"},
    "families": {"curriculum", "accounts"},
    "instructors": {"curriculum", "accounts"},
    "curriculum": {"accounts"},
    "accounts": {"auth"},
    "audit": set(),
    "letters": set(),
    "jobs": set(),
}


def our_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in BELOW]


def wrong_arrows(found: Iterable[Any]) -> list[str]:
    """A sentence for each relation that points up or sideways, or that can be walked back up."""
    wrong = []
    for model in found:
        here = model._meta.app_label
        for field in (*model._meta.fields, *model._meta.many_to_many):
            if not field.remote_field or field.remote_field.model._meta.app_label == here:
                continue
            there = field.remote_field.model._meta.app_label
            if there not in BELOW[here]:
                wrong.append(f"{model._meta.label}.{field.name} points from {here} to {there}")
            elif not field.remote_field.hidden and field.model is model:
                wrong.append(f"{model._meta.label}.{field.name} needs related_name='+'")
    return wrong


def test_relations_point_down_and_cannot_be_walked_back_up() -> None:
    borrowed = {"accounts.User.groups needs related_name='+'", "accounts.User.user_permissions needs related_name='+'"}
    assert [wrong for wrong in wrong_arrows(our_models()) if wrong not in borrowed] == []


def _model(label: str, **to: tuple[str, bool]) -> Any:
    app, _name = label.split(".")
    model = SimpleNamespace(_meta=SimpleNamespace(app_label=app, label=label, fields=[], many_to_many=[]))
    for field, (target, hidden) in to.items():
        remote = SimpleNamespace(model=SimpleNamespace(_meta=SimpleNamespace(app_label=target)), hidden=hidden)
        model._meta.fields.append(SimpleNamespace(name=field, remote_field=remote, model=model))
    return model


@pytest.mark.parametrize(
    ("model", "wrong"),
    [
        (_model("classes.Place", baby=("families", True)), []),
        (_model("families.Baby", series=("classes", True)), ["families.Baby.series points from families to classes"]),
        (_model("families.Baby", by=("instructors", True)), ["families.Baby.by points from families to instructors"]),
        (_model("classes.Place", baby=("families", False)), ["classes.Place.baby needs related_name='+'"]),
    ],
    ids=["down", "up", "sideways", "walkable"],
)
def test_a_wrong_arrow_is_found(model: Any, wrong: list[str]) -> None:
    assert wrong_arrows([model]) == wrong


def test_a_room_has_a_line_in_the_table() -> None:
    ours = {app.label for app in apps.get_app_configs() if app.name.split(".")[0] in ("config", *BELOW)}
    assert {label for label in ours if list(apps.get_app_config(label).get_models())} - {"admin"} == set(BELOW)


def float_amounts(found: Iterable[Any]) -> list[str]:
    money = ("amount", "price", "minor", "fee")
    floats = [field for model in found for field in model._meta.fields if isinstance(field, models.FloatField)]
    return [str(field) for field in floats if any(word in field.name for word in money)]


def test_no_amount_of_money_is_a_float() -> None:
    assert float_amounts(our_models()) == []


def test_a_price_in_a_float_is_found() -> None:
    price = models.FloatField(name="price")
    assert len(float_amounts([SimpleNamespace(_meta=SimpleNamespace(fields=[price]))])) == 1


@pytest.mark.django_db
def test_every_append_only_model_is_append_only_in_the_database() -> None:
    """SQLite rebuilds a table to alter it, and its triggers are lost without a word; so a later migration must renew them."""
    tables = {model._meta.db_table for model in our_models() if issubclass(model, AppendOnly)}
    assert tables - guarded_tables() == set()


def guarded_tables() -> set[str]:
    """Tables whose triggers refuse both UPDATE and DELETE."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT tbl_name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%append-only%'"
            )
            found = [(table, sql.split("BEFORE ")[1].split()[0]) for table, sql in cursor.fetchall()]
        else:
            cursor.execute(
                "SELECT event_object_table, event_manipulation FROM information_schema.triggers "
                "WHERE trigger_name LIKE '%append_only'"
            )
            found = cursor.fetchall()
    return {table for table, _verb in found if {(table, "UPDATE"), (table, "DELETE")} <= set(found)}
