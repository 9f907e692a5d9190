from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("classes", "0007_no_state_outside_the_machine")]
    operations = [
        migrations.AddField(
            model_name="enrolment",
            name="in_turn_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="said that adults take the babies in turn"),
        ),
    ]
