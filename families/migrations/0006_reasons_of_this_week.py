from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

import config.lib.fields


class Migration(migrations.Migration):
    dependencies: ClassVar = [("families", "0005_a_diary_for_the_family")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="ReasonsOfThisWeek",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("answers", config.lib.fields.EncryptedTextField(default="")),
                ("written_at", models.DateTimeField()),
                ("forget_at", models.DateTimeField(verbose_name="deleted after")),
                (
                    "baby",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="families.baby"
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="families.caregiver"
                    ),
                ),
            ],
            options={
                "verbose_name": "reasons to wait this week",
                "verbose_name_plural": "reasons to wait this week",
                "indexes": [models.Index(fields=["forget_at"], name="reasons_forget_at")],
                "constraints": [
                    models.UniqueConstraint(fields=("baby", "written_by"), name="reasons_once_a_baby_and_adult")
                ],
            },
        ),
    ]
