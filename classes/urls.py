"""Addresses of the classes room: what parents find and book, what instructors run."""

from __future__ import annotations

from django.urls import URLPattern, path

from classes.views import practice, profile, register, teaching

app_name = "classes"

urlpatterns: list[URLPattern] = [
    path("me/practice/", practice.practice_week, name="practice_week"),
    path("me/practice/<int:number>/", practice.practice_week, name="practice_week"),
    path("me/practice/<int:number>/log/", practice.log_practice, name="log_practice"),
    path("instructors/<slug:slug>/", profile.instructor, name="instructor"),
    path("teach/", teaching.teaching, name="teaching"),
    path("teach/series/new/", teaching.build_series, name="build_series"),
    path("teach/series/<slug:slug>/", teaching.run_series, name="run_series"),
    path("teach/sessions/<slug:reference>/register/", register.register, name="register"),
]
