from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

import instructors.models.work
from instructors.triggers import copied_trainee, frozen_columns, handed_in_stays


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("instructors", "0004_events_and_applications"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.AddField(
            model_name="traineeship",
            name="application",
            field=models.TextField(blank=True, null=True, verbose_name="what the candidate wrote"),
        ),
        migrations.AddField(
            model_name="submission",
            name="file_name",
            field=models.CharField(blank=True, default="", max_length=120, verbose_name="name of the file"),
        ),
        migrations.AddField(
            model_name="submission",
            name="file_size",
            field=models.PositiveIntegerField(default=0, verbose_name="bytes"),
        ),
        migrations.AddField(
            model_name="submission",
            name="forgotten_on",
            field=models.DateField(blank=True, null=True, verbose_name="words and file deleted"),
        ),
        migrations.AlterField(
            model_name="submission",
            name="file",
            field=models.FileField(blank=True, upload_to=instructors.models.work.random_name, verbose_name="file"),
        ),
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(
                condition=Q(("forgotten_on__isnull", True)), fields=["traineeship"], name="submission_still_kept"
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=Q(forgotten_on__isnull=True) | Q(file="", text="", url=""), name="submission_forgotten_whole"
            ),
        ),
        handed_in_stays("instructors_submission"),
        migrations.CreateModel(
            name="TimeRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("wanted_on", models.DateField(verbose_name="wished for")),
                ("reason", models.TextField(verbose_name="reason")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Waits for an answer"),
                            ("given", "More time was given"),
                            ("declined", "Not given"),
                            ("withdrawn", "Taken back"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="asked")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered")),
                ("answer", models.TextField(blank=True, verbose_name="a word to the candidate")),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="answered by",
                    ),
                ),
                (
                    "extension",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="instructors.extension",
                        verbose_name="more time given",
                    ),
                ),
                (
                    "requirement",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="instructors.requirement",
                        verbose_name="for this requirement",
                    ),
                ),
                (
                    "trainee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="candidate",
                    ),
                ),
                (
                    "traineeship",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="time_requests",
                        to="instructors.traineeship",
                    ),
                ),
            ],
            options={
                "verbose_name": "request for more time",
                "verbose_name_plural": "requests for more time",
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(("state", "open")), fields=("traineeship",), name="time_request_one_open"
                    ),
                    models.CheckConstraint(
                        condition=Q(answered_by__isnull=True) | ~Q(answered_by=F("trainee")),
                        name="time_request_not_answered_by_trainee",
                    ),
                    models.CheckConstraint(condition=~Q(reason=""), name="time_request_says_why"),
                    models.CheckConstraint(
                        condition=(
                            Q(state="open", answered_at__isnull=True, answered_by__isnull=True, extension__isnull=True)
                            | Q(state="withdrawn", answered_at__isnull=False, answered_by__isnull=True)
                            | Q(
                                state="given",
                                answered_at__isnull=False,
                                answered_by__isnull=False,
                                extension__isnull=False,
                            )
                            | (
                                Q(state="declined", answered_at__isnull=False, answered_by__isnull=False)
                                & ~Q(answer="")
                            )
                        ),
                        name="time_request_answered_whole",
                    ),
                ],
            },
        ),
        copied_trainee("instructors_timerequest"),
        frozen_columns(
            "instructors_timerequest", "traineeship_id", "requirement_id", "wanted_on", "reason", "asked_at"
        ),
    ]
