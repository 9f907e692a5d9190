from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from classes.models.enrolment import Enrolment
from classes.models.hold import Hold
from classes.models.series import Series
from families.models import Family


class SeriesDecision(models.Model):
    """What was decided about a series that fewer families booked than it was to run from.

    There is one a series, whoever pressed whatever at the same moment: the one-to-one holds that alone. On a merge each
    family is asked about `to` until `answer_by`; `closed_at` is when the last had answered, or the time was over.
    """

    series = models.OneToOneField(Series, on_delete=models.PROTECT, related_name="decided")
    choice = models.CharField(_("decision"), max_length=6, choices=Series.Decision)
    key = models.CharField(max_length=64, unique=True)
    families = models.PositiveSmallIntegerField(_("families at that moment"))
    words = models.CharField(_("a word to the families"), max_length=500, blank=True)
    to = models.ForeignKey(Series, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answer_by = models.DateTimeField(_("answers until"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("decided"))
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("decision on a series")
        verbose_name_plural = _("decisions on series")
        indexes: ClassVar = [models.Index(fields=["choice", "closed_at", "answer_by"], name="decision_to_close")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(choice="merge", to__isnull=False, answer_by__isnull=False)
                | ~Q(choice="merge") & Q(to__isnull=True, answer_by__isnull=True),
                name="decision_merge_has_target",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.choice}: {self.series_id}"


class MergeAskQuerySet(models.QuerySet["MergeAsk"]):
    def open(self, now: datetime) -> MergeAskQuerySet:
        """Those that a family can answer at this moment."""
        booked = Q(enrolment__state=Enrolment.State.BOOKED)
        return self.filter(booked, answer="", decision__closed_at__isnull=True, decision__answer_by__gt=now)

    def for_family(self, family: Family) -> MergeAskQuerySet:
        return self.filter(enrolment__family=family)

    def for_page(self) -> MergeAskQuerySet:
        to = ("decision__to__venue", "decision__to__instructor", "decision__series")
        return self.select_related("enrolment__series__venue", "enrolment__family", "hold", *to)


class MergeAsk(models.Model):
    """One family asked whether it would come to another series instead; `hold` keeps its places there until then."""

    class Answer(models.TextChoices):
        YES = "yes", _("comes along")
        NO = "no", _("had everything given back")
        LAPSED = "lapsed", _("did not answer, and had everything given back")

    decision = models.ForeignKey(SeriesDecision, on_delete=models.PROTECT, related_name="asks")
    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="merge_ask")
    hold = models.OneToOneField(Hold, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(_("answer"), max_length=6, choices=Answer, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = MergeAskQuerySet.as_manager()

    class Meta:
        verbose_name = _("question about a merge")
        verbose_name_plural = _("questions about a merge")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True) | ~Q(answer="") & Q(answered_at__isnull=False),
                name="merge_answer_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.answer or 'open'}: {self.enrolment_id}"


class DecisionReminder(models.Model):
    """A letter that asked an instructor to decide: the first before the date, the second the morning after it."""

    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="decision_reminders")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("reminder to decide")
        verbose_name_plural = _("reminders to decide")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["series", "number"], name="decision_reminder_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.series_id}"
