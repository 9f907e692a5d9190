from __future__ import annotations

from typing import Any, ClassVar

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from config.lib.append_only import append_only_trigger
from instructors.triggers import frozen_columns, signed_in_its_name, written_once


def to(model: str, **more: Any) -> Any:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=f"instructors.{model}", **more)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("instructors", "0007_judging")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="SigningKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_key",
                    models.CharField(
                        help_text="Ed25519, as a Multikey.", max_length=64, unique=True, verbose_name="public key"
                    ),
                ),
                ("valid_from", models.DateTimeField(verbose_name="in use from")),
                ("retired_at", models.DateTimeField(blank=True, null=True, verbose_name="in use until")),
                ("compromised_at", models.DateTimeField(blank=True, null=True, verbose_name="not to be trusted since")),
                ("body", to("certifyingbody", verbose_name="certifying body")),
            ],
            options={
                "verbose_name": "signing key",
                "verbose_name_plural": "signing keys",
                "ordering": ["body", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["body"], condition=Q(retired_at__isnull=True), name="signing_key_one_in_use"
                    ),
                    models.CheckConstraint(
                        condition=Q(compromised_at__isnull=True) | Q(retired_at__isnull=False),
                        name="signing_key_compromised_is_retired",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StatusList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="number")),
                ("created_at", models.DateTimeField(verbose_name="made")),
                ("body", to("certifyingbody", verbose_name="certifying body")),
            ],
            options={
                "verbose_name": "status list",
                "verbose_name_plural": "status lists",
                "ordering": ["body", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=["body", "number"], name="status_list_number_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="StatusEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("index", models.PositiveIntegerField(verbose_name="bit")),
                ("credential_uuid", models.UUIDField(unique=True)),
                ("signed_at", models.DateTimeField(verbose_name="signed")),
                ("signing_key", to("signingkey", related_name="entries")),
                ("status_list", to("statuslist", related_name="entries")),
            ],
            options={
                "verbose_name": "signed badge",
                "verbose_name_plural": "signed badges",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=["status_list", "index"], name="status_entry_bit_once"),
                    models.CheckConstraint(condition=Q(index__lt=131_072), name="status_entry_within_list"),
                ],
            },
        ),
        frozen_columns("instructors_signingkey", "body_id", "public_key", "valid_from"),
        written_once("instructors_signingkey", "retired_at", "compromised_at"),
        append_only_trigger("instructors_statuslist"),
        append_only_trigger("instructors_statusentry"),
        signed_in_its_name("instructors_statusentry"),
    ]
