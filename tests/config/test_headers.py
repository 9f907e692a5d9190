"""What every answer carries, whichever page it is."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

pytestmark = pytest.mark.django_db
EVERY_KIND = (
    "/",
    "/classes/",
    "/strokes/",
    "/certificates/",
    "/accounts/login/",
    "/admin/",
    "/admin/login/",
    "/me/",
    "/no-such-page/",
    "/static/css/base.css",
    "/healthz",
    "/readyz",
)
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "object-src": "'none'",
    "frame-ancestors": "'none'",
}


@pytest.mark.parametrize("path", EVERY_KIND)
def test_every_answer_carries_the_same_strict_headers(client: Client, path: str) -> None:
    answer = client.get(path)
    told = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    assert told == POLICY
    names = ("X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy")
    assert [answer.headers[name] for name in names] == ["nosniff", "same-origin", "same-origin", "same-origin"]
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert [name for name in ("Server", "X-Powered-By", "Access-Control-Allow-Origin") if name in answer.headers] == []


def test_production_sends_visitors_to_https_and_says_so_for_two_years(client: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 2 * 365 * 24 * 3600
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    plain = Client().get("/classes/")
    assert (plain.status_code, plain.headers["Location"]) == (301, "https://testserver/classes/")
    safe = Client().get("/classes/", secure=True)
    assert safe.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
    assert Client().get("/healthz").status_code == 200


def test_a_host_that_is_not_ours_is_refused_but_may_ask_how_we_are(client: Client) -> None:
    answers = {
        path: client.get(path, headers={"host": "evil.example"}).status_code for path in ("/classes/", "/healthz")
    }
    assert answers == {"/classes/": 400, "/healthz": 200}


def test_what_depends_on_a_cookie_says_so(client: Client) -> None:
    varies = {name.strip() for name in client.get("/classes/").headers["Vary"].split(",")}
    assert varies >= {"Cookie", "Accept-Language"}
