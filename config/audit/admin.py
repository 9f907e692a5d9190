from __future__ import annotations

from django.contrib import admin

from config.audit.models import AuditEntry
from config.lib.admin import ReadOnlyRecords


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyRecords):
    list_display = ("at", "by_name", "what", "about")
    search_fields = ("about", "by_name")
    list_filter = ("what",)
