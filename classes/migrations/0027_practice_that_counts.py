from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("classes", "0026_after_the_course")]

    operations: ClassVar[list[object]] = []
