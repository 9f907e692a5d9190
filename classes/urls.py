"""Addresses of the classes room: what parents find and book, what instructors run."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "classes"

urlpatterns: list[URLPattern] = []
