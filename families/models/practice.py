from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.lib.fields import EncryptedTextField
from config.lib.refs import new_token
from curriculum.models import Lesson, Stroke
from families.models.baby import Baby
from families.models.family import Caregiver, Family

MOST_MINUTES = 180


class PracticeLogQuerySet(models.QuerySet["PracticeLog"]):
    def of_baby(self, baby: Baby) -> PracticeLogQuerySet:
        """Newest first."""
        return self.filter(baby=baby).order_by("-practised_at", "-pk")

    def of_babies(self, babies: Iterable[Baby]) -> PracticeLogQuerySet:
        return self.filter(baby__in=list(babies)).order_by("-practised_at", "-pk")

    def of_family(self, family: Family) -> PracticeLogQuerySet:
        return self.filter(baby__family=family)

    def written_by(self, caregiver: Caregiver) -> PracticeLogQuerySet:
        return self.filter(caregiver=caregiver)

    def over_since(self, moment: datetime) -> PracticeLogQuerySet:
        """Older than that moment."""
        return self.filter(practised_at__lt=moment)

    def of_those_who_left(self, moment: datetime) -> PracticeLogQuerySet:
        """With a line of an adult who left the family before that moment: nobody can read it any more."""
        return self.filter(caregiver__removed_at__lt=moment).exclude(note="")

    def since(self, moment: datetime) -> PracticeLogQuerySet:
        return self.filter(practised_at__gte=moment)

    def before(self, practised_at: datetime, pk: int) -> PracticeLogQuerySet:
        """Those that stand after that entry in a list with the newest first."""
        earlier = Q(practised_at__lt=practised_at) | Q(practised_at=practised_at, pk__lt=pk)
        # The first condition says nothing new; by it the index finds where to begin.
        return self.filter(earlier, practised_at__lte=practised_at)


class PracticeLog(models.Model):
    """One moment of massage at home, if the family likes to keep it. Being asked to stop is one like any other."""

    class Answer(models.TextChoices):
        STOP = "stop", _("Asked to stop")
        UNSURE = "unsure", _("Not sure")
        CALM = "calm", _("Calm")
        LOVED = "loved", _("Loved it")

    key = models.CharField(max_length=64, unique=True, default=new_token)
    baby = models.ForeignKey(Baby, on_delete=models.CASCADE, related_name="practice_logs")
    caregiver = models.ForeignKey(Caregiver, on_delete=models.PROTECT, related_name="+")
    lesson = models.ForeignKey(Lesson, null=True, on_delete=models.PROTECT, related_name="+")
    practised_at = models.DateTimeField(_("when"))
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    answer = models.CharField(_("baby's answer"), max_length=10, choices=Answer, blank=True)
    note = EncryptedTextField(_("a line for yourself"), blank=True, default="")

    objects = PracticeLogQuerySet.as_manager()

    class Meta:
        verbose_name = _("practice at home")
        verbose_name_plural = _("practice at home")
        indexes: ClassVar = [
            models.Index(fields=["baby", "-practised_at"], name="practice_of_baby"),
            models.Index(fields=["practised_at"], name="practice_by_time"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(minutes__isnull=True) | Q(minutes__gte=1, minutes__lte=MOST_MINUTES),
                name="practice_minutes_are_some",
            )
        ]

    def __str__(self) -> str:
        return f"practice {self.pk}"


class PracticedStroke(models.Model):
    """A stroke that was done: the baby's answer to it, and how sure the carer felt. Both optional."""

    class Confidence(models.TextChoices):
        LEARNING = "learning", _("Still learning")
        GROWING = "growing", _("Getting there")
        AT_EASE = "at_ease", _("At ease")

    log = models.ForeignKey(PracticeLog, on_delete=models.CASCADE, related_name="strokes")
    stroke = models.ForeignKey(Stroke, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=10, choices=PracticeLog.Answer, blank=True)
    confidence = models.CharField(max_length=10, choices=Confidence, blank=True)

    class Meta:
        verbose_name = _("stroke practised")
        verbose_name_plural = _("strokes practised")
        constraints: ClassVar = [models.UniqueConstraint(fields=["log", "stroke"], name="practice_stroke_once")]

    def __str__(self) -> str:
        return f"stroke {self.stroke_id} in practice {self.log_id}"


class RemovedPractice(models.Model):
    """The key of an entry that its writer removed, and nothing else of it: sent late by a phone, it stays removed."""

    key = models.CharField(max_length=64, unique=True)
    removed_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("removed practice")
        verbose_name_plural = _("removed practice")

    def __str__(self) -> str:
        return f"removed practice {self.pk}"
