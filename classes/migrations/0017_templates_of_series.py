from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

import config.lib.refs


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("classes", "0016_series_that_are_decided_on_and_dates_moved_online"),
        ("instructors", "0002_the_database_keeps_what_was_written"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="SeriesLayout",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=90, null=True, unique=True)),
                ("first_on", models.DateField()),
                ("clock", models.TimeField()),
                ("weeks", models.PositiveSmallIntegerField()),
                ("moves", models.JSONField(default=dict)),
                ("held_anyway", models.JSONField(default=list)),
                ("left_out", models.JSONField(default=list)),
                (
                    "series",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="layout", to="classes.series"
                    ),
                ),
            ],
            options={"verbose_name": "layout of a series", "verbose_name_plural": "layouts of series"},
        ),
        migrations.CreateModel(
            name="SeriesTemplate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(default=config.lib.refs.new_reference, max_length=16, unique=True)),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("values", models.JSONField(default=dict)),
                ("made_at", models.DateTimeField()),
                (
                    "instructor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="instructors.instructor"
                    ),
                ),
            ],
            options={"verbose_name": "template of a series", "verbose_name_plural": "templates of series"},
        ),
        migrations.AddConstraint(
            model_name="seriestemplate",
            constraint=models.UniqueConstraint(fields=("instructor", "name"), name="template_name_once"),
        ),
    ]
