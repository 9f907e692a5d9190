"""The plan of a session, beside its register. Every deed is a plain form; the page's script sends ticks singly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from classes import register as taking
from classes import taught, teaching
from classes.access import instructor_only, is_lead
from classes.forms.register import BUTTONS
from classes.forms.session_plan import GiveForm, PlanForm, TickForm
from classes.models import Enrolment, Session
from classes.register import CannotFinish, CannotMark
from classes.roll import bare_roll
from classes.session_plan import plan_of
from classes.taught import CannotGive, CannotTick
from classes.views.teaching import own_session, reader_of
from config.accounts.models import User

Answer = HttpResponseBase
SIGNS = {button.value: button for button in BUTTONS}


@instructor_only
@require_http_methods(["GET", "HEAD", "POST"])
def session_plan(request: HttpRequest, reference: str) -> Answer:
    """What comes when tonight. Found by whoever finds the register: the lead, and that date's substitute."""
    session = own_session(request, reference)
    if request.method != "POST":
        return _page(request, session)
    deed = DEEDS.get(request.POST.get("do", ""), _save)
    try:
        return deed(request, session)
    except (CannotTick, CannotGive, CannotMark, CannotFinish) as refusal:
        if _by_script(request):
            return JsonResponse({"sentence": str(refusal)}, status=409)
        return _page(request, session, data=request.POST, refusal=str(refusal), status=409)


def _tick(request: HttpRequest, session: Session) -> Answer:
    form = TickForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=400)
    now = timezone.now()
    ticks = {form.cleaned_data["stroke"]: form.cleaned_data["is_taught"]}
    taught.tick(session, ticks=ticks, tapped_at=form.tapped_at(now), by=_user(request), now=now)
    if not _by_script(request):
        return redirect("classes:session_plan", session.reference)
    found = taught.standing(session)
    return JsonResponse({"taught": found.strokes, "latest": found.milliseconds, "sentence": ""})


def _save(request: HttpRequest, session: Session) -> Answer:
    """The ticks and the note of the page; then what its button asked for."""
    now, by = timezone.now(), _user(request)
    plan = plan_of(session, now=now)
    form = PlanForm(plan, session_note=session.note, data=request.POST)
    if not form.is_valid():
        return _page(request, session, data=request.POST, status=422)
    ticks = form.ticks()
    asked = request.POST.get("do")
    if asked == "all":
        ticks |= {one.stroke.pk: True for one in plan.new}
    if ticks:
        taught.tick(session, ticks=ticks, tapped_at=now, by=by, now=now)
    if form.changed_note is not None:
        taking.keep(session, marks={}, notes={}, session_note=form.changed_note, by=by, now=now, key="")
    if asked == "finish":
        taking.finish(session, by=by, now=now)
        messages.success(request, _("The session is finished. Families who came find tonight’s strokes at home."))
        return redirect("classes:teaching")
    messages.success(request, _("Kept."))
    return redirect("classes:session_plan", session.reference)


def _give(request: HttpRequest, session: Session) -> Answer:
    enrolment = _family(request, session)
    taught.give_week(enrolment, session=session, by=_user(request), now=timezone.now())
    messages.success(request, _("The week is open for them now."))
    return redirect("classes:session_plan", session.reference)


def _take_back(request: HttpRequest, session: Session) -> Answer:
    enrolment = _family(request, session)
    taught.take_week_back(enrolment, week=session.week, by=_user(request), now=timezone.now())
    messages.success(request, _("The week is closed for them again."))
    return redirect("classes:session_plan", session.reference)


def _family(request: HttpRequest, session: Session) -> Enrolment:
    """A booking of this series, by its reference; 404 for every other."""
    form = GiveForm(request.POST)
    try:
        return taught.booking_in(session.series, form.cleaned_data["family"] if form.is_valid() else "")
    except Enrolment.DoesNotExist as nothing:
        raise Http404 from nothing


DEEDS: dict[str, Callable[[HttpRequest, Session], Answer]] = {
    "tick": _tick,
    "give": _give,
    "take_back": _take_back,
}


def _page(
    request: HttpRequest, session: Session, *, data: Any = None, refusal: str = "", status: int = 200
) -> HttpResponse:
    now, reader = timezone.now(), reader_of(request)
    plan, rows = plan_of(session, now=now), bare_roll(session).rows
    form = PlanForm(plan, session_note=session.note, data=data)
    is_over = session.is_over(now) or session.register_closed_at is not None
    context = {
        "session": session,
        "series": session.series,
        "sessions_in_all": session.series.sessions.count(),
        "day": teaching.day_word(session, now=now),
        "plan": plan,
        "form": form,
        "ticked": form.ticked if data else plan.taught,
        "rows": [(row.name, SIGNS.get(row.mark)) for row in rows],
        "marked": sum(1 for row in rows if row.mark),
        "away": taught.families_away(session) if is_over else [],
        "is_over": is_over,
        "is_lead": is_lead(reader, session.series),
        "closed": taught.why_not_tick(session, now=now),
        "refusal": refusal,
    }
    return render(request, "classes/session_plan.html", context, status=status)


def _by_script(request: HttpRequest) -> bool:
    return request.headers.get("Accept") == "application/json"


def _user(request: HttpRequest) -> User:
    return reader_of(request).user
