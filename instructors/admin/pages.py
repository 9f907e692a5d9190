"""Pages of our own inside the admin: one task each, with a form that works without scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

View = Callable[..., HttpResponse]
WRONG, REFUSED = 422, 409


def page(model_admin: Any, route: str, view: View, name: str) -> URLPattern:
    """A page behind the admin's own door; `view` is called with the model's admin first."""

    def bound(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        answer: HttpResponse = view(model_admin, request, **kwargs)
        return answer

    bound.__module__, bound.__name__ = view.__module__, view.__name__
    opts = model_admin.opts
    guarded: View = model_admin.admin_site.admin_view(bound)
    return path(route, guarded, name=f"{opts.app_label}_{opts.model_name}_{name}")


def one_form(
    model_admin: Any,
    request: HttpRequest,
    form: Any,
    *,
    back: str,
    template: str = "admin/instructors/trainingevent/form.html",
    **words: Any,
) -> HttpResponse:
    """The page with that form; `words` are its title, lead and verb. Mistakes are 422, a refusal 409."""
    context = {
        **model_admin.admin_site.each_context(request),
        "form": form,
        "back": back,
        "opts": model_admin.opts,
        **words,
    }
    wrong = form is not None and form.is_bound and bool(form.errors)
    status = (REFUSED if form.non_field_errors() else WRONG) if wrong else None
    return TemplateResponse(request, template, context, status=status)
