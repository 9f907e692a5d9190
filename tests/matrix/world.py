"""One world for the whole matrix: everybody who may come to a door, and one thing of each kind behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import connection
from django.test import Client

from classes import alerts, feeds, sharing_diaries, writing
from classes.anything_changed import check_link
from classes.away import make_link
from classes.models import (
    BookingDraft,
    Hold,
    IncidentNote,
    MergeAsk,
    Notice,
    Offer,
    Series,
    SeriesDecision,
    SeriesTemplate,
    Session,
    SessionChange,
    WaitingParty,
)
from classes.models.away import hash_of
from classes.searching import Search
from config.accounts.models import User
from curriculum.loading import load
from families.messages import choice_for
from families.models import Baby, Caregiver, Consent, PracticeLog
from instructors.demo import hold_event
from instructors.groups import AUDITOR, OFFICE, REGISTRAR, TRAINER, ensure_groups, join
from instructors.models import (
    PracticeDate,
    PracticumFamily,
    Programme,
    Requirement,
    TimeRequest,
    Traineeship,
    TrainingEvent,
)
from tests.cast import NOW, TODAY, Cast, build_cast, sign_in
from tests.factories.accounts import make_user
from tests.factories.badges import an_issued_certificate
from tests.factories.classes import make_enrolment, make_series, make_waiting_party
from tests.factories.families import add_baby, add_caregiver, an_invitation
from tests.factories.holding import a_life_of
from tests.factories.instructors import a_certificate, an_event, an_instructor
from tests.factories.keys import a_key
from tests.factories.teaching import answer_health

VISITOR = "visitor"
# Those who come to every door. `former` was taken out of the family, `substitute` takes one date of the series.
ROLES = (
    *(VISITOR, "parent", "coparent", "other_parent", "former", "newcomer", "instructor", "other_instructor"),
    *("substitute", "candidate", "trainer", "other_trainer", "registrar", "auditor", "clerk", "office"),
)
GROUPS = {"trainer": TRAINER, "other_trainer": TRAINER, "registrar": REGISTRAR, "auditor": AUDITOR, "clerk": OFFICE}
STAFF = frozenset((*GROUPS, "office"))


@dataclass
class World:
    """`things` holds what stands in addresses: things["parent's baby"] is a primary key."""

    cast: Cast
    people: dict[str, User]
    sessions: dict[str, str] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)

    def client(self, role: str, *, csrf: bool = False) -> Client:
        """A browser in which that person is signed in, at an address of its own: tries are counted by address."""
        address = f"192.0.2.{sorted(ROLES).index(role) + 1}" if role in ROLES else "192.0.2.200"
        client = Client(enforce_csrf_checks=csrf, raise_request_exception=False, REMOTE_ADDR=address)
        if role != VISITOR:
            client.cookies["session"] = self.sessions[role]
        return client


def build_world() -> World:
    load()
    ensure_groups()
    cast = build_cast()
    people = {role: getattr(cast, role) for role in ROLES if hasattr(cast, role)}
    people["newcomer"] = make_user("newcomer@example.org", "Sam Price")
    people |= {who: make_user(f"{who}@example.org", f"Hana {who}") for who in ("former", "substitute")}
    people |= {who: make_user(f"{who}@example.org", f"Lena {who}", is_staff=True) for who in ("clerk", "auditor")}
    for role, group in GROUPS.items():
        join(people[role], group)
    world = World(cast, people)
    _families(world)
    _classes(world)
    _letters_and_feeds(world)
    _incidents(world)
    _practice(world)
    _training(world)
    _merges(cast)
    world.sessions = {role: sign_in(Client(), user).cookies["session"].value for role, user in people.items()}
    return world


def _families(world: World) -> None:
    cast, things = world.cast, world.things
    former = add_caregiver(cast.family, world.people["former"])
    Caregiver.objects.filter(pk=former.pk).update(removed_at=NOW - timedelta(days=1))
    coparent = Caregiver.objects.get(user=cast.coparent)
    granny = add_caregiver(cast.family, name="Colette Moreau")
    uncle = add_caregiver(cast.other_family, name="Samir Haddad")
    second = add_baby(cast.family, "Theo")
    for baby in (cast.baby, cast.other_baby):
        answer_health(baby, conditions=["skin"], notes="reflux")
    things |= {
        "baby": cast.baby.pk,
        "other baby": cast.other_baby.pk,
        "second baby": second.pk,
        "granny": granny.pk,
        "uncle": uncle.pk,
        "coparent": coparent.pk,
        "parent": cast.caregiver.pk,
        "former": former.pk,
        "invitation": an_invitation(cast.caregiver).pk,
        "invitation letter": an_invitation(cast.caregiver, "bea@example.org").token,
        "other invitation": an_invitation(cast.other_caregiver).pk,
        "other invitation letter": an_invitation(cast.other_caregiver, "bea@example.org").token,
        "line": _line(cast.baby, cast.caregiver),
        "coparent's line": _line(cast.baby, coparent),
        "other line": _line(cast.other_baby, cast.other_caregiver),
        "consent": Consent.Kind.PHOTOS,
    }


def _merges(cast: Cast) -> None:
    """Both families are asked whether they would come to another series."""
    for enrolment, to in ((cast.enrolment, cast.open), (cast.stream_enrolment, cast.running)):
        until = NOW + timedelta(days=2)
        decision = SeriesDecision.objects.create(
            series=enrolment.series,
            choice="merge",
            key=str(enrolment.pk),
            families=1,
            to=to,
            answer_by=until,
            by=enrolment.series.instructor.user,
            at=NOW,
        )
        kept = Hold.objects.create(series=to, way=enrolment.way, made_at=NOW, expires_at=until)
        MergeAsk.objects.create(decision=decision, enrolment=enrolment, hold=kept)


def _line(baby: Baby, caregiver: Caregiver) -> str:
    log = PracticeLog.objects.create(baby=baby, caregiver=caregiver, practised_at=NOW - timedelta(days=1), note="mine")
    return log.key


def _classes(world: World) -> None:
    cast, things = world.cast, world.things
    hana = an_instructor(world.people["substitute"])
    third = cast.running.sessions.get(number=3)
    Session.objects.filter(pk=third.pk).update(substitute=hana)
    sharing_diaries.share(cast.enrolment, shared=True, by=cast.caregiver, now=NOW)
    draft = make_series(
        cast.instructor_profile, title="Not yet", slug="not-yet", venue=cast.venue, state=Series.State.DRAFT
    )
    alert = alerts.make(Search(days=(2,)), by=cast.parent, now=NOW)
    other_alert = alerts.make(Search(days=(2,)), by=cast.other_parent, now=NOW)
    things |= {
        "series": cast.open.slug,
        "running": cast.running.slug,
        "draft": draft.slug,
        "other series": cast.stream.slug,
        "enrolment": cast.enrolment.reference,
        "other enrolment": cast.stream_enrolment.reference,
        "substituted session": third.reference,
        "session": cast.running.sessions.get(number=2).reference,
        "other session": cast.stream.sessions.get(number=1).reference,
        "alert": alert.token,
        "alert row": alert.pk,
        "other alert": other_alert.token,
        "other alert row": other_alert.pk,
        "offer": _offer(cast, cast.family, cast.baby, cast.parent),
        "other offer": _offer(cast, cast.other_family, cast.other_baby, cast.other_parent),
        "instructor": cast.instructor_profile.slug,
        "told link": _told(cast, cast.running.sessions.get(number=4), things, "change"),
        "away link": make_link(cast.enrolment, session=third, caregiver=cast.caregiver, now=NOW),
        "check link": check_link(cast.enrolment, third, cast.caregiver, now=NOW).split("/")[-2],
        "own pace": _own_pace(cast),
        "ward": make_series(cast.instructor_profile, title="On the ward", slug="ward", delivery="hospital").slug,
        "unlisted instructor": cast.candidate_profile.slug,
    }
    _told(cast, cast.stream.sessions.get(number=2), things, "other change")
    things["template"] = _template(cast)
    things["waiting entry"] = WaitingParty.objects.get(family=cast.family).pk
    BookingDraft.objects.create(series=cast.open, typed="{}", forget_at=NOW + timedelta(days=1))


def _letters_and_feeds(world: World) -> None:
    cast = world.cast
    world.things |= {
        "message": _message(cast.running, cast.instructor),
        "other message": _message(cast.stream, cast.other_instructor),
        "ended feed": feeds.make_address(cast.caregiver, by=cast.parent, now=NOW - timedelta(hours=1)),
        "feed": feeds.make_address(cast.caregiver, by=cast.parent, now=NOW),
        "teaching feed": feeds.make_address(cast.instructor_profile, by=cast.instructor, now=NOW),
        "stop link": choice_for(cast.caregiver, kind="reminders").token,
    }


def _message(series: Series, by: User) -> str:
    draft = writing.Draft("all", "See you soon", "Dear {name}", when="morning")
    return writing.send(series, draft, key=series.slug, by=by, now=NOW).reference


def _incidents(world: World) -> None:
    cast, things = world.cast, world.things
    things["incident"] = _incident(cast.running.sessions.get(number=2), cast.baby, cast.instructor)
    first = cast.stream.sessions.get(number=1)
    things["other incident"] = _incident(first, cast.other_baby, cast.other_instructor)


def _practice(world: World) -> None:
    """A practice family and a practice date of the candidate, and of somebody else in training."""
    cast, things = world.cast, world.things
    someone = Traineeship.objects.get(pk=cast.traineeship.pk)
    someone.pk, someone._state.adding, someone.trainee = None, True, make_user("learner@example.org", "Lea Ortiz")
    someone.save()
    for label, row in (("practice", cast.traineeship), ("other practice", someone)):
        things[f"{label} family"] = PracticumFamily.objects.create(traineeship=row, alias="Birch").pk
        date = PracticeDate(traineeship=row, counted_from="classes.Session:1", series="Practice", no=1, starts_at=NOW)
        date.save()
        things[f"{label} date"] = date.pk


def _incident(session: Session, baby: Baby, by: User) -> str:
    words = {"summary": "Somebody slipped", "what": "On the wet floor by the door."}
    about = {"session": session, "baby": baby, "happened_at": NOW, "written_by": by, "written_at": NOW}
    return IncidentNote.objects.create(**about, **words).reference


def _template(cast: Cast) -> str:
    return SeriesTemplate.objects.create(instructor=cast.instructor_profile, name="Ours", made_at=NOW).reference


def _offer(cast: Cast, family: Any, baby: Baby, by: User) -> str:
    """Places of the open series that are held for this family until tomorrow."""
    party = make_waiting_party(cast.open, family=family, babies=[baby])
    timed: dict[str, Any] = {"state": "offered", "booked_at": None, "expires_at": NOW + timedelta(hours=20)}
    enrolment = make_enrolment(cast.open, family=family, babies=[baby], by=by, **timed)
    type(party).objects.filter(pk=party.pk).update(state="offered")
    return Offer.objects.create(party=party, enrolment=enrolment, made_at=NOW).token


def _told(cast: Cast, session: Session, things: dict[str, Any], name: str) -> str:
    """The date is held online; Ines was told. Returns the secret in her letter."""
    token, at = f"{name.replace(' ', '-')}-0123456789abcdef", session.starts_at
    change = SessionChange.objects.create(
        session=session, kind="online", key=name, was_starts_at=at, starts_at=at, by=cast.instructor, at=NOW
    )
    who = {"enrolment": cast.enrolment, "caregiver": cast.caregiver, "letter_key": f"changed:{name}"}
    expires_at = NOW + timedelta(days=30)
    Notice.objects.create(change=change, token_hash=hash_of(token), told_at=NOW, expires_at=expires_at, **who)
    things[name] = change.reference
    return token


def _own_pace(cast: Cast) -> str:
    """The family's booking of weeks at its own pace."""
    track = Series.objects.create(
        instructor=cast.instructor_profile,
        plan=cast.running.plan,
        title="Own pace",
        slug="own-pace",
        delivery=Series.Delivery.SELF_PACED,
        time_zone="Europe/London",
        capacity=0,
        stream_capacity=9,
        state=Series.State.PUBLISHED,
        published_at=NOW,
    )
    return make_enrolment(track, family=cast.family, babies=[cast.baby], by=cast.parent, way="stream").reference


