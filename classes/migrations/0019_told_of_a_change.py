"""Who was told of a changed date; where a family is while it joins by stream, for a day."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import config.lib.fields


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("classes", "0018_dates_that_change"),
        ("families", "0003_households_of_several_adults"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="StreamContact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", config.lib.fields.EncryptedTextField(verbose_name="where they are")),
                ("contact_name", config.lib.fields.EncryptedTextField(verbose_name="whom to ring")),
                ("contact_phone", config.lib.fields.EncryptedTextField(verbose_name="their telephone number")),
                ("written_at", models.DateTimeField()),
                ("forget_at", models.DateTimeField(verbose_name="deleted from")),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="classes.enrolment"
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="classes.session"
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="families.caregiver"
                    ),
                ),
            ],
            options={
                "verbose_name": "contact for a live-stream",
                "verbose_name_plural": "contacts for live-streams",
                "indexes": [models.Index(fields=["forget_at"], name="stream_contact_forget")],
                "constraints": [
                    models.UniqueConstraint(fields=("enrolment", "session"), name="stream_contact_once_a_date")
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("letter_key", models.CharField(blank=True, max_length=200, verbose_name="letter")),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("told_at", models.DateTimeField(verbose_name="told")),
                ("expires_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField(blank=True, null=True, verbose_name="opened")),
                (
                    "chosen",
                    models.CharField(
                        blank=True,
                        choices=[("make_up", "a make-up place"), ("refund", "the money back")],
                        max_length=8,
                        verbose_name="wants instead",
                    ),
                ),
                ("chosen_at", models.DateTimeField(blank=True, null=True)),
                ("spoken_at", models.DateTimeField(blank=True, null=True, verbose_name="spoken to")),
                ("again_due_at", models.DateTimeField(blank=True, null=True, verbose_name="told again from")),
                ("again_until", models.DateTimeField(blank=True, null=True)),
                ("again_hash", models.CharField(blank=True, max_length=64, null=True, unique=True)),
                ("again_at", models.DateTimeField(blank=True, null=True, verbose_name="told again")),
                (
                    "caregiver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="families.caregiver"
                    ),
                ),
                (
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notices", to="classes.sessionchange"
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notices", to="classes.enrolment"
                    ),
                ),
                (
                    "spoken_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "notice of a changed date",
                "verbose_name_plural": "notices of changed dates",
                "indexes": [
                    models.Index(
                        condition=models.Q(("again_hash__isnull", True)),
                        fields=["again_due_at"],
                        name="notice_to_tell_again",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("change", "enrolment", "caregiver"), name="notice_once_an_adult"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("chosen", ""), ("chosen_at__isnull", True)),
                            models.Q(models.Q(("chosen", ""), _negated=True), ("chosen_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="notice_chosen_has_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("spoken_at__isnull", True), ("spoken_by__isnull", True)),
                            models.Q(("spoken_at__isnull", False), ("spoken_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="notice_spoken_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("again_at__isnull", True), ("again_hash__isnull", True)),
                            models.Q(("again_at__isnull", False), ("again_hash__isnull", False)),
                            _connector="OR",
                        ),
                        name="notice_told_again_has_time",
                    ),
                ],
            },
        ),
    ]
