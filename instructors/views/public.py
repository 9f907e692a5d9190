"""Pages for anyone: checking a certificate, and finding an instructor."""

from __future__ import annotations

from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from config.accounts.guards import public
from instructors.certificate_check import by_code, by_number
from instructors.directory import PAGE, directory_page, languages_spoken
from instructors.forms import CheckForm, DirectoryForm

# Guessing numbers and names one by one is slower than asking the office.
TRIES = {"check_certificate": "10/m/ip,60/h/ip"}


@public
def check_certificate(request: HttpRequest) -> HttpResponse:
    """Look a certificate up by number and family name. A POST, so that no name stands in an address or a log."""
    form = CheckForm(request.POST or None)
    none_found = False
    if request.method == "POST" and form.is_valid():
        if not _may_try(request):
            form.add_error(None, _("Please wait a minute before you try again."))
            return render(request, "instructors/check_certificate.html", {"form": form}, status=429)
        found = by_number(form.cleaned_data["number"], form.cleaned_data["family_name"], on=timezone.now().date())
        if found:
            return redirect("instructors:certificate", code=found.code)
        none_found = True
    return render(request, "instructors/check_certificate.html", {"form": form, "none_found": none_found})


@public
def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """The record under a code. The same page, with 404, for a code that never was and for one that is not shown."""
    today = timezone.now().date()
    found = by_code(code, on=today)
    return render(
        request, "instructors/certificate.html", {"record": found, "today": today}, status=200 if found else 404
    )


@public
def directory(request: HttpRequest) -> HttpResponse:
    """Instructors whose certificate is valid today; no others."""
    today = timezone.now().date()
    form = DirectoryForm(request.GET, spoken=languages_spoken(on=today))
    wanted = form.cleaned_data if form.is_valid() else {"near": "", "language": ""}
    after = request.GET.get("after", "")
    page = directory_page(on=today, after=int(after) if after.isdecimal() else None, **wanted)
    query = {name: value for name, value in wanted.items() if value}
    older = ""
    if len(page) > PAGE:
        page = page[:PAGE]
        older = f"?{urlencode({**query, 'after': page[-1].pk})}"
    context = {"form": form, "instructors": page, "near": wanted["near"], "older": older, "is_narrowed": bool(query)}
    return render(request, "instructors/directory.html", context)


def _may_try(request: HttpRequest) -> bool:
    return bool(ratelimit.consume(request, app="instructors", action="check_certificate", config=TRIES))
