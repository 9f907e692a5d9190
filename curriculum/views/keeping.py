"""Conditional GET for pages that are the same for everyone, and the reader's choice of the doll's cloth."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import condition

from curriculum.diagrams.pictures import CLOTHS
from curriculum.models import Edition

CLOTH_COOKIE = "cloth"


def cloth_of(request: HttpRequest) -> str:
    """The doll's cloth: asked for in the address, else the browser's choice; "" for the theme's own."""
    chosen = request.GET.get("cloth") or request.COOKIES.get(CLOTH_COOKIE, "")
    return chosen if chosen in CLOTHS and chosen != "oat" else ""


def edition_of(request: HttpRequest) -> str:
    """The present edition of the curriculum. One query in a request."""
    if not hasattr(request, "curriculum_edition"):
        request.curriculum_edition = Edition.now()  # type: ignore[attr-defined]
    edition: str = request.curriculum_edition  # type: ignore[attr-defined]
    return edition


def kept(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answers 304 to a signed-out reader who has this very page already, and compresses it for everyone else."""

    @wraps(view)
    @gzip_page
    @condition(etag_func=page_tag)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        patch_vary_headers(response, ("Cookie",))
        patch_cache_control(response, private=True, no_cache=True)
        return response

    return answered


def page_tag(request: HttpRequest, *args: Any, **kwargs: Any) -> str | None:
    """The ETag of a page, or None where the page holds something of the reader's own: a session, a message."""
    cookies = {name: value for name, value in request.COOKIES.items() if name != settings.SESSION_COOKIE_NAME}
    if settings.DEBUG or len(cookies) != len(request.COOKIES) or "messages" in cookies:
        return None
    edition = edition_of(request)
    language = getattr(request, "LANGUAGE_CODE", "")
    parts = (edition, build(), request.get_host(), request.get_full_path(), language, *sorted(cookies.items()))
    return f'"{hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()}"'


@lru_cache(maxsize=1)
def build() -> str:
    """What the programme's own part of a page hangs on: its version, its static files and its templates."""
    templates = Path(settings.BASE_DIR) / "templates"
    newest = max(file.stat().st_mtime_ns for file in templates.rglob("*.html"))
    return f"{settings.VERSION} {getattr(staticfiles_storage, 'manifest_hash', '')} {newest}"
