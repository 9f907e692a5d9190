from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class LetterQuerySet(models.QuerySet["Letter"]):
    def due(self, now: datetime) -> LetterQuerySet:
        """Waiting letters whose time has come, and tries that were never confirmed and whose lease is over."""
        waiting = Q(state=Letter.State.WAITING, send_after__lte=now)
        unconfirmed = Q(state=Letter.State.TRYING, lease_until__lte=now)
        return self.filter(waiting | unconfirmed)

    def newest(self, most: int) -> LetterQuerySet:
        return self.order_by("-queued_at", "-pk")[:most]

    def most_pressing(self) -> Letter | None:
        """Codes that someone waits for, then whatever has waited longest."""
        return self.order_by("-urgent", "send_after", "pk").first()

    def as_it_stood(self, letter: Letter) -> LetterQuerySet:
        """Nothing, if anybody has taken this letter up since it was read."""
        return self.filter(state=letter.state, tries=letter.tries, lease_until=letter.lease_until)

    def parked(self) -> LetterQuerySet:
        return self.filter(state=Letter.State.PARKED)

    def older_than(self, moment: datetime) -> LetterQuerySet:
        """Letters whose words have done their work."""
        sent = Q(state=Letter.State.SENT, sent_at__lt=moment)
        left_alone = Q(state__in=[Letter.State.PARKED, Letter.State.LATE], queued_at__lt=moment)
        return self.filter(sent | left_alone)

    def not_sent(self) -> LetterQuerySet:
        """Whatever has not left for certain, parked ones too: somebody could still send those."""
        return self.exclude(state=Letter.State.SENT)

    def never_tried(self) -> LetterQuerySet:
        """Those that have not left for certain: they wait, and whatever the mail server said, it took nothing."""
        return self.filter(state=Letter.State.WAITING, tries=0)

    def unsent(self) -> LetterQuerySet:
        return self.filter(state__in=[Letter.State.WAITING, Letter.State.TRYING])


class Letter(models.Model):
    """One e-mail to one address.

    `tries` counts the attempts whose outcome nobody knows: the number is written before each try, and two of them park
    the letter, so a worker killed at the worst moment never makes a third copy. `refusals` counts clear answers of the
    mail server that nothing was taken; these are tried again for days.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        TRYING = "trying", _("on its way")
        SENT = "sent", _("sent")
        PARKED = "parked", _("parked: needs someone")
        LATE = "late", _("not sent: its time was over")

    key = models.CharField(_("key"), max_length=200, unique=True)
    to = models.EmailField(_("to"))
    language = models.CharField(_("language"), max_length=12)
    subject = models.CharField(_("subject"), max_length=250)
    text = models.TextField(_("text"))
    html = models.TextField(_("HTML"), blank=True)
    attachments = models.JSONField(_("attachments"), default=list, blank=True)
    message_id = models.CharField(max_length=200, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    urgent = models.BooleanField(_("urgent"), default=False)
    queued_at = models.DateTimeField(_("queued"))
    send_after = models.DateTimeField(_("not before"))
    lease_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("unconfirmed tries"), default=0)
    refusals = models.PositiveSmallIntegerField(_("refusals"), default=0)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    # Words of a person: whose, and where an answer goes.
    from_name = models.CharField(_("in the name of"), max_length=120, blank=True, default="")
    reply_to = models.EmailField(_("answers go to"), blank=True, default="")
    # Whoever does not want such letters stops them there: RFC 8058.
    stop_url = models.CharField(_("address to stop them"), max_length=300, blank=True, default="")
    # A stop of hours neither lets it leave at night, by the clock of that zone, nor when it is of no use any more.
    by_day_in = models.CharField(_("by day in"), max_length=64, blank=True, default="")
    send_until = models.DateTimeField(_("of use until"), null=True, blank=True)
    about = models.CharField(_("about"), max_length=80, null=True, blank=True)
    trouble = models.TextField(_("trouble"), blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [
            models.Index(fields=["state", "-urgent", "send_after"], name="letter_due"),
            models.Index(fields=["queued_at"], name="letter_queued"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(tries__lte=2), name="letter_two_copies_at_most"),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | ~Q(state="sent"), name="letter_sent_has_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}"
