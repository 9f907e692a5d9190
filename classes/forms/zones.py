"""Zones and languages to choose from."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale, UnknownLocaleError
from django import forms
from django.utils.translation import gettext_lazy as _

from config.lib.times import is_zone
from config.templatetags.warm import zone_name

# A choice for people without scripts; a browser says its own. One city for each clock that many families live by.
ZONES = (
    "Pacific/Honolulu",
    "America/Los_Angeles",
    "America/Denver",
    "America/Chicago",
    "America/New_York",
    "America/Sao_Paulo",
    "Atlantic/Azores",
    "Europe/London",
    "Europe/Dublin",
    "Europe/Madrid",
    "Europe/Paris",
    "Europe/Berlin",
    "Europe/Warsaw",
    "Europe/Athens",
    "Africa/Lagos",
    "Africa/Johannesburg",
    "Africa/Nairobi",
    "Africa/Cairo",
    "Asia/Beirut",
    "Asia/Dubai",
    "Asia/Karachi",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Asia/Dhaka",
    "Asia/Bangkok",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Australia/Perth",
    "Australia/Adelaide",
    "Australia/Sydney",
    "Pacific/Auckland",
    "Pacific/Chatham",
)


class ZoneForm(forms.Form):
    """In whose time a page shows its dates. `own` are zones that stand first: the series', the reader's."""

    zone = forms.ChoiceField(label=_("Shown in"))

    def __init__(self, *own: str) -> None:
        first = [zone for zone in dict.fromkeys(own) if is_zone(zone)]
        names = [*first, *(zone for zone in ZONES if zone not in first)]
        super().__init__(initial={"zone": own[0]})
        self.fields["zone"].choices = [(zone, zone_name(zone)) for zone in names]  # type: ignore[attr-defined]


def language_name(code: str) -> str:
    """The language by its own name: "polski"."""
    try:
        return _own_name(code)
    except (UnknownLocaleError, ValueError):
        return code


@lru_cache(maxsize=64)
def _own_name(code: str) -> str:
    name = Locale.parse(code.replace("-", "_")).get_display_name() or code
    return name[:1].upper() + name[1:]
