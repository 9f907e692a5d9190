from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("letters", "0002_say_what_a_letter_is_about")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="letter",
            name="by_day_in",
            field=models.CharField(blank=True, default="", max_length=64, verbose_name="by day in"),
        ),
        migrations.AddField(
            model_name="letter",
            name="from_name",
            field=models.CharField(blank=True, default="", max_length=120, verbose_name="in the name of"),
        ),
        migrations.AddField(
            model_name="letter",
            name="reply_to",
            field=models.EmailField(blank=True, default="", max_length=254, verbose_name="answers go to"),
        ),
        migrations.AddField(
            model_name="letter",
            name="send_until",
            field=models.DateTimeField(blank=True, null=True, verbose_name="of use until"),
        ),
        migrations.AddField(
            model_name="letter",
            name="stop_url",
            field=models.CharField(blank=True, default="", max_length=300, verbose_name="address to stop them"),
        ),
        migrations.AlterField(
            model_name="letter",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "waiting"),
                    ("trying", "on its way"),
                    ("sent", "sent"),
                    ("parked", "parked: needs someone"),
                    ("late", "not sent: its time was over"),
                ],
                default="waiting",
                max_length=10,
                verbose_name="state",
            ),
        ),
    ]
