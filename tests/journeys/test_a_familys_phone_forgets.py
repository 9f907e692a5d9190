"""A family's phone keeps practice only as long as it may, however it learns of it, and has room for what it is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from families import leaving
from families.models import Caregiver, PracticeLog
from tests.cast import Cast
from tests.factories.practice import tell_health
from tests.journeys.phone import ALL_OF_IT, is_sent, says
from tests.journeys.test_practice_without_a_network import WEEK, begin_to_read, diary, kept_on, open_week
from tests.journeys.visitor import Visitor

NOTHING = "{}\n{}"
# Wait until a store of pages is gone from this phone; and until everything is.
UNTIL_GONE = """async (name) => {
  for (let tries = 0; await caches.has(name); tries += 1) {
    if (tries > 200) throw new Error(`${name} is still here`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}"""
UNTIL_BARE = """async () => {
  const left = async () => [
    ...(await caches.keys()),
    ...(await indexedDB.databases()),
    ...(await navigator.serviceWorker.getRegistrations()),
  ];
  for (let tries = 0; (await left()).length; tries += 1) {
    if (tries > 200) throw new Error(`left: ${JSON.stringify(await left())}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}"""
# Wait until none of these words lies on this phone any more.
UNTIL_UNSAID = f"""async (words) => {{
  const left = async () => {{
    const all = await ({ALL_OF_IT})();
    return words.filter((word) => all.includes(word));
  }};
  for (let tries = 0; (await left()).length; tries += 1) {{
    if (tries > 200) throw new Error(`left: ${{await left()}}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }}
}}"""
# Of two versions before the last: one that a week on this phone was made with, and one that nothing needs any more.
OLD_VERSIONS = """async () => {
  const weeks = await caches.open("weeks");
  const page = new Response("<link href=/static/css/needed.css>", { headers: { "X-Kept-At": String(Date.now()) } });
  await weeks.put("/me/practice/1/", page);
  for (const name of ["needed", "gone", "last"]) {
    const store = await caches.open(`home-${name}`);
    await store.put(`/static/css/${name}.css`, new Response(""));
  }
}"""
# The moment in which a page is being left is when the phone notices that there is a signal again.
SIGNAL_ON_THE_WAY = "addEventListener('beforeunload', () => setTimeout(() => dispatchEvent(new Event('online'))))"
VERSIONS = "async () => (await caches.keys()).filter((name) => name.startsWith('home-'))"


def is_forgotten(page: Any) -> None:
    """Wait until no week lies on this phone; the page that says so need not be one of practice."""
    page.evaluate(UNTIL_GONE, "weeks")


def test_what_another_adult_tells_takes_the_weeks_off_this_phone_at_any_page(
    cast: Cast, arrive: Callable[..., Visitor]
) -> None:
    page = open_week(arrive(width=390), cast, wanted="/me/practice/1/")
    page.goto(WEEK)
    begin_to_read(page)
    page.locator("[data-week][data-is-kept=yes]").wait_for(state="attached")
    assert "knees-to-tummy" in kept_on(page)
    other = Caregiver.objects.get(user=cast.coparent)
    tell_health(cast.baby, "hip", by=other, now=timezone.now())
    page.goto("/strokes/")
    is_forgotten(page)
    assert "Ada" not in kept_on(page)
    page.goto(WEEK)
    begin_to_read(page)
    page.locator("[data-week][data-is-kept=yes]").wait_for(state="attached")
    kept = kept_on(page)
    assert ("Ada" in kept, "knees-to-tummy" in kept) == (True, False)
    # What was put aside since is as things stand, so it stays.
    page.goto("/strokes/")
    page.wait_for_load_state("networkidle")
    assert "Ada" in kept_on(page)


def test_the_phone_of_an_adult_who_was_removed_forgets_home_though_nobody_is_signed_in(
    cast: Cast, arrive: Callable[..., Visitor]
) -> None:
    visitor = arrive(width=390)
    page = open_week(visitor, cast)
    visitor.context.set_offline(True)
    page.get_by_role("button", name="It was a not now").click()
    says(page, "Written down on this phone.")
    page.close()
    leaving.remove(cast.caregiver, by=Caregiver.objects.get(user=cast.coparent), now=timezone.now())
    visitor.context.set_offline(False)
    page = visitor.open_tab()
    page.goto("/")
    is_forgotten(page)
    page.evaluate(UNTIL_UNSAID, ["Ada", "log/", "not_now"])


def test_after_signing_out_nothing_private_is_left_anywhere(cast: Cast, arrive: Callable[..., Visitor]) -> None:
    """In a browser that hears no Clear-Site-Data, and from a page without a script of practice."""
    visitor = arrive(width=390)
    page = open_week(visitor, cast)
    page.evaluate("localStorage.setItem('hands-free', '{}'); sessionStorage.setItem('one', 'two')")

    def deaf(route: Any) -> None:
        answer = route.fetch(max_redirects=0)
        route.fulfill(response=answer, headers={k: v for k, v in answer.headers.items() if k != "clear-site-data"})

    page.route("**/accounts/logout/", deaf)
    page.goto("/me/")
    page.locator("summary", has_text="account").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(visitor.site + "/")
    page.evaluate(UNTIL_BARE)
    page.goto("/strokes/")
    assert kept_on(page) == NOTHING
    left = {cookie["name"] for cookie in visitor.context.cookies() if cookie["value"]}
    assert left <= {"csrf", "language", "theme"}
    page.goto(WEEK)
    assert "/accounts/login/" in page.url
    page.go_back()
    assert "Ada" not in page.content()


def test_a_phone_without_room_says_so_and_loses_no_line(cast: Cast, arrive: Callable[..., Visitor]) -> None:
    visitor = arrive(width=390)
    visitor.sign_in(cast.parent, wanted=WEEK)
    page = visitor.page
    page.wait_for_url(f"**{WEEK}")
    phone = visitor.context.new_cdp_session(page)
    phone.send("Storage.overrideQuotaForOrigin", {"origin": visitor.site, "quotaSize": 1})
    begin_to_read(page)
    says(page, "There is no room left on this phone")
    visitor.look("1-no-room")
    visitor.context.set_offline(True)
    page.get_by_role("button", name="It was a not now").click()
    says(page, "Written down on this page only")
    visitor.context.set_offline(False)
    is_sent(page)
    assert diary(cast) == [(PracticeLog.Answer.STOP, None, "")]


def test_a_new_version_keeps_what_a_week_on_this_phone_is_made_of(cast: Cast, arrive: Callable[..., Visitor]) -> None:
    visitor = arrive(width=390)
    page = open_week(visitor, cast)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    first = page.evaluate(VERSIONS)
    page.evaluate(OLD_VERSIONS)
    # In another language the same site is another version.
    visitor.context.add_cookies([{"name": "language", "value": "de", "url": visitor.site}])
    page.evaluate("async () => (await navigator.serviceWorker.getRegistration('/me/')).update()")
    page.evaluate(UNTIL_GONE, "home-gone")
    versions = page.evaluate(VERSIONS)
    assert set(versions) - set(first) >= {"home-needed", "home-last"}
    assert len(set(versions) - {"home-needed", "home-last"}) >= 1
    visitor.context.set_offline(True)
    page.goto("/me/family/")
    page.locator("html[lang=de]").wait_for()
    page.goto(WEEK)
    assert page.locator("#m-water-wheel-a svg").bounding_box()["width"] > 100


def test_a_signal_that_comes_back_calls_nobody_back_from_the_page_they_are_on_the_way_to(
    cast: Cast, arrive: Callable[..., Visitor]
) -> None:
    visitor = arrive(width=390)
    page = open_week(visitor, cast)
    visitor.context.set_offline(True)
    page.goto("/me/family/")
    says(page, "No signal for now")
    page.evaluate(SIGNAL_ON_THE_WAY)
    with page.expect_navigation():
        page.get_by_role("link", name="Tummy").first.click()
    page.locator("#m-water-wheel-a svg").wait_for()
    assert page.url.endswith(WEEK)


def test_one_stroke_opens_by_itself_without_a_network(cast: Cast, arrive: Callable[..., Visitor]) -> None:
    visitor = arrive(width=390)
    page = open_week(visitor, cast)
    visitor.context.set_offline(True)
    page.goto("/me/practice/2/hands-free/?stroke=sun-moon")
    page.get_by_role("link", name="Begin", exact=True).click()
    page.get_by_role("heading", name="Sun and moon").wait_for()
    visitor.look("1-one-stroke")
    page.get_by_role("link", name="We’ve finished").first.click()
    says(page, "That was a massage.")
    page.goto("/me/practice/2/hands-free/?run=one")
    visitor.look("2-every-stroke")
    page.get_by_role("link", name="I Love You").click()
    page.get_by_role("heading", name="I Love You").wait_for()
