from __future__ import annotations

from typing import Any, ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Replace

from config.lib.append_only import append_only_trigger
from instructors.triggers_of_papers import changes_hands_by_merger, papers_of_what_is_issued_here


def person(words: str) -> Any:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
        verbose_name=words,
    )


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("instructors", "0008_signed_badges"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Merger",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="when")),
                ("reason", models.TextField(verbose_name="how it is known")),
                ("moved", models.JSONField(default=dict, verbose_name="what moved")),
                ("kept", person("account that stays")),
                ("gone", person("account merged into it")),
                ("by", person("by")),
            ],
            options={
                "verbose_name": "merger of two accounts",
                "verbose_name_plural": "mergers of two accounts",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kept", models.F("gone")), _negated=True), name="merger_of_two"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("by", models.F("kept")), _negated=True),
                            models.Q(("by", models.F("gone")), _negated=True),
                        ),
                        name="merger_by_another",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.UniqueConstraint(
                Replace(
                    Replace(
                        Replace(
                            Replace(models.F("number"), models.Value("-"), models.Value("")),
                            models.Value("O"),
                            models.Value("0"),
                        ),
                        models.Value("I"),
                        models.Value("1"),
                    ),
                    models.Value("L"),
                    models.Value("1"),
                ),
                name="certificate_number_once_however_typed",
            ),
        ),
        append_only_trigger("instructors_merger"),
        papers_of_what_is_issued_here(),
        changes_hands_by_merger(
            *("number", "public_code", "credential_type_id", "programme_id", "traineeship_id", "origin", "issued_on")
        ),
    ]
