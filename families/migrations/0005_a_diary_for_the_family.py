from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies: ClassVar = [("families", "0004_messages_of_choice"), ("curriculum", "0001_initial")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="FavouriteStroke",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "baby",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="favourites", to="families.baby"
                    ),
                ),
                (
                    "stroke",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="curriculum.stroke"
                    ),
                ),
                (
                    "caregiver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="families.caregiver"
                    ),
                ),
                ("chosen_at", models.DateTimeField(verbose_name="chosen")),
            ],
            options={
                "verbose_name": "favourite",
                "verbose_name_plural": "favourites",
                "constraints": [models.UniqueConstraint(fields=["baby", "stroke"], name="favourite_once_a_baby")],
            },
        ),
        migrations.CreateModel(
            name="RemovedPractice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64, unique=True)),
                ("removed_at", models.DateTimeField(db_index=True)),
            ],
            options={"verbose_name": "removed practice", "verbose_name_plural": "removed practice"},
        ),
        migrations.AddConstraint(
            model_name="practicelog",
            constraint=models.CheckConstraint(
                condition=Q(minutes__isnull=True) | Q(minutes__gte=1, minutes__lte=180),
                name="practice_minutes_are_some",
            ),
        ),
        migrations.AddIndex(
            model_name="practicelog",
            index=models.Index(fields=["practised_at"], name="practice_by_time"),
        ),
    ]
