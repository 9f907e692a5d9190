from __future__ import annotations

from typing import Any, ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from instructors.models.body import CredentialType


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def published(self) -> ProgrammeQuerySet:
        return self.filter(status=Programme.Status.PUBLISHED)

    def kept_by(self, user: Any) -> ProgrammeQuerySet:
        """Those of the bodies that the user is registrar of; all of them for a superuser."""
        return self if user.is_superuser else self.filter(credential_type__body__registrars=user)

    def versions_of(self, programme: Programme) -> ProgrammeQuerySet:
        return self.filter(credential_type=programme.credential_type_id, code=programme.code)


class Programme(models.Model):
    """One version of the way to a credential. Frozen once published and used: a change is a new version.

    `deadline_rule` is {"anchor": "last_day", "amount": 4, "unit": "months"}, or empty where no rule was found.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        RETIRED = "retired", _("Retired")

    class Mode(models.TextChoices):
        IN_PERSON_3 = "in_person_3", _("Three days in person")
        IN_PERSON_4 = "in_person_4", _("Four days in person")
        IN_PERSON = "in_person", _("In person")
        HYBRID_90 = "hybrid_90", _("Hybrid, 90 days online first")

    credential_type = models.ForeignKey(CredentialType, on_delete=models.PROTECT, verbose_name=_("leads to"))
    code = models.SlugField(_("code"), max_length=60)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    title = models.CharField(_("title"), max_length=120, help_text=_("Example: CIMI in four days"))
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.DRAFT)
    mode = models.CharField(_("how it is held"), max_length=16, choices=Mode, default=Mode.IN_PERSON_4)
    deadline_rule = models.JSONField(_("deadline rule"), default=dict, blank=True)
    validity_months = models.PositiveSmallIntegerField(_("valid for (months)"), null=True, blank=True)
    renewal_window_days = models.PositiveSmallIntegerField(_("renewal opens (days before)"), null=True, blank=True)
    grace_days = models.PositiveSmallIntegerField(_("grace (days)"), null=True, blank=True)
    ce_hours = models.PositiveSmallIntegerField(_("learning hours to renew"), null=True, blank=True)
    second_signature = models.BooleanField(_("needs the registrar's signature too"), default=False)
    is_way_back = models.BooleanField(
        _("the way back after a certificate has lapsed"),
        default=False,
        help_text=_("Shorter than the first way, for somebody who held this certificate before."),
    )
    note = models.TextField(_("note"), blank=True, help_text=_("Where the rules come from, and what was not found."))

    MOVES: ClassVar[dict[str, frozenset[str]]] = {
        "draft": frozenset({"published"}),
        "published": frozenset({"retired"}),
        "retired": frozenset({"published"}),
    }

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering: ClassVar = ["credential_type__body__name", "code", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["credential_type", "code", "version"], name="programme_version_once"),
        ]

    def __str__(self) -> str:
        return _("%(title)s, v%(version)d") % {"title": self.title, "version": self.version}


class Requirement(models.Model):
    """One thing that a programme asks for. `params` are JSON, checked per kind by `requirements.validate_params`."""

    class Kind(models.TextChoices):
        ATTENDANCE = "attendance", _("Training days")
        EXAM = "exam", _("Exam")
        PRACTICUM = "practicum", _("Practice families")
        DOCUMENT = "document", _("Written work")
        FEE = "fee", _("Fee")
        DECLARATION = "declaration", _("Declaration")
        CE_HOURS = "ce_hours", _("Learning hours")

    class Stage(models.TextChoices):
        INITIAL = "initial", _("First certification")
        RENEWAL = "renewal", _("Renewal")

    class Assessor(models.TextChoices):
        TRAINER_OF_RECORD = "trainer_of_record", _("The candidate's trainer")
        ANY_TRAINER_OF_BODY = "any_trainer_of_body", _("Any trainer of the body")
        NOT_OWN_TRAINER = "not_own_trainer", _("A trainer other than the candidate's own")

    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="requirements", verbose_name=_("programme")
    )
    key = models.CharField(_("key"), max_length=40, validators=[RegexValidator(r"^[a-z][a-z0-9_]*$")])
    title = models.CharField(_("title"), max_length=120, help_text=_("Example: Written exam"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    stage = models.CharField(_("stage"), max_length=8, choices=Stage, default=Stage.INITIAL)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    params = models.JSONField(_("measures"), default=dict, blank=True)
    deadline_rule = models.JSONField(_("own deadline rule"), default=dict, blank=True)
    assessor = models.CharField(_("who judges"), max_length=20, choices=Assessor, default=Assessor.TRAINER_OF_RECORD)
    help = models.TextField(_("what is asked, in words"), blank=True)

    class Meta:
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")
        ordering: ClassVar = ["programme", "order", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "key"], name="requirement_once_a_programme"),
        ]

    def __str__(self) -> str:
        return self.title
