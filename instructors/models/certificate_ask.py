from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from config.accounts.models import User
from config.lib.append_only import AppendOnly
from instructors.models.certificate import Certificate
from instructors.models.traineeship import reads_all


class CertificateAskQuerySet(models.QuerySet["CertificateAsk"]):
    def visible_to(self, user: Any) -> CertificateAskQuerySet:
        """Of a body that the user keeps the register of, or asked by them; everything for a superuser."""
        if reads_all(user):
            return self
        kept = Q(certificate__credential_type__body__registrars=user)
        return self.filter(kept | Q(asked_by=user)).exclude(holder=user).distinct()

    def open(self) -> CertificateAskQuerySet:
        return self.filter(state=CertificateAsk.State.OPEN)

    def waiting_about(self, certificate: Certificate) -> CertificateAskQuerySet:
        """What is asked of that certificate and not answered, the oldest first; there are few at a time."""
        return self.open().filter(certificate=certificate).select_related("asked_by").order_by("pk")

    def to_answer_by(self, user: Any) -> CertificateAskQuerySet:
        """Open, asked by somebody else, of a body that the user keeps the register of.

        A superuser confirms revocations too, as the second of two.
        """
        kept = Q(certificate__credential_type__body__registrars=user)
        if user.is_superuser:
            kept |= Q(kind=CertificateAsk.Kind.REVOKE)
        return self.open().filter(kept).exclude(Q(asked_by=user) | Q(holder=user)).distinct()

    def of(self, certificate: Certificate) -> CertificateAsk | None:
        """The newest of that certificate."""
        return self.filter(certificate=certificate).order_by("-pk").first()

    def numbered(self, pk: int) -> CertificateAsk | None:
        return self.filter(pk=pk).first()

    def of_name(self) -> CertificateAskQuerySet:
        return self.filter(kind=CertificateAsk.Kind.NAME)

    def with_names(self) -> CertificateAskQuerySet:
        return self.select_related("certificate__credential_type__body", "holder", "asked_by", "answered_by")


class CertificateAsk(models.Model):
    """What takes two people: a name that its holder wants corrected, a step that a trainer asks for, a revocation."""

    class Kind(models.TextChoices):
        NAME = "name", _("Correct the name")
        SUSPEND = "suspend", _("Suspend")
        REINSTATE = "reinstate", _("Reinstate")
        REVOKE = "revoke", _("Revoke")

    class State(models.TextChoices):
        OPEN = "open", _("Waiting for an answer")
        GRANTED = "granted", _("Done")
        REFUSED = "refused", _("Not done")
        WITHDRAWN = "withdrawn", _("Taken back")

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="asks")
    holder = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("holder"))
    kind = models.CharField(_("what is asked"), max_length=10, choices=Kind)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked"))
    reason = models.CharField(_("reason"), max_length=40)
    public_note = models.TextField(_("note for everyone"), blank=True)
    private_note = models.TextField(_("note for the office"), blank=True)
    name_before = models.CharField(_("name until now"), max_length=120, blank=True)
    name_after = models.CharField(_("name wanted"), max_length=120, blank=True)
    answered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    word = models.TextField(_("a word to whoever asked"), blank=True)

    objects = CertificateAskQuerySet.as_manager()

    class Meta:
        verbose_name = _("request about a certificate")
        verbose_name_plural = _("requests about certificates")
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [models.Index(fields=["state", "kind"], name="ask_waiting")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["certificate", "kind"], condition=Q(state="open"), name="ask_one_open"),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True) | (~Q(answered_by=F("asked_by")) & ~Q(answered_by=F("holder"))),
                name="ask_answered_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "withdrawn"], answered_by__isnull=True)
                | Q(state__in=["granted", "refused"], answered_by__isnull=False, answered_at__isnull=False),
                name="ask_answered_by_someone",
            ),
            models.CheckConstraint(
                condition=(Q(kind="name", asked_by=F("holder")) & ~Q(name_after=""))
                | (~Q(kind="name") & ~Q(asked_by=F("holder"))),
                name="ask_names_what_it_must",
            ),
            models.CheckConstraint(condition=~Q(state="refused", word=""), name="ask_refused_with_a_word"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.certificate}"


class CertificateNotice(AppendOnly):
    """That a holder was told, so many days ahead, that their certificate ends. Told once, however often we look."""

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="notices")
    ends_on = models.DateField(_("last day"))
    days = models.PositiveSmallIntegerField(_("days ahead"))
    told_at = models.DateTimeField(_("told"))

    class Meta:
        verbose_name = _("reminder of an end")
        verbose_name_plural = _("reminders of an end")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["certificate", "ends_on", "days"], name="notice_once"),
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id}, {self.days}"
