"""What a reader can tell two answers by."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

SECRETS = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"|data-request-id="[^"]*"|"csrfToken": "[^"]*"')
# Headers that differ from answer to answer, and say nothing about what was asked for.
FLEETING = {"Set-Cookie", "X-Request-ID", "Content-Length", "Date", "Expires"}


def said(response: Any, *typed: str) -> tuple[int, dict[str, str], list[str], str]:
    """Status, headers, names of cookies and body; without tokens, and without the words in `typed`, which the reader gave."""
    body = SECRETS.sub("", response.content.decode(errors="replace"))
    headers = {name: value for name, value in response.headers.items() if name not in FLEETING}
    for word in sorted(
        {form for one in typed for form in (one, quote(one), quote(one, safe=""))}, key=len, reverse=True
    ):
        body = body.replace(word, "")
        headers = {name: value.replace(word, "") for name, value in headers.items()}
    return response.status_code, headers, sorted(response.cookies), body
