"""An instructor wakes with a fever, and tells twelve families with one press, on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from classes.models import Notice, SessionChange
from config.letters.models import Letter
from tests.cast import Cast
from tests.factories.accounts import give_second_factor
from tests.factories.twelve import make_twelve
from tests.journeys.visitor import Visitor

Arrive = Callable[..., Visitor]


def newest_notice(to: str) -> str:
    letter = Letter.objects.filter(to=to, text__contains="/told/").latest("pk")
    found = re.search(r"/told/[\w-]+/", letter.text)
    assert found, letter.text
    return found[0]


def families_answer(cast: Cast, arrive: Arrive, change: SessionChange) -> None:
    """One opens its letter, and that it was looked at is told by the page itself. Another has no scripts."""
    reader = arrive(width=390)
    with reader.page.expect_response(lambda answer: answer.request.method == "POST"):
        reader.go(newest_notice(cast.parent.email))
    reader.look("4-a-family-reads-it")
    reader.page.get_by_role("button", name="Our money back").click()
    reader.page.get_by_text("£12 back").wait_for()
    reader.look("5-the-money")
    assert Notice.objects.get(change=change, enrolment=cast.enrolment).chosen == "refund"

    plain = arrive(width=390, scripts=False)
    plain.go(newest_notice(cast.other_parent.email))
    plain.page.get_by_role("button", name="I have seen it").click()
    plain.page.get_by_text("Seen, thank you").wait_for()


def test_an_ill_instructor_tells_all_families_and_sees_whom_to_phone(cast: Cast, arrive: Arrive) -> None:
    twelve = make_twelve(cast)
    give_second_factor(cast.instructor)
    visitor = arrive(width=390)
    page = visitor.page
    ill = f"/teach/sessions/{twelve.date.reference}/ill/"
    visitor.sign_in(cast.instructor, wanted=ill)
    visitor.show_second_factor()
    page.wait_for_url(f"**{ill}")
    visitor.look("1-what-happens")

    page.get_by_role("radio", name=re.compile("Send a substitute")).check()
    page.get_by_role("radio", name=re.compile("Tomasz Wilk")).wait_for()
    page.get_by_role("radio", name=re.compile("Cancel it")).check()
    page.get_by_role("radio", name=re.compile("Let each family choose")).check()
    page.get_by_label("A word from you").fill("I am sorry, a fever.")
    visitor.look("2-ready")
    page.get_by_role("button", name="Tell all 12 now").click()
    page.get_by_role("heading", name="All 12 are told").wait_for()
    visitor.look("3-told")
    change = SessionChange.objects.get()
    page.get_by_text("Rest a little.").wait_for()
    assert page.get_by_role("link", name=re.compile("^Call")).count() == 0

    families_answer(cast, arrive, change)
    # Half an hour later.
    SessionChange.objects.filter(pk=change.pk).update(at=change.at - timedelta(minutes=30))
    visitor.go(f"/teach/changes/{change.reference}/")
    page.get_by_text("2 of 12 opened").wait_for()
    page.get_by_role("button", name=re.compile("Spoken to.*Lea Brandt")).click()
    page.get_by_role("button", name=re.compile("Not after all")).wait_for()
    assert page.get_by_role("link", name=re.compile("^Call")).count() == 9
    visitor.look("6-nine-left")
