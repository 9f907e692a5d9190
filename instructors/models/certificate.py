from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Replace
from django.utils.translation import gettext_lazy as _

from config.accounts.models import User
from config.lib.append_only import AppendOnly, MustNotChange
from instructors.models.body import CertifyingBody, CredentialType
from instructors.models.programme import Programme
from instructors.models.traineeship import Traineeship, reads_all

# A number without its dashes, and with the digits that letters are taken for: two numbers never look alike.
LOOKS_LIKE = {"O": "0", "I": "1", "L": "1"}
PLAIN_NUMBER: Any = Replace(F("number"), Value("-"), Value(""))
for _letter, _digit in LOOKS_LIKE.items():
    PLAIN_NUMBER = Replace(PLAIN_NUMBER, Value(_letter), Value(_digit))


def plain_number(typed: str) -> str:
    """A typed number as `PLAIN_NUMBER` has it."""
    letters = "".join(letter for letter in typed.upper() if letter.isascii() and letter.isalnum())
    return letters.translate(str.maketrans("".join(LOOKS_LIKE), "".join(LOOKS_LIKE.values())))


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def held_by(self, user: Any) -> CertificateQuerySet:
        return self.filter(holder=user)

    def valid(self, on: date) -> CertificateQuerySet:
        """Active, begun, and not past its last day."""
        lasting = Q(valid_until__isnull=True) | Q(valid_until__gte=on)
        return self.filter(lasting, state=Certificate.State.ACTIVE, valid_from__lte=on)

    def to_teach(self) -> CertificateQuerySet:
        return self.filter(credential_type__may_teach=True)

    def to_train(self, body: CertifyingBody | None = None) -> CertificateQuerySet:
        """Certificates that let their holder train and certify, of that body where one is named."""
        found = self.filter(credential_type__may_train=True)
        return found.filter(credential_type__body=body) if body else found

    def of_kind(self, credential_type: CredentialType) -> CertificateQuerySet:
        return self.filter(credential_type=credential_type)

    def in_state(self, state: str) -> CertificateQuerySet:
        return self.filter(state=state)

    def stopped(self) -> CertificateQuerySet:
        """Suspended or revoked: taken from their holder by a registrar."""
        return self.filter(state__in=(Certificate.State.SUSPENDED, Certificate.State.REVOKED))

    def ending(self, first: date, last: date) -> CertificateQuerySet:
        """Active, with a last day from `first` to `last`."""
        return self.filter(state=Certificate.State.ACTIVE, valid_until__gte=first, valid_until__lte=last)

    def lapsed(self, on: date) -> CertificateQuerySet:
        """Active, and past their last day on that day."""
        return self.filter(state=Certificate.State.ACTIVE, valid_until__lt=on)

    def published(self) -> CertificateQuerySet:
        return self.filter(is_published=True)

    def coded(self, code: str) -> CertificateQuerySet:
        return self.filter(public_code=code)

    def numbered(self, typed: str) -> CertificateQuerySet:
        """The one with that number, however its letters and dashes were typed."""
        return self.alias(plain=PLAIN_NUMBER).filter(plain=plain_number(typed))

    def with_names(self) -> CertificateQuerySet:
        return self.select_related("credential_type__body", "programme", "holder", "verified_by")

    def visible_to(self, user: Any) -> CertificateQuerySet:
        """Certificates of a trainer's own candidates and of a registrar's body; all for superuser and auditor."""
        if reads_all(user):
            return self
        theirs = Q(traineeship__trainer_of_record=user) | Q(credential_type__body__registrars=user)
        return self.filter(theirs | Q(holder=user)).distinct()


class Certificate(models.Model):
    """What a body says of a person, under one number for good. Its state and dates are a fold of its events."""

    class Origin(models.TextChoices):
        ISSUED_HERE = "issued_here", _("Issued here")
        RECORDED = "recorded", _("Recorded, issued by the body")

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        SUSPENDED = "suspended", _("Suspended")
        REVOKED = "revoked", _("Revoked")
        SUPERSEDED = "superseded", _("Replaced by another")

    number = models.CharField(_("number"), max_length=48, unique=True)
    public_code = models.CharField(_("code"), max_length=12, unique=True)
    holder = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("holder"))
    name_as_issued = models.CharField(_("name as issued"), max_length=120)
    credential_type = models.ForeignKey(CredentialType, on_delete=models.PROTECT, verbose_name=_("credential"))
    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("programme")
    )
    traineeship = models.OneToOneField(
        Traineeship, on_delete=models.PROTECT, null=True, blank=True, related_name="certificate"
    )
    origin = models.CharField(_("origin"), max_length=12, choices=Origin, default=Origin.ISSUED_HERE)
    issued_on = models.DateField(_("issued"))
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.ACTIVE)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    is_published = models.BooleanField(_("can be looked up"), default=True)
    verified_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("checked by")
    )
    verified_on = models.DateField(_("checked on"), null=True, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering: ClassVar = ["-pk"]
        permissions: ClassVar = [("audit_certificate", _("Reads all of certification and changes nothing"))]
        indexes: ClassVar = [
            models.Index(fields=["holder", "state", "valid_until"], name="certificate_of_holder"),
            models.Index(fields=["state", "valid_until"], name="certificate_ending"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="certificate_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(origin="issued_here", traineeship__isnull=False)
                | Q(origin="recorded", verified_by__isnull=False),
                name="certificate_says_where_from",
            ),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True) | ~Q(verified_by=F("holder")), name="certificate_not_own_word"
            ),
            models.UniqueConstraint(PLAIN_NUMBER, name="certificate_number_once_however_typed"),
        ]

    def __str__(self) -> str:
        return self.number

    def stands_on(self, on: date) -> bool:
        """Active, begun, and not past its last day; `valid` says the same of rows in the database."""
        begun = self.state == Certificate.State.ACTIVE and self.valid_from <= on
        return begun and (self.valid_until is None or self.valid_until >= on)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise MustNotChange("a certificate is not deleted, so that its number is never used again")


