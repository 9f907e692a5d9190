from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import ClassVar

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from config.accounts.models import User
from config.lib.append_only import AppendOnly
from config.lib.refs import new_token
from instructors.models.programme import Requirement
from instructors.models.traineeship import Traineeship


def random_name(row: Submission, name: str) -> str:
    """Where a file is kept: under letters that nobody can guess, and never under the name it came with."""
    return f"submissions/{new_token()}{Path(name).suffix}"


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def kept(self) -> SubmissionQuerySet:
        """Those whose words and files are still here."""
        return self.filter(forgotten_on__isnull=True)

    def of_ended(self, before: date) -> SubmissionQuerySet:
        """Of trainings that ended before that day."""
        return self.filter(traineeship__in=Traineeship.objects.ended(before).values("pk"))


class Submission(models.Model):
    """One attempt handed in: a file, a link or words. After it was assessed nobody changes or withdraws it.

    `file_name` is what the file was called; it is kept under another name. Some time after the training the words and
    the file are deleted (`forgotten_on`), and the row stays.
    """

    traineeship = models.ForeignKey(Traineeship, on_delete=models.PROTECT, related_name="submissions")
    requirement = models.ForeignKey(Requirement, on_delete=models.PROTECT, verbose_name=_("requirement"))
    no = models.PositiveSmallIntegerField(_("attempt"))
    file = models.FileField(_("file"), upload_to=random_name, blank=True)
    file_name = models.CharField(_("name of the file"), max_length=120, blank=True, default="")
    file_size = models.PositiveIntegerField(_("bytes"), default=0)
    text = models.TextField(_("words"), blank=True)
    url = models.URLField(_("link"), blank=True)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("handed in by"))
    submitted_at = models.DateTimeField(_("handed in"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    forgotten_on = models.DateField(_("words and file deleted"), null=True, blank=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("work handed in")
        verbose_name_plural = _("work handed in")
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [
            models.Index(fields=["traineeship"], condition=Q(forgotten_on__isnull=True), name="submission_still_kept"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["traineeship", "requirement", "no"], name="submission_no_once"),
            models.CheckConstraint(
                condition=Q(forgotten_on__isnull=True) | Q(file="", text="", url=""), name="submission_forgotten_whole"
            ),
        ]

    def __str__(self) -> str:
        return _("%(work)s, attempt %(no)d") % {"work": self.requirement, "no": self.no}


class Assessment(AppendOnly):
    """A trainer's judgement of one requirement, for good. A correction is a new row that `supersedes` the old one."""

    class Outcome(models.TextChoices):
        PASSED = "passed", _("Passed")
        REPEAT = "repeat", _("Please repeat")
        FAILED = "failed", _("Not passed")

    traineeship = models.ForeignKey(Traineeship, on_delete=models.PROTECT, related_name="assessments")
    # The traineeship's own, copied so that the database can refuse an assessor who is the candidate.
    trainee = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("candidate"))
    requirement = models.ForeignKey(Requirement, on_delete=models.PROTECT, verbose_name=_("work"))
    submission = models.ForeignKey(
        Submission,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assessments",
        verbose_name=_("attempt"),
    )
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome)
    score = models.PositiveSmallIntegerField(_("score"), null=True, blank=True, validators=[MaxValueValidator(100)])
    comment = models.TextField(_("comment"), blank=True)
    assessor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    assessed_at = models.DateTimeField(_("when"))
    supersedes = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="superseded_by",
        verbose_name=_("corrects"),
    )

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(assessor=F("trainee")),
                name="assessment_not_by_trainee",
                violation_error_message=_("Nobody assesses their own work."),
            ),
            models.CheckConstraint(
                condition=~Q(outcome="repeat", comment=""),
                name="assessment_repeat_says_why",
                violation_error_message=_("Please say what to look at again."),
            ),
            models.CheckConstraint(
                condition=Q(supersedes__isnull=True) | ~Q(comment=""),
                name="assessment_correction_says_why",
                violation_error_message=_("Please give the reason for the correction."),
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__lte=100), name="assessment_score_of_a_hundred"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.requirement}: {self.get_outcome_display()}"
