"""What a view needs to know of its reader: clock, family, and what was typed before signing in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import get_language

from classes import catalogue, drafts
from classes.catalogue import SeriesPage
from classes.forms.booking import Reader
from classes.models import Series
from config.accounts.adapter import UNFINISHED_PAGE
from config.accounts.models import User
from config.lib.times import is_zone, local
from families.access import caregiver_of
from families.models import Baby, Caregiver

ZONE_COOKIE = "zone"
DRAFT_KEY = "booking_draft"
# Fields that hold more than one value.
MANY = frozenset({"babies", "who", "conditions", "ways", "days", "parts"})


def now_of(request: HttpRequest) -> datetime:
    """The moment of this request; the middleware read the clock."""
    moment: datetime = request.now  # type: ignore[attr-defined]
    return moment


def caregiver(request: HttpRequest) -> Caregiver:
    """The reader, in views that only caregivers may read."""
    found: Caregiver = request.caregiver  # type: ignore[attr-defined]
    return found


def user_of(request: HttpRequest) -> User:
    """The reader's account, in views where someone is signed in."""
    assert request.user.is_authenticated
    return request.user


def zone_of(request: HttpRequest, *, fallback: str) -> str:
    """The reader's own clock: what the account says, else what the browser said, else `fallback`."""
    known = request.user.time_zone if request.user.is_authenticated else ""
    found = known or request.COOKIES.get(ZONE_COOKIE, "")
    return found if is_zone(found) else fallback


def today_of(request: HttpRequest, *, zone: str) -> date:
    return local(now_of(request), zone).date()


def page_of(request: HttpRequest, slug: str) -> SeriesPage:
    found = catalogue.series_page(slug, now=now_of(request))
    if found is None:
        raise Http404
    return found


def reader_of(request: HttpRequest, series: Series) -> Reader:
    """Who is about to fill in a form about that series."""
    zone = zone_of(request, fallback=series.time_zone)
    if not request.user.is_authenticated:
        return Reader(language=get_language() or "en", time_zone=zone)
    user = request.user
    known = Reader(email=user.email, name=user.name, language=user.language, time_zone=zone)
    me = caregiver_of(user)
    if me is None:
        return known
    others = Caregiver.objects.current().of_family(me.family).order_by("joined_at", "pk")
    return Reader(
        email=user.email,
        name=me.name,
        language=user.language,
        time_zone=me.family.time_zone,
        caregiver=me,
        adults=[me, *(one for one in others if one.pk != me.pk)],
        babies=list(Baby.objects.of_family(me.family)),
    )


def typed_in(data: Mapping[str, object]) -> dict[str, list[str]]:
    """Every field of a posted form but the token and the buttons, {name: values}."""
    dropped = {"csrfmiddlewaretoken", "more", "fewer", "book", "hold", "date", "parts"}
    return {name: data.getlist(name) for name in data if name not in dropped}  # type: ignore[attr-defined]


def as_initial(typed: Mapping[str, list[str]]) -> dict[str, Any]:
    """What was typed, as the start of a fresh form: nothing is judged, nothing is lost."""
    return {name: values if name in MANY else (values[-1] if values else "") for name, values in typed.items()}


def keep_typed(request: HttpRequest, series: Series) -> None:
    """Keep what was posted, under a token that only this session knows."""
    token = request.session.get(DRAFT_KEY)
    request.session[DRAFT_KEY] = drafts.keep(series, typed=typed_in(request.POST), token=token, now=now_of(request))
    request.session[UNFINISHED_PAGE] = request.path


def forget_typed(request: HttpRequest) -> None:
    """The form has done its work."""
    drafts.forget(request.session.pop(DRAFT_KEY, None))
    request.session.pop(UNFINISHED_PAGE, None)


def kept_for(request: HttpRequest, series: Series) -> dict[str, Any]:
    """What was typed for this series before, as the start of a form; empty where nothing is kept."""
    typed = drafts.find(request.session.get(DRAFT_KEY), series=series, now=now_of(request))
    return as_initial(typed) if typed else {}


def number_in(text: Any, *, fallback: int) -> int:
    return int(text) if str(text).isdecimal() and len(str(text)) < 3 else fallback


def with_known_babies(initial: dict[str, Any], reader: Reader) -> dict[str, Any]:
    """Rows that name a baby whom the family told before become that baby's tile; the other rows move up."""
    if not initial or not reader.babies:
        return initial
    known = {(baby.first_name.casefold(), str(baby.born_on or "")): str(baby.pk) for baby in reader.babies}
    ticked, rows = list(initial.get("babies", [])), []
    for row in range(number_in(initial.get("rows", ""), fallback=0)):
        cells = {part: initial.pop(f"new_{row}_{part}", "") for part in ("name", "born", "due")}
        baby = known.get((str(cells["name"]).strip().casefold(), str(cells["born"])))
        if baby:
            ticked.append(baby)
        elif any(cells.values()):
            rows.append(cells)
    moved = {f"new_{number}_{part}": cell for number, cells in enumerate(rows) for part, cell in cells.items()}
    return {**initial, **moved, "babies": ticked, "rows": str(len(rows))}
