"""Addresses of the families room."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "families"

urlpatterns: list[URLPattern] = []
