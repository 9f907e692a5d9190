"""Certificates that anyone can check, the directory, and a candidate's own page."""

from __future__ import annotations

from django.urls import path

from instructors.views import public, training

app_name = "instructors"
urlpatterns = [
    path("certificates/", public.check_certificate, name="check_certificate"),
    path("c/<str:code>/", public.certificate, name="certificate"),
    path("instructors/", public.directory, name="directory"),
    path("train/", training.my_traineeship, name="my_traineeship"),
]
