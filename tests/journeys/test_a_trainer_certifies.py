"""A trainer reads a candidate's work, signs it off, and anyone can check the certificate that follows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from instructors.groups import ensure_groups
from instructors.models import Certificate, SignOff
from tests.cast import Cast
from tests.factories.instructors import LATER, a_ready_traineeship, a_trainer
from tests.journeys.visitor import Visitor, with_app

PASSWORD = "a long enough password"


@pytest.fixture
def moment() -> datetime:
    return LATER


def test_a_trainer_certifies_a_candidate(cast: Cast, arrive: Callable[..., Visitor], width: int) -> None:
    ensure_groups()
    aisha = with_app(a_trainer())
    aisha.set_password(PASSWORD)
    aisha.save()
    candidate = a_ready_traineeship(aisha)
    trainer = arrive(width=width)
    page = trainer.page
    trainer.sign_in(aisha, wanted="/admin/")
    trainer.show_second_factor()
    page.wait_for_url("**/admin/")
    trainer.look("1-waiting-for-you")
    trainer.go("/admin/instructors/traineeship/")
    trainer.look("2-candidates")
    page.get_by_role("link", name="Zoë Lindqvist").first.click()
    page.wait_for_url(f"**/{candidate.pk}/change/**")
    trainer.look("3-candidate")
    trainer.go(f"/admin/instructors/traineeship/sign-off/?ids={candidate.pk}")
    trainer.look("4-sign-off")
    for box in page.locator("main form input[type=checkbox]").all():
        box.check()
    page.locator("#id_proof").fill(PASSWORD)
    page.locator("#id_proof").press("Enter")
    page.wait_for_url("**/admin/instructors/traineeship/")
    page.get_by_text("Signed and issued").wait_for()
    certificate = Certificate.objects.get(traineeship=candidate)
    assert SignOff.objects.get(traineeship=candidate).signed_by == aisha
    anyone = arrive(width=width)
    anyone.go("/certificates/")
    anyone.look("5-check")
    number, family_name = anyone.page.get_by_role("main").get_by_role("textbox").all()
    number.fill(certificate.number)
    family_name.fill("Lindqvist")
    family_name.press("Enter")
    anyone.page.get_by_text("Zoë Lindqvist").first.wait_for()
    anyone.look("6-found")
    anyone.go(f"/c/{certificate.public_code}/")
    anyone.look("7-certificate")


def test_a_candidate_follows_the_training(cast: Cast, arrive: Callable[..., Visitor], width: int) -> None:
    candidate = arrive(width=width)
    candidate.sign_in(cast.candidate, wanted="/train/")
    candidate.page.wait_for_url("**/train/")
    candidate.look("1-my-training")
    candidate.go("/instructors/")
    candidate.look("2-directory")
    candidate.go(f"/instructors/{cast.instructor_profile.slug}/")
    candidate.look("3-instructor")
