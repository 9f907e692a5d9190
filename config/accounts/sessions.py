"""Ending someone's sessions, wherever they are signed in."""

from __future__ import annotations

from datetime import datetime

from config.accounts.models import User


def end_sessions(user: User, *, now: datetime) -> None:
    """Sign this account out everywhere, from its next request on. Signing in again is as open as ever.

    Every session carries a hash that this moment is part of, so nothing has to be looked up or deleted.
    """
    user.sessions_ended_at = now
    user.save(update_fields=["sessions_ended_at"])
