"""What a series still owes to families who made up elsewhere: shown while they were away, and not in that other class.

`classes.opening` says when it reaches their page; this is for whoever teaches them next.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from classes import showing
from classes.models import GivenWeek, MakeUpRight, Place, Session, TaughtStroke
from curriculum.models import Stroke

MOST_LOOKED_AT = 200


def owed_in(session: Session) -> dict[str, list[str]]:
    """{slug: first names of the babies it is owed to} of those who are booked in this session. Six queries at most."""
    rights = _made_up_before(session)
    if not rights:
        return {}
    keys = [key for right in rights for key in (right.missed_id, _there(right).pk)]
    shown = showing.shown_in(keys, now=session.starts_at)
    own = list(Session.objects.held().filter(series=session.series_id, starts_at__lt=session.starts_at))
    ticked = _ticked(own)
    found: dict[str, list[str]] = defaultdict(list)
    for right in rights:
        if any(one.starts_at > _there(right).starts_at and not ticked[one.pk] for one in own):
            continue  # all that was owed came with that date
        since = {slug for one in own if one.starts_at > right.missed.starts_at for slug in ticked[one.pk]}
        had = since | set(shown[_there(right).pk])
        for slug in shown[right.missed_id]:
            if slug not in had and right.baby.first_name not in found[slug]:
                found[slug].append(right.baby.first_name)
    return {slug: names for slug, names in found.items() if names}


def strokes(owed: Mapping[str, Iterable[str]]) -> list[Stroke]:
    """These, as the library has them, in the order of teaching. One query, or none."""
    return list(Stroke.objects.current().filter(slug__in=owed).order_by("week", "position")) if owed else []


def _made_up_before(session: Session) -> list[MakeUpRight]:
    """Rights that were used before this session, for earlier dates of its series that nobody opened by hand."""
    here = Place.objects.unreleased().filter(session=session).values("baby")
    missed = {"missed__series": session.series_id, "missed__starts_at__lt": session.starts_at}
    used = MakeUpRight.objects.filter(state=MakeUpRight.State.USED, baby__in=here, **missed)
    before = used.filter(place__released_at=None, place__session__starts_at__lt=session.starts_at)
    rows = list(before.select_related("baby", "missed__lesson", "place__session").order_by("baby_id")[:MOST_LOOKED_AT])
    given = _given({right.enrolment_id for right in rows})
    return [right for right in rows if (right.enrolment_id, right.missed.week) not in given]


def _given(enrolments: set[int]) -> set[tuple[int, int]]:
    return set(GivenWeek.objects.filter(enrolment__in=enrolments).values_list("enrolment_id", "week"))


def _there(right: MakeUpRight) -> Session:
    assert right.place  # a used right has its place
    return right.place.session


def _ticked(sessions: Sequence[Session]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    rows = TaughtStroke.objects.shown().filter(session__in=sessions)
    for key, slug in rows.values_list("session_id", "stroke__slug"):
        found[key].add(slug)
    return found
