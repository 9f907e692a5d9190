from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from config.accounts.models import User
from instructors.models.programme import Requirement
from instructors.models.traineeship import Extension, Traineeship


class TimeRequestQuerySet(models.QuerySet["TimeRequest"]):
    def open(self) -> TimeRequestQuerySet:
        return self.filter(state=TimeRequest.State.OPEN)

    def for_requirement(self, requirement: Requirement | None) -> TimeRequestQuerySet:
        """Those that an extension for that step answers; one for the whole training answers all."""
        return self.filter(requirement=requirement) if requirement else self

    def waiting_for(self, user: Any) -> TimeRequestQuerySet:
        """Open ones of candidates that the user sees, the oldest first."""
        seen = Traineeship.objects.visible_to(user).values("pk")
        return self.open().filter(traineeship__in=seen).order_by("asked_at", "pk")

    def with_people(self) -> TimeRequestQuerySet:
        return self.select_related(
            "requirement",
            "answered_by",
            "traineeship__trainee",
            "traineeship__trainer_of_record",
            "traineeship__event",
            "traineeship__credential_type__body",
        )


class TimeRequest(models.Model):
    """A candidate asks for more time, with a reason. The answer is an extension, or a word why not."""

    class State(models.TextChoices):
        OPEN = "open", _("Waits for an answer")
        GIVEN = "given", _("More time was given")
        DECLINED = "declined", _("Not given")
        WITHDRAWN = "withdrawn", _("Taken back")

    traineeship = models.ForeignKey(Traineeship, on_delete=models.PROTECT, related_name="time_requests")
    # The traineeship's own, copied so that the database can refuse an answer by the candidate.
    trainee = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("candidate"))
    requirement = models.ForeignKey(
        Requirement,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("for this requirement"),
    )
    wanted_on = models.DateField(_("wished for"))
    reason = models.TextField(_("reason"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    asked_at = models.DateTimeField(_("asked"))
    answered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answer = models.TextField(_("a word to the candidate"), blank=True)
    extension = models.OneToOneField(
        Extension, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("more time given")
    )

    objects = TimeRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for more time")
        verbose_name_plural = _("requests for more time")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["traineeship"], condition=Q(state="open"), name="time_request_one_open"),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True) | ~Q(answered_by=F("trainee")),
                name="time_request_not_answered_by_trainee",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="time_request_says_why"),
            models.CheckConstraint(
                condition=(
                    Q(state="open", answered_at__isnull=True, answered_by__isnull=True, extension__isnull=True)
                    | Q(state="withdrawn", answered_at__isnull=False, answered_by__isnull=True)
                    | Q(state="given", answered_at__isnull=False, answered_by__isnull=False, extension__isnull=False)
                    | (Q(state="declined", answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer=""))
                ),
                name="time_request_answered_whole",
            ),
        ]

    def __str__(self) -> str:
        return str(self.traineeship)
