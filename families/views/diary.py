"""Changing and deleting one's own lines in the diary."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config.lib.times import local
from families import diary
from families.access import caregiver_only, reader
from families.forms.diary import DiaryForm, initial_of
from families.models import PracticeLog


@caregiver_only
def edit_practice(request: HttpRequest, key: str) -> HttpResponseBase:
    """Change what one wrote down: the day, the minutes, the answers, the line for oneself."""
    log = _own_entry(request, key)
    now, zone = timezone.now(), reader(request).family.time_zone
    noted = [row.stroke for row in log.strokes.all()]
    standing = initial_of(log, day=local(log.practised_at, zone).date())
    form = DiaryForm(request.POST or None, initial=standing, strokes=noted, today=local(now, zone).date())
    if request.method == "POST" and form.is_valid():
        diary.rewrite(log, moment=form.moment(), by=reader(request), now=now)
        messages.success(request, _("Changed."))
        return redirect(_next(request))
    context = {"form": form, "log": log, "baby": log.baby, "zone": zone, "next": _next(request)}
    return render(request, "families/edit_practice.html", context, status=422 if form.is_bound else 200)


@caregiver_only
@require_POST
def delete_practice(request: HttpRequest, key: str) -> HttpResponseBase:
    """Delete what one wrote down."""
    diary.remove(_own_entry(request, key), by=reader(request), now=timezone.now())
    messages.success(request, _("Deleted. Nobody can see it any more."))
    return redirect(_next(request))


def _own_entry(request: HttpRequest, key: str) -> PracticeLog:
    try:
        return diary.own_entry(key, by=reader(request))
    except PracticeLog.DoesNotExist as nothing:
        raise Http404 from nothing


def _next(request: HttpRequest) -> str:
    """The page that the reader came from, never another site."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    allowed = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if wanted and allowed else reverse("families:family")
