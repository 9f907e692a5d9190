from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from config.lib.append_only import append_only_trigger
from instructors.triggers import copied_trainee, frozen_columns


class Migration(migrations.Migration):
    dependencies: ClassVar = [("instructors", "0001_initial")]

    operations: ClassVar = [
        append_only_trigger("instructors_assessment"),
        append_only_trigger("instructors_certificateevent"),
        append_only_trigger("instructors_certificateperiod"),
        copied_trainee("instructors_assessment"),
        copied_trainee("instructors_signoff"),
        frozen_columns(
            "instructors_signoff",
            *("traineeship_id", "trainee_id", "signed_by_id", "signed_at", "statement", "snapshot", "seen"),
        ),
        frozen_columns(
            "instructors_certificate",
            *("number", "public_code", "holder_id", "credential_type_id", "programme_id", "traineeship_id"),
            *("origin", "issued_on"),
        ),
        frozen_columns(
            "instructors_certificatedocument",
            *("certificate_id", "period_id", "kind", "content", "sha256", "credential_uuid", "status_index"),
            *("created_at", "reason"),
        ),
    ]
