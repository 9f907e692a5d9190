"""Letters that a family could do without: a nudge to practise, and thanks after the last date.

Each says at its foot where such letters are stopped, and none leaves at night by the clock of the family.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from classes import emails
from classes.models import Enrolment, Session
from config.letters.outbox import Manner
from families.emails import stop_address
from families.models import Caregiver

# Held up longer than that, a nudge is about a week that is over, and thanks come out of the blue.
NUDGE_OF_USE = timedelta(days=2)
THANKS_OF_USE = timedelta(days=14)


def queue_nudge(enrolment: Enrolment, *, session: Session, to: Caregiver, stop: str, now: datetime) -> None:
    """What was learned, and where to find it. `stop` is the secret of the link that ends these letters."""
    context = {"practice_url": emails.address("classes:practice_week")}
    key = f"{enrolment.reference}:{session.reference}:{to.pk}"
    _queue("practice_nudge", enrolment, session, context, to=to, stop=stop, key=key, use=NUDGE_OF_USE, now=now)


def queue_thanks(
    enrolment: Enrolment, *, session: Session, names: Sequence[str], to: Caregiver, stop: str, now: datetime
) -> None:
    """Thanks, what stays, and three taps on how it was. `session` is the last one of the series."""
    context = {
        "names": names,
        "practice_url": emails.address("classes:practice_week"),
        "keep_url": emails.address("classes:course_done", enrolment.reference),
        "feedback_url": emails.address("classes:give_feedback", enrolment.reference),
    }
    key = f"{enrolment.reference}:{to.pk}"
    _queue("thanks", enrolment, session, context, to=to, stop=stop, key=key, use=THANKS_OF_USE, now=now)


def _queue(
    name: str,
    enrolment: Enrolment,
    session: Session,
    context: dict[str, Any],
    *,
    to: Caregiver,
    stop: str,
    key: str,
    use: timedelta,
    now: datetime,
) -> None:
    assert to.user is not None  # these are written to someone with an account
    told = {
        "hello": to.first_name,
        "session": session,
        "series": session.series,
        "teacher": session.series.instructor.display_name,
        "place_url": emails.address("classes:my_place", enrolment.reference),
        "stop_url": stop_address(stop),
        **context,
    }
    manner = Manner(stop_url=stop_address(stop), by_day_in=enrolment.family.time_zone, send_until=now + use)
    emails._queue(name, to.user, told, key=key, now=now, family=enrolment.family, manner=manner)
