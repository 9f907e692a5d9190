"""Anything changed? What a carer is asked before each class, and what whoever leads it is told of it.

The answers are health facts: ciphertext, read only around the class, each read written down first, deleted after 14
days. It advises and never judges: being in the class, on a lap or with a doll, is always fine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models, transaction
from django.utils.translation import gettext as _

from classes import adapting, emails
from classes.access import may_read_answers
from classes.adapting import VACCINATION, Today
from classes.minding import Hint
from classes.models import CheckLink, Enrolment, Place, ReadinessAnswer, Session
from classes.models.away import hash_of
from config.accounts.models import User
from config.audit.trail import record_each
from config.lib.refs import new_token
from families import health
from families.models import Baby, Caregiver
from instructors.models import Instructor

# Nobody knows a week ahead whether there will be a fever.
ASKED_BEFORE = timedelta(hours=72)
KEPT = timedelta(days=14)


class CannotAnswer(Exception):
    """Nothing is asked about that date at this moment; nothing was written. The sentence says why."""


@dataclass(frozen=True)
class Ask:
    """A date that a family is asked about now, and the answer, without its words, that somebody gave already."""

    session: Session
    answered: ReadinessAnswer | None


@dataclass(frozen=True)
class Told:
    """What a carer told about one baby: keys of adapting.ASKED, none where nothing has changed.

    `vaccinated_at` is the moment of the vaccination where it is among them, or the end of its day; None is not known.
    """

    changed: tuple[str, ...] = ()
    vaccinated_at: datetime | None = None
    words: str = ""


def check_link(enrolment: Enrolment, session: Session, caregiver: Caregiver, now: datetime) -> str:
    """The full address, for a letter to this adult, at which they answer without signing in until that date is over.

    Each call makes another one, so call it in the transaction that queues the letter. One statement.
    """
    token = new_token()
    CheckLink.objects.create(
        token_hash=hash_of(token),
        enrolment=enrolment,
        session=session,
        caregiver=caregiver,
        made_at=now,
        forget_at=session.ends_at + KEPT,
    )
    return emails.address("classes:check_by_link", token)


def link_at(token: str, *, now: datetime) -> CheckLink | None:
    """The link of that secret, until its date is over; else None, whatever the reason. One query."""
    link = CheckLink.objects.at(token).first()
    return link if link and not link.session.is_over(now) else None


def why_not_answer(session: Session, *, now: datetime) -> str | None:
    """The sentence that refuses; None while this date is asked about."""
    if session.state == Session.State.CANCELLED:
        return _("This date was called off, so nothing is asked about it.")
    if session.is_over(now):
        return _("This date is over. Before the next one we ask again.")
    if now < session.starts_at - ASKED_BEFORE:
        return _("We ask three days before the class. You need not think of it until then.")
    return None


def asked_next(session: Session | None, babies: Sequence[Baby], *, now: datetime) -> Ask | None:
    """The question about the next date of a booking; None while it is not asked. One query where it is."""
    if session is None or why_not_answer(session, now=now):
        return None
    return Ask(session, next(iter(answered(session, babies, now=now).values()), None))


def babies_asked(enrolment: Enrolment, *, session: Session) -> list[Baby]:
    """The babies of this booking who come to that date. One query."""
    places = Place.objects.booked().filter(enrolment=enrolment, session=session).select_related("baby")
    return [place.baby for place in places.order_by("baby_id")]


def answer(
    enrolment: Enrolment, *, session: Session, told: Mapping[int, Told], by: Caregiver, now: datetime
) -> list[Baby]:
    """Keep what is told of these babies, by key, in place of what was told before; returns the babies it is kept of.

    A baby who does not come to that date is left out. Raises CannotAnswer.
    """
    with transaction.atomic():
        if refusal := why_not_answer(session, now=now):
            raise CannotAnswer(refusal)
        babies = [baby for baby in babies_asked(enrolment, session=session) if baby.pk in told]
        rows = [
            ReadinessAnswer(session=session, baby=baby, written_by=by, written_at=now, forget_at=now + KEPT)
            for baby in babies
        ]
        for row in rows:
            row.facts = _facts(told[row.baby_id], now=now)
        ReadinessAnswer.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["session", "baby"],
            update_fields=["written_by", "answers", "written_at", "forget_at"],
        )
        because = {"session": session.reference}
        record_each("answered before a class", by=by.user, about=babies, now=now, detail=because)
    return babies


def _facts(told: Told, *, now: datetime) -> dict[str, object]:
    """A vaccination of which no day was said was today, to be on the safe side."""
    vaccinated = VACCINATION in told.changed
    at = (told.vaccinated_at or now).isoformat() if vaccinated else ""
    return {"changed": list(told.changed), "vaccinated_at": at, "words": told.words}


def take_back(answers: Sequence[ReadinessAnswer], *, by: Caregiver, now: datetime) -> int:
    """Delete those of these answers that this adult wrote, at once; returns how many."""
    own = [row for row in answers if row.written_by_id == by.pk]
    with transaction.atomic():
        about = [health.name_of_baby(row.baby_id) for row in own]
        record_each("deleted an answer before a class", by=by.user, about=about, now=now)
        ReadinessAnswer.objects.filter(pk__in=[row.pk for row in own]).delete()
    return len(own)


def forget(babies: Sequence[Baby], *, account: User, now: datetime) -> int:
    """Delete all that was told of these babies, at once; returns how many answers."""
    with transaction.atomic():
        rows = list(ReadinessAnswer.objects.filter(baby__in=babies).only("pk", "baby_id"))
        about = [health.name_of_baby(row.baby_id) for row in rows]
        record_each("deleted an answer before a class", by=account, about=about, now=now)
        ReadinessAnswer.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def answered(session: Session, babies: Sequence[Baby], *, now: datetime) -> dict[int, ReadinessAnswer]:
    """{baby id: answer} without what was told: who wrote it, and when. One query."""
    rows = _standing(session, babies, now=now).defer("answers").select_related("written_by")
    return {row.baby_id: row for row in rows}


def read_in_family(
    session: Session, babies: Sequence[Baby], *, by: Caregiver, now: datetime
) -> dict[int, ReadinessAnswer]:
    """{baby id: answer} of what this adult may read: what they wrote, and, who books and pays, what others wrote."""
    mine = _standing(session, babies, now=now).filter(baby__family=by.family).select_related("written_by")
    rows = mine if by.may_book else mine.filter(written_by=by)
    return {row.baby_id: row for row in rows if by.removed_at is None}


def told_lately(baby: Baby, *, by: Caregiver, now: datetime, most: int = 5) -> list[ReadinessAnswer]:
    """What was told of this baby before the last classes, newest first, as far as this adult may read it. One query."""
    rows = ReadinessAnswer.objects.of_baby(baby).filter(baby__family=by.family, forget_at__gt=now)
    rows = rows if by.may_book else rows.filter(written_by=by)
    return list(rows.select_related("written_by").order_by("-written_at")[:most]) if by.removed_at is None else []


def _standing(session: Session, babies: Sequence[Baby], *, now: datetime) -> models.QuerySet[ReadinessAnswer]:
    """A date that was moved far away since is asked about anew: what was told too long before it says nothing of it."""
    rows = ReadinessAnswer.objects.about(session).filter(baby__in=list(babies), forget_at__gt=now)
    return rows.filter(written_at__gte=session.starts_at - ASKED_BEFORE)


def hints_for(session: Session, babies: Sequence[Baby], *, reader: Instructor, now: datetime) -> dict[int, list[Hint]]:
    """{baby id: what to adapt today, or why a doll}, for whoever leads this session; {} outside their time to read it.

    Every read is in the audit trail before anything is returned. `session` comes with its series, `reader` the user.
    """
    if not may_read_answers(reader, session, now=now):
        return {}
    rows = list(_standing(session, babies, now=now).only("pk", "baby_id"))
    if not rows:
        return {}
    named = [health.name_of_baby(row.baby_id) for row in rows]
    because = {"because": f"register of session {session.reference}"}
    with transaction.atomic():
        record_each(health.READ_BEFORE_CLASS, by=reader.user, about=named, now=now, detail=because)
    told = {row.baby_id: row.facts for row in ReadinessAnswer.objects.filter(pk__in=[row.pk for row in rows])}
    today, reasons = today_of(session, reader=reader), adapting.precautions_for(told.values())
    return {key: adapting.hints_of(facts, today=today, reasons=reasons) for key, facts in told.items()}


def today_of(session: Session, *, reader: Instructor | None = None) -> Today:
    """That class, with the wait of the instructor who takes it. One query where that is not the `reader`."""
    takes_it = session.substitute_id or session.series.instructor_id
    if reader is None or reader.pk != takes_it:
        reader = Instructor.objects.only("vaccination_wait_hours").get(pk=takes_it)
    wait = timedelta(hours=reader.vaccination_wait_hours)
    return Today(session.starts_at, session.series.time_zone, wait)


def sweep(now: datetime) -> int:
    """The job: delete answers after their 14 days, and links whose date is long over; returns how many answers."""
    deleted, _by_model = ReadinessAnswer.objects.over(now).delete()
    CheckLink.objects.over(now).delete()
    return deleted
