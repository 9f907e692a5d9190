"""What an instructor does with a phone in a hall, and a look at what the phone keeps."""

from __future__ import annotations

from typing import Any

from classes.models import Attendance, RegisterMark
from tests.cast import Cast
from tests.journeys.visitor import Visitor, with_app

# Everything that pages of this site can have put on the device, as one text.
ALL_OF_IT = """async () => {
  const found = [JSON.stringify(localStorage), JSON.stringify(sessionStorage)];
  for (const name of await caches.keys()) {
    const store = await caches.open(name);
    for (const request of await store.keys()) {
      const answer = await store.match(request);
      const head = [...answer.headers].join();
      if (!/css|javascript|image/.test(answer.headers.get("Content-Type"))) found.push(request.url, head, await answer.text());
    }
  }
  for (const { name } of await indexedDB.databases()) {
    const phone = await new Promise((resolve) => {
      const asked = indexedDB.open(name);
      asked.onsuccess = () => resolve(asked.result);
    });
    for (const store of phone.objectStoreNames) {
      const rows = await new Promise((resolve) => {
        const asked = phone.transaction(store).objectStore(store).getAll();
        asked.onsuccess = () => resolve(asked.result);
      });
      found.push(`${store}: ${JSON.stringify(rows)}`);
    }
    phone.close();
  }
  return found.join("\\n");
}"""
# A day goes by for what lies there; the clocks of browser and worker cannot be turned from here.
A_DAY_LATER = """async (hours) => {
  const back = hours * 60 * 60 * 1000;
  const store = await caches.open("registers");
  for (const request of await store.keys()) {
    const answer = await store.match(request);
    const headers = new Headers(answer.headers);
    headers.set("X-Kept-At", String(Number(headers.get("X-Kept-At")) - back));
    await store.put(request, new Response(await answer.blob(), { headers }));
  }
  const phone = await new Promise((resolve) => {
    const asked = indexedDB.open("warm-hands");
    asked.onsuccess = () => resolve(asked.result);
  });
  for (const name of ["deeds", "marks"]) {
    await new Promise((resolve) => {
      const transaction = phone.transaction(name, "readwrite");
      transaction.oncomplete = resolve;
      transaction.objectStore(name).openCursor().onsuccess = ({ target: { result: cursor } }) => {
        if (!cursor) return;
        cursor.update({ ...cursor.value, at: cursor.value.at - back });
        cursor.continue();
      };
    });
  }
  phone.close();
}"""


def address(cast: Cast, number: int = 3) -> str:
    return f"/teach/sessions/{cast.running.sessions.get(number=number).reference}/register/"


def open_register(visitor: Visitor, cast: Cast) -> Any:
    """Sign in and open tonight's register; the phone has put it aside when this returns."""
    visitor.sign_in(with_app(cast.instructor), wanted=address(cast))
    visitor.page.wait_for_url("**/accounts/2fa/authenticate/**")
    visitor.show_second_factor()
    visitor.page.wait_for_url(f"**{address(cast)}")
    is_put_aside(visitor)
    return visitor.page


def same_account(visitor: Visitor, other: Visitor, cast: Cast) -> Any:
    """Open the register on another phone of the one who is signed in on the first."""
    visitor.context.add_cookies(other.context.cookies())
    visitor.go(address(cast))
    is_put_aside(visitor)
    return visitor.page


def is_put_aside(visitor: Visitor) -> None:
    visitor.page.locator("[data-roll][data-is-kept]").wait_for()


def tap(page: Any, baby: str, mark: str) -> None:
    page.get_by_role("group", name=baby).get_by_role("radio", name=mark).check()


def tap_and_send(page: Any, baby: str, mark: str) -> None:
    with page.expect_response(lambda answer: answer.request.method == "POST" and answer.url.endswith("/register/")):
        tap(page, baby, mark)


def tally(page: Any, what: str, number: int) -> None:
    page.locator(f"[data-n={what}]", has_text=str(number)).wait_for()


def says(page: Any, words: str) -> None:
    page.get_by_text(words).first.wait_for()


def is_sent(page: Any) -> None:
    """Wait until nothing waits on the phone any more."""
    page.locator("[data-sending][data-waiting='0']").wait_for(state="attached")


def looks_again(page: Any) -> None:
    """What the page does by itself every little while, and when it is shown again."""
    with page.expect_response("**/standing/"):
        page.evaluate("dispatchEvent(new Event('online'))")


def marks(cast: Cast) -> dict[str, str]:
    """{baby: mark} of the third session."""
    rows = Attendance.objects.filter(place__session__series=cast.running, place__session__number=3)
    return {row.place.baby.first_name: row.mark for row in rows.select_related("place__baby")}


def taps() -> int:
    return RegisterMark.objects.count()
