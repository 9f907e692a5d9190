"""Addresses of the families room: the family's own page, invitations into it, the lines of its diary."""

from __future__ import annotations

from django.urls import path

from families.views import adults, diary, family, health, joining, messages

app_name = "families"

urlpatterns = [
    path("me/family/", family.family, name="family"),
    path("me/family/settings/", family.settle, name="settle"),
    path("me/family/cloth/", family.choose_cloth, name="choose_cloth"),
    path("me/family/leave/", adults.leave_family, name="leave_family"),
    path("me/family/invite/", adults.invite_adult, name="invite_adult"),
    path("me/family/invitations/<int:pk>/again/", adults.send_invitation_again, name="send_invitation_again"),
    path("me/family/invitations/<int:pk>/take-back/", adults.take_back_invitation, name="take_back_invitation"),
    path("me/family/adults/add/", adults.add_companion, name="add_companion"),
    path("me/family/adults/<int:pk>/", adults.change_adult, name="change_adult"),
    path("me/family/adults/<int:pk>/role/", adults.change_role, name="change_role"),
    path("me/family/adults/<int:pk>/agree/", adults.agree_to_carer, name="agree_to_carer"),
    path("me/family/adults/<int:pk>/remove/", adults.remove_adult, name="remove_adult"),
    path("me/family/babies/add/", family.add_baby, name="add_baby"),
    path("me/family/babies/<int:pk>/", family.change_baby, name="change_baby"),
    path("me/family/babies/<int:pk>/health/", health.change_health, name="change_health"),
    path("me/family/babies/<int:pk>/health/share/", health.share_health, name="share_health"),
    path("me/family/babies/<int:pk>/health/delete/", health.delete_health, name="delete_health"),
    path("me/family/consents/<slug:kind>/", family.answer_consent, name="answer_consent"),
    path("me/family/messages/", messages.choose_messages, name="choose_messages"),
    path("messages/<str:token>/stop/", messages.stop_messages, name="stop_messages"),
    path("join/<str:token>/", joining.join_family, name="join_family"),
    path("me/practice/log/<str:key>/", diary.edit_practice, name="edit_practice"),
    path("me/practice/log/<str:key>/delete/", diary.delete_practice, name="delete_practice"),
    path("me/diary/take/", diary.take_diary, name="take_diary"),
    path("me/diary/delete/", diary.delete_diary, name="delete_diary"),
    path("me/favourites/", diary.choose_favourite, name="choose_favourite"),
]
