"""Pages for anyone: checking a certificate."""

from __future__ import annotations

from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from config.accounts.guards import public
from instructors.certificate_check import by_code, by_number
from instructors.forms import CheckForm

# Guessing numbers and names one by one is slower than asking the office.
TRIES = {"check_certificate": "10/m/ip,60/h/ip", "certificate": "20/m/ip,120/h/ip"}


@public
def check_certificate(request: HttpRequest) -> HttpResponse:
    """Look a certificate up by number and family name. A POST, so that no name stands in an address or a log."""
    form = CheckForm(request.POST or None)
    none_found = False
    if request.method == "POST" and form.is_valid():
        if not _may_try(request):
            form.add_error(None, _("Please wait a minute before you try again."))
            return render(request, "instructors/check_certificate.html", {"form": form}, status=429)
        code = by_number(form.cleaned_data["number"], form.cleaned_data["family_name"])
        if code:
            return redirect("instructors:certificate", code=code)
        none_found = True
    return render(request, "instructors/check_certificate.html", {"form": form, "none_found": none_found})


@public
def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """The record under a code. The same page, with 404, for a code that never was and for one that is not shown."""
    if not _may_try(request, "certificate", counted=False):
        return render(request, "instructors/certificate.html", {"too_many": True}, status=429)
    today = timezone.now().date()
    found = by_code(code, on=today)
    if found is None:
        _may_try(request, "certificate")
        return render(request, "instructors/certificate.html", {"record": None}, status=404)
    shown = {"record": found, "today": today, "is_own": found.holder_id == request.user.pk}
    answer = render(request, "instructors/certificate.html", shown)
    # How it stands today is never taken from a cache, and the code goes along to no other site.
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _may_try(request: HttpRequest, action: str = "check_certificate", *, counted: bool = True) -> bool:
    asked = {"app": "instructors", "action": action, "config": TRIES}
    return bool(ratelimit.consume(request, **asked, dry_run=not counted, limit_get=True))
