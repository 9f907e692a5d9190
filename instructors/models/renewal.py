from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q, Sum
from django.utils.translation import gettext_lazy as _

from config.accounts.models import User
from instructors.models.certificate import Certificate, CertificatePeriod
from instructors.models.programme import Programme
from instructors.models.traineeship import reads_all


def _in_reach(user: Any, on: date) -> Q:
    """Of the user's own candidates, of a body that they keep the register of, or that nobody else would look at.

    A certificate without a training here has no trainer of record: every trainer of its body looks at its hours.
    """
    trained = Certificate.objects.held_by(user).to_train().valid(on).values("credential_type__body")
    recorded = Q(certificate__traineeship__isnull=True, certificate__credential_type__body__in=trained)
    own = Q(certificate__traineeship__trainer_of_record=user)
    return own | recorded | Q(certificate__credential_type__body__registrars=user)


class CERecordQuerySet(models.QuerySet["CERecord"]):
    def visible_to(self, user: Any, *, on: date) -> CERecordQuerySet:
        if reads_all(user):
            return self
        return self.filter(_in_reach(user, on)).exclude(holder=user).distinct()

    def of(self, certificate: Certificate) -> CERecordQuerySet:
        return self.filter(certificate=certificate)

    def numbered(self, number: int) -> CERecord | None:
        """A number with more digits than any key has is as good as none, and the database would not take it."""
        return self.filter(pk=number).first() if number < 10**18 else None

    def undecided(self) -> CERecordQuerySet:
        return self.filter(state=CERecord.State.NOTED)

    def accepted(self) -> CERecordQuerySet:
        return self.filter(state=CERecord.State.ACCEPTED)

    def that_count(self, *, since: date, until: date) -> CERecordQuerySet:
        """Accepted, held within those days, and not yet counted for a renewal."""
        return self.accepted().filter(counted_in__isnull=True, held_on__gte=since, held_on__lte=until)

    def hours(self) -> Any:
        """The sum of the hours."""
        return self.aggregate(sum=Sum("hours"))["sum"] or 0

    def standing(self) -> CERecordQuerySet:
        return self.exclude(state=CERecord.State.WITHDRAWN)

    def with_names(self) -> CERecordQuerySet:
        return self.select_related("certificate__credential_type__body", "holder", "decided_by")


class CERecord(models.Model):
    """Hours of further learning, as their holder notes them. What was noted stays; a slip is noted anew."""

    class Category(models.TextChoices):
        COURSE = "course", _("Course or workshop")
        TRAINERS_DAY = "stroke_review", _("Stroke review or refresher day")
        CONFERENCE = "conference", _("Conference")
        SUPERVISION = "supervision", _("Supervision or peer group")
        READING = "reading", _("Reading, with notes")
        OTHER = "other", _("Something else")

    class State(models.TextChoices):
        NOTED = "noted", _("With the trainer")
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Not counted")
        WITHDRAWN = "withdrawn", _("Taken back")

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="learning")
    # The certificate's own, copied so that the database can refuse a word on one's own hours.
    holder = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("holder"))
    title = models.CharField(_("what it was"), max_length=160)
    category = models.CharField(_("kind"), max_length=16, choices=Category, default=Category.COURSE)
    held_on = models.DateField(_("last day of it"))
    hours = models.DecimalField(
        _("hours"), max_digits=4, decimal_places=1, validators=[MinValueValidator(0.5), MaxValueValidator(100)]
    )
    evidence = models.TextField(_("what shows it"))
    link = models.URLField(_("link"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.NOTED)
    noted_at = models.DateTimeField(_("noted"))
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("looked at by")
    )
    decided_at = models.DateTimeField(_("looked at"), null=True, blank=True)
    word = models.TextField(_("a word to the holder"), blank=True)
    counted_in = models.ForeignKey(
        CertificatePeriod, on_delete=models.PROTECT, null=True, blank=True, related_name="learning"
    )

    objects = CERecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("learning hours")
        verbose_name_plural = _("learning hours")
        ordering: ClassVar = ["-held_on", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["certificate", "state", "held_on"], name="learning_of_certificate"),
            models.Index(fields=["state", "noted_at"], name="learning_to_look_at"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("holder")), name="learning_not_own_word"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["noted", "withdrawn"], decided_by__isnull=True, decided_at__isnull=True)
                | Q(state__in=["accepted", "refused"], decided_by__isnull=False, decided_at__isnull=False),
                name="learning_decided_by_someone",
            ),
            models.CheckConstraint(condition=~Q(state="refused", word=""), name="learning_refused_with_a_word"),
            models.CheckConstraint(
                condition=Q(counted_in__isnull=True) | Q(state="accepted"), name="learning_counts_once_accepted"
            ),
            models.CheckConstraint(condition=Q(hours__gt=0) & Q(hours__lte=100), name="learning_hours_in_bounds"),
        ]

    def __str__(self) -> str:
        return self.title


