from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from config.accounts.models import User


@admin.register(User)
class UserAdmin(admin.ModelAdmin[User]):
    """People who sign in. Nobody sets a password for another: they sign in by a code that is sent to them."""

    list_display = ("email", "name", "is_staff", "is_active", "joined_at")
    search_fields = ("email", "name")
    list_filter = ("is_staff", "is_active")
    show_full_result_count = False
    fields = ("email", "name", "language", "time_zone", "is_active", "is_staff", "groups", "joined_at")
    readonly_fields = ("joined_at",)
    filter_horizontal = ("groups",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
