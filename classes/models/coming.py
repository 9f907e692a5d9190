from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from classes.models.enrolment import Enrolment
from classes.models.session import Session
from families.models import Caregiver


class ComingQuerySet(models.QuerySet["Coming"]):
    def of_dates(self, sessions: Iterable[Session | int]) -> ComingQuerySet:
        """The rows of these sessions, with their adults."""
        return self.filter(session__in=list(sessions)).select_related("caregiver").order_by("caregiver_id")


class Coming(models.Model):
    """An adult who comes to one date. Where a date has no such row, those of the whole enrolment come."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="comings")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="comings")
    caregiver = models.ForeignKey(Caregiver, on_delete=models.PROTECT, related_name="+")

    objects = ComingQuerySet.as_manager()

    class Meta:
        verbose_name = _("who comes to a date")
        verbose_name_plural = _("who comes to which date")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["enrolment", "session", "caregiver"], name="coming_once"),
        ]

    def __str__(self) -> str:
        return f"caregiver {self.caregiver_id} to session {self.session_id}"
