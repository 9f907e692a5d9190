from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.lib.append_only import AppendOnly, MustNotChange
from instructors.models.body import CertifyingBody

# The least that the W3C's recommendation allows, so that one badge hides among many.
BITS = 131_072


class SigningKeyQuerySet(models.QuerySet["SigningKey"]):
    def of(self, body: CertifyingBody) -> SigningKeyQuerySet:
        return self.filter(body=body)

    def in_use(self, at: datetime) -> SigningKeyQuerySet:
        """Those that sign new badges at that moment: one a body at most."""
        return self.filter(retired_at__isnull=True, valid_from__lte=at)

    def not_retired(self) -> SigningKeyQuerySet:
        return self.filter(retired_at__isnull=True)

    def trusted(self) -> SigningKeyQuerySet:
        """Those whose signatures still count: retired ones too, compromised ones never again."""
        return self.filter(compromised_at__isnull=True)

    def compromised(self) -> SigningKeyQuerySet:
        return self.filter(compromised_at__isnull=False)


class SigningKey(models.Model):
    """The public half of a pair with which this site signs in a body's name. The private half is in no database."""

    body = models.ForeignKey(CertifyingBody, on_delete=models.PROTECT, verbose_name=_("certifying body"))
    public_key = models.CharField(_("public key"), max_length=64, unique=True, help_text=_("Ed25519, as a Multikey."))
    valid_from = models.DateTimeField(_("in use from"))
    retired_at = models.DateTimeField(_("in use until"), null=True, blank=True)
    compromised_at = models.DateTimeField(_("not to be trusted since"), null=True, blank=True)

    objects = SigningKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("signing key")
        verbose_name_plural = _("signing keys")
        ordering: ClassVar = ["body", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["body"], condition=Q(retired_at__isnull=True), name="signing_key_one_in_use"
            ),
            models.CheckConstraint(
                condition=Q(compromised_at__isnull=True) | Q(retired_at__isnull=False),
                name="signing_key_compromised_is_retired",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body.abbreviation} {self.public_key[:12]}…"

    def delete(self, *args: object, **kwargs: object) -> tuple[int, dict[str, int]]:
        raise MustNotChange("a signing key is retired, not deleted, so that what it signed can be checked")


class StatusList(AppendOnly):
    """A list of BITS bits in which each badge of a body has its own. Which of them are set is derived, never stored."""

    body = models.ForeignKey(CertifyingBody, on_delete=models.PROTECT, verbose_name=_("certifying body"))
    number = models.PositiveSmallIntegerField(_("number"))
    created_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("status list")
        verbose_name_plural = _("status lists")
        ordering: ClassVar = ["body", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["body", "number"], name="status_list_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.body.abbreviation} {self.number}"


class StatusEntry(AppendOnly):
    """A badge as it was signed: its id, the key, and the bit that says whether it still stands."""

    status_list = models.ForeignKey(StatusList, on_delete=models.PROTECT, related_name="entries")
    index = models.PositiveIntegerField(_("bit"))
    credential_uuid = models.UUIDField(unique=True)
    signing_key = models.ForeignKey(SigningKey, on_delete=models.PROTECT, related_name="entries")
    signed_at = models.DateTimeField(_("signed"))

    class Meta:
        verbose_name = _("signed badge")
        verbose_name_plural = _("signed badges")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["status_list", "index"], name="status_entry_bit_once"),
            models.CheckConstraint(condition=Q(index__lt=BITS), name="status_entry_within_list"),
        ]

    def __str__(self) -> str:
        return str(self.credential_uuid)
