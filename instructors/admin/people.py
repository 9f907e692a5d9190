"""Public profiles of those who teach."""

from __future__ import annotations

from django.contrib import admin

from instructors.admin.scope import Records
from instructors.models import Instructor


@admin.register(Instructor)
class InstructorAdmin(Records):
    list_display = ("display_name", "town", "country", "is_listed", "taught_since")
    list_filter = ("is_listed",)
    search_fields = ("display_name", "town")
    autocomplete_fields = ("user",)
    prepopulated_fields = {"slug": ("display_name",)}
    fields = (
        *("user", "display_name", "slug", "bio", "town", "country", "time_zone", "languages", "ways"),
        *("vaccination_wait_hours", "is_listed", "taught_since"),
    )
