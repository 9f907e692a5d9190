from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import (
    BooleanField,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
)
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from classes.models.distance import Point, box_around, metres_from
from classes.models.locality import Locality
from classes.models.venue import Venue
from config.lib.fields import EncryptedTextField
from config.lib.money import Money
from config.lib.times import local, validate_zone
from curriculum.models import Plan
from instructors.models import Certificate, Instructor

if TYPE_CHECKING:
    from classes.models.alert import SeriesAlert

# No series goes on for longer; who joins late is looked for among those that began since.
LONGEST_SERIES = timedelta(days=366)


class SeriesQuerySet(models.QuerySet["Series"]):
    def published(self) -> SeriesQuerySet:
        return self.filter(state=Series.State.PUBLISHED)

    def open_to_book(self, now: datetime) -> SeriesQuerySet:
        """Published, and not begun, or still to be joined late, or at one's own pace.

        Full ones stay: they have a waiting list.
        """
        own_pace = Q(first_session_at__isnull=True, delivery=Series.Delivery.SELF_PACED)
        begun = Q(late_until__gt=1, first_session_at__lte=now, last_session_at__gt=now) & Q(_joined_late(now))
        # The bound lets the index leave out the years that are over.
        recent = Q(first_session_at__gt=now - LONGEST_SERIES) & (Q(first_session_at__gt=now) | begun)
        # One that is being merged is published until its families have answered, and takes nobody new.
        # Nor does one whose lead was stopped by a registrar.
        taken = self.published().filter(recent | own_pace).exclude(decision=Series.Decision.MERGE)
        return taken.exclude(_lead_is_stopped())

    def asking_first(self) -> SeriesQuerySet:
        """Those in which a clinician's word is kept: in hospital always, at private visits where it is asked for."""
        return self.filter(delivery__in=(Series.Delivery.HOSPITAL, Series.Delivery.PRIVATE_VISIT))

    def to_begin(self, now: datetime) -> SeriesQuerySet:
        """Those that have not begun, and those at one's own pace."""
        return self.filter(Q(first_session_at__gt=now) | Q(first_session_at__isnull=True))

    def led_by(self, instructor: Instructor) -> SeriesQuerySet:
        return self.filter(instructor=instructor)

    def shown(self) -> SeriesQuerySet:
        """Those that have a public page: drafts have none, a cancelled one says so on its page."""
        return self.exclude(state=Series.State.DRAFT)

    def near(self, words: str) -> SeriesQuerySet:
        """Those whose venue's town, area or name holds every word, and those that come to one's home anyway.

        The one place where text is looked for, so that a full-text index can take its place.
        """
        found = Q()
        for word in words.split()[:6]:
            found &= Q(venue__town__icontains=word) | Q(venue__area__icontains=word) | Q(venue__name__icontains=word)
        return self.filter(found | Q(delivery__in=Series.FROM_HOME)) if found else self

    def far_from(self, here: Point) -> SeriesQuerySet:
        """With `metres` from there to the venue; NULL where there is no venue, or nobody knows where it is."""
        return self.annotate(metres=metres_from(here, latitude="venue__latitude", longitude="venue__longitude"))

    def within(self, latitude: float, longitude: float, km: float) -> SeriesQuerySet:
        """Those whose venue is within so many kilometres, with `metres` to each."""
        here = Point(latitude, longitude)
        box = box_around(here, km, latitude="venue__latitude", longitude="venue__longitude")
        return self.far_from(here).filter(box, _no_farther(km))

    def around(self, place: Locality, km: int, *, streams_from_afar: bool = False) -> SeriesQuerySet:
        """Those within so many kilometres (0 is any distance), and those that come to one's home; with `metres`.

        A venue that nobody has put on the map is found by its town. With `streams_from_afar`, so is what can be joined
        in a room or by stream.
        """
        every = self.far_from(place.point)
        if not km:
            return every
        box = box_around(place.point, km, latitude="venue__latitude", longitude="venue__longitude")
        unmapped = Q(venue__latitude__isnull=True, venue__town__iexact=place.name, venue__country=place.country)
        homes = [*Series.FROM_HOME, *([Series.Delivery.HYBRID] if streams_from_afar else [])]
        return every.filter(Q(box, _no_farther(km)) | unmapped | Q(delivery__in=homes))

    def joined_by(self, deliveries: Collection[str]) -> SeriesQuerySet:
        """Of any of these ways; one that can be joined in the room or by stream is found by either."""
        wanted = set(deliveries)
        if wanted & {Series.Delivery.IN_PERSON, Series.Delivery.LIVE_STREAM}:
            wanted.add(Series.Delivery.HYBRID)
        return self.filter(delivery__in=wanted) if wanted else self

    def on_days(self, weekdays: Collection[int]) -> SeriesQuerySet:
        """On these days of the week, Monday is 1, by the clock of the series. One's own pace fits every day."""
        fits = Q(weekday__in=weekdays) | Q(delivery=Series.Delivery.SELF_PACED)
        return self.filter(fits) if weekdays else self

    def in_parts(self, parts: Collection[str]) -> SeriesQuerySet:
        """In these parts of the day, by the clock of the series. One's own pace fits every hour."""
        fits = Q(day_part__in=parts) | Q(delivery=Series.Delivery.SELF_PACED)
        return self.filter(fits) if parts else self

    def in_language(self, code: str) -> SeriesQuerySet:
        return self.filter(language=code) if code else self

    def for_age(self, weeks: int | None, *, now: datetime) -> SeriesQuerySet:
        """Those that suit, on their first day, a baby who is that many weeks old today."""
        if weeks is None:
            return self
        born_at = now - timedelta(weeks=weeks)
        any_time = Q(first_session_at__isnull=True, min_age_weeks__lte=weeks, max_age_weeks__gte=weeks)
        return self.alias(
            youngest_born_at=_before_first_session("min_age_weeks"),
            oldest_born_at=_before_first_session("max_age_weeks"),
        ).filter(any_time | Q(oldest_born_at__lte=born_at, youngest_born_at__gte=born_at))

    def not_told(self, alert: SeriesAlert) -> SeriesQuerySet:
        """Those that this alert has not written about, and that were not on the page when it was made."""
        return self.exclude(pk__in=alert.told.values("series"))

    def offered_since(self, moment: datetime, *, instructor: Instructor, title: str) -> Series | None:
        """The newest of that name that this instructor has published since."""
        mine = self.filter(instructor=instructor, title=title, published_at__gte=moment, state=Series.State.PUBLISHED)
        return mine.order_by("-pk").first()

    def soonest(self) -> SeriesQuerySet:
        """By first session; those without a date come last."""
        return self.order_by(F("first_session_at").asc(nulls_last=True), "pk")

    def after(self, first_session_at: datetime | None, pk: int) -> SeriesQuerySet:
        """What follows that one in the order of `soonest`."""
        if first_session_at is None:
            return self.filter(first_session_at__isnull=True, pk__gt=pk)
        later = Q(first_session_at__gt=first_session_at) | Q(first_session_at__isnull=True)
        return self.filter(later | Q(first_session_at=first_session_at, pk__gt=pk))

    def nearest(self) -> SeriesQuerySet:
        """By distance, those without one last. Comes after `far_from` or `around`."""
        soonest = F("first_session_at").asc(nulls_last=True)
        return self.order_by(F("metres").asc(nulls_last=True), soonest, "pk")

    def farther(self, metres: int | None, first_session_at: datetime | None, pk: int) -> SeriesQuerySet:
        """What follows that one in the order of `nearest`."""
        later = Q(first_session_at__gt=first_session_at) | Q(first_session_at__isnull=True)
        later |= Q(first_session_at=first_session_at, pk__gt=pk)
        if first_session_at is None:
            later = Q(first_session_at__isnull=True, pk__gt=pk)
        no_distance = Q(("metres__isnull", True))
        if metres is None:
            return self.filter(no_distance & later)
        return self.filter(Q(("metres__gt", metres)) | no_distance | Q(("metres", metres)) & later)

    def for_page(self) -> SeriesQuerySet:
        """With its people and places, and with `lead_stopped`, so that a page need not ask for it."""
        stopped = ExpressionWrapper(_lead_is_stopped(), output_field=BooleanField())
        return self.select_related("instructor", "venue", "plan").annotate(lead_stopped=stopped)


