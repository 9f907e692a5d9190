from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from config.lib.append_only import AppendOnly
from families.models.family import Caregiver, Family


class Consent(AppendOnly):
    """One answer of one adult to one wording. Changing one's mind is a new answer; the newest counts.

    `about` is the carer whom it concerns, where it concerns one: a parent writes who else may massage the baby.
    """

    class Kind(models.TextChoices):
        ONLY_WE_MASSAGE = "only_we_massage", _("only we massage our baby")
        FOLLOW_CUES = "follow_cues", _("following baby's cues")
        HEALTH = "health", _("keeping the health answers")
        PHOTOS = "photos", _("photos of hands and feet")
        ANOTHER_CARER = "another_carer", _("another carer may massage our baby")

    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="consents")
    caregiver = models.ForeignKey(Caregiver, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind)
    about = models.ForeignKey(Caregiver, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField(_("version of the wording"))
    given = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        indexes: ClassVar = [models.Index(fields=["family", "kind", "-at"], name="consent_newest")]

    def __str__(self) -> str:
        return f"{self.kind} v{self.version}"
