from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from classes.models.session import Session
from config.lib.fields import EncryptedTextField
from config.lib.refs import new_reference, new_token
from families.models import Baby, Family
from instructors.models import Instructor


class IncidentNoteQuerySet(models.QuerySet["IncidentNote"]):
    def read_by(self, instructor: Instructor) -> IncidentNoteQuerySet:
        """Those that this instructor wrote, and those of series that they lead."""
        return self.filter(Q(written_by=instructor.user_id) | Q(session__series__instructor=instructor))

    def about_family(self, family: Family) -> IncidentNoteQuerySet:
        """Those about a baby of this family."""
        return self.filter(baby__family=family)

    def of_trainees(self, trainees: Any) -> IncidentNoteQuerySet:
        """Those from practice series of these people, who learn to teach."""
        return self.filter(session__series__is_practice=True, session__series__instructor__user__in=trainees)

    def older_than(self, moment: datetime) -> IncidentNoteQuerySet:
        return self.filter(written_at__lt=moment)


class IncidentNote(models.Model):
    """What happened in a session that somebody may ask about later, written once and never changed.

    Whoever has more to say writes another. Every text is encrypted; who may read which stands in `classes.incidents`.
    """

    reference = models.CharField(max_length=16, unique=True, default=new_reference)
    key = models.CharField(max_length=64, unique=True, default=new_token)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="incidents")
    baby = models.ForeignKey(Baby, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    happened_at = models.DateTimeField(_("when it happened"))
    summary = EncryptedTextField(_("in one line, without names"))
    what = EncryptedTextField(_("what happened"))
    done = EncryptedTextField(_("what was done"), blank=True, default="")
    told = EncryptedTextField(_("who was told"), blank=True, default="")
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(_("written"))

    objects = IncidentNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("incident note")
        verbose_name_plural = _("incident notes")
        indexes: ClassVar = [
            models.Index(fields=["session", "written_at"], name="incident_of_session"),
            models.Index(fields=["baby"], name="incident_of_baby"),
            models.Index(fields=["written_at"], name="incident_written"),
        ]

    def __str__(self) -> str:
        return f"incident note {self.reference}"
