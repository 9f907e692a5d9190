"""Someone with a browser, who looks at every page twice: by day and by night."""

from __future__ import annotations

import re
import time
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings

from config.accounts.models import User
from config.letters.models import Letter
from tests.factories.accounts import TOTP_SECRET, give_second_factor

NARROWEST = 320
CODE_LASTS_S = 30
# Django's inlines have column heads without words above the links of a row. Every other rule of axe holds, best practice
# included. Without `preload` axe does not fetch style sheets a second time, which the policy would refuse it.
# Night changes colours and nothing else, so by night only they are looked at again.
RULES = {
    "light": {"rules": {"empty-table-header": {"enabled": False}}, "preload": False},
    "dark": {"runOnly": ["color-contrast"], "preload": False},
}
# What a browser says of an answer that is as it should be: a form with something to put right, or a page refused.
EXPECTED = re.compile(r"the server responded with a status of (409|422)|net::ERR_INTERNET_DISCONNECTED")


# The label, name and value of the focused thing; text only of things that are pressed.
FOCUS = """(() => {
  const e = document.activeElement;
  if (!e || !e.matches("a, button, summary, input, select, textarea")) return "";
  const labels = e.labels ? [...e.labels].map((label) => label.textContent) : [];
  const text = e.matches("a, button, summary") ? e.textContent : "";
  return [e.getAttribute("aria-label"), text, e.value, ...labels].join(" ").replace(/\\s+/g, " ");
})()"""


class Visitor:
    def __init__(self, browser: Any, site: str, *, journey: str, width: int = 390, scripts: bool = True) -> None:
        self.journey, self.width, self.site = journey, width, site
        self.height = 844 if width < 600 else 900
        self.context = browser.new_context(
            viewport={"width": width, "height": self.height},
            base_url=site,
            java_script_enabled=scripts,
            locale="en-GB",
            timezone_id="Europe/London",
            reduced_motion="reduce",
            has_touch=width < 600,
        )
        self.context.set_default_timeout(15_000)
        self.has_scripts = scripts
        self.troubles: list[str] = []
        self.page = self.open_tab()

    def open_tab(self) -> Any:
        """Another tab of the same browser; from now on it is the one that is looked at."""
        self.page = self.context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.troubles.append(f"{self.page.url}: {error}"))
        return self.page

    def _hear(self, message: Any) -> None:
        if message.type in ("error", "warning") and not EXPECTED.search(message.text):
            self.troubles.append(f"{self.page.url}: {message.text}")

    def keep_last_look(self) -> None:
        """A picture of where the journey ended; the first thing to look at when it did not end well."""
        self._keep_picture("last")

    def leave(self) -> None:
        self.context.close()

    def go(self, path: str) -> None:
        answer = self.page.goto(path)
        assert answer.status == 200, f"{path}: {answer.status}"

    def look(self, name: str) -> None:
        """Take the page in: no axe violation by day or night, nothing wider than the window, and a picture for the reader."""
        self.page.wait_for_load_state("load")
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            if self.has_scripts:
                found = Axe().run(self.page, options=RULES[scheme])
                assert found.violations_count == 0, f"{name}, {scheme}: {found.generate_report()}"
            self._keep_picture(f"{name}-{scheme}")
        self.fits(name, picture=False)

    def fits(self, name: str, *, picture: bool = True) -> None:
        """Nothing is wider than the window, nor, on a phone, than the narrowest one."""
        self.page.wait_for_load_state("load")
        if picture:
            self._keep_picture(name)
        for width in {self.width, NARROWEST if self.width < 600 else self.width}:
            self.page.set_viewport_size({"width": width, "height": self.height})
            assert self._overflow() <= 0, f"{name} is wider than {width} px by {self._overflow()}"
        self.page.set_viewport_size({"width": self.width, "height": self.height})

    def _overflow(self) -> int:
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))

    def _keep_picture(self, name: str) -> None:
        folder = settings.BASE_DIR / "var" / "screenshots" / self.journey.removeprefix("test_")
        folder.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=folder / f"{self.width}-{name}.png", full_page=True, timeout=60_000)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def tab_to(self, wanted: str, *, most: int = 120) -> None:
        """Press Tab until the thing with that name, value or label has the focus, as someone without a mouse does."""
        for _press in range(most):
            self.press("Tab")
            if wanted in self.focused():
                return
        raise AssertionError(f"Tab does not reach “{wanted}”; the focus is on “{self.focused()}”")

    def focused(self) -> str:
        """What the focus is on, in the words that a reader meets; empty where it is on nothing one can press or fill."""
        return str(self.page.evaluate(FOCUS))

    def code_for(self, email: str) -> str:
        """The six digits of the newest letter to that address."""
        letter = Letter.objects.filter(to=email).latest("pk")
        found = re.search(r"\b\d{6}\b", letter.text)
        assert found, letter.text
        return found[0]

    def sign_in(self, user: User, *, wanted: str) -> None:
        """By six digits from the letter; and by six from the app, for those who have one."""
        self.page.goto(f"/accounts/login/?next={wanted}")
        self.page.locator("#id_code_email").fill(user.email)
        self.page.get_by_role("button", name="Send me a code").click()
        self.page.get_by_label("Code from the email").fill(self.code_for(user.email))
        self.page.get_by_role("button", name="Sign in").click()

    def show_second_factor(self) -> None:
        self.page.locator("#id_code").wait_for()
        self.page.locator("#id_code").fill(app_code())
        self.page.locator("#id_code").press("Enter")


def app_code(secret: str = TOTP_SECRET) -> str:
    """What an authenticator app with that secret shows. A code about to change is no use to anybody: the next one then."""
    left = CODE_LASTS_S - time.time() % CODE_LASTS_S
    if left < CODE_LASTS_S / 3:
        time.sleep(left)
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // CODE_LASTS_S)))


def with_app(user: User) -> User:
    give_second_factor(user)
    return user
