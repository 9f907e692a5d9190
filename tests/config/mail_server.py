"""A mail server for tests: real SMTP on a free port of this machine, and as badly behaved as a test wants."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

OK = "250 Message accepted for delivery"


class Inbox:
    """Takes letters, unless its manner says otherwise.

    Manners: "takes" them; "refuses" the address for good (550); "later" (451); "refuses data" (554 after the words);
    "hangs" before it answers; "drops" the connection when it has the words; "forgets" to answer after it took them.
    """

    def __init__(self, manner: str = "takes") -> None:
        self.manner = manner
        self.raw: list[bytes] = []

    @property
    def letters(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=policy.default) for raw in self.raw]  # type: ignore[misc]

    @property
    def ids(self) -> list[str]:
        return [str(letter["Message-ID"]) for letter in self.letters]

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        if self.manner == "refuses":
            return "550 No such mailbox"
        if self.manner == "later":
            return "451 Please come again"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.manner == "refuses data":
            return "554 We do not like these words"
        if self.manner == "hangs":
            await asyncio.sleep(5)
        assert isinstance(envelope.content, bytes)
        self.raw.append(envelope.content)
        if self.manner in ("drops", "forgets") and server.transport:
            server.transport.abort()
        return OK


class QuietController(Controller):
    """Says nothing when a test cuts the line in the middle of a word."""

    def factory(self) -> SMTP:
        return SMTP(self.handler, ident="test", enable_SMTPUTF8=False)


@contextmanager
def serving(inbox: Inbox) -> Iterator[int]:
    """The port of a server that puts letters into this inbox."""
    controller = QuietController(inbox, hostname="127.0.0.1", port=0)
    controller.start()
    try:
        yield controller.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
    finally:
        controller.stop()
