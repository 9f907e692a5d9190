from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("classes", "0023_letters_to_families")]

    operations: ClassVar = []
