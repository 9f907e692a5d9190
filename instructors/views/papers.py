"""The holder's own sheet of a certificate, as it was pressed: never made again here."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from config.accounts.guards import signed_in
from instructors.documents import sheet
from instructors.models import Certificate
from instructors.numbering import read_code


@signed_in
@require_safe
def certificate_paper(request: HttpRequest, code: str) -> HttpResponse:
    """The sheet that holds, or an older one by `no`, counted from the first. 404 for everybody but the holder."""
    own = Certificate.objects.held_by(request.user).coded(read_code(code)).first()
    asked = request.GET.get("no", "")
    if own is None or not (asked == "" or (asked.isdecimal() and len(asked) < 4)):
        raise Http404
    no = int(asked) if asked else None
    content = sheet(own, no)
    if content is None:
        raise Http404
    name = f"{own.number}-{no}.pdf" if no else f"{own.number}.pdf"
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": disposition})
