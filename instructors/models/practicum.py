from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.accounts.models import User
from config.lib.fields import EncryptedTextField
from instructors.models.traineeship import Traineeship


class PracticumFamilyQuerySet(models.QuerySet["PracticumFamily"]):
    def of_candidate(self, user: Any) -> PracticumFamilyQuerySet:
        """Those of this person's own trainings."""
        return self.filter(traineeship__trainee=user)

    def by_hand(self) -> PracticumFamilyQuerySet:
        """Those that somebody wrote down; the others follow a register."""
        return self.filter(counted_from="")


class PracticumFamily(models.Model):
    """A family that a candidate practises teaching with: an alias and never a name.

    `counted_from` names the booking that it was counted from, such as "classes.Enrolment:12"; it is empty where the
    series ran elsewhere and was written down by hand. `answers` are what it tapped about the series, {question: key};
    `words` what it said, without names. Frozen by the database once the candidate is signed off.
    """

    class AgeBand(models.TextChoices):
        UNDER_3 = "0-3m", _("Under 3 months")
        UNDER_6 = "3-6m", _("3 to 6 months")
        UNDER_9 = "6-9m", _("6 to 9 months")
        OVER_9 = "9m+", _("Over 9 months")

    traineeship = models.ForeignKey(Traineeship, on_delete=models.PROTECT, related_name="families")
    alias = models.CharField(_("alias"), max_length=40, help_text=_("Never a name. Example: Birch"))
    age_band = models.CharField(_("baby's age"), max_length=8, choices=AgeBand, blank=True)
    consented_on = models.DateField(_("consented on"), null=True, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    counted_from = models.CharField(_("counted from"), max_length=120, blank=True, editable=False)
    answers = models.JSONField(_("what the family tapped"), default=dict, blank=True)
    words = EncryptedTextField(_("what the family said, without names"), blank=True, default="")
    feedback_on = models.DateField(_("feedback given on"), null=True, blank=True)
    seen_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("seen by")
    )
    seen_at = models.DateTimeField(_("seen"), null=True, blank=True)

    objects = PracticumFamilyQuerySet.as_manager()

    class Meta:
        verbose_name = _("practice family")
        verbose_name_plural = _("practice families")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["traineeship", "alias"], name="practicum_alias_once"),
            models.UniqueConstraint(
                fields=["traineeship", "counted_from"],
                condition=~Q(counted_from=""),
                name="practicum_family_counted_once",
            ),
            models.CheckConstraint(
                condition=~Q(alias__contains="@") & ~Q(alias=""),
                name="practicum_alias_no_address",
                violation_error_message=_("An alias is one word, such as Birch, and never a name or an address."),
            ),
            models.CheckConstraint(
                condition=Q(seen_by__isnull=True, seen_at__isnull=True)
                | Q(seen_by__isnull=False, seen_at__isnull=False),
                name="practicum_seen_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.alias

    @property
    def is_counted(self) -> bool:
        """Whether it follows a register, so that nobody writes its sessions by hand."""
        return bool(self.counted_from)


class PracticumSession(models.Model):
    """One session with a practice family, held or cancelled. `counted_from` names the date of the register."""

    family = models.ForeignKey(PracticumFamily, on_delete=models.PROTECT, related_name="sessions")
    no = models.PositiveSmallIntegerField(_("session"))
    held_on = models.DateField(_("day"))
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=0)
    is_cancelled = models.BooleanField(_("cancelled"), default=False)
    feedback = models.TextField(_("the family's feedback"), blank=True)
    self_evaluation = models.TextField(_("self-evaluation"), blank=True)
    observer = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("observed by")
    )
    counted_from = models.CharField(_("counted from"), max_length=120, blank=True, editable=False)

    class Meta:
        verbose_name = _("practice session")
        verbose_name_plural = _("practice sessions")
        ordering: ClassVar = ["family", "no"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["family", "no"], name="practicum_session_once"),
            models.UniqueConstraint(
                fields=["family", "counted_from"],
                condition=~Q(counted_from=""),
                name="practicum_session_counted_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.family}, {self.no}"


class PracticeDateQuerySet(models.QuerySet["PracticeDate"]):
    def held(self) -> PracticeDateQuerySet:
        return self.filter(is_held=True)

    def of_candidate(self, user: Any) -> PracticeDateQuerySet:
        """Those of this person's own trainings."""
        return self.filter(traineeship__trainee=user)


class PracticeDate(models.Model):
    """One date of a practice series that the candidate leads: what was taught, and how it went.

    `counted_from` names the date of the register, `families` says how many were there, and `strokes` are slugs. The
    supervising trainer may have observed it. Frozen once the candidate is signed off, as the families are.
    """

    traineeship = models.ForeignKey(Traineeship, on_delete=models.PROTECT, related_name="practice_dates")
    counted_from = models.CharField(_("counted from"), max_length=120, editable=False)
    series = models.CharField(_("series"), max_length=90)
    no = models.PositiveSmallIntegerField(_("session"))
    starts_at = models.DateTimeField(_("begins"))
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=0)
    place = models.CharField(_("place"), max_length=200, blank=True)
    lesson = models.CharField(_("lesson"), max_length=200, blank=True)
    strokes = models.JSONField(_("strokes"), default=list, blank=True)
    families = models.PositiveSmallIntegerField(_("families there"), default=0)
    is_held = models.BooleanField(_("held"), default=False)
    is_cancelled = models.BooleanField(_("cancelled"), default=False)
    self_evaluation = models.TextField(_("self-evaluation"), blank=True)
    self_evaluated_at = models.DateTimeField(_("self-evaluation written"), null=True, blank=True)
    observer = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("observed by")
    )
    observed_at = models.DateTimeField(_("observation noted"), null=True, blank=True)
    observation = models.TextField(_("what the observer saw"), blank=True)

    objects = PracticeDateQuerySet.as_manager()

    class Meta:
        verbose_name = _("date of a practice series")
        verbose_name_plural = _("dates of practice series")
        ordering: ClassVar = ["starts_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["traineeship", "counted_from"], name="practice_date_counted_once"),
            models.CheckConstraint(
                condition=Q(observer__isnull=True, observed_at__isnull=True)
                | Q(observer__isnull=False, observed_at__isnull=False),
                name="practice_date_observed_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(is_held=True, is_cancelled=True), name="practice_date_held_or_cancelled"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series}, {self.no}"
