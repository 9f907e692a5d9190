"""Dates that change once families have booked, and what each place gets for it.

A date that moves to the stream is told to every calendar as well, so the trigger of 0013 looks at that too.
"""

from __future__ import annotations

from typing import Any, ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import config.lib.fields
import config.lib.refs

BEFORE = "starts_at, minutes, state, substitute_id"
SHOWN = f"{BEFORE}, online_at"
CHANGED = (
    "NEW.starts_at <> OLD.starts_at OR NEW.minutes <> OLD.minutes OR NEW.state <> OLD.state "
    "OR COALESCE(NEW.substitute_id, 0) <> COALESCE(OLD.substitute_id, 0)"
)
WAS_FORGOTTEN = f"({CHANGED}) AND NEW.sequence <= OLD.sequence"
WENT_ONLINE = "(NEW.online_at IS NULL) <> (OLD.online_at IS NULL)"
FORGOTTEN = f"({CHANGED} OR {WENT_ONLINE}) AND NEW.sequence <= OLD.sequence"


def _trigger(shown: str, forgotten: str, *, vendor: str) -> list[str]:
    if vendor == "sqlite":
        return [
            "DROP TRIGGER session_change_is_told",
            f"CREATE TRIGGER session_change_is_told AFTER UPDATE OF {shown} ON classes_session WHEN {forgotten} BEGIN "
            "UPDATE classes_session SET sequence = OLD.sequence + 1, changed_at = strftime('%Y-%m-%d %H:%M:%f', 'now') "
            "WHERE id = NEW.id; END",
        ]
    return [
        "CREATE OR REPLACE FUNCTION session_change_is_told() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {forgotten} THEN NEW.sequence := OLD.sequence + 1; NEW.changed_at := now(); END IF; RETURN NEW; END $$",
        "DROP TRIGGER session_change_is_told ON classes_session",
        f"CREATE TRIGGER session_change_is_told BEFORE UPDATE OF {shown} ON classes_session "
        "FOR EACH ROW EXECUTE FUNCTION session_change_is_told()",
    ]


def forward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in _trigger(SHOWN, FORGOTTEN, vendor=editor.connection.vendor):
        editor.execute(statement, params=None)


def backward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in _trigger(BEFORE, WAS_FORGOTTEN, vendor=editor.connection.vendor):
        editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("classes", "0017_templates_of_series"),
        ("families", "0003_households_of_several_adults"),
        ("instructors", "0002_the_database_keeps_what_was_written"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.AlterField(
            model_name="place",
            name="release",
            field=models.CharField(
                blank=True,
                choices=[
                    ("told", "the family cannot come"),
                    ("switched", "joined another way"),
                    ("ended", "the booking ended"),
                    ("moved", "moved to another series"),
                    ("lapsed", "the offer ran out"),
                    ("off", "the date was called off"),
                ],
                max_length=8,
                verbose_name="why released",
            ),
        ),
        migrations.CreateModel(
            name="SessionChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(default=config.lib.refs.new_reference, max_length=16, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("moved", "moved"),
                            ("cancelled", "called off"),
                            ("online", "held online"),
                            ("substitute", "led by a substitute"),
                            ("added", "added"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("key", models.CharField(max_length=64, unique=True)),
                (
                    "words",
                    config.lib.fields.EncryptedTextField(
                        blank=True, default="", verbose_name="a word from the instructor"
                    ),
                ),
                (
                    "compensation",
                    models.CharField(
                        choices=[
                            ("make_up", "a make-up place"),
                            ("refund", "money back"),
                            ("choose", "each family chooses"),
                            ("none", "nothing"),
                        ],
                        default="none",
                        max_length=7,
                        verbose_name="what families get",
                    ),
                ),
                ("was_starts_at", models.DateTimeField(blank=True, null=True, verbose_name="was at")),
                ("starts_at", models.DateTimeField(verbose_name="is at")),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="classes.session"
                    ),
                ),
                (
                    "substitute",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="instructors.instructor",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of a date",
                "verbose_name_plural": "changes of dates",
            },
        ),
        migrations.CreateModel(
            name="Amends",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("make_up", "a make-up place"), ("refund", "money back")],
                        max_length=7,
                        verbose_name="kind",
                    ),
                ),
                ("minor", models.PositiveIntegerField(default=0, verbose_name="part of the price")),
                ("at", models.DateTimeField()),
                (
                    "baby",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="families.baby"
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="amends", to="classes.enrolment"
                    ),
                ),
                (
                    "refund",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="classes.charge",
                    ),
                ),
                (
                    "right",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="classes.makeupright",
                    ),
                ),
                (
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="amends", to="classes.sessionchange"
                    ),
                ),
            ],
            options={
                "verbose_name": "amends",
                "verbose_name_plural": "amends",
            },
        ),
        migrations.AddIndex(
            model_name="sessionchange",
            index=models.Index(fields=["session", "at"], name="change_of_session"),
        ),
        migrations.AddConstraint(
            model_name="sessionchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "added"), ("was_starts_at__isnull", True)),
                    models.Q(models.Q(("kind", "added"), _negated=True), ("was_starts_at__isnull", False)),
                    _connector="OR",
                ),
                name="change_says_what_was",
            ),
        ),
        migrations.AddConstraint(
            model_name="sessionchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "substitute"), ("substitute__isnull", False)),
                    models.Q(models.Q(("kind", "substitute"), _negated=True), ("substitute__isnull", True)),
                    _connector="OR",
                ),
                name="change_names_substitute",
            ),
        ),
        migrations.AddConstraint(
            model_name="amends",
            constraint=models.UniqueConstraint(fields=("change", "enrolment", "baby"), name="amends_once_a_place"),
        ),
        migrations.RunPython(forward, backward),
    ]
