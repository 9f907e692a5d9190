"""A family in front of the site, in a process of its own: it reads pages, fills in the forms it finds, and keeps a diary
of what it was told. Nothing but the standard library, so that sixteen of them start in no time."""

from __future__ import annotations

import http.client
import json
import random
import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

CSRF = "a" * 32
PATIENCE_S = 240
# One answer in so many is not waited for: its family does not know whether it was heard.
HANGS_UP = 14


@dataclass
class Form:
    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def filled(self, **more: str) -> list[tuple[str, str]]:
        """What a browser would send, every box ticked and every choice made; `more` replaces fields."""
        seen = {name for name, _value in self.fields}
        kept = [(name, value) for name, value in self.fields if name not in more and name != "csrfmiddlewaretoken"]
        return [
            *kept,
            *more.items(),
            *(self.buttons[:1] if self.buttons[:1] and self.buttons[0][0] not in seen else []),
        ]


class Forms(HTMLParser):
    """The forms of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.inside: Form | None = None
        self.select = ""
        self.chosen: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = Form(told.get("action", ""), told.get("method", "get").lower())
            self.found.append(self.inside)
        form = self.inside or next((one for one in self.found if told.get("form")), None)
        if form is None or not (told.get("name") or tag == "option"):
            return
        if tag == "input":
            self._input(form, told)
        elif tag == "textarea":
            form.fields.append((told["name"], ""))
        elif tag == "select":
            self.select = told["name"]
        elif (
            tag == "option"
            and self.select
            and told.get("value")
            and (self.select not in self.chosen or "selected" in told)
        ):
            form.fields = [one for one in form.fields if one[0] != self.select] + [(self.select, told["value"])]
            self.chosen.add(self.select)
        elif tag == "button":
            form.buttons.append((told["name"], told.get("value", "")))

    def _input(self, form: Form, told: dict[str, str]) -> None:
        kind, name = told.get("type", "text"), told["name"]
        if kind == "submit":
            form.buttons.append((name, told.get("value", "")))
        elif kind == "radio":
            if "checked" in told or name not in self.chosen:
                form.fields = [one for one in form.fields if one[0] != name] + [(name, told.get("value", "on"))]
                self.chosen.add(name)
        elif (
            kind != "checkbox" or "checked" in told or name.startswith("consent") or "turn" in name or name == "babies"
        ):
            form.fields.append((name, told.get("value", "on" if kind == "checkbox" else "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside, self.chosen = None, set()
        if tag == "select":
            self.select = ""


@dataclass
class Visitor:
    number: int
    port: int
    keys: list[str]
    series: list[str]
    diary: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dice = random.Random(f"visitor {self.number}")
        self.places: dict[str, list[str]] = {key: [] for key in self.keys}

    def ask(self, key: str, path: str, fields: list[tuple[str, str]] | None = None) -> tuple[int, str, str]:
        """(status, text, where it leads to). Status 0: hung up before the answer came."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        head = {"Cookie": f"session={key}; csrf={CSRF}"}
        try:
            if fields is None:
                link.request("GET", path, headers=head)
            else:
                head["Content-Type"] = "application/x-www-form-urlencoded"
                link.request("POST", path, urlencode([*fields, ("csrfmiddlewaretoken", CSRF)]), head)
                if self.dice.randrange(HANGS_UP) == 0:
                    return 0, "", ""
            answer = link.getresponse()
            return answer.status, answer.read().decode(errors="replace"), answer.getheader("Location") or ""
        finally:
            link.close()

    def forms(self, key: str, path: str) -> list[Form]:
        status, text, _where = self.ask(key, path)
        if status >= 500:
            self.note("read", path, status, 0.0, "")
        return Forms(text).found if status == 200 else []

    def form(self, key: str, path: str, like: str) -> Form | None:
        """One of the page's forms that lead to such an address."""
        fitting = [one for one in self.forms(key, path) if one.method == "post" and re.search(like, one.action or path)]
        return self.dice.choice(fitting) if fitting else None

    def send(self, deed: str, key: str, form: Form, path: str, **more: str) -> str:
        fields = form.filled(**more)
        began = time.time()
        status, text, where = self.ask(key, form.action or path, fields)
        asked = dict(fields).get("request_key", "")
        self.note(deed, form.action or path, status, began, asked, text=text if status >= 500 else "", where=where)
        return where if status in (302, 303) else ""

    def note(self, deed: str, path: str, status: int, began: float, asked: str, **more: str) -> None:
        came = "unknown" if status == 0 else "ok" if status in (302, 303) else "broke" if status >= 500 else "refused"
        told = {"client": self.number, "deed": deed, "path": path, "key": asked, "status": status, "came": came}
        self.diary.append(
            {
                **told,
                "began": began,
                "ended": time.time(),
                "where": more.get("where", ""),
                "text": more.get("text", "")[:500],
            }
        )

    # Deeds ----------------------------------------------------------------------------------------------------------

    def book(self, key: str, at: float = 0.0) -> None:
        """Book, and often have the places kept before. `at` is the moment that everybody waits for with the form open."""
        path = f"/classes/{self.dice.choice(self.series)}/book/"
        if form := self.form(key, path, "/book/"):
            time.sleep(max(at - time.time(), 0))
            if at or self.dice.random() < 0.4:
                hold = path.replace("/book/", "/hold/")
                status, text, _where = self.ask(key, hold, form.filled(hold="keep", parts="1"))
                self.note("hold", hold, 302 if status == 200 else status, 0.0, "", text=text if status >= 500 else "")
            where = self.send("book", key, form, path, request_key=f"{self.number}-{len(self.diary)}", book="yes")
            if found := re.search(r"/me/places/(\w+)/", where):
                self.places[key].append(found[1])

    def wait(self, key: str) -> None:
        path = f"/classes/{self.dice.choice(self.series)}/wait/"
        if form := self.form(key, path, r"/wait/$|/offers/|/leave/"):
            if "/offers/" in form.action:
                where = self.send("answer", key, form, path, answer=self.dice.choice(["yes", "yes", "no"]))
                if found := re.search(r"/me/places/(\w+)/", where):
                    self.places[key].append(found[1])
            else:
                self.send("leave" if "/leave/" in form.action else "wait", key, form, path)

    def change(self, key: str) -> None:
        """Something about one of its own bookings: a date given back or taken back, a make-up place, another way."""
        if not self.places[key]:
            return self.book(key)
        path = f"/me/places/{self.dice.choice(self.places[key])}/"
        if form := self.form(key, path, r"/(away|back|make-up|way)/"):
            self.send(form.action.strip("/").rpartition("/")[2], key, form, path)
        return None

    def end(self, key: str) -> None:
        """Moves or cancels."""
        if not self.places[key]:
            return self.wait(key)
        reference = self.places[key].pop()
        deed = self.dice.choice(["move", "cancel"])
        path = f"/me/places/{reference}/{deed}/"
        if form := self.form(key, path, f"/{deed}/"):
            where = self.send(deed, key, form, path)
            if deed == "move" and (found := re.search(r"/me/places/(\w+)/", where)):
                self.places[key].append(found[1])
        return None

    def walk(self, steps: int, at: float) -> None:
        deeds: list[Callable[[str], None]] = [
            self.book,
            self.book,
            self.wait,
            self.wait,
            self.change,
            self.change,
            self.end,
        ]
        for step in range(steps):
            deed = self.book if step < len(self.keys) else self.dice.choice(deeds)
            try:
                if step == 0:
                    self.book(self.keys[0], at)
                else:
                    deed(self.keys[step % len(self.keys)])
            except (OSError, http.client.HTTPException) as trouble:
                self.note(deed.__name__, "", 599, 0.0, "", text=repr(trouble))


def main() -> None:
    told = json.loads(sys.argv[1])
    visitor = Visitor(told["number"], told["port"], told["keys"], told["series"])
    visitor.walk(told["steps"], told["at"])
    json.dump(visitor.diary, sys.stdout)


if __name__ == "__main__":
    main()
