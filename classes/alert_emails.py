"""The letter that says which classes newly fit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from classes.emails import _queue, address
from classes.models import SeriesAlert


def queue_alert(alert: SeriesAlert, *, cards: Sequence[Any], search: Any, more: int, on: date, now: datetime) -> None:
    """`cards` are up to five catalogue.Card, `search` what was looked for, `more` how many new ones fit besides.

    One letter for each alert and day.
    """
    context = {
        "cards": cards,
        "search": search,
        "more": more,
        "find_url": address("classes:find_series"),
        "stop_url": address("classes:stop_alert", alert.token),
        "alerts_url": address("classes:alerts"),
    }
    _queue("alert", alert.user, context, key=f"{alert.pk}:{on.isoformat()}", now=now)
