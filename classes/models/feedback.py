from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from classes.models.enrolment import Enrolment
from classes.models.series import Series
from config.lib.fields import EncryptedTextField
from families.models import Caregiver
from instructors.models import Instructor


class FeedbackQuerySet(models.QuerySet["Feedback"]):
    def of_series(self, series: Series) -> FeedbackQuerySet:
        return self.filter(enrolment__series=series)

    def for_instructor(self, instructor: Instructor) -> FeedbackQuerySet:
        """About series that this instructor leads, newest first."""
        return self.filter(enrolment__series__instructor=instructor).order_by("-given_at", "-pk")


class Feedback(models.Model):
    """How a family found its series: three taps, and words if it likes. One a booking; each can be changed.

    Every answer may stay empty. `is_named` is False until the family says that the instructor may know whose it is; so
    reports show neither `enrolment` nor `by` of the others.
    """

    class Ease(models.TextChoices):
        WELL = "well", _("Yes, from the start")
        GREW = "grew", _("Yes, it came with time")
        NOT_QUITE = "not_quite", _("Not quite")

    class Pace(models.TextChoices):
        CALM = "calm", _("Too calm")
        RIGHT = "right", _("Just right")
        QUICK = "quick", _("Too quick")

    class AtHome(models.TextChoices):
        MOST_DAYS = "most_days", _("Most days")
        NOW_AND_THEN = "now_and_then", _("Now and then")
        NOT_NOW = "not_now", _("Not at the moment")

    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="feedback")
    by = models.ForeignKey(Caregiver, on_delete=models.PROTECT, related_name="+")
    ease = models.CharField(_("felt at ease"), max_length=12, choices=Ease, blank=True)
    pace = models.CharField(_("pace"), max_length=12, choices=Pace, blank=True)
    at_home = models.CharField(_("massage at home"), max_length=12, choices=AtHome, blank=True)
    words = EncryptedTextField(_("in their words"), blank=True, default="")
    is_named = models.BooleanField(_("the instructor may know whose it is"), default=False)
    given_at = models.DateTimeField(_("given"))
    changed_at = models.DateTimeField(_("changed"), null=True, blank=True)

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(changed_at__isnull=True) | Q(changed_at__gte=models.F("given_at")),
                name="feedback_changed_after_it_was_given",
            ),
        ]

    def __str__(self) -> str:
        return f"feedback {self.pk}"
