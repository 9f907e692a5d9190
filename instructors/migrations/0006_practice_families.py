from __future__ import annotations

from typing import Any, ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

from config.lib.fields import EncryptedTextField
from instructors.triggers import kept_once_signed

OF_FAMILY = "(SELECT t.state FROM instructors_traineeship t WHERE t.id = {row}.traineeship_id)"
OF_SESSION = (
    "(SELECT t.state FROM instructors_traineeship t JOIN instructors_practicumfamily f ON f.traineeship_id = t.id"
    " WHERE f.id = {row}.family_id)"
)


def somebody(words: str) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        blank=True,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
        verbose_name=words,
    )


def give_aliases(apps: Any, editor: Any) -> None:
    """What looks like an address was never an alias."""
    rows = apps.get_model("instructors", "PracticumFamily").objects
    for family in rows.filter(Q(alias__contains="@") | Q(alias="")):
        rows.filter(pk=family.pk).update(alias=f"family {family.pk}")


class Migration(migrations.Migration):
    dependencies: ClassVar = [("instructors", "0005_what_candidates_hand_in")]

    operations: ClassVar = [
        migrations.AddField(
            "practicumfamily",
            "answers",
            models.JSONField(blank=True, default=dict, verbose_name="what the family tapped"),
        ),
        migrations.AddField(
            "practicumfamily",
            "words",
            EncryptedTextField(blank=True, default="", verbose_name="what the family said, without names"),
        ),
        migrations.AddField(
            "practicumfamily",
            "feedback_on",
            models.DateField(blank=True, null=True, verbose_name="feedback given on"),
        ),
        migrations.AddField("practicumfamily", "seen_by", somebody("seen by")),
        migrations.AddField(
            "practicumfamily", "seen_at", models.DateTimeField(blank=True, null=True, verbose_name="seen")
        ),
        migrations.AddField(
            "practicumsession",
            "counted_from",
            models.CharField(blank=True, default="", editable=False, max_length=120, verbose_name="counted from"),
            preserve_default=False,
        ),
        migrations.RunPython(give_aliases, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            "practicumfamily",
            models.CheckConstraint(
                condition=~Q(alias__contains="@") & ~Q(alias=""),
                name="practicum_alias_no_address",
                violation_error_message="An alias is one word, such as Birch, and never a name or an address.",
            ),
        ),
        migrations.AddConstraint(
            "practicumfamily",
            models.CheckConstraint(
                condition=Q(seen_by__isnull=True, seen_at__isnull=True)
                | Q(seen_by__isnull=False, seen_at__isnull=False),
                name="practicum_seen_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            "practicumsession",
            models.UniqueConstraint(
                fields=["family", "counted_from"],
                condition=~Q(counted_from=""),
                name="practicum_session_counted_once",
            ),
        ),
        migrations.CreateModel(
            name="PracticeDate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("counted_from", models.CharField(editable=False, max_length=120, verbose_name="counted from")),
                ("series", models.CharField(max_length=90, verbose_name="series")),
                ("no", models.PositiveSmallIntegerField(verbose_name="session")),
                ("starts_at", models.DateTimeField(verbose_name="begins")),
                ("time_zone", models.CharField(default="UTC", max_length=64, verbose_name="time zone")),
                ("minutes", models.PositiveSmallIntegerField(default=0, verbose_name="minutes")),
                ("place", models.CharField(blank=True, max_length=200, verbose_name="place")),
                ("lesson", models.CharField(blank=True, max_length=200, verbose_name="lesson")),
                ("strokes", models.JSONField(blank=True, default=list, verbose_name="strokes")),
                ("families", models.PositiveSmallIntegerField(default=0, verbose_name="families there")),
                ("is_held", models.BooleanField(default=False, verbose_name="held")),
                ("is_cancelled", models.BooleanField(default=False, verbose_name="cancelled")),
                ("self_evaluation", models.TextField(blank=True, verbose_name="self-evaluation")),
                (
                    "self_evaluated_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="self-evaluation written"),
                ),
                ("observer", somebody("observed by")),
                ("observed_at", models.DateTimeField(blank=True, null=True, verbose_name="observation noted")),
                ("observation", models.TextField(blank=True, verbose_name="what the observer saw")),
                (
                    "traineeship",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="practice_dates",
                        to="instructors.traineeship",
                    ),
                ),
            ],
            options={
                "verbose_name": "date of a practice series",
                "verbose_name_plural": "dates of practice series",
                "ordering": ["starts_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=["traineeship", "counted_from"], name="practice_date_counted_once"),
                    models.CheckConstraint(
                        condition=Q(observer__isnull=True, observed_at__isnull=True)
                        | Q(observer__isnull=False, observed_at__isnull=False),
                        name="practice_date_observed_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=~Q(is_held=True, is_cancelled=True), name="practice_date_held_or_cancelled"
                    ),
                ],
            },
        ),
        kept_once_signed(
            "instructors_practicumfamily",
            OF_FAMILY,
            *("traineeship_id", "alias", "age_band", "consented_on", "left_on", "counted_from", "feedback_on"),
            emptied={"answers": "{}", "words": ""},
        ),
        kept_once_signed(
            "instructors_practicumsession",
            OF_SESSION,
            *("family_id", "no", "held_on", "minutes", "is_cancelled", "observer_id", "counted_from"),
            emptied={"feedback": "", "self_evaluation": ""},
        ),
        kept_once_signed(
            "instructors_practicedate",
            OF_FAMILY,
            *("traineeship_id", "counted_from", "series", "no", "starts_at", "minutes", "lesson", "strokes"),
            *("families", "is_held", "is_cancelled", "self_evaluated_at", "observer_id", "observed_at"),
            emptied={"self_evaluation": "", "observation": ""},
        ),
    ]
