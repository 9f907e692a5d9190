"""Public pages about what is taught."""

from __future__ import annotations

from django.urls import path

from curriculum.views import papers, public

app_name = "curriculum"
urlpatterns = [
    path("strokes/", public.strokes, name="strokes"),
    path("strokes/<slug:slug>/", public.stroke, name="stroke"),
    path("strokes/routines/<slug:slug>/", public.routine, name="routine"),
    path("strokes/routines/<slug:slug>/card/", papers.routine_card, name="routine_card"),
    path("evidence/", public.evidence, name="evidence"),
    path("evidence/professionals/", public.evidence_in_full, name="evidence_in_full"),
]
