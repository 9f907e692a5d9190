"""What may be said about effects."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from curriculum.models.evidence import Evidence, Strength
from curriculum.models.loaded import Loaded, LoadedQuerySet
from curriculum.models.said import SaidCharField, SaidTextField


class ClaimQuerySet(LoadedQuerySet):
    def for_parents(self) -> Self:
        return self.current().filter(for_parents=True)

    def named(self, key: str) -> Any:
        """The claim of this key, or None."""
        return self.filter(key=key).first()


class Claim(Loaded):
    """One topic of the ledger (C8): the sentence that may be said, how sure it is, and what it does not mean."""

    class Section(models.TextChoices):
        HOME = "home", _("For babies and carers at home")
        HOSPITAL = "hospital", _("In hospital, for babies born early")
        PRACTICE = "practice", _("How it is done")

    KEY = ("key",)

    key = models.SlugField(_("key"), max_length=40, unique=True)
    position = models.PositiveSmallIntegerField(_("position"))
    section = models.CharField(_("section"), max_length=10, choices=Section)
    topic = SaidCharField(_("topic"), max_length=80)
    evidence = models.CharField(_("evidence"), max_length=10, choices=Evidence)
    says = SaidTextField(_("allowed wording"))
    does_not_mean = SaidTextField(_("what it does not mean"))
    rests_on = SaidTextField(_("what it rests on"))
    studied = SaidTextField(
        _("what was studied"), blank=True, help_text=_("For professionals: numbers and their range.")
    )
    how_sure = SaidTextField(_("how sure we are"), blank=True)
    for_parents = models.BooleanField(_("shown to parents"), default=True)
    sources = models.CharField(_("sources"), max_length=120, blank=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        verbose_name = _("claim")
        verbose_name_plural = _("claims")

    def __str__(self) -> str:
        return self.topic

    @property
    def tag(self) -> str:
        """The kind of evidence in words: what a professional reads."""
        return str(Evidence(self.evidence).label)

    @property
    def strength(self) -> Strength:
        return Evidence(self.evidence).strength
