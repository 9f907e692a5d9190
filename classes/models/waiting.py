from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from classes.models.enrolment import Enrolment
from classes.models.series import Series
from config.lib.refs import new_token
from families.models import Baby, Caregiver, Family


class WaitingPartyQuerySet(models.QuerySet["WaitingParty"]):
    def in_line(self) -> WaitingPartyQuerySet:
        """Parties that wait, first come first; an offer in hand keeps its rank until it is answered."""
        return self.filter(state__in=WaitingParty.IN_LINE).order_by("joined_at", "pk")

    def for_family(self, family: Family) -> WaitingPartyQuerySet:
        return self.filter(family=family)

    def standing_for(self, family: Family, series: Series) -> WaitingParty | None:
        """The party of this family that is in line for this series; there is one at most."""
        return self.in_line().filter(family=family, series=series).select_related("family", "asked_by").first()


class WaitingParty(models.Model):
    """A family waiting for places in one series: as many as it has babies, all or none."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        OFFERED = "offered", _("place offered")
        JOINED = "joined", _("joined")
        DECLINED = "declined", _("declined")
        LAPSED = "lapsed", _("offer ran out")
        WITHDRAWN = "withdrawn", _("withdrawn")

    IN_LINE: ClassVar = (State.WAITING, State.OFFERED)

    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="waiting_parties")
    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(Caregiver, on_delete=models.PROTECT, related_name="+")
    babies = models.ManyToManyField(Baby, related_name="+")
    way = models.CharField(_("how they join"), max_length=6, choices=Enrolment.Way, default=Enrolment.Way.ROOM)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    joined_at = models.DateTimeField(_("since"))
    left_at = models.DateTimeField(null=True, blank=True)

    objects = WaitingPartyQuerySet.as_manager()

    class Meta:
        verbose_name = _("waiting party")
        verbose_name_plural = _("waiting parties")
        indexes: ClassVar = [models.Index(fields=["series", "state", "joined_at"], name="waiting_line")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["series", "family"], condition=Q(state__in=["waiting", "offered"]), name="waiting_once_a_family"
            )
        ]

    def __str__(self) -> str:
        return f"waiting party {self.pk}"


class OfferQuerySet(models.QuerySet["Offer"]):
    def open(self, now: datetime) -> OfferQuerySet:
        return self.filter(answered_at__isnull=True, enrolment__expires_at__gt=now)

    def for_family(self, family: Family) -> OfferQuerySet:
        return self.filter(party__family=family).select_related(
            "party__series__instructor", "party__family", "enrolment"
        )

    def in_hand(self, party: WaitingParty, now: datetime) -> Offer | None:
        """The offer that this party can answer at this moment."""
        return self.open(now).filter(party=party).select_related("enrolment").first()


class Offer(models.Model):
    """Places held for a waiting party until a moment. The enrolment holds them; this row says to whom."""

    token = models.CharField(max_length=64, unique=True, default=new_token)
    party = models.ForeignKey(WaitingParty, on_delete=models.PROTECT, related_name="offers")
    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="offer")
    made_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["party"], condition=Q(answered_at__isnull=True), name="offer_one_at_a_time")
        ]

    def __str__(self) -> str:
        return f"offer {self.pk}"
