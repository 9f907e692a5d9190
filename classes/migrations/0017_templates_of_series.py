from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("classes", "0016_series_that_are_decided_on_and_dates_moved_online")]

    operations: ClassVar = []
