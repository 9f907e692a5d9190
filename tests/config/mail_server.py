"""A mail server for tests: real SMTP on a free port of this machine, and as badly behaved as a test wants."""

from __future__ import annotations

import asyncio
import socket
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
    "hangs" before it answers; "drops" the connection when it has the words.
    """

    def __init__(self, manner: str = "takes") -> None:
        self.manner = manner
        self.raw: list[bytes] = []

    @property
    def letters(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=policy.default) for raw in self.raw]

    @property
    def ids(self) -> list[str]:
        return [str(letter["Message-ID"]) for letter in self.letters]

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        if self.manner == "refuses":
            return "550 No such mailbox"
        if self.manner == "later":
            return "451 Please come again"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.manner == "refuses data":
            return "554 We do not like these words"
        if self.manner == "hangs":
            await asyncio.sleep(5)
        assert isinstance(envelope.content, bytes)
        self.raw.append(envelope.content)
        if self.manner == "drops" and isinstance(server.transport, asyncio.WriteTransport):
            server.transport.abort()
        return OK


@contextmanager
def serving(inbox: Inbox) -> Iterator[int]:
    """The port of a server that puts letters into this inbox."""
    port = free_port()
    controller = Controller(inbox, hostname="127.0.0.1", port=port, ident="test")
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
