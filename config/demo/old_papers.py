"""Certificates that another body issued long ago: brought in as a table by the registrar, tried out first."""

from __future__ import annotations

from datetime import datetime

from config.accounts.models import User
from instructors import importing
from instructors.models import CertifyingBody
from instructors.numbering import compose


def bring_in_old_papers(users: dict[str, User], *, now: datetime) -> None:
    """Three of them: a trainer's first one, an instructor's that is valid still, and one of somebody new here."""
    registrar = users["registrar@example.org"]
    body = CertifyingBody.objects.get(slug="iaim")
    body.registrars.add(registrar)
    year = now.year
    table = ",".join(importing.HEADS)
    holders = (
        (users["trainer@example.org"], year - 14, f"{year - 11}-06-30"),
        (users["other-instructor@example.org"], year - 2, f"{year + 3}-04-11"),
        (None, year - 6, ""),
    )
    for count, (holder, begun, until) in enumerate(holders, start=204):
        name, email = (str(holder), holder.email) if holder else ("Siobhán O’Rourke", "siobhan.orourke@example.net")
        table += f"\n{compose('IAIM', 'CIMI', begun, count)},CIMI,{name},{email},{begun}-04-12,{until}"
    trial = importing.try_out(table, body=body, by=registrar, now=now)
    importing.bring_in(table, seen=trial.seen, body=body, by=registrar, now=now)
