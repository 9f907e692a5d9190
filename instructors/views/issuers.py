"""What machines read to check a badge: the badge, its issuer's keys, and the list of those that fell."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from allauth.core.internal import ratelimit
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import override

from config.accounts.guards import public
from instructors.achievements import achievement_of, asked_by, programmes_to
from instructors.badge import CONTEXTS, LANGUAGE, shown_badge
from instructors.signing_keys import credential_at, did_document_of, did_of, issuer_at
from instructors.status_lists import KEPT_SECONDS, list_at, signed_list

CREDENTIAL, DID, ACHIEVEMENT = "application/vc+ld+json", "application/did+ld+json", "application/ld+json"
# Codes are tried one by one no faster here than on the page beside it.
TRIES = {"certificate_badge": "60/m/ip"}


@public
def certificate_badge(request: HttpRequest, code: str) -> HttpResponseBase:
    """The badge of a certificate, as it was signed. 404 alike for a code that never was and one that is not shown."""
    if not ratelimit.consume(request, app="instructors", action="certificate_badge", config=TRIES, limit_get=True):
        busy = _("Please wait a minute before you try again.")
        return HttpResponse(busy, status=429, content_type="text/plain; charset=utf-8", headers={"Retry-After": "60"})
    badge = shown_badge(code)
    if badge is None:
        raise Http404
    answer = _told(request, bytes(badge.content), CREDENTIAL)
    answer.headers["Content-Disposition"] = f'inline; filename="{badge.certificate.number}.json"'
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@public
def did_document(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The public keys of a body that signs here."""
    body = issuer_at(slug)
    if body is None:
        raise Http404
    return _told(request, _written(did_document_of(body)), DID)


@public
def status_list(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    """A list of bits, signed. 503 where no key is at hand, so that nobody takes silence for a yes."""
    found = list_at(slug, number)
    if found is None:
        raise Http404
    content = signed_list(found, now=timezone.now())
    if not content:
        return HttpResponse(status=503, headers={"Retry-After": "300"})
    return _told(request, content, CREDENTIAL)


@public
def achievement(request: HttpRequest, slug: str, code: str) -> HttpResponseBase:
    """What a title stands for: a page for people, and the same as JSON for programs that ask for it."""
    credential = credential_at(slug, code)
    if credential is None:
        raise Http404
    programmes = programmes_to(credential)
    if _asks_for_json(request):
        with override(LANGUAGE):
            told = achievement_of(credential, programmes[0] if programmes else None)
        answer = _told(request, _written({"@context": CONTEXTS[:2], **told}), ACHIEVEMENT)
    else:
        ways = [{"title": programme.title, "asked": asked_by(programme)} for programme in programmes]
        context = {"credential": credential, "programmes": ways, "did": did_of(credential.body)}
        answer = render(request, "instructors/achievement.html", context)
    patch_vary_headers(answer, ("Accept",))
    return answer


def _asks_for_json(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", ACHIEVEMENT, "application/json"]) not in ("text/html", None)


def _written(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=2).encode()


def _told(request: HttpRequest, content: bytes, kind: str) -> HttpResponse:
    """Public JSON: any page of any site may read it, and keep it for a few minutes."""
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    known = get_conditional_response(request, etag=etag)
    answer = known if isinstance(known, HttpResponse) else HttpResponse(content, content_type=kind)
    answer.headers["ETag"] = etag
    answer.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer
