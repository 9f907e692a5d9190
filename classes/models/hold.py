from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from classes.models.enrolment import Enrolment
from classes.models.series import Series
from classes.models.session import Session
from config.lib.refs import new_token


class HoldQuerySet(models.QuerySet["Hold"]):
    def live(self, now: datetime) -> HoldQuerySet:
        """Those that keep places from others at this moment. Readers ask this; the sweep only tidies."""
        return self.filter(state=Hold.State.OPEN, expires_at__gt=now)

    def lapsed(self, now: datetime) -> HoldQuerySet:
        return self.filter(state=Hold.State.OPEN, expires_at__lte=now)

    def of_series(self, series: Series) -> HoldQuerySet:
        return self.filter(series=series)


class Hold(models.Model):
    """Places kept for whoever fills in a booking form: of the whole series, or of one session.

    Nobody may be known yet, so a hold has no family and no babies, only how many places and the secret of the browser
    that asked. It can be extended once.
    """

    class State(models.TextChoices):
        OPEN = "open", _("open")
        USED = "used", _("used for a booking")
        GIVEN_BACK = "given_back", _("given back")
        LAPSED = "lapsed", _("ran out")

    MOVES: ClassVar[dict[str, set[str]]] = {
        State.OPEN: {State.USED, State.GIVEN_BACK, State.LAPSED},
        State.USED: set(),
        State.GIVEN_BACK: set(),
        State.LAPSED: set(),
    }

    token = models.CharField(max_length=64, unique=True, default=new_token)
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="holds")
    session = models.ForeignKey(Session, null=True, blank=True, on_delete=models.PROTECT, related_name="holds")
    way = models.CharField(_("how they join"), max_length=6, choices=Enrolment.Way, default=Enrolment.Way.ROOM)
    places = models.PositiveSmallIntegerField(_("places"), default=1)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    extended_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = HoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        indexes: ClassVar = [
            models.Index(fields=["series", "state", "expires_at"], name="hold_of_series"),
            models.Index(fields=["state", "expires_at"], name="hold_expires"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(places__gte=1, places__lte=6), name="hold_of_a_party"),
            models.CheckConstraint(
                condition=Q(state="open", ended_at__isnull=True) | ~Q(state="open") & Q(ended_at__isnull=False),
                name="hold_over_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"hold {self.pk}"
