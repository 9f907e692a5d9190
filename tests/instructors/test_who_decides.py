"""Nobody decides on a training with a certificate that does not stand, whichever page, command or job asks for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from config.accounts.models import User
from instructors import asking, handing_in, issuing
from instructors import traineeship as training
from instructors.life import suspend
from instructors.models import Certificate, Traineeship
from instructors.progress import progress_of
from instructors.refusals import CannotIssue, CannotTrain
from instructors.signing import hash_of, sign_off, snapshot
from tests.factories.accounts import make_user
from tests.factories.instructors import (
    AT,
    LATER,
    a_ready_traineeship,
    a_registrar,
    a_traineeship,
    a_trainer,
    an_event,
    fresh,
)

pytestmark = pytest.mark.django_db
SUSPENDED = "is suspended. Until it is reinstated you can read here and change nothing"
MORE = date(2026, 8, 1)


def suspended(trainer: User) -> User:
    held = Certificate.objects.held_by(trainer).to_train().get()
    suspend(held, reason_code="complaint", by=a_registrar(), now=LATER)
    return trainer


def decline(row: Traineeship, by: Any) -> object:
    question = asking.ask(row, until=MORE, reason="A family was ill.", by=row.trainee, now=LATER)
    return asking.decline(question, word="It is enough.", by=by, now=LATER)


def hand_in(row: Traineeship, by: Any) -> object:
    work = row.programme.requirements.filter(kind__in=handing_in.HANDED_IN).first()
    assert work is not None
    return handing_in.hand_in(row, work, text="Their words.", by=by, now=LATER)


DEEDS: dict[str, Callable[[Traineeship, Any], object]] = {
    "more time": lambda row, by: training.extend(row, until=MORE, reason="Ill.", by=by, now=LATER),
    "the online part": lambda row, by: training.grant_access(row, on=LATER.date(), by=by, now=LATER),
    "ending it": lambda row, by: training.close(row, reason="They moved.", by=by, now=LATER),
    "no more time": decline,
    "work for them": hand_in,
}


@pytest.mark.parametrize("deed", DEEDS)
def test_a_suspended_trainer_decides_nothing_and_a_valid_one_does(deed: str) -> None:
    trainer = a_trainer()
    row = a_traineeship(trainer)
    other = a_traineeship(trainer, make_user("yan@example.org", "Yan Low"), row.event)
    assert DEEDS[deed](other, trainer)
    suspended(trainer)
    with pytest.raises(CannotTrain, match=SUSPENDED):
        DEEDS[deed](row, trainer)


def test_an_application_is_answered_by_who_acts_for_the_body_alone() -> None:
    trainer = a_trainer()
    event = an_event(trainer)
    applied = training.apply(event.programme, trainee=make_user("zoe@example.org", "Zoë"), event=event, now=AT)
    stranger = make_user("nobody@example.org", "No Body", is_staff=True)
    for by, why in ((stranger, "Only a trainer with a valid certificate"), (suspended(trainer), SUSPENDED)):
        with pytest.raises(CannotTrain, match=why):
            training.reject(applied, reason="Full.", by=by, now=LATER)
    other = a_trainer("bea@example.org", "Bea Moss")
    assert training.reject(applied, reason="Full.", by=other, now=LATER).state == Traineeship.State.REJECTED


def test_who_signed_and_was_suspended_since_issues_nothing() -> None:
    trainer = a_trainer()
    row = a_ready_traineeship(trainer)
    sign_off(row, seen=hash_of(snapshot(progress_of(row))), statement="Read.", by=trainer, now=LATER)
    suspended(trainer)
    with pytest.raises(CannotIssue, match=SUSPENDED):
        issuing.issue(fresh(row), by=trainer, now=LATER)
    assert not Certificate.objects.filter(traineeship=row).exists()
