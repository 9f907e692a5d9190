from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("instructors", "0010_life_of_a_certificate")]

    operations: ClassVar[list[object]] = []
