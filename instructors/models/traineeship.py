from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from config.accounts.models import User
from instructors.models.body import CredentialType
from instructors.models.programme import Programme, Requirement

if TYPE_CHECKING:
    from instructors.models.event import TrainingEvent

OPEN_STATES = ("applied", "accepted", "active", "signed_off")


def reads_all(user: Any) -> bool:
    """Whether the user may read everything of certification: a superuser, or an auditor, who changes nothing."""
    return bool(user.is_superuser or user.has_perm("instructors.audit_certificate"))


class TraineeshipQuerySet(models.QuerySet["Traineeship"]):
    def open(self) -> TraineeshipQuerySet:
        return self.filter(state__in=OPEN_STATES)

    def on_the_way(self) -> TraineeshipQuerySet:
        """Open, or run out of time, which can be given; the latter unless they got there another way."""
        there = self.model._default_manager.filter(trainee=OuterRef("trainee"), state="certified")
        return self.filter(Q(state__in=OPEN_STATES) | (Q(state="lapsed") & ~Exists(there)))

    def in_training(self) -> TraineeshipQuerySet:
        """Accepted, and not yet certified or ended."""
        return self.filter(state__in=OPEN_STATES[1:])

    def practising(self) -> TraineeshipQuerySet:
        """In training to teach, and not signed off: practice is noted for them."""
        return self.filter(state__in=["accepted", "active"], credential_type__may_teach=True)

    def for_teaching(self) -> TraineeshipQuerySet:
        return self.filter(credential_type__may_teach=True)

    def active(self) -> TraineeshipQuerySet:
        return self.filter(state=Traineeship.State.ACTIVE)

    def led_by(self, trainer: Any) -> TraineeshipQuerySet:
        return self.filter(trainer_of_record=trainer)

    def of(self, user: Any) -> TraineeshipQuerySet:
        return self.filter(trainee=user)

    def ended(self, before: date) -> TraineeshipQuerySet:
        """Over before that day, with a certificate or without; a lapsed one ended with its last day."""
        over = Q(state__in=["certified", "rejected", "withdrawn", "closed"], closed_at__date__lt=before)
        return self.filter(over | Q(state="lapsed", deadline_on__lt=before))

    def may_have_run_out(self, on: date) -> TraineeshipQuerySet:
        """In training, and past the deadline or on a programme whose steps have deadlines of their own."""
        stepwise = Requirement.objects.filter(
            programme=OuterRef("programme"), stage=Requirement.Stage.INITIAL, deadline_rule__has_key="anchor"
        )
        return self.filter(Q(deadline_on__lt=on) | Exists(stepwise), state__in=["accepted", "active"])

    def applied(self) -> TraineeshipQuerySet:
        return self.filter(state="applied")

    def not_begun(self) -> TraineeshipQuerySet:
        return self.filter(state="accepted")

    def taken_on(self) -> TraineeshipQuerySet:
        """Those who have or had a place: neither waiting for the answer, nor declined, nor withdrawn."""
        return self.exclude(state__in=["applied", "rejected", "withdrawn"])

    def marks_of(self, event: TrainingEvent) -> list[Any]:
        """Those in training at this event, each with `marks`, the number of days with attendance noted."""
        rows = self.in_training().filter(event=event).annotate(marks=models.Count("attendance"))
        return list(rows.order_by("pk"))

    def without_access(self, event: TrainingEvent) -> TraineeshipQuerySet:
        """In training at this event, and the online part is not open for them yet."""
        rows = self.filter(event=event, state__in=["accepted", "active"], access_on__isnull=True)
        return rows.select_related("trainee")

    def in_grid(self, event: TrainingEvent) -> TraineeshipQuerySet:
        """Those whose attendance at this event is noted, by name, as many as an event has places."""
        rows = self.filter(event=event, state__in=["accepted", "active", "signed_off", "certified"])
        return rows.select_related("trainee").order_by("trainee__name", "pk")[:60]

    def after(self, pk: int) -> TraineeshipQuerySet:
        """The rows with a later number, in order of their numbers."""
        return self.filter(pk__gt=pk).order_by("pk")

    def visible_to(self, user: Any) -> TraineeshipQuerySet:
        """A trainer's own candidates, those one is deputy for, a registrar's body; never one's own.

        A superuser reads everything, and so does an auditor but for their own.
        """
        if user.is_superuser:
            return self
        if reads_all(user):
            return self.exclude(trainee=user)
        led = Q(event__lead_trainer=user) | Q(event__co_trainers=user)
        kept = Q(credential_type__body__registrars=user)
        own = Q(trainer_of_record=user) | Q(pk__in=_stood_in_for(user))
        return self.filter(own | led | kept).exclude(trainee=user).distinct()

    def in_hand_of(self, user: Any) -> TraineeshipQuerySet:
        """Going on, with the user as trainer or deputy, or applied for an event that the user leads."""
        applied = Q(state=Traineeship.State.APPLIED, event__lead_trainer=user)
        own = Q(trainer_of_record=user) | Q(pk__in=_stood_in_for(user))
        return self.filter(applied | (Q(state__in=OPEN_STATES) & own)).distinct()

    def kept_by(self, user: Any) -> TraineeshipQuerySet:
        """Those of the bodies that the user is registrar of, but for the user's own."""
        return self.filter(credential_type__body__registrars=user).exclude(trainee=user)

    def needing_a_trainer(self, on: date) -> TraineeshipQuerySet:
        """Open ones whose trainer may not certify on that day, or who have none."""
        from instructors.models.certificate import Certificate  # certificates name traineeships, so not at the top

        holds = (
            Certificate.objects.to_train()
            .valid(on)
            .filter(holder=OuterRef("trainer_of_record"), credential_type__body=OuterRef("credential_type__body"))
        )
        return self.open().exclude(state="applied").filter(~Exists(holds))

    def wanting_second_signature(self, user: Any) -> TraineeshipQuerySet:
        """Signed off once, by somebody other than the user, on a programme that asks for two signatures."""
        from instructors.models.sign_off import SignOff  # sign-offs name traineeships, so not at the top

        once = SignOff.objects.filter(traineeship=OuterRef("pk"), withdrawn_at__isnull=True, second_by__isnull=True)
        rows = self.filter(state=Traineeship.State.SIGNED_OFF, programme__second_signature=True)
        return rows.filter(Exists(once.exclude(signed_by=user))).order_by("started_on", "pk")

    def with_work(self) -> TraineeshipQuerySet:
        """With everything that `progress` reads, in a number of queries that does not grow."""
        from instructors.models.practicum import PracticeDate, PracticumFamily  # these name traineeships, too
        from instructors.models.work import Assessment  # works name traineeships, so not at the top

        judged = Assessment.objects.select_related("assessor")
        return self.with_people().prefetch_related(
            "programme__requirements",
            "event__days",
            "attendance",
            models.Prefetch("families", queryset=PracticumFamily.objects.select_related("seen_by")),
            "families__sessions",
            models.Prefetch("practice_dates", queryset=PracticeDate.objects.select_related("observer")),
            "submissions",
            "extensions",
            models.Prefetch("assessments", queryset=judged),
        )

    def with_people(self) -> TraineeshipQuerySet:
        return self.select_related("trainee", "trainer_of_record", "programme__credential_type__body", "event")


