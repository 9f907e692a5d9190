"""The whole curriculum, as `load_curriculum` leaves it."""

from __future__ import annotations

import pytest

from curriculum.files import Table, tables
from curriculum.loading import load


@pytest.fixture(scope="session")
def files() -> list[Table]:
    """The data files, read once."""
    return tables()


@pytest.fixture
def taught(db: None, files: list[Table]) -> None:
    load(files)
