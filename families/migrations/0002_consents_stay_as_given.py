"""The database itself refuses to change an answer to a consent: changing one's mind is a new row."""

from __future__ import annotations

from django.db import migrations

from config.lib.append_only import append_only_trigger


class Migration(migrations.Migration):
    dependencies = [("families", "0001_initial")]
    operations = [append_only_trigger("families_consent")]
