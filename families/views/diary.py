"""One's own lines in the diary, the diary as a whole, and hearts for strokes."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from django.contrib import messages
from django.http import (
    Http404,
    HttpRequest,
    HttpResponseBadRequest,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config.lib.times import local
from curriculum.models import Stroke
from families import diary, favourites, taking_diary
from families.access import caregiver_only, practiser_only, reader
from families.forms.diary import DeleteForm, DiaryForm, HeartForm, TakeForm, initial_of
from families.models import Baby, PracticeLog


@caregiver_only
def edit_practice(request: HttpRequest, key: str) -> HttpResponseBase:
    """Change what one wrote down: the day, the minutes, the answers, the line for oneself."""
    log = _own_entry(request, key)
    now, zone = timezone.now(), reader(request).family.time_zone
    noted, shown = [row.stroke for row in log.strokes.all()], diary.every_stroke()
    # What has been retired since can stay in an old entry.
    known = [*shown, *(stroke for stroke in noted if stroke.is_retired)]
    standing = initial_of(log, day=local(log.practised_at, zone).date())
    today = local(now, zone).date()
    form = DiaryForm(request.POST or None, initial=standing, strokes=noted, today=today, known=known)
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        if _is_rewritten(request, log, form, now=now):
            messages.success(request, _("Changed."))
            return redirect(_next(request))
        status = 409
    context = {"form": form, "log": log, "baby": log.baby, "zone": zone, "next": _next(request)}
    return render(request, "families/edit_practice.html", context, status=status)


def _is_rewritten(request: HttpRequest, log: PracticeLog, form: DiaryForm, *, now: datetime) -> bool:
    try:
        diary.rewrite(log, moment=form.moment(), by=reader(request), now=now)
    except PracticeLog.DoesNotExist as gone:
        raise Http404 from gone
    except diary.CannotWrite as refusal:
        form.add_error("day", str(refusal))
        return False
    return True


@caregiver_only
@require_POST
def delete_practice(request: HttpRequest, key: str) -> HttpResponseBase:
    """Delete what one wrote down. Pressed twice, it is as good as pressed once."""
    log = _own_entry(request, key)
    with suppress(PracticeLog.DoesNotExist):
        diary.remove(log, by=reader(request), now=timezone.now())
    messages.success(request, _("Deleted. Nobody can see it any more."))
    return redirect(_next(request))


@practiser_only
@require_POST
def take_diary(request: HttpRequest) -> HttpResponseBase:
    """The whole diary as this adult may read it, as a file."""
    form = TakeForm(request.POST)
    if not form.is_valid():
        return redirect("classes:diary")
    taken = taking_diary.take(reader(request), kind=form.cleaned_data["kind"], now=timezone.now())
    response = StreamingHttpResponse(taken.pieces, content_type=taken.kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{taken.name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


@practiser_only
@require_POST
def delete_diary(request: HttpRequest) -> HttpResponseBase:
    """Delete everything that one wrote, or the whole diary of the family."""
    form = DeleteForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Nothing was deleted. Please tick the box if you are sure."))
        return redirect(reverse("classes:diary") + "#keep")
    delete = taking_diary.delete_whole if form.is_whole else taking_diary.delete_own
    try:
        delete(reader(request), now=timezone.now())
    except taking_diary.CannotDelete as refusal:
        messages.warning(request, str(refusal))
        return redirect(reverse("classes:diary") + "#keep")
    messages.success(request, _("Deleted. Nobody can see it any more."))
    return redirect("classes:diary")


@practiser_only
@require_POST
def choose_favourite(request: HttpRequest) -> HttpResponseBase:
    """Give a stroke a heart for one baby, or take it back."""
    form = HeartForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest()
    baby = get_object_or_404(Baby.objects.of_family(reader(request).family), pk=form.cleaned_data["baby"])
    stroke = get_object_or_404(Stroke.objects.current(), slug=form.slug)
    favourites.choose(baby, stroke=stroke, is_favourite=form.is_favourite, by=reader(request), now=timezone.now())
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"heart": form.is_favourite})
    return redirect(f"{_next(request)}#m-{stroke.slug}")


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
