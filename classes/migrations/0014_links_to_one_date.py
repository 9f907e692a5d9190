"""Addresses in letters at which one date can be given back without signing in."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("classes", "0013_a_changed_session_is_told"),
        ("families", "0003_households_of_several_adults"),
    ]

    operations = [
        migrations.CreateModel(
            name="AwayLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "caregiver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="families.caregiver"
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="classes.enrolment"
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="classes.session"
                    ),
                ),
            ],
            options={
                "verbose_name": "link to one date",
                "verbose_name_plural": "links to one date",
                "constraints": [models.UniqueConstraint(fields=("enrolment", "session"), name="away_link_once_a_date")],
            },
        ),
    ]
