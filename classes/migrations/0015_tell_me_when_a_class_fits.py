from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import config.lib.refs


class Migration(migrations.Migration):
    dependencies = [
        ("classes", "0014_links_to_one_date"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="SeriesAlert",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", models.CharField(default=config.lib.refs.new_token, max_length=64, unique=True)),
                ("query", models.JSONField(default=dict, verbose_name="what would fit")),
                ("made_at", models.DateTimeField()),
                ("looked_at", models.DateTimeField(blank=True, null=True)),
                ("last_told_at", models.DateTimeField(blank=True, null=True)),
                ("expires_at", models.DateTimeField()),
                ("paused_at", models.DateTimeField(blank=True, null=True)),
                ("stopped_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "alert for new classes",
                "verbose_name_plural": "alerts for new classes",
                "indexes": [
                    models.Index(
                        condition=models.Q(("paused_at__isnull", True), ("stopped_at__isnull", True)),
                        fields=["looked_at"],
                        name="alert_longest_unseen",
                    ),
                    models.Index(fields=["expires_at"], name="alert_run_out"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("made_at"))),
                        name="alert_runs_out_after_it_was_made",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AlertTold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("told_at", models.DateTimeField()),
                (
                    "alert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="told", to="classes.seriesalert"
                    ),
                ),
                (
                    "series",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="classes.series"
                    ),
                ),
            ],
            options={
                "verbose_name": "class that an alert has told",
                "verbose_name_plural": "classes that an alert has told",
                "constraints": [models.UniqueConstraint(fields=("alert", "series"), name="alert_tells_once")],
            },
        ),
    ]
