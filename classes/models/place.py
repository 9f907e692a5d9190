from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from classes.models.enrolment import Enrolment
from classes.models.session import Session
from families.models import Baby, Family


class PlaceQuerySet(models.QuerySet["Place"]):
    def unreleased(self) -> PlaceQuerySet:
        """Rows that the database counts. A lapsed offer's are still among them until someone tidies."""
        return self.filter(released_at__isnull=True)

    def taken(self, now: datetime) -> PlaceQuerySet:
        """Places that nobody else can have at this moment: booked, or offered and not lapsed."""
        timed = Q(enrolment__state__in=Enrolment.TIMED, enrolment__expires_at__gt=now)
        return self.unreleased().filter(Q(enrolment__state__in=Enrolment.EVER_BOOKED) | timed)

    def booked(self) -> PlaceQuerySet:
        """Places that are, or were, really somebody’s: a booking that ends keeps those of sessions that have been."""
        return self.unreleased().filter(enrolment__state__in=Enrolment.EVER_BOOKED)

    def ever_of_family(self, family: Family) -> PlaceQuerySet:
        """Every place that the family has or once had by a booking, released ones too."""
        return self.filter(enrolment__family=family, enrolment__state__in=Enrolment.EVER_BOOKED)


class Place(models.Model):
    """One baby in one session: the unit of capacity.

    `price_minor` is this place's exact part of what the enrolment costs, so that what is left can be told to the penny.
    Every unreleased place of a session and way has a number of its own, from 1 up to the session's capacity. The
    database holds that alone: a unique index on the number, and a trigger that knows the capacity (migration 0002).
    """

    class Kind(models.TextChoices):
        SERIES = "series", _("of the series")
        MAKE_UP = "make_up", _("make-up")
        SINGLE = "single", _("single date")

    class Release(models.TextChoices):
        TOLD = "told", _("the family cannot come")
        SWITCHED = "switched", _("joined another way")
        ENDED = "ended", _("the booking ended")
        MOVED = "moved", _("moved to another series")
        LAPSED = "lapsed", _("the offer ran out")
        OFF = "off", _("the date was called off")

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="places")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="places")
    baby = models.ForeignKey(Baby, on_delete=models.PROTECT, related_name="+")
    way = models.CharField(_("how they join"), max_length=6, choices=Enrolment.Way, default=Enrolment.Way.ROOM)
    number = models.PositiveSmallIntegerField(_("place number"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.SERIES)
    price_minor = models.PositiveIntegerField(_("its part of the price"), default=0)
    taken_at = models.DateTimeField(_("taken"), null=True, blank=True)
    released_at = models.DateTimeField(_("released"), null=True, blank=True)
    release = models.CharField(_("why released"), max_length=8, choices=Release, blank=True)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        indexes: ClassVar = [models.Index(fields=["baby", "session"], name="place_of_baby")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["session", "way", "number"], condition=Q(released_at__isnull=True), name="place_number_once"
            ),
            models.UniqueConstraint(
                fields=["session", "baby"], condition=Q(released_at__isnull=True), name="place_baby_once"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="place_number_from_one"),
            models.CheckConstraint(
                condition=Q(release="") | Q(released_at__isnull=False), name="place_release_has_time"
            ),
        ]

    def __str__(self) -> str:
        return f"place {self.number} of session {self.session_id}"

    @property
    def joins_by(self) -> str:
        """How they really join this date ("room" or "stream"). Bring the session."""
        return Enrolment.Way.STREAM.value if self.session.is_online else self.way
