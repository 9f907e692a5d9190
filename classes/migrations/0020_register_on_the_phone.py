"""Taps that were kept on a phone: what their maker saw, when they came, and that none comes from the future."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

from classes.migrations._capacity import LIFTED, SET_AGAIN


class Migration(migrations.Migration):
    dependencies: ClassVar = [("classes", "0019_told_of_a_change")]

    operations: ClassVar = [
        LIFTED,
        migrations.AddField(
            model_name="registermark",
            name="arrived_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="registermark",
            name="is_rest",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="registermark",
            name="seen",
            field=models.CharField(
                blank=True,
                choices=[
                    ("present", "Here"),
                    ("late", "Late"),
                    ("observed_with_doll", "With a doll"),
                    ("absent_told", "Away, told us"),
                    ("absent", "Away, no word"),
                    ("makeup", "Make-up"),
                ],
                default="",
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="registermark",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("arrived_at__isnull", True), ("tapped_at__lte", models.F("arrived_at")), _connector="OR"
                ),
                name="tap_not_from_the_future",
            ),
        ),
        SET_AGAIN,
    ]
