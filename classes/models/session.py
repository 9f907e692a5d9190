from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from classes.models.series import Series
from config.lib.fields import EncryptedTextField
from config.lib.refs import new_reference
from curriculum.models import Lesson, Region
from instructors.models import Instructor


def title_here(title: str, parts_here: Mapping[str, Collection[str]] | None, lesson: int) -> str:
    """What a lesson is about in a series: its own title where that holds, or the parts of the body that it has here.

    `parts_here` is what the series keeps of it. Without any part, what was shown before is repeated.
    """
    parts = (parts_here or {}).get(str(lesson))
    if parts is None:
        return title
    names = gettext(", ").join(str(Region(part).label) for part in parts)
    return names or gettext("From earlier weeks, as you both like")


class SessionQuerySet(models.QuerySet["Session"]):
    def held(self) -> SessionQuerySet:
        """All that are not called off."""
        return self.exclude(state=Session.State.CANCELLED)

    def to_come(self, now: datetime) -> SessionQuerySet:
        return self.held().filter(starts_at__gt=now)

    def of_series(self, series: Series) -> SessionQuerySet:
        return self.filter(series=series)

    def for_page(self) -> SessionQuerySet:
        return self.select_related("series__venue", "series__instructor", "lesson")

    def for_instructor(self, instructor: Instructor) -> SessionQuerySet:
        """Those that this instructor leads: of own series, or of another's on a date as substitute."""
        own = Q(series__instructor=instructor, substitute__isnull=True)
        return self.filter(own | Q(substitute=instructor))

    def seen_by(self, instructor: Instructor) -> SessionQuerySet:
        """Those whose register this instructor may open: all of own series, and dates taken as substitute."""
        return self.filter(Q(series__instructor=instructor) | Q(substitute=instructor))

    def in_bookings(self, *enrolments: Any) -> SessionQuerySet:
        """Those in which these bookings have a place, or had one."""
        return self.filter(places__enrolment__in=enrolments)

    def tell_anew(self, *, now: datetime, **fields: Any) -> int:
        """Change these fields of all of them in a way that every calendar notices. Returns how many there were."""
        return self.update(**fields, sequence=F("sequence") + 1, changed_at=now)


class Session(models.Model):
    """One meeting of a series. Its places are counted by its own capacity, room and stream apart."""

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        CANCELLED = "cancelled", _("called off")

    reference = models.CharField(max_length=16, unique=True, default=new_reference)
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="sessions")
    number = models.PositiveSmallIntegerField(_("number"))
    lesson = models.ForeignKey(Lesson, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField(_("starts"))
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED)
    capacity = models.PositiveSmallIntegerField(_("places in the room"))
    stream_capacity = models.PositiveSmallIntegerField(_("places on the stream"), default=0)
    # On a date that was moved from the room to the stream; its link is its own, where it has one.
    online_at = models.DateTimeField(_("moved to the live-stream"), null=True, blank=True)
    stream_url = EncryptedTextField(_("link to the live-stream of this date"), blank=True, default="")
    substitute = models.ForeignKey(Instructor, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    note = EncryptedTextField(_("notes on the session"), blank=True, default="")
    register_closed_at = models.DateTimeField(null=True, blank=True)
    sequence = models.PositiveIntegerField(_("calendar sequence"), default=0)
    changed_at = models.DateTimeField(_("date or state changed"), null=True, blank=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering: ClassVar = ["series_id", "number"]
        indexes: ClassVar = [
            models.Index(fields=["starts_at"], name="session_starts"),
            models.Index(fields=["substitute", "starts_at"], name="session_substitute"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["series", "number"], name="session_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="session_number_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.series_id}/{self.number}"

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def week(self) -> int:
        """The week of the plan that it teaches; without a lesson, the one of its number."""
        return self.lesson.week if self.lesson else self.number

    @property
    def title(self) -> str:
        """What it is about, as its series teaches it; empty without a lesson. Comes with its series and its lesson."""
        return title_here(self.lesson.title, self.series.parts_here, self.lesson.pk) if self.lesson else ""

    @property
    def is_online(self) -> bool:
        """Moved from the room to the stream: everybody joins by stream, whichever place they have."""
        return self.online_at is not None

    def is_over(self, now: datetime) -> bool:
        return self.ends_at <= now

    def capacity_of(self, way: str) -> int:
        """Places of that way ("room" or "stream")."""
        return self.stream_capacity if way == "stream" else self.capacity
