from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("curriculum", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Wording",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("language", models.CharField(max_length=10, verbose_name="language")),
                ("kind", models.CharField(max_length=30, verbose_name="kind of text")),
                ("field", models.CharField(max_length=30, verbose_name="field")),
                ("digest", models.CharField(editable=False, max_length=24)),
                ("english", models.TextField(verbose_name="in English")),
                ("text", models.TextField(blank=True, verbose_name="translation")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "To be translated"),
                            ("draft", "Not yet reviewed by a native instructor"),
                            ("reviewed", "Reviewed by a native instructor"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("reviewed_at", models.DateTimeField(blank=True, null=True, verbose_name="reviewed at")),
                ("loaded_text", models.TextField(blank=True, editable=False)),
                ("is_in_use", models.BooleanField(default=True, verbose_name="still asked for")),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="reviewed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "translated text",
                "verbose_name_plural": "translated texts",
                "ordering": ["language", "kind", "id"],
                "indexes": [models.Index(fields=["language", "state"], name="wording_of_state")],
                "constraints": [
                    models.UniqueConstraint(fields=("language", "kind", "field", "digest"), name="wording_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "open"), ("text", "")),
                            models.Q(models.Q(("state", "open"), _negated=True), models.Q(("text", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="wording_open_has_no_text",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("reviewed_at__isnull", False), ("reviewed_by__isnull", False), ("state", "reviewed")
                            ),
                            models.Q(
                                models.Q(("state", "reviewed"), _negated=True),
                                ("reviewed_at__isnull", True),
                                ("reviewed_by__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="wording_reviewed_by_someone",
                    ),
                ],
            },
        ),
    ]
