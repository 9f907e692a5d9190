"""Deadlines, for any rules and any extensions: months are calendar months, and nothing ever comes nearer."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from instructors.deadlines import after, deadline_of, steps_of

# A busy machine draws slowly, which says nothing about the rules.
unhurried = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
days = st.dates(date(2020, 1, 1), date(2060, 12, 31))
rules = st.builds(
    lambda anchor, amount, unit: {"anchor": anchor, "amount": amount, "unit": unit},
    st.sampled_from(["first_day", "last_day", "access_granted", "previous_step"]),
    st.integers(1, 24),
    st.sampled_from(["days", "months"]),
)
whole_rules = st.one_of(st.just({}), rules)


class Rows(list[Any]):
    def all(self) -> Rows:
        return self


@st.composite
def trainings(draw: Any) -> tuple[Any, list[Any]]:
    """A training with up to four steps, its days and its access; and extensions in the order in which they were given."""
    first = draw(days)
    asked = Rows(
        SimpleNamespace(pk=number, key=f"step{number}", deadline_rule=draw(whole_rules), stage="initial")
        for number in range(draw(st.integers(0, 4)))
    )
    row = SimpleNamespace(
        pk=1,
        programme=SimpleNamespace(deadline_rule=draw(whole_rules), requirements=asked),
        event=SimpleNamespace(
            time_zone="Pacific/Auckland",
            days=Rows(SimpleNamespace(on=first + timedelta(days=more)) for more in range(4)),
        ),
        access_on=draw(st.one_of(st.none(), days)),
        extensions=Rows(),
    )
    of = st.one_of(st.none(), st.integers(0, 3))
    given_ = draw(st.lists(st.tuples(of, days, days), max_size=6))
    return row, [
        SimpleNamespace(requirement_id=step, new_on=until, granted_at=datetime(on.year, on.month, on.day, tzinfo=UTC))
        for step, until, on in given_
    ]


@unhurried
@given(trainings())
def test_no_extension_ever_brings_a_step_or_the_end_nearer(training: tuple[Any, list[Any]]) -> None:
    row, extensions = training
    for extension in extensions:
        before, end = [step.due_on for step in steps_of(row)], deadline_of(row)
        row.extensions.append(extension)
        later, new_end = [step.due_on for step in steps_of(row)], deadline_of(row)
        assert all(old is None or (new is not None and new >= old) for old, new in zip(before, later, strict=True))
        assert end is None or (new_end is not None and new_end >= end)


@unhurried
@given(trainings())
def test_an_extended_step_lasts_until_the_day_that_was_given_and_those_before_it_stay(
    training: tuple[Any, list[Any]],
) -> None:
    row, extensions = training
    for extension in extensions:
        before = {step.requirement.pk: step.due_on for step in steps_of(row)}
        row.extensions.append(extension)
        later = {step.requirement.pk: step.due_on for step in steps_of(row)}
        if extension.requirement_id not in later:
            continue
        assert later[extension.requirement_id] >= extension.new_on
        earlier = [pk for pk in later if pk < extension.requirement_id]
        assert [before[pk] for pk in earlier] == [later[pk] for pk in earlier]


@unhurried
@given(rules, days)
def test_the_day_that_a_rule_counts_from_is_not_counted(rule: dict[str, Any], anchor: date) -> None:
    end = after(rule, anchor)
    assert end > anchor
    if rule["unit"] == "days":
        assert (end - anchor).days == rule["amount"]
    else:
        assert (end.year * 12 + end.month) - (anchor.year * 12 + anchor.month) == rule["amount"]
        assert end.day <= anchor.day


def test_a_step_that_was_over_where_the_training_is_held_lasts_as_long_as_more_time_for_the_whole() -> None:
    """It is the 6th in Auckland while it is still the 5th in Greenwich."""
    asked = Rows(
        SimpleNamespace(pk=number, key=f"step{number}", stage="initial", deadline_rule=rule)
        for number, rule in enumerate(
            [
                {"anchor": "access_granted", "amount": 90, "unit": "days"},
                {"anchor": "previous_step", "amount": 1, "unit": "months"},
            ]
        )
    )
    given_at = datetime(2026, 7, 5, 20, tzinfo=UTC)
    more = SimpleNamespace(requirement_id=None, new_on=date(2026, 9, 1), granted_at=given_at)
    row: Any = SimpleNamespace(
        pk=1,
        programme=SimpleNamespace(deadline_rule={}, requirements=asked),
        event=SimpleNamespace(time_zone="Pacific/Auckland", days=Rows()),
        access_on=date(2026, 4, 6),
        extensions=Rows(),
    )
    before = [step.due_on for step in steps_of(row)]
    row.extensions.append(more)
    assert (before, [step.due_on for step in steps_of(row)]) == (
        [date(2026, 7, 5), date(2026, 8, 5)],
        [date(2026, 9, 1), date(2026, 9, 1)],
    )
