"""Certificates that anyone can check, and a candidate's own page."""

from __future__ import annotations

from django.urls import path

from instructors.views import issuers, papers, public, training

app_name = "instructors"
urlpatterns = [
    path("certificates/", public.check_certificate, name="check_certificate"),
    path("c/<str:code>/", public.certificate, name="certificate"),
    path("c/<str:code>/badge/", issuers.certificate_badge, name="certificate_badge"),
    path("issuers/<str:slug>/did.json", issuers.did_document, name="did_document"),
    path("issuers/<str:slug>/status/<int:number>/", issuers.status_list, name="status_list"),
    path("issuers/<str:slug>/achievements/<str:code>/", issuers.achievement, name="achievement"),
    path("c/<str:code>/paper/", papers.certificate_paper, name="certificate_paper"),
    path("train/", training.my_traineeship, name="my_traineeship"),
]