def _training(world: World) -> None:
    cast, things = world.cast, world.things
    event = an_event(cast.trainer, cast.programme)
    certificate = a_certificate(cast.instructor, "CIMI", cast.body, number="WH-1-2024")
    things |= {
        "event": event.pk,
        "certificate": certificate.public_code,
        "certificate row": certificate.pk,
        **a_life_of(certificate),
        "list number": 1,
        "signing key": a_key(cast.body).pk,
        "badge": an_issued_certificate(cast.other_instructor, programme=cast.programme).public_code,
        "traineeship": cast.traineeship.pk,
        "time request": _time_request(cast).pk,
        "coming event": _coming_event(cast).pk,
        **_draft(cast),
        "stroke": "leg-indian-milking",
        "routine": "colic",
        "today": TODAY.isoformat(),
    }


def _draft(cast: Cast) -> dict[str, Any]:
    """A programme that nobody trains on yet, and what it asks for."""
    draft = Programme.objects.create(credential_type=cast.instructor_credential, code="draft", title="A new way")
    for order, key in enumerate(("lesson_plan", "essay")):
        asked = Requirement.objects.create(programme=draft, key=key, kind="document", title=key, order=order)
    return {"draft programme": draft.pk, "draft requirement": asked.pk, "programme": cast.programme.pk}


