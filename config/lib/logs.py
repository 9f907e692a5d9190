"""Structured logs: one line an event, JSON in production, each with the request's id. No secret, no whole address."""

from __future__ import annotations

import ipaddress
import re
from typing import Any

import structlog

# Part of an address that is a secret: long, with capitals. The names in our addresses are small letters. Within
# another address, the one to come back to, a slash is written %2F.
_SECRET = re.compile(r"(?:(?<=/)|(?<=%2F))(?=[\w-]*[A-Z])[\w-]{24,}")
_KEPT_BITS = {4: 24, 6: 48}
_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def logging_settings(*, json: bool, level: str) -> dict[str, Any]:
    """Django's LOGGING. Also sets up structlog, whose loggers go the same way."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, discreet, *_rendering(json)],
                "foreign_pre_chain": _SHARED,
            }
        },
        "handlers": {"stream": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stream"], "level": level},
        "loggers": {"django": {"handlers": ["stream"], "level": level, "propagate": False}},
    }


def _rendering(json: bool) -> list[Any]:
    """The last steps. A traceback shows lines of code and no values of variables: these may be health answers."""
    if json:
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    return [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]


def discreet(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Take secrets out of addresses of pages, and the end off the visitor's address."""
    for key in ("event", "request"):
        if isinstance(event.get(key), str):
            event[key] = _SECRET.sub("…", event[key])
    if event.get("ip"):
        event["ip"] = shortened(str(event["ip"]))
    return event


def shortened(address: str) -> str:
    """The network that an address is in: 192.0.2.0 for 192.0.2.44. Text that is no address becomes empty."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    network = ipaddress.ip_network(f"{address}/{_KEPT_BITS[found.version]}", strict=False)
    return str(network.network_address)
