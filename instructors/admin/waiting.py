"""The admin's first page: what waits for this person, the oldest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.letters.models import Letter
from config.lib.admin import Waiting
from instructors import renewing
from instructors.access import is_auditor, may_sign_for
from instructors.events import today_at
from instructors.models import Deputy, Requirement, Submission, TimeRequest, Traineeship, TrainingEvent
from instructors.progress import Need, Progress, progress_of
from instructors.words import capital, in_words, ordinal

MOST = 100
NEAR = timedelta(days=30)
GOING_ON = (Traineeship.State.ACCEPTED, Traineeship.State.ACTIVE)


@dataclass(frozen=True)
class Coming:
    what: str
    when: str
    n: str
    url: str


def waiting_for(user: Any, *, now: datetime) -> list[Waiting]:
    """What this member of staff is asked for now, the oldest first. Whoever only reads is asked for nothing here."""
    if is_auditor(user):
        return []
    own = Traineeship.objects.visible_to(user).in_hand_of(user).with_work().order_by("deadline_on", "pk")
    reports = [progress_of(traineeship) for traineeship in own.prefetch_related("deputies")[:MOST]]
    found = [
        *_applications(reports),
        *_to_note(reports, now),
        *_to_mark(reports, user, now),
        *_to_sign(reports, user),
        *_wishes_for_time(user),
        *_ending(reports, now.date()),
        *_to_sign_second(user),
        *_without_trainer(user, now),
        *renewing.waiting_for(user, now=now),
        *_parked_letters(user, now),
    ]
    return sorted(found, key=lambda line: line.order)


def coming_events(user: Any, *, now: datetime) -> list[Coming]:
    """The next training events that the user may see, three at most."""
    events: Any = TrainingEvent.objects.visible_to(user).still_to_come(now.date()).with_numbers()
    return [
        Coming(
            what=event.name,
            when=_span(event.first_on, event.last_on),
            n=ngettext("%d candidate", "%d candidates", event.numbers) % event.numbers,
            url=reverse("admin:instructors_trainingevent_change", args=[event.pk]),
        )
        for event in events.order_by("first_on", "pk")[:3]
    ]


def candidate_url(traineeship: Traineeship) -> str:
    return reverse("admin:instructors_traineeship_change", args=[traineeship.pk])


def _span(first: date, last: date) -> str:
    if first == last:
        return date_format(first, "DATE_FORMAT")
    return _("%(first)s to %(last)s") % {
        "first": date_format(first, "DATE_FORMAT"),
        "last": date_format(last, "DATE_FORMAT"),
    }


def _applications(reports: list[Progress]) -> Iterator[Waiting]:
    for report in reports:
        row = report.traineeship
        if row.state == Traineeship.State.APPLIED:
            yield Waiting(
                kind="mark",
                what=_("Answer %(name)s’s application") % {"name": row},
                why=str(row.event or row.programme),
                when=date_format(row.applied_at, "DATE_FORMAT"),
                act=_("Read and answer"),
                url=reverse("admin:instructors_traineeship_answer", args=[row.pk]),
                order=row.applied_at.date(),
            )


def _to_note(reports: list[Progress], now: datetime) -> Iterator[Waiting]:
    """Days of a running training that have begun and lack a mark for somebody; one line for each training."""
    lacking: dict[int, tuple[TrainingEvent, set[date]]] = {}
    for report in reports:
        row = report.traineeship
        if row.event and row.event.state == TrainingEvent.State.RUNNING and row.state in GOING_ON:
            lacking.setdefault(row.event.pk, (row.event, set()))[1].update(_unnoted(row, row.event, now))
    for event, days in lacking.values():
        if days:
            yield Waiting(
                kind="mark",
                what=_("Note who was there: %(event)s") % {"event": event},
                why=ngettext(
                    "%d day is not noted for everyone yet.", "%d days are not noted for everyone yet.", len(days)
                )
                % len(days),
                when=date_format(min(days), "DATE_FORMAT"),
                act=_("Who was there"),
                url=reverse("admin:instructors_trainingevent_attendance", args=[event.pk]),
                order=min(days),
            )


def _unnoted(row: Traineeship, event: TrainingEvent, now: datetime) -> set[date]:
    noted = {mark.day_id for mark in row.attendance.all()}
    today = today_at(event, now)
    return {day.on for day in event.days.all() if day.on <= today and day.pk not in noted}


def _to_mark(reports: list[Progress], user: Any, now: datetime) -> Iterator[Waiting]:
    for report in reports:
        for need in report.waiting:
            if not _reads(user, report.traineeship, need.requirement.assessor):
                continue
            work = reverse("admin:instructors_traineeship_work", args=[report.traineeship.pk])
            why, since = _handed_in(report.traineeship, need)
            words = {"name": report.traineeship, "work": need.title.lower()}
            yield Waiting(
                kind="mark",
                what=_("Read %(name)s’s %(work)s") % words,
                why=why,
                when=date_format(since, "DATE_FORMAT"),
                act=_("Read and mark"),
                url=f"{work}?step={need.key}",
                order=since,
            )


def _reads(user: Any, row: Traineeship, assessor: str) -> bool:
    """Whether this work waits for this reader: their own candidate's, or what they were appointed to read."""
    own = may_sign_for(user, row)
    if assessor == Requirement.Assessor.NOT_OWN_TRAINER:
        return not own
    return own or assessor == Requirement.Assessor.ANY_TRAINER_OF_BODY


