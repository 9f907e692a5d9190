"""An instructor builds a series: a new one, a draft once more; their series and templates to begin from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from classes import laying_out, own_series, scheduling, series_templates, taken_strokes
from classes import teaching as own
from classes.access import instructor_only
from classes.dates import CannotSchedule, Outline
from classes.forms import building_start
from classes.forms.building import SeriesForm
from classes.forms.moves import Laid, MovesForm, laid_of
from classes.forms.shelves import ShelfForm, StartForm, TemplateForm
from classes.models import Series, SeriesTemplate
from classes.scheduling import CannotPublish, Preview
from classes.taken_strokes import Taken
from classes.views import teaching
from config.lib.refs import new_token
from config.lib.times import local
from instructors.models import Instructor


@dataclass
class _Desk:
    """One round of the builder: the form, what becomes of its dates, and what came of it. `draft` is what is edited."""

    request: HttpRequest
    now: datetime
    reader: Instructor
    form: SeriesForm
    draft: Series | None = None
    like: str = ""
    laid: Laid = field(default_factory=Laid)
    outline: Outline | None = None
    seen: Preview | None = None
    refusals: Sequence[str] = ()
    template_form: TemplateForm = field(default_factory=TemplateForm)
    strokes: Taken | None = None

    def page(self, *, status: int = 200) -> HttpResponse:
        is_new = self.draft is None and self.request.method != "POST"
        context = {
            "form": self.form,
            "like": self.like,
            "laid": self.laid,
            "seen": self.seen,
            "zone": self.outline.time_zone if self.outline else "",
            "clock_shown": self.outline.clock if self.outline else None,
            "refusals": self.refusals,
            "draft": self.draft,
            "templates": series_templates.templates_of(self.reader) if is_new else [],
            "starts": own_series.to_start_from(self.reader) if is_new else [],
            "template_form": self.template_form,
            "strokes": self.strokes,
            "strokes_chosen": self.request.method != "POST" or bool(self.form.data.get("strokes_of")),
        }
        name = "classes/edit_series.html" if self.draft else "classes/build_series.html"
        return render(self.request, name, context, status=status)

    def look(self) -> None:
        """Show the dates of what was typed, as far as they can be laid out."""
        if self.outline:
            self.seen = scheduling.preview(self.outline, now=self.now, leaving_out=self.draft)


@instructor_only
@require_http_methods(["GET", "HEAD", "POST"])
def build_series(request: HttpRequest) -> HttpResponseBase:
    """A weekly series from one form: its dates are shown, and each can be moved, before anything is kept."""
    now, reader = timezone.now(), teaching.reader_of(request)
    if request.method == "POST":
        return _posted(request, reader, now=now)
    start, like = _start(request, reader)
    form = _form(reader, now=now, start={"key": new_token(), **start})
    strokes = taken_strokes.taken(reader, start.get("strokes_of", ""))
    return _Desk(request, now, reader, form, like=like, strokes=strokes).page()


@instructor_only
@require_http_methods(["GET", "HEAD", "POST"])
def edit_series(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The same form with a draft in it; saving writes the draft anew, in its place."""
    now, reader = timezone.now(), teaching.reader_of(request)
    draft = teaching.own_series(reader, slug)
    if draft.state != Series.State.DRAFT:
        messages.info(request, _("This series is no draft any more. Here is how it stands."))
        return redirect("classes:run_series", slug)
    if request.method == "POST":
        return _posted(request, reader, now=now, draft=draft)
    layout = laying_out.layout_of(draft)
    start = building_start.draft(draft, layout)
    desk = _Desk(request, now, reader, _form(reader, now=now, start=start), draft, laid=laid_of(layout))
    typed = _form(reader, now=now, data={name: value for name, value in start.items() if value is not None})
    desk.outline = typed.outline(desk.laid) if typed.is_valid() else None
    return _with_dates(desk, status=200)


def _form(reader: Instructor, *, now: datetime, **more: Any) -> SeriesForm:
    today = local(now, reader.time_zone).date()
    return SeriesForm(reader, today=today, only_practice=scheduling.is_for_practice_only(reader, on=today), **more)


def _posted(
    request: HttpRequest, reader: Instructor, *, now: datetime, draft: Series | None = None
) -> HttpResponseBase:
    form, moves = _form(reader, now=now, data=request.POST), MovesForm(request.POST)
    desk = _Desk(request, now, reader, form, draft)
    desk.laid = moves.laid() if moves.is_valid() else Laid()
    if draft is None:
        desk.strokes = taken_strokes.taken(reader, request.POST.get("strokes_offered", ""))
    if not form.is_valid() or not moves.is_valid():
        if not moves.is_valid():
            form.add_error(None, moves.sentence())
        return desk.page(status=422)
    try:
        return _done(desk, "preview" if moves.cleaned_data["fix"] else request.POST.get("do", ""))
    except CannotSchedule as refusal:
        form.add_error(refusal.field, str(refusal))
        return _with_dates(desk, status=422)
    except CannotPublish as refusal:
        desk.refusals = refusal.sentences
        return _with_dates(desk, status=409)


