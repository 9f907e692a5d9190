"""What was taught, who came in without a booking, and what happened; the last with its words encrypted.

Walk-ins have no numbered places, so the database counts them: places and walk-ins together never exceed the room. On
PostgreSQL both triggers lock the session first, each in its own way, so that one sees what the other has written.
"""

from __future__ import annotations

from typing import Any, ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import config.lib.fields
import config.lib.refs
from classes.migrations._capacity import LIFTED, SET_AGAIN

IN_ROOM = (
    "(SELECT COUNT(*) FROM classes_place p WHERE p.session_id = NEW.session_id AND p.way = 'room' "
    "AND p.released_at IS NULL{but})"
)
WALKED_IN = (
    "(SELECT COALESCE(SUM(w.places), 0) FROM classes_walkin w WHERE w.session_id = NEW.session_id "
    "AND w.gone_at IS NULL{but})"
)
ROOM = "(SELECT s.capacity FROM classes_session s WHERE s.id = NEW.session_id)"
BUT_PLACE, BUT_WALK_IN = " AND p.id <> COALESCE(NEW.id, 0)", " AND w.id <> COALESCE(NEW.id, 0)"
WALK_IN_OVER = (
    f"NEW.gone_at IS NULL AND {IN_ROOM.format(but='')} + {WALKED_IN.format(but=BUT_WALK_IN)} + NEW.places > {ROOM}"
)
PLACE_OVER = (
    f"NEW.released_at IS NULL AND NEW.way = 'room' AND {WALKED_IN.format(but='')} > 0 "
    f"AND {IN_ROOM.format(but=BUT_PLACE)} + 1 + {WALKED_IN.format(but='')} > {ROOM}"
)
GUARDS = (
    ("walk_in_within_capacity", "classes_walkin", WALK_IN_OVER, "UPDATE"),
    ("place_beside_walk_ins", "classes_place", PLACE_OVER, "KEY SHARE"),
)
SQLITE = [
    f"CREATE TRIGGER {name}_{verb.lower()} BEFORE {verb} ON {table} WHEN {over} BEGIN SELECT RAISE(ABORT, '{name}'); END"
    for name, table, over, _lock in GUARDS
    for verb in ("INSERT", "UPDATE")
]
POSTGRESQL = [
    statement
    for name, table, over, lock in GUARDS
    for statement in (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"PERFORM 1 FROM classes_session WHERE id = NEW.session_id FOR {lock}; "
        f"IF {over} THEN RAISE EXCEPTION '{name}' USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$",
        f"CREATE TRIGGER {name} BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    )
]
SQLITE_BACK = [f"DROP TRIGGER {name}_{verb}" for name, *_rest in GUARDS for verb in ("insert", "update")]
POSTGRESQL_BACK = [
    statement
    for name, table, *_rest in GUARDS
    for statement in (f"DROP TRIGGER {name} ON {table}", f"DROP FUNCTION {name}()")
]


def guard(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in SQLITE if editor.connection.vendor == "sqlite" else POSTGRESQL:
        editor.execute(statement, params=None)


def unguard(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in SQLITE_BACK if editor.connection.vendor == "sqlite" else POSTGRESQL_BACK:
        editor.execute(statement, params=None)


def key() -> tuple[str, Any]:
    return ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


def points_to(model: str, name: str = "+", **fields: Any) -> Any:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name=name, to=model, **fields)


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("classes", "0020_register_on_the_phone"),
        ("curriculum", "0001_initial"),
        ("families", "0002_consents_stay_as_given"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        LIFTED,
        migrations.CreateModel(
            name="TaughtStroke",
            fields=[
                key(),
                ("is_taught", models.BooleanField(default=True, verbose_name="taught")),
                ("tapped_at", models.DateTimeField()),
                ("by", points_to(settings.AUTH_USER_MODEL)),
                ("session", points_to("classes.session", "taught")),
                ("stroke", points_to("curriculum.stroke")),
            ],
            options={
                "verbose_name": "taught stroke",
                "verbose_name_plural": "taught strokes",
                "constraints": [
                    models.UniqueConstraint(fields=("session", "stroke"), name="taught_once_a_session"),
                ],
            },
        ),
        migrations.CreateModel(
            name="GivenWeek",
            fields=[
                key(),
                ("week", models.PositiveSmallIntegerField(verbose_name="week")),
                ("given_at", models.DateTimeField(verbose_name="given")),
                ("by", points_to(settings.AUTH_USER_MODEL)),
                ("enrolment", points_to("classes.enrolment", "given_weeks")),
            ],
            options={
                "verbose_name": "given week",
                "verbose_name_plural": "given weeks",
                "constraints": [
                    models.UniqueConstraint(fields=("enrolment", "week"), name="week_given_once"),
                    models.CheckConstraint(condition=models.Q(("week__gte", 1)), name="given_week_from_one"),
                ],
            },
        ),
        migrations.CreateModel(
            name="WalkIn",
            fields=[
                key(),
                ("name", config.lib.fields.EncryptedTextField(blank=True, default="", verbose_name="first name")),
                ("places", models.PositiveSmallIntegerField(default=1, verbose_name="babies")),
                ("key", models.CharField(default=config.lib.refs.new_token, max_length=64, unique=True)),
                ("added_at", models.DateTimeField()),
                ("gone_at", models.DateTimeField(blank=True, null=True)),
                ("by", points_to(settings.AUTH_USER_MODEL)),
                (
                    "hold",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="walk_in", to="classes.hold"
                    ),
                ),
                ("session", points_to("classes.session", "walk_ins")),
            ],
            options={
                "verbose_name": "walk-in",
                "verbose_name_plural": "walk-ins",
                "indexes": [models.Index(fields=["session", "gone_at"], name="walk_in_of_session")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("places__gte", 1), ("places__lte", 6)), name="walk_in_of_a_party"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IncidentNote",
            fields=[
                key(),
                ("reference", models.CharField(default=config.lib.refs.new_reference, max_length=16, unique=True)),
                ("key", models.CharField(default=config.lib.refs.new_token, max_length=64, unique=True)),
                ("happened_at", models.DateTimeField(verbose_name="when it happened")),
                ("summary", config.lib.fields.EncryptedTextField(verbose_name="in one line, without names")),
                ("what", config.lib.fields.EncryptedTextField(verbose_name="what happened")),
                ("done", config.lib.fields.EncryptedTextField(blank=True, default="", verbose_name="what was done")),
                ("told", config.lib.fields.EncryptedTextField(blank=True, default="", verbose_name="who was told")),
                ("written_at", models.DateTimeField(verbose_name="written")),
                ("baby", points_to("families.baby", blank=True, null=True)),
                ("session", points_to("classes.session", "incidents")),
                ("written_by", points_to(settings.AUTH_USER_MODEL)),
            ],
            options={
                "verbose_name": "incident note",
                "verbose_name_plural": "incident notes",
                "indexes": [
                    models.Index(fields=["session", "written_at"], name="incident_of_session"),
                    models.Index(fields=["baby"], name="incident_of_baby"),
                    models.Index(fields=["written_at"], name="incident_written"),
                ],
            },
        ),
        migrations.RunPython(guard, unguard),
        SET_AGAIN,
    ]
