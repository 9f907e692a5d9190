from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.accounts.models import User


class CertifyingBodyQuerySet(models.QuerySet["CertifyingBody"]):
    def acted_for(self, user: Any, *, on: date) -> CertifyingBodyQuerySet:
        """Those that the user trains for or is registrar of; all of them for a superuser."""
        from instructors.models.certificate import Certificate  # certificates name bodies, so not at the top

        if user.is_superuser:
            return self
        held = Certificate.objects.held_by(user).to_train().valid(on)
        return self.filter(Q(registrars=user) | Q(pk__in=held.values("credential_type__body"))).distinct()

    def signing_here(self) -> CertifyingBodyQuerySet:
        """Those in whose name this site may issue."""
        return self.filter(signs_here=True)

    def with_registrar(self, user: Any) -> CertifyingBodyQuerySet:
        return self.filter(registrars=user)


class CertifyingBody(models.Model):
    """A school or association that certifies. Without `signs_here` its certificates are recorded here, never issued."""

    name = models.CharField(_("name"), max_length=160, unique=True)
    slug = models.SlugField(_("short address"), max_length=60, unique=True)
    abbreviation = models.CharField(_("abbreviation"), max_length=20)
    website = models.URLField(_("website"), blank=True)
    number_prefix = models.CharField(
        _("start of its numbers"),
        max_length=8,
        unique=True,
        validators=[RegexValidator(r"^[A-Z0-9]{2,8}$", _("Two to eight capital letters or digits."))],
    )
    logo = models.ImageField(_("logo"), upload_to="bodies/", blank=True)
    signs_here = models.BooleanField(
        _("this site may issue in its name"),
        default=False,
        help_text=_("Only with its written authorisation. Otherwise its certificates are recorded here, not issued."),
    )
    authorisation = models.FileField(_("its authorisation"), upload_to="authorisations/", blank=True)
    authorised_until = models.DateField(_("authorised until"), null=True, blank=True)
    registrars = models.ManyToManyField(User, related_name="+", blank=True, verbose_name=_("registrars"))

    objects = CertifyingBodyQuerySet.as_manager()

    class Meta:
        verbose_name = _("certifying body")
        verbose_name_plural = _("certifying bodies")
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name

    def signs_on(self, day: date) -> bool:
        """Whether this site may sign in its name on that day: it may at all, and its authorisation has not ended."""
        return self.signs_here and (self.authorised_until is None or day <= self.authorised_until)


class CredentialTypeQuerySet(models.QuerySet["CredentialType"]):
    def kept_by(self, user: Any) -> CredentialTypeQuerySet:
        """Those of the bodies that the user is registrar of; all of them for a superuser."""
        return self if user.is_superuser else self.filter(body__registrars=user)


class CredentialType(models.Model):
    """A title that a body gives, such as CIMI. The same letters of two bodies are two types."""

    body = models.ForeignKey(CertifyingBody, on_delete=models.PROTECT, verbose_name=_("certifying body"))
    code = models.CharField(
        _("letters"),
        max_length=12,
        help_text=_("As printed after a name. Example: CIMI"),
        validators=[RegexValidator(r"^[A-Z0-9]{2,12}$", _("Two to twelve capital letters or digits."))],
    )
    title = models.CharField(_("title in words"), max_length=160)
    rank = models.PositiveSmallIntegerField(_("rank"), default=1)
    requires = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("needs first"), related_name="opens"
    )
    may_teach = models.BooleanField(_("may teach families"), default=False)
    may_train = models.BooleanField(_("may train and certify"), default=False)
    mark_notice = models.CharField(_("notice about the mark"), max_length=200, blank=True)

    objects = CredentialTypeQuerySet.as_manager()

    class Meta:
        verbose_name = _("credential type")
        verbose_name_plural = _("credential types")
        ordering: ClassVar = ["body__name", "rank", "code"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["body", "code"], name="credential_type_once_a_body"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.code})"

    def clean(self) -> None:
        """What is needed first is another credential of the same body."""
        if self.requires and (self.requires.body_id != self.body_id or self.requires_id == self.pk):
            raise ValidationError({"requires": _("Choose another credential of the same body.")})
