from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

from instructors.triggers import frozen_once_used


class Migration(migrations.Migration):
    dependencies: ClassVar = [("instructors", "0002_the_database_keeps_what_was_written")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="programme",
            name="is_way_back",
            field=models.BooleanField(
                default=False,
                help_text="Shorter than the first way, for somebody who held this certificate before.",
                verbose_name="the way back after a certificate has lapsed",
            ),
        ),
        migrations.AlterField(
            model_name="programme",
            name="mode",
            field=models.CharField(
                choices=[
                    ("in_person_3", "Three days in person"),
                    ("in_person_4", "Four days in person"),
                    ("in_person", "In person"),
                    ("hybrid_90", "Hybrid, 90 days online first"),
                ],
                default="in_person_4",
                max_length=16,
                verbose_name="how it is held",
            ),
        ),
        frozen_once_used(
            (
                *("credential_type_id", "code", "version", "title", "mode", "deadline_rule", "validity_months"),
                *("renewal_window_days", "grace_days", "ce_hours", "second_signature", "is_way_back"),
            )
        ),
    ]
