"""Is this the moment, and what to heed: read models for practice pages, sessions and health answers.

Every function costs one query, whatever the number of rows, but for `before_massage` when an edition is new to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from curriculum.models import Cue, Edition, OilNote, Precaution, SessionPart, State, WhenToCall


@dataclass(frozen=True)
class Cues:
    """The signs of a baby by what they ask for. One subtle sign: pause. Two, or one potent: stop (S82, S85)."""

    engagement: list[Cue]
    subtle: list[Cue]
    potent: list[Cue]
    medical: list[Cue]


@dataclass(frozen=True)
class BeforeMassage:
    """What is looked at before any massage, the same for every baby."""

    states: list[State]
    precautions: list[Precaution]
    cues: Cues
    oil: list[OilNote]
    when_to_call: list[WhenToCall]


def before_massage() -> BeforeMassage:
    """All of it. One query where this edition was read before, six where it was not. Rows are kept, never words."""
    edition = Edition.now()
    return _kept_before_massage(edition) if edition else _before_massage()


@lru_cache(maxsize=4)
def _kept_before_massage(edition: str) -> BeforeMassage:
    return _before_massage()


def _before_massage() -> BeforeMassage:
    return BeforeMassage(states(), precautions(), cues(), oil_notes(), when_to_call())


def states() -> list[State]:
    """The six states from deep sleep to crying."""
    return list(State.objects.current())


def cues() -> Cues:
    """All signs, by kind."""
    found: dict[str, list[Cue]] = {kind: [] for kind in Cue.Kind.values}
    for cue in Cue.objects.current():
        found[cue.kind].append(cue)
    return Cues(**found)


def precautions(keys: Iterable[str] | None = None) -> list[Precaution]:
    """All reasons to wait, or those with these keys (for instance of a baby's health answers), in order."""
    rows = Precaution.objects.current()
    return list(rows if keys is None else rows.filter(key__in=list(keys)))


def lasting_precautions() -> list[Precaution]:
    """Those that belong to a baby's record: navel, hip, heart, device and so on."""
    return list(Precaution.objects.current().lasting())


def when_to_call() -> list[WhenToCall]:
    """The signs on which to ring a doctor. For every practice page; shown, never used to judge."""
    return list(WhenToCall.objects.current())


def oil_notes() -> list[OilNote]:
    """What is said about oil, in order: choose, leave out, good to know."""
    return list(OilNote.objects.current())


def session_parts() -> list[SessionPart]:
    """The running order of a session, with minutes for 45 and for 20."""
    return list(SessionPart.objects.current())
