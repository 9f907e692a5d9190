from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from classes.models.enrolment import Enrolment
from classes.models.series import Series
from classes.models.session import Session
from config.lib.refs import new_reference
from families.models import Caregiver
from instructors.models import Instructor


class MessageQuerySet(models.QuerySet["Message"]):
    def of_series(self, series: Series) -> MessageQuerySet:
        """Newest first."""
        return self.filter(series=series).order_by("-written_at", "-pk")

    def led_by(self, instructor: Instructor) -> MessageQuerySet:
        """Of series that this instructor leads."""
        return self.filter(series__instructor=instructor)

    def standing(self) -> MessageQuerySet:
        return self.filter(taken_back_at__isnull=True)

    def besides(self, message: Message) -> MessageQuerySet:
        return self.exclude(pk=message.pk)

    def written_since(self, moment: datetime) -> MessageQuerySet:
        return self.filter(written_at__gt=moment)


class Message(models.Model):
    """Words of an instructor to families of a series. Each adult gets a letter of their own; see MessageCopy.

    `words` hold names in braces, such as {name}, that are filled in for each reader. The letters stand in the outbox,
    and leave it when their time has come; until then `taken_back_at` stops them.
    """

    class Audience(models.TextChoices):
        ALL = "all", _("Everyone")
        AWAY = "away", _("Those away on a date")
        STREAM = "stream", _("Those who stream")
        WAITING = "waiting", _("The waiting list")

    class When(models.TextChoices):
        NOW = "now", _("Now")
        MORNING = "morning", _("Next morning")

    reference = models.CharField(max_length=16, unique=True, default=new_reference)
    key = models.CharField(max_length=64, unique=True)
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="messages")
    audience = models.CharField(_("to"), max_length=8, choices=Audience)
    session = models.ForeignKey(Session, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    when = models.CharField(_("when"), max_length=8, choices=When)
    subject = models.CharField(_("subject"), max_length=120)
    words = models.TextField(_("message"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(_("written"))
    taken_back_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message to families")
        verbose_name_plural = _("messages to families")
        indexes: ClassVar = [models.Index(fields=["series", "-written_at"], name="message_of_series")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(audience="away", session__isnull=False) | ~Q(audience="away") & Q(session__isnull=True),
                name="message_about_a_date_names_it",
            ),
        ]

    def __str__(self) -> str:
        return f"message {self.reference}"


class MessageCopy(models.Model):
    """One adult's own letter of a message. `letter` is the key of it in the outbox."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="copies")
    caregiver = models.ForeignKey(Caregiver, on_delete=models.PROTECT, related_name="+")
    letter = models.CharField(max_length=200, unique=True)
    send_after = models.DateTimeField(_("not before"))
    taken_back_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    class Meta:
        verbose_name = _("letter of a message")
        verbose_name_plural = _("letters of a message")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "caregiver"], name="message_once_a_reader"),
        ]

    def __str__(self) -> str:
        return f"letter {self.pk} of message {self.message_id}"


class ChoiceLetterQuerySet(models.QuerySet["ChoiceLetter"]):
    def nudges(self) -> ChoiceLetterQuerySet:
        return self.filter(kind=ChoiceLetter.Kind.PRACTICE)

    def thanks(self) -> ChoiceLetterQuerySet:
        return self.filter(kind=ChoiceLetter.Kind.THANKS)


class ChoiceLetter(models.Model):
    """A letter that a family could do without, and that was written: so that it is written once, whatever stops.

    The nudge to practise comes once after a date, the thanks once a booking.
    """

    class Kind(models.TextChoices):
        PRACTICE = "practice", _("a nudge to practise")
        THANKS = "thanks", _("thanks after the last date")

    kind = models.CharField(max_length=8, choices=Kind)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="+")
    caregiver = models.ForeignKey(Caregiver, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(_("written"))

    objects = ChoiceLetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter of choice")
        verbose_name_plural = _("letters of choice")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["enrolment", "session", "caregiver"],
                condition=Q(kind="practice"),
                name="choice_letter_nudges_once_a_date",
            ),
            models.UniqueConstraint(
                fields=["enrolment", "caregiver"], condition=Q(kind="thanks"), name="choice_letter_thanks_once"
            ),
        ]

    def __str__(self) -> str:
        return f"letter of choice {self.pk}"
