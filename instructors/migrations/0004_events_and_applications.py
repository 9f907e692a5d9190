from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("instructors", "0003_programmes_in_words")]

    operations: ClassVar[list[object]] = []
