from django.db import migrations

from config.lib.append_only import append_only_trigger


class Migration(migrations.Migration):
    """What was written down stays as it was written, even against SQL by hand."""

    dependencies = [("audit", "0001_initial")]

    operations = [append_only_trigger("audit_auditentry"), append_only_trigger("audit_auditseal")]
