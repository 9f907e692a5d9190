from __future__ import annotations

import json
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from config.lib.fields import EncryptedTextField
from families.models.baby import Baby
from families.models.family import Caregiver


class HealthAnswers(models.Model):
    """What a carer told about a baby's health, for the instructor to prepare. Ciphertext in the database.

    Never read this table but through `families.health`, which writes the read down before it shows anything.
    """

    class Early(models.TextChoices):
        YES = "yes", _("Yes")
        NO = "no", _("No")
        UNSAID = "unsaid", _("Rather not say")

    baby = models.OneToOneField(Baby, on_delete=models.CASCADE, related_name="health_answers")
    written_by = models.ForeignKey(Caregiver, on_delete=models.PROTECT, related_name="+")
    shared_in_family = models.BooleanField(_("other adults of the family may read it"), default=True)
    answers = EncryptedTextField(default="")
    written_at = models.DateTimeField()
    forget_on = models.DateField(_("deleted after"))

    class Meta:
        verbose_name = _("health answers")
        verbose_name_plural = _("health answers")
        indexes: ClassVar = [models.Index(fields=["forget_on"], name="health_forget_on")]

    def __str__(self) -> str:
        return f"health answers {self.pk}"

    @property
    def facts(self) -> dict[str, Any]:
        """{"born_early": Early, "conditions": [precaution keys], "notes": text}; empty where nothing was told."""
        return dict(json.loads(self.answers)) if self.answers else {}

    @facts.setter
    def facts(self, facts: dict[str, Any]) -> None:
        self.answers = json.dumps(facts)
