"""What every answer must hold, whoever asked for whatever: headers, cookies, and a body without anything inline."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# What holds a secret in its address says less still.
STRICTER = {"Referrer-Policy": "no-referrer"}
POLICY = {"default-src": "'none'", "object-src": "'none'", "base-uri": "'none'", "frame-ancestors": "'none'"}
# What machines of other sites read: it is the same for everyone, and no cookie goes with it.
FOR_ALL_SITES = ("application/vc+ld+json", "application/did+ld+json", "application/ld+json")
OPEN = {"Cross-Origin-Resource-Policy": "cross-origin", "Access-Control-Allow-Origin": "*"}
TELLING = ("Server", "X-Powered-By", "Access-Control-Allow-Origin")
LEAKS = re.compile(
    r"Traceback \(most recent|OperationalError|SELECT .* FROM|/site-packages/|SECRET_KEY|\bTODO\b|\bFIXME\b", re.S
)
LARGEST = 1024 * 1024
ADDRESS_LEAK = re.compile(r"@|token=|code=\d|password=", re.I)


def findings(response: Any, *, signed_in: bool) -> list[str]:
    """What is wrong with the answer, in words; empty where nothing is."""
    found = [*_headers(response, signed_in), *_cookies(response), *_location(response)]
    kind = response.headers.get("Content-Type", "")
    if response.streaming or not response.content:
        return found
    if kind.startswith("text/") and "charset=utf-8" not in kind.replace('"', ""):
        found.append(f"no charset: {kind}")
    if len(response.content) > LARGEST:
        found.append(f"{len(response.content)} bytes")
    if kind.startswith("text/html"):
        found += page_findings(response.content.decode())
    if "attachment" in response.headers.get("Content-Disposition", "") and kind.startswith("text/html"):
        found.append("a download that a browser would show as a page")
    return found


def _headers(response: Any, signed_in: bool) -> list[str]:
    headers = response.headers
    is_open = headers.get("Content-Type") in FOR_ALL_SITES and response.status_code == 200
    allowed = {**HEADERS, **(OPEN if is_open else {})}
    found = [
        f"{name} is {headers.get(name)}"
        for name, value in allowed.items()
        if headers.get(name) not in (value, STRICTER.get(name, value))
    ]
    found += [f"says {name}" for name in TELLING if name in headers and name not in allowed]
    found += ["a cookie for every site"] if is_open and response.cookies else []
    policy = headers.get("Content-Security-Policy", "")
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";") if " " in part.strip())
    found += [
        f"CSP {name} is {directives.get(name)}" for name, value in POLICY.items() if directives.get(name) != value
    ]
    if re.search(r"unsafe|\*|https?:", policy):
        found.append(f"CSP is wide: {policy}")
    if "Permissions-Policy" not in headers:
        found.append("no Permissions-Policy")
    if signed_in and "no-store" not in headers.get("Cache-Control", ""):
        found.append("may be kept by a browser")
    return found


def _cookies(response: Any) -> list[str]:
    found = []
    for name, cookie in response.cookies.items():
        if not cookie.value:
            continue
        if not cookie["httponly"]:
            found.append(f"cookie {name} can be read by scripts")
        if cookie["samesite"] not in ("Lax", "Strict"):
            found.append(f"cookie {name} goes to other sites")
        if len(cookie.value) > 4000:
            found.append(f"cookie {name} is too long")
    return found


def _location(response: Any) -> list[str]:
    there = response.headers.get("Location", "")
    if not there:
        return []
    found = [f"leads away: {there}"] if urlsplit(there).netloc or there.startswith("//") else []
    if ADDRESS_LEAK.search(there.split("?next=")[0]):
        found.append(f"tells in an address: {there}")
    return found


class Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.tags: set[str] = set()
        self.ids: list[str] = []
        self.form: dict[str, Any] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        self.ids += [named["id"]] if named.get("id") else []
        self._inline(tag, named)
        self._elsewhere(tag, named)
        if tag == "form":
            self.form = {
                "method": named.get("method", "get").lower(),
                "token": False,
                "action": named.get("action", ""),
            }
        if tag == "input" and named.get("name") == "csrfmiddlewaretoken" and self.form:
            self.form["token"] = True
        if tag == "input" and named.get("type") == "password" and named.get("value"):
            self.found.append("a password is shown again")
        if tag == "html" and not named.get("lang"):
            self.found.append("no language")

    def _inline(self, tag: str, named: dict[str, str]) -> None:
        if tag == "script" and "src" not in named and "json" not in named.get("type", ""):
            self.found.append("inline script")
        if tag == "style":
            self.found.append("style element")
        self.found += [f"inline {name}" for name in named if name == "style" or name.startswith("on")]
        if any(value.strip().lower().startswith("javascript:") for value in named.values()):
            self.found.append("script in an address")

    def _elsewhere(self, tag: str, named: dict[str, str]) -> None:
        for name in ("src", "action", "formaction", "poster", *(("href",) if tag in ("link", "use", "base") else ())):
            if urlsplit(named.get(name, "")).netloc:
                self.found.append(f"{tag} from {named[name]}")
        if tag == "a" and named.get("target") == "_blank" and "noopener" not in named.get("rel", ""):
            self.found.append(f"opens {named.get('href')} without noopener")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self.form:
            if self.form["method"] == "post" and not self.form["token"]:
                self.found.append(f"form to {self.form['action']} has no token")
            if self.form["method"] == "get" and self.form["token"]:
                self.found.append(f"form to {self.form['action']} puts its token into an address")
            self.form = None


def page_findings(text: str) -> list[str]:
    page = Page()
    page.feed(text)
    found = page.found
    if "title" not in page.tags:
        found.append("no title")
    twice = sorted({one for one in page.ids if page.ids.count(one) > 1})
    if twice:
        found.append(f"ids twice: {twice}")
    if leak := LEAKS.search(text):
        found.append(f"tells {leak[0][:60]!r}")
    return found
