"""The database itself refuses to change a tap on the register: undo is a tap too."""

from __future__ import annotations

from django.db import migrations

from config.lib.append_only import append_only_trigger


class Migration(migrations.Migration):
    dependencies = [("classes", "0002_capacity_triggers")]
    operations = [append_only_trigger("classes_registermark")]
