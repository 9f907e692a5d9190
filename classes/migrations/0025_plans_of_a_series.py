from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("classes", "0024_how_it_went")]
    operations: ClassVar = []
