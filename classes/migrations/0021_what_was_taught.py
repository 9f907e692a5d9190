from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("classes", "0020_register_on_the_phone")]

    operations: ClassVar = []