def _handed_in(row: Traineeship, need: Need) -> tuple[str, date]:
    """What waits to be read, and since when: the newest attempt, or what the held dates of a practice series bring."""
    newest = _newest(row, need.requirement.pk)
    if newest is None:
        return need.rest, max(one.starts_at.date() for one in row.practice_dates.all() if one.is_held)
    words = {"which": capital(ordinal(newest.no)), "before": need.detail}
    return _("%(which)s attempt. %(before)s") % words, newest.submitted_at.date()


def _newest(traineeship: Traineeship, requirement_id: int) -> Submission | None:
    rows = [row for row in traineeship.submissions.all() if row.requirement_id == requirement_id]
    return max((row for row in rows if row.withdrawn_at is None), key=lambda row: row.no, default=None)


def _to_sign(reports: list[Progress], user: Any) -> Iterator[Waiting]:
    ready = [
        report.traineeship
        for report in reports
        if report.traineeship.state == Traineeship.State.ACTIVE
        and report.is_ready
        and may_sign_for(user, report.traineeship)
    ]
    if not ready:
        return
    names = ", ".join(str(row) for row in ready[:5])
    count = len(ready)
    chosen = "&".join(f"ids={row.pk}" for row in ready)
    words = ngettext(
        "%(count)s candidate is ready to sign off", "%(count)s candidates are ready to sign off", count
    ) % {"count": capital(in_words(count))}
    yield Waiting(
        kind="sign",
        what=words,
        why=_("Every requirement is met: %(names)s.") % {"names": names},
        when=_("Ready"),
        act=_("Look through and sign"),
        url=f"{reverse('admin:instructors_traineeship_sign_off')}?{chosen}",
        order=min(row.started_on or row.applied_at.date() for row in ready),
    )


def _ending(reports: list[Progress], today: date) -> Iterator[Waiting]:
    for report in reports:
        row = report.traineeship
        if not _ends_soon(row, today) or report.is_ready:
            continue
        deadline = row.deadline_on or today
        days = (deadline - today).days
        yield Waiting(
            kind="due",
            what=ngettext("%(name)s has %(days)d day left", "%(name)s has %(days)d days left", days)
            % {"name": row, "days": days},
            why=_("%(missing)s. You may give more time, with a reason.") % {"missing": report.missing},
            when=_("Until %(date)s") % {"date": date_format(deadline, "DATE_FORMAT")},
            act=_("Open"),
            url=candidate_url(row),
            order=deadline,
        )


def _ends_soon(row: Traineeship, today: date) -> bool:
    return row.state in GOING_ON and row.deadline_on is not None and today <= row.deadline_on <= today + NEAR


def _wishes_for_time(user: Any) -> Iterator[Waiting]:
    """Candidates who asked for more time, also once it ran out, for whoever may give it."""
    kept = Q(trainer_of_record=user) | Q(credential_type__body__registrars=user)
    signs = Q(pk__in=Deputy.objects.standing().signing().filter(trainer=user).values("traineeship"))
    mine = Traineeship.objects.on_the_way().filter(kept | signs)
    asked = TimeRequest.objects.waiting_for(user).filter(traineeship__in=mine.values("pk")).with_people()
    for request in asked[:MOST]:
        row = request.traineeship
        yield Waiting(
            kind="due",
            what=_("%(name)s asks for time until %(date)s")
            % {"name": row, "date": date_format(request.wanted_on, "DATE_FORMAT")},
            why=request.reason,
            when=date_format(request.asked_at, "DATE_FORMAT"),
            act=_("Answer"),
            url=reverse("admin:instructors_timerequest_answer", args=[request.pk]),
            order=request.asked_at.date(),
        )


def _to_sign_second(user: Any) -> Iterator[Waiting]:
    """What a trainer has signed and a registrar of the body, another person, signs too."""
    rows = Traineeship.objects.kept_by(user).wanting_second_signature(user).with_people()
    for row in rows[:MOST]:
        yield Waiting(
            kind="sign",
            what=_("%(name)s waits for your signature") % {"name": row},
            why=_("%(trainer)s has signed; the certificate is made when you do.") % {"trainer": row.trainer_of_record},
            when=_("Ready"),
            act=_("Look through and sign"),
            url=reverse("admin:instructors_traineeship_second_signature", args=[row.pk]),
            order=row.started_on or row.applied_at.date(),
        )


def _without_trainer(user: Any, now: datetime) -> Iterator[Waiting]:
    rows = Traineeship.objects.kept_by(user).needing_a_trainer(now.date()).with_people()[:MOST]
    for row in rows:
        yield Waiting(
            kind="due",
            what=_("%(name)s needs a trainer") % {"name": row},
            why=_("Nobody with a valid trainer’s certificate is named."),
            when=_("Now"),
            act=_("Open"),
            url=candidate_url(row),
            order=now.date(),
        )


def _parked_letters(user: Any, now: datetime) -> Iterator[Waiting]:
    if not user.has_perm("letters.view_letter"):
        return
    count = Letter.objects.filter(state=Letter.State.PARKED).count()
    if count:
        yield Waiting(
            kind="due",
            what=ngettext("%d letter could not be sent", "%d letters could not be sent", count) % count,
            why=_("The mail server did not take them. See why, and send them again."),
            when=_("Now"),
            act=_("Open"),
            url=f"{reverse('admin:letters_letter_changelist')}?state__exact={Letter.State.PARKED}",
            order=now.date(),
        )
