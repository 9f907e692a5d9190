"""One form for a date that cannot be taught: what happens, what families get, a word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from crispy_forms.layout import HTML, Div, Field
from django import forms
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from classes.forms.changing import nothing_more
from classes.forms.parts import day_input, helper_of
from classes.forms.streaming import safe_link
from classes.ill import Do, Wish
from classes.models import Session, SessionChange
from classes.substitutes import Free
from config.lib.money import Money
from config.lib.refs import new_token
from config.lib.tiles import Tile
from config.lib.times import NoSuchLocalTime, at_local_time, local

OTHER = "other"
MOST_WORDS = 600
Compensation = SessionChange.Compensation


class IllForm(forms.Form):
    """`moments` are other dates that are free, `free` who could take it, `sums` what money back comes to."""

    do = forms.ChoiceField(
        label=_("1. What happens to this date?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Please say what happens to this date.")},
    )
    to = forms.ChoiceField(
        label=_("Move to"),
        widget=forms.RadioSelect,
        required=False,
        error_messages={"invalid_choice": _("This moment is not free any more. Please choose another.")},
    )
    on = forms.DateField(label=_("Another day"), required=False, widget=day_input())
    at = forms.TimeField(label=_("At"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    who = forms.TypedChoiceField(
        label=_("Certified, and free then"),
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
        required=False,
        error_messages={"invalid_choice": _("They are not free any more. Please look at who is.")},
    )
    stream_url = forms.CharField(
        label=_("Link to the live-stream"),
        max_length=500,
        required=False,
        widget=forms.URLInput(attrs={"autocomplete": "off", "placeholder": "https://"}),
    )
    compensation = forms.ChoiceField(
        label=_("2. What do families get?"),
        help_text=_("If it is called off, everybody. Else whoever it does not suit, and says so."),
        widget=forms.RadioSelect,
        required=False,
    )
    words = forms.CharField(
        label=_("3. A word from you"),
        max_length=MOST_WORDS,
        required=False,
        help_text=_("Goes on top. You need not say why."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(
        self,
        session: Session,
        *,
        moments: Sequence[datetime],
        free: Sequence[Free],
        sums: Sequence[Money],
        data: Mapping[str, Any] | None = None,
    ) -> None:
        start = {
            "do": Do.MOVE if moments else Do.CANCEL,
            "to": moments[0].isoformat() if moments else OTHER,
            "who": free[0].instructor.pk if free else None,
            "compensation": Compensation.NONE if session.series.is_own_pace else Compensation.MAKE_UP,
            "key": new_token(),
            "seen": session.sequence,
        }
        super().__init__(data, initial=start, label_suffix="", auto_id="id_%s")
        self.session, self.moments, self.free = session, list(moments), list(free)
        self._choices("do", _deeds(session, free))
        self._choices("to", [*_moment_choices(session, moments), (OTHER, gettext("Another date"))])
        self._choices("who", [(one.instructor.pk, _tile_of(one)) for one in free])
        is_check_in = session.series.is_own_pace
        self._choices("compensation", [nothing_more()] if is_check_in else _compensations(sums))
        self.fields["stream_url"].help_text = (
            _("Empty is the usual link of the series.") if session.series.stream_url else ""
        )
        self.fields["to"].help_text = _("You and the room are free then.") if moments else ""
        self.helper = helper_of(*_layout(bool(free)))

    def _choices(self, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]  # these are choice fields

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        do = said.get("do")
        if do == Do.MOVE:
            said["moment"] = self._moment(said)
        elif do == Do.SUBSTITUTE and not said.get("who"):
            self.add_error("who", _("Please say who takes it."))
        elif do == Do.ONLINE:
            self._clean_link(said)
        if do != Do.SUBSTITUTE and do and not said.get("compensation"):
            self.add_error("compensation", _("Please say what families get."))
        return said

    def _moment(self, said: Mapping[str, Any]) -> datetime | None:
        chosen = said.get("to") or ""
        if chosen and chosen != OTHER:
            return datetime.fromisoformat(chosen)
        if "to" in self.errors:
            return None
        day, clock = said.get("on"), said.get("at")
        if not day or not clock:
            self.add_error("at" if day else "on", _("Please give the day and the time."))
            return None
        try:
            return at_local_time(day, clock, zone=self.session.series.time_zone)
        except NoSuchLocalTime:
            self.add_error("at", _("The clocks skip this time on that day. Please choose another."))
        return None

    def _clean_link(self, said: dict[str, Any]) -> None:
        try:
            said["stream_url"] = safe_link(str(said.get("stream_url") or "").strip())
        except forms.ValidationError as wrong:
            self.add_error("stream_url", wrong)
        else:
            if not said["stream_url"] and not self.session.series.stream_url:
                self.add_error("stream_url", _("Please give the link to the live-stream."))

    def wish(self) -> Wish:
        """Of a valid form."""
        said = self.cleaned_data
        who = next((one.instructor for one in self.free if one.instructor.pk == said.get("who")), None)
        return Wish(
            do=said["do"],
            compensation=said.get("compensation") or Compensation.NONE,
            words=said["words"],
            seen=said["seen"],
            key=said["key"],
            to=said.get("moment"),
            who=who,
            stream_url=said.get("stream_url") or "" if said["do"] == Do.ONLINE else "",
        )


def _layout(has_free: bool) -> list[Any]:
    another = Div(Div("on", css_class="col-7"), Div("at", css_class="col-5"), css_class="row gx-3 ill-other")
    who = (
        Field("who", template="crispy/choice_tiles.html")
        if has_free
        else HTML('{% include "classes/_ill_nobody.html" %}')
    )
    return [
        "key",
        "seen",
        Field("do", template="crispy/choice_tiles.html", wrapper_class="two"),
        Div(Field("to", template="crispy/chips.html"), another, css_class="reveal reveal-move"),
        Div(who, css_class="reveal reveal-sub"),
        Div(HTML('{% include "classes/_ill_online.html" %}'), "stream_url", css_class="reveal reveal-online"),
        Div(Field("compensation", template="crispy/choice_tiles.html"), css_class="part ill-amends"),
        Div("words", css_class="part"),
    ]


def _deeds(session: Session, free: Sequence[Free]) -> list[tuple[str, Tile]]:
    tiles = [
        (Do.CANCEL, Tile(Do.CANCEL.label, _("Everybody stays at home"), icon="x")),
        (Do.MOVE, Tile(Do.MOVE.label, _("To another date"), icon="cal")),
    ]
    if session.capacity and not session.is_online:
        tiles.append((Do.ONLINE, Tile(Do.ONLINE.label, _("Same time, from your sofa"), icon="live")))
    small: str | Promise = _("Someone certified and free") if free else _("Nobody near is free then")
    tiles.append((Do.SUBSTITUTE, Tile(Do.SUBSTITUTE.label, small, icon="users")))
    return [(do.value, tile) for do, tile in tiles]


def _moment_choices(session: Session, moments: Sequence[datetime]) -> list[tuple[str, str]]:
    zone = session.series.time_zone
    return [(one.isoformat(), f"{date_format(local(one, zone), 'D j F')}, {local(one, zone):%H:%M}") for one in moments]


def _tile_of(one: Free) -> Tile:
    words = [one.letters] if one.letters else []
    if one.instructor.town:
        words.append(gettext("in %(town)s") % {"town": one.instructor.town})
    small = ", ".join(words) + "." if words else ""
    if one.has_stood_in:
        small = f"{small} {gettext('Said yes to you before.')}".strip()
    return Tile(one.instructor.display_name, small, mono=one.instructor.display_name)


def _compensations(sums: Sequence[Money]) -> list[tuple[str, Tile]]:
    tiles = [(Compensation.MAKE_UP, Tile(_("A make-up place"), _("The same week, in another series")))]
    if sums:
        back = Tile(_back_words(sums), _("Their exact part for this date. Who paid nothing gets a make-up place"))
        tiles += [
            (Compensation.REFUND, back),
            (
                Compensation.CHOOSE,
                Tile(_("Let each family choose"), _("A make-up place at once, money if they would rather")),
            ),
        ]
    return [(kind.value, tile) for kind, tile in tiles]


def _back_words(sums: Sequence[Money]) -> str:
    language = get_language() or "en"
    if len(sums) == 1:
        return gettext("%(sum)s back") % {"sum": sums[0].format(language)}
    return gettext("%(least)s to %(most)s back") % {
        "least": sums[-1].format(language),
        "most": sums[0].format(language),
    }
