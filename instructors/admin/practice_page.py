"""All about one candidate's practice on one page: families under their trees, plans, and what the trainer saw."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.lib.times import local
from instructors import counting, practicum
from instructors.access import is_trainer_of
from instructors.admin.pages import REFUSED, WRONG
from instructors.admin.scope import own_or_404
from instructors.admin.waiting import candidate_url
from instructors.aliases import why_no_words
from instructors.models import PracticeDate, PracticumFamily, Traineeship
from instructors.practice_page import practice_page
from instructors.refusals import Refused

MOST_LETTERS = 4000


class ObserveForm(forms.Form):
    """The trainer was there on a date, and says what they saw."""

    date = forms.ModelChoiceField(label=gettext_lazy("Which date"), queryset=PracticeDate.objects.none())
    words = forms.CharField(
        label=gettext_lazy("What you saw"),
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("The candidate reads it. Example: “She waits for the baby’s answer.” No names, please."),
    )

    def __init__(self, *args: Any, row: Traineeship, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        dates: Any = self.fields["date"]
        dates.queryset = row.practice_dates.held()
        dates.label_from_instance = _date_in_words

    def clean_words(self) -> str:
        words: str = self.cleaned_data["words"]
        if sentence := why_no_words(words):
            raise forms.ValidationError(sentence)
        return words


class SeenForm(forms.Form):
    """A family that was written down by hand, looked at."""

    family = forms.ModelChoiceField(queryset=PracticumFamily.objects.none())

    def __init__(self, *args: Any, row: Traineeship, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        families: Any = self.fields["family"]
        families.queryset = row.families.by_hand()


def _date_in_words(one: PracticeDate) -> str:
    day = date_format(local(one.starts_at, one.time_zone), "DATE_FORMAT")
    return _("%(date)s, %(lesson)s") % {"date": day, "lesson": one.lesson or one.series}


def practice_of_candidate_page(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """To read for all who see the candidate; the candidate's own trainer marks as seen and observes."""
    row: Traineeship = own_or_404(Traineeship, request, pk)
    if not model_admin.has_view_permission(request, row):
        raise PermissionDenied
    if request.method != "POST":
        return _page(model_admin, request, row, ObserveForm(row=row))
    if not model_admin.has_change_permission(request, row):
        raise PermissionDenied
    return (
        _observe(model_admin, request, row) if request.POST.get("do") == "observe" else _see(model_admin, request, row)
    )


def _see(model_admin: Any, request: HttpRequest, row: Traineeship) -> HttpResponse:
    form = SeenForm(request.POST, row=row)
    if not form.is_valid():
        return _page(model_admin, request, row, ObserveForm(row=row), status=WRONG)
    family = form.cleaned_data["family"]
    try:
        practicum.mark_seen(family, by=request.user, now=timezone.now())
    except Refused as refusal:
        return _page(model_admin, request, row, ObserveForm(row=row), refused=str(refusal), status=REFUSED)
    said = _("You have looked at %(alias)s.") % {"alias": family.alias}
    model_admin.message_user(request, said, messages.SUCCESS)
    return HttpResponseRedirect(practice_url(row))


def _observe(model_admin: Any, request: HttpRequest, row: Traineeship) -> HttpResponse:
    form = ObserveForm(request.POST, row=row)
    if not form.is_valid():
        return _page(model_admin, request, row, form, status=WRONG)
    one = form.cleaned_data["date"]
    try:
        counting.observe(one, words=form.cleaned_data["words"], by=request.user, now=timezone.now())
    except Refused as refusal:
        return _page(model_admin, request, row, form, refused=str(refusal), status=REFUSED)
    model_admin.message_user(request, _("Kept. %(name)s can read it.") % {"name": row}, messages.SUCCESS)
    return HttpResponseRedirect(practice_url(row))


def practice_url(row: Traineeship) -> str:
    return reverse("admin:instructors_traineeship_practice", args=[row.pk])


def _page(
    model_admin: Any, request: HttpRequest, row: Traineeship, form: ObserveForm, *, status: int = 200, refused: str = ""
) -> HttpResponse:
    shown = Traineeship.objects.with_work().get(pk=row.pk)
    page = practice_page(shown, now=timezone.now())
    may_write = is_trainer_of(request.user, row) and model_admin.has_change_permission(request, row)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Practice of %(name)s") % {"name": row},
        "lead": " ".join(need.sentence for need in page.needs),
        "page": page,
        "form": form,
        "refused": refused,
        "may_write": may_write and page.is_going_on,
        "back": candidate_url(row),
        "candidate": row,
        "opts": model_admin.opts,
    }
    return TemplateResponse(request, "admin/instructors/traineeship/practice.html", context, status=status)
