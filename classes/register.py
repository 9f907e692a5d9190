"""Taking the register: a mark for each baby, undone as easily as made, and the end of it.

Every tap is a row that stays (RegisterMark); Attendance says how it stands now. A tap has a key of the phone's making,
so that it counts once however often it arrives, and whichever of two phones is heard first (`merging`). In a practice
series each change is told to the candidate's practicum.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from classes import practicum
from classes.merging import UNDO, Conflict, conflict_of, mark_of, on_our_clock, taps_in, taps_of
from classes.models import Attendance, Place, RegisterMark, Session
from classes.models.attendance import Mark
from config.accounts.models import User
from config.audit.trail import record

# A register is not open days ahead: nobody can be here yet.
OPENS_BEFORE = timedelta(hours=24)
KEPT_AFTER = timedelta(hours=24)
HERE = frozenset((Mark.PRESENT.value, Mark.OBSERVED.value, Mark.MAKE_UP.value))
AWAY = frozenset((Mark.ABSENT.value, Mark.ABSENT_TOLD.value))


class CannotMark(Exception):
    """The register takes no marks at this moment; nothing was written. The sentence says why."""


class CannotFinish(Exception):
    """The register is not complete; the sentence says what is left."""


@dataclass(frozen=True)
class Counts:
    """How many babies of a session are here, late, away, and still to mark."""

    here: int
    late: int
    away: int
    left: int


def counts(marks: Iterable[str]) -> Counts:
    """`marks` holds one value of Mark a baby, or "" where there is none yet."""
    listed = list(marks)
    return Counts(
        here=sum(mark in HERE for mark in listed),
        late=listed.count(Mark.LATE),
        away=sum(mark in AWAY for mark in listed),
        left=listed.count(""),
    )


def why_not_mark(session: Session, *, now: datetime) -> str | None:
    """The sentence that refuses; None where `mark` will do it."""
    if session.state == Session.State.CANCELLED:
        return _("This session was called off, so there is no register to take.")
    if now < session.starts_at - OPENS_BEFORE:
        return _("The register opens a day before the session.")
    return None


def is_for_keeping(session: Session, *, now: datetime) -> bool:
    """Whether a phone may keep this register: it is being taken, and near enough that this happens in a hall."""
    is_near = session.starts_at - OPENS_BEFORE <= now <= session.ends_at + KEPT_AFTER
    return is_near and why_not_mark(session, now=now) is None and session.register_closed_at is None


def mark(
    place: Place,
    *,
    mark: str,
    by: User,
    now: datetime,
    key: str,
    tapped_at: datetime | None = None,
    seen: str | None = None,
) -> Attendance:
    """Mark one baby in one session; `mark` is a value of Mark. The same key again changes nothing.

    Raises CannotMark.
    """
    had = None if seen is None else {place.pk: seen}
    mark_all(place.session, marks={place.pk: mark}, by=by, now=now, key=key, tapped_at=tapped_at, seen=had)
    return Attendance.objects.get(place=place)


def mark_all(
    session: Session,
    *,
    marks: Mapping[int, str],
    by: User,
    now: datetime,
    key: str,
    tapped_at: datetime | None = None,
    seen: Mapping[int, str] | None = None,
) -> int:
    """Mark several babies with one tap: {place id: value of Mark}. Returns how many of the marks were new.

    `tapped_at` is when a phone says that it was; `seen` is {place id: mark} as its maker saw it,
    by default what stands.
    Places that are not booked in this session are left alone. Raises CannotMark.
    """
    with transaction.atomic():
        places = _locked_places(session, now=now)
        wanted = {place: marks[place.pk] for place in places if place.pk in marks}
        new = _write(wanted, by=by, now=now, key=key, tapped_at=tapped_at, seen=seen)
        practicum.follow(session.series, now=now)
        return new


def mark_rest(
    session: Session,
    *,
    by: User,
    now: datetime,
    key: str,
    tapped_at: datetime | None = None,
    left: Collection[int] | None = None,
) -> int:
    """Mark everyone who has no mark yet as here; a make-up guest as that. Returns how many got a mark.

    `left` are the places that had no mark on the phone where it was tapped: nobody else is meant, and whoever was
    chosen a mark keeps it. Raises CannotMark.
    """
    with transaction.atomic():
        places = _locked_places(session, now=now)
        if left is None:
            marked = set(
                Attendance.objects.filter(place__in=places).exclude(mark="").values_list("place_id", flat=True)
            )
            left = [place.pk for place in places if place.pk not in marked]
        wanted = {place: here_mark(place) for place in places if place.pk in left}
        new = _write(wanted, by=by, now=now, key=key, tapped_at=tapped_at, is_rest=True)
        practicum.follow(session.series, now=now)
        return new


def here_mark(place: Place) -> str:
    """What "here" means for this place."""
    return Mark.MAKE_UP.value if place.kind == Place.Kind.MAKE_UP else Mark.PRESENT.value


def undo(session: Session, *, tap: str, by: User, now: datetime, tapped_at: datetime | None = None) -> int:
    """Take back the tap of that key: each baby gets the mark that stands without it.

    Returns how many marks that changed; a mark made since stays, and undoing twice changes nothing. Raises CannotMark.
    """
    with transaction.atomic():
        places = {place.pk: place for place in _locked_places(session, now=now)}
        back: dict[Place, str] = {}
        changed = 0
        for place_id, taps in taps_of(places).items():
            kept = [one for one in taps if one.key != row_key(place_id, tap)]
            if len(kept) < len(taps):
                back[places[place_id]] = mark_of(kept)
                changed += mark_of(kept) != mark_of(taps)
        _write(back, by=by, now=now, key=UNDO + tap, tapped_at=tapped_at)
        practicum.follow(session.series, now=now)
    return changed


def row_key(place_id: int, key: str) -> str:
    """The key of one baby's row. It holds the place, so that a key of a phone's making never meets another family's."""
    return f"{place_id}:{key}"


