from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import transaction

from tests.cast import NOW
from tests.matrix.world import World, build_world


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the matrix together, however the tests are shuffled, so that its world is built once."""
    items.sort(key=lambda item: "tests/matrix/" in item.nodeid)


@pytest.fixture(scope="package")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Built once for all tests of the matrix; each request is undone after it was looked at."""
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False), transaction.atomic():
        yield build_world()
        transaction.set_rollback(True)
