"""The demo is laid into an empty database only, and is a world in which the rules of the house hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import validate_totp_code
from django.core.management import CommandError, call_command
from django.db.models import Count

from classes import making_up
from classes.models import (
    Attendance,
    AwayLink,
    CalendarFeed,
    Charge,
    Coming,
    Enrolment,
    MakeUpRight,
    Offer,
    Place,
    Series,
    SeriesAlert,
    Session,
    WaitingParty,
)
from classes.running import Phase, phase_of
from classes.teaching import tonight
from config.accounts.models import User
from config.demo import cast, world
from config.letters.models import Letter
from config.lib.times import local
from families.models import Baby, Caregiver, Consent, Family, Invitation, PracticeLog
from instructors.life import Standing, standing
from instructors.models import Certificate, Instructor, Traineeship
from tests.factories.accounts import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
MOMENTS = (
    datetime(2026, 3, 24, 9, 0, tzinfo=UTC),  # a Tuesday, days before the clocks change in Europe
    datetime(2028, 9, 30, 23, 40, tzinfo=UTC),  # a Saturday night, hours before they change in Melbourne
)


def laid(now: datetime) -> dict[str, int]:
    """The demo world of that moment."""
    with time_machine.travel(now, tick=False):
        call_command("load_curriculum", verbosity=0)
        call_command("load_programmes", verbosity=0)
        return world.lay_out(now=now)


@pytest.mark.parametrize("now", MOMENTS, ids=str)
def test_a_world_is_laid_around_any_day(now: datetime) -> None:
    counts = laid(now)
    assert counts["series"] == 33
    assert counts["households"] == 60
    assert counts["instructors"] == 8
    assert counts["bookings"] > 80
    assert counts["moments in diaries"] > 60
    _every_kind_of_series(now)
    _towns_and_zones()
    _people_and_certificates(now)
    _rooms_are_not_overfull()
    _registers_of_three_weeks(now)
    _the_cast_finds_what_the_desk_promises(now)
    _life_interfered(now)


def _every_kind_of_series(now: datetime) -> None:
    series = list(Series.objects.select_related("instructor"))
    assert {one.delivery for one in series} == set(Series.Delivery.values)
    assert {phase_of(one, now=now) for one in series} == set(Phase)
    nearly_over = Session.objects.to_come(now).values("series").annotate(left=Count("pk"))
    running = [one.pk for one in series if phase_of(one, now=now) == Phase.RUNNING]
    assert {row["left"] for row in nearly_over if row["series"] in running} >= {1, 3}
    assert Session.objects.filter(state="cancelled", series__state="published").count() == 1
    assert Series.objects.filter(is_practice=True).count() == 2
    assert Series.objects.exclude(sponsor_name="").count() == 2
    assert {one.currency for one in series} == {"GBP", "EUR", "JOD", "NPR", "JPY", "AUD"}
    assert Series.objects.filter(is_practice=False, price_per="baby").exists()
    assert WaitingParty.objects.in_line().count() > 4


def _towns_and_zones() -> None:
    listed = Instructor.objects.filter(user__in=Certificate.objects.to_teach().values("holder"))
    assert set(listed.values_list("time_zone", flat=True)) == {
        "Europe/London",
        "Europe/Madrid",
        "Asia/Amman",
        "Asia/Kathmandu",
        "Asia/Tokyo",
        "Australia/Melbourne",
    }
    assert listed.values("town").distinct().count() == 6


def _people_and_certificates(now: datetime) -> None:
    today = now.date()
    taught = Certificate.objects.to_teach().filter(holder__in=Instructor.objects.values("user"))
    standings = sorted(standing(one, on=today) for one in taught)
    # One of the six who may teach holds two: another body's, brought in by the registrar, beside ours.
    assert standings == sorted([Standing.VALID] * 7 + [Standing.SUSPENDED, Standing.LAPSED])
    assert sorted(Traineeship.objects.open().values_list("state", flat=True)) == [
        "accepted",
        *["active"] * 7,
        *["applied"] * 2,
    ]
    assert Family.objects.filter(babies__in=Baby.objects.filter(born_on=None)).count() == 2


def _rooms_are_not_overfull() -> None:
    for session in Session.objects.all():
        for way in ("room", "stream"):
            taken = Place.objects.unreleased().filter(session=session, way=way).count()
            assert taken <= session.capacity_of(way), (session, way)


def _registers_of_three_weeks(now: datetime) -> None:
    over = Session.objects.held().filter(starts_at__lt=now - timedelta(hours=2), places__isnull=False).distinct()
    assert over.count() > 15
    assert list(over.filter(register_closed_at=None)) == []
    assert not Place.objects.booked().filter(session__in=over, attendance=None).exists()
    assert Attendance.objects.values("mark").distinct().count() >= 4
    assert not Attendance.objects.filter(place__session__starts_at__gt=now).exists()


def _the_cast_finds_what_the_desk_promises(now: datetime) -> None:
    parent = Caregiver.objects.get(user__email="parent@example.org")
    assert Caregiver.objects.get(user__email="coparent@example.org").family == parent.family
    booked = Enrolment.objects.booked().for_family(parent.family).select_related("series")
    assert sorted(phase_of(one.series, now=now) for one in booked) == [Phase.OPEN, Phase.RUNNING]
    assert Offer.objects.open(now).filter(party__family=parent.family).count() == 1
    assert PracticeLog.objects.filter(caregiver=parent).count() >= 3
    teacher = Instructor.objects.select_related("user").get(user__email="instructor@example.org")
    session = tonight(teacher, now=now)
    assert session is not None
    day = local(session.session.starts_at, teacher.time_zone).date()
    assert (day - local(now, teacher.time_zone).date()).days <= (1 if local(now, teacher.time_zone).hour >= 21 else 0)
    minded = Baby.objects.filter(health_answers__isnull=False)
    assert Place.objects.booked().filter(session=session.session, baby__in=minded).count() >= 4
    assert not Place.objects.filter(
        enrolment__family=parent.family, session__series__instructor__town="València"
    ).exists()


def _life_interfered(now: datetime) -> None:
    """What families do after they booked, one of each."""
    family = Caregiver.objects.get(user__email="parent@example.org").family
    [right] = making_up.rights_to_use(MakeUpRight.objects.open(now).for_family(family))
    found = making_up.matches([right], now=now)
    assert len(found) > 2
    assert found[0].session.series.instructor.town == "Leeds"
    assert sorted(family.caregivers.values_list("role", "relation", "name")) == [
        ("full", "mother", "Amara Osei"),
        ("full", "other", "Marisol Quispe"),
        ("practice", "father", "Joel Osei-Lind"),
    ]
    assert [said.given for said in Consent.objects.filter(about__name="Marisol Quispe")] == [True]
    assert list(Invitation.objects.open(now).values_list("email", "role")) == [("efua.osei@example.net", "dates")]
    assert Coming.objects.get().caregiver.name == "Marisol Quispe"
    anywhere = WaitingParty.objects.get(series=None)
    assert (anywhere.state, str(anywhere.asked_by.user)) == ("waiting", "Nanami Fairley")
    assert SeriesAlert.objects.get().user.email == "other-parent@example.org"
    _things_moved(now)
    held = CalendarFeed.objects.current()
    assert (held.filter(caregiver__family=family).count(), held.filter(instructor__isnull=False).count()) == (2, 9)


def _things_moved(now: datetime) -> None:
    moved = Enrolment.objects.select_related("moved_from").get(moved_from__isnull=False)
    assert (moved.state, moved.moved_from.state if moved.moved_from else "") == ("booked", "moved")
    [refund] = Charge.objects.filter(kind="refund")
    assert (refund.amount_minor, refund.currency, refund.settled_at) == (5000, "EUR", None)
    assert Enrolment.objects.exclude(one_more_at=None).get().series.title == "Hands and hellos"
    assert Series.objects.filter(late_until__gt=1, first_session_at__lt=now, last_session_at__gt=now).count() == 2
    assert AwayLink.objects.count() >= 5
    assert Letter.objects.filter(key__startswith="reminder").count() == AwayLink.objects.count()


def test_everyone_of_the_cast_can_sign_in_and_a_second_filling_changes_nothing() -> None:
    now = MOMENTS[0]
    before = laid(now)
    _cast_signs_in(now)
    _no_letter_is_left_to_send(now)
    call_command("fill_demo", verbosity=0)
    assert (world.counts(), world.state_of_database()) == (before, world.DEMO)


def _cast_signs_in(now: datetime) -> None:
    for role in cast.CAST:
        user = User.objects.get(email=role.email)
        assert user.check_password(cast.PASSWORD), role
        assert EmailAddress.objects.filter(user=user, email=role.email, verified=True, primary=True).exists(), role
        has_second = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()
        assert has_second == role.second_factor, role
    with time_machine.travel(now, tick=False):
        assert validate_totp_code(cast.TOTP_SECRET, cast.current_code(now))


def _no_letter_is_left_to_send(now: datetime) -> None:
    """One letter came back, so that the office has something to look at."""
    states = dict(Letter.objects.values_list("state").annotate(Count("pk")))
    assert set(states) == {"sent", "parked"}
    assert states["parked"] == 1
    assert not Letter.objects.filter(queued_at__lt=now - timedelta(days=31)).exists()


def test_a_database_that_holds_anyone_is_left_alone() -> None:
    make_user("someone@example.net", "Someone Real")
    for options in ({"check": True}, {}):
        with pytest.raises(CommandError, match="holds something that is not the demo"):
            call_command("fill_demo", **options)
    assert (User.objects.count(), Series.objects.count()) == (1, 0)


def test_what_the_loaders_bring_does_not_count_as_somebody() -> None:
    call_command("load_programmes", verbosity=0)
    assert world.state_of_database() == world.EMPTY
