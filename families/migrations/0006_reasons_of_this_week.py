from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("families", "0005_a_diary_for_the_family")]
    operations: ClassVar = []
