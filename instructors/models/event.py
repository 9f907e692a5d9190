from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from config.accounts.models import User
from config.lib.times import validate_zone
from instructors.models.programme import Programme
from instructors.models.traineeship import Traineeship, reads_all


class TrainingEventQuerySet(models.QuerySet["TrainingEvent"]):
    def visible_to(self, user: Any) -> TrainingEventQuerySet:
        """The events that the user leads or helps with, and those of bodies that the user is registrar of."""
        if reads_all(user):
            return self
        own = Q(lead_trainer=user) | Q(co_trainers=user) | Q(programme__credential_type__body__registrars=user)
        return self.filter(own).distinct()

    def still_to_come(self, today: date) -> TrainingEventQuerySet:
        """Events with a day from `today` on, the next first."""
        shown = ~Q(state__in=[TrainingEvent.State.CANCELLED, TrainingEvent.State.FINISHED])
        return (
            self.filter(shown)
            .annotate(last_on=models.Max("days__on"), first_on=models.Min("days__on"))
            .filter(last_on__gte=today)
        )

    def taking_applications(self, today: date) -> TrainingEventQuerySet:
        """Open ones that have not begun, the next first; a hybrid may be joined until its last day.

        `starts_on` is the first day, or a day far ahead where none is set yet.
        """
        days = TrainingDay.objects.filter(event=models.OuterRef("pk"))
        first, last = days.order_by("on").values("on")[:1], days.order_by("-on").values("on")[:1]
        far = models.Value(date.max, output_field=models.DateField())
        rows = self.filter(state=TrainingEvent.State.OPEN).annotate(
            starts_on=Coalesce(models.Subquery(first), far), ends_on=Coalesce(models.Subquery(last), far)
        )
        joins_late = Q(programme__mode="hybrid_90", ends_on__gte=today)
        return rows.filter(Q(starts_on__gt=today) | joins_late).order_by("starts_on", "pk")

    def later_than(self, starts_on: date, pk: int) -> TrainingEventQuerySet:
        """Those after that one, in the order of `taking_applications`."""
        return self.filter(Q(starts_on__gt=starts_on) | Q(starts_on=starts_on, pk__gt=pk))

    def with_programme(self) -> TrainingEventQuerySet:
        """With what a card tells of them, in a number of queries that does not grow."""
        people = self.select_related("programme__credential_type__body", "lead_trainer")
        return people.prefetch_related("days", "co_trainers", "programme__requirements")

    def with_all(self) -> TrainingEventQuerySet:
        """With what the page of an event reads."""
        rows = self.select_related("programme__credential_type__body", "lead_trainer")
        return rows.prefetch_related("days", "co_trainers")

    def with_numbers(self) -> TrainingEventQuerySet:
        """With `numbers`, how many candidates were taken on."""
        taken = ~Q(traineeship__state__in=["applied", "rejected", "withdrawn"])
        return self.annotate(numbers=models.Count("traineeship", filter=taken, distinct=True))


class TrainingEvent(models.Model):
    """A training that candidates attend: a few days at one place, or a hybrid with its live part."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        OPEN = "open", _("Open")
        RUNNING = "running", _("Running")
        FINISHED = "finished", _("Finished")
        CANCELLED = "cancelled", _("Cancelled")

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, verbose_name=_("programme"))
    name = models.CharField(_("name"), max_length=120, help_text=_("Example: CIMI in four days, Leeds"))
    lead_trainer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("lead trainer"))
    co_trainers = models.ManyToManyField(User, related_name="+", blank=True, verbose_name=_("co-trainers"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    link = models.URLField(_("link to the live part"), blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_zone])
    capacity = models.PositiveSmallIntegerField(_("places"), default=12)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRAFT)
    about = models.TextField(
        _("good to know"),
        blank=True,
        help_text=_("Whoever thinks of applying reads it. Example: “Lunch is there; please bring a doll.”"),
    )
    reason = models.TextField(_("why it was called off"), blank=True, editable=False)

    objects = TrainingEventQuerySet.as_manager()

    MOVES: ClassVar[dict[str, frozenset[str]]] = {
        "draft": frozenset({"open", "cancelled"}),
        "open": frozenset({"running", "cancelled"}),
        "running": frozenset({"open", "finished", "cancelled"}),
        "finished": frozenset({"running"}),
    }

    class Meta:
        verbose_name = _("training event")
        verbose_name_plural = _("training events")
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [models.Index(fields=["state"], name="training_event_state")]

    def __str__(self) -> str:
        return self.name


class TrainingDay(models.Model):
    """One day of an event, on the clock of the event's time zone."""

    event = models.ForeignKey(TrainingEvent, on_delete=models.PROTECT, related_name="days", verbose_name=_("event"))
    on = models.DateField(_("day"))
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("to"))
    break_minutes = models.PositiveSmallIntegerField(_("minutes of breaks"), default=0)
    is_practicum = models.BooleanField(_("with parents and babies"), default=False)

    class Meta:
        verbose_name = _("training day")
        verbose_name_plural = _("training days")
        ordering: ClassVar = ["on", "starts"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "on"], name="training_day_once"),
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="training_day_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.on}"


class DayAttendanceQuerySet(models.QuerySet["DayAttendance"]):
    def of_event(self, event: TrainingEvent) -> DayAttendanceQuerySet:
        return self.filter(day__event=event)


class DayAttendance(models.Model):
    """Whether a candidate was there on a training day, written by a trainer."""

    class Status(models.TextChoices):
        PRESENT = "present", _("Present")
        PARTIAL = "partial", _("Partly")
        ABSENT = "absent", _("Away")
        MADE_UP = "made_up", _("Made up")

    traineeship = models.ForeignKey(Traineeship, on_delete=models.PROTECT, related_name="attendance")
    day = models.ForeignKey(TrainingDay, on_delete=models.PROTECT, related_name="attendance", verbose_name=_("day"))
    status = models.CharField(_("attendance"), max_length=8, choices=Status)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=0)
    made_up_on = models.DateField(_("made up on"), null=True, blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("noted by"))
    recorded_at = models.DateTimeField(_("noted"))

    objects = DayAttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")
        ordering: ClassVar = ["day__on"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["traineeship", "day"], name="attendance_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.get_status_display()}"
