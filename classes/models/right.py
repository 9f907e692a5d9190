from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from classes.models.enrolment import Enrolment
from classes.models.place import Place
from classes.models.session import Session
from families.models import Baby, Family


class MakeUpRightQuerySet(models.QuerySet["MakeUpRight"]):
    def open(self, now: datetime) -> MakeUpRightQuerySet:
        """Those that a make-up place can be booked with at this moment."""
        return self.filter(state=MakeUpRight.State.OPEN, expires_at__gt=now)

    def lapsed(self, now: datetime) -> MakeUpRightQuerySet:
        return self.filter(state=MakeUpRight.State.OPEN, expires_at__lte=now)

    def standing(self) -> MakeUpRightQuerySet:
        """Those that count towards the most that an enrolment may have."""
        return self.filter(state__in=MakeUpRight.STANDING)

    def for_family(self, family: Family) -> MakeUpRightQuerySet:
        return self.filter(enrolment__family=family)


class MakeUpRight(models.Model):
    """The right of one baby to a place in another series for a session that it could not come to.

    `number` counts the rights of this baby in this enrolment from 1 to `at_most`, the terms frozen at booking; the
    database refuses one too many, as it does with places.
    """

    class State(models.TextChoices):
        OPEN = "open", _("open")
        USED = "used", _("used")
        WITHDRAWN = "withdrawn", _("taken back")
        LAPSED = "lapsed", _("ran out")

    STANDING: ClassVar = (State.OPEN, State.USED)
    MOVES: ClassVar[dict[str, set[str]]] = {
        State.OPEN: {State.USED, State.WITHDRAWN, State.LAPSED},
        State.USED: {State.OPEN, State.WITHDRAWN},
        State.WITHDRAWN: set(),
        State.LAPSED: set(),
    }

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="rights")
    baby = models.ForeignKey(Baby, on_delete=models.PROTECT, related_name="+")
    missed = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="+")
    place = models.OneToOneField(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="right")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    number = models.PositiveSmallIntegerField(_("number"))
    at_most = models.PositiveSmallIntegerField(_("of at most"))
    granted_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = MakeUpRightQuerySet.as_manager()

    class Meta:
        verbose_name = _("make-up right")
        verbose_name_plural = _("make-up rights")
        indexes: ClassVar = [models.Index(fields=["state", "expires_at"], name="right_expires")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["enrolment", "baby", "number"],
                condition=Q(state__in=["open", "used"]),
                name="right_number_once",
            ),
            models.UniqueConstraint(
                fields=["enrolment", "baby", "missed"],
                condition=Q(state__in=["open", "used"]),
                name="right_once_a_date",
            ),
            models.CheckConstraint(condition=Q(number__gte=1, number__lte=F("at_most")), name="right_within_most"),
            models.CheckConstraint(
                condition=Q(state="used", place__isnull=False) | ~Q(state="used") & Q(place__isnull=True),
                name="right_used_has_place",
            ),
        ]

    def __str__(self) -> str:
        return f"make-up right {self.pk}"

    def is_over(self, now: datetime) -> bool:
        """Open, but nothing can be booked with it any more, tidied or not."""
        return self.state == self.State.LAPSED or (self.state == self.State.OPEN and self.expires_at <= now)
