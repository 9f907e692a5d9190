"""Every state that booking knows, every move between two, and the deeds that make it.

The states and moves are the models' own: this gathers them, and the diagram in the README is drawn from it. The
database refuses any other move (migration 0007).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from classes.models import Enrolment, Hold, MakeUpRight, Offer, Place, WaitingParty

# Deeds are named as they are imported: "cancelling.cancel" is classes.cancelling.cancel.
Deeds = tuple[str, ...]

TAKEN, RELEASED = "taken", "released"


@dataclass(frozen=True)
class Machine:
    """The states of one noun. `begins` says which deeds make one in which state, `deeds` which make which move."""

    noun: str
    model: type[Any]
    moves: Mapping[str, set[str]]
    begins: Mapping[str, Deeds]
    deeds: Mapping[tuple[str, str], Deeds] = field(default_factory=dict)

    @property
    def ends(self) -> list[str]:
        """States that nothing leads out of."""
        return [state for state, following in self.moves.items() if not following]

    @property
    def reachable(self) -> set[str]:
        """The states that some deed begins in, and all that moves lead to from there."""
        found: set[str] = set()
        ahead = {str(state) for state in self.begins}
        while ahead:
            found |= ahead
            ahead = {str(to) for state in ahead for to in self.moves[state]} - found
        return found


SWEEP = "offers.sweep"
ENDS = ("cancelling.cancel", "calling_off.cancel_series", "transferring.transfer", "quiet.stop_everything")
# What a family waits for ends when it says so, when it books what makes it needless, and when it asks for quiet.
LEAVES = ("waiting_list.withdraw", "booking.book", "quiet.stop_everything")

MACHINES = (
    Machine(
        "Enrolment",
        Enrolment,
        Enrolment.MOVES,
        begins={
            "offered": ("offers.offer_places", "waiting_list.promote"),
            "booked": ("booking.book", "booking.book_dates", "transferring.transfer", "merging_series.say_yes"),
        },
        deeds={
            ("offered", "booked"): ("waiting_list.accept",),
            ("offered", "lapsed"): ("waiting_list.decline", SWEEP),
            ("booked", "cancelled"): ("cancelling.cancel", "calling_off.cancel_series", "merging_series.say_no"),
            ("booked", "moved"): ("transferring.transfer", "merging_series.say_yes"),
            ("booked", "ended"): ("quiet.stop_everything",),
            ("cancelled", "ended"): ("quiet.stop_everything",),
        },
    ),
    Machine(
        "Place",
        Place,
        {TAKEN: {RELEASED}, RELEASED: set()},
        begins={
            TAKEN: (
                *(
                    "booking.book",
                    "booking.book_dates",
                    "making_up.make_up",
                    "guests.add_make_up",
                    "releasing.take_back",
                ),
                "changing.add_session",
            )
        },
        deeds={
            (TAKEN, RELEASED): (
                *("releasing.release", "releasing.switch_way", "cancelling.cancel", "transferring.transfer"),
                *("quiet.stop_everything", "waiting_list.decline", SWEEP),
                *("changing.call_off", "calling_off.cancel_series"),
            ),
        },
    ),
    Machine(
        "Hold",
        Hold,
        Hold.MOVES,
        begins={"open": ("holding.hold", "deciding.decide", "guests.add_walk_in")},
        deeds={
            ("open", "used"): ("booking.book", "booking.book_dates", "merging_series.say_yes"),
            ("open", "given_back"): (
                "holding.give_back",
                "merging_series.say_no",
                "merging_series.close",
                "guests.drop_walk_in",
            ),
            ("open", "lapsed"): (SWEEP,),
        },
    ),
    Machine(
        "Offer",
        Offer,
        Offer.MOVES,
        begins={"open": ("offers.offer_places", "waiting_list.promote")},
        deeds={
            ("open", "accepted"): ("waiting_list.accept",),
            ("open", "declined"): ("waiting_list.decline",),
            ("open", "lapsed"): (SWEEP,),
            ("open", "withdrawn"): (*LEAVES, "calling_off.cancel_series"),
        },
    ),
    Machine(
        "Make-up right",
        MakeUpRight,
        MakeUpRight.MOVES,
        begins={"open": ("releasing.release", "booking.book", "changing.call_off")},
        deeds={
            ("open", "used"): ("making_up.make_up", "guests.add_make_up"),
            ("open", "withdrawn"): ("releasing.take_back", "changing.compensate", *ENDS),
            ("open", "lapsed"): ("making_up.sweep",),
            ("used", "open"): ("releasing.release", "changing.call_off", "calling_off.cancel_series"),
            ("used", "withdrawn"): ENDS,
        },
    ),
    Machine(
        "Waiting party",
        WaitingParty,
        WaitingParty.MOVES,
        begins={"waiting": ("waiting_list.join", "waiting_list.join_anywhere")},
        deeds={
            ("waiting", "offered"): ("offers.offer_places", "waiting_list.promote"),
            ("waiting", "joined"): ("booking.book",),
            ("waiting", "withdrawn"): (*LEAVES, SWEEP),
            ("offered", "joined"): ("waiting_list.accept",),
            ("offered", "declined"): ("waiting_list.decline",),
            ("offered", "lapsed"): (SWEEP,),
            ("offered", "waiting"): ("waiting_list.decline", "calling_off.cancel_series", SWEEP),
            ("offered", "withdrawn"): LEAVES,
        },
    ),
)


def diagram() -> str:
    """All machines as one Mermaid state diagram."""
    lines = ["stateDiagram-v2", "    direction LR"]
    for machine in MACHINES:
        lines += ["", *(f"    {line}" for line in _drawn(machine))]
    return "\n".join(lines) + "\n"


def _drawn(machine: Machine) -> Iterator[str]:
    key = machine.noun.lower().replace("-", "_").replace(" ", "_")
    yield f'state "{machine.noun}" as {key} {{'
    yield "    direction LR"
    for state in machine.moves:
        yield f'    state "{str(state).replace("_", " ")}" as {key}_{state}'
    for state, deeds in machine.begins.items():
        yield f"    [*] --> {key}_{state}: {_said(deeds)}"
    for (state, to), deeds in machine.deeds.items():
        yield f"    {key}_{state} --> {key}_{to}: {_said(deeds)}"
    yield "}"


def _said(deeds: Deeds) -> str:
    """The deeds by their last words: "book, book dates"."""
    return ", ".join(deed.rpartition(".")[2].replace("_", " ") for deed in deeds)
