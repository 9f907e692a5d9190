"""What to heed at home in these days: what was told before a class, and what was told at home.

After a vaccination the wait of the series' instructor counts, 72 hours where nobody says otherwise; anything else
counts for three days, or until an adult who may read it says that it is over. It advises: everything may be shown all
the same. The text never speaks against a vaccination.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from classes import adapting, anything_changed
from classes.adapting import MEDICINE, OIL
from classes.models import ReadinessAnswer
from classes.practice import Practice
from curriculum.models import Precaution
from families import reasons
from families.models import Caregiver
from families.readiness import OfTheseDays, Readiness
from families.reasons import LAST, VACCINATION, Told


def heeding(readiness: Readiness, *, practice: Practice, by: Caregiver, now: datetime) -> Readiness:
    """The same readiness with what was told of these days, as far as this adult may read it. Two queries."""
    rows = reasons.readable(practice.baby, by=by, now=now)
    before_class = anything_changed.told_lately(practice.baby, by=by, now=now)
    told = [*_told_before_class(before_class), *reasons.told_at_home(rows)]
    wait = timedelta(hours=practice.series.instructor.vaccination_wait_hours)
    known = {row.key: row for row in readiness.asked_each_time}
    standing = [
        _said(one, until, known.get(one.key))
        for one in told
        if (until := _until(one, wait)) > now and not reasons.is_over(one, said=rows)
    ]
    return readiness.heeding(_each_once(standing))


def _told_before_class(rows: Sequence[ReadinessAnswer]) -> list[Told]:
    return [
        Told(key, _since(key, row), row.written_at, row.written_by, before_class=True)
        for row in rows
        for key in row.facts.get("changed", ())
    ]


def _since(key: str, row: ReadinessAnswer) -> datetime:
    return adapting.vaccinated_at(row.facts) if key == VACCINATION else row.written_at


def _until(told: Told, wait: timedelta) -> datetime:
    return told.since + (wait if told.key == VACCINATION else LAST)


def _said(told: Told, until: datetime, precaution: Precaution | None) -> OfTheseDays:
    title, answer = (precaution.title, precaution.answer) if precaution else _without_rule(told.key)
    return OfTheseDays(title, answer, until, told.by, precaution, told.before_class)


def _without_rule(key: str) -> tuple[str, str]:
    """What is asked before a class, and is in no rule of the curriculum."""
    title = str(dict(adapting.ASKED).get(key, ""))
    if key == MEDICINE:
        return title, _("Your doctor or pharmacist can say whether oil and touch are fine with it.")
    return title, _("Leave the oil out until you know more. Dry hands are fine.") if key == OIL else ""


def _each_once(standing: Sequence[OfTheseDays]) -> list[OfTheseDays]:
    """What two adults told, or one told twice, stands once: as long as the longer of them says."""
    longest: dict[str, OfTheseDays] = {}
    for one in sorted(standing, key=lambda one: one.until):
        longest[one.title] = one
    return sorted(longest.values(), key=lambda one: (one.precaution.position if one.precaution else 99, one.title))
