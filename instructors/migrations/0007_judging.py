from __future__ import annotations

from typing import Any, ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

from instructors.triggers import copied_trainee, frozen_columns, signed_by_trainer_or_deputy


def a_person(**facts: Any) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=django.db.models.deletion.PROTECT, related_name="+", **facts
    )


class Migration(migrations.Migration):
    dependencies: ClassVar = [("instructors", "0006_practice_families")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Deputy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "task",
                    models.CharField(
                        choices=[
                            ("sign", "Judges and signs in the trainer's place"),
                            ("read", "Judges what another trainer must judge"),
                        ],
                        default="sign",
                        max_length=4,
                        verbose_name="what for",
                    ),
                ),
                ("reason", models.TextField(verbose_name="reason")),
                ("appointed_at", models.DateTimeField(verbose_name="appointed")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                ("appointed_by", a_person(verbose_name="appointed by")),
                ("ended_by", a_person(blank=True, null=True, verbose_name="ended by")),
                ("trainee", a_person(verbose_name="candidate")),
                (
                    "traineeship",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deputies",
                        to="instructors.traineeship",
                    ),
                ),
                ("trainer", a_person(verbose_name="deputy")),
            ],
            options={
                "verbose_name": "deputy",
                "verbose_name_plural": "deputies",
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["trainer", "ended_at"], name="deputy_of_trainer")],
                "constraints": [
                    models.CheckConstraint(condition=~Q(trainer=F("trainee")), name="deputy_is_not_the_candidate"),
                    models.CheckConstraint(condition=~Q(trainer=F("appointed_by")), name="deputy_not_by_oneself"),
                    models.CheckConstraint(condition=~Q(reason=""), name="deputy_says_why"),
                    models.UniqueConstraint(
                        fields=["traineeship", "trainer"],
                        condition=Q(ended_at__isnull=True),
                        name="deputy_once_at_a_time",
                    ),
                ],
            },
        ),
        migrations.AlterModelOptions(
            name="certificate",
            options={
                "ordering": ["-pk"],
                "permissions": [("audit_certificate", "Reads all of certification and changes nothing")],
                "verbose_name": "certificate",
                "verbose_name_plural": "certificates",
            },
        ),
        copied_trainee("instructors_deputy"),
        frozen_columns(
            "instructors_deputy",
            *("traineeship_id", "trainee_id", "trainer_id", "task", "reason", "appointed_by_id", "appointed_at"),
        ),
        signed_by_trainer_or_deputy("instructors_signoff"),
    ]
