"""The link in a letter by which its reader can say, without signing in, that they cannot come on one date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from classes import releasing
from classes.models import AwayLink, Enrolment, Session
from classes.models.away import hash_of
from config.lib.refs import new_token
from families.models import Baby, Caregiver


def make_link(enrolment: Enrolment, *, session: Session, caregiver: Caregiver, now: datetime) -> str:
    """The secret of a new link for that adult; only its hash is kept. It ends when the date begins.

    One that was written to somebody who has left the family since makes room for it.
    Raises IntegrityError where this date of this booking has another link already.
    """
    token = new_token()
    AwayLink.objects.filter(enrolment=enrolment, session=session, caregiver__removed_at__isnull=False).delete()
    AwayLink.objects.create(
        token_hash=hash_of(token),
        enrolment=enrolment,
        session=session,
        caregiver=caregiver,
        made_at=now,
        expires_at=session.starts_at,
    )
    return token


def link_at(token: str, *, now: datetime) -> AwayLink | None:
    """The link of that secret, as long as it may be used; else None, whatever the reason. One query."""
    return AwayLink.objects.at(token, now=now).first()


def act(link: AwayLink, *, deed: str, babies: Sequence[Baby], now: datetime) -> None:
    """Do one thing about the link's date, in the name of whom it was written to.

    `deed` is "away" or "back", for these babies, or the way to join: "room" or "stream".
    Raises releasing.CannotRelease, CannotTakeBack or CannotSwitch.
    """
    by = link.caregiver.user
    assert by is not None  # a link is written to someone with an account
    enrolment, session = link.enrolment, link.session
    if deed == "away":
        releasing.release(enrolment, session=session, babies=babies, by=by, now=now)
    elif deed == "back":
        releasing.take_back(enrolment, session=session, babies=babies, by=by, now=now)
    else:
        releasing.switch_way(enrolment, session=session, way=deed, by=by, now=now)


def revoke(link: AwayLink, *, now: datetime) -> None:
    """End this link. Twice is once."""
    AwayLink.objects.filter(pk=link.pk, revoked_at__isnull=True).update(revoked_at=now)
