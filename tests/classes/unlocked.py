"""The site with its locks taken out, for the test that must then go wrong. Nothing of the product knows of it.

What remains is looking and writing, with a pause between the two: on PostgreSQL without the row lock of the series, on
SQLite with DEFERRED transactions, because there the IMMEDIATE ones are the lock.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable
from inspect import isfunction
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def take_locks_out() -> None:
    """Replace the two locks wherever they were imported to. Call it once everything is."""
    from classes import places
    from classes.models import Series

    def look(series: Series) -> Series:
        return Series.objects.select_related("instructor", "venue").get(pk=series.pk)

    def look_at_all(series: Iterable[Series]) -> dict[int, Series]:
        return {one.pk: look(one) for one in series}

    seen = places.occupancy

    def seen_slowly(*args: Any, **kwargs: Any) -> Any:
        found = seen(*args, **kwargs)
        time.sleep(0.2)
        return found

    instead: dict[Any, Any] = {places.lock_series: look, places.lock_all: look_at_all, seen: seen_slowly}
    for name, module in list(sys.modules.items()):
        if name.startswith("classes"):
            for word, found in list(vars(module).items()):
                if isfunction(found) and found in instead:
                    setattr(module, word, instead[found])


def application() -> Any:
    from django.conf import settings

    options = settings.DATABASES["default"]["OPTIONS"]
    if "transaction_mode" in options:
        options["transaction_mode"] = "DEFERRED"
        options["timeout"] = 1
    from django.urls import get_resolver

    from config.wsgi import application as site

    assert get_resolver().url_patterns
    take_locks_out()
    return site
