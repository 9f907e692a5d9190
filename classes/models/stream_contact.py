from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from classes.models.enrolment import Enrolment
from classes.models.session import Session
from config.lib.fields import EncryptedTextField
from families.models import Caregiver


class StreamContactQuerySet(models.QuerySet["StreamContact"]):
    def of_session(self, session: Session) -> StreamContactQuerySet:
        return self.filter(session=session)

    def to_forget(self, now: datetime) -> StreamContactQuerySet:
        return self.filter(forget_at__lte=now)


class StreamContact(models.Model):
    """Where a family is while it joins one date by stream, and whom to ring: asked for before the door opens.

    The instructor cannot see what happens in that room, so help must find its way there. Ciphertext in the database,
    read by whoever leads that date, deleted within 24 hours of it. One a booking and date.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="+")
    written_by = models.ForeignKey(Caregiver, on_delete=models.CASCADE, related_name="+")
    address = EncryptedTextField(_("where they are"))
    contact_name = EncryptedTextField(_("whom to ring"))
    contact_phone = EncryptedTextField(_("their telephone number"))
    written_at = models.DateTimeField()
    forget_at = models.DateTimeField(_("deleted from"))

    objects = StreamContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact for a live-stream")
        verbose_name_plural = _("contacts for live-streams")
        indexes: ClassVar = [models.Index(fields=["forget_at"], name="stream_contact_forget")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["enrolment", "session"], name="stream_contact_once_a_date"),
        ]

    def __str__(self) -> str:
        return f"contact {self.pk}"
