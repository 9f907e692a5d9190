"""What a booking form is about, the places that are kept for it, and the sum: what several views of booking share."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import ip_address, ip_network
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from classes import holding, prices
from classes.catalogue import SeriesPage
from classes.forms.booking import BookingForm, Reader
from classes.models import Hold, Series, Session
from classes.obstacles import CannotBook, Obstacle
from classes.views.reading import (
    as_initial,
    now_of,
    number_in,
    page_of,
    reader_of,
    today_of,
    typed_in,
    user_of,
)
from families.access import why_not_book

HOLDS_KEY = "holds"
# A browser keeps places of that many series; an older hold is left to run out.
MOST_HOLDS = 4


@dataclass(frozen=True)
class Wanted:
    """A series, or one date of it, and who is about to book."""

    request: HttpRequest
    page: SeriesPage
    reader: Reader
    date: Session | None = None

    @property
    def series(self) -> Series:
        return self.page.series

    @property
    def address(self) -> str:
        if self.date is None:
            return reverse("classes:book_place", args=[self.series.slug])
        return reverse("classes:book_date", args=[self.series.slug, self.date.reference])

    @cached_property
    def held(self) -> list[Session]:
        """The sessions of the series that were not called off."""
        return [one for one in self.page.sessions if one.state != Session.State.CANCELLED]

    @property
    def missed(self) -> int:
        """How many sessions are over for a family that books the series now."""
        now = now_of(self.request)
        return 0 if self.date else sum(session.starts_at <= now for session in self.held)

    @property
    def joins(self) -> Session | None:
        """Where a series has begun, the session that a family would come to first."""
        now = now_of(self.request)
        return next((session for session in self.held if session.starts_at > now), None) if self.missed else None

    @cached_property
    def hold(self) -> Hold | None:
        """What this browser keeps of the series at this moment."""
        return holding.find(_tokens(self.request).get(str(self.series.pk)), now=now_of(self.request))

    def form(self, *, data: Any = None, **fields: Any) -> BookingForm:
        typed = fields.get("initial") or data or {}
        fallback = 0 if self.reader.babies else 1
        fields.setdefault("rows", number_in(typed.get("rows", ""), fallback=fallback))
        today = today_of(self.request, zone=self.reader.time_zone)
        return BookingForm(
            data,
            series=self.series,
            reader=self.reader,
            today=today,
            date=self.date,
            missed=self.missed,
            **fields,
        )

    def form_as_typed(self) -> BookingForm:
        """What was posted, as a form in which nothing is judged."""
        return self.form(initial=as_initial(typed_in(self.request.POST)))

    def sum(self, form: BookingForm) -> prices.Sum:
        """What the babies named so far cost."""
        names = form.party_names or [""]
        if self.date is not None:
            return prices.sum_of_dates(self.series, names=names, dates=1, held=len(self.held))
        return prices.sum_of_series(self.series, names=names, held=self.held, now=now_of(self.request))


def wanted_of(request: HttpRequest, slug: str, reference: str = "") -> Wanted:
    """Raises Http404 where there is no such series, or no such date of it."""
    page = page_of(request, slug)
    reader = reader_of(request, page.series)
    if not reference:
        return Wanted(request, page, reader)
    for session in page.sessions:
        if session.reference == reference:
            return Wanted(request, page, reader, session)
    raise Http404


@dataclass
class Kept:
    """What came of keeping places: the hold, or why there is none. `obstacles` would stop a booking as well."""

    hold: Hold | None
    says: str = ""
    obstacles: list[Obstacle] = field(default_factory=list)


def keep_places(wanted: Wanted, form: BookingForm) -> Kept:
    """Keep as many places as babies are named, one at least; what this browser kept of the series is changed."""
    request, series, me = wanted.request, wanted.series, wanted.reader.caregiver
    standing = wanted.hold
    if me and (refusal := why_not_book(me)):
        return Kept(None, refusal)
    if series.first_session_at is None:
        return Kept(None)
    places = max(len(form.party_names), 1)
    date_key = wanted.date.pk if wanted.date else None
    asked = (places, form.asked_way, date_key)
    if standing and ((standing.places, standing.way, standing.session_id) == asked or not _may_change(wanted)):
        return Kept(standing)
    if standing is None and not _may_hold(wanted):
        return Kept(None, _("We cannot keep a place for you just now. You can book it all the same, while it is free."))
    try:
        kept = holding.hold(
            series,
            places=places,
            way=form.asked_way,
            session=wanted.date,
            token=standing.token if standing else None,
            now=now_of(request),
        )
    except CannotBook as refusal:
        return Kept(standing, refusal.obstacles[0].sentence, refusal.obstacles)
    tokens = {key: token for key, token in _tokens(request).items() if key != str(series.pk)}
    request.session[HOLDS_KEY] = dict([*tokens.items(), (str(series.pk), kept.token)][-MOST_HOLDS:])
    return Kept(kept)


def _may_hold(wanted: Wanted) -> bool:
    """So that nobody keeps a room empty: so many new holds of a series an hour, by account or else by address."""
    action = "hold_places_known" if wanted.reader.is_signed_in else "hold_places"
    return bool(ratelimit.consume(wanted.request, action=action, key=_holder(wanted)))


def _may_change(wanted: Wanted) -> bool:
    """Each change of a hold locks the series and is written down, so they are counted too."""
    return bool(ratelimit.consume(wanted.request, action="change_hold", key=_holder(wanted)))


def _holder(wanted: Wanted) -> str:
    """Who holds places of the series: the account, or else the address; of a long one the part that a house has."""
    if wanted.reader.is_signed_in:
        return f"{user_of(wanted.request).pk}:{wanted.series.pk}"
    address = ip_address(get_adapter().get_client_ip(wanted.request))
    network = ip_network((address, 64), strict=False) if address.version == 6 else address
    return f"{network}:{wanted.series.pk}"


def last_hold(wanted: Wanted) -> Hold | None:
    """What this browser kept of the series, were its time over too."""
    return holding.latest(_tokens(wanted.request).get(str(wanted.series.pk)))


def forget_hold(wanted: Wanted) -> None:
    tokens = _tokens(wanted.request)
    if tokens.pop(str(wanted.series.pk), None):
        wanted.request.session[HOLDS_KEY] = tokens


def _tokens(request: HttpRequest) -> dict[str, str]:
    return dict(request.session.get(HOLDS_KEY, {}))


def parts_context(wanted: Wanted, form: BookingForm, *, kept: Kept | None = None) -> dict[str, Any]:
    """What the parts of the form need that follow its babies: the hold, the sum, the words on the button."""
    hold = kept.hold if kept else wanted.hold
    return {
        "page": wanted.page,
        "series": wanted.series,
        "card": wanted.page.card,
        "date": wanted.date,
        "form": form,
        "hold": hold,
        "hold_seconds": int((hold.expires_at - now_of(wanted.request)).total_seconds()) if hold else 0,
        "hold_says": kept.says if kept else "",
        "hold_zone": wanted.reader.time_zone,
        "can_hold": wanted.series.first_session_at is not None,
        "sum": wanted.sum(form),
        "missed": wanted.missed,
        "joins": wanted.joins,
        "now": now_of(wanted.request),
    }
