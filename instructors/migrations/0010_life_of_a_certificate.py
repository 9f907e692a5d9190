from __future__ import annotations

from typing import ClassVar

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from config.lib.append_only import append_only_trigger
from instructors.triggers import frozen_columns, written_once
from instructors.triggers_of_life import ends_once, follows_its_events, of_its_holder, periods_do_not_overlap, settled


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("instructors", "0009_papers_and_records"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="CERecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "certificate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="learning",
                        to="instructors.certificate",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="holder",
                    ),
                ),
                ("title", models.CharField(max_length=160, verbose_name="what it was")),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("course", "Course or workshop"),
                            ("stroke_review", "Stroke review or refresher day"),
                            ("conference", "Conference"),
                            ("supervision", "Supervision or peer group"),
                            ("reading", "Reading, with notes"),
                            ("other", "Something else"),
                        ],
                        default="course",
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("held_on", models.DateField(verbose_name="last day of it")),
                (
                    "hours",
                    models.DecimalField(
                        decimal_places=1,
                        max_digits=4,
                        validators=[
                            django.core.validators.MinValueValidator(0.5),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="hours",
                    ),
                ),
                ("evidence", models.TextField(verbose_name="what shows it")),
                ("link", models.URLField(blank=True, verbose_name="link")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("noted", "With the trainer"),
                            ("accepted", "Accepted"),
                            ("refused", "Not counted"),
                            ("withdrawn", "Taken back"),
                        ],
                        default="noted",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("noted_at", models.DateTimeField(verbose_name="noted")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="looked at by",
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="looked at")),
                ("word", models.TextField(blank=True, verbose_name="a word to the holder")),
                (
                    "counted_in",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="learning",
                        to="instructors.certificateperiod",
                    ),
                ),
            ],
            options={
                "verbose_name": "learning hours",
                "verbose_name_plural": "learning hours",
                "ordering": ["-held_on", "-pk"],
                "indexes": [
                    models.Index(fields=["certificate", "state", "held_on"], name="learning_of_certificate"),
                    models.Index(fields=["state", "noted_at"], name="learning_to_look_at"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            models.Q(("decided_by", models.F("holder")), _negated=True),
                            _connector="OR",
                        ),
                        name="learning_not_own_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", True),
                                ("decided_by__isnull", True),
                                ("state__in", ["noted", "withdrawn"]),
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("state__in", ["accepted", "refused"]),
                            ),
                            _connector="OR",
                        ),
                        name="learning_decided_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state", "refused"), ("word", ""), _negated=True),
                        name="learning_refused_with_a_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("counted_in__isnull", True), ("state", "accepted"), _connector="OR"),
                        name="learning_counts_once_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hours__gt", 0), ("hours__lte", 100)), name="learning_hours_in_bounds"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RenewalApplication",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "certificate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="renewals",
                        to="instructors.certificate",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="holder",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="instructors.programme",
                        verbose_name="by the rules of",
                    ),
                ),
                ("window_shuts_on", models.DateField(blank=True, null=True, verbose_name="to be handed in by")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Begun"),
                            ("submitted", "With the registrar"),
                            ("approved", "Renewed"),
                            ("rejected", "Not renewed"),
                            ("lapsed", "Ran out"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("answers", models.JSONField(blank=True, default=dict, verbose_name="answers")),
                ("begun_at", models.DateTimeField(verbose_name="begun")),
                ("submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="handed in")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
                ("word", models.TextField(blank=True, verbose_name="a word to the holder")),
                (
                    "period",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="renewal",
                        to="instructors.certificateperiod",
                    ),
                ),
            ],
            options={
                "verbose_name": "renewal",
                "verbose_name_plural": "renewals",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(fields=["state", "window_shuts_on"], name="renewal_window"),
                    models.Index(fields=["certificate", "state"], name="renewal_of_certificate"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("draft", "submitted"))),
                        fields=("certificate",),
                        name="renewal_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            models.Q(("decided_by", models.F("holder")), _negated=True),
                            _connector="OR",
                        ),
                        name="renewal_not_own_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_by__isnull", True),
                                ("period__isnull", True),
                                ("state__in", ["draft", "submitted", "lapsed"]),
                            ),
                            models.Q(("decided_by__isnull", False), ("period__isnull", False), ("state", "approved")),
                            models.Q(("decided_by__isnull", False), ("period__isnull", True), ("state", "rejected")),
                            _connector="OR",
                        ),
                        name="renewal_decided_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state", "rejected"), ("word", ""), _negated=True),
                        name="renewal_rejected_with_a_word",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CertificateAsk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "certificate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="asks", to="instructors.certificate"
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="holder",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("name", "Correct the name"),
                            ("suspend", "Suspend"),
                            ("reinstate", "Reinstate"),
                            ("revoke", "Revoke"),
                        ],
                        max_length=10,
                        verbose_name="what is asked",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Waiting for an answer"),
                            ("granted", "Done"),
                            ("refused", "Not done"),
                            ("withdrawn", "Taken back"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asked by",
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="asked")),
                ("reason", models.CharField(max_length=40, verbose_name="reason")),
                ("public_note", models.TextField(blank=True, verbose_name="note for everyone")),
                ("private_note", models.TextField(blank=True, verbose_name="note for the office")),
                ("name_before", models.CharField(blank=True, max_length=120, verbose_name="name until now")),
                ("name_after", models.CharField(blank=True, max_length=120, verbose_name="name wanted")),
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
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered")),
                ("word", models.TextField(blank=True, verbose_name="a word to whoever asked")),
            ],
            options={
                "verbose_name": "request about a certificate",
                "verbose_name_plural": "requests about certificates",
                "ordering": ["-pk"],
                "indexes": [models.Index(fields=["state", "kind"], name="ask_waiting")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")), fields=("certificate", "kind"), name="ask_one_open"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answered_by__isnull", True),
                            models.Q(
                                models.Q(("answered_by", models.F("asked_by")), _negated=True),
                                models.Q(("answered_by", models.F("holder")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="ask_answered_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_by__isnull", True), ("state__in", ["open", "withdrawn"])),
                            models.Q(
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                                ("state__in", ["granted", "refused"]),
                            ),
                            _connector="OR",
                        ),
                        name="ask_answered_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("asked_by", models.F("holder")),
                                ("kind", "name"),
                                models.Q(("name_after", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("kind", "name"), _negated=True),
                                models.Q(("asked_by", models.F("holder")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="ask_names_what_it_must",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state", "refused"), ("word", ""), _negated=True),
                        name="ask_refused_with_a_word",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CertificateNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "certificate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="instructors.certificate",
                    ),
                ),
                ("ends_on", models.DateField(verbose_name="last day")),
                ("days", models.PositiveSmallIntegerField(verbose_name="days ahead")),
                ("told_at", models.DateTimeField(verbose_name="told")),
            ],
            options={
                "verbose_name": "reminder of an end",
                "verbose_name_plural": "reminders of an end",
                "ordering": ["pk"],
                "constraints": [models.UniqueConstraint(fields=("certificate", "ends_on", "days"), name="notice_once")],
                "indexes": [],
            },
        ),
        migrations.AddIndex(
            model_name="certificate",
            index=models.Index(fields=["state", "valid_until"], name="certificate_ending"),
        ),
        of_its_holder("instructors_cerecord"),
        of_its_holder("instructors_renewalapplication"),
        of_its_holder("instructors_certificateask"),
        frozen_columns(
            "instructors_cerecord",
            *("certificate_id", "title", "category", "held_on", "hours", "evidence", "link", "noted_at"),
        ),
        written_once("instructors_cerecord", "decided_by_id", "decided_at", "counted_in_id"),
        settled("instructors_cerecord", ("accepted", "refused", "withdrawn"), "state", "word", "decided_by_id"),
        frozen_columns("instructors_renewalapplication", "certificate_id", "begun_at"),
        settled(
            "instructors_renewalapplication",
            ("approved", "rejected", "lapsed"),
            *("state", "answers", "programme_id", "submitted_at", "decided_by_id", "decided_at", "word", "period_id"),
        ),
        frozen_columns(
            "instructors_certificateask",
            *("certificate_id", "kind", "asked_by_id", "asked_at", "reason", "public_note", "private_note"),
            *("name_before", "name_after"),
        ),
        settled(
            "instructors_certificateask",
            ("granted", "refused", "withdrawn"),
            *("state", "answered_by_id", "answered_at", "word"),
        ),
        append_only_trigger("instructors_certificatenotice"),
        follows_its_events(),
        ends_once(),
        periods_do_not_overlap(),
    ]
