"""How an instructor teaches a series, version by version; and the parts of the body that a baby leaves out for now."""

from __future__ import annotations

from typing import Any, ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from config.lib.append_only import append_only_trigger

REGIONS = [
    ("holding", "Hello and holding"),
    ("legs_feet", "Legs and feet"),
    ("abdomen", "Tummy"),
    ("chest", "Chest"),
    ("arms_hands", "Arms and hands"),
    ("face", "Face"),
    ("back", "Back"),
    ("gentle_movements", "Gentle movements"),
]


def key() -> tuple[str, Any]:
    return ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


def points_to(model: str, name: str = "+", on_delete: Any = django.db.models.deletion.PROTECT) -> Any:
    return models.ForeignKey(on_delete=on_delete, related_name=name, to=model)


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("classes", "0024_how_it_went"),
        ("curriculum", "0001_initial"),
        ("families", "0002_consents_stay_as_given"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="StrokePlan",
            fields=[
                key(),
                ("number", models.PositiveIntegerField(verbose_name="version")),
                ("key", models.CharField(max_length=90, null=True, unique=True)),
                ("weeks", models.JSONField(default=dict)),
                ("names", models.JSONField(default=dict)),
                ("put_back", models.PositiveIntegerField(null=True)),
                ("taken_from", models.CharField(blank=True, max_length=90)),
                ("made_at", models.DateTimeField(verbose_name="made")),
                ("by", points_to(settings.AUTH_USER_MODEL)),
                ("plan", points_to("curriculum.plan")),
                ("series", points_to("classes.series", "stroke_plans")),
            ],
            options={
                "verbose_name": "strokes of a series",
                "verbose_name_plural": "strokes of series",
                "constraints": [
                    models.UniqueConstraint(fields=("series", "number"), name="stroke_plan_number_once"),
                    models.CheckConstraint(condition=models.Q(("number__gte", 1)), name="stroke_plan_from_one"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RestingPart",
            fields=[
                key(),
                ("region", models.CharField(choices=REGIONS, max_length=20, verbose_name="part of the body")),
                (
                    "asked_by",
                    models.CharField(
                        choices=[("family", "the family"), ("instructor", "the instructor")], max_length=10
                    ),
                ),
                ("since", models.DateTimeField()),
                ("baby", points_to("families.baby", on_delete=django.db.models.deletion.CASCADE)),
                ("by", points_to(settings.AUTH_USER_MODEL)),
                ("enrolment", points_to("classes.enrolment")),
            ],
            options={
                "verbose_name": "resting part",
                "verbose_name_plural": "resting parts",
                "constraints": [
                    models.UniqueConstraint(fields=("enrolment", "baby", "region"), name="part_rests_once"),
                ],
            },
        ),
        append_only_trigger("classes_strokeplan"),
    ]
