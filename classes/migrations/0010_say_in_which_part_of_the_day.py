from __future__ import annotations

from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

from django.db import migrations

AT_ONCE = 500


def part_of(clock: time) -> str:
    if clock < time(12):
        return "morning"
    return "afternoon" if clock < time(17) else "evening"


def say_parts(apps: Any, editor: Any) -> None:
    """Each series as its own clock shows it; `Series.save` does so from now on."""
    series = apps.get_model("classes", "Series")
    changed = []
    for one in series.objects.filter(first_session_at__isnull=False).only("pk", "first_session_at", "time_zone"):
        one.day_part = part_of(one.first_session_at.astimezone(ZoneInfo(one.time_zone)).time())
        changed.append(one)
    series.objects.bulk_update(changed, ["day_part"], batch_size=AT_ONCE)


class Migration(migrations.Migration):
    dependencies = [("classes", "0009_places_on_the_map")]
    operations = [migrations.RunPython(say_parts, migrations.RunPython.noop)]
