from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from config.lib.refs import new_token
from families.models.family import Caregiver


class MessageChoiceQuerySet(models.QuerySet["MessageChoice"]):
    def of_adults(self, adults: Iterable[int]) -> MessageChoiceQuerySet:
        return self.filter(caregiver__in=list(adults))


class MessageChoice(models.Model):
    """Whether an adult wants one kind of letter that the family could do without; no row is the usual answer.

    `token` is the secret of the address in those letters that stops this kind of them, without signing in.
    """

    class Kind(models.TextChoices):
        REMINDERS = "reminders", _("Reminder of each date")
        PRACTICE = "practice", _("A nudge to practise")
        THANKS = "thanks", _("Thanks at the end, and how it was")

    # A nudge is sent to those alone who asked for it.
    USUAL: ClassVar[dict[str, bool]] = {Kind.REMINDERS: True, Kind.PRACTICE: False, Kind.THANKS: True}

    token = models.CharField(max_length=64, unique=True, default=new_token)
    caregiver = models.ForeignKey(Caregiver, on_delete=models.PROTECT, related_name="message_choices")
    kind = models.CharField(max_length=12, choices=Kind)
    is_wanted = models.BooleanField(_("wanted"))
    changed_at = models.DateTimeField(_("changed"), null=True, blank=True)

    objects = MessageChoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("choice of messages")
        verbose_name_plural = _("choices of messages")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["caregiver", "kind"], name="message_choice_once_a_kind"),
        ]

    def __str__(self) -> str:
        return f"choice of messages {self.pk}"
