from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("families", "0003_households_of_several_adults")]

    operations: ClassVar = []