def _with_dates(desk: _Desk, *, status: int) -> HttpResponse:
    """The page again, with the dates beside what was refused where they can be shown at all."""
    try:
        desk.look()
    except CannotSchedule:
        desk.seen = None
    return desk.page(status=status)


def _done(desk: _Desk, asked: str) -> HttpResponseBase:
    desk.outline = outline = _with_strokes(desk, desk.form.outline(desk.laid))
    if asked == "template":
        return _kept_as_template(desk)
    if asked == "publish":
        series = _published(desk, outline)
        messages.success(desk.request, _("Published. Families can book it from now on."))
    elif asked in ("draft", "draft_anyway"):
        series = _kept(desk, outline, despite_clashes=asked == "draft_anyway")
        messages.success(desk.request, _("Kept as a draft. Nobody sees it until you publish."))
    else:
        desk.look()
        return desk.page()
    return redirect("classes:run_series", series.slug)


def _with_strokes(desk: _Desk, outline: Outline) -> Outline:
    """The strokes that were ticked come along, where the plan is the one that they were arranged for."""
    strokes, ticked = desk.strokes, desk.form.cleaned_data["strokes_of"]
    if strokes is None or ticked != strokes.reference or strokes.plan != outline.plan.slug:
        return outline
    return replace(outline, strokes=strokes.arrangement, strokes_from=strokes.title)


def _published(desk: _Desk, outline: Outline) -> Series:
    by, now, typed = desk.reader.user, desk.now, desk.form.cleaned_data
    if desk.draft is None:
        return scheduling.make_and_publish(outline, by=by, now=now, key=typed["key"] or None)
    return scheduling.revise_and_publish(desk.draft, outline, seen=typed["seen_version"] or 0, by=by, now=now)


def _kept(desk: _Desk, outline: Outline, *, despite_clashes: bool) -> Series:
    by, now, typed = desk.reader.user, desk.now, desk.form.cleaned_data
    if desk.draft is None:
        key = typed["key"] or None
        return scheduling.keep_draft(outline, by=by, now=now, key=key, despite_clashes=despite_clashes)
    seen = typed["seen_version"] or 0
    return scheduling.revise(desk.draft, outline, seen=seen, by=by, now=now, despite_clashes=despite_clashes)


def _kept_as_template(desk: _Desk) -> HttpResponseBase:
    desk.template_form = named = TemplateForm(desk.request.POST)
    if not named.is_valid():
        return _with_dates(desk, status=422)
    values = building_start.values_of(desk.form.cleaned_data)
    strokes = taken_strokes.of_series(desk.draft) if desk.draft else desk.strokes
    is_wanted = desk.draft is not None or (desk.outline is not None and desk.outline.strokes is not None)
    if strokes and is_wanted and strokes.plan == values["plan"]:
        values["strokes"] = taken_strokes.as_kept(strokes)
    try:
        template = series_templates.keep_template(
            desk.reader, name=named.cleaned_data["kept_as"], values=values, by=desk.reader.user, now=desk.now
        )
    except series_templates.CannotKeep as refusal:
        named.add_error("kept_as", str(refusal))
        return _with_dates(desk, status=409)
    messages.success(desk.request, _("Kept as the template “%(name)s”.") % {"name": template.name})
    return _with_dates(desk, status=200)


def _start(request: HttpRequest, reader: Instructor) -> tuple[dict[str, Any], str]:
    """(what the form begins with, the name of what it begins like): what was asked for, else the last series."""
    asked = StartForm(request.GET)
    if reference := asked.template:
        try:
            template = series_templates.template_of(reader, reference)
        except SeriesTemplate.DoesNotExist as nothing:
            raise Http404 from nothing
        return {**template.values, "strokes_of": f"{taken_strokes.TEMPLATE}:{reference}"}, template.name
    series = teaching.own_series(reader, asked.like) if asked.like else own.last_series(reader)
    if series is None:
        return {}, ""
    return {**building_start.like(series), "strokes_of": f"{taken_strokes.SERIES}:{series.slug}"}, series.title


@instructor_only
@require_safe
def series_list(request: HttpRequest) -> HttpResponse:
    """Every own series, shelf by shelf; each can be begun from again. Templates stand beside them."""
    now, reader = timezone.now(), teaching.reader_of(request)
    asked = ShelfForm(request.GET)
    shelf = asked.shelf
    page, more = own_series.page_of(reader, shelf, now=now, before=asked.before)
    context = {
        "shelves": own_series.Shelf.choices,
        "shelf": shelf,
        "page": page,
        "older": ShelfForm.address_of(shelf, more),
        "is_first_page": asked.before is None,
        "templates": series_templates.templates_of(reader),
    }
    return render(request, "classes/series_list.html", context)


@instructor_only
@require_POST
def drop_template(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Take a template away. What was made from it stays."""
    reader = teaching.reader_of(request)
    try:
        template = series_templates.template_of(reader, reference)
    except SeriesTemplate.DoesNotExist as nothing:
        raise Http404 from nothing
    series_templates.drop_template(template, by=reader.user, now=timezone.now())
    messages.success(request, _("The template is gone. Series that you made from it stay as they are."))
    return redirect("classes:series_list")
