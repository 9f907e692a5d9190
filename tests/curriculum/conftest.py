"""The whole curriculum, as `load_curriculum` leaves it."""

from __future__ import annotations

import pytest

from curriculum.loading import load


@pytest.fixture
def taught(db: None) -> None:
    load()