class CertificatePeriod(AppendOnly):
    """One stretch of validity; the newest one is the certificate's."""

    class Reason(models.TextChoices):
        INITIAL = "initial", _("First certification")
        RENEWAL = "renewal", _("Renewal")
        REINSTATED = "reinstated", _("Reinstated")

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="periods")
    seq = models.PositiveSmallIntegerField(_("period"))
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=12, choices=Reason)
    ce_snapshot = models.JSONField(_("learning hours counted"), default=list, blank=True)

    class Meta:
        verbose_name = _("period")
        verbose_name_plural = _("periods")
        ordering: ClassVar = ["certificate", "seq"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["certificate", "seq"], name="period_seq_once"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="period_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from} – {self.valid_until or '…'}"


class CertificateEvent(AppendOnly):
    """What happened to a certificate, in order. Folding the events gives its state and dates."""

    class Kind(models.TextChoices):
        ISSUED = "issued", _("Issued")
        RECORDED = "recorded", _("Recorded")
        RENEWED = "renewed", _("Renewed")
        SUSPENDED = "suspended", _("Suspended")
        REINSTATED = "reinstated", _("Reinstated")
        NAME_CORRECTED = "name_corrected", _("Name corrected")
        REVOKED = "revoked", _("Revoked")
        SUPERSEDED = "superseded", _("Replaced by another")

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(_("what"), max_length=16, choices=Kind)
    at = models.DateTimeField(_("when"))
    effective_on = models.DateField(_("takes effect on"))
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    second_actor = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("confirmed by")
    )
    reason_code = models.CharField(_("reason"), max_length=40, blank=True)
    private_note = models.TextField(_("note for the office"), blank=True)
    public_note = models.TextField(_("note for everyone"), blank=True)

    class Meta:
        verbose_name = _("certificate event")
        verbose_name_plural = _("certificate events")
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.at:%Y-%m-%d}"


class CertificateDocumentQuerySet(models.QuerySet["CertificateDocument"]):
    def current(self, certificate: Certificate) -> CertificateDocumentQuerySet:
        """Those of the certificate that were not replaced."""
        return self.filter(certificate=certificate, replaced_at__isnull=True)

    def of(self, certificate: Certificate) -> CertificateDocumentQuerySet:
        return self.filter(certificate=certificate)

    def of_kind(self, kind: str) -> CertificateDocumentQuerySet:
        return self.filter(kind=kind)


class CertificateDocument(models.Model):
    """The bytes of a certificate as handed out, made once. Only `replaced_at` is ever written again."""

    class Kind(models.TextChoices):
        PDF = "pdf", _("PDF")
        OB3 = "ob3", _("Open Badge 3.0")

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="documents")
    period = models.ForeignKey(CertificatePeriod, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(_("kind"), max_length=4, choices=Kind)
    content = models.BinaryField(_("bytes"))
    sha256 = models.CharField(max_length=64)
    credential_uuid = models.UUIDField(null=True, blank=True, unique=True)
    status_index = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(_("made"))
    replaced_at = models.DateTimeField(_("replaced"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=40, blank=True)

    objects = CertificateDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate document")
        verbose_name_plural = _("certificate documents")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["certificate", "kind"], condition=Q(replaced_at__isnull=True), name="document_one_current"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.certificate}, {self.get_kind_display()}"

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise MustNotChange("a document of a certificate is not deleted")


class NumberCounter(models.Model):
    """The last number given by a body for a credential in a year; locked while a certificate is issued."""

    body = models.ForeignKey(CertifyingBody, on_delete=models.PROTECT)
    credential_code = models.CharField(max_length=12)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("number counter")
        verbose_name_plural = _("number counters")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["body", "credential_code", "year"], name="number_counter_once"),
        ]

    def __str__(self) -> str:
        return f"{self.body.number_prefix}-{self.credential_code}-{self.year}: {self.last}"
