"""Keeping what was typed into a booking form while its reader signs in. Ciphertext, and gone after a day."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from classes.models import BookingDraft, Series

KEPT = timedelta(days=1)
# No field of the form takes more; whatever is longer was not typed into it.
MOST_FIELDS = 60
MOST_CHARACTERS = 2000

Typed = dict[str, list[str]]


def keep(series: Series, *, typed: Mapping[str, Sequence[str]], token: str | None, now: datetime) -> str:
    """Keep the fields, {name: values}, and return the token that finds them again. A known token is written over."""
    fields = list(typed.items())[:MOST_FIELDS]
    words = json.dumps({name: [value[:MOST_CHARACTERS] for value in values[:MOST_FIELDS]] for name, values in fields})
    standing = BookingDraft.objects.kept(now).filter(token=token).first() if token else None
    draft = standing or BookingDraft()
    draft.series, draft.typed, draft.forget_at = series, words, now + KEPT
    draft.save()
    return draft.token


def find(token: str | None, *, series: Series, now: datetime) -> Typed | None:
    """What was typed for this series under that token, if it is still kept."""
    if not token:
        return None
    draft = BookingDraft.objects.kept(now).filter(token=token, series=series).first()
    return dict(json.loads(draft.typed)) if draft else None


def unfinished(token: str | None, *, now: datetime) -> Series | None:
    """The series of the form that waits under that token."""
    draft = BookingDraft.objects.kept(now).filter(token=token).select_related("series").first() if token else None
    return draft.series if draft else None


def forget(token: str | None) -> None:
    if token:
        BookingDraft.objects.filter(token=token).delete()
