from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("classes", "0026_after_the_course")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="PracticeConsent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("given", models.BooleanField(verbose_name="may be counted")),
                ("version", models.PositiveSmallIntegerField(default=1, verbose_name="version of the sentence")),
                ("said_at", models.DateTimeField(verbose_name="said")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="families.caregiver"
                    ),
                ),
                (
                    "enrolment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="practice_consent",
                        to="classes.enrolment",
                    ),
                ),
            ],
            options={"verbose_name": "consent to be counted", "verbose_name_plural": "consents to be counted"},
        ),
    ]
