"""A training event through its verbs: made with its days, opened, run, finished or called off; the grid; the steps."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from instructors import attendance_grid, demo, event_days, events, lapsing
from instructors import traineeship as training
from instructors.attendance_grid import GridRefused, Mark, Wish
from instructors.deadlines import deadline_of, steps_of
from instructors.event_days import Days
from instructors.models import DayAttendance, Traineeship, TrainingEvent
from instructors.progress import progress_of
from instructors.refusals import CannotHold, CannotTrain
from tests.factories.accounts import make_user
from tests.factories.instructors import AT, LATER, a_body, a_programme, a_traineeship, a_trainer, an_event, fresh

pytestmark = pytest.mark.django_db
MARCH = Days(date(2026, 3, 2), date(2026, 3, 5), time(9), time(17), 60, 2)
STEPS = [
    {
        "key": "online_study",
        "kind": "document",
        "title": "Online study",
        "deadline_rule": {"anchor": "access_granted", "amount": 90, "unit": "days"},
    },
    {
        "key": "skills_lab",
        "kind": "attendance",
        "title": "Live lab",
        "params": {"days": 1},
        "deadline_rule": {"anchor": "previous_step", "amount": 2, "unit": "months"},
    },
    {
        "key": "practice",
        "kind": "document",
        "title": "Practice teaching",
        "deadline_rule": {"anchor": "previous_step", "amount": 2, "unit": "months"},
    },
]


def made(trainer: Any, days: Days = MARCH, **said: Any) -> TrainingEvent:
    facts: dict[str, Any] = {"name": "Leeds", "place": "Leeds", "zone": "Europe/London", "by": trainer, "now": AT}
    return events.make_event(a_programme(), lead=said.pop("lead", trainer), days=days, **{**facts, **said})


def a_hybrid(trainer: Any) -> Traineeship:
    """Accepted for a hybrid, the online part open since 1 April 2026."""
    programme = a_programme(requirements=STEPS, code="hybrid", mode="hybrid_90", deadline_rule={})
    event = an_event(trainer, programme, name="Hybrid")
    row = a_traineeship(trainer, event=event)
    return training.grant_access(row, on=date(2026, 4, 1), by=trainer, now=datetime(2026, 4, 1, 9, tzinfo=UTC))


def dues(row: Traineeship) -> list[date | None]:
    return [step.due_on for step in steps_of(fresh(row))]


# Making it ------------------------------------------------------------------------------------------------------


def test_from_the_2nd_to_the_5th_of_march_makes_four_days() -> None:
    event = made(a_trainer())
    days = [(day.on.day, day.is_practicum, day.break_minutes) for day in event.days.all()]
    assert (event.state, days) == ("draft", [(2, False, 60), (3, True, 60), (4, True, 60), (5, True, 60)])


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (replace(MARCH, last_on=date(2026, 3, 1)), "cannot come before"),
        (replace(MARCH, last_on=date(2026, 3, 31)), "at most 14"),
        (replace(MARCH, ends=time(8)), "ends after it begins"),
        (replace(MARCH, break_minutes=480), "as long as the whole day"),
        (replace(MARCH, first_on=date(2096, 3, 2), last_on=date(2096, 3, 5)), "look at the year"),
    ],
)
def test_days_that_are_not_whole_make_no_event(days: Days, said: str) -> None:
    with pytest.raises(CannotHold, match=said):
        made(a_trainer(), days)
    assert not TrainingEvent.objects.exists()


def test_nobody_leads_an_event_of_a_body_that_they_do_not_certify_for() -> None:
    stranger = a_trainer("bea@example.org", "Bea", a_body("other-school"))
    with pytest.raises(CannotHold, match="no valid trainer's certificate"):
        made(stranger)


def test_a_trainer_makes_no_event_for_another_but_a_registrar_does() -> None:
    aisha, bea = a_trainer(), a_trainer("bea@example.org", "Bea")
    registrar = make_user("registrar@example.org", "Reg Istrar")
    a_body().registrars.add(registrar)
    with pytest.raises(CannotHold, match="lead yourself"):
        made(bea, lead=aisha)
    assert made(registrar, lead=aisha).lead_trainer == aisha


# Its steps ------------------------------------------------------------------------------------------------------


def test_an_event_is_opened_run_and_finished_by_its_trainer() -> None:
    trainer = a_trainer()
    event = made(trainer)
    events.open_event(event, by=trainer, now=AT)
    row = a_traineeship(trainer, event=event)
    events.run_event(event, by=trainer, now=LATER)
    with pytest.raises(CannotHold, match="4 squares are empty"):
        events.finish_event(event, by=trainer, now=LATER)
    demo.attend(row, trainer=trainer, now=LATER)
    states = [events.finish_event(event, by=trainer, now=LATER).state for _pressed in range(2)]
    assert states == ["finished", "finished"]


def test_a_draft_takes_no_applications_and_a_running_one_only_those_whom_its_trainer_takes_on() -> None:
    trainer = a_trainer()
    event, zoe = made(trainer), make_user("zoe@example.org", "Zoë")
    for _step in ("draft", "running"):
        with pytest.raises(CannotTrain, match="takes no applications"):
            training.apply(event.programme, trainee=zoe, event=event, now=AT)
        TrainingEvent.objects.filter(pk=event.pk).update(state="running")
    assert training.apply(event.programme, trainee=zoe, event=event, by=trainer, now=AT).state == "applied"


def test_another_trainer_of_the_body_opens_and_cancels_nothing() -> None:
    aisha, bea = a_trainer(), a_trainer("bea@example.org", "Bea")
    event = made(aisha)
    for deed in (events.open_event, events.run_event, events.finish_event):
        with pytest.raises(CannotHold, match="Only the trainers of this event"):
            deed(event, by=bea, now=AT)
    with pytest.raises(CannotHold, match="Only the trainers of this event"):
        events.cancel_event(event, reason="Because.", by=bea, now=AT)


def test_a_trainer_whose_certificate_ended_runs_nothing() -> None:
    aisha = a_trainer()
    event = made(aisha)
    with pytest.raises(CannotHold, match="valid certificate"):
        events.open_event(event, by=aisha, now=datetime(2031, 1, 1, tzinfo=UTC))


def test_calling_off_answers_who_applied_releases_who_has_not_begun_and_keeps_who_has() -> None:
    trainer = a_trainer()
    event = an_event(trainer)
    begun = a_traineeship(trainer, event=event)
    training.start(begun, by=trainer, now=AT)
    accepted = a_traineeship(trainer, make_user("yan@example.org", "Yan"), event)
    applied = training.apply(event.programme, trainee=make_user("mei@example.org", "Mei"), event=event, now=AT)
    with pytest.raises(CannotHold, match="say why"):
        events.cancel_event(event, reason=" ", by=trainer, now=AT)
    events.cancel_event(event, reason="The hall is flooded.", by=trainer, now=AT)
    rows = [fresh(row) for row in (begun, accepted, applied)]
    assert [(row.state, row.reason) for row in rows] == [
        ("active", ""),
        ("closed", "The hall is flooded."),
        ("rejected", "The hall is flooded."),
    ]


def test_fewer_places_than_candidates_are_refused() -> None:
    trainer = a_trainer()
    event = an_event(trainer)
    a_traineeship(trainer, event=event)
    a_traineeship(trainer, make_user("yan@example.org", "Yan"), event)
    with pytest.raises(CannotHold, match="2 candidates are taken on"):
        events.change_event(event, by=trainer, now=AT, co_trainers=(), capacity=1)


# Its days -------------------------------------------------------------------------------------------------------


def test_a_later_day_moves_the_deadline_along_and_an_earlier_one_does_not() -> None:
    trainer = a_trainer()
    row = a_traineeship(trainer)
    event = row.event
    assert event is not None
    hours: dict[str, Any] = {"starts": time(9), "ends": time(17), "by": trainer, "now": AT}
    added = event_days.set_day(event, None, on=date(2026, 3, 12), **hours)
    later = fresh(row).deadline_on
    event_days.set_day(event, added, on=date(2026, 3, 6), **hours)
    event_days.take_out_day(event, added, by=trainer, now=AT)
    assert (later, fresh(row).deadline_on, event.days.count()) == (date(2026, 7, 12), date(2026, 7, 12), 4)


def test_a_day_in_a_year_that_nobody_meant_is_refused() -> None:
    trainer = a_trainer()
    row = a_traineeship(trainer)
    assert row.event is not None
    with pytest.raises(CannotHold, match="look at the year"):
        event_days.set_day(row.event, None, on=date(9999, 12, 1), starts=time(9), ends=time(17), by=trainer, now=AT)
    assert row.event.days.count() == 4


def test_a_day_with_attendance_stays_as_it_is() -> None:
    trainer = a_trainer()
    row = a_traineeship(trainer)
    demo.attend(row, trainer=trainer, now=LATER)
    event = row.event
    assert event is not None
    day = event.days.all()[0]
    with pytest.raises(CannotHold, match="Attendance is noted"):
        event_days.take_out_day(event, day, by=trainer, now=LATER)
    with pytest.raises(CannotHold, match="Attendance is noted"):
        event_days.set_day(event, day, on=day.on, starts=time(10), ends=time(17), by=trainer, now=LATER)


# The grid -------------------------------------------------------------------------------------------------------


class Grid:
    """Two candidates, four days, all of them over."""

    def __init__(self) -> None:
        self.trainer = a_trainer()
        self.event = an_event(self.trainer)
        self.zoe = a_traineeship(self.trainer, event=self.event)
        self.yan = a_traineeship(self.trainer, make_user("yan@example.org", "Yan"), self.event)
        self.days = list(self.event.days.all())

    def wish(self, row: Traineeship, no: int, status: str, seen: str = "", **more: Any) -> dict[Any, Wish]:
        return {(row.pk, self.days[no - 1].pk): Wish(seen, Mark(status, **more))}

    def keep(self, *wishes: dict[Any, Wish], by: Any = None) -> int:
        asked = {square: wish for one in wishes for square, wish in one.items()}
        return attendance_grid.keep(self.event, asked, by=by or self.trainer, now=LATER)

    def stands(self) -> dict[Any, str]:
        return {square: row.status for square, row in attendance_grid.marks_of(self.event).items()}


def test_the_grid_keeps_what_was_changed_and_begins_the_training() -> None:
    grid = Grid()
    kept = grid.keep(grid.wish(grid.zoe, 1, "present"), grid.wish(grid.yan, 1, "partial", minutes=300))
    row = DayAttendance.objects.get(traineeship=grid.yan)
    assert (kept, fresh(grid.zoe).state, row.minutes, row.recorded_by) == (2, "active", 300, grid.trainer)
    assert grid.keep(grid.wish(grid.zoe, 1, "present", seen="present")) == 0


def test_everyone_left_is_here_leaves_what_was_noted() -> None:
    grid = Grid()
    grid.keep(grid.wish(grid.zoe, 3, "absent"))
    typed = grid.wish(grid.zoe, 3, "absent", seen="absent")
    wishes = attendance_grid.everyone_left(grid.event, typed, day=grid.days[2], rows=[grid.zoe, grid.yan])
    grid.keep(wishes)
    third = grid.days[2].pk
    assert grid.stands() == {(grid.zoe.pk, third): "absent", (grid.yan.pk, third): "present"}


def test_two_trainers_do_not_write_over_each_other() -> None:
    grid = Grid()
    marit = make_user("marit@example.org", "Marit Solheim")
    a_body().registrars.add(marit)
    grid.keep(grid.wish(grid.zoe, 2, "absent"), by=marit)
    square = (grid.zoe.pk, grid.days[1].pk)
    with pytest.raises(GridRefused) as refused:
        grid.keep(grid.wish(grid.zoe, 2, "present"), grid.wish(grid.yan, 2, "present"))
    assert ({key: row.recorded_by for key, row in refused.value.met.items()}, grid.stands()) == (
        {square: marit},
        {square: "absent"},
    )
    # Having seen it, one may; and the same mark made by both is no quarrel.
    assert grid.keep(grid.wish(grid.zoe, 2, "present", seen="absent")) == 1
    assert grid.keep(grid.wish(grid.zoe, 2, "present")) == 0


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        (Mark("made_up"), "which day it was made up"),
        (Mark("made_up", made_up_on=date(2026, 6, 1)), "once it has been"),
        (Mark("partial", minutes=480), "less than the whole day"),
        (Mark("elsewhere"), "one of the words"),
    ],
)
def test_a_mark_that_is_not_whole_keeps_nothing_of_the_grid(mark: Mark, said: str) -> None:
    grid = Grid()
    square = (grid.zoe.pk, grid.days[0].pk)
    with pytest.raises(GridRefused) as refused:
        grid.keep({square: Wish("", mark)}, grid.wish(grid.yan, 1, "present"))
    assert (said in refused.value.wrong[square], grid.stands()) == (True, {})


def test_a_day_to_come_is_not_noted() -> None:
    grid = Grid()
    square = (grid.zoe.pk, grid.days[1].pk)
    with pytest.raises(GridRefused) as refused:
        attendance_grid.keep(
            grid.event,
            grid.wish(grid.zoe, 2, "present"),
            by=grid.trainer,
            now=datetime(2026, 3, 2, 20, tzinfo=UTC),
        )
    assert refused.value.wrong == {square: "This day is still to come."}


def test_a_missing_day_made_up_on_12_april_is_met() -> None:
    grid = Grid()
    grid.keep(*(grid.wish(grid.yan, no, "absent" if no == 3 else "present") for no in (1, 2, 3, 4)))
    missing = progress_of(fresh(grid.yan)).needs[0].missing
    grid.keep(grid.wish(grid.yan, 3, "made_up", seen="absent", made_up_on=date(2026, 4, 12)))
    assert (missing, progress_of(fresh(grid.yan)).needs[0].state) == ("training day 3", "met")


# Steps of a hybrid ----------------------------------------------------------------------------------------------


def test_a_hybrid_counts_from_the_day_on_which_its_online_part_opened() -> None:
    row = a_hybrid(a_trainer())
    assert (row.state, dues(row), row.deadline_on) == (
        "active",
        [date(2026, 6, 30), date(2026, 8, 30), date(2026, 10, 30)],
        date(2026, 10, 30),
    )


def test_the_online_part_opens_once_and_not_far_from_today() -> None:
    trainer = a_trainer()
    row = a_hybrid(trainer)
    with pytest.raises(CannotTrain, match="open for this candidate already"):
        training.grant_access(row, on=date(2026, 5, 1), by=trainer, now=LATER)
    other = a_traineeship(trainer, make_user("yan@example.org", "Yan"), row.event)
    with pytest.raises(CannotTrain, match="three months"):
        training.grant_access(other, on=date(2027, 5, 1), by=trainer, now=LATER)


def test_more_time_for_one_step_moves_those_after_it() -> None:
    trainer = a_trainer()
    row = a_hybrid(trainer)
    lab = row.programme.requirements.get(key="skills_lab")
    given = training.extend(row, until=date(2026, 9, 15), requirement=lab, reason="Ill.", by=trainer, now=LATER)
    assert (given.old_on, dues(row), fresh(row).deadline_on) == (
        date(2026, 8, 30),
        [date(2026, 6, 30), date(2026, 9, 15), date(2026, 11, 15)],
        date(2026, 11, 15),
    )
    with pytest.raises(CannotTrain, match="later day"):
        training.extend(row, until=date(2026, 9, 14), requirement=lab, reason="Ill.", by=trainer, now=LATER)


def test_a_missed_step_ends_the_training_and_more_time_for_it_brings_it_back() -> None:
    trainer = a_trainer()
    row = a_hybrid(trainer)
    on_the_day, day_after = datetime(2026, 6, 30, 20, tzinfo=UTC), datetime(2026, 7, 1, 2, tzinfo=UTC)
    assert (lapsing.sweep(on_the_day), lapsing.sweep(day_after), fresh(row).state) == (0, 1, "lapsed")
    study = row.programme.requirements.get(key="online_study")
    training.extend(row, until=date(2026, 7, 15), requirement=study, reason="Ill.", by=trainer, now=day_after)
    assert (lapsing.sweep(day_after), fresh(row).state) == (0, "active")


def test_more_time_for_the_whole_brings_it_back_too() -> None:
    trainer = a_trainer()
    row = a_hybrid(trainer)
    day_after = datetime(2026, 7, 1, 2, tzinfo=UTC)
    lapsing.sweep(day_after)
    training.extend(row, until=date(2026, 12, 1), reason="Ill.", by=trainer, now=day_after)
    assert (lapsing.sweep(day_after), dues(row), deadline_of(fresh(row))) == (
        0,
        [date(2026, 12, 1), date(2026, 8, 30), date(2026, 12, 1)],
        date(2026, 12, 1),
    )


def test_what_lies_with_the_trainer_does_not_run_out() -> None:
    trainer = a_trainer()
    row = a_traineeship(trainer)
    demo.attend(row, trainer=trainer, now=LATER)
    demo.practise(row, by=trainer, now=LATER, first_on=date(2026, 3, 12))
    from instructors.handing_in import hand_in

    hand_in(row, row.programme.requirements.get(key="exam_passed"), text="Answers", by=row.trainee, now=LATER)
    assert (lapsing.sweep(LATER.replace(month=9)), fresh(row).state) == (0, "active")