def _coming_event(cast: Cast) -> TrainingEvent:
    """It takes applications; the candidate trains for another credential there and has an exam to hand in."""
    programme = Programme.objects.create(
        credential_type=cast.trainer_credential, code="trainers", title="Trainers", status=Programme.Status.PUBLISHED
    )
    Requirement.objects.create(programme=programme, key="exam_passed", kind="exam", title="Written exam")
    coming, where = TODAY + timedelta(days=30), "Leeds"
    event = hold_event(
        programme, trainer=cast.other_trainer, name="Trainers", first_on=coming, place=where, zone="Europe/London"
    )
    Traineeship.objects.create(
        trainee=cast.candidate,
        programme=programme,
        credential_type=programme.credential_type,
        trainer_of_record=cast.other_trainer,
        state=Traineeship.State.ACTIVE,
        applied_at=NOW,
        deadline_on=TODAY + timedelta(days=90),
    )
    return event


def _time_request(cast: Cast) -> TimeRequest:
    return TimeRequest.objects.create(
        traineeship=cast.traineeship,
        trainee=cast.candidate,
        wanted_on=TODAY + timedelta(days=90),
        reason="A family was ill.",
        asked_at=NOW,
    )


class Watch:
    """The statements of one request."""

    WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
    # Sessions and the limits on trying are kept whoever comes; neither says anything about a row.
    ALWAYS_ALLOWED = ("django_session", '"cache"')

    def __init__(self) -> None:
        self.statements: list[str] = []

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.statements.append(sql)
        return execute(sql, params, many, context)

    @property
    def queries(self) -> int:
        return sum(not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")) for sql in self.statements)

    @property
    def writes(self) -> list[str]:
        """Changes of rows, without those that every request may cause."""
        changes = [sql for sql in self.statements if sql.startswith(self.WRITES)]
        return [sql for sql in changes if not any(table in sql for table in self.ALWAYS_ALLOWED)]


@contextmanager
def watched() -> Iterator[Watch]:
    watch = Watch()
    with connection.execute_wrapper(watch):
        yield watch
