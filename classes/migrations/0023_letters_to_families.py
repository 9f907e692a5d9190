from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import config.lib.fields
import config.lib.refs


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("classes", "0022_anything_changed"),
        ("families", "0004_messages_of_choice"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(default=config.lib.refs.new_reference, max_length=16, unique=True)),
                ("key", models.CharField(max_length=64, unique=True)),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("all", "Everyone"),
                            ("away", "Those away on a date"),
                            ("stream", "Those who stream"),
                            ("waiting", "The waiting list"),
                        ],
                        max_length=8,
                        verbose_name="to",
                    ),
                ),
                (
                    "when",
                    models.CharField(
                        choices=[("now", "Now"), ("morning", "Next morning")], max_length=8, verbose_name="when"
                    ),
                ),
                ("subject", models.CharField(max_length=120, verbose_name="subject")),
                ("words", models.TextField(verbose_name="message")),
                ("written_at", models.DateTimeField(verbose_name="written")),
                ("taken_back_at", models.DateTimeField(blank=True, null=True, verbose_name="taken back")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "series",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="messages", to="classes.series"
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="classes.session",
                    ),
                ),
            ],
            options={
                "verbose_name": "message to families",
                "verbose_name_plural": "messages to families",
            },
        ),
        migrations.CreateModel(
            name="MessageCopy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("letter", models.CharField(max_length=200, unique=True)),
                ("send_after", models.DateTimeField(verbose_name="not before")),
                ("taken_back_at", models.DateTimeField(blank=True, null=True, verbose_name="taken back")),
                (
                    "caregiver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="families.caregiver"
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="copies", to="classes.message"
                    ),
                ),
            ],
            options={
                "verbose_name": "letter of a message",
                "verbose_name_plural": "letters of a message",
            },
        ),
        migrations.CreateModel(
            name="ChoiceLetter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("practice", "a nudge to practise"), ("thanks", "thanks after the last date")],
                        max_length=8,
                    ),
                ),
                ("written_at", models.DateTimeField(verbose_name="written")),
                (
                    "caregiver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="families.caregiver"
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="classes.enrolment"
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="classes.session"
                    ),
                ),
            ],
            options={
                "verbose_name": "letter of choice",
                "verbose_name_plural": "letters of choice",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "practice")),
                        fields=("enrolment", "session", "caregiver"),
                        name="choice_letter_nudges_once_a_date",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "thanks")),
                        fields=("enrolment", "caregiver"),
                        name="choice_letter_thanks_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Feedback",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "ease",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("well", "Yes, from the start"),
                            ("grew", "Yes, it came with time"),
                            ("not_quite", "Not quite"),
                        ],
                        max_length=12,
                        verbose_name="felt at ease",
                    ),
                ),
                (
                    "pace",
                    models.CharField(
                        blank=True,
                        choices=[("calm", "Too calm"), ("right", "Just right"), ("quick", "Too quick")],
                        max_length=12,
                        verbose_name="pace",
                    ),
                ),
                (
                    "at_home",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("most_days", "Most days"),
                            ("now_and_then", "Now and then"),
                            ("not_now", "Not at the moment"),
                        ],
                        max_length=12,
                        verbose_name="massage at home",
                    ),
                ),
                ("words", config.lib.fields.EncryptedTextField(blank=True, default="", verbose_name="in their words")),
                ("is_named", models.BooleanField(default=False, verbose_name="the instructor may know whose it is")),
                ("given_at", models.DateTimeField(verbose_name="given")),
                ("changed_at", models.DateTimeField(blank=True, null=True, verbose_name="changed")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="families.caregiver"
                    ),
                ),
                (
                    "enrolment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="feedback", to="classes.enrolment"
                    ),
                ),
            ],
            options={
                "verbose_name": "feedback",
                "verbose_name_plural": "feedback",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("changed_at__isnull", True), ("changed_at__gte", models.F("given_at")), _connector="OR"
                        ),
                        name="feedback_changed_after_it_was_given",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["series", "-written_at"], name="message_of_series"),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("audience", "away"), ("session__isnull", False)),
                    models.Q(models.Q(("audience", "away"), _negated=True), ("session__isnull", True)),
                    _connector="OR",
                ),
                name="message_about_a_date_names_it",
            ),
        ),
        migrations.AddConstraint(
            model_name="messagecopy",
            constraint=models.UniqueConstraint(fields=("message", "caregiver"), name="message_once_a_reader"),
        ),
    ]
