"""When each hand goes: in turn, together, overlapping, and at a pace that a baby likes."""

from __future__ import annotations

import re

import pytest

from curriculum.diagrams.check import findings
from curriculum.diagrams.motion import Beat, is_in_motion, timing
from curriculum.diagrams.pictures import diagram
from curriculum.models import Stroke
from tests.curriculum.drawn import STROKES, by_slug

STILL = ["ask-permission", "resting-hands", "touch-relaxation", "containment-hold", "closing-hold"]


def beats(slug: str) -> list[tuple[float, float]]:
    """Start and end of every hand that moves, in shares of a pass."""
    found = [beat for scene in timing(by_slug(slug).drawing) for beat in (*scene.paths, *scene.rests)]
    return [(round(beat.start, 2), round(beat.end, 2)) for beat in found if beat]


def test_everything_but_a_hold_can_be_shown_in_motion() -> None:
    assert [stroke.slug for stroke in STROKES if not stroke.has_movement] == STILL


@pytest.mark.parametrize("stroke", [s for s in STROKES if is_in_motion(s.diagram)], ids=lambda s: s.slug)
def test_a_movement_has_its_pace_and_every_hand_its_time(stroke: Stroke) -> None:
    drawn = diagram(stroke, language="en")
    assert f'data-seconds="{stroke.diagram["seconds"]}"' in drawn
    assert 3 <= stroke.diagram["seconds"] <= 12
    times = re.findall(r'data-go="(?:left|right) [\w-]+ [\d.]+ ([\d.]+) ([\d.]+)(?: fro)?"', drawn)
    assert len(times) == drawn.count("data-go=") == len(beats(stroke.slug)) > 0
    assert all(0 <= float(start) < float(end) <= 1.2 for start, end in times)


def test_hands_that_go_together_begin_and_end_together() -> None:
    assert beats("chest-open-book") == [(0, 1), (0, 1)]


def test_hands_that_take_turns_never_both_lift() -> None:
    assert beats("leg-indian-milking") == [(0, 0.6), (0.5, 1.1)]


def test_steps_follow_one_another_as_long_as_their_ways_are() -> None:
    (start, middle), (then, end) = beats("foot-under-toes")
    assert (start, end) == (0, 1)
    assert middle == then > 0.5


def test_letters_of_i_love_you_follow_one_another() -> None:
    starts, ends = zip(*beats("i-love-you"), strict=True)
    assert (starts[0], ends[-1], starts[1:]) == (0, 1, ends[:-1])


def test_the_moon_joins_the_sun_and_lifts_before_it_comes_round() -> None:
    assert beats("sun-moon") == [(0, 1), (0.12, 0.62)]


def test_toes_are_rolled_one_after_the_other() -> None:
    assert beats("foot-toe-roll") == [(0, 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 1)]


def test_knees_are_kept_at_the_tummy() -> None:
    assert beats("knees-to-tummy") == [(0, 0.35), (0, 0.35)]


def test_a_pace_that_no_baby_would_like_is_refused() -> None:
    drawing = {**by_slug("sun-moon").drawing, "seconds": 1}
    assert findings(drawing) == [("form", "a movement takes from 2 to 15 seconds")]


def test_shares_are_written_short() -> None:
    assert [Beat(0, 1).text(), Beat(0.125, 0.5).text()] == ["0 1", ".12 .5"]


def test_a_still_picture_numbers_the_hands_that_take_turns() -> None:
    marks = re.findall(r'class="sd-mark-text"[^>]*>(\w+)<', diagram(by_slug("water-wheel-a"), language="en"))
    assert marks == ["1", "2"]