def _no_farther(km: float) -> Q:
    """Of a query with `far_from`. The type checker knows nothing of what a query measures, so it is told a plain Q."""
    return Q(("metres__lte", round(km * 1000)))


def _lead_is_stopped() -> Q:
    """Whether a certificate to teach was taken from who leads it, and no other one is active: `standing.is_stopped`."""
    held = Certificate.objects.to_teach().filter(holder=OuterRef("instructor__user"))
    return Q(Exists(held.stopped())) & ~Q(Exists(held.in_state(Certificate.State.ACTIVE)))


def _joined_late(now: datetime) -> Exists:
    """Whether one of its first `late_until` sessions is still to come: the rule of `obstacles.can_be_joined_late`."""
    session: Any = Series._meta.get_field("sessions").related_model
    early = session.objects.to_come(now).filter(series=OuterRef("pk"), number__lte=OuterRef("late_until"))
    return Exists(early)


def _before_first_session(weeks_field: str) -> ExpressionWrapper[Any]:
    """That many weeks before the first session: the birth of a baby who is then just so old."""
    weeks = ExpressionWrapper(Cast(F(weeks_field), IntegerField()) * timedelta(weeks=1), output_field=DurationField())
    return ExpressionWrapper(F("first_session_at") - weeks, output_field=DateTimeField())


