from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from instructors.triggers_of_life import issued_by_another


class Migration(migrations.Migration):
    dependencies: ClassVar = [("instructors", "0011_public_profiles")]

    operations: ClassVar = [issued_by_another()]
