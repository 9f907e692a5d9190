"""Our admin site: the stock admin under our name."""

from __future__ import annotations

from django.contrib import admin


class WarmHandsAdminSite(admin.AdminSite):
    enable_nav_sidebar = False