NOON, EVENING_BEGINS = time(12), time(17)


def day_part_of(first: datetime) -> str:
    """ "morning" until noon, "afternoon" until five, then "evening". `first` is on the clock of the series."""
    if first.time() < NOON:
        return Series.DayPart.MORNING
    return Series.DayPart.AFTERNOON if first.time() < EVENING_BEGINS else Series.DayPart.EVENING


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

    class Decision(models.TextChoices):
        RUN = "run", _("run with those who are there")
        MERGE = "merge", _("merge with another series")
        CANCEL = "cancel", _("cancel and give everything back")

    class PricePer(models.TextChoices):
        FAMILY = "family", _("a family")
        BABY = "baby", _("a baby")

    class DayPart(models.TextChoices):
        MORNING = "morning", _("Morning")
        AFTERNOON = "afternoon", _("Afternoon")
        EVENING = "evening", _("Evening")

    FROM_HOME: ClassVar = (Delivery.LIVE_STREAM, Delivery.SELF_PACED)

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
    people_at_most = models.PositiveSmallIntegerField(_("people in the room, at most"), null=True, blank=True)
    massage_minutes = models.PositiveSmallIntegerField(_("minutes of massage"), default=30)
    total_minutes = models.PositiveSmallIntegerField(_("minutes in all"), default=45)
    price_minor = models.PositiveIntegerField(_("price"), default=0)
    currency = models.CharField(_("currency"), max_length=3, default="GBP")
    price_per = models.CharField(_("price is for"), max_length=6, choices=PricePer, default=PricePer.FAMILY)
    further_baby_percent = models.PositiveSmallIntegerField(_("a further baby of a family pays, percent"), default=100)
    single_price_minor = models.PositiveIntegerField(_("price of one date"), null=True, blank=True)
    late_until = models.PositiveSmallIntegerField(_("can be joined until session"), default=1)
    refund_hours = models.PositiveSmallIntegerField(_("full refund until, hours before"), default=48)
    part_refund_hours = models.PositiveSmallIntegerField(_("part refund until, hours before"), default=0)
    part_refund_percent = models.PositiveSmallIntegerField(_("part refund, percent"), default=0)
    makeup_notice_hours = models.PositiveSmallIntegerField(_("make-up place when told, hours before"), default=24)
    makeup_days = models.PositiveSmallIntegerField(_("make-up place keeps, days after the date"), default=60)
    makeups_at_most = models.PositiveSmallIntegerField(_("make-up places a baby, at most"), default=2)
    moves_at_most = models.PositiveSmallIntegerField(_("moves to another series, at most"), default=1)
    offer_hours = models.PositiveSmallIntegerField(_("daytime hours to answer an offer"), default=24)
    offers_by_hand = models.BooleanField(_("the instructor offers places by hand"), default=False)
    is_practice = models.BooleanField(_("practice series of a candidate"), default=False)
    sponsor_name = models.CharField(_("paid for by"), max_length=120, blank=True)
    stream_url = EncryptedTextField(_("link to the live-stream"), blank=True, default="")
    is_recorded = models.BooleanField(_("live sessions are recorded"), default=False)
    skips_holidays_of = models.CharField(_("public holidays skipped, of"), max_length=12, blank=True)
    fewest_families = models.PositiveSmallIntegerField(_("runs from, families"), default=0)
    decide_by = models.DateTimeField(_("decided until"), null=True, blank=True)
    decision = models.CharField(_("decision"), max_length=6, choices=Decision, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    first_session_at = models.DateTimeField(null=True, blank=True)
    last_session_at = models.DateTimeField(null=True, blank=True)
    weekday = models.PositiveSmallIntegerField(_("day of the week, Monday is 1"), null=True, blank=True, editable=False)
    day_part = models.CharField(_("part of the day"), max_length=9, choices=DayPart, null=True, editable=False)
    published_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    # {"key of a lesson": [parts of the body]} where its title does not hold here: `Session.title` says them instead.
    parts_here = models.JSONField(null=True, editable=False)

    objects = SeriesQuerySet.as_manager()

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")
        indexes: ClassVar = [
            models.Index(fields=["state", "first_session_at", "id"], name="series_soonest"),
            models.Index(fields=["state", "delivery", "first_session_at"], name="series_delivery"),
            models.Index(fields=["state", "language", "first_session_at"], name="series_language"),
            models.Index(fields=["state", "weekday", "first_session_at"], name="series_weekday"),
            models.Index(fields=["state", "day_part", "first_session_at"], name="series_day_part"),
            models.Index(fields=["instructor", "first_session_at"], name="series_of_instructor"),
            models.Index(fields=["decision", "decide_by"], name="series_to_decide"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(min_age_weeks__lte=F("max_age_weeks")), name="series_ages_in_order"),
            models.CheckConstraint(
                condition=Q(massage_minutes__gte=5, massage_minutes__lte=F("total_minutes")),
                name="series_massage_within",
            ),
            models.CheckConstraint(condition=Q(capacity__gt=0) | Q(stream_capacity__gt=0), name="series_has_places"),
            models.CheckConstraint(
                condition=Q(part_refund_percent__lte=100, further_baby_percent__lte=100), name="series_percents_within"
            ),
            models.CheckConstraint(
                condition=Q(part_refund_hours=0) | Q(part_refund_hours__lt=F("refund_hours")),
                name="series_refund_steps_in_order",
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_at__isnull=True) | ~Q(decision="") & Q(decided_at__isnull=False),
                name="series_decision_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Day and hour follow from the first session and the zone, and are kept for the catalogue's indexes."""
        first = local(self.first_session_at, self.time_zone) if self.first_session_at else None
        self.weekday = first.isoweekday() if first else None
        self.day_part = day_part_of(first) if first else None
        fields = kwargs.get("update_fields")
        if fields is not None and {"first_session_at", "time_zone"} & set(fields):
            kwargs["update_fields"] = {*fields, "weekday", "day_part"}
        super().save(*args, **kwargs)

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.currency)

    @property
    def ways(self) -> list[str]:
        """How it can be joined: "room", "stream", or both. One's own pace counts as "stream": there is no room."""
        return [way for way, capacity in (("room", self.capacity), ("stream", self.stream_capacity)) if capacity]

    @property
    def is_own_pace(self) -> bool:
        """Without dates of its own: its sessions, if it has any, are check-ins, which no booking of the whole takes."""
        return self.delivery == self.Delivery.SELF_PACED

    def capacity_of(self, way: str) -> int:
        """Places of that way ("room" or "stream") in each session."""
        return self.stream_capacity if way == "stream" else self.capacity

    @property
    def full_refund_until(self) -> datetime | None:
        """The moment up to which cancelling costs nothing."""
        if self.first_session_at is None:
            return None
        return self.first_session_at - timedelta(hours=self.refund_hours)

    def price_for(self, babies: int, *, base: int | None = None) -> Money:
        """What a family with that many babies pays for all sessions; a further baby pays its percentage, rounded up.

        `base` is another price for one, in minor units: of a single date.
        """
        one = self.price_minor if base is None else base
        if self.price_per == self.PricePer.FAMILY or babies < 2:
            return Money(one * min(babies, 1), self.currency)
        further = -(-one * self.further_baby_percent // 100)
        return Money(one + further * (babies - 1), self.currency)

    def has_begun(self, now: datetime) -> bool:
        return self.first_session_at is not None and self.first_session_at <= now

    def is_over(self, now: datetime) -> bool:
        return self.last_session_at is not None and self.last_session_at < now
