from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("instructors", "0002_the_database_keeps_what_was_written")]

    operations: ClassVar[list[object]] = []
