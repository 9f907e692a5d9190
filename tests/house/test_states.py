"""One table of states: complete, reachable, drawn in the README as it is, and held by the database to the letter."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, models, transaction

from classes.management.commands.draw_states import BEGINS, ENDS, with_diagram
from classes.models import Enrolment, Hold, MakeUpRight, Offer, Place, WaitingParty
from classes.states import MACHINES, RELEASED, TAKEN, Machine
from tests.cast import NOW, Cast
from tests.factories.classes import make_enrolment
from tests.house.reading import ROOT

LATER = NOW + timedelta(days=1)
STORED = [machine for machine in MACHINES if machine.model is not Place]
every_machine = pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.noun)


def moves_of(machine: Machine) -> set[tuple[str, str]]:
    return {(str(state), str(to)) for state, following in machine.moves.items() for to in following}


def deeds_of(machine: Machine) -> list[str]:
    return [deed for deeds in (*machine.begins.values(), *machine.deeds.values()) for deed in deeds]


def test_every_model_with_a_table_of_moves_and_places_stands_in_the_table() -> None:
    assert [machine.model for machine in MACHINES] == [Enrolment, Place, Hold, Offer, MakeUpRight, WaitingParty]


@pytest.mark.parametrize("machine", STORED, ids=lambda machine: machine.noun)
def test_every_state_has_its_moves(machine: Machine) -> None:
    assert machine.moves is machine.model.MOVES
    assert set(machine.moves) == set(machine.model.State)


@every_machine
def test_every_state_can_be_reached(machine: Machine) -> None:
    assert machine.reachable == {str(state) for state in machine.moves}


@every_machine
def test_every_move_has_a_deed_and_every_deed_makes_a_move_that_is_allowed(machine: Machine) -> None:
    assert {(str(state), str(to)) for state, to in machine.deeds} == moves_of(machine)


@every_machine
def test_every_deed_is_a_function_of_that_name(machine: Machine) -> None:
    missing = []
    for deed in deeds_of(machine):
        module, _, name = deed.rpartition(".")
        try:
            found = getattr(import_module(f"classes.{module}"), name, None)
        except ModuleNotFoundError:
            found = None
        if not callable(found):
            missing.append(deed)
    assert missing == []


def test_a_state_that_nothing_leads_to_is_found() -> None:
    lonely = Machine("Lonely", Place, {"here": {"there"}, "there": set(), "nowhere": set()}, {"here": ()})
    assert lonely.reachable == {"here", "there"}
    assert lonely.ends == ["there", "nowhere"]


class TestDiagram:
    def test_the_readme_shows_the_table_as_it_is(self) -> None:
        text = (ROOT / "README.md").read_text(encoding="utf-8")
        assert text == with_diagram(text), "The README's diagram is of another day: make states"

    def test_every_move_is_drawn(self) -> None:
        text = with_diagram(f"{BEGINS}{ENDS}")
        for machine in MACHINES:
            key = machine.noun.lower().replace("-", "_").replace(" ", "_")
            for state, to in moves_of(machine):
                assert f" {key}_{state} --> {key}_{to}: " in text
        assert text.count(" --> ") == sum(len(machine.begins) + len(moves_of(machine)) for machine in MACHINES)

    def test_a_readme_without_the_marks_is_refused(self) -> None:
        with pytest.raises(ValueError, match="one of them is missing"):
            with_diagram(f"{BEGINS} and no end")

    def test_the_command_draws_it(self, tmp_path: Any, settings: Any) -> None:
        settings.BASE_DIR = tmp_path
        (tmp_path / "README.md").write_text(f"# A title\n{BEGINS}\nold\n{ENDS}\nmore\n", encoding="utf-8")
        call_command("draw_states", verbosity=0, stdout=(tmp_path / "said").open("w"))
        drawn = (tmp_path / "README.md").read_text(encoding="utf-8")
        assert drawn.startswith(f"# A title\n{BEGINS}\n```mermaid\nstateDiagram-v2\n")
        assert drawn.endswith(f"```\n{ENDS}\nmore\n")


def row_of(model: type[models.Model], state: str, cast: Cast) -> models.Model:
    """A row in that state, with what its checks ask of it."""
    ended = {} if state == "open" else {"ended_at": NOW}
    series, family, by = cast.open, cast.family, cast.parent
    if model is Hold:
        return Hold.objects.create(series=series, state=state, made_at=NOW, expires_at=LATER, **ended)
    party: dict[str, Any] = {"series": series, "family": family, "asked_by": cast.caregiver, "joined_at": NOW}
    if model is WaitingParty:
        return WaitingParty.objects.create(state=state, **party)
    if model is MakeUpRight:
        missed = cast.running.sessions.get(number=4)
        place = cast.enrolment.places.get(session=missed) if state == "used" else None
        about = {"enrolment": cast.enrolment, "baby": cast.baby, "missed": missed, "place": place}
        count = {"number": 1, "at_most": 2, "granted_at": NOW, "expires_at": LATER}
        return MakeUpRight.objects.create(state=state, **about, **count)
    enrolment = make_enrolment(
        series,
        family=family,
        babies=[],
        by=by,
        state=state if model is Enrolment else "offered",
        expires_at=LATER,
    )
    if model is Enrolment:
        return enrolment
    answered = None if state == "open" else NOW
    waiting = WaitingParty.objects.create(**party)
    return Offer.objects.create(party=waiting, enrolment=enrolment, state=state, made_at=NOW, answered_at=answered)


def is_refused(row: models.Model, **change: Any) -> bool:
    """Whether the trigger refuses the change. A check that a half-made row breaks comes after it and is another matter."""
    try:
        with transaction.atomic():
            type(row)._default_manager.filter(pk=row.pk).update(**change)
            transaction.set_rollback(True)
    except IntegrityError as refusal:
        return "keeps_to_moves" in str(refusal) or "place_stays_released" in str(refusal)
    return False


class TestTheDatabase:
    @pytest.mark.parametrize("machine", STORED, ids=lambda machine: machine.noun)
    def test_allows_the_moves_of_the_table_and_no_other(self, cast: Cast, machine: Machine) -> None:
        allowed = set()
        for state in machine.moves:
            with transaction.atomic():
                row = row_of(machine.model, state, cast)
                allowed |= {
                    (str(state), str(to)) for to in machine.moves if to != state and not is_refused(row, state=to)
                }
                transaction.set_rollback(True)
        assert allowed == moves_of(machine)

    def test_takes_no_released_place_again(self, cast: Cast) -> None:
        place = cast.enrolment.places.get(session__number=4)
        (places,) = [machine for machine in MACHINES if machine.model is Place]
        assert moves_of(places) == {(TAKEN, RELEASED)}
        assert not is_refused(place, released_at=NOW)
        Place.objects.filter(pk=place.pk).update(released_at=NOW)
        assert is_refused(place, released_at=None)

    def test_lets_a_row_stay_in_its_state(self, cast: Cast) -> None:
        assert not is_refused(cast.enrolment, state="booked", one_more_at=NOW)
