from __future__ import annotations

import hashlib
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from classes.models.enrolment import Enrolment
from classes.models.session import Session
from families.models import Caregiver


class AwayLinkQuerySet(models.QuerySet["AwayLink"]):
    def at(self, token: str, *, now: datetime) -> AwayLinkQuerySet:
        """What answers at this address: until the date begins, as long as the booking stands and its reader may do it.

        Whoever left the family, even if they came back, and a family that asked for quiet, find nothing there.
        """
        answering = self.filter(
            token_hash=hash_of(token),
            revoked_at__isnull=True,
            expires_at__gt=now,
            session__starts_at__gt=now,
            session__state=Session.State.PLANNED,
            enrolment__state=Enrolment.State.BOOKED,
            caregiver__removed_at__isnull=True,
            caregiver__user__is_active=True,
            caregiver__family=F("enrolment__family"),
            caregiver__family__closed_at__isnull=True,
            caregiver__family__quiet_at__isnull=True,
            made_at__gte=F("caregiver__joined_at"),
        )
        related = ("session__series__venue", "session__series__instructor", "session__lesson", "enrolment__series")
        return answering.exclude(caregiver__role=Caregiver.Role.DATES).select_related(
            *related, "enrolment__family", "enrolment__booked_by", "caregiver__user"
        )


def hash_of(token: str) -> str:
    """What an address is looked up by. A token is 192 random bits, so nothing slower is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


class AwayLink(models.Model):
    """An address in a letter at which its reader can say, without signing in, that they cannot come on one date.

    It serves that one date of one booking and nothing else. Only the hash of its secret is kept. There is one a booking
    and date, so that a reminder is written once, however often it is tried.
    """

    token_hash = models.CharField(max_length=64, unique=True)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="+")
    caregiver = models.ForeignKey(Caregiver, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = AwayLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link to one date")
        verbose_name_plural = _("links to one date")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["enrolment", "session"], name="away_link_once_a_date"),
        ]

    def __str__(self) -> str:
        return f"link {self.pk}"
