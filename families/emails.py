"""The letters of a family about itself, each queued in the transaction of its deed, and keyed: it is written once."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from config.accounts.models import User
from config.audit.trail import name_of
from config.letters.models import Letter
from config.letters.outbox import queue_letter, withdraw_letters
from families.models import Caregiver, Invitation


def of_member(user: User) -> str:
    """What a letter is about that goes to this account as an adult of a family; see `withdraw_member_letters`."""
    return f"family of {name_of(user)}"


def withdraw_member_letters(user: User) -> int:
    """Take back what was written to this account as an adult of a family and has not left yet."""
    return withdraw_letters(to=user.email, about=of_member(user))


def stop_address(token: str) -> str:
    """The full address at which a kind of letters is stopped; see `families.messages`."""
    return str(settings.SITE_URL) + reverse("families:stop_messages", args=[token])


def queue_invitation(invitation: Invitation) -> None:
    """The letter with the link. It names who asks, and nobody else of the family."""
    asks = invitation.invited_by
    assert asks.user is not None
    queue_letter(
        "families/emails/invitation",
        to=invitation.email,
        context={
            "name": asks.name_for_strangers,
            "role": invitation.role,
            "until": invitation.expires_at,
            "zone": invitation.family.time_zone,
            "join_url": settings.SITE_URL + reverse("families:join_family", args=[invitation.token]),
            "email": invitation.email,
        },
        language=asks.user.language,
        key=f"invitation:{invitation.pk}:{invitation.sent_at.timestamp():.0f}",
        now=invitation.sent_at,
        about=name_of(invitation),
    )


def letters_sent(invitation: Invitation, *, since: datetime) -> int:
    """How many letters of this invitation were written since then and left, or may have."""
    return Letter.objects.filter(about=name_of(invitation), queued_at__gt=since).count()


def withdraw_invitation_letters(invitation: Invitation) -> int:
    """Take back the letter of this invitation, where it has not left yet."""
    return withdraw_letters(to=invitation.email, about=name_of(invitation))


def queue_joined(invitation: Invitation, *, joined: Caregiver) -> None:
    """To whoever asked: somebody has accepted."""
    reader = invitation.invited_by.user
    if reader is None or invitation.family.quiet_at is not None:
        return
    queue_letter(
        "families/emails/joined",
        to=reader.email,
        context={
            "name": joined.name_for_strangers,
            "role": joined.role,
            "family_url": settings.SITE_URL + reverse("families:family"),
            "email": reader.email,
        },
        language=reader.language,
        key=f"joined:{invitation.pk}",
        now=joined.joined_at,
        about=of_member(reader),
    )
