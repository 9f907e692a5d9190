from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from classes.models.away import hash_of
from classes.models.enrolment import Enrolment
from classes.models.session import Session
from families.models import Baby, Caregiver, Told


class ReadinessAnswerQuerySet(models.QuerySet["ReadinessAnswer"]):
    def about(self, session: Session) -> ReadinessAnswerQuerySet:
        return self.filter(session=session)

    def of_baby(self, baby: Baby) -> ReadinessAnswerQuerySet:
        return self.filter(baby=baby)

    def over(self, now: datetime) -> ReadinessAnswerQuerySet:
        """Those whose days are over."""
        return self.filter(forget_at__lte=now)


class ReadinessAnswer(Told):
    """What a carer told before one class about one baby: what has changed. Ciphertext in the database.

    Never read this table but through `classes.anything_changed`, which writes the read down before it shows anything.
    Its facts: {"changed": [keys of anything_changed.ASKED], "vaccinated_at": ISO moment or "", "words": text}
    """

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="+")
    baby = models.ForeignKey(Baby, on_delete=models.CASCADE, related_name="+")
    written_by = models.ForeignKey(Caregiver, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    forget_at = models.DateTimeField(_("deleted after"))

    objects = ReadinessAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer before a class")
        verbose_name_plural = _("answers before a class")
        indexes: ClassVar = [models.Index(fields=["forget_at"], name="readiness_forget_at")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "baby"], name="readiness_once_a_baby_and_date"),
        ]

    def __str__(self) -> str:
        return f"answer {self.pk}"


class CheckLinkQuerySet(models.QuerySet["CheckLink"]):
    def at(self, token: str) -> CheckLinkQuerySet:
        """What answers at this address, as long as the booking stands and its reader may speak for the family.

        Whoever left the family, even if they came back, and a family that asked for quiet, find nothing there.
        """
        answering = self.filter(
            token_hash=hash_of(token),
            session__state=Session.State.PLANNED,
            enrolment__state=Enrolment.State.BOOKED,
            caregiver__removed_at__isnull=True,
            caregiver__user__is_active=True,
            caregiver__family=F("enrolment__family"),
            caregiver__family__closed_at__isnull=True,
            caregiver__family__quiet_at__isnull=True,
            made_at__gte=F("caregiver__joined_at"),
        )
        related = ("session__series__instructor", "session__lesson", "session__substitute", "enrolment__family")
        return answering.exclude(caregiver__role=Caregiver.Role.DATES).select_related(*related, "caregiver__user")

    def over(self, now: datetime) -> CheckLinkQuerySet:
        return self.filter(forget_at__lte=now)


class CheckLink(models.Model):
    """An address in a letter at which its reader answers, without signing in, whether anything has changed.

    It serves that one date of one booking and nothing else, shows nothing that was told, and ends with the date. Only
    the hash of its secret is kept. Every letter has an address of its own.
    """

    token_hash = models.CharField(max_length=64, unique=True)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="+")
    caregiver = models.ForeignKey(Caregiver, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField()
    forget_at = models.DateTimeField()

    objects = CheckLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link to the question before a class")
        verbose_name_plural = _("links to the question before a class")
        indexes: ClassVar = [models.Index(fields=["forget_at"], name="check_link_forget_at")]

    def __str__(self) -> str:
        return f"link {self.pk}"
