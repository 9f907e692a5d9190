from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import Field
from django.http import HttpRequest

from config.accounts.models import User
from config.lib.admin import Records


@admin.register(User)
class UserAdmin(Records):
    """People who sign in. Nobody sets a password for another: they sign in by a code that is sent to them."""

    list_display = ("email", "name", "is_staff", "is_active", "joined_at")
    search_fields = ("email", "name")
    list_filter = ("is_staff", "is_active")
    fields = ("email", "name", "language", "time_zone", "is_active", "is_staff", "groups", "joined_at")
    readonly_fields = ("joined_at",)
    filter_horizontal = ("groups",)

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: Any, **kwargs: Any) -> Any:
        """Only a language that letters can be written in."""
        if db_field.name == "language":
            return forms.ChoiceField(label=db_field.verbose_name, choices=settings.LANGUAGES)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Rights are given, and addresses moved, by superusers alone: an address is the key to its account."""
        if getattr(request.user, "is_superuser", False):
            return self.readonly_fields
        return (*self.readonly_fields, "email", "is_staff", "groups")

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody but a superuser changes another superuser's account, not even to close it."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or not obj.is_superuser or getattr(request.user, "is_superuser", False))
