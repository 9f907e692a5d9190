"""An instructor writes to families of an own series, and sees what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from classes import wordings, writing
from classes.access import instructor_only
from classes.addressees import Circle, Circles, circles_of
from classes.forms.writing import MessageForm, told_of
from classes.message_letters import in_words
from classes.models import Message, Series
from classes.views.teaching import own_series, reader_of
from config.lib.refs import new_token
from config.lib.times import local

MOST_SHOWN = 20


@instructor_only
@require_http_methods(["GET", "HEAD", "POST"])
def write_to_families(request: HttpRequest, slug: str) -> HttpResponseBase:
    """One message, of which each family gets its own. What is typed is shown before anything is sent."""
    series, now = own_series(reader_of(request), slug), timezone.now()
    circles = circles_of(series, now=now)
    asked = request.POST.get("do", "")
    if request.method != "POST" or asked == "words":
        return _page(request, series, _form(series, circles, initial=_start(request, circles, now), now=now), now=now)
    form = _form(series, circles, data=request.POST, now=now)
    if not form.is_valid():
        return _page(request, series, form, now=now, status=422)
    draft = form.draft()
    if asked != "send":
        return _page(request, series, form, now=now)
    try:
        message = writing.send(series, draft, key=_key(request), by=reader_of(request).user, now=now)
    except writing.CannotWrite as refusal:
        return _page(request, series, form, now=now, refused=str(refusal), status=409)
    if message.when == Message.When.NOW:
        messages.success(request, _("On its way. Each family gets its own letter."))
    else:
        messages.success(request, _("Kept until the morning. You can take it back until then."))
    return redirect("classes:message", message.reference)


def _form(
    series: Series,
    circles: Circles,
    *,
    now: datetime,
    data: Mapping[str, Any] | None = None,
    initial: dict[str, Any] | None = None,
) -> MessageForm:
    zone = series.time_zone
    morning = writing.next_morning(now, zone=zone)
    today = local(now, zone).date() == local(morning, zone).date()
    clock = {"clock": in_words(morning, zone, style="clock")}
    dates = [
        (circle.session.reference, f"{in_words(circle.session.starts_at, zone, style='day')}: {told_of(circle)}")
        for circle in circles.away
        if circle.session
    ]
    night = "" if writing.is_day(series, now=now) else _("It is %(clock)s. Babies are asleep, perhaps parents too.")
    return MessageForm(
        circles,
        dates=dates,
        morning=(_("Today at %(clock)s") if today else _("Tomorrow at %(clock)s")) % clock,
        night=night % {"clock": in_words(now, zone, style="clock")} if night else "",
        data=data,
        initial=initial,
    )


def _start(request: HttpRequest, circles: Circles, now: datetime) -> dict[str, Any]:
    """What an empty form shows, and one whose words are exchanged for others to start from."""
    asked = request.POST if request.method == "POST" else request.GET
    to = asked.get("to") or Message.Audience.ALL
    start = wordings.STARTS.get(asked.get("start", ""), wordings.STARTS["hello"])
    last = circles.away[-1].session.reference if circles.away and circles.away[-1].session else ""
    return {
        "to": to,
        "session": asked.get("session") or last,
        "subject": str(start.subject),
        "words": wordings.shown(wordings.kept(str(start.words))),
        **({"when": asked["when"]} if asked.get("when") else {}),
    }


def _key(request: HttpRequest) -> str:
    """The form's own: the same press twice is one message."""
    return str(request.POST.get("key", ""))[:40] or new_token()


def _page(
    request: HttpRequest, series: Series, form: MessageForm, *, now: datetime, status: int = 200, **more: Any
) -> HttpResponse:
    if not form.is_bound:
        form.initial.setdefault("when", form.fields["when"].choices[0][0])  # type: ignore[attr-defined]
    draft = _seen(form)
    circle = form.circles.find(draft.audience, draft.session) if draft else Circle(Message.Audience.ALL, [])
    shown = writing.preview(series, draft, circle=circle) if draft else None
    warning = writing.why_not(series, draft, circle=circle) if draft and not more.get("refused") else None
    context = {
        "series": series,
        "form": form,
        "preview": shown,
        "warning": warning,
        "families": len(circle.households),
        "adults": circle.adults,
        "moment": dict(form.fields["when"].choices)[draft.when] if draft else "",  # type: ignore[attr-defined]
        "starts": [
            (key, start, wordings.shown(wordings.kept(str(start.words)))) for key, start in wordings.STARTS.items()
        ],
        "start": request.POST.get("start") or request.GET.get("start") or "hello",
        "blanks": [(f"{{{blank.word}}}", blank.says) for blank in wordings.BLANKS.values()],
        "key": request.POST.get("key") or new_token(),
        "others": Message.objects.of_series(series)[:MOST_SHOWN],
        **more,
    }
    return render(request, "classes/write_to_families.html", context, status=status)


def _seen(form: MessageForm) -> writing.Draft | None:
    """What stands in the form, where it can be shown."""
    if form.is_bound:
        return form.draft() if form.is_valid() else None
    told = form.initial
    away = [one.session for one in form.circles.away if one.session and one.session.reference == told["session"]]
    is_away = told["to"] == Message.Audience.AWAY
    if told["to"] not in Message.Audience.values or (is_away and not away):
        return None
    words = wordings.kept(told["words"])
    when = told["when"] if told["when"] in Message.When.values else Message.When.MORNING
    return writing.Draft(told["to"], told["subject"], words, when, away[0] if is_away else None)


def own_message(request: HttpRequest, reference: str) -> Message:
    """A message of an own series; another's and a missing one alike are not there."""
    own = Message.objects.led_by(reader_of(request)).select_related("series", "session", "by")
    return get_object_or_404(own, reference=reference)


@instructor_only
@require_safe
def message(request: HttpRequest, reference: str) -> HttpResponse:
    """What was written, and how it stands with each letter. No address anywhere."""
    return _delivery(request, own_message(request, reference))


@instructor_only
@require_POST
def take_back_message(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Stop what has not left yet."""
    found = own_message(request, reference)
    try:
        stopped = writing.take_back(found, by=reader_of(request).user, now=timezone.now())
    except writing.TooLate as refusal:
        return _delivery(request, found, refused=str(refusal), status=409)
    if stopped:
        messages.success(request, _("Taken back. What had left already stands below."))
    return redirect("classes:message", reference)


def _delivery(request: HttpRequest, found: Message, *, status: int = 200, **more: Any) -> HttpResponse:
    lines = writing.delivery(found, now=timezone.now())
    context = {
        "message": found,
        "series": found.series,
        "words": wordings.shown(found.words),
        "lines": lines,
        "can_take_back": found.taken_back_at is None and writing.can_be_taken_back(lines),
        "others": Message.objects.of_series(found.series).besides(found)[:MOST_SHOWN],
        **more,
    }
    return render(request, "classes/message.html", context, status=status)
