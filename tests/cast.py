"""The fixed cast: who is who in the tests, and a small world around them.

The clock stands at NOW, a Tuesday evening in Leeds, five days before the clocks go forward there.

Gentle Thursdays (running, led by `instructor`, room and stream): sessions 1 and 2 are over, the third is in two days.
    The parent's Ada and the other parent's Noor are in it.
Busy little people (open, from 21 April, led by `instructor`): nobody has booked yet.
After the bath (open, live-stream, led by `other_instructor`): the other parent's Noor is in it.
Practice on Fridays (open, a practice series led by `candidate`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from allauth.account.internal.flows import login as sign_in_records
from django.test import Client

from classes.models import Enrolment, Series, Venue
from config.accounts.models import User
from families.models import Baby, Caregiver, Family
from instructors.models import Certificate, CertifyingBody, CredentialType, Instructor, Programme, Traineeship
from tests.factories.accounts import give_second_factor, make_user
from tests.factories.classes import make_enrolment, make_series, make_venue
from tests.factories.families import add_baby, add_caregiver, make_family
from tests.factories.keys import a_key

NOW = datetime(2026, 3, 24, 17, 5, tzinfo=UTC)
TODAY = NOW.date()


@dataclass(frozen=True)
class Cast:
    parent: User
    coparent: User
    other_parent: User
    instructor: User
    other_instructor: User
    candidate: User
    trainer: User
    other_trainer: User
    registrar: User
    office: User
    body: CertifyingBody
    instructor_credential: CredentialType
    trainer_credential: CredentialType
    programme: Programme
    traineeship: Traineeship
    instructor_profile: Instructor
    other_instructor_profile: Instructor
    candidate_profile: Instructor
    family: Family
    caregiver: Caregiver
    baby: Baby
    other_family: Family
    other_caregiver: Caregiver
    other_baby: Baby
    venue: Venue
    running: Series
    open: Series
    stream: Series
    practice: Series
    enrolment: Enrolment
    other_enrolment: Enrolment
    stream_enrolment: Enrolment


def build_cast() -> Cast:
    """The whole world, as rows. About a hundred statements."""
    world: dict[str, Any] = {}
    _people(world)
    _certification(world)
    _families(world)
    _series(world)
    _bookings(world)
    return Cast(**world)


def sign_in(client: Client, user: User, second_factor: bool = True) -> Client:
    """Sign the person in; those who teach or work in the admin have shown a second factor, unless told otherwise."""
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    shown = [{"method": "code", "at": NOW.timestamp()}]
    if second_factor and (user.is_staff or Instructor.objects.filter(user=user).exists()):
        give_second_factor(user)
        shown.append({"method": "mfa", "at": NOW.timestamp(), "type": "totp"})
    session = client.session
    session[sign_in_records.AUTHENTICATION_METHODS_SESSION_KEY] = shown
    session[sign_in_records._AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
    session.save()
    return client


def _people(world: dict[str, Any]) -> None:
    world["parent"] = make_user("parent@example.org", "Ines Moreau")
    world["coparent"] = make_user("coparent@example.org", "Joseph Moreau")
    world["other_parent"] = make_user("other-parent@example.org", "Amal Haddad")
    world["instructor"] = make_user("instructor@example.org", "Ruth Adeyemi")
    world["other_instructor"] = make_user("other-instructor@example.org", "Tomasz Wilk", time_zone="Europe/Warsaw")
    world["candidate"] = make_user("candidate@example.org", "Melody Fong")
    world["trainer"] = make_user("trainer@example.org", "Agnes Lund", is_staff=True)
    world["other_trainer"] = make_user("other-trainer@example.org", "Bikash Rai", is_staff=True)
    world["registrar"] = make_user("registrar@example.org", "Carla Nunes", is_staff=True)
    world["office"] = make_user("office@example.org", "Olu Peters", is_staff=True, is_superuser=True)


def _certification(world: dict[str, Any]) -> None:
    body = CertifyingBody.objects.create(
        name="Example Institute of Infant Massage",
        slug="example",
        abbreviation="EIIM",
        number_prefix="WH",
        signs_here=True,
    )
    a_key(body)
    body.registrars.add(world["registrar"])
    cimi = CredentialType.objects.create(
        body=body, code="CIMI", title="Certified Infant Massage Instructor", may_teach=True
    )
    ciit = CredentialType.objects.create(
        body=body, code="CIIT", title="International Instructor Trainer", rank=2, requires=cimi, may_train=True
    )
    programme = Programme.objects.create(
        credential_type=cimi, code="four-days", title="CIMI in four days", status=Programme.Status.PUBLISHED
    )
    world.update(body=body, instructor_credential=cimi, trainer_credential=ciit, programme=programme)
    for name in ("instructor", "other_instructor", "trainer", "other_trainer"):
        _record_certificate(world[name], cimi, checked_by=world["registrar"])
    for name in ("trainer", "other_trainer"):
        _record_certificate(world[name], ciit, checked_by=world["registrar"])
    world["instructor_profile"] = _profile(world["instructor"], "ruth-adeyemi")
    world["other_instructor_profile"] = _profile(world["other_instructor"], "tomasz-wilk")
    world["candidate_profile"] = _profile(world["candidate"], "melody-fong", is_listed=False)
    world["traineeship"] = Traineeship.objects.create(
        trainee=world["candidate"],
        programme=programme,
        credential_type=cimi,
        trainer_of_record=world["trainer"],
        state=Traineeship.State.ACTIVE,
        applied_at=NOW - timedelta(days=90),
        started_on=TODAY - timedelta(days=60),
        deadline_on=TODAY + timedelta(days=60),
    )


def _record_certificate(holder: User, credential: CredentialType, *, checked_by: User) -> Certificate:
    return Certificate.objects.create(
        number=f"WH-{credential.code}-{holder.pk:04d}",
        public_code=f"{credential.code}{holder.pk:06d}"[:12],
        holder=holder,
        name_as_issued=str(holder),
        credential_type=credential,
        origin=Certificate.Origin.RECORDED,
        issued_on=date(2024, 6, 1),
        valid_from=date(2024, 6, 1),
        valid_until=date(2027, 5, 31),
        verified_by=checked_by,
        verified_on=date(2024, 6, 10),
    )


def _profile(user: User, slug: str, *, is_listed: bool = True) -> Instructor:
    return Instructor.objects.create(
        user=user,
        slug=slug,
        display_name=str(user),
        time_zone=user.time_zone,
        town="Leeds",
        country="GB",
        languages=["en"],
        bio="I sit on the floor beside you with my doll. I will show you, and I will never hurry you.",
        is_listed=is_listed,
        taught_since=2017,
    )


def _families(world: dict[str, Any]) -> None:
    family = make_family(world["parent"])
    add_caregiver(family, world["coparent"])
    other = make_family(world["other_parent"])
    world.update(
        family=family,
        caregiver=family.caregivers.get(user=world["parent"]),
        baby=add_baby(family, "Ada", born_on=date(2025, 12, 21)),
        other_family=other,
        other_caregiver=other.caregivers.get(),
        other_baby=add_baby(other, "Noor", born_on=date(2026, 1, 11)),
    )


def _series(world: dict[str, Any]) -> None:
    venue = make_venue()
    ruth, tomasz, melody = world["instructor_profile"], world["other_instructor_profile"], world["candidate_profile"]
    running = make_series(ruth, venue=venue, delivery=Series.Delivery.HYBRID, stream_capacity=4)
    open_series = make_series(
        ruth,
        title="Busy little people",
        slug="busy-little-people",
        first=date(2026, 4, 21),
        clock=time(14),
        venue=venue,
    )
    stream = make_series(
        tomasz,
        title="After the bath",
        slug="after-the-bath",
        first=date(2026, 4, 6),
        clock=time(19, 30),
        delivery=Series.Delivery.LIVE_STREAM,
        time_zone="Europe/Warsaw",
        capacity=0,
        stream_capacity=10,
    )
    practice = make_series(
        melody,
        title="Practice on Fridays",
        slug="practice-on-fridays",
        first=date(2026, 4, 10),
        venue=venue,
        is_practice=True,
        price_minor=0,
        capacity=4,
    )
    world.update(venue=venue, running=running, open=open_series, stream=stream, practice=practice)


def _bookings(world: dict[str, Any]) -> None:
    ines = {"family": world["family"], "babies": [world["baby"]], "by": world["parent"]}
    amal = {"family": world["other_family"], "babies": [world["other_baby"]], "by": world["other_parent"]}
    world.update(
        enrolment=make_enrolment(world["running"], **ines),
        other_enrolment=make_enrolment(world["running"], **amal),
        stream_enrolment=make_enrolment(world["stream"], way=Enrolment.Way.STREAM, **amal),
    )
