"""Certificates that anyone can check, and a candidate's own page."""

from __future__ import annotations

from django.urls import path

from instructors.views import applying, holding, issuers, papers, practice, public, training, work

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
    path("train/certificate/", holding.my_certificate, name="my_certificate"),
    path("train/certificate/<str:code>/hours/", holding.note_hours, name="note_hours"),
    path("train/certificate/<str:code>/hours/<int:number>/", holding.take_back_hours, name="take_back_hours"),
    path("train/certificate/<str:code>/renewal/", holding.renew_certificate, name="renew_certificate"),
    path("train/certificate/<str:code>/name/", holding.correct_name, name="correct_name"),
    path("train/families/", practice.practice_families, name="practice_families"),
    path("train/families/<int:pk>/", practice.practice_family, name="practice_family"),
    path("train/dates/<int:pk>/", practice.practice_date, name="practice_date"),
    path("train/time/", training.ask_for_time, name="ask_for_time"),
    path("train/leave/", training.leave_training, name="leave_training"),
    path("train/events/", applying.open_trainings, name="open_trainings"),
    path("train/events/<int:pk>/apply/", applying.apply_for_training, name="apply_for_training"),
    path("train/work/<str:key>/", work.hand_in_work, name="hand_in_work"),
    path("train/work/<str:key>/<int:no>/file/", work.read_submission, name="read_submission"),
]
