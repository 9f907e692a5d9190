from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("letters", "0001_initial")]
    operations = [
        migrations.AddField(
            model_name="letter",
            name="about",
            field=models.CharField(blank=True, max_length=80, null=True, verbose_name="about"),
        ),
    ]
