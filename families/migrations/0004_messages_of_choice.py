from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

import config.lib.refs


class Migration(migrations.Migration):
    dependencies: ClassVar = [("families", "0003_households_of_several_adults")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="MessageChoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", models.CharField(default=config.lib.refs.new_token, max_length=64, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("reminders", "Reminder of each date"),
                            ("practice", "A nudge to practise"),
                            ("thanks", "Thanks at the end, and how it was"),
                        ],
                        max_length=12,
                    ),
                ),
                ("is_wanted", models.BooleanField(verbose_name="wanted")),
                ("changed_at", models.DateTimeField(blank=True, null=True, verbose_name="changed")),
                (
                    "caregiver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="message_choices",
                        to="families.caregiver",
                    ),
                ),
            ],
            options={
                "verbose_name": "choice of messages",
                "verbose_name_plural": "choices of messages",
                "constraints": [
                    models.UniqueConstraint(fields=("caregiver", "kind"), name="message_choice_once_a_kind")
                ],
            },
        ),
    ]
