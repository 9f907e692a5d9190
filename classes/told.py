"""Whom a change of a date reached: who opened the letter, who answered, and whom to phone first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from classes.models import Notice, Place, SessionChange
from classes.notice_letters import keeper_is_told, room_key
from classes.roll import in_words
from config.letters.models import Letter
from families.models import Caregiver
from instructors.models import Instructor


class How(TextChoices):
    """How it stands with one family."""

    MAKE_UP = "make_up", _("Took a make-up place")
    REFUND = "refund", _("Took the money")
    OPENED = "opened", _("Opened")
    SPOKEN = "spoken", _("Spoken to")
    CAME_BACK = "came_back", _("Came back")
    NO_LETTER = "no_letter", _("No address")
    ON_ITS_WAY = "on_its_way", _("On its way")
    NOT_OPENED = "not_opened", _("Not opened")


# With less time than this, its hours are counted.
HURRY = timedelta(hours=36)
# Letters are given so long to be opened before anybody is phoned; none where the class is as near as this.
PATIENCE = timedelta(minutes=20)
NO_PATIENCE = timedelta(hours=1)
# These have heard of it. The others are phoned, those first whom no letter reaches.
REACHED = (How.MAKE_UP, How.REFUND, How.OPENED, How.SPOKEN)
UNREACHABLE = (How.CAME_BACK, How.NO_LETTER)
FIRST = (How.CAME_BACK, How.NO_LETTER, How.NOT_OPENED, How.ON_ITS_WAY)


@dataclass(frozen=True)
class ToldFamily:
    """One family of a changed date. `at` is when it opened, answered or was spoken to; `phone` of `call`, or empty."""

    reference: str
    names: str
    carers: str
    how: How
    told_at: datetime
    at: datetime | None
    call: str
    phone: str
    again_at: datetime | None

    @property
    def is_reached(self) -> bool:
        return self.how in REACHED

    @property
    def call_first(self) -> str:
        """The first name, for a button."""
        return self.call.split(" ")[0]


@dataclass(frozen=True)
class Told:
    """All families of a changed date, by name, and whether the room's keeper was written to."""

    change: SessionChange
    families: list[ToldFamily]
    keeper: str
    is_soon: bool
    is_today: bool = False
    again_from: datetime | None = None
    patient_until: datetime | None = None

    @property
    def reached(self) -> int:
        return sum(one.is_reached for one in self.families)

    @property
    def opened(self) -> int:
        return sum(one.how in (How.MAKE_UP, How.REFUND, How.OPENED) for one in self.families)

    @property
    def to_phone(self) -> list[ToldFamily]:
        """Nobody once the date is over: there is nothing to hurry for, and numbers are shown no more.

        Whoever may still open the letter is left in peace until `patient_until`.
        """
        waiting = [one for one in self.families if not one.is_reached] if self.is_soon else []
        if self.patient_until:
            waiting = [one for one in waiting if one.how in UNREACHABLE]
        return sorted(waiting, key=lambda one: (FIRST.index(one.how), not one.phone))

    @property
    def waiting(self) -> int:
        """How many have not heard of it, as far as we know."""
        return len(self.families) - self.reached

    @property
    def spoken(self) -> list[ToldFamily]:
        return [one for one in self.families if one.how == How.SPOKEN]


def change_of(instructor: Instructor, reference: str) -> SessionChange:
    """A change of a date of this instructor's own series. Raises SessionChange.DoesNotExist for any other."""
    related = ("session__series__venue", "session__series__instructor", "session__lesson", "substitute")
    return SessionChange.objects.led_by(instructor).select_related(*related).get(reference=reference)


def matters_until(change: SessionChange) -> datetime:
    """Until when it helps to phone: the later of when the date was and when it is."""
    moments = [moment for moment in (change.was_starts_at, change.session.starts_at) if moment]
    return max(moments)


def told_of(change: SessionChange, *, now: datetime) -> Told:
    """Five queries, however many families."""
    by_booking: dict[int, list[Notice]] = defaultdict(list)
    for notice in Notice.objects.of_change(change).select_related("enrolment", "caregiver").order_by("pk"):
        by_booking[notice.enrolment_id].append(notice)
    notices = [notice for group in by_booking.values() for notice in group]
    came_back, waiting = _letters(notices)
    names = _names(change, by_booking)
    is_soon = now < matters_until(change)
    phones = _phones(notices) if is_soon else {}
    families = [
        _family(group, names[key], phones.get(group[0].enrolment.family_id, []), came_back, waiting)
        for key, group in by_booking.items()
    ]
    families.sort(key=lambda one: one.names.casefold())
    due = min((notice.again_due_at for notice in notices if notice.again_due_at and not notice.again_at), default=None)
    is_today = change.was_starts_at is not None and now < change.was_starts_at <= now + HURRY
    return Told(
        change=change,
        families=families,
        keeper=_keeper(change),
        is_soon=is_soon,
        is_today=is_today,
        again_from=due if due and now < due else None,
        patient_until=_patient_until(change, now=now),
    )


