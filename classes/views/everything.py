"""Everything that is kept of a household, taken along by one of its adults."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from classes import own_records, taking_everything
from classes.views.reading import now_of
from config.accounts.guards import can_prove_here, has_lately_proved
from families.access import caregiver_only, reader


@caregiver_only
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def take_everything(request: HttpRequest) -> HttpResponseBase:
    """Says what is in the file; a press sends it, to whoever has shown lately that it is they."""
    me, now, here = reader(request), now_of(request), reverse("classes:take_everything")
    is_sure = has_lately_proved(request, now=now)
    if request.method == "POST" and not is_sure:
        return redirect(here)
    if request.method == "POST":
        taken = taking_everything.take(me, now=now)
        response = StreamingHttpResponse(taken.pieces, content_type=taken.kind)
        response.headers["Content-Disposition"] = f'attachment; filename="{taken.name}"'
        response.headers["Cache-Control"] = "no-store"
        return response
    back = urlencode({"next": here})
    context = {
        "tables": own_records.tables_of(me, now=now),
        "is_sure": is_sure,
        "proves_here": can_prove_here(request.user),
        "ask_url": f"{reverse('account_reauthenticate')}?{back}",
        "sign_in_url": f"{reverse('account_login')}?{back}",
    }
    return render(request, "classes/take_everything.html", context)
