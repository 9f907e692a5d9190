from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

PROTECT = django.db.models.deletion.PROTECT
DECISIONS = [
    ("run", "run with those who are there"),
    ("merge", "merge with another series"),
    ("cancel", "cancel and give everything back"),
]
ANSWERS = [
    ("yes", "comes along"),
    ("no", "had everything given back"),
    ("lapsed", "did not answer, and had everything given back"),
]


def key() -> models.Field:  # type: ignore[type-arg]
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("classes", "0023_letters_to_families"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="SeriesDecision",
            fields=[
                ("id", key()),
                ("choice", models.CharField(choices=DECISIONS, max_length=6, verbose_name="decision")),
                ("key", models.CharField(max_length=64, unique=True)),
                ("families", models.PositiveSmallIntegerField(verbose_name="families at that moment")),
                ("words", models.CharField(blank=True, max_length=500, verbose_name="a word to the families")),
                ("answer_by", models.DateTimeField(blank=True, null=True, verbose_name="answers until")),
                ("at", models.DateTimeField(verbose_name="decided")),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "by",
                    models.ForeignKey(on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                ("series", models.OneToOneField(on_delete=PROTECT, related_name="decided", to="classes.series")),
                (
                    "to",
                    models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to="classes.series"),
                ),
            ],
            options={
                "verbose_name": "decision on a series",
                "verbose_name_plural": "decisions on series",
                "indexes": [models.Index(fields=["choice", "closed_at", "answer_by"], name="decision_to_close")],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(("answer_by__isnull", False), ("choice", "merge"), ("to__isnull", False))
                        | Q(~Q(("choice", "merge")), ("answer_by__isnull", True), ("to__isnull", True)),
                        name="decision_merge_has_target",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MergeAsk",
            fields=[
                ("id", key()),
                ("answer", models.CharField(blank=True, choices=ANSWERS, max_length=6, verbose_name="answer")),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(on_delete=PROTECT, related_name="asks", to="classes.seriesdecision"),
                ),
                (
                    "enrolment",
                    models.OneToOneField(on_delete=PROTECT, related_name="merge_ask", to="classes.enrolment"),
                ),
                ("hold", models.OneToOneField(on_delete=PROTECT, related_name="+", to="classes.hold")),
            ],
            options={
                "verbose_name": "question about a merge",
                "verbose_name_plural": "questions about a merge",
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(("answer", ""), ("answered_at__isnull", True))
                        | Q(~Q(("answer", "")), ("answered_at__isnull", False)),
                        name="merge_answer_has_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DecisionReminder",
            fields=[
                ("id", key()),
                ("number", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "series",
                    models.ForeignKey(on_delete=PROTECT, related_name="decision_reminders", to="classes.series"),
                ),
            ],
            options={
                "verbose_name": "reminder to decide",
                "verbose_name_plural": "reminders to decide",
                "constraints": [models.UniqueConstraint(fields=("series", "number"), name="decision_reminder_once")],
            },
        ),
        migrations.CreateModel(
            name="QualityTick",
            fields=[
                ("id", key()),
                ("point", models.SlugField(max_length=40, verbose_name="point")),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "series",
                    models.ForeignKey(on_delete=PROTECT, related_name="quality_ticks", to="classes.series"),
                ),
            ],
            options={
                "verbose_name": "tick on the quality checklist",
                "verbose_name_plural": "ticks on the quality checklist",
                "constraints": [models.UniqueConstraint(fields=("series", "point"), name="quality_tick_once")],
            },
        ),
    ]
