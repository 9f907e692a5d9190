"""The diary of massage at home: kept from the page of a week, at once or late; its own page; and read along."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from classes import sharing_diaries
from classes.access import instructor_only
from classes.forms.practice import PageOfDiary, WhichPractice
from classes.models import SharedDiary
from classes.practice import NothingToPractise
from classes.views.open_week import Opened, asked_for, opened_week
from classes.views.place import own_enrolment
from classes.views.practice import week_page
from classes.views.teaching import own_series, reader_of
from config.lib.times import local
from curriculum.models import Lesson, Stroke
from families import diary as keeping
from families import diary_weeks
from families.access import practiser_only, reader
from families.forms.diary import DiaryForm
from families.models import Baby


@practiser_only
@require_http_methods(["GET", "HEAD", "POST"])
def diary(request: HttpRequest) -> HttpResponseBase:
    """Everything that was written down about one baby, page by page, and a line of today without a week."""
    babies, asked = list(Baby.objects.of_family(reader(request).family)), PageOfDiary(request.GET)
    baby = asked.chosen(babies)
    if baby is None:
        if asked.names_a_baby:
            raise Http404
        return render(request, "classes/diary.html", {"baby": None})
    now, known = timezone.now(), keeping.every_stroke()
    form = DiaryForm(request.POST or None, strokes=[], today=_today(request, now), known=known)
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        here = reverse("classes:diary") + asked.query_of(baby, babies)
        if answer := _keep(request, form, baby, lesson=None, now=now, here=here):
            return answer
        status = 409
    context = _diary_page(request, baby, asked.cursor, form, now=now)
    tabs = [(one, asked.query_of(one, babies)) for one in babies] if len(babies) > 1 else []
    return render(request, "classes/diary.html", {**context, "tabs": tabs}, status=status)


def _diary_page(
    request: HttpRequest, baby: Baby, before: keeping.Cursor | None, form: DiaryForm, *, now: datetime
) -> dict[str, Any]:
    me = reader(request)
    baby.family = me.family
    entries, more = keeping.page_of(baby, reader=me, before=before)
    return {
        "baby": baby,
        "me": me,
        "form": form,
        "entries": entries,
        "weeks": [] if before else diary_weeks.weeks_of(baby, now=now),
        "sharings": sharing_diaries.sharings_of(me.family, now=now),
        "is_first": before is None,
        "older": PageOfDiary.address_of(baby, more),
        "here": request.get_full_path(),
    }


@practiser_only
@require_POST
def share_diary(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Let the instructor of this booking read along, or no longer."""
    enrolment, now = own_enrolment(request, reference), timezone.now()
    wanted, name = request.POST.get("shared") == "yes", enrolment.series.instructor.display_name
    try:
        sharing_diaries.share(enrolment, shared=wanted, by=reader(request), now=now)
    except sharing_diaries.CannotShare as refusal:
        messages.warning(request, str(refusal))
    else:
        said = _("%(name)s may read along from now on.") if wanted else _("%(name)s cannot read it any more.")
        messages.success(request, said % {"name": name})
    return redirect(reverse("classes:diary") + "#share")


@instructor_only
@require_safe
def shared_diary(request: HttpRequest, slug: str, reference: str) -> HttpResponseBase:
    """What one family of an own series notes at home, while it shares that; each reading is written down."""
    series = own_series(reader_of(request), slug)
    try:
        page = sharing_diaries.read(series, reference, by=reader_of(request), now=timezone.now())
    except SharedDiary.DoesNotExist as nothing:
        raise Http404 from nothing
    response = render(request, "classes/shared_diary.html", {"series": series, "page": page})
    response.headers["Cache-Control"] = "no-store"
    return response


