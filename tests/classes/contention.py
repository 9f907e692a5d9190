"""Many people at once, each on a connection of its own: what every one of them came to."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

Deed = Callable[[], Any]
PATIENCE_S = 120


@dataclass(frozen=True)
class Came:
    """What a deed came to: "ok" with what it returned, "refused" with the sentence, or "broke" with what went wrong."""

    to: str
    with_: Any


def together(deeds: Sequence[Deed], *refusals: type[Exception]) -> list[Came]:
    """Do all of these at the same moment; what each came to, in the same order. Nobody may be left without an answer."""
    came: list[Came | None] = [None] * len(deeds)
    gun = threading.Barrier(len(deeds))

    def run(number: int) -> None:
        gun.wait()
        try:
            came[number] = Came("ok", deeds[number]())
        except refusals as refusal:
            came[number] = Came("refused", str(refusal))
        except Exception as trouble:  # whatever it is, it is told and not lost with the thread
            came[number] = Came("broke", repr(trouble))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,), daemon=True) for number in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    answered = [one for one in came if one is not None]
    assert len(answered) == len(deeds), "somebody was left without an answer"
    return answered


def tally(came: Sequence[Came]) -> Counter[str]:
    return Counter(one.to for one in came)


def broken(came: Sequence[Came]) -> list[Any]:
    return [one.with_ for one in came if one.to == "broke"]
