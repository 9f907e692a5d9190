from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations, models
from django.db.models import F

from instructors.triggers_of_programmes import issued_in_its_name


def access_begins_with_the_training(apps: Any, editor: Any) -> None:
    """Until now the online part of a hybrid was open from the day of acceptance."""
    hybrids = apps.get_model("instructors", "Traineeship").objects.filter(programme__mode="hybrid_90")
    hybrids.filter(access_on__isnull=True).update(access_on=F("started_on"))


class Migration(migrations.Migration):
    dependencies: ClassVar = [("instructors", "0003_programmes_in_words")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="traineeship",
            name="access_on",
            field=models.DateField(blank=True, null=True, verbose_name="access to the online part from"),
        ),
        migrations.AddField(
            model_name="trainingday",
            name="break_minutes",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="minutes of breaks"),
        ),
        migrations.AddField(
            model_name="trainingevent",
            name="about",
            field=models.TextField(
                blank=True,
                help_text="Whoever thinks of applying reads it. Example: “Lunch is there; please bring a doll.”",
                verbose_name="good to know",
            ),
        ),
        migrations.AddField(
            model_name="trainingevent",
            name="reason",
            field=models.TextField(blank=True, editable=False, verbose_name="why it was called off"),
        ),
        migrations.AddIndex(
            model_name="trainingevent",
            index=models.Index(fields=["state"], name="training_event_state"),
        ),
        issued_in_its_name(),
        migrations.RunPython(access_begins_with_the_training, migrations.RunPython.noop, elidable=True),
    ]
