from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from families.models.baby import Baby
from families.models.family import Caregiver
from families.models.told import Told


class HealthAnswers(Told):
    """What a carer told about a baby's health, for the instructor to prepare. Ciphertext in the database.

    Never read this table but through `families.health`, which writes the read down before it shows anything.
    Its facts: {"born_early": Early, "conditions": [precaution keys], "notes": text}; empty where nothing was told.
    """

    class Early(models.TextChoices):
        YES = "yes", _("Yes")
        NO = "no", _("No")
        UNSAID = "unsaid", _("Rather not say")

    baby = models.OneToOneField(Baby, on_delete=models.CASCADE, related_name="health_answers")
    written_by = models.ForeignKey(Caregiver, on_delete=models.PROTECT, related_name="+")
    shared_in_family = models.BooleanField(_("other adults of the family may read it"), default=True)
    written_at = models.DateTimeField()
    forget_on = models.DateField(_("deleted after"))

    class Meta:
        verbose_name = _("health answers")
        verbose_name_plural = _("health answers")
        indexes: ClassVar = [models.Index(fields=["forget_on"], name="health_forget_on")]

    def __str__(self) -> str:
        return f"health answers {self.pk}"
