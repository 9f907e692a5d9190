from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("classes", "0008_adults_may_take_babies_in_turn")]
    operations = [
        migrations.CreateModel(
            name="Locality",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=40, unique=True, verbose_name="key")),
                (
                    "kind",
                    models.CharField(
                        choices=[("town", "town"), ("postcode", "postcode area")], max_length=8, verbose_name="kind"
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("region", models.CharField(blank=True, max_length=60, verbose_name="region")),
                ("country", models.CharField(max_length=2, verbose_name="country")),
                ("latitude", models.FloatField(verbose_name="latitude")),
                ("longitude", models.FloatField(verbose_name="longitude")),
                ("population", models.PositiveIntegerField(default=0, verbose_name="population")),
            ],
            options={
                "verbose_name": "locality",
                "verbose_name_plural": "localities",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("latitude__gte", -90),
                            ("latitude__lte", 90),
                            ("longitude__gte", -180),
                            ("longitude__lte", 180),
                        ),
                        name="locality_on_earth",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LocalityName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("folded", models.CharField(db_index=True, max_length=100, verbose_name="folded name")),
                (
                    "locality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="names", to="classes.locality"
                    ),
                ),
            ],
            options={
                "verbose_name": "name of a locality",
                "verbose_name_plural": "names of localities",
                "constraints": [models.UniqueConstraint(fields=("locality", "folded"), name="locality_name_once")],
            },
        ),
        migrations.AddField(
            model_name="series",
            name="day_part",
            field=models.CharField(
                choices=[("morning", "Morning"), ("afternoon", "Afternoon"), ("evening", "Evening")],
                editable=False,
                max_length=9,
                null=True,
                verbose_name="part of the day",
            ),
        ),
        migrations.AddIndex(
            model_name="series",
            index=models.Index(fields=["state", "day_part", "first_session_at"], name="series_day_part"),
        ),
        migrations.AddIndex(
            model_name="venue",
            index=models.Index(fields=["latitude", "longitude"], name="venue_point"),
        ),
    ]
