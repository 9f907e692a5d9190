from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from classes.models.series import Series
from config.lib.money import Money
from config.lib.refs import new_reference
from families.models import Caregiver, Family


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def booked(self) -> EnrolmentQuerySet:
        return self.filter(state=Enrolment.State.BOOKED)

    def standing(self, now: datetime) -> EnrolmentQuerySet:
        """Booked, or offered or held for a time that is not over yet."""
        waiting = Q(state__in=Enrolment.TIMED, expires_at__gt=now)
        return self.filter(Q(state=Enrolment.State.BOOKED) | waiting)

    def lapsed(self, now: datetime) -> EnrolmentQuerySet:
        """Offers and holds whose time is over and that nobody tidied yet."""
        return self.filter(state__in=Enrolment.TIMED, expires_at__lte=now)

    def for_family(self, family: Family) -> EnrolmentQuerySet:
        return self.filter(family=family)

    def ever_booked(self) -> EnrolmentQuerySet:
        """Booked, or once booked and then cancelled: what a family finds again. Offers have pages of their own."""
        return self.filter(state__in=[Enrolment.State.BOOKED, Enrolment.State.CANCELLED])

    def for_page(self) -> EnrolmentQuerySet:
        return self.select_related("series__instructor", "series__venue", "family", "booked_by")


class Enrolment(models.Model):
    """A family's booking of a series. Its places, one a baby and session, are rows of their own."""

    class State(models.TextChoices):
        HELD = "held", _("held while the form is filled in")
        OFFERED = "offered", _("offered from the waiting list")
        BOOKED = "booked", _("booked")
        CANCELLED = "cancelled", _("cancelled")
        LAPSED = "lapsed", _("not taken up")

    class Way(models.TextChoices):
        ROOM = "room", _("In the room")
        STREAM = "stream", _("By live-stream")

    TIMED: ClassVar = (State.HELD, State.OFFERED)
    MOVES: ClassVar[dict[str, set[str]]] = {
        State.HELD: {State.BOOKED, State.LAPSED},
        State.OFFERED: {State.BOOKED, State.LAPSED},
        State.BOOKED: {State.CANCELLED},
        State.CANCELLED: set(),
        State.LAPSED: set(),
    }

    reference = models.CharField(max_length=16, unique=True, default=new_reference)
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="enrolments")
    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="+")
    booked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    who_comes = models.ManyToManyField(Caregiver, related_name="+", blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.BOOKED)
    way = models.CharField(_("how they join"), max_length=6, choices=Way, default=Way.ROOM)
    price_minor = models.PositiveIntegerField(_("price"))
    currency = models.CharField(_("currency"), max_length=3)
    policy = models.JSONField(_("terms at booking"), default=dict)
    request_key = models.CharField(max_length=64, null=True, blank=True, unique=True)
    booked_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        indexes: ClassVar = [
            models.Index(fields=["family", "state"], name="enrolment_of_family"),
            models.Index(fields=["series", "state"], name="enrolment_of_series"),
            models.Index(fields=["state", "expires_at"], name="enrolment_expires"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="booked", booked_at__isnull=False) | ~Q(state="booked"),
                name="enrolment_booked_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["held", "offered"], expires_at__isnull=False)
                | ~Q(state__in=["held", "offered"]),
                name="enrolment_timed_has_end",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.currency)
