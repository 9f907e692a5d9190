"""What every test may ask for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
import time_machine

from tests.cast import NOW, Cast, build_cast


@pytest.fixture
def now() -> Iterator[datetime]:
    """The moment of the cast. The clock stands still there until the test is over."""
    with time_machine.travel(NOW, tick=False):
        yield NOW


@pytest.fixture
def cast(db: None, now: datetime) -> Cast:
    """The fixed cast and its small world, at `now`."""
    return build_cast()
