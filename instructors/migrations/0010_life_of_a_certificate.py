from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("instructors", "0009_papers_and_records")]

    operations: ClassVar[list[object]] = []
