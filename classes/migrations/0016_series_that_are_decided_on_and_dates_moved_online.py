from django.db import migrations, models

import config.lib.fields
from classes.migrations._capacity import LIFTED, SET_AGAIN


class Migration(migrations.Migration):
    dependencies = [
        ("classes", "0015_tell_me_when_a_class_fits"),
        ("curriculum", "0001_initial"),
        ("instructors", "0002_the_database_keeps_what_was_written"),
    ]

    operations = [
        LIFTED,
        migrations.AddField(
            model_name="series",
            name="cancelled_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="series",
            name="decide_by",
            field=models.DateTimeField(blank=True, null=True, verbose_name="decided until"),
        ),
        migrations.AddField(
            model_name="series",
            name="decided_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="series",
            name="decision",
            field=models.CharField(
                blank=True,
                choices=[
                    ("run", "run with those who are there"),
                    ("merge", "merge with another series"),
                    ("cancel", "cancel and give everything back"),
                ],
                max_length=6,
                verbose_name="decision",
            ),
        ),
        migrations.AddField(
            model_name="series",
            name="fewest_families",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="runs from, families"),
        ),
        migrations.AddField(
            model_name="series",
            name="is_recorded",
            field=models.BooleanField(default=False, verbose_name="live sessions are recorded"),
        ),
        migrations.AddField(
            model_name="series",
            name="people_at_most",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="people in the room, at most"),
        ),
        migrations.AddField(
            model_name="series",
            name="skips_holidays_of",
            field=models.CharField(blank=True, max_length=12, verbose_name="public holidays skipped, of"),
        ),
        migrations.AddField(
            model_name="session",
            name="online_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="moved to the live-stream"),
        ),
        migrations.AddField(
            model_name="session",
            name="stream_url",
            field=config.lib.fields.EncryptedTextField(
                blank=True, default="", verbose_name="link to the live-stream of this date"
            ),
        ),
        migrations.AddField(
            model_name="venue",
            name="contact_email",
            field=models.EmailField(blank=True, max_length=254, verbose_name="their e-mail address"),
        ),
        migrations.AddField(
            model_name="venue",
            name="contact_name",
            field=models.CharField(blank=True, max_length=120, verbose_name="who keeps the room"),
        ),
        migrations.AddField(
            model_name="venue",
            name="contact_phone",
            field=models.CharField(blank=True, max_length=32, verbose_name="their telephone number"),
        ),
        migrations.AddField(
            model_name="venue",
            name="mats",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="mats that fit"),
        ),
        migrations.AddIndex(
            model_name="series",
            index=models.Index(fields=["decision", "decide_by"], name="series_to_decide"),
        ),
        migrations.AddConstraint(
            model_name="series",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("decision", "")),
                    models.Q(models.Q(("decision", ""), _negated=True), ("decided_at__isnull", False)),
                    _connector="OR",
                ),
                name="series_decision_has_time",
            ),
        ),
        SET_AGAIN,
    ]
