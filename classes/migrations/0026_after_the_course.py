from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("classes", "0025_plans_of_a_series")]
    operations: ClassVar = []
