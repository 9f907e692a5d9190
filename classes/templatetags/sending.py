"""The strip that says how the deeds of a page stand with the network."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse

from config.device import owner_mark

register = template.Library()


@register.inclusion_tag("classes/_sending.html", takes_context=True)
def sending_strip(context: dict[str, Any], back: str = "", kept: str = "") -> dict[str, str]:
    """`back` is where to go after signing in again, usually this page; `kept` what a page kept on the phone says of
    itself while there is no network. A page with this strip loads static/js/queue.js, which says how it is used.
    """
    request = context["request"]
    return {"owner": owner_mark(request.user), "back": back or request.path, "kept": kept}


@register.inclusion_tag("classes/_sending_home.html", takes_context=True)
def diary_strip(context: dict[str, Any], kept: bool = False) -> dict[str, Any]:
    """The same for what a family writes down at home. `kept` says that the page itself lies on the phone."""
    request = context["request"]
    return {"owner": owner_mark(request.user), "back": reverse("classes:practice_week"), "kept": kept}
