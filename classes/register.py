"""Taking the register: a mark for each baby, undone as easily as made, and the end of it.

Every tap is a row that stays (RegisterMark); Attendance says how it stands now. A tap has a key of the phone's making,
so that it counts once however often it arrives.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from classes.models import Attendance, Place, RegisterMark, Session
from classes.models.attendance import Mark
from config.accounts.models import User
from config.audit.trail import record

# A register is not open days ahead: nobody can be here yet.
OPENS_BEFORE = timedelta(hours=24)
UNDO = "undo-"
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


def mark(place: Place, *, mark: str, by: User, now: datetime, key: str) -> Attendance:
    """Mark one baby in one session; `mark` is a value of Mark. The same key again changes nothing.

    Raises CannotMark.
    """
    mark_all(place.session, marks={place.pk: mark}, by=by, now=now, key=key)
    return Attendance.objects.get(place=place)


def mark_all(session: Session, *, marks: Mapping[int, str], by: User, now: datetime, key: str) -> int:
    """Mark several babies with one tap: {place id: value of Mark}. Returns how many of the marks were new.

    Places that are not booked in this session are left alone. Raises CannotMark.
    """
    with transaction.atomic():
        places = _locked_places(session, now=now)
        wanted = {place: marks[place.pk] for place in places if place.pk in marks}
        return _write(wanted, by=by, now=now, key=key)


def mark_rest(session: Session, *, by: User, now: datetime, key: str) -> int:
    """Mark everyone who has no mark yet as here; a make-up guest as that. Returns how many. Raises CannotMark."""
    with transaction.atomic():
        places = _locked_places(session, now=now)
        marked = set(Attendance.objects.filter(place__in=places).exclude(mark="").values_list("place_id", flat=True))
        wanted = {place: here_mark(place) for place in places if place.pk not in marked}
        return _write(wanted, by=by, now=now, key=key)


def here_mark(place: Place) -> str:
    """What "here" means for this place."""
    return Mark.MAKE_UP.value if place.kind == Place.Kind.MAKE_UP else Mark.PRESENT.value


def undo(session: Session, *, tap: str, by: User, now: datetime) -> int:
    """Take back the tap of that key, wherever nothing was tapped since: each baby gets the mark from before it.

    Returns how many went back; undoing twice changes nothing. Raises CannotMark.
    """
    with transaction.atomic():
        places = {place.pk: place for place in _locked_places(session, now=now)}
        back = {
            places[place_id]: standing[-2][1] if len(standing) > 1 else ""
            for place_id, standing in _standing_taps(places).items()
            if standing and standing[-1][0] == row_key(place_id, tap)
        }
        return _write(back, by=by, now=now, key=UNDO + tap)


def row_key(place_id: int, key: str) -> str:
    """The key of one baby's row. It holds the place, so that a key of a phone's making never meets another family's."""
    return f"{place_id}:{key}"


def _standing_taps(place_ids: Iterable[int]) -> dict[int, list[tuple[str, str]]]:
    """{place id: [(row key, mark)]} in order of tapping, without what was undone. One query."""
    standing: dict[int, list[tuple[str, str]]] = {place_id: [] for place_id in place_ids}
    rows = RegisterMark.objects.filter(place__in=list(standing)).order_by("pk")
    for place_id, key, marked in rows.values_list("place_id", "key", "mark"):
        if key.partition(":")[2].startswith(UNDO):
            standing[place_id].pop()
        else:
            standing[place_id].append((key, marked))
    return standing


def _locked_places(session: Session, *, now: datetime) -> list[Place]:
    """The booked places of the session, under its lock. Raises CannotMark."""
    session = Session.objects.select_for_update().get(pk=session.pk)
    if refusal := why_not_mark(session, now=now):
        raise CannotMark(refusal)
    return list(Place.objects.booked().filter(session=session).order_by("pk"))


def _write(wanted: Mapping[Place, str], *, by: User, now: datetime, key: str) -> int:
    keys = {place: row_key(place.pk, key) for place in wanted}
    known = set(RegisterMark.objects.filter(key__in=keys.values()).values_list("key", flat=True))
    fresh = [place for place in wanted if keys[place] not in known]
    RegisterMark.objects.bulk_create(
        RegisterMark(key=keys[place], place=place, mark=wanted[place], tapped_at=now, by=by) for place in fresh
    )
    Attendance.objects.bulk_create(
        [Attendance(place=place, mark=wanted[place], marked_at=now, marked_by=by) for place in fresh],
        update_conflicts=True,
        unique_fields=["place"],
        update_fields=["mark", "marked_at", "marked_by"],
    )
    return len(fresh)


def keep(
    session: Session,
    *,
    marks: Mapping[int, str],
    notes: Mapping[int, str],
    session_note: str | None,
    by: User,
    now: datetime,
    key: str,
) -> int:
    """Keep a whole page of marks and notes, {place id: mark} and {place id: note}, all or nothing.

    A `session_note` of None leaves the note as it is. Returns how many marks were new. Raises CannotMark.
    """
    with transaction.atomic():
        new = mark_all(session, marks=marks, by=by, now=now, key=key) if marks else 0
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
        record("finished a register", by=by, about=session, now=now, detail={"places": len(places)})
    return session
