"""Who judges beside the trainer of record in the demo: a deputy, appointed by the registrar."""

from __future__ import annotations

from datetime import datetime

from config.accounts.models import User
from instructors import deputies
from instructors.models import Deputy, Traineeship


def let_others_judge(users: dict[str, User], *, now: datetime) -> None:
    """The first trainer acts for the other one's candidates while that one is away."""
    for row in Traineeship.objects.in_training().filter(trainer_of_record=users["other-trainer@example.org"]):
        deputies.appoint(
            row,
            trainer=users["trainer@example.org"],
            task=Deputy.Task.SIGN,
            reason="Ingrid is at sea until the end of the month.",
            by=users["registrar@example.org"],
            now=now,
        )
