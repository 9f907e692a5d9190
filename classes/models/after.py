from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from classes.models.enrolment import Enrolment
from classes.models.series import Series
from families.models import Family
from instructors.models import Instructor


class SharedDiaryQuerySet(models.QuerySet["SharedDiary"]):
    def standing(self) -> SharedDiaryQuerySet:
        """Those that were not taken back, of bookings that were not ended."""
        return self.filter(ended_at__isnull=True, enrolment__state=Enrolment.State.BOOKED)

    def of_family(self, family: Family) -> SharedDiaryQuerySet:
        return self.filter(enrolment__family=family)

    def with_lead(self, instructor: Instructor) -> SharedDiaryQuerySet:
        """Those that this instructor may read, as the lead of the series. A substitute reads none."""
        return self.filter(enrolment__series__instructor=instructor)


class SharedDiary(models.Model):
    """A family lets the lead of one series read what it notes at home, until it takes that back.

    Each time is a row of its own, so that what stood when somebody read can be told.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="shared_diaries")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField(_("shared since"))
    ended_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    objects = SharedDiaryQuerySet.as_manager()

    class Meta:
        verbose_name = _("shared diary")
        verbose_name_plural = _("shared diaries")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(ended_at__isnull=True), name="diary_shared_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=models.F("since")),
                name="diary_taken_back_after_it_was_shared",
            ),
        ]

    def __str__(self) -> str:
        return f"shared diary {self.pk}"


class ClosingWord(models.Model):
    """What the instructor wishes to say to everyone of a series; it stands on each family's keepsake."""

    series = models.OneToOneField(Series, on_delete=models.PROTECT, related_name="closing_word")
    words = models.CharField(_("a word for the keepsake"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField(_("said"))

    class Meta:
        verbose_name = _("closing word")
        verbose_name_plural = _("closing words")

    def __str__(self) -> str:
        return f"closing word of series {self.series_id}"
