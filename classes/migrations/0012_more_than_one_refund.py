from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("classes", "0011_calendar_addresses")]
    operations = [
        migrations.RemoveConstraint(model_name="charge", name="charge_once_a_kind"),
        migrations.AddConstraint(
            model_name="charge",
            constraint=models.UniqueConstraint(
                fields=["enrolment", "kind"],
                condition=models.Q(kind="refund", _negated=True),
                name="charge_once_a_kind",
            ),
        ),
    ]
