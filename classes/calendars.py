"""What calendars show: the dates of a household and of an instructor, in files of letters and at secret addresses.

A session has one identity for ever. Its SEQUENCE rises with every change that this reader sees: each change of the
session itself, and each place of theirs that is taken or released. Rows of places are only ever added and released, so
the sum never falls. No baby and no health stands in a calendar: calendars are shared with offices.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeAlias
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from classes.models import Enrolment, Place, Series, Session
from config.accounts.models import User
from config.letters.outbox import Attachment
from config.lib import ical
from families.models import Family
from instructors.models import Instructor

Sessions: TypeAlias = Sequence[Session] | QuerySet[Session]

FILE = "warm-hands.ics"
FILE_KIND = "text/calendar; method=PUBLISH; charset=utf-8"
# Far more than anybody has in a year back and all that is ahead; it keeps an answer from growing without end.
MOST = 2000


def file_for(family: Family, *, sessions: Sessions, to: User, now: datetime) -> list[Attachment]:
    """The calendar file of a letter to `to`: how these sessions stand for the family at this moment.

    Give the sessions that the letter is about, a list or a queryset, of any series and zones: booked, moved, released,
    taken back. Each says by itself whether the family still has a place in it (CONFIRMED) or not (CANCELLED), with the
    SEQUENCE of the family's calendar address. So call it after the places are written or released, in the same
    transaction. One query; an empty list where the family never had a place in any of them, so that it can stand for
    `attachments` as it is.
    """
    with translation.override(to.language):
        events = dates_of(family, sessions=sessions)
    return [Attachment(FILE, _message(events, family, now=now), FILE_KIND)] if events else []


def text_for(family: Family, *, sessions: Sessions, now: datetime) -> str:
    """The same as text, in the language of the moment, for a reader who asks for the file. One query."""
    return _message(dates_of(family, sessions=sessions), family, now=now)


def _message(events: list[ical.Event], family: Family, *, now: datetime) -> str:
    return ical.calendar_text(
        events, name=calendar_name(), zone=family.time_zone, sent_by=settings.DEFAULT_FROM_EMAIL, sent_at=now
    )


def calendar_name() -> str:
    """What the calendar is called in a calendar program."""
    return str(settings.SITE_NAME)


def dates_of(family: Family, *, sessions: Sessions | None = None, since: datetime | None = None) -> list[ical.Event]:
    """The household's dates, soonest first: those of `sessions`, or all `since` a moment. One query.

    What was booked and is no longer theirs stays, as called off. What ended when the family asked for quiet does not:
    nobody is shown it again.
    """
    places = Place.objects.ever_of_family(family)
    if sessions is not None:
        places = places.filter(session__in=sessions)
    if since is not None:
        places = places.filter(session__starts_at__gte=since)
    rows = places.select_related("enrolment", "session__series__venue", "session__lesson")
    rows = rows.defer("session__note", "session__series__stream_url", "session__series__about")
    by_session: dict[int, list[Place]] = defaultdict(list)
    for place in rows.order_by("-session__starts_at", "-session_id", "pk")[:MOST]:
        by_session[place.session_id].append(place)
    shown = [places for places in by_session.values() if not _is_quiet(places)]
    return [_date_of_family(places) for places in reversed(shown)]


def teaching_dates_of(instructor: Instructor, *, since: datetime) -> list[ical.Event]:
    """The sessions that the instructor leads, and as called off those of theirs that a substitute takes. One query."""
    sessions = Session.objects.seen_by(instructor).filter(starts_at__gte=since, series__published_at__isnull=False)
    rows = sessions.select_related("series__venue", "lesson", "substitute")
    rows = rows.defer("note", "series__stream_url", "series__about").order_by("-starts_at", "-pk")[:MOST]
    return [_date_of_instructor(session, instructor) for session in reversed(rows)]


def teaching_file_for(instructor: Instructor, *, sessions: Sequence[Session], now: datetime) -> list[Attachment]:
    """The calendar file of a letter to an instructor: these sessions, called off where somebody else leads them by now.

    The sessions come with their series, its venue and instructor, their lesson and substitute.
    """
    with translation.override(instructor.user.language):
        events = [_date_of_instructor(session, instructor) for session in sessions]
        text = ical.calendar_text(
            events,
            name=calendar_name(),
            zone=instructor.time_zone,
            sent_by=settings.DEFAULT_FROM_EMAIL,
            sent_at=now,
        )
    return [Attachment(FILE, text, FILE_KIND)]


def _date_of_family(places: list[Place]) -> ical.Event:
    """One session by all rows of the family in it, oldest first."""
    session = places[0].session
    standing = [place for place in places if place.released_at is None]
    shown = (standing or places)[-1]
    called_off = _is_called_off(session)
    summary = _title_of(session)
    if called_off:
        summary = _("Called off: %(what)s") % {"what": summary}
    elif not standing:
        summary = _("Given back: %(what)s") % {"what": summary}
    words = [_("A make-up date.")] if shown.kind == Place.Kind.MAKE_UP else []
    if shown.joins_by == Enrolment.Way.STREAM:
        words.append(_("The link is on the page of your booking, 15 minutes before."))
    moments = [moment for place in places for moment in (place.taken_at or _booked_at(place), place.released_at)]
    return _event(
        session,
        # Every row, and every release of one, is a change; the first row is where it began.
        rises=len(places) + (len(places) - len(standing)) - 1,
        moments=moments,
        summary=summary,
        location=_("By live-stream") if shown.joins_by == Enrolment.Way.STREAM else _address(session.series),
        description=" ".join(words) if standing and not called_off else "",
        url=reverse("classes:my_place", args=[shown.enrolment.reference]),
        is_cancelled=called_off or not standing,
    )


def _is_quiet(places: list[Place]) -> bool:
    return all(place.released_at and place.enrolment.state == Enrolment.State.ENDED for place in places)


def _date_of_instructor(session: Session, instructor: Instructor) -> ical.Event:
    called_off, title = _is_called_off(session), _title_of(session)
    given_away = instructor.pk != (session.substitute_id or session.series.instructor_id)
    if called_off:
        title = _("Called off: %(what)s") % {"what": title}
    elif given_away:
        leader = session.substitute or session.series.instructor
        title = _("%(name)s takes: %(what)s") % {"name": leader.display_name, "what": title}
    streams = bool(session.stream_capacity) or session.is_online
    room = "" if session.is_online else _address(session.series)
    return _event(
        session,
        rises=0,
        moments=[session.series.published_at],
        summary=title,
        location=room or (_("By live-stream") if streams else ""),
        description=_("In the room and by live-stream.") if streams and session.capacity and room else "",
        url=reverse("classes:register", args=[session.reference]),
        is_cancelled=called_off or given_away,
    )


def _event(
    session: Session,
    *,
    rises: int,
    moments: Iterable[datetime | None],
    summary: str,
    location: str,
    description: str,
    url: str,
    is_cancelled: bool,
) -> ical.Event:
    series = session.series
    known = [moment for moment in (session.changed_at, *moments) if moment is not None]
    return ical.Event(
        uid=f"session-{session.reference}@{urlsplit(settings.SITE_URL).hostname}",
        # A series that is called off changes its sessions once more, whatever their own rows say.
        sequence=session.sequence + rises + (series.state == Series.State.CANCELLED),
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        zone=series.time_zone,
        summary=summary,
        changed_at=max(known, default=session.starts_at),
        location=location,
        description=description,
        url=settings.SITE_URL + url,
        is_cancelled=is_cancelled,
    )


def _is_called_off(session: Session) -> bool:
    return session.state == Session.State.CANCELLED or session.series.state == Series.State.CANCELLED


def _booked_at(place: Place) -> datetime | None:
    """For rows from before places told when they were taken."""
    return place.enrolment.booked_at


def _title_of(session: Session) -> str:
    title = _("%(series)s, session %(number)d") % {"series": session.series.title, "number": session.number}
    return f"{title}: {session.title}" if session.lesson else title


def _address(series: Series) -> str:
    venue = series.venue
    return ", ".join(filter(None, [venue.name, venue.address, venue.town, venue.area])) if venue else ""
