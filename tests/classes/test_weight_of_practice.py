"""What the first visit of practice at home weighs: every week of both plans, and its hands-free steps."""

from __future__ import annotations

import gzip
import re
from datetime import date, datetime

import pytest
import time_machine
from django.test import Client

from curriculum.models import Plan
from tests.cast import NOW, Cast, sign_in
from tests.classes.test_kept_register import parts_of, source
from tests.factories.families import add_baby
from tests.factories.practice import book_series, taught_cast

FIRST_VISIT = 120 * 1000
AFTER_THE_LAST = datetime(2026, 7, 1, 9, 0, tzinfo=NOW.tzinfo)
PLANS = ("five-weeks", "five-weeks-tummy-first")


@pytest.fixture
def cast(db: None, now: datetime) -> Cast:
    return taught_cast()


def weights_of(client: Client, address: str) -> dict[str, int]:
    """{page or part of it: bytes over the line}: all that is asked for before anybody begins to read, and what follows."""
    page = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert page.headers["Content-Encoding"] == "gzip"
    weights = {"page": len(page.content)}
    for part in parts_of(gzip.decompress(page.content).decode()):
        is_text = re.search(r"\.(css|js|svg)\Z", part)
        weights[part] = len(gzip.compress(source(part), 9)) if is_text else len(source(part))
    return weights


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.slow
def test_the_first_visit_of_every_week_is_under_a_hundred_and_twenty_kilobytes(
    cast: Cast, client: Client, plan: str
) -> None:
    assert set(PLANS) == set(Plan.objects.current().filter(kind=Plan.Kind.COURSE).values_list("slug", flat=True))
    baby = add_baby(cast.family, "Bo")
    series = book_series(cast, baby, slug="weighed", first=date(2026, 5, 1), plan=plan)
    own = f"?baby={baby.pk}&series={series.slug}"
    with time_machine.travel(AFTER_THE_LAST, tick=False):
        sign_in(client, cast.parent)
        for week in range(1, 6):
            for address in (f"/me/practice/{week}/", f"/me/practice/{week}/hands-free/"):
                weights = weights_of(client, address + own)
                assert sum(weights.values()) < FIRST_VISIT, f"{address}: {sum(weights.values())}: {weights}"
