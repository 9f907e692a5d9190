"""The holder's own pages about a certificate: how it stands, renewing it, learning hours, the name on it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from instructors import certificate_asks, holding, learning, renewing
from instructors.access import holder_only
from instructors.life import day_of
from instructors.life_forms import HoursForm, NameForm, RenewalForm
from instructors.models import CERecord, Certificate, CertificateAsk, RenewalApplication
from instructors.refusals import Refused
from instructors.renewal_rules import missing_of, needs_of_application, rules_of

EITHER = ["GET", "HEAD", "POST"]


@holder_only
@require_safe
def my_certificate(request: HttpRequest) -> HttpResponse:
    """Every certificate of the reader: how it stands, what a renewal asks, hours, papers."""
    holdings = holding.holdings_of(request.user, now=timezone.now())
    return render(request, "instructors/my_certificate.html", {"holdings": holdings})


@holder_only
@require_http_methods(EITHER)
def note_hours(request: HttpRequest, code: str) -> HttpResponse:
    """Note hours of learning; a trainer looks at them."""
    row, now = _own(request, code), timezone.now()
    since = learning.counting_since(row)
    form = HoursForm(request.POST if request.method == "POST" else None, since=since, today=day_of(row, now))
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            learning.note_hours(row, **form.cleaned_data, by=request.user, now=now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, _("Noted. They count once a trainer has looked at them."))
            return redirect("instructors:my_certificate")
    return render(
        request, "instructors/note_hours.html", {"form": form, "certificate": row, "since": since}, status=status
    )


@holder_only
@require_POST
def take_back_hours(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Take back hours that nobody has looked at yet."""
    noted = CERecord.objects.with_names().of(_own(request, code)).numbered(number)
    if noted is None:
        raise Http404
    try:
        learning.take_back(noted, by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Taken back."))
    return redirect("instructors:my_certificate")


@holder_only
@require_http_methods(EITHER)
def renew_certificate(request: HttpRequest, code: str) -> HttpResponse:
    """What the renewal asks; kept as far as it is written, and handed in once it is whole."""
    row, now = _own(request, code), timezone.now()
    application = RenewalApplication.objects.open().with_names().of(row)
    if application is None and request.method == "POST":
        try:
            application = renewing.begin(row, by=request.user, now=now)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("instructors:my_certificate")
    if application is None or application.state != RenewalApplication.State.DRAFT:
        return redirect("instructors:my_certificate")
    deed = request.POST.get("do") if request.method == "POST" else None
    given = request.POST if deed else None
    form = RenewalForm(given, rules=rules_of(application), answers=application.answers)
    status = 200
    if deed and form.is_valid():
        status, refusal_words = _handed_in(request, application, form, deed)
        if status == 200:
            return redirect("instructors:my_certificate")
        form.add_error(None, refusal_words)
        application = RenewalApplication.objects.with_names().get(pk=application.pk)
    elif deed:
        status = 422
    needs = needs_of_application(application, on=day_of(row, now))
    context = {"form": form, "certificate": row, "renewal": application, "needs": needs, "missing": missing_of(needs)}
    return render(request, "instructors/renew_certificate.html", context, status=status)


@holder_only
@require_http_methods(EITHER)
def correct_name(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for another name on the certificate, or take that back while nobody has answered."""
    row, now = _own(request, code), timezone.now()
    standing = CertificateAsk.objects.with_names().open().of_name().of(row)
    if standing and request.POST.get("do") == "take_back":
        try:
            certificate_asks.take_back(standing, by=request.user, now=now)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Taken back. The name stays as it is."))
        return redirect("instructors:my_certificate")
    form = NameForm(request.POST if request.method == "POST" else None, initial={"name": row.name_as_issued})
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            certificate_asks.ask_for_name(row, **form.cleaned_data, by=request.user, now=now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, _("Asked. A registrar answers; you get a letter."))
            return redirect("instructors:my_certificate")
    context = {"form": form, "certificate": row, "ask": standing}
    return render(request, "instructors/correct_name.html", context, status=status)


def _own(request: HttpRequest, code: str) -> Certificate:
    row = holding.own(request.user, code)
    if row is None:
        raise Http404
    return row


def _handed_in(request: HttpRequest, application: RenewalApplication, form: RenewalForm, deed: str) -> tuple[int, str]:
    """(200, "") where it went well; 409 and the sentence otherwise. What was written is kept either way."""
    user: Any = request.user
    now = timezone.now()
    try:
        renewing.fill_in(application, form.answers(), by=user, now=now)
        if deed == "hand_in":
            renewing.submit(application, by=user, now=now)
    except Refused as refusal:
        return 409, str(refusal)
    if deed == "hand_in":
        messages.success(request, _("Handed in. A registrar decides; you get a letter."))
    else:
        messages.success(request, _("Kept. Go on whenever it suits you."))
    return 200, ""
