"""Laying out the demo world, once, and knowing whether a database may be touched."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import F

from classes.models import Enrolment, Series
from config.audit.models import AuditEntry
from config.audit.trail import record
from config.demo import (
    after,
    arranging,
    bookings,
    building,
    candidates,
    changes,
    checks,
    classroom,
    happenings,
    households,
    judging,
    messages,
    numbers,
    old_papers,
    plans,
    portraits,
    practising,
    renewals,
    teachers,
    these_days,
    timetable,
    trainings,
)
from config.demo.people import make_cast
from config.demo.schooling import suspend
from config.letters.models import Letter
from config.letters.outbox import forget_old_letters
from families.models import Baby, Family, PracticeLog
from instructors.models import Certificate, Instructor

EMPTY, DEMO, FOREIGN = "empty", "demo", "foreign"
DONE = "laid out the demo world"
# Whoever uses a site leaves a row in one of these. What the loaders bring (strokes, programmes) does not count.
TRACES = ("accounts.User", "audit.AuditEntry", "letters.Letter", "classes.Venue", "families.Family")
# Where the members of the cast live who do not live in Leeds: time zone and language.
ABROAD = {
    "other-instructor@example.org": ("Europe/Madrid", "es"),
    "other-trainer@example.org": ("Europe/Madrid", "en"),
}


def state_of_database() -> str:
    """EMPTY, the DEMO world, or FOREIGN: anything else. Works before the first migration too."""
    tables = set(connection.introspection.table_names())
    held = [model for model in map(apps.get_model, TRACES) if _holds_rows(model, tables)]
    if not held:
        ours = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
        return FOREIGN if tables - ours - {"django_migrations", "cache"} else EMPTY
    if AuditEntry._meta.db_table in tables and AuditEntry.objects.filter(what=DONE).exists():
        return DEMO
    return FOREIGN


def _holds_rows(model: type[models.Model], tables: set[str]) -> bool:
    return model._meta.db_table in tables and model._default_manager.exists()


def lay_out(*, now: datetime) -> dict[str, int]:
    """Fill the empty database with a world in which it is `now`, all or nothing; returns how many there are of what."""
    with transaction.atomic():
        users = make_cast(ABROAD, at=now - timedelta(days=400))
        school = teachers.open_school(users, now=now)
        profiles = teachers.make_teachers(school, users)
        portraits.introduce(profiles, now=now)
        renewals.let_certificates_live(profiles, users, now=now)
        teachers.make_candidates(school, users)
        judging.let_others_judge(users, now=now)
        old_papers.bring_in_old_papers(users, now=now)
        trainings.hold_trainings(users, now=now)
        candidates.let_candidates_work(users, now=now)
        laid = timetable.make_timetable(profiles, timetable.make_venues(), now=now)
        timetable.set_terms(laid)
        homes = households.make_homes(users, now=now)
        bookings.fill_places(laid, homes, now=now)
        bookings.fill_waiting_lists(laid, homes, now=now)
        timetable.let_things_happen(laid, now=now)
        happenings.let_life_happen(laid, homes, users, now=now)
        arranging.arrange_strokes(laid, now=now)
        classroom.take_registers(laid, now=now)
        classroom.keep_diaries(laid, homes, now=now)
        plans.tell_of_classes(laid, now=now)
        these_days.let_families_tell(homes, now=now)
        messages.let_people_write(laid, homes, now=now)
        numbers.let_numbers_be_small(laid, now=now)
        changes.let_dates_change(laid, now=now)
        building.build_series(laid, profiles, now=now)
        checks.let_families_answer(laid, now=now)
        checks.go_at_own_pace(laid, now=now)
        after.let_families_look_back(laid, homes, now=now)
        practising.let_practice_count(laid, now=now)
        haruka = Certificate.objects.get(holder=profiles["haruka"].user)
        suspend(haruka, registrar=school.registrar, now=now - timedelta(days=6))
        _post_letters(now)
        record(DONE, by=None, about="demo", now=now)
    return counts()


def _post_letters(now: datetime) -> None:
    """Everything written so far was sent when it was written; one letter came back, for staff to see."""
    Letter.objects.unsent().update(state=Letter.State.SENT, sent_at=F("queued_at"))
    forget_old_letters(now)
    returned = Letter.objects.exclude(to__endswith="@example.org").order_by("-pk").first()
    if returned:
        returned.state, returned.sent_at = Letter.State.PARKED, None
        returned.trouble = "SMTPRecipientsRefused: 550 5.2.2 The mailbox is full."
        returned.save(update_fields=["state", "sent_at", "trouble"])


def counts() -> dict[str, int]:
    """What a visitor finds: {name: number}."""
    return {
        "series": Series.objects.count(),
        "households": Family.objects.count(),
        "babies": Baby.objects.count(),
        "bookings": Enrolment.objects.booked().count(),
        "moments in diaries": PracticeLog.objects.count(),
        "instructors": Instructor.objects.filter(user__in=Certificate.objects.to_teach().values("holder")).count(),
        "certificates": Certificate.objects.count(),
    }
