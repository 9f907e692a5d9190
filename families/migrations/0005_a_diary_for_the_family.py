from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("families", "0004_messages_of_choice")]
    operations: ClassVar = []