@practiser_only
@require_POST
def log_practice(request: HttpRequest, number: int) -> HttpResponseBase:
    """Keep a moment in the diary. Sent twice, it is kept once.

    A phone may send it late, and by a script (Accept: application/json). Then `key` is made by the phone, 16 to 48 of
    A-Z a-z 0-9 _ and -; `said_at` (or `at`) says when it was written down, in ISO 8601 with its zone, and counts as
    never in the future and never older than 60 days; `day` is left out unless its reader chose one, because a page that
    lay on the phone names the day on which it was fetched. The answer is 200 {"kept": true} however often it arrives,
    200 {"kept": false} where its writer has removed it since, 409 {"sentence": why} where the diary is full, 422
    {"errors": {field: [sentence]}}, and 404 as ever.
    What was said late about a week that has closed meanwhile is kept without its week.
    """
    which, now = WhichPractice(request.POST), timezone.now()
    opened = _opened(request, which, number, now)
    if opened is None:
        return _log_late(request, which, now)
    form = DiaryForm(request.POST, strokes=_strokes(opened, request), today=_today(request, now))
    if not form.is_valid():
        if _by_script(request):
            return JsonResponse({"errors": form.errors}, status=422)
        return render(request, "classes/practice_week.html", week_page(opened, form), status=422)
    here = reverse("classes:practice_week", args=[number]) + which.query() + "#moments"
    answer = _keep(request, form, opened.course.practice.baby, lesson=opened.week.lesson, now=now, here=here)
    return answer or render(request, "classes/practice_week.html", week_page(opened, form), status=409)


def _opened(request: HttpRequest, which: WhichPractice, number: int, now: datetime) -> Opened | None:
    try:
        return opened_week(asked_for(reader(request), which, number, now))
    except (NothingToPractise, Http404):
        return None


def _log_late(request: HttpRequest, which: WhichPractice, now: datetime) -> HttpResponseBase:
    """What waited on a phone while its week closed or its booking ended. Raises Http404 for all else."""
    strokes = keeping.strokes_named(_slugs(request.POST))
    form = DiaryForm(request.POST, strokes=strokes, today=_today(request, now))
    babies = [
        baby for baby in Baby.objects.of_family(reader(request).family) if which.asked["baby"] in ("", str(baby.pk))
    ]
    if not _by_script(request) or not form.is_valid() or form.said is None or len(babies) != 1:
        raise Http404
    answer = _keep(request, form, babies[0], lesson=None, now=now, here="")
    assert answer is not None  # a script is always answered
    return answer


def _keep(
    request: HttpRequest, form: DiaryForm, baby: Baby, *, lesson: Lesson | None, now: datetime, here: str
) -> HttpResponseBase | None:
    """Keep it and answer. None where it was refused and the page is to be shown again, with why in the form."""
    moment = form.moment(not_now="not_now" in request.POST)
    key = form.cleaned_data["key"]
    is_kept = True
    try:
        keeping.write(baby, moment=moment, lesson=lesson, key=key, by=reader(request), now=now, said_at=form.said)
    except keeping.RemovedSince:
        is_kept = False
    except keeping.CannotWrite as refusal:
        form.add_error("day", str(refusal))
        return JsonResponse({"sentence": str(refusal)}, status=409) if _by_script(request) else None
    if _by_script(request):
        return JsonResponse({"kept": is_kept})
    if is_kept:
        messages.success(request, _("Kept. Thank you for writing it down."))
    else:
        messages.info(request, _("You have deleted this line, so it stays away. Write a new one whenever you like."))
    return redirect(here)


def _strokes(opened: Opened, request: HttpRequest) -> Sequence[Stroke]:
    """The strokes that the page asks about; and those it asked about when it was fetched, with another part open."""
    noted = opened.sheet.noted
    also = [one for one in opened.course.taught_in(opened.week).strokes if one.slug in _slugs(request.POST)]
    return list({one.pk: one for one in [*noted, *also]}.values())


def _slugs(posted: Iterable[str]) -> set[str]:
    # A database may refuse to be asked for a zero byte.
    return {name[2:] for name in posted if name.startswith(("a-", "c-")) and "\x00" not in name}


def _today(request: HttpRequest, now: datetime) -> date:
    return local(now, reader(request).family.time_zone).date()


def _by_script(request: HttpRequest) -> bool:
    return request.headers.get("Accept") == "application/json"
