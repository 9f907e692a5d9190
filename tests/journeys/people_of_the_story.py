"""The school, the people and the clock of the story of a certificate."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from allauth.account.internal.flows import login as sign_in_records
from django.conf import settings
from django.test import Client
from django.utils import timezone

from config.accounts.models import User
from instructors.groups import AUDITOR, REGISTRAR, TRAINER, ensure_groups, join
from instructors.models import CertifyingBody, Programme
from tests.factories.accounts import make_user
from tests.factories.instructors import REQUIREMENTS, a_body, a_certificate, a_credential, a_programme
from tests.factories.keys import a_key
from tests.journeys.visitor import Visitor, with_app

PASSWORD = "a long enough password"


@dataclass
class Story:
    """Aisha trains, Bea is a stranger to her people; Zoë and Yan learn; Margaret and Ravi keep the register."""

    clock: Any
    body: CertifyingBody
    iaim: CertifyingBody
    programme: Programme
    aisha: User
    bea: User
    zoe: User
    yan: User
    margaret: User
    ravi: User
    other_registrar: User
    auditor: User
    found: dict[str, Any] = field(default_factory=dict)

    def at(self, *moment: int) -> None:
        """Move the site's clock there: year, month, day and perhaps the hour, UTC."""
        self.clock.move_to(datetime(*(*moment, *(9,))[:4], tzinfo=UTC))  # type: ignore[misc, arg-type]  # three or four numbers


def begin(clock: Any) -> Story:
    """The school signs here; CIIT needs its CIMI; the programme is published, and nobody trains on it yet."""
    ensure_groups()
    body = a_body("example-school")
    a_key(body)
    ciit = a_credential(body, "CIIT")
    ciit.requires = a_credential(body)
    ciit.save()
    iaim = a_body("iaim", name="International Association of Infant Massage", number_prefix="IAIM", signs_here=False)
    a_credential(iaim)
    rules = {"renewal_window_days": 90, "grace_days": 30, "ce_hours": 12}
    story = Story(
        clock=clock,
        body=body,
        iaim=iaim,
        programme=a_programme(body, REQUIREMENTS, title="CIMI 4 days", code="cimi-4", **rules),
        aisha=_trainer("aisha@example.org", "Aisha Noor"),
        bea=with_app(_trainer("bea@example.org", "Bea Moss")),
        zoe=make_user("zoe@example.org", "Zoë Lindqvist"),
        yan=make_user("yan@example.org", "Yan Petrov"),
        margaret=_staff("margaret@example.org", "Margaret Ellis", REGISTRAR, body),
        ravi=_staff("ravi@example.org", "Ravi Shah", REGISTRAR, body),
        other_registrar=_staff("otto@example.org", "Otto Brandt", REGISTRAR, a_body("other-school")),
        auditor=_staff("auditor@example.org", "Ines Duarte", AUDITOR),
    )
    iaim.registrars.add(story.margaret)
    return story


def _trainer(email: str, name: str) -> User:
    user = make_user(email, name, is_staff=True)
    join(user, TRAINER)
    for code in ("CIMI", "CIIT"):
        a_certificate(user, code, valid_until=date(2040, 1, 1))
    user.set_password(PASSWORD)
    user.save()
    return user


def _staff(email: str, name: str, group: str, body: CertifyingBody | None = None) -> User:
    user = with_app(make_user(email, name, is_staff=True))
    join(user, group)
    if body:
        body.registrars.add(user)
    return user


def come(visitor: Visitor, user: User) -> Visitor:
    """The browser signed in as that person, second factor shown: sessions end long before the story's next day."""
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    at = timezone.now().timestamp()
    shown = [{"method": "code", "at": at}, {"method": "mfa", "at": at, "type": "totp"}]
    session = client.session
    session[sign_in_records.AUTHENTICATION_METHODS_SESSION_KEY] = shown if user.is_staff else shown[:1]
    session[sign_in_records._AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
    session.save()
    visitor.context.clear_cookies()
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": str(session.session_key), "url": visitor.site}
    visitor.context.add_cookies([cookie])
    return visitor


def press(page: Any, name: str, then: str, **how: Any) -> None:
    """Press the button of that name and wait for the words that follow."""
    page.get_by_role("button", name=name, **how).click()
    page.get_by_text(then).first.wait_for()
