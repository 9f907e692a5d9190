"""Our admin site: the stock admin under our name, behind our sign-in and a second factor."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from config.accounts.guards import second_factor_detour


class WarmHandsAdminSite(admin.AdminSite):
    """Nobody signed in: to our sign-in page. Signed in, but not staff: 404. Staff: a second factor first."""

    site_header = _("Warm Hands")
    site_title = _("Warm Hands records")
    index_title = _("Waiting for you")
    index_template = "admin/waiting.html"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return _is_staff(request) and second_factor_detour(request) is None

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        stock = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not _is_staff(request):
                raise Http404
            return second_factor_detour(request) or stock(request, *args, **kwargs)

        guarded.admin_site = self  # type: ignore[attr-defined]  # how the guard middleware knows the admin's own views
        return update_wrapper(guarded, view)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Whoever only reads is told why, on every page."""
        why = self.why_only_reads(request) if self.has_permission(request) else ""
        return {**super().each_context(request), "only_reads": why}

    def why_only_reads(self, request: HttpRequest) -> str:
        """Why this member of staff changes nothing, whatever their groups allow; "" for all others."""
        from instructors.admin.scope import acting_now

        return acting_now(request).why_not

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        from config.lib.admin import Records
        from instructors.admin.waiting import coming_events, waiting_for

        now = request.now  # type: ignore[attr-defined]  # set by the middleware
        lines = waiting_for(request.user, now=now)
        for records in self._registry.values():
            lines += records.waits_for(request) if isinstance(records, Records) else []
        lines.sort(key=lambda line: line.order)
        waiting = {"waiting": lines, "soon": coming_events(request.user, now=now)}
        return super().index(request, {**waiting, **(extra_context or {})})


def _is_staff(request: HttpRequest) -> bool:
    return bool(request.user.is_active and getattr(request.user, "is_staff", False))


def login(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
    """The admin has no sign-in page of its own: one door means one place where tries are counted."""
    if request.user.is_authenticated:
        raise Http404
    return redirect_to_login(request.GET.get("next") or reverse("admin:index"))


# How the guard middleware knows the admin's own views; this one only sends people on.
login.admin_site = WarmHandsAdminSite  # type: ignore[attr-defined]
WarmHandsAdminSite.login = staticmethod(login)  # type: ignore[method-assign, assignment]
