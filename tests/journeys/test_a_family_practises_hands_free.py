"""Hands-free at home: a big tap goes on, a swipe too, a baby says no, and one tap writes it down."""

from __future__ import annotations

from collections.abc import Callable

from families.models import PracticeLog
from tests.cast import Cast
from tests.journeys.visitor import Visitor

PAGE = "/me/practice/2/hands-free/"
VOICES = """
window.told = [];
const voices = [
  { name: "Far", voiceURI: "far", lang: "en-GB", localService: false },
  { name: "Near", voiceURI: "near", lang: "en_GB", localService: true },
  { name: "Loin", voiceURI: "loin", lang: "fr-FR", localService: true },
];
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
Object.defineProperty(window, "speechSynthesis", { value: {
  getVoices: () => voices, cancel() {}, addEventListener() {},
  speak(one) { if (one.text) { window.told.push([one.voice.voiceURI, one.text]); one.onend(); } },
}});
"""


def begin(visitor: Visitor, cast: Cast) -> None:
    visitor.sign_in(cast.parent, wanted=PAGE)
    visitor.page.wait_for_url(f"**{PAGE}")


def see(visitor: Visitor, heading: str) -> None:
    visitor.page.get_by_role("heading", name=heading, exact=True).wait_for()


def test_a_family_goes_from_stroke_to_stroke_with_a_knuckle(cast: Cast, arrive: Callable[..., Visitor]) -> None:
    visitor = arrive(width=390)
    page = visitor.page
    begin(visitor, cast)
    visitor.look("1-start")
    page.get_by_role("link", name="Begin").click()
    see(visitor, "Asking permission")
    page.get_by_role("link", name="Next").click()
    see(visitor, "Resting hands")
    page.locator("#s2 .hf-say h2").click()
    see(visitor, "Water wheel A")
    visitor.look("2-a-stroke")
    page.keyboard.press("ArrowRight")
    see(visitor, "Water wheel B")
    page.go_back()
    see(visitor, "Water wheel A")
    page.get_by_role("link", name="When to call a doctor").click()
    see(visitor, "When to call a doctor")
    page.get_by_role("link", name="Back to where you were").click()
    see(visitor, "Water wheel A")
    page.get_by_role("link", name="Baby says no").click()
    see(visitor, "You heard Ada.")
    visitor.look("3-no")
    page.get_by_role("link", name="Just a wriggle, carry on").click()
    see(visitor, "Water wheel A")
    page.get_by_role("link", name="Baby says no").click()
    page.get_by_role("button", name="Finish, and note a “not now”").click()
    page.get_by_text("Kept. Thank you for writing it down.").wait_for()
    assert [log.answer for log in PracticeLog.objects.of_baby(cast.baby)] == [PracticeLog.Answer.STOP]


def test_the_device_reads_aloud_in_the_voice_that_was_chosen_and_goes_on_by_itself(
    cast: Cast, arrive: Callable[..., Visitor]
) -> None:
    visitor = arrive(width=390)
    page = visitor.page
    page.add_init_script(VOICES)
    begin(visitor, cast)
    page.get_by_role("switch", name="Read aloud").check()
    assert page.locator("#hf-voice option").all_text_contents() == ["Near", "Far (needs a network)"]
    page.get_by_label("Voice").select_option("far")
    page.reload()
    assert page.get_by_role("switch", name="Read aloud").is_checked()
    page.clock.install()
    page.get_by_label("Go on by itself").select_option("30")
    page.get_by_role("link", name="Begin").click()
    see(visitor, "Asking permission")
    page.clock.run_for(20_000)
    see(visitor, "Asking permission")
    page.clock.run_for(12_000)
    see(visitor, "Resting hands")
    page.get_by_role("button", name="Wait here").click()
    page.clock.run_for(120_000)
    see(visitor, "Resting hands")
    told = page.evaluate("window.told")
    second = [words for _voice, words in told].index("Resting hands.")
    assert {voice for voice, _words in told} == {"far"}
    assert told[second + 1][1] == "Warm, still hands that say hello before anything moves."
    assert "It is a rest, not a press. Keep all weight off the chest." in [words for _voice, words in told]


def test_hands_free_works_with_scripts_off(cast: Cast, arrive: Callable[..., Visitor]) -> None:
    visitor = arrive(width=390, scripts=False)
    page = visitor.page
    begin(visitor, cast)
    page.get_by_role("link", name="Begin").click()
    see(visitor, "Asking permission")
    page.get_by_role("link", name="Next").click()
    see(visitor, "Resting hands")
    page.get_by_role("link", name="Baby says no").click()
    see(visitor, "You heard Ada.")
    page.get_by_role("link", name="Just a wriggle, carry on").click()
    see(visitor, "Resting hands")
