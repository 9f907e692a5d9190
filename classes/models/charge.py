from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from classes.models.enrolment import Enrolment
from config.lib.money import Money


class ChargeQuerySet(models.QuerySet["Charge"]):
    def open(self) -> ChargeQuerySet:
        """Neither paid nor waived."""
        return self.filter(settled_at__isnull=True, waived_at__isnull=True)

    def unpaid(self) -> ChargeQuerySet:
        """What families still have to pay."""
        return self.open().filter(kind__in=Charge.OWED)

    def refunds_to_pay(self) -> ChargeQuerySet:
        """What the office still has to pay back."""
        return self.open().filter(kind=Charge.Kind.REFUND)


class Charge(models.Model):
    """What is due for an enrolment, by transfer or at the class; or, as a refund, what is due to the family.

    A booking that ends in time before it was paid leaves nothing to pay: its charge is waived; what stays due of it, if
    anything, is a charge of its own. On a move the worth of the sessions to come is a credit on the old enrolment, and
    carried to the new one. Each kind there is once, but for refunds: what was left over at a move may be followed by
    what comes back at the end.
    """

    class Kind(models.TextChoices):
        SERIES = "series", _("the classes")
        KEPT = "kept", _("classes that stay due")
        REFUND = "refund", _("refund")
        CREDIT = "credit", _("carried to another series")
        CARRIED = "carried", _("carried from another series")

    # Which of them a family owes, and which of them it has in its favour.
    OWED: ClassVar = (Kind.SERIES, Kind.KEPT)

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="charges")
    kind = models.CharField(_("for"), max_length=10, choices=Kind, default=Kind.SERIES)
    amount_minor = models.PositiveIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    raised_at = models.DateTimeField(_("raised"))
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    waived_at = models.DateTimeField(_("no longer due since"), null=True, blank=True)

    objects = ChargeQuerySet.as_manager()

    class Meta:
        verbose_name = _("charge")
        verbose_name_plural = _("charges")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["enrolment", "kind"], condition=~models.Q(kind="refund"), name="charge_once_a_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_minor} {self.currency}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)
