from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
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

    def anywhere(self) -> WaitingPartyQuerySet:
        """Those who wait for any series that fits, not for one."""
        return self.filter(series__isnull=True)

    def for_family(self, family: Family) -> WaitingPartyQuerySet:
        return self.filter(family=family)

    def standing_for(self, family: Family, series: Series) -> WaitingParty | None:
        """The party of this family that is in line for this series; there is one at most."""
        return (
            self.in_line().filter(family=family, series=series).select_related("family", "asked_by", "series").first()
        )

    def standing_anywhere(self, family: Family) -> WaitingParty | None:
        """The party of this family that waits for any series; there is one at most."""
        return self.in_line().anywhere().filter(family=family).select_related("family", "asked_by").first()


class WaitingParty(models.Model):
    """A family waiting for places, as many as it has babies, all or none: in one series, or in any that fits its wish.

    Without a series, `wish` says what fits: {"near": words, "days": [1-7],
    "parts": ["morning", "afternoon", "evening"], "ways": ["room", "stream"], "language": code,
    "until": ISO day of the latest first session}; the place that `latitude` and `longitude` name is looked around for
    `km` kilometres.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        OFFERED = "offered", _("place offered")
        JOINED = "joined", _("joined")
        DECLINED = "declined", _("declined")
        LAPSED = "lapsed", _("offer ran out")
        WITHDRAWN = "withdrawn", _("withdrawn")

    IN_LINE: ClassVar = (State.WAITING, State.OFFERED)
    MOVES: ClassVar[dict[str, set[str]]] = {
        State.WAITING: {State.OFFERED, State.JOINED, State.WITHDRAWN},
        State.OFFERED: {State.JOINED, State.DECLINED, State.LAPSED, State.WAITING, State.WITHDRAWN},
        State.JOINED: set(),
        State.DECLINED: set(),
        State.LAPSED: set(),
        State.WITHDRAWN: set(),
    }

    series = models.ForeignKey(Series, null=True, blank=True, on_delete=models.PROTECT, related_name="waiting_parties")
    wish = models.JSONField(_("what would fit"), default=dict, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    km = models.PositiveSmallIntegerField(_("kilometres"), default=0)
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
        indexes: ClassVar = [
            models.Index(fields=["series", "state", "joined_at"], name="waiting_line"),
            models.Index(fields=["state", "latitude"], condition=Q(series__isnull=True), name="waiting_anywhere"),
            models.Index(fields=["family", "state"], name="waiting_of_family"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["series", "family"], condition=Q(state__in=["waiting", "offered"]), name="waiting_once_a_family"
            ),
            models.UniqueConstraint(
                fields=["family"],
                condition=Q(state__in=["waiting", "offered"], series__isnull=True),
                name="waiting_anywhere_once_a_family",
            ),
        ]

    def __str__(self) -> str:
        return f"waiting party {self.pk}"


class OfferQuerySet(models.QuerySet["Offer"]):
    def open(self, now: datetime) -> OfferQuerySet:
        return self.filter(answered_at__isnull=True, enrolment__expires_at__gt=now)

    def for_family(self, family: Family) -> OfferQuerySet:
        return self.filter(party__family=family).select_related(
            "party__family", "enrolment__series__instructor", "enrolment__series__venue"
        )

    def open_to(self, party: WaitingParty, now: datetime) -> Offer | None:
        """The offer that this party can answer at this moment."""
        return self.open(now).filter(party=party).select_related("enrolment__series").first()

    def in_hand(self, family: Family, series: Series, now: datetime) -> Offer | None:
        """The offer of places in this series that the family can answer at this moment, whatever list it came from."""
        return self.open(now).for_family(family).filter(enrolment__series=series).first()


class Offer(models.Model):
    """Places held for a waiting party until a moment. The enrolment holds them; this row says to whom.

    `by` is the instructor's account where the offer was made by hand, and `reason` what was written down about it.
    """

    class State(models.TextChoices):
        OPEN = "open", _("open")
        ACCEPTED = "accepted", _("taken")
        DECLINED = "declined", _("passed on")
        LAPSED = "lapsed", _("ran out")
        WITHDRAWN = "withdrawn", _("no longer wanted")

    # Ways to let an offer pass, of which the places go to the next family.
    PASSED: ClassVar = (State.DECLINED, State.LAPSED)

    MOVES: ClassVar[dict[str, set[str]]] = {
        State.OPEN: {State.ACCEPTED, State.DECLINED, State.LAPSED, State.WITHDRAWN},
        State.ACCEPTED: set(),
        State.DECLINED: set(),
        State.LAPSED: set(),
        State.WITHDRAWN: set(),
    }

    token = models.CharField(max_length=64, unique=True, default=new_token)
    party = models.ForeignKey(WaitingParty, on_delete=models.PROTECT, related_name="offers")
    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="offer")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    made_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["party"], condition=Q(answered_at__isnull=True), name="offer_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(state="open", answered_at__isnull=True) | ~Q(state="open") & Q(answered_at__isnull=False),
                name="offer_answered_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"offer {self.pk}"
