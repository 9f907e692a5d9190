"""Our admin site: the stock admin under our name, behind allauth's sign-in and a second factor."""

from __future__ import annotations

from django.contrib.admin.apps import AdminConfig


class WarmHandsAdminConfig(AdminConfig):
    default_site = "instructors.admin_site.WarmHandsAdminSite"
