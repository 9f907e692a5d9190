from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from config.accounts.models import User
from config.lib.append_only import MustNotChange
from instructors.models.traineeship import Traineeship


class DeputyQuerySet(models.QuerySet["Deputy"]):
    def standing(self) -> DeputyQuerySet:
        """Those who still act; an ended row stays to be read."""
        return self.filter(ended_at__isnull=True)

    def signing(self) -> DeputyQuerySet:
        return self.filter(task=Deputy.Task.SIGN)


class Deputy(models.Model):
    """A trainer whom a registrar lets act for one candidate, beside the trainer of record.

    What was appointed is frozen in the database as well; only the end is written later.
    """

    class Task(models.TextChoices):
        SIGN = "sign", _("Judges and signs in the trainer's place")
        READ = "read", _("Judges what another trainer must judge")

    traineeship = models.ForeignKey(Traineeship, on_delete=models.PROTECT, related_name="deputies")
    # The traineeship's own, copied so that the database can refuse a deputy who is the candidate.
    trainee = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("candidate"))
    trainer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("deputy"))
    task = models.CharField(_("what for"), max_length=4, choices=Task, default=Task.SIGN)
    reason = models.TextField(_("reason"))
    appointed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("appointed by"))
    appointed_at = models.DateTimeField(_("appointed"))
    ended_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("ended by")
    )
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = DeputyQuerySet.as_manager()

    class Meta:
        verbose_name = _("deputy")
        verbose_name_plural = _("deputies")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(trainer=F("trainee")), name="deputy_is_not_the_candidate"),
            models.CheckConstraint(condition=~Q(trainer=F("appointed_by")), name="deputy_not_by_oneself"),
            models.CheckConstraint(condition=~Q(reason=""), name="deputy_says_why"),
            models.UniqueConstraint(
                fields=["traineeship", "trainer"], condition=Q(ended_at__isnull=True), name="deputy_once_at_a_time"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["trainer", "ended_at"], name="deputy_of_trainer")]

    def __str__(self) -> str:
        return str(self.trainer)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise MustNotChange("an appointment is ended, not deleted")
