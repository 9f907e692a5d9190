"""What happens to hands-free when a telephone rings, a voice never ends, a screen goes dark, or a knuckle bounces."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.cast import Cast
from tests.journeys.test_a_family_practises_hands_free import begin, see
from tests.journeys.visitor import Visitor

# A voice that never says that it has finished, a screen whose locks are counted, and a way to look away from the page.
DEVICE = """
window.told = [];
window.locks = [];
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
Object.defineProperty(window, "speechSynthesis", { value: {
  speaking: false,
  getVoices: () => [{ name: "Near", voiceURI: "near", lang: "en-GB", localService: true }],
  addEventListener() {}, resume() {},
  cancel() { this.speaking = false; window.told.push("(hush)"); },
  speak(one) { if (one.text) { this.speaking = true; window.told.push(one.text); } },
}});
Object.defineProperty(navigator, "wakeLock", { value: { request: async () => {
  const lock = new EventTarget();
  lock.release = async () => { window.locks = window.locks.filter((one) => one !== lock); lock.dispatchEvent(new Event("release")); };
  window.locks.push(lock);
  return lock;
}}});
window.look = (away) => {
  Object.defineProperty(document, "hidden", { value: away, configurable: true });
  if (away) for (const lock of window.locks) lock.release();
  document.dispatchEvent(new Event("visibilitychange"));
};
"""


def arrived(arrive: Callable[..., Visitor], cast: Cast) -> Any:
    visitor = arrive(width=390)
    visitor.page.add_init_script(DEVICE)
    begin(visitor, cast)
    visitor.page.clock.install()
    return visitor


def test_a_call_comes_in_and_the_step_is_read_again_afterwards(cast: Cast, arrive: Callable[..., Visitor]) -> None:
    visitor = arrived(arrive, cast)
    page = visitor.page
    page.get_by_role("switch", name="Read aloud").check()
    page.get_by_label("Go on by itself").select_option("30")
    page.get_by_role("link", name="Begin").click()
    see(visitor, "Asking permission")
    assert page.evaluate("[told.at(-1), locks.length]") == ["Asking permission.", 1]

    page.evaluate("look(true)")
    page.clock.run_for(300_000)
    assert page.evaluate("[told.at(-1), locks.length]") == ["(hush)", 0]
    see(visitor, "Asking permission")

    page.evaluate("look(false)")
    assert page.evaluate("[told.at(-1), locks.length]") == ["Asking permission.", 1]
    page.clock.run_for(150_000)
    see(visitor, "Resting hands")
    page.get_by_role("link", name="Baby says no").click()
    see(visitor, "You heard Ada.")
    assert page.evaluate("[told.at(-1), locks.length]") == ["(hush)", 0]


def test_a_knuckle_that_bounces_is_one_step_and_keys_of_a_switch_go_on_and_back(
    cast: Cast, arrive: Callable[..., Visitor]
) -> None:
    visitor = arrived(arrive, cast)
    page = visitor.page
    page.get_by_role("link", name="Begin").click()
    see(visitor, "Asking permission")
    page.locator("#s1 .hf-next").dblclick()
    see(visitor, "Resting hands")
    for key, heading in [("Enter", "Water wheel A"), (" ", "Water wheel B"), ("PageUp", "Water wheel A")]:
        page.keyboard.press(key)
        see(visitor, heading)
    page.keyboard.press("Escape")
    see(visitor, "You heard Ada.")


def test_minutes_are_those_in_which_a_step_was_seen(cast: Cast, arrive: Callable[..., Visitor]) -> None:
    visitor = arrived(arrive, cast)
    page = visitor.page
    page.get_by_role("link", name="Begin").click()
    see(visitor, "Asking permission")
    page.clock.run_for(4 * 60_000)
    page.evaluate("look(true)")
    page.clock.run_for(40 * 60_000)
    page.evaluate("look(false)")
    page.clock.run_for(2 * 60_000)
    page.evaluate("location.hash = 'end'")
    see(visitor, "That was a massage.")
    assert page.locator("#end [data-minutes]").input_value() == "6"


def test_a_screen_that_will_go_dark_is_said_once_where_it_matters(cast: Cast, arrive: Callable[..., Visitor]) -> None:
    visitor = arrive(width=390)
    page = visitor.page
    page.add_init_script(
        "Object.defineProperty(navigator, 'wakeLock', { value: { request: () => Promise.reject(new Error('battery')) } })"
    )
    begin(visitor, cast)
    page.get_by_role("link", name="Begin").click()
    page.locator("[data-dark]").get_by_text("cannot keep the screen awake").wait_for()
    visitor.fits("1-dark")
    page.get_by_role("link", name="Next").click()
    see(visitor, "Resting hands")
    assert page.locator("[data-dark]").is_hidden()
