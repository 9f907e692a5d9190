from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from classes.models.enrolment import Enrolment
from families.models import Caregiver


class PracticeConsent(models.Model):
    """Whether a family of a practice series agrees to be counted for its candidate, without a name.

    One a booking; the newest word of any of its adults counts, and no row means that nobody has said. `version` is that
    of the sentence which was read.
    """

    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="practice_consent")
    given = models.BooleanField(_("may be counted"))
    version = models.PositiveSmallIntegerField(_("version of the sentence"), default=1)
    by = models.ForeignKey(Caregiver, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField(_("said"))

    class Meta:
        verbose_name = _("consent to be counted")
        verbose_name_plural = _("consents to be counted")

    def __str__(self) -> str:
        return f"consent of booking {self.enrolment_id}"
