"""A family practises where there is no network: the week opens, a line written there arrives once, nothing stays behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.test import Client
from django.utils import timezone

from config.accounts.sessions import end_sessions
from families.models import PracticeLog
from tests.cast import Cast, sign_in
from tests.factories.practice import tell_health
from tests.journeys.phone import ALL_OF_IT, is_sent, says
from tests.journeys.visitor import Visitor

WEEK = "/me/practice/2/"
# A month goes by for what lies there; the clocks of browser and worker cannot be turned from here.
DAYS_LATER = """async (days) => {
  const store = await caches.open("weeks");
  for (const request of await store.keys()) {
    const answer = await store.match(request);
    const headers = new Headers(answer.headers);
    headers.set("X-Kept-At", String(Number(headers.get("X-Kept-At")) - days * 24 * 60 * 60 * 1000));
    await store.put(request, new Response(await answer.blob(), { headers }));
  }
}"""


def open_week(visitor: Visitor, cast: Cast, wanted: str = "/me/practice/") -> Any:
    """Sign in and open this week; the phone has put it aside when this returns."""
    visitor.sign_in(cast.parent, wanted=wanted)
    visitor.page.wait_for_url(f"**{wanted}")
    begin_to_read(visitor.page)
    visitor.page.locator("[data-week][data-is-kept=yes]").wait_for(state="attached")
    return visitor.page


def begin_to_read(page: Any) -> None:
    """Only then does a phone put anything aside."""
    page.wait_for_load_state("load")
    page.mouse.wheel(0, 40)


def kept_on(page: Any) -> str:
    return str(page.evaluate(ALL_OF_IT))


def diary(cast: Cast) -> list[tuple[str, int | None, str]]:
    return [(log.answer, log.minutes, log.note) for log in PracticeLog.objects.of_baby(cast.baby)]


def test_a_week_opens_without_a_network_and_what_is_written_there_arrives_once(
    cast: Cast, arrive: Callable[..., Visitor]
) -> None:
    visitor = arrive(width=390)
    page = open_week(visitor, cast)
    visitor.context.set_offline(True)
    page.close()
    page = visitor.open_tab()
    page.goto("/me/practice/")
    page.wait_for_url(f"**{WEEK}")
    says(page, "No signal. These pages are kept on this phone.")
    assert page.locator("#m-water-wheel-a svg").is_visible()
    visitor.look("1-kept-week")
    page.locator("#log").get_by_role("radio", name="Calm").first.check()
    page.get_by_label("A line for yourself").fill("canary-of-writing")
    page.get_by_role("button", name="Save").click()
    says(page, "Written down on this phone.")
    assert (diary(cast), "canary" in kept_on(page)) == ([], False)
    page.get_by_role("link", name="Begin, hands-free").click()
    page.get_by_role("link", name="Begin").click()
    page.locator("#s1").wait_for()
    visitor.look("2-kept-steps")
    page.goto("/me/")
    says(page, "No signal for now")
    says(page, "Hands-free: Tummy")
    visitor.look("3-no-signal")
    # The page that says so asks once more by itself.
    with page.expect_navigation():
        visitor.context.set_offline(False)
    page.goto(WEEK)
    begin_to_read(page)
    is_sent(page)
    assert diary(cast) == [(PracticeLog.Answer.CALM, None, "canary-of-writing")]


def test_a_page_that_is_open_when_the_network_goes_keeps_what_is_written(
    cast: Cast, arrive: Callable[..., Visitor]
) -> None:
    visitor = arrive(width=390)
    page = open_week(visitor, cast)
    visitor.context.set_offline(True)
    page.get_by_role("button", name="It was a not now").click()
    says(page, "Written down on this phone.")
    assert diary(cast) == []
    visitor.context.set_offline(False)
    is_sent(page)
    assert diary(cast) == [(PracticeLog.Answer.STOP, None, "")]


def test_a_familys_phone_keeps_nothing_of_health_and_forgets_in_every_way(
    cast: Cast, arrive: Callable[..., Visitor]
) -> None:
    tell_health(cast.baby, "hip", by=cast.caregiver, notes="canary-of-health")
    visitor = arrive(width=390)
    page = open_week(visitor, cast, wanted=WEEK)
    says(page, "Hip dysplasia, harness or cast")
    kept = kept_on(page)
    unwanted = ("Hip dysplasia", "canary", "@example", "csrf", "knees-to-tummy")
    assert ([word for word in unwanted if word in kept], "Ada" in kept) == ([], True)
    visitor.look("1-what-is-kept")
    page.get_by_role("button", name="Take practice off this phone").click()
    says(page, "Nothing of your practice is kept on this phone.")
    assert "Ada" not in kept_on(page)
    page.reload()
    begin_to_read(page)
    page.get_by_role("button", name="Keep this week on this phone").click()
    page.get_by_role("button", name="Take practice off this phone").wait_for()
    assert "Ada" in kept_on(page)
    page.evaluate(DAYS_LATER, 32)
    visitor.context.set_offline(True)
    page.goto(WEEK)
    says(page, "No week is kept on this phone.")
    assert "Ada" not in kept_on(page)


def test_signing_out_or_in_as_somebody_else_takes_practice_off_the_phone(
    cast: Cast, arrive: Callable[..., Visitor]
) -> None:
    visitor = arrive(width=390)
    page = open_week(visitor, cast)
    assert "Ada" in kept_on(page)
    end_sessions(cast.parent, now=timezone.now())
    visitor.sign_in(cast.other_parent, wanted="/me/")
    page.wait_for_url("**/me/")
    assert "Ada" not in kept_on(page)
    page.goto("/accounts/logout/")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(visitor.site + "/")
    page = open_week(visitor, cast)
    assert "Ada" in kept_on(page)
    page.locator("summary", has_text="account").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(visitor.site + "/")
    assert kept_on(page) == "{}\n{}"
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then((found) => found.length)") == 0


def test_a_page_left_open_puts_nothing_aside_of_who_signed_in_since(cast: Cast, arrive: Callable[..., Visitor]) -> None:
    visitor = arrive(width=390)
    session = sign_in(Client(), cast.other_parent).cookies[settings.SESSION_COOKIE_NAME].value
    visitor.sign_in(cast.parent, wanted=WEEK)
    page = visitor.page
    # In another tab of this phone, before anybody began to read here: a page that is left alone begins by itself.
    page.wait_for_url(f"**{WEEK}", wait_until="commit")
    visitor.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": visitor.site}])
    begin_to_read(page)
    says(page, "Somebody else has signed in on this phone")
    page.locator("[data-week][data-is-kept=no]").wait_for(state="attached")
    assert "Noor" not in kept_on(page)


def test_what_may_not_be_shown_any_more_goes_off_the_phone_with_its_steps(
    cast: Cast, arrive: Callable[..., Visitor]
) -> None:
    visitor = arrive(width=390)
    page = open_week(visitor, cast, wanted=WEEK)
    assert "knees-to-tummy" in kept_on(page)
    tell_health(cast.baby, "jaundice", by=cast.caregiver)
    page.reload()
    begin_to_read(page)
    page.locator("[data-week][data-is-kept=no]").wait_for(state="attached")
    assert "knees-to-tummy" not in kept_on(page)
