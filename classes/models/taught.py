from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from classes.models.enrolment import Enrolment
from classes.models.session import Session
from curriculum.models import Stroke


class TaughtStrokeQuerySet(models.QuerySet["TaughtStroke"]):
    def shown(self) -> TaughtStrokeQuerySet:
        """Those that stand as taught; a tick that was taken back stays as a row."""
        return self.filter(is_taught=True)


class TaughtStroke(models.Model):
    """How the last tap about one stroke in one session stands: it was taught there, or it was not after all.

    The last tap by the clock of the phones counts, so that one that was on its way for long overwrites no newer one.
    """

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="taught")
    stroke = models.ForeignKey(Stroke, on_delete=models.PROTECT, related_name="+")
    is_taught = models.BooleanField(_("taught"), default=True)
    tapped_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = TaughtStrokeQuerySet.as_manager()

    class Meta:
        verbose_name = _("taught stroke")
        verbose_name_plural = _("taught strokes")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "stroke"], name="taught_once_a_session"),
        ]

    def __str__(self) -> str:
        return f"stroke {self.stroke_id} in session {self.session_id}"


class GivenWeek(models.Model):
    """A week of practice that whoever teaches gave to one family, which was not in class for it."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="given_weeks")
    week = models.PositiveSmallIntegerField(_("week"))
    given_at = models.DateTimeField(_("given"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("given week")
        verbose_name_plural = _("given weeks")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["enrolment", "week"], name="week_given_once"),
            models.CheckConstraint(condition=Q(week__gte=1), name="given_week_from_one"),
        ]

    def __str__(self) -> str:
        return f"week {self.week} of booking {self.enrolment_id}"
