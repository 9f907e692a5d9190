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
        frozen_once_used(
            (
                *("credential_type_id", "code", "version", "title", "mode", "deadline_rule", "validity_months"),
                *("renewal_window_days", "grace_days", "ce_hours", "second_signature", "is_way_back"),
            )
        ),
    ]
