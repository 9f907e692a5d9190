"""The terms of a booking: read from the series on the day of booking, frozen on the enrolment, and held to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from classes.models import Enrolment, Series

VERSION = 2


@dataclass(frozen=True)
class Terms:
    """What a family may do at which notice. Hours count back from the session concerned, or from the first one.

    Up to `refund_hours` before the first session of the booking everything comes back, up to `part_refund_hours` that
    percentage (0 hours: there is no such step). Told `makeup_notice_hours` before a date, a make-up right is granted,
    which keeps for `makeup_days` days after that date; a baby has `makeups_at_most` of them in one enrolment.
    `stays_minor` of a booking that was moved stays due whatever comes: what would have stayed due, had it been
    cancelled instead.
    """

    refund_hours: int = 48
    part_refund_hours: int = 0
    part_refund_percent: int = 0
    makeup_notice_hours: int = 24
    makeup_days: int = 60
    makeups_at_most: int = 2
    moves_at_most: int = 1
    stays_minor: int = 0
    version: int = VERSION

    def refund_percent(self, *, begins: datetime | None, now: datetime) -> int:
        """How much of the worth of the sessions to come is given back, by notice before `begins`."""
        if begins is None or now <= begins - timedelta(hours=self.refund_hours):
            return 100
        if self.part_refund_hours and now <= begins - timedelta(hours=self.part_refund_hours):
            return self.part_refund_percent
        return 0

    def grants_makeup(self, *, starts_at: datetime, now: datetime) -> bool:
        """Whether telling at `now` is early enough for a make-up right."""
        return self.makeups_at_most > 0 and now <= starts_at - timedelta(hours=self.makeup_notice_hours)


def terms_of(series: Series) -> Terms:
    """The terms that hold for a booking made today.

    At one's own pace nothing is made up for: a check-in costs nothing, and whoever gives one back takes another.
    """
    return Terms(
        refund_hours=series.refund_hours,
        part_refund_hours=series.part_refund_hours,
        part_refund_percent=series.part_refund_percent,
        makeup_notice_hours=series.makeup_notice_hours,
        makeup_days=series.makeup_days,
        makeups_at_most=0 if series.is_own_pace else series.makeups_at_most,
        moves_at_most=series.moves_at_most,
    )


def policy_of(series: Series) -> dict[str, int]:
    """The same as the JSON that is frozen on an enrolment."""
    return asdict(terms_of(series))


def terms_at_booking(enrolment: Enrolment) -> Terms:
    """The terms that this enrolment was booked under. What an older booking did not say is as it is by default."""
    frozen: Mapping[str, Any] = enrolment.policy or {}
    return Terms(**{name: int(frozen[name]) for name in Terms.__dataclass_fields__ if name in frozen})
