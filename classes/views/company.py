"""A family says who comes to a date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from classes import company
from classes.company import CannotCome, Company
from classes.forms.company import CompanyForm
from classes.models import Enrolment
from classes.views.place import own_enrolment
from classes.views.reading import caregiver, now_of, user_of
from families.access import practiser_only


@practiser_only
def choose_company(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Who comes to each date to come; changing it for one of them."""
    enrolment = own_enrolment(request, reference)
    dates = company.for_page(enrolment, now=now_of(request))
    if request.method != "POST":
        return _page(request, enrolment, dates)
    form = CompanyForm(request.POST, dates=dates)
    date = form.date_meant
    if date is None:
        raise Http404
    if not form.is_valid():
        return _page(request, enrolment, _refused(dates, date, _("Please choose again.")), status=422)
    return _come(request, enrolment, dates, date, form)


def _come(
    request: HttpRequest, enrolment: Enrolment, dates: Sequence[Company], date: Company, form: CompanyForm
) -> HttpResponseBase:
    ticked = form.ticked
    if not ticked and not form.cleaned_data["usual"]:
        sentence = _("Please say who comes, or leave it as for the whole booking.")
        return _page(request, enrolment, _refused(dates, date, sentence), status=422)
    try:
        company.come(
            enrolment,
            session=date.session,
            caregivers=[one.adult for one in date.choices if one.adult.pk in ticked],
            by=user_of(request),
            now=now_of(request),
            in_turn=form.cleaned_data["in_turn"],
        )
    except CannotCome as refusal:
        return _page(request, enrolment, _refused(dates, date, str(refusal), ticked=ticked), status=409)
    messages.success(request, _("Written down. Your instructor sees it on the day."))
    return redirect(f"{reverse('classes:my_place', args=[enrolment.reference])}#who")


def _refused(
    dates: Sequence[Company], date: Company, sentence: str, *, ticked: set[int] | None = None
) -> list[Company]:
    """The same dates, with what was ticked and the sentence at the one it is about."""
    kept = [one if ticked is None else replace(one, comes=one.adult.pk in ticked) for one in date.choices]
    changed = replace(date, choices=kept, refused=sentence)
    return [changed if one.session.pk == date.session.pk else one for one in dates]


def _page(request: HttpRequest, enrolment: Enrolment, dates: Sequence[Company], *, status: int = 200) -> HttpResponse:
    context = {"enrolment": enrolment, "series": enrolment.series, "company": dates, "me": caregiver(request)}
    return render(request, "classes/choose_company.html", context, status=status)