def _stood_in_for(user: Any) -> models.QuerySet[Any, Any]:
    """The traineeships that the user is deputy for."""
    from instructors.models.deputy import Deputy  # deputies name traineeships, so not at the top

    return Deputy.objects.standing().filter(trainer=user).values("traineeship")


class Traineeship(models.Model):
    """A person's way to one credential, on one version of a programme. Being ready is computed, never stored."""

    class State(models.TextChoices):
        APPLIED = "applied", _("Applied")
        ACCEPTED = "accepted", _("Accepted")
        ACTIVE = "active", _("In training")
        SIGNED_OFF = "signed_off", _("Signed off")
        CERTIFIED = "certified", _("Certified")
        REJECTED = "rejected", _("Not accepted")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        CLOSED = "closed", _("Closed")
        LAPSED = "lapsed", _("Lapsed")

    MOVES: ClassVar[dict[str, frozenset[str]]] = {
        "applied": frozenset({"accepted", "rejected", "withdrawn"}),
        "accepted": frozenset({"active", "withdrawn", "closed", "lapsed"}),
        "active": frozenset({"signed_off", "withdrawn", "closed", "lapsed"}),
        "signed_off": frozenset({"certified", "active"}),
        "lapsed": frozenset({"active"}),
    }

    trainee = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("candidate"))
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, verbose_name=_("programme"))
    # The programme's own, copied so that the database can refuse a second open traineeship.
    credential_type = models.ForeignKey(CredentialType, on_delete=models.PROTECT, verbose_name=_("leads to"))
    event = models.ForeignKey(
        "instructors.TrainingEvent", on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("training event")
    )
    trainer_of_record = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("trainer")
    )
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.APPLIED)
    applied_at = models.DateTimeField(_("applied"))
    started_on = models.DateField(_("started"), null=True, blank=True)
    access_on = models.DateField(_("access to the online part from"), null=True, blank=True)
    deadline_on = models.DateField(_("to be finished by"), null=True, blank=True)
    closed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("ended by")
    )
    closed_at = models.DateTimeField(_("ended"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    application = models.TextField(_("what the candidate wrote"), null=True, blank=True)
    note = models.TextField(
        _("note for trainers"),
        blank=True,
        help_text=_("Only trainers of record read this. Example: “Prefers to be rung after six.”"),
    )

    objects = TraineeshipQuerySet.as_manager()

    class Meta:
        verbose_name = _("traineeship")
        verbose_name_plural = _("traineeships")
        ordering: ClassVar = ["deadline_on", "pk"]
        indexes: ClassVar = [models.Index(fields=["state", "deadline_on"], name="traineeship_due")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["trainee", "credential_type"],
                condition=Q(state__in=OPEN_STATES),
                name="traineeship_one_open",
                violation_error_message=_("This person already has an open traineeship for this credential."),
            ),
            models.CheckConstraint(
                condition=Q(trainer_of_record__isnull=True) | ~Q(trainer_of_record=F("trainee")),
                name="traineeship_not_own_trainer",
                violation_error_message=_("Nobody can be their own trainer."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.trainee)


class Extension(models.Model):
    """More time, with its reason. It only ever moves forward."""

    traineeship = models.ForeignKey(Traineeship, on_delete=models.PROTECT, related_name="extensions")
    requirement = models.ForeignKey(
        Requirement, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("for this requirement")
    )
    old_on = models.DateField(_("was"), null=True, blank=True)
    new_on = models.DateField(_("now"))
    reason = models.TextField(_("reason"))
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("given by"))
    granted_at = models.DateTimeField(_("given"))

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(old_on__isnull=True) | Q(new_on__gt=F("old_on")), name="extension_moves_forward"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.new_on}"
