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
from instructors.models import Instructor


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def booked(self) -> EnrolmentQuerySet:
        return self.filter(state=Enrolment.State.BOOKED)

    def standing(self, now: datetime) -> EnrolmentQuerySet:
        """Booked, or offered for a time that is not over yet."""
        waiting = Q(state__in=Enrolment.TIMED, expires_at__gt=now)
        return self.filter(Q(state=Enrolment.State.BOOKED) | waiting)

    def lapsed(self, now: datetime) -> EnrolmentQuerySet:
        """Offers whose time is over and that nobody tidied yet."""
        return self.filter(state__in=Enrolment.TIMED, expires_at__lte=now)

    def for_family(self, family: Family) -> EnrolmentQuerySet:
        return self.filter(family=family)

    def led_by(self, instructor: Instructor) -> EnrolmentQuerySet:
        """Of series that this instructor leads."""
        return self.filter(series__instructor=instructor)

    def ever_booked(self) -> EnrolmentQuerySet:
        """Booked, or once booked and now over: what a family finds again. Offers have pages of their own."""
        return self.filter(state__in=Enrolment.EVER_BOOKED)

    def for_page(self) -> EnrolmentQuerySet:
        return self.select_related("series__instructor", "series__venue", "family", "booked_by")


class Enrolment(models.Model):
    """A family's booking of a series. Its places, one a baby and session, are rows of their own."""

    class Kind(models.TextChoices):
        SERIES = "series", _("the series")
        SINGLE = "single", _("single dates")

    class State(models.TextChoices):
        OFFERED = "offered", _("offered from the waiting list")
        BOOKED = "booked", _("booked")
        CANCELLED = "cancelled", _("cancelled")
        MOVED = "moved", _("moved to another series")
        ENDED = "ended", _("ended")
        LAPSED = "lapsed", _("not taken up")

    class Way(models.TextChoices):
        ROOM = "room", _("In the room")
        STREAM = "stream", _("By live-stream")

    TIMED: ClassVar = (State.OFFERED,)
    EVER_BOOKED: ClassVar = (State.BOOKED, State.CANCELLED, State.MOVED, State.ENDED)
    MOVES: ClassVar[dict[str, set[str]]] = {
        State.OFFERED: {State.BOOKED, State.LAPSED},
        State.BOOKED: {State.CANCELLED, State.MOVED, State.ENDED},
        State.CANCELLED: {State.ENDED},
        State.MOVED: set(),
        State.ENDED: set(),
        State.LAPSED: set(),
    }

    reference = models.CharField(max_length=16, unique=True, default=new_reference)
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="enrolments")
    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="+")
    booked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    who_comes = models.ManyToManyField(Caregiver, related_name="+", blank=True)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind, default=Kind.SERIES)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.BOOKED)
    way = models.CharField(_("how they join"), max_length=6, choices=Way, default=Way.ROOM)
    price_minor = models.PositiveIntegerField(_("price"))
    currency = models.CharField(_("currency"), max_length=3)
    policy = models.JSONField(_("terms at booking"), default=dict)
    request_key = models.CharField(max_length=64, null=True, blank=True, unique=True)
    booked_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    moved_from = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="moved_to", verbose_name=_("moved from")
    )
    in_turn_at = models.DateTimeField(_("said that adults take the babies in turn"), null=True, blank=True)
    one_more_at = models.DateTimeField(_("one more class suggested"), null=True, blank=True)

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
                condition=Q(state="offered", expires_at__isnull=False) | ~Q(state="offered"),
                name="enrolment_timed_has_end",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.currency)
