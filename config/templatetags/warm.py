"""The small parts that every template uses: icons, times, money, places, monograms, faces, bars."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from typing import Any

from babel.dates import get_timezone_location
from django import template
from django.conf import settings
from django.template.loader import get_template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

from config.lib.money import Money
from config.lib.spoken import STYLES, babel_language, spoken
from config.lib.times import local

register = template.Library()

MATS_DRAWN = 12
FACES = frozenset(("asleep", "busy", "crying", "drowsy", "happy", "quiet", "stirring", "stop", "unsure"))
DELIVERIES = {
    "in_person": ("hall", "hall"),
    "live_stream": ("live", "live"),
    "hybrid": ("hybrid", "hybrid"),
    "self_paced": ("self", "self"),
    "private_visit": ("self", "home"),
    "hospital": ("hall", "seal"),
}


class UnknownDrawingError(LookupError):
    """No icon of that name stands in static/img/icons.svg."""


@lru_cache(maxsize=1)
def icon_names() -> frozenset[str]:
    """Every name that {% icon %} knows."""
    sprite = (settings.BASE_DIR / "static" / "img" / "icons.svg").read_text(encoding="utf-8")
    return frozenset(re.findall(r'<symbol id="i-([a-z-]+)"', sprite))


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """`{% icon "clock" %}`; further classes as a second word. Raises UnknownDrawingError in tests and with DEBUG."""
    return _icon(name, classes)


@lru_cache(maxsize=256)
def _icon(name: str, classes: str) -> SafeString:
    if name not in icon_names():
        if settings.DEBUG or settings.TESTING:
            raise UnknownDrawingError(name)
        return SafeString("")
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#i-{}"/></svg>',
        f"ic {classes}".strip(),
        static("img/icons.svg"),
        name,
    )


@register.simple_tag
def money(amount: Money | int, currency: str = "") -> str:
    """`{% money series.price %}`, or minor units and a currency: `{% money 6000 "GBP" %}`."""
    exact = amount if isinstance(amount, Money) else Money(amount, currency)
    return exact.format(get_language() or settings.LANGUAGE_CODE)


@register.simple_tag
def when(moment: datetime, zone: str, style: str = "full", until: datetime | None = None) -> SafeString:
    """A moment on the clock of `zone`, inside <time>.

    Styles: "full" (day, time and whose time it is), "clock" (time and whose), "date", "date_short", "day",
    "date_year", "day_year", "weekday", "time". With `until`, times are a span: 10:00–10:40.
    """
    if style in STYLES:
        return _time(moment, zone, style, until)
    parts = [
        _time(moment, zone, "time", until),
        format_html('<span class="zone-name" data-zone-name>{}</span>', zone_name(zone)),
    ]
    if style == "full":
        parts.insert(0, _time(moment, zone, "date", None))
    return format_html_join(_(", "), "{}", ((part,) for part in parts))


def _time(moment: datetime, zone: str, style: str, until: datetime | None) -> SafeString:
    # A day that begins with a figure would run on from a Latin name before it, and both stand in the wrong order.
    own_way = format_html(' dir="{}"', "rtl") if get_language_bidi() else ""
    begin = format_html(
        '<time{} datetime="{}" data-z="{}">{}</time>',
        own_way,
        moment.astimezone(local(moment, "UTC").tzinfo).strftime("%Y-%m-%dT%H:%MZ"),
        style,
        spoken(local(moment, zone), style),
    )
    return format_html("{}–{}", begin, _time(until, zone, style, None)) if until else begin


@register.simple_tag
def zone_name(zone: str) -> str:
    """Whose clock it is, in words: "Kathmandu time"."""
    city = get_timezone_location(zone, locale=babel_language(), return_city=True)
    return _("%(city)s time") % {"city": city}


@register.simple_tag
def mats(taken: int, capacity: int, yours: int = 0) -> SafeString:
    """One oblong for each mat in the room, filled when taken. Above twelve the words beside it must do."""
    if not 0 < capacity <= MATS_DRAWN:
        return SafeString("")
    kinds = ["on"] * min(taken, capacity)
    kinds[:yours] = ["you"] * min(yours, len(kinds))
    kinds += [""] * (capacity - len(kinds))
    drawn = "".join(f'<i class="{kind}"></i>' if kind else "<i></i>" for kind in kinds)
    return mark_safe(f'<span class="mats" aria-hidden="true">{drawn}</span>')  # noqa: S308  # our own three words


@register.inclusion_tag("includes/places.html")
def places(taken: int, capacity: int) -> dict[str, Any]:
    """Mats and words: "3 places left"."""
    return {"taken": taken, "capacity": capacity, "left": max(capacity - taken, 0)}


@register.simple_tag
def monogram(name: str, classes: str = "") -> SafeString:
    """First and last initial on soft cloth; the name itself must stand beside it. Classes: mono-s, mono-l, mono-b …"""
    words = name.split()
    initials = "".join(word[0] for word in words[:1] + words[1:][-1:]).upper()
    return format_html('<span class="{}" aria-hidden="true">{}</span>', f"mono {classes}".strip(), initials)


@register.inclusion_tag("includes/delivery_badge.html")
def delivery_badge(delivery: str, label: str = "") -> dict[str, str]:
    """Way of joining as icon and word. `delivery` is a value of Series.Delivery; `label` its display name."""
    tint, drawing = DELIVERIES[delivery]
    return {"tint": tint, "drawing": drawing, "label": label, "delivery": delivery}


@register.simple_tag
def face(state: str) -> SafeString:
    """The doll's face as a drawing: asleep, busy, crying, drowsy, happy, quiet, stirring, stop, unsure."""
    return _face(state)


@lru_cache(maxsize=len(FACES))
def _face(state: str) -> SafeString:
    if state not in FACES:
        raise UnknownDrawingError(state)
    return SafeString(get_template(f"includes/faces/{state}.svg").render().strip())


@register.simple_tag
def bar(share: int, total: int = 100, kind: str = "teal") -> SafeString:
    """A bar of `share` out of `total`, always beside the figure itself. Kinds: teal, lamp, here, told, no."""
    width = 0 if total <= 0 else round(100 * min(share, total) / total)
    return format_html(
        '<svg class="barx" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect class="bx-{}" width="{}" height="10"/></svg>',
        kind,
        width,
    )
