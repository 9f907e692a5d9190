from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from classes.models.charge import Charge
from classes.models.enrolment import Enrolment
from classes.models.right import MakeUpRight
from classes.models.session import Session
from config.lib.fields import EncryptedTextField
from config.lib.refs import new_reference
from families.models import Baby
from instructors.models import Instructor


class SessionChangeQuerySet(models.QuerySet["SessionChange"]):
    def led_by(self, instructor: Instructor) -> SessionChangeQuerySet:
        """Of dates of series that this instructor leads."""
        return self.filter(session__series__instructor=instructor)

    def newest_first(self) -> SessionChangeQuerySet:
        return self.order_by("-at", "-pk")

    def last_of(self, session: Session) -> SessionChange | None:
        """What happened to this date last; None where nothing did."""
        return self.filter(session=session).order_by("-pk").first()


class SessionChange(models.Model):
    """What happened to one date after families could book it: who did it, when, with which words and what amends.

    Rows are only ever added. `key` is the form's: the same press twice is one row. `compensation` of a date that was
    called off is for everybody who had a place; of any other change it is for those whom it does not suit.
    """

    class Kind(models.TextChoices):
        MOVED = "moved", _("moved")
        CANCELLED = "cancelled", _("called off")
        ONLINE = "online", _("held online")
        SUBSTITUTE = "substitute", _("led by a substitute")
        ADDED = "added", _("added")

    class Compensation(models.TextChoices):
        MAKE_UP = "make_up", _("a make-up place")
        REFUND = "refund", _("money back")
        CHOOSE = "choose", _("each family chooses")
        NONE = "none", _("nothing")

    # After these the date is still held.
    HELD: ClassVar = (Kind.MOVED, Kind.ONLINE, Kind.SUBSTITUTE)

    reference = models.CharField(max_length=16, unique=True, default=new_reference)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    key = models.CharField(max_length=64, unique=True)
    words = EncryptedTextField(_("a word from the instructor"), blank=True, default="")
    compensation = models.CharField(
        _("what families get"), max_length=7, choices=Compensation, default=Compensation.NONE
    )
    # Where it stood before; null for a date that was added.
    was_starts_at = models.DateTimeField(_("was at"), null=True, blank=True)
    starts_at = models.DateTimeField(_("is at"))
    substitute = models.ForeignKey(Instructor, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = SessionChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of a date")
        verbose_name_plural = _("changes of dates")
        indexes: ClassVar = [models.Index(fields=["session", "at"], name="change_of_session")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind="added", was_starts_at__isnull=True)
                | ~Q(kind="added") & Q(was_starts_at__isnull=False),
                name="change_says_what_was",
            ),
            models.CheckConstraint(
                condition=Q(kind="substitute", substitute__isnull=False)
                | ~Q(kind="substitute") & Q(substitute__isnull=True),
                name="change_names_substitute",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"


class AmendsQuerySet(models.QuerySet["Amends"]):
    def standing(self) -> AmendsQuerySet:
        """Those that hold: paid back, or a right that was not taken back with the date."""
        return self.filter(Q(kind=Amends.Kind.REFUND) | ~Q(right__state=MakeUpRight.State.WITHDRAWN))

    def of_date(self, session: Session, enrolment: Enrolment) -> AmendsQuerySet:
        """What this booking got for any change of that date."""
        return self.filter(change__session=session, enrolment=enrolment)


class Amends(models.Model):
    """What one baby's place got for a date that changed: a make-up right, or its exact part of the price.

    One a change and place. `minor` is the part of the price that came off: paid back, or no longer due.
    """

    class Kind(models.TextChoices):
        MAKE_UP = "make_up", _("a make-up place")
        REFUND = "refund", _("money back")

    change = models.ForeignKey(SessionChange, on_delete=models.PROTECT, related_name="amends")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="amends")
    baby = models.ForeignKey(Baby, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=7, choices=Kind)
    right = models.ForeignKey(MakeUpRight, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    refund = models.ForeignKey(Charge, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    minor = models.PositiveIntegerField(_("part of the price"), default=0)
    at = models.DateTimeField()

    objects = AmendsQuerySet.as_manager()

    class Meta:
        verbose_name = _("amends")
        verbose_name_plural = _("amends")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["change", "enrolment", "baby"], name="amends_once_a_place"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for enrolment {self.enrolment_id}"