def _patient_until(change: SessionChange, *, now: datetime) -> datetime | None:
    """From when families who have not opened the letter are to be phoned; None once it is time."""
    moments = [moment for moment in (change.was_starts_at, change.session.starts_at) if moment and moment > now]
    until = min([change.at + PATIENCE, *(moment - NO_PATIENCE for moment in moments)])
    return until if now < until else None


def _keeper(change: SessionChange) -> str:
    """The name of the room whose keeper has a message of this. One query at most."""
    if not keeper_is_told(change) or not Letter.objects.filter(key=room_key(change)).exists():
        return ""
    venue = change.session.series.venue
    return venue.name if venue else ""


def _letters(notices: Sequence[Notice]) -> tuple[set[str], set[str]]:
    """(keys of letters that came back, keys of those that have not left). One query."""
    keys = [notice.letter_key for notice in notices if notice.letter_key]
    states = dict(Letter.objects.filter(key__in=keys).values_list("key", "state"))
    came_back = {key for key, state in states.items() if state == Letter.State.PARKED}
    return came_back, {key for key, state in states.items() if state in (Letter.State.WAITING, Letter.State.TRYING)}


def _names(change: SessionChange, by_booking: dict[int, list[Notice]]) -> dict[int, str]:
    """{enrolment id: first names of its babies in that date}. One query."""
    rows = Place.objects.filter(session=change.session_id, enrolment__in=list(by_booking)).order_by("baby_id", "pk")
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for enrolment_id, baby_id, name in rows.values_list("enrolment_id", "baby_id", "baby__first_name"):
        found[enrolment_id][baby_id] = name
    return {key: in_words(list(found[key].values())) for key in by_booking}


def _phones(notices: Sequence[Notice]) -> dict[int, list[Caregiver]]:
    """{family id: adults whose number we have, longest in the family first}. One query."""
    families = {notice.enrolment.family_id for notice in notices}
    adults = Caregiver.objects.current().filter(family__in=families, family__quiet_at__isnull=True).exclude(phone="")
    found: dict[int, list[Caregiver]] = defaultdict(list)
    for adult in adults.order_by("joined_at", "pk"):
        found[adult.family_id].append(adult)
    return found


def _family(
    group: Sequence[Notice], names: str, adults: Sequence[Caregiver], came_back: set[str], waiting: set[str]
) -> ToldFamily:
    how, at = _how(group, came_back, waiting)
    told = [notice.caregiver_id for notice in group]
    first = sorted(adults, key=lambda one: one.pk not in told)[:1]
    call = first[0] if first else group[0].caregiver
    return ToldFamily(
        reference=group[0].enrolment.reference,
        names=names,
        carers=", ".join(notice.caregiver.name for notice in group),
        how=how,
        told_at=group[0].told_at,
        at=at,
        call=call.name,
        phone=call.phone if first else "",
        again_at=max((notice.again_at for notice in group if notice.again_at), default=None),
    )


def _how(group: Sequence[Notice], came_back: set[str], waiting: set[str]) -> tuple[How, datetime | None]:
    """What is best known of the family: its answer, then that one of them opened it, then how the letters fared."""
    if chosen := [notice for notice in group if notice.chosen]:
        newest = max(chosen, key=lambda notice: (notice.chosen_at, notice.pk))
        return How(newest.chosen), newest.chosen_at
    for at, how in (
        (min((one.opened_at for one in group if one.opened_at), default=None), How.OPENED),
        (min((one.spoken_at for one in group if one.spoken_at), default=None), How.SPOKEN),
    ):
        if at is not None:
            return how, at
    keys = [notice.letter_key for notice in group if notice.letter_key]
    if not keys:
        return How.NO_LETTER, None
    if all(key in came_back for key in keys):
        return How.CAME_BACK, None
    return (How.ON_ITS_WAY if all(key in came_back | waiting for key in keys) else How.NOT_OPENED), None
