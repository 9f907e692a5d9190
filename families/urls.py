"""Addresses of the families room: the family's own page, and the lines of its diary."""

from __future__ import annotations

from django.urls import path

from families.views import diary, family, health

app_name = "families"

urlpatterns = [
    path("me/family/", family.family, name="family"),
    path("me/family/settings/", family.settle, name="settle"),
    path("me/family/cloth/", family.choose_cloth, name="choose_cloth"),
    path("me/family/adults/add/", family.add_companion, name="add_companion"),
    path("me/family/adults/<int:pk>/", family.change_adult, name="change_adult"),
    path("me/family/adults/<int:pk>/remove/", family.remove_companion, name="remove_companion"),
    path("me/family/babies/add/", family.add_baby, name="add_baby"),
    path("me/family/babies/<int:pk>/", family.change_baby, name="change_baby"),
    path("me/family/babies/<int:pk>/health/", health.change_health, name="change_health"),
    path("me/family/babies/<int:pk>/health/share/", health.share_health, name="share_health"),
    path("me/family/babies/<int:pk>/health/delete/", health.delete_health, name="delete_health"),
    path("me/family/consents/<slug:kind>/", family.answer_consent, name="answer_consent"),
    path("me/practice/log/<str:key>/", diary.edit_practice, name="edit_practice"),
    path("me/practice/log/<str:key>/delete/", diary.delete_practice, name="delete_practice"),
]
