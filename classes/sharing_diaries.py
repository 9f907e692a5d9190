"""A family lets the lead of its series read what it notes at home: off until it says so, and off again at one press.

Read are day, minutes, the baby's answer and the strokes, of the babies in that booking, from its first session until a
week after the last. At one's own pace, where nothing runs out: from the booking on, for eight weeks from when it was
shared, and then for eight more if the family says so again. Never the line for oneself, and not who wrote it. A
substitute reads nothing. Each reading is written down before anything is shown, and the family sees it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from classes import own_plan
from classes.access import LEAD_WINDOW
from classes.models import Enrolment, Place, Series, SharedDiary
from config.audit.models import AuditEntry
from config.audit.trail import name_of, record
from curriculum.models import Stroke
from families import diary
from families.access import why_not_book
from families.diary import Entry
from families.models import Baby, Caregiver, Family, PracticedStroke, PracticeLog
from instructors.models import Instructor

READ = "read a shared diary"
OWN_PACE_WINDOW = timedelta(weeks=8)
MOST_SHOWN = 12
MOST_READS = 40


class CannotShare(Exception):
    """Nothing was changed. Carries a sentence for the reader."""


@dataclass(frozen=True)
class Sharing:
    """One booking with whom the diary may be shared, as the family sees it.

    `since` is None while it is not; `until` is when it ends by itself, None where it is not shared or has no end yet.
    """

    enrolment: Enrolment
    babies: list[Baby]
    since: datetime | None
    until: datetime | None
    reads: list[AuditEntry]

    @property
    def names(self) -> list[str]:
        return [baby.first_name for baby in self.babies]


@dataclass(frozen=True)
class Glance:
    """Strokes of which the newest word is the same; `words` is that word, as the family ticked it."""

    words: str
    strokes: list[Stroke]


@dataclass(frozen=True)
class SharedPage:
    """What the lead reads of one family: its babies, and their newest moments."""

    enrolment: Enrolment
    babies: list[Baby]
    moments: list[Entry]

    @property
    def glances(self) -> list[Glance]:
        """What to look at before a class: hands that are still learning, then what was refused, then what was loved."""
        hands: dict[int, PracticedStroke] = {}
        answers: dict[int, PracticedStroke] = {}
        for told in (one for moment in self.moments for one in moment.strokes):
            for newest, word in ((hands, told.confidence), (answers, told.answer)):
                if word:
                    newest.setdefault(told.stroke_id, told)
        answer = PracticeLog.Answer
        learning = PracticedStroke.Confidence.LEARNING
        wanted = [(str(learning.label), [one.stroke for one in hands.values() if one.confidence == learning])]
        for said in (answer.STOP, answer.LOVED):
            wanted.append((str(said.label), [one.stroke for one in answers.values() if one.answer == said]))
        return [Glance(words, strokes) for words, strokes in wanted if strokes]


def sharings_of(family: Family, *, now: datetime) -> list[Sharing]:
    """Every booking whose lead could read along now. Four queries at most."""
    mine = Enrolment.objects.booked().for_family(family).filter(kind=Enrolment.Kind.SERIES)
    own_pace = Q(series__delivery=Series.Delivery.SELF_PACED)
    not_over = own_pace | Q(series__last_session_at__gte=now - LEAD_WINDOW)
    enrolments = list(
        mine.filter(not_over).select_related("series__instructor").order_by("-booked_at", "-pk")[:MOST_SHOWN]
    )
    if not enrolments:
        return []
    since = dict(SharedDiary.objects.standing().of_family(family).values_list("enrolment_id", "since"))
    babies = _babies_of(enrolments)
    names = {name_of(one): one.pk for one in enrolments}
    reads: dict[int, list[AuditEntry]] = defaultdict(list)
    for entry in AuditEntry.objects.filter(about__in=list(names), what=READ)[:MOST_READS]:
        reads[names[entry.about]].append(entry)
    return [_sharing(one, babies[one.pk], since.get(one.pk), reads[one.pk], now=now) for one in enrolments]


def _sharing(
    enrolment: Enrolment, babies: list[Baby], since: datetime | None, reads: list[AuditEntry], *, now: datetime
) -> Sharing:
    if since is None or not _is_open(enrolment, since, now=now):
        return Sharing(enrolment, babies, None, None, reads)
    return Sharing(enrolment, babies, since, _ends_at(enrolment.series, since), reads)


def share(enrolment: Enrolment, *, shared: bool, by: Caregiver, now: datetime) -> None:
    """Let the lead of this booking's series read along, or no longer. Twice is once. Raises CannotShare.

    It takes an adult who books to begin, and any adult who practises to end it.
    """
    if shared and (sentence := why_not_book(by)):
        raise CannotShare(sentence)
    assert by.user is not None  # whoever presses is signed in
    with transaction.atomic():
        locked = Enrolment.objects.select_for_update(of=("self",)).select_related("series").get(pk=enrolment.pk)
        standing = _standing_of(locked, now=now)
        if shared and standing is None:
            if not _is_open(locked, now, now=now):
                raise CannotShare(_("This series is over, so there is nobody to share the diary with."))
            SharedDiary.objects.create(enrolment=locked, by=by.user, since=now)
            record("shared the diary with the instructor", by=by.user, about=locked, now=now)
        elif not shared and standing is not None:
            standing.ended_at = now
            standing.save(update_fields=["ended_at"])
            record("keeps the diary from the instructor", by=by.user, about=locked, now=now)


def is_shared(enrolment: Enrolment, *, now: datetime) -> bool:
    """Whether the lead of this booking's series could read the diary now. One query."""
    if not _is_open(enrolment, now, now=now):
        return False
    since = SharedDiary.objects.standing().filter(enrolment=enrolment).values_list("since", flat=True).first()
    return since is not None and _is_open(enrolment, since, now=now)


