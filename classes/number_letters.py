"""The letters about too few families: to the instructor who decides, and to each family, always in the same shape."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from classes import calendars, emails
from classes.models import Enrolment, MergeAsk, Series, Session
from config.accounts.models import User
from config.lib.times import next_daytime
from families.models import Baby, Caregiver, Family


def reader_of(family: Family, *, booked_by: User) -> User | None:
    """Whoever booked, while they belong to the family; else the first who books and pays. Two queries at most."""
    if Caregiver.objects.current().of_family(family).of_account(booked_by).exists():
        return booked_by
    other = Caregiver.objects.of_family(family).who_book().first()
    return other.user if other else None


def queue_to_decide(series: Series, *, families: int, number: int, now: datetime) -> None:
    """To the instructor, by day where they live. `number` is 2 for the last time that we ask."""
    to = series.instructor.user
    with override(to.language):
        title = _("Please decide: %(series)s") % {"series": series.title}
    context = {
        "kind": "decide",
        "title": title,
        "series": series,
        "families": families,
        "is_last": number > 1,
        "url": emails.address("classes:run_series", series.slug) + "#deciding",
    }
    send_after = next_daytime(now, zone=series.instructor.time_zone)
    emails._queue("numbers", to, context, key=f"decide:{series.pk}:{number}", now=now, send_after=send_after)


def queue_runs(enrolment: Enrolment, *, words: str, now: datetime) -> None:
    _tell("runs", enrolment, now=now, words=words, key=f"runs:{enrolment.reference}")


def queue_asked(ask: MergeAsk, *, names: Sequence[str], words: str, now: datetime) -> None:
    _tell(
        "asked",
        ask.enrolment,
        now=now,
        key=f"asked:{ask.enrolment.reference}",
        words=words,
        names=list(names),
        to=ask.decision.to,
        answer_by=ask.decision.answer_by,
        url=emails.address("classes:answer_merge", ask.enrolment.reference),
    )


def queue_merged(
    new: Enrolment, *, due: Any, babies: Sequence[Baby], sessions: Sequence[Session], by: User, now: datetime
) -> None:
    """`due` is the transferring.MoveQuote of the merge; what was paid came along."""
    dates = Session.objects.in_bookings(new, new.moved_from).filter(starts_at__gt=now)
    attached = calendars.file_for(new.family, sessions=dates, to=by, now=now)
    in_order = sorted(sessions, key=lambda session: session.starts_at)
    _tell(
        "merged",
        new,
        now=now,
        key=f"merged:{new.reference}",
        reader=by,
        attachments=attached,
        due=due,
        old=new.moved_from,
        names=emails.names_of(babies),
        sessions=in_order,
    )


def queue_given_back(
    enrolment: Enrolment, *, back: Any, waived: Any, words: str, by: User | None, now: datetime
) -> None:
    """`back` is what is paid back, `waived` what was not paid and is no longer due. `by` is the adult who said no."""
    dates = Session.objects.in_bookings(enrolment).filter(starts_at__gt=now)
    reader = by or reader_of(enrolment.family, booked_by=enrolment.booked_by)
    if reader is None:
        return
    attached = calendars.file_for(enrolment.family, sessions=dates, to=reader, now=now)
    _tell(
        "given_back",
        enrolment,
        now=now,
        key=f"given_back:{enrolment.reference}",
        reader=reader,
        attachments=attached,
        back=back,
        waived=waived,
        words=words,
        url=emails.address("classes:find_series"),
    )


def _title(kind: str, series: Series, to: Series | None) -> str:
    if kind == "runs":
        return _("It is on: %(series)s") % {"series": series.title}
    if kind == "asked":
        return _("Would you come to %(to)s instead?") % {"to": to.title if to else ""}
    if kind == "merged":
        return _("You come to %(series)s") % {"series": series.title}
    return _("Everything comes back: %(series)s") % {"series": series.title}


def _tell(
    kind: str,
    enrolment: Enrolment,
    *,
    key: str,
    now: datetime,
    reader: User | None = None,
    attachments: Sequence[Any] = (),
    **context: Any,
) -> None:
    """The one way in which families are told. Who asked for quiet, or has nobody left who books, is not written to."""
    to_user = reader or reader_of(enrolment.family, booked_by=enrolment.booked_by)
    if to_user is None:
        return
    with override(to_user.language):
        title = _title(kind, enrolment.series, context.get("to"))
    told = {
        "kind": kind,
        "title": title,
        "enrolment": enrolment,
        "series": enrolment.series,
        "url": emails.address("classes:my_place", enrolment.reference),
        **context,
    }
    emails._queue(
        "numbers",
        to_user,
        told,
        key=key,
        now=now,
        attachments=attachments,
        send_after=next_daytime(now, zone=enrolment.family.time_zone),
        family=enrolment.family,
    )
