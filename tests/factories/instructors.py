"""People who teach and certify, for tests. Plain functions; each makes what it needs and nothing more."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from config.accounts.models import User
from instructors import demo
from instructors.groups import REGISTRAR, TRAINER, join
from instructors.issuing import record_certificate
from instructors.models import (
    Certificate,
    CertifyingBody,
    CredentialType,
    Instructor,
    PracticeDate,
    Programme,
    Requirement,
    Traineeship,
    TrainingEvent,
)
from instructors.profiles import ensure_profile
from tests.factories.accounts import make_user
from tests.factories.keys import a_key

FIRST_DAY = date(2026, 3, 2)
AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
LATER = datetime(2026, 5, 20, 9, tzinfo=UTC)

REQUIREMENTS: list[dict[str, Any]] = [
    {"key": "training_days", "kind": "attendance", "title": "Training days", "params": {"days": 4, "hours": 28}},
    {"key": "exam_passed", "kind": "exam", "title": "Written exam", "params": {"pass_mark": 80}},
    {
        "key": "families_completed",
        "kind": "practicum",
        "title": "Practice families",
        "params": {"families": 5, "sessions": 5, "gap_days": 6},
    },
]


def a_body(slug: str = "example-school", **fields: Any) -> CertifyingBody:
    """A body that signs here, with its key; the same one for the same slug."""
    said = {"name": slug.replace("-", " ").title(), "abbreviation": slug[:4], "number_prefix": _initials(slug)}
    body, made = CertifyingBody.objects.get_or_create(slug=slug, defaults={**said, "signs_here": True, **fields})
    if made and body.signs_here:
        a_key(body)
    return body


def _initials(slug: str) -> str:
    return "".join(word[0] for word in slug.upper().split("-"))


def a_credential(body: CertifyingBody | None = None, code: str = "CIMI") -> CredentialType:
    """CIMI lets its holder teach, CIIT train."""
    trains = code == "CIIT"
    said = {"title": f"The title {code}", "may_teach": not trains, "may_train": trains, "rank": 2 if trains else 1}
    return CredentialType.objects.get_or_create(body=body or a_body(), code=code, defaults=said)[0]


def a_programme(body: CertifyingBody | None = None, requirements: Any = None, **fields: Any) -> Programme:
    """The way to CIMI, published: four days, an exam at 80, five families of five sessions, four months."""
    said = {
        "title": "CIMI in four days",
        "status": Programme.Status.PUBLISHED,
        "deadline_rule": {"anchor": "last_day", "amount": 4, "unit": "months"},
        "validity_months": 36,
    }
    key = {"credential_type": a_credential(body), "code": fields.pop("code", "four-days"), "version": 1}
    programme, made = Programme.objects.get_or_create(**key, defaults={**said, **fields})
    if made:
        for order, requirement in enumerate(REQUIREMENTS if requirements is None else requirements):
            Requirement.objects.create(programme=programme, order=order, **requirement)
    return programme


def a_checker() -> User:
    """The one in the office who looks at papers."""
    return User.objects.filter(email="checker@example.org").first() or make_user("checker@example.org", "Paper Checker")


def a_certificate(holder: User, code: str = "CIMI", body: CertifyingBody | None = None, **fields: Any) -> Certificate:
    """A recorded certificate, valid from 2024 to 2030 unless said otherwise."""
    dates = {"valid_from": date(2024, 1, 1), "valid_until": date(2030, 1, 1)}
    credential = a_credential(body, code)
    credential.body.registrars.add(a_checker())
    said = {"number": f"OLD-{credential.pk}-{code}-{holder.pk}", "by": a_checker(), "now": AT, **dates, **fields}
    return record_certificate(credential, holder=holder, **said)


def an_instructor(user: User, *, certified: bool = True, **fields: Any) -> Instructor:
    """A profile, with a certificate to teach unless told otherwise."""
    profile = ensure_profile(user)
    for name, value in fields.items():
        setattr(profile, name, value)
    profile.save()
    if certified:
        a_certificate(user)
    return profile


def a_trainer(email: str = "aisha@example.org", name: str = "Aisha Noor", body: CertifyingBody | None = None) -> User:
    """Staff, in the group of trainers, with a valid trainer's certificate."""
    user = make_user(email, name, is_staff=True)
    a_certificate(user, "CIIT", body)
    join(user, TRAINER)
    return user


def a_registrar(
    body: CertifyingBody | None = None, *, email: str = "registrar@example.org", name: str = "Carla Nunes"
) -> User:
    """A registrar of the body."""
    user = make_user(email, name, is_staff=True)
    join(user, REGISTRAR)
    (body or a_body()).registrars.add(user)
    return user


def an_event(
    trainer: User, programme: Programme | None = None, name: str = "CIMI in four days, Leeds"
) -> TrainingEvent:
    """Four days in Leeds, 2 to 5 March 2026."""
    said: Any = {"trainer": trainer, "first_on": FIRST_DAY, "name": name, "place": "Leeds", "zone": "Europe/London"}
    return demo.hold_event(programme or a_programme(), **said)


def a_traineeship(trainer: User, trainee: User | None = None, event: TrainingEvent | None = None) -> Traineeship:
    """Accepted, with the trainer of record and a deadline; nothing is done yet."""
    person = trainee or make_user("zoe@example.org", "Zoë Lindqvist")
    return demo.take_on(event or an_event(trainer), trainee=person, trainer=trainer, now=AT)


def a_ready_traineeship(trainer: User, trainee: User | None = None, event: TrainingEvent | None = None) -> Traineeship:
    """Every requirement met, nothing signed."""
    row = a_traineeship(trainer, trainee, event)
    demo.attend(row, trainer=trainer, now=AT)
    demo.practise(row, by=trainer, now=LATER, first_on=FIRST_DAY + timedelta(days=10))
    demo.pass_everything(row, trainer=trainer, now=LATER)
    return fresh(row)


def a_date(row: Traineeship, **facts: Any) -> PracticeDate:
    """A date of the candidate's own practice series, held."""
    said = {"counted_from": "classes.Session:7", "series": "Fridays", "no": 1, "starts_at": AT, "is_held": True}
    return PracticeDate.objects.create(traineeship=row, **{**said, **facts})


def fresh(row: Traineeship) -> Traineeship:
    """The row as it is now, with its work."""
    return Traineeship.objects.with_work().get(pk=row.pk)
