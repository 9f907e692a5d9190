from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from classes.models.venue import Venue
from config.lib.fields import EncryptedTextField
from config.lib.money import Money
from config.lib.times import validate_zone
from curriculum.models import Plan
from instructors.models import Instructor


class SeriesQuerySet(models.QuerySet["Series"]):
    def published(self) -> SeriesQuerySet:
        return self.filter(state=Series.State.PUBLISHED)

    def open_to_book(self, now: datetime) -> SeriesQuerySet:
        """Published, and either not begun or at the family's own pace. Full ones stay: they have a waiting list."""
        return self.published().filter(Q(first_session_at__gt=now) | Q(delivery=Series.Delivery.SELF_PACED))

    def led_by(self, instructor: Instructor) -> SeriesQuerySet:
        return self.filter(instructor=instructor)

    def for_page(self) -> SeriesQuerySet:
        return self.select_related("instructor", "venue", "plan")


class Series(models.Model):
    """A run of sessions for one group, usually weekly.

    Running and finished are not stored: they follow from the dates. `first_session_at` and `last_session_at` repeat the
    sessions' own times, so that the catalogue can be sorted by an index; `scheduling` writes them with the sessions.
    """

    class Delivery(models.TextChoices):
        IN_PERSON = "in_person", _("In the room")
        LIVE_STREAM = "live_stream", _("Live-stream")
        HYBRID = "hybrid", _("Room or live-stream")
        SELF_PACED = "self_paced", _("At your own pace")
        PRIVATE_VISIT = "private_visit", _("Private visit")
        HOSPITAL = "hospital", _("In hospital")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        CANCELLED = "cancelled", _("cancelled")

    class PricePer(models.TextChoices):
        FAMILY = "family", _("a family")
        BABY = "baby", _("a baby")

    # What may follow what; `scheduling` asks it.
    MOVES: ClassVar[dict[str, set[str]]] = {
        State.DRAFT: {State.PUBLISHED, State.CANCELLED},
        State.PUBLISHED: {State.CANCELLED},
        State.CANCELLED: set(),
    }

    slug = models.SlugField(_("address"), max_length=90, unique=True)
    title = models.CharField(_("title"), max_length=90)
    about = models.TextField(_("in a few words"), blank=True)
    instructor = models.ForeignKey(Instructor, on_delete=models.PROTECT, related_name="+", verbose_name=_("instructor"))
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+", verbose_name=_("plan"))
    venue = models.ForeignKey(Venue, null=True, blank=True, on_delete=models.PROTECT, related_name="series")
    time_zone = models.CharField(_("time zone"), max_length=64, validators=[validate_zone])
    delivery = models.CharField(_("way of joining"), max_length=14, choices=Delivery, default=Delivery.IN_PERSON)
    language = models.CharField(_("language"), max_length=12, default="en")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    min_age_weeks = models.PositiveSmallIntegerField(_("from age in weeks"), default=0)
    max_age_weeks = models.PositiveSmallIntegerField(_("to age in weeks"), default=52)
    capacity = models.PositiveSmallIntegerField(_("places in the room"), default=8)
    stream_capacity = models.PositiveSmallIntegerField(_("places on the stream"), default=0)
    massage_minutes = models.PositiveSmallIntegerField(_("minutes of massage"), default=30)
    total_minutes = models.PositiveSmallIntegerField(_("minutes in all"), default=45)
    price_minor = models.PositiveIntegerField(_("price"), default=0)
    currency = models.CharField(_("currency"), max_length=3, default="GBP")
    price_per = models.CharField(_("price is for"), max_length=6, choices=PricePer, default=PricePer.FAMILY)
    refund_hours = models.PositiveSmallIntegerField(_("full refund until, hours before"), default=48)
    offer_hours = models.PositiveSmallIntegerField(_("hours to answer an offer"), default=24)
    is_practice = models.BooleanField(_("practice series of a candidate"), default=False)
    sponsor_name = models.CharField(_("paid for by"), max_length=120, blank=True)
    stream_url = EncryptedTextField(_("link to the live-stream"), blank=True, default="")
    first_session_at = models.DateTimeField(null=True, blank=True)
    last_session_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = SeriesQuerySet.as_manager()

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")
        indexes: ClassVar = [
            models.Index(fields=["state", "first_session_at", "id"], name="series_soonest"),
            models.Index(fields=["state", "delivery", "first_session_at"], name="series_delivery"),
            models.Index(fields=["state", "language", "first_session_at"], name="series_language"),
            models.Index(fields=["instructor", "first_session_at"], name="series_of_instructor"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(min_age_weeks__lte=F("max_age_weeks")), name="series_ages_in_order"),
            models.CheckConstraint(
                condition=Q(massage_minutes__gte=5, massage_minutes__lte=F("total_minutes")), name="series_massage_within"
            ),
            models.CheckConstraint(condition=Q(capacity__gt=0) | Q(stream_capacity__gt=0), name="series_has_places"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.currency)

    @property
    def full_refund_until(self) -> datetime | None:
        """The moment up to which cancelling costs nothing."""
        if self.first_session_at is None:
            return None
        return self.first_session_at - timedelta(hours=self.refund_hours)

    def price_for(self, babies: int) -> Money:
        """What a family with that many babies pays for all sessions."""
        return self.price * (babies if self.price_per == self.PricePer.BABY else 1)

    def has_begun(self, now: datetime) -> bool:
        return self.first_session_at is not None and self.first_session_at <= now

    def is_over(self, now: datetime) -> bool:
        return self.last_session_at is not None and self.last_session_at < now
