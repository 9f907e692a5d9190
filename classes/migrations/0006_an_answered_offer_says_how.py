from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("classes", "0005_say_what_offers_and_places_came_to")]
    operations = [
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at__isnull", True), ("state", "open")),
                    models.Q(models.Q(("state", "open"), _negated=True), ("answered_at__isnull", False)),
                    _connector="OR",
                ),
                name="offer_answered_has_time",
            ),
        ),
    ]
