"""The frame of every page: day and night, languages, ways on."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse

from config.context import ACCOUNT, FOOT, MAIN, Shell

ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example",
    "http:evil.example",
    "javascript:alert(1)",
    " https://evil.example",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
    "ftp://testserver/",
    "\x00//evil.example",
    "",
]


def shell(path: str = "/", *, roles: frozenset[str] = frozenset(), **cookies: str) -> Shell:
    request = RequestFactory().get(path)
    request.user = AnonymousUser()
    request.roles = roles  # type: ignore[attr-defined]
    request.COOKIES.update(cookies)
    return Shell(request)


@pytest.mark.parametrize(("cookie", "theme"), [("dark", "dark"), ("light", "light"), ("", ""), ('"><script>', "")])
def test_the_theme_is_the_one_chosen_or_the_device_s(cookie: str, theme: str) -> None:
    assert shell(theme=cookie).theme == theme


def test_set_theme_keeps_the_choice_and_leads_back(client: Client) -> None:
    answer = client.post(reverse("set_theme"), {"theme": "dark", "next": "/strokes/?q=milk"})
    kept = answer.cookies["theme"]
    assert (answer.status_code, answer["Location"], kept.value) == (302, "/strokes/?q=milk", "dark")
    assert (kept["httponly"], kept["samesite"], kept["max-age"]) == (True, "Lax", 365 * 24 * 3600)


def test_set_theme_forgets_what_is_no_theme(client: Client) -> None:
    answer = client.post(reverse("set_theme"), {"theme": "puce", "next": "/"})
    assert (answer.status_code, answer.cookies["theme"].value) == (302, "")


@pytest.mark.parametrize("wanted", ELSEWHERE)
@pytest.mark.parametrize("name", ["set_theme", "set_language"])
def test_a_choice_never_leads_to_another_site(client: Client, name: str, wanted: str) -> None:
    answer = client.post(reverse(name), {"theme": "dark", "language": "es", "next": wanted})
    assert (answer.status_code, answer["Location"]) == (302, "/")


@pytest.mark.parametrize("name", ["set_theme", "set_language"])
def test_a_choice_is_made_by_post_only(client: Client, name: str) -> None:
    assert client.get(reverse(name)).status_code == 405


@pytest.mark.parametrize("name", ["set_theme", "set_language"])
def test_a_choice_needs_the_token_of_the_page(name: str) -> None:
    assert Client(enforce_csrf_checks=True).post(reverse(name), {"next": "/"}).status_code == 403


def test_set_language_keeps_the_choice(client: Client) -> None:
    answer = client.post(reverse("set_language"), {"language": "es", "next": "/styleguide/"})
    assert (answer["Location"], answer.cookies["language"].value) == ("/styleguide/", "es")
    assert b'<html lang="es" dir="ltr">' in client.get("/styleguide/").content


@override_settings(LANGUAGES=[("en", "English"), ("ar", "Arabic")])
def test_a_language_that_runs_from_the_right_turns_the_page(client: Client) -> None:
    client.post(reverse("set_language"), {"language": "ar", "next": "/styleguide/"})
    assert b'<html lang="ar" dir="rtl">' in client.get("/styleguide/").content


def test_set_language_keeps_no_language_that_we_do_not_speak(client: Client) -> None:
    assert "language" not in client.post(reverse("set_language"), {"language": "tlh", "next": "/"}).cookies


@pytest.mark.parametrize("way", [*MAIN, *FOOT, *ACCOUNT], ids=lambda way: way.name)
def test_every_way_on_leads_somewhere(way: object) -> None:
    assert reverse(way.name).startswith("/")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("roles", "labels"),
    [
        (frozenset(), ["Find a class", "My classes", "Practice"]),
        (frozenset({"caregiver"}), ["Find a class", "My classes", "Practice"]),
        (frozenset({"holder"}), ["Find a class", "My classes", "Practice"]),
        (frozenset({"instructor"}), ["Teaching", "Reports", "Find a class"]),
        (frozenset({"candidate"}), ["Teaching", "Reports", "My training", "Find a class"]),
        (frozenset({"staff"}), ["Office", "Find a class"]),
        (frozenset({"instructor", "caregiver"}), ["Teaching", "Find a class", "My classes", "Practice"]),
    ],
)
def test_the_tab_bar_holds_what_this_reader_needs(roles: frozenset[str], labels: list[str]) -> None:
    assert [str(tab.label) for tab in shell(roles=roles).tabs] == labels


def test_whoever_holds_a_certificate_finds_its_page_in_the_account_menu() -> None:
    address = reverse("instructors:my_certificate")
    assert address in [way.url for way in shell(roles=frozenset({"holder"})).account]
    assert address not in [way.url for way in shell(roles=frozenset({"caregiver", "instructor"})).account]


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/me/", ["My classes"]),
        ("/me/places/7KQ-318/", ["My classes"]),
        ("/me/practice/3/", ["Practice"]),
        ("/me/diary/", ["Practice"]),
        ("/classes/", ["Find a class"]),
        ("/classesque/", []),
    ],
)
def test_the_nearest_way_is_marked_as_the_current_one(path: str, current: list[str]) -> None:
    assert [str(way.label) for way in shell(path).nav if way.current] == current


def test_styleguide_shows_every_part_in_both_themes(client: Client) -> None:
    page = client.get(reverse("styleguide")).content.decode()
    assert re.findall(r'class="scheme" data-bs-theme="(\w+)"', page) == ["light", "dark"]


def test_the_chosen_theme_stands_in_the_page(client: Client) -> None:
    client.cookies["theme"] = "dark"
    assert 'data-bs-theme="dark"' in client.get(reverse("styleguide")).content.decode().split("<head>")[0]


@pytest.mark.parametrize("name", ["privacy", "accessibility"])
def test_privacy_and_accessibility_are_read_by_anyone(client: Client, name: str) -> None:
    assert client.get(reverse(name)).status_code == 200
