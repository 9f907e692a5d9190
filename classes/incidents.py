"""What happened in a session that may be asked about later: written once, read by few, each read in the trail first.

Who reads the whole note: its author, the lead of the series, the adults who book for the baby that it is about, and the
office. A trainer reads the line without names where it comes from a practice series of one of their candidates. Nobody
else, that date's substitute included unless it wrote the note (reliability, 2.2). Three years after it was written the
note is deleted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from classes import incident_letters
from classes.models import IncidentNote, Place, Session
from classes.models.incident import IncidentNoteQuerySet
from classes.register import OPENS_BEFORE
from config.accounts.models import User
from config.audit.trail import record, record_each
from families.models import Baby, Caregiver, Family
from instructors.models import Instructor, Traineeship

KEPT = timedelta(days=3 * 365)
MOST_LISTED = 20
MOST_A_SWEEP = 500


class CannotWrite(Exception):
    """Nothing was written; the sentence says why."""


@dataclass(frozen=True)
class Words:
    """The texts of a note; all of them are kept encrypted."""

    summary: str
    what: str
    done: str = ""
    told: str = ""


def why_not_write(session: Session, *, now: datetime) -> str | None:
    """The sentence that refuses; None where `write` will do it."""
    if now < session.starts_at - OPENS_BEFORE:
        return _("The session has not been yet. You can write from a day before it.")
    return None


def babies_of(session: Session) -> list[Baby]:
    """Those whom a note of this session may be about: all who have a place in it. One query."""
    places = Place.objects.booked().filter(session=session).select_related("baby")
    return sorted((place.baby for place in places), key=lambda baby: (baby.first_name.casefold(), baby.pk))


def write(
    session: Session, *, baby: Baby | None, happened_at: datetime, words: Words, by: User, now: datetime, key: str
) -> IncidentNote:
    """Keep a note for good. The same key again changes nothing. Adults who book for the baby get a letter that says no
    more than that there is a note to read. Raises CannotWrite."""
    with transaction.atomic():
        locked = (
            Session.objects.select_for_update(of=("self",), no_key=True).select_related("series").get(pk=session.pk)
        )
        if refusal := why_not_write(locked, now=now):
            raise CannotWrite(refusal)
        note, made = IncidentNote.objects.get_or_create(
            key=f"{locked.pk}:{key}",
            defaults={
                "session": locked,
                "baby": baby,
                "happened_at": min(happened_at, now),
                "summary": words.summary,
                "what": words.what,
                "done": words.done,
                "told": words.told,
                "written_by": by,
                "written_at": now,
            },
        )
        if made:
            record("wrote an incident note", by=by, about=note, now=now, detail={"session": locked.reference})
            if baby is not None:
                adults = Caregiver.objects.current().of_family(baby.family).who_book().select_related("user")
                incident_letters.queue_written(note, to=[one.user for one in adults if one.user], now=now)
    return note


def listed(session: Session, reader: Instructor) -> list[IncidentNote]:
    """The notes of this session that this instructor may open, newest first, without a word of them. One query."""
    mine = _bare(IncidentNote.objects.read_by(reader)).filter(session=session)
    return list(mine.order_by("-written_at")[:MOST_LISTED])


def of_family(family: Family) -> list[IncidentNote]:
    """The notes about this family's babies, newest first, without a word of them. One query."""
    mine = _bare(IncidentNote.objects.about_family(family)).select_related("baby", "session__series")
    return list(mine.order_by("-written_at")[:MOST_LISTED])


def _bare(notes: IncidentNoteQuerySet) -> IncidentNoteQuerySet:
    return notes.select_related("written_by").defer("summary", "what", "done", "told")


def for_instructor(reader: Instructor, reference: str, *, now: datetime) -> IncidentNote:
    """A note for its author or the lead, in the trail first. Raises IncidentNote.DoesNotExist for anybody else."""
    return _read(IncidentNote.objects.read_by(reader), reference, by=reader.user, because="who teaches", now=now)


def for_family(caregiver: Caregiver, reference: str, *, by: User, now: datetime) -> IncidentNote:
    """A note about an own baby, in the trail first. Raises IncidentNote.DoesNotExist for any other."""
    mine = IncidentNote.objects.about_family(caregiver.family)
    return _read(mine, reference, by=by, because="own baby", now=now)


def _read(notes: IncidentNoteQuerySet, reference: str, *, by: User, because: str, now: datetime) -> IncidentNote:
    """The trail is written and committed before a word is fetched."""
    found = _bare(notes).get(reference=reference)
    read_by_staff(found, by=by, because=because, now=now)
    related = ("session__series", "baby", "written_by")
    return IncidentNote.objects.select_related(*related).get(pk=found.pk)


def read_by_staff(note: IncidentNote, *, by: User, because: str, now: datetime) -> None:
    """Write down that somebody is about to read this note."""
    record("read an incident note", by=by, about=note, now=now, detail={"because": because})


def trainees_of(user: Any) -> Sequence[int]:
    """The accounts of those who are in training with this person as trainer of record. One query."""
    mine = Traineeship.objects.in_training().led_by(user)
    return list(mine.order_by("-pk").values_list("trainee_id", flat=True)[:MOST_A_SWEEP])


def forget(now: datetime) -> int:
    """The job: notes are deleted three years after they were written."""
    with transaction.atomic():
        old = list(_bare(IncidentNote.objects.older_than(now - KEPT)).order_by("pk")[:MOST_A_SWEEP])
        record_each("deleted an incident note", by=None, about=old, now=now)
        IncidentNote.objects.filter(pk__in=[one.pk for one in old]).delete()
    return len(old)
