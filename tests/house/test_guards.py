"""Every address has a view with exactly one guard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from config.accounts.guards import guard, link_holder, public, signed_in
from config.middleware import guard_middleware, is_self_guarded

GUARDS = {
    "public",
    "signed_in",
    "link_holder",
    "caregiver_only",
    "practiser_only",
    "booker_only",
    "instructor_only",
    "candidate_only",
    "holder_only",
    "teaching_only",
    "staff_only",
}


def addresses(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """(name or pattern, view) of every address."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{prefix}{entry.name or entry.pattern}", entry.callback
        else:
            yield from addresses(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)


def test_every_view_of_ours_wears_a_guard() -> None:
    bare = [
        name
        for name, view in addresses(get_resolver())
        if not hasattr(view, "guard_name") and not is_self_guarded(view)
    ]
    assert bare == []


def test_a_guard_has_a_name_that_the_house_knows() -> None:
    worn = {getattr(view, "guard_name", "public") for _name, view in addresses(get_resolver())}
    assert worn - GUARDS == set()


def test_every_address_has_a_name() -> None:
    ours = [(name, view) for name, view in addresses(get_resolver()) if hasattr(view, "guard_name")]
    assert [name for name, view in ours if "/" in name] == []


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("page")


@pytest.mark.parametrize("second", [public, signed_in, link_holder, guard("family_only", lambda request: True)])
def test_a_view_refuses_a_second_guard(second: Any) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return page(request)

    guarded = signed_in(view)
    with pytest.raises(TypeError, match="two guards"):
        second(guarded)


def test_a_view_without_a_guard_is_closed() -> None:
    middleware = guard_middleware(page)
    with pytest.raises(PermissionDenied):
        middleware.process_view(RequestFactory().get("/"), page, (), {})


def test_a_view_with_a_guard_is_open() -> None:
    @public
    def view(request: HttpRequest) -> HttpResponse:
        return page(request)

    guard_middleware(page).process_view(RequestFactory().get("/"), view, (), {})


def test_a_view_of_ours_is_not_taken_for_one_that_guards_itself() -> None:
    assert not is_self_guarded(page)
