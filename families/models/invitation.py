from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.lib.refs import new_token
from families.models.family import Caregiver, Family


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, now: datetime) -> InvitationQuerySet:
        return self.filter(state=Invitation.State.OPEN, expires_at__gt=now)

    def of_family(self, family: Family) -> InvitationQuerySet:
        return self.filter(family=family)

    def unanswered(self) -> InvitationQuerySet:
        """Neither accepted nor taken back; their time may be over."""
        return self.filter(state=Invitation.State.OPEN)

    def newest(self, most: int) -> InvitationQuerySet:
        return self.order_by("-sent_at", "-pk")[:most]

    def over_since(self, moment: datetime) -> InvitationQuerySet:
        """Answered, taken back or run out before that moment."""
        return self.filter(models.Q(ended_at__lt=moment) | models.Q(ended_at=None, expires_at__lt=moment))

    def for_page(self) -> InvitationQuerySet:
        return self.select_related("family", "invited_by__user")


class Invitation(models.Model):
    """One adult asks another, by e-mail, into the family. The address in the letter works once, and for two weeks."""

    class State(models.TextChoices):
        OPEN = "open", _("sent")
        ACCEPTED = "accepted", _("accepted")
        WITHDRAWN = "withdrawn", _("taken back")

    MOVES: ClassVar[dict[str, set[str]]] = {
        State.OPEN: {State.ACCEPTED, State.WITHDRAWN},
        State.ACCEPTED: set(),
        State.WITHDRAWN: set(),
    }

    token = models.CharField(max_length=64, unique=True, default=new_token)
    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField(_("e-mail"))
    name = models.CharField(_("name"), max_length=120, blank=True)
    relation = models.CharField(
        _("relation"), max_length=12, choices=Caregiver.Relation, default=Caregiver.Relation.OTHER
    )
    role = models.CharField(_("may"), max_length=8, choices=Caregiver.Role, default=Caregiver.Role.PRACTICE)
    agrees_to_massage = models.BooleanField(_("a parent agrees in writing that they may massage"), default=False)
    invited_by = models.ForeignKey(Caregiver, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        indexes: ClassVar = [models.Index(fields=["state", "expires_at"], name="invitation_expires")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["family", "email"], condition=Q(state="open"), name="invitation_one_open_an_address"
            ),
            models.CheckConstraint(
                condition=Q(state="accepted", accepted_by__isnull=False)
                | ~Q(state="accepted") & Q(accepted_by__isnull=True),
                name="invitation_accepted_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    @property
    def shown_name(self) -> str:
        return self.name or self.email

    def works(self, now: datetime) -> bool:
        """Whether it can still be accepted. Whoever asked must still be somebody who may ask."""
        asks = self.invited_by
        may_ask = asks.removed_at is None and asks.may_book
        return self.state == self.State.OPEN and self.expires_at > now and may_ask and self.family.closed_at is None
