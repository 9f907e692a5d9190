"""When each place was taken, and the secret addresses at which calendars are read."""

import django.db.models.deletion
from django.db import migrations, models

import config.lib.fields


class Migration(migrations.Migration):
    dependencies = [
        ("classes", "0010_say_in_which_part_of_the_day"),
        ("families", "0003_households_of_several_adults"),
        ("instructors", "0002_the_database_keeps_what_was_written"),
    ]

    operations = [
        migrations.AddField(
            model_name="place",
            name="taken_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="taken"),
        ),
        migrations.CreateModel(
            name="CalendarFeed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", config.lib.fields.EncryptedTextField()),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField()),
                ("replaced_at", models.DateTimeField(blank=True, null=True)),
                (
                    "caregiver",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="families.caregiver",
                    ),
                ),
                (
                    "instructor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="instructors.instructor",
                    ),
                ),
            ],
            options={
                "verbose_name": "calendar address",
                "verbose_name_plural": "calendar addresses",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("caregiver__isnull", False), ("instructor__isnull", True)),
                            models.Q(("caregiver__isnull", True), ("instructor__isnull", False)),
                            _connector="OR",
                        ),
                        name="calendar_feed_has_one_owner",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("replaced_at__isnull", True)),
                        fields=("caregiver",),
                        name="calendar_feed_once_an_adult",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("replaced_at__isnull", True)),
                        fields=("instructor",),
                        name="calendar_feed_once_an_instructor",
                    ),
                ],
            },
        ),
    ]
