"""The passive checks find what they are there to find."""

from __future__ import annotations

import pytest
from django.http import HttpResponse

from tests.matrix.passive import findings, page_findings

GOOD = "<!doctype html><html lang='en'><head><title>x</title></head><body>{}</body></html>"


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("<script>x()</script>", "inline script"),
        ("<style>p {}</style>", "style element"),
        ('<p style="color: red">', "inline style"),
        ('<p onclick="x()">', "inline onclick"),
        ('<a href=" JavaScript:x()">', "script in an address"),
        ('<img src="https://cdn.example/x.png" alt="">', "img from https://cdn.example/x.png"),
        (
            '<form method="post" action="//evil.example"><input name="csrfmiddlewaretoken"></form>',
            "form from //evil.example",
        ),
        ('<form method="post" action="/x"></form>', "form to /x has no token"),
        ('<form action="/x"><input name="csrfmiddlewaretoken"></form>', "form to /x puts its token into an address"),
        ('<a target="_blank" href="https://a.example">', "opens https://a.example without noopener"),
        ('<input type="password" value="x">', "a password is shown again"),
        ('<p id="a"><p id="a">', "ids twice: ['a']"),
        ("Traceback (most recent call last)", "tells 'Traceback (most recent'"),
    ],
)
def test_a_bad_page_is_found(body: str, found: str) -> None:
    assert page_findings(GOOD.format(body)) == [found]


def test_a_good_page_passes() -> None:
    form = '<form method="post" action="/x"><input name="csrfmiddlewaretoken" value="1"></form>'
    assert page_findings(GOOD.format(form + '<script type="module" src="/x.js"></script>')) == []


def test_bare_headers_are_found() -> None:
    answer = HttpResponse(GOOD.format(""), headers={"Server": "x", "Location": "https://evil.example/?email=a@b.c"})
    answer.set_cookie("session", "x")
    found = findings(answer, signed_in=True)
    for word in ("CSP default-src is None", "says Server", "may be kept", "read by scripts", "other sites"):
        assert any(word in one for one in found)
    assert "X-Content-Type-Options is None" in found
    assert "leads away: https://evil.example/?email=a@b.c" in found
    assert "tells in an address: https://evil.example/?email=a@b.c" in found


def test_only_public_json_is_for_all_sites() -> None:
    opened = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
    page = findings(HttpResponse(GOOD.format(""), headers=opened), signed_in=False)
    assert {"says Access-Control-Allow-Origin", "Cross-Origin-Resource-Policy is cross-origin"} <= set(page)
    badge = HttpResponse(b"{}", content_type="application/vc+ld+json", headers=opened)
    assert [one for one in findings(badge, signed_in=False) if "Origin" in one and "Opener" not in one] == []
    badge.set_cookie("session", "x", httponly=True, samesite="Lax")
    assert "a cookie for every site" in findings(badge, signed_in=False)
