"""How a stroke changes for a baby."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from curriculum.models.loaded import Loaded, LoadedQuerySet
from curriculum.models.need import Fit, Need
from curriculum.models.said import SaidCharField, SaidTextField
from curriculum.models.stroke import Stroke


class Adaptation(Loaded):
    """A way to change a stroke, with words of its own: PT-H, SN-HI, CR-SONG and so on."""

    class Kind(models.TextChoices):
        PRETERM = "preterm", _("Born early")
        SPECIAL_NEEDS = "special_needs", _("Needs of their own")
        CRAWLER = "crawler", _("Crawling or climbing")

    KEY = ("code",)

    code = models.CharField(_("code"), max_length=12, unique=True)
    position = models.PositiveSmallIntegerField(_("position"))
    kind = models.CharField(_("kind"), max_length=14, choices=Kind)
    needs = models.CharField(
        _("babies it speaks of"), max_length=80, blank=True, help_text=_("Keys, separated by spaces.")
    )
    fit = models.CharField(_("how it fits"), max_length=10, choices=Fit, default=Fit.CHANGED)
    title = SaidCharField(_("for whom"), max_length=60)
    note = SaidTextField(_("what changes"))
    icon = models.CharField(_("icon"), max_length=20)

    objects = LoadedQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        verbose_name = _("adaptation")
        verbose_name_plural = _("adaptations")

    def __str__(self) -> str:
        return f"{self.code}: {self.note}"

    def clean(self) -> None:
        """Raises ValidationError for a kind of baby that the library does not know."""
        super().clean()
        unknown = set(self.needs.split()) - set(Need.values)
        if unknown:
            raise ValidationError(
                {
                    "needs": gettext("“%(key)s” is none of these: %(known)s.")
                    % {"key": min(unknown), "known": ", ".join(Need.values)}
                }
            )

    def speaks_of(self, need: str) -> bool:
        return need in self.needs.split()


class StrokeAdaptation(Loaded):
    """An adaptation of one stroke, in its own words where the general ones do not fit."""

    KEY = ("stroke_id", "adaptation_id")

    stroke = models.ForeignKey(Stroke, models.CASCADE, related_name="adaptations", verbose_name=_("stroke"))
    adaptation = models.ForeignKey(Adaptation, models.PROTECT, related_name="strokes", verbose_name=_("adaptation"))
    note = SaidTextField(_("own words"), blank=True, help_text=_("Empty: the words of the adaptation."))

    objects = LoadedQuerySet.as_manager()

    class Meta:
        ordering = ["adaptation__position"]
        verbose_name = _("adaptation of a stroke")
        verbose_name_plural = _("adaptations of a stroke")
        constraints = [models.UniqueConstraint(fields=["stroke", "adaptation"], name="stroke_adaptation_once")]

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> str:
        return self.note or self.adaptation.note