def _standing_of(enrolment: Enrolment, *, now: datetime) -> SharedDiary | None:
    """The sharing that holds now. One whose time ran out is closed here, as of then. Call it under lock."""
    standing = SharedDiary.objects.filter(enrolment=enrolment, ended_at__isnull=True).first()
    end = _ends_at(enrolment.series, standing.since) if standing else None
    if standing is None or end is None or now <= end:
        return standing
    standing.ended_at = end
    standing.save(update_fields=["ended_at"])
    return None


def _ends_at(series: Series, since: datetime) -> datetime | None:
    """When what was shared then ends by itself; None where the series has no dates yet."""
    if series.is_own_pace:
        return since + OWN_PACE_WINDOW
    return series.last_session_at + LEAD_WINDOW if series.last_session_at else None


def _is_open(enrolment: Enrolment, since: datetime, *, now: datetime) -> bool:
    end = _ends_at(enrolment.series, since)
    return enrolment.state == Enrolment.State.BOOKED and end is not None and now <= end


def shared_in(series: Series, *, by: Instructor, now: datetime) -> list[tuple[str, list[Baby]]]:
    """(reference, babies) of the bookings whose diary this instructor may read now. Three queries at most."""
    standing = SharedDiary.objects.standing().with_lead(by).filter(enrolment__series=series)
    rows = standing.select_related("enrolment__series", "enrolment__family")
    readable = [one.enrolment for one in rows if _is_open(one.enrolment, one.since, now=now)]
    if not readable:
        return []
    babies = _babies_of(readable)
    found = [(one.reference, babies[one.pk]) for one in readable if babies[one.pk]]
    return sorted(found, key=lambda row: row[1][0].first_name)


def read(series: Series, reference: str, *, by: Instructor, now: datetime) -> SharedPage:
    """One family's diary for the lead of its series. The reading is committed first; if that fails, nothing is read.

    Raises SharedDiary.DoesNotExist where it is not shared, not any more, or not with this reader.
    """
    standing = SharedDiary.objects.standing().with_lead(by).select_related("enrolment__series", "enrolment__family")
    shared = standing.get(enrolment__series=series, enrolment__reference=reference)
    enrolment = shared.enrolment
    if not _is_open(enrolment, shared.since, now=now):
        raise SharedDiary.DoesNotExist
    with transaction.atomic():
        record(READ, by=by.user, about=enrolment, now=now)
    babies = _babies_of([enrolment])[enrolment.pk]
    moments = diary.entries_to_share(babies, since=told_from(enrolment))
    own_plan.call((told.stroke for moment in moments for told in moment.strokes), series)
    return SharedPage(enrolment, babies, moments)


def told_from(enrolment: Enrolment) -> datetime:
    """From when on moments are shared: the first session of the series; at one's own pace, the booking."""
    own_pace = enrolment.series.is_own_pace
    begins = enrolment.booked_at if own_pace else enrolment.series.first_session_at or enrolment.booked_at
    assert begins is not None  # held by the database for what is booked
    return begins


def babies_of(enrolment: Enrolment) -> list[Baby]:
    """The babies of one booking. Two queries at most."""
    return _babies_of([enrolment])[enrolment.pk]


def _babies_of(enrolments: Sequence[Enrolment]) -> dict[int, list[Baby]]:
    """{booking: babies with a place in it}; at one's own pace without places, every baby of the family. Two queries."""
    found: dict[int, dict[int, Baby]] = {one.pk: {} for one in enrolments}
    for place in Place.objects.filter(enrolment__in=list(found)).select_related("baby").order_by("baby_id"):
        if place.baby.removed_at is None:
            found[place.enrolment_id][place.baby_id] = place.baby
    lonely = [one for one in enrolments if one.series.is_own_pace and not found[one.pk]]
    every = Baby.objects.filter(family__in=[one.family_id for one in lonely], removed_at__isnull=True).order_by("pk")
    for baby in every if lonely else ():
        for one in lonely:
            if one.family_id == baby.family_id:
                found[one.pk][baby.pk] = baby
    return {pk: list(babies.values()) for pk, babies in found.items()}
