"""One line an event, with the request's id, and nothing in it that is nobody's business."""

from __future__ import annotations

import io
import json
import logging
import logging.config
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from django.test import Client
from django.urls import get_resolver, reverse
from pytest_django import Settings

import config
from config.accounts.guards import link_holder
from config.lib.logs import logging_settings, shortened
from config.lib.refs import new_token
from tests.house.test_guards import addresses

# Whoever holds one of these addresses may open it.
LINKS = tuple(
    name for name, view in addresses(get_resolver()) if getattr(view, "guard_name", "") == link_holder.__name__
)


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What production writes, one JSON object a line."""
    stream = io.StringIO()
    told = logging_settings(json=True, level="INFO")
    formatter = told["formatters"]["line"]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=formatter["processors"], foreign_pre_chain=formatter["foreign_pre_chain"]
        )
    )
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel("INFO")
    try:
        yield stream
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


def read(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.django_db
def test_every_line_of_a_request_has_the_id_that_the_proxy_gave(
    client: Client, lines: io.StringIO, settings: Settings
) -> None:
    settings.DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = True
    client.get("/no-such-page/", headers={"x-request-id": "abc-123"})
    told = [(one["event"], one["request_id"]) for one in read(lines) if one["event"].startswith("request_")]
    assert told == [("request_started", "abc-123"), ("request_finished", "abc-123")]


@pytest.mark.django_db
def test_without_a_proxy_each_request_gets_an_id_of_ours(client: Client, lines: io.StringIO) -> None:
    client.get("/no-such-page/", headers={"x-request-id": "chosen-by-a-visitor"})
    client.get("/no-such-page/", headers={"x-request-id": "chosen-by-a-visitor"})
    given = [one["request_id"] for one in read(lines) if one["event"].startswith("request_")]
    assert [given.count(one) for one in given] == [2, 2, 2, 2]
    assert "chosen-by-a-visitor" not in given


@pytest.mark.django_db
def test_an_address_loses_its_end_and_a_secret_in_a_link_is_taken_out(client: Client, lines: io.StringIO) -> None:
    token = new_token() + "A"
    client.get(f"/calendar/{token}.ics", REMOTE_ADDR="203.0.113.77")
    assert token not in lines.getvalue()
    assert "203.0.113.77" not in lines.getvalue()
    started = next(one for one in read(lines) if one["event"] == "request_started")
    assert (started["request"], started["ip"]) == ("GET /calendar/….ics", "203.0.113.0")


@pytest.mark.django_db
def test_a_secret_in_the_address_to_come_back_to_is_taken_out_too(client: Client, lines: io.StringIO) -> None:
    token = new_token() + "A"
    client.get("/accounts/login/", {"next": f"/join/{token}/"})
    assert token not in lines.getvalue()
    started = next(one for one in read(lines) if one["event"] == "request_started")
    assert started["request"] == "GET /accounts/login/?next=%2Fjoin%2F…%2F"


def test_the_proxy_writes_down_no_link_that_holds_a_secret() -> None:
    rooms = {reverse(name, args=["T"]).split("/")[1] for name in LINKS}
    proxy = (Path(config.__file__).parent / "nginx.conf").read_text()
    [silent] = re.findall(r"location ~ \^/\(([a-z|]+)\)/ {\s+access_log off;", proxy)
    assert set(silent.split("|")) == rooms


def test_a_traceback_shows_no_values_of_variables(lines: io.StringIO) -> None:
    health_note = "-".join(("eczema", "on", "both", "arms"))
    try:
        raise ValueError(len(health_note))
    except ValueError:
        structlog.get_logger("warm").exception("trouble", letter=7)
        logging.getLogger("warm.plain").exception("trouble too")
    assert health_note not in lines.getvalue()
    assert [(one["event"], "Traceback" in one["exception"]) for one in read(lines)] == [
        ("trouble", True),
        ("trouble too", True),
    ]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.44", "192.0.2.0"),
        ("2001:db8:aaaa:bbbb:cccc::1", "2001:db8:aaaa::"),
        ("", ""),
        ("unix:", ""),
    ],
)
def test_of_an_address_only_the_network_is_kept(address: str, network: str) -> None:
    assert shortened(address) == network