class RenewalApplicationQuerySet(models.QuerySet["RenewalApplication"]):
    def visible_to(self, user: Any, *, on: date) -> RenewalApplicationQuerySet:
        if reads_all(user):
            return self
        return self.filter(_in_reach(user, on)).exclude(holder=user).distinct()

    def of(self, certificate: Certificate) -> RenewalApplication | None:
        """The newest of that certificate."""
        return self.filter(certificate=certificate).order_by("-pk").first()

    def numbered(self, pk: int) -> RenewalApplication | None:
        return self.filter(pk=pk).first()

    def open(self) -> RenewalApplicationQuerySet:
        return self.filter(state__in=RenewalApplication.OPEN)

    def to_decide_by(self, user: Any) -> RenewalApplicationQuerySet:
        """Handed in, of a body that the user keeps the register of, and not the user's own."""
        kept = Q(certificate__credential_type__body__registrars=user)
        return self.filter(kept, state=RenewalApplication.State.SUBMITTED).exclude(holder=user)

    def shut_before(self, on: date) -> RenewalApplicationQuerySet:
        """Never handed in, and the last day for it was before that day."""
        return self.filter(state=RenewalApplication.State.DRAFT, window_shuts_on__lt=on)

    def with_names(self) -> RenewalApplicationQuerySet:
        return self.select_related(
            "certificate__credential_type__body", "certificate__programme", "certificate__traineeship__event",
            "holder", "programme", "decided_by",
        )  # fmt: skip


class RenewalApplication(models.Model):
    """The asking for another period. `answers` hold what the holder says to each requirement: {key: words}."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Begun")
        SUBMITTED = "submitted", _("With the registrar")
        APPROVED = "approved", _("Renewed")
        REJECTED = "rejected", _("Not renewed")
        LAPSED = "lapsed", _("Ran out")

    OPEN: ClassVar[tuple[str, ...]] = ("draft", "submitted")
    MOVES: ClassVar[dict[str, frozenset[str]]] = {
        "draft": frozenset({"submitted", "lapsed"}),
        "submitted": frozenset({"approved", "rejected"}),
    }

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="renewals")
    holder = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("holder"))
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, verbose_name=_("by the rules of"))
    window_shuts_on = models.DateField(_("to be handed in by"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    answers = models.JSONField(_("answers"), default=dict, blank=True)
    begun_at = models.DateTimeField(_("begun"))
    submitted_at = models.DateTimeField(_("handed in"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    word = models.TextField(_("a word to the holder"), blank=True)
    period = models.OneToOneField(
        CertificatePeriod, on_delete=models.PROTECT, null=True, blank=True, related_name="renewal"
    )

    objects = RenewalApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("renewal")
        verbose_name_plural = _("renewals")
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [
            models.Index(fields=["state", "window_shuts_on"], name="renewal_window"),
            models.Index(fields=["certificate", "state"], name="renewal_of_certificate"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["certificate"], condition=Q(state__in=("draft", "submitted")), name="renewal_one_open"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("holder")), name="renewal_not_own_word"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "submitted", "lapsed"], decided_by__isnull=True, period__isnull=True)
                | Q(state="approved", decided_by__isnull=False, period__isnull=False)
                | Q(state="rejected", decided_by__isnull=False, period__isnull=True),
                name="renewal_decided_by_someone",
            ),
            models.CheckConstraint(condition=~Q(state="rejected", word=""), name="renewal_rejected_with_a_word"),
        ]

    def __str__(self) -> str:
        return str(self.certificate)
