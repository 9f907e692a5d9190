from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from classes.models.series import Series
from config.accounts.models import User
from config.lib.refs import new_token


class SeriesAlertQuerySet(models.QuerySet["SeriesAlert"]):
    def of(self, user: User) -> SeriesAlertQuerySet:
        """Those that this person has, newest first; a stopped one is theirs no more."""
        return self.filter(user=user, stopped_at__isnull=True).order_by("-made_at", "-pk")

    def in_force(self, now: datetime) -> SeriesAlertQuerySet:
        """Neither stopped, paused nor run out, of accounts that are open."""
        going = self.filter(stopped_at__isnull=True, paused_at__isnull=True, expires_at__gt=now)
        return going.filter(user__is_active=True)

    def longest_unseen(self) -> SeriesAlertQuerySet:
        """Those that nobody looked at for longest come first."""
        return self.order_by(F("looked_at").asc(nulls_first=True), "pk")

    def run_out(self, now: datetime) -> SeriesAlertQuerySet:
        return self.filter(expires_at__lte=now)


class SeriesAlert(models.Model):
    """Somebody wants to be told when a class fits. `query` is a search, as `searching.kept` writes it."""

    token = models.CharField(max_length=64, unique=True, default=new_token)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    query = models.JSONField(_("what would fit"), default=dict)
    made_at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True, blank=True)
    last_told_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)

    objects = SeriesAlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("alert for new classes")
        verbose_name_plural = _("alerts for new classes")
        indexes: ClassVar = [
            models.Index(
                fields=["looked_at"],
                condition=Q(paused_at__isnull=True, stopped_at__isnull=True),
                name="alert_longest_unseen",
            ),
            models.Index(fields=["expires_at"], name="alert_run_out"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="alert_runs_out_after_it_was_made"),
        ]

    def __str__(self) -> str:
        return f"alert {self.pk}"


class AlertTold(models.Model):
    """A series that an alert need not tell any more: it was in a letter, or on the page where the alert was made."""

    alert = models.ForeignKey(SeriesAlert, on_delete=models.CASCADE, related_name="told")
    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="+")
    told_at = models.DateTimeField()

    class Meta:
        verbose_name = _("class that an alert has told")
        verbose_name_plural = _("classes that an alert has told")
        constraints: ClassVar = [models.UniqueConstraint(fields=["alert", "series"], name="alert_tells_once")]

    def __str__(self) -> str:
        return f"{self.alert_id}/{self.series_id}"
