"""What carers answer before a class, clearances that clinicians gave, and weeks opened at a family's own pace."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

import config.lib.fields


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("classes", "0021_what_was_taught"),
        ("families", "0003_households_of_several_adults"),
    ]

    operations = [
        migrations.CreateModel(
            name="CheckLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField()),
                ("forget_at", models.DateTimeField()),
                (
                    "caregiver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="families.caregiver"
                    ),
                ),
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
            ],
            options={
                "verbose_name": "link to the question before a class",
                "verbose_name_plural": "links to the question before a class",
                "indexes": [models.Index(fields=["forget_at"], name="check_link_forget_at")],
            },
        ),
        migrations.CreateModel(
            name="Clearance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", config.lib.fields.EncryptedTextField(default="")),
                ("given_on", models.DateField(verbose_name="said on")),
                ("until", models.DateField(verbose_name="holds until")),
                ("written_at", models.DateTimeField()),
                ("forget_on", models.DateField(verbose_name="deleted after")),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("asked_again_at", models.DateTimeField(blank=True, null=True)),
                (
                    "baby",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="families.baby"
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "series",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="classes.series"
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
                "verbose_name": "clearance",
                "verbose_name_plural": "clearances",
                "indexes": [models.Index(fields=["forget_on"], name="clearance_forget_on")],
                "constraints": [
                    models.UniqueConstraint(fields=("series", "baby"), name="clearance_once_a_baby_and_series"),
                    models.CheckConstraint(condition=Q(("given_on__lte", F("until"))), name="clearance_days_in_order"),
                    models.CheckConstraint(
                        condition=Q(
                            Q(("confirmed_at__isnull", True), ("confirmed_by__isnull", True)),
                            Q(
                                ("asked_again_at__isnull", True),
                                ("confirmed_at__isnull", False),
                                ("confirmed_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="clearance_confirmed_by_someone",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OpenedWeek",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("week", models.PositiveSmallIntegerField(verbose_name="week")),
                ("opened_at", models.DateTimeField()),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="classes.enrolment"
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "opened week",
                "verbose_name_plural": "opened weeks",
                "constraints": [
                    models.UniqueConstraint(fields=("enrolment", "week"), name="opened_week_once"),
                    models.CheckConstraint(condition=Q(("week__gte", 1)), name="opened_week_from_one"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReadinessAnswer",
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
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="classes.session"
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
                "verbose_name": "answer before a class",
                "verbose_name_plural": "answers before a class",
                "indexes": [models.Index(fields=["forget_at"], name="readiness_forget_at")],
                "constraints": [
                    models.UniqueConstraint(fields=("session", "baby"), name="readiness_once_a_baby_and_date")
                ],
            },
        ),
    ]
