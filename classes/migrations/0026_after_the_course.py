from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("classes", "0025_plans_of_a_series"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations: ClassVar = [
        migrations.CreateModel(
            name="ClosingWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", models.CharField(max_length=200, verbose_name="a word for the keepsake")),
                ("said_at", models.DateTimeField(verbose_name="said")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "series",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="closing_word", to="classes.series"
                    ),
                ),
            ],
            options={"verbose_name": "closing word", "verbose_name_plural": "closing words"},
        ),
        migrations.CreateModel(
            name="SharedDiary",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateTimeField(verbose_name="shared since")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="taken back")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shared_diaries",
                        to="classes.enrolment",
                    ),
                ),
            ],
            options={
                "verbose_name": "shared diary",
                "verbose_name_plural": "shared diaries",
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(ended_at__isnull=True), fields=("enrolment",), name="diary_shared_once_at_a_time"
                    ),
                    models.CheckConstraint(
                        condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("since")),
                        name="diary_taken_back_after_it_was_shared",
                    ),
                ],
            },
        ),
    ]
