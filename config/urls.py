"""Every address of the site. The rooms have their own lists."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from config import views
from config.demo import views as demo

urlpatterns = [
    path("", include("classes.urls")),
    path("", include("curriculum.urls")),
    path("", include("instructors.urls")),
    path("", include("families.urls")),
    path("accounts/", include("allauth.urls")),
    path("arrive/", views.arrive, name="arrive"),
    path("language/", views.set_language, name="set_language"),
    path("theme/", views.set_theme, name="set_theme"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("privacy/", views.privacy, name="privacy"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("demo/", demo.demo_desk, name="demo_desk"),
    path("demo/letters/<int:number>/", demo.demo_letter, name="demo_letter"),
    path("admin/", admin.site.urls),
]

handler400 = "config.views.bad_request"
handler403 = "config.views.permission_denied"
handler404 = "config.views.page_not_found"
handler500 = "config.views.server_error"
