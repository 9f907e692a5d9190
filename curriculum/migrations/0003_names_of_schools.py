from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("curriculum", "0002_words_in_languages")]
    operations: ClassVar = []
