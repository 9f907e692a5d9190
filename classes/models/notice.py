from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from classes.models.away import hash_of
from classes.models.change import SessionChange
from classes.models.enrolment import Enrolment
from classes.models.session import Session
from families.models import Caregiver


class NoticeQuerySet(models.QuerySet["Notice"]):
    def at(self, token: str, *, now: datetime) -> NoticeQuerySet:
        """What answers at this address, in the first letter or in the second, for whom it was written to.

        Whoever left the family, even if they came back, and a family that asked for quiet, find nothing there.
        """
        secret = hash_of(token)
        answering = self.filter(
            Q(token_hash=secret) | Q(again_hash=secret),
            expires_at__gt=now,
            caregiver__removed_at__isnull=True,
            caregiver__user__is_active=True,
            caregiver__family=F("enrolment__family"),
            caregiver__family__closed_at__isnull=True,
            caregiver__family__quiet_at__isnull=True,
            told_at__gte=F("caregiver__joined_at"),
        )
        return answering.exclude(caregiver__role=Caregiver.Role.DATES).for_page()

    def for_page(self) -> NoticeQuerySet:
        series = ("change__session__series__venue", "change__session__series__instructor", "change__session__lesson")
        return self.select_related(
            *series, "change__session__substitute", "enrolment__series", "enrolment__family", "caregiver__user"
        )

    def of_change(self, change: SessionChange) -> NoticeQuerySet:
        return self.filter(change=change)

    def of_enrolments(self, enrolments: Iterable[int]) -> NoticeQuerySet:
        return self.filter(enrolment__in=list(enrolments))

    def to_write_again(self, now: datetime) -> NoticeQuerySet:
        """Those whose second letter is due: nobody of the booking opened the first, answered it or was spoken to.

        A date that was changed once more since has letters of its own.
        """
        heard = Q(opened_at__isnull=False) | ~Q(chosen="") | Q(spoken_at__isnull=False)
        same = Notice.objects.filter(heard, change=models.OuterRef("change"), enrolment=models.OuterRef("enrolment"))
        later = SessionChange.objects.filter(
            session=models.OuterRef("change__session"), pk__gt=models.OuterRef("change")
        )
        due = self.filter(again_due_at__lte=now, again_until__gt=now, again_hash__isnull=True)
        standing = due.filter(enrolment__state=Enrolment.State.BOOKED, enrolment__family__quiet_at__isnull=True)
        return standing.exclude(models.Exists(same)).exclude(models.Exists(later)).for_page()


class Notice(models.Model):
    """That one adult of one booking was told of one changed date, by letter, and what came of it.

    `letter_key` names the letter in the outbox; empty where nobody of the family can be written to, who is then to be
    phoned. The letter holds the address of a page, of which only the hash is kept; a second letter has its own.
    `chosen` is what the family wants instead of the changed date, where it was asked.
    """

    class Choice(models.TextChoices):
        MAKE_UP = "make_up", _("a make-up place")
        REFUND = "refund", _("the money back")

    change = models.ForeignKey(SessionChange, on_delete=models.PROTECT, related_name="notices")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="notices")
    caregiver = models.ForeignKey(Caregiver, on_delete=models.PROTECT, related_name="+")
    letter_key = models.CharField(_("letter"), max_length=200, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    told_at = models.DateTimeField(_("told"))
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True)
    chosen = models.CharField(_("wants instead"), max_length=8, choices=Choice, blank=True)
    chosen_at = models.DateTimeField(null=True, blank=True)
    spoken_at = models.DateTimeField(_("spoken to"), null=True, blank=True)
    spoken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    again_due_at = models.DateTimeField(_("told again from"), null=True, blank=True)
    again_until = models.DateTimeField(null=True, blank=True)
    again_hash = models.CharField(max_length=64, unique=True, null=True, blank=True)
    again_at = models.DateTimeField(_("told again"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice of a changed date")
        verbose_name_plural = _("notices of changed dates")
        indexes: ClassVar = [
            models.Index(fields=["again_due_at"], condition=Q(again_hash__isnull=True), name="notice_to_tell_again"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["change", "enrolment", "caregiver"], name="notice_once_an_adult"),
            models.CheckConstraint(
                condition=Q(chosen="", chosen_at__isnull=True) | ~Q(chosen="") & Q(chosen_at__isnull=False),
                name="notice_chosen_has_time",
            ),
            models.CheckConstraint(
                condition=Q(spoken_at__isnull=True, spoken_by__isnull=True)
                | Q(spoken_at__isnull=False, spoken_by__isnull=False),
                name="notice_spoken_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(again_hash__isnull=True, again_at__isnull=True)
                | Q(again_hash__isnull=False, again_at__isnull=False),
                name="notice_told_again_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"notice {self.pk}"

    @property
    def session(self) -> Session:
        return self.change.session
