"""Calling a whole series off: everything that was paid for comes back, and everybody is told once."""

from __future__ import annotations

from datetime import datetime

from classes.models import Series
from config.accounts.models import User


class CannotCallOff(Exception):
    """The series stays as it is; the sentence says why."""


def cancel_series(series: Series, *, words: str, by: User, now: datetime, key: str) -> Series:
    """End a published series for good. Pressed twice, or by two, is once. Raises CannotCallOff."""
    raise NotImplementedError