def conflicts_in(session: Session) -> dict[int, Conflict]:
    """{place id: two choices that differ}, where phones that did not see each other marked one baby. One query."""
    found = {place_id: conflict_of(taps) for place_id, taps in taps_in(session).items()}
    return {place_id: conflict for place_id, conflict in found.items() if conflict}


def had_place(session: Session, number: int) -> bool:
    """Whether this place is, or once was, one of the session."""
    return Place.objects.filter(session=session, pk=number).exists()


def latest_tap(session: Session) -> int:
    """When the newest tap was made, in milliseconds since 1970; 0 where there is none. One query."""
    newest = RegisterMark.objects.filter(place__session=session).aggregate(at=Max("tapped_at"))["at"]
    return round(newest.timestamp() * 1000) if newest else 0


def _locked_places(session: Session, *, now: datetime) -> list[Place]:
    """The booked places of the session, under its lock. Raises CannotMark."""
    session = Session.objects.select_for_update().get(pk=session.pk)
    if refusal := why_not_mark(session, now=now):
        raise CannotMark(refusal)
    return list(Place.objects.booked().filter(session=session).order_by("pk"))


def _write(
    wanted: Mapping[Place, str],
    *,
    by: User,
    now: datetime,
    key: str,
    tapped_at: datetime | None,
    seen: Mapping[int, str] | None = None,
    is_rest: bool = False,
) -> int:
    keys = {place.pk: row_key(place.pk, key) for place in wanted}
    known = set(RegisterMark.objects.filter(key__in=keys.values()).values_list("key", flat=True))
    fresh = [place for place in wanted if keys[place.pk] not in known]
    stood = {place_id: mark_of(taps) for place_id, taps in taps_of(place.pk for place in fresh).items()}
    had = {**stood, **(seen or {})}
    when = on_our_clock(tapped_at, now=now)
    RegisterMark.objects.bulk_create(
        RegisterMark(
            key=keys[place.pk],
            place=place,
            mark=wanted[place],
            seen=had[place.pk],
            is_rest=is_rest,
            tapped_at=when,
            arrived_at=now,
            by=by,
        )
        for place in fresh
    )
    _say_how_it_stands(fresh, by=by, now=now)
    return len(fresh)


def _say_how_it_stands(places: Iterable[Place], *, by: User, now: datetime) -> None:
    taps = taps_of(place.pk for place in places)
    Attendance.objects.bulk_create(
        [
            Attendance(
                place_id=place_id,
                mark=mark_of(standing),
                marked_at=standing[-1].tapped_at if standing else now,
                marked_by_id=standing[-1].by_id if standing else by.pk,
            )
            for place_id, standing in taps.items()
        ],
        update_conflicts=True,
        unique_fields=["place"],
        update_fields=["mark", "marked_at", "marked_by"],
    )


def keep(
    session: Session,
    *,
    marks: Mapping[int, str],
    notes: Mapping[int, str],
    session_note: str | None,
    by: User,
    now: datetime,
    key: str,
    seen: Mapping[int, str] | None = None,
) -> int:
    """Keep a whole page of marks and notes, {place id: mark} and {place id: note}, all or nothing.

    `seen` is {place id: mark} as the page showed it. A `session_note` of None leaves the note as it is. Returns how
    many marks were new. Raises CannotMark.
    """
    with transaction.atomic():
        new = mark_all(session, marks=marks, by=by, now=now, key=key, seen=seen) if marks else 0
        for place in Place.objects.booked().filter(session=session, pk__in=list(notes)):
            write_note(place, note=notes[place.pk], by=by, now=now)
        if session_note is not None:
            write_session_note(session, note=session_note, by=by, now=now)
    return new


def write_note(place: Place, *, note: str, by: User, now: datetime) -> None:
    """Keep the instructor's own note about this baby in this session, in place of an older one."""
    with transaction.atomic():
        attendance, _made = Attendance.objects.select_for_update().get_or_create(place=place)
        if attendance.note != note:
            attendance.note = note
            attendance.save(update_fields=["note"])
            record("wrote a note in the register", by=by, about=place, now=now)


def write_session_note(session: Session, *, note: str, by: User, now: datetime) -> None:
    """Keep the instructor's own note on the whole session, in place of an older one."""
    with transaction.atomic():
        locked = Session.objects.select_for_update().get(pk=session.pk)
        if locked.note != note:
            locked.note = note
            locked.save(update_fields=["note"])
            record("wrote a note on a session", by=by, about=locked, now=now)


def finish(session: Session, *, by: User, now: datetime) -> Session:
    """Close the register; twice is once. Marks can still be corrected afterwards.

    Raises CannotFinish while somebody has no mark, or before the session begins; CannotMark where there is no register.
    """
    with transaction.atomic():
        places = _locked_places(session, now=now)
        session = Session.objects.get(pk=session.pk)
        if session.register_closed_at:
            return session
        if now < session.starts_at:
            raise CannotFinish(_("The session has not begun yet. You can finish once it has."))
        marked = Attendance.objects.filter(place__in=places).exclude(mark="").count()
        if left := len(places) - marked:
            said = ngettext(
                "%(left)d baby has no mark yet. Mark everyone left as here, or say who is away.",
                "%(left)d babies have no mark yet. Mark everyone left as here, or say who is away.",
                left,
            )
            raise CannotFinish(said % {"left": left})
        session.register_closed_at = now
        session.save(update_fields=["register_closed_at"])
        practicum.follow(session.series, now=now)
        record("finished a register", by=by, about=session, now=now, detail={"places": len(places)})
    return session
