from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("instructors", "0005_what_candidates_hand_in")]

    operations: ClassVar[list[object]] = []
