"""An instructor changes one date: moves it or calls it off; or adds one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from crispy_forms.layout import Div, Field
from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from classes.forms.parts import day_input, helper_of
from classes.models import Series, Session, SessionChange
from config.lib.money import Money
from config.lib.refs import new_token
from config.lib.tiles import Tile
from config.lib.times import NoSuchLocalTime, at_local_time, local
from curriculum.models import Lesson

MOVE, CALL_OFF = "move", "call_off"
MOST_WORDS = 600
WEEK = timedelta(weeks=1)
Compensation = SessionChange.Compensation


def clock_input() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


def words_field() -> forms.CharField:
    return forms.CharField(
        label=_("A word from you"),
        max_length=MOST_WORDS,
        required=False,
        help_text=_("Goes on top of the letter. You need not say why."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class _MomentForm(forms.Form):
    """A day and a time on the clock of the series, and what every press brings along."""

    series: Series

    on = forms.DateField(label=_("Day"), widget=day_input())
    at = forms.TimeField(label=_("Time"), widget=clock_input())
    words = words_field()
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """With `moment`, the UTC moment of day and time; a time that comes twice is its first one."""
        said: dict[str, Any] = super().clean() or {}
        day, clock = said.get("on"), said.get("at")
        if day and clock:
            try:
                said["moment"] = at_local_time(day, clock, zone=self.series.time_zone)
            except NoSuchLocalTime:
                self.add_error("at", _("The clocks skip this time on that day. Please choose another."))
            except OverflowError:
                self.add_error("on", _("Please look at the year of this date again."))
        return said

    @property
    def moment(self) -> datetime:
        """Of a valid form."""
        found: datetime = self.cleaned_data["moment"]
        return found


class ChangeForm(_MomentForm):
    """`sums` are what money back comes to, for the families of this date."""

    do = forms.ChoiceField(
        label=_("What happens to this date?"),
        choices=[
            (MOVE, Tile(_("Move it"), _("All places go with it"), icon="cal")),
            (CALL_OFF, Tile(_("Call it off"), _("Nobody comes, everybody is told"), icon="x")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please say what happens to this date.")},
    )
    compensation = forms.ChoiceField(
        label=_("What do families get?"),
        help_text=_("Everybody, if it is called off. Else those whom the new date does not suit."),
        widget=forms.RadioSelect,
        error_messages={"required": _("Please say what families get.")},
    )
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, session: Session, *, sums: Sequence[Money], data: Mapping[str, Any] | None = None) -> None:
        starts_at = local(session.starts_at, session.series.time_zone)
        start = {
            "do": MOVE,
            "on": starts_at.date(),
            "at": starts_at.time(),
            "compensation": Compensation.NONE if session.series.is_own_pace else Compensation.MAKE_UP,
            "seen": session.sequence,
            "key": new_token(),
        }
        super().__init__(data, initial=start, label_suffix="")
        self.series = session.series
        self.fields["compensation"].choices = compensations(session, sums)  # type: ignore[attr-defined]
        if self.data.get("do") == CALL_OFF:
            self.fields["on"].required = self.fields["at"].required = False
        pair = Div(Div("on", css_class="col-7"), Div("at", css_class="col-5"), css_class="row gx-3")
        self.helper = helper_of(
            "key",
            "seen",
            Field("do", template="crispy/choice_tiles.html", wrapper_class="two"),
            Div(pair, css_class="reveal reveal-move"),
            Div(Field("compensation", template="crispy/choice_tiles.html"), css_class="part"),
            Div("words", css_class="part"),
        )


def nothing_more() -> tuple[str, Tile]:
    return Compensation.NONE.value, Tile(_("Nothing more"), _("You add another date for everybody, for example"))


def compensations(session: Session, sums: Sequence[Money]) -> list[tuple[str, Tile]]:
    """What families can be given for this date; for a check-in, which has no price and is taken anew, nothing."""
    if session.series.is_own_pace:
        return [nothing_more()]
    tiles = [
        (Compensation.MAKE_UP, Tile(_("A make-up place"), _("The same week in another series, on top of their terms")))
    ]
    if sums:
        language = get_language() or "en"
        said = {"least": sums[-1].format(language), "most": sums[0].format(language)}
        back = gettext("%(most)s back") if len(sums) == 1 else gettext("%(least)s to %(most)s back")
        exact = _("Their exact part of the price. Who paid nothing gets a make-up place")
        tiles += [
            (Compensation.REFUND, Tile(back % said, exact)),
            (Compensation.CHOOSE, Tile(_("Each family chooses"))),
        ]
    return [*((kind.value, tile) for kind, tile in tiles), nothing_more()]


class AddForm(_MomentForm):
    """One more date: on which day, with which lesson, and for whom."""

    lesson = forms.ModelChoiceField(
        label=_("What is taught"), queryset=Lesson.objects.none(), required=False, empty_label=_("Nothing set")
    )
    whom = forms.ChoiceField(
        label=_("For whom?"),
        choices=[
            ("all", Tile(_("Everybody in the series"), _("A place for each family, at no cost"), icon="users")),
            ("none", Tile(_("Whoever books it"), _("As a single date, or to make up"), icon="ticket")),
        ],
        widget=forms.RadioSelect,
    )

    def __init__(self, series: Series, *, like: Session | None = None, data: Mapping[str, Any] | None = None) -> None:
        """`like` is the last date: one week after it, at its hour, is where the form begins."""
        starts_at = local(like.starts_at, series.time_zone) if like else None
        start: dict[str, Any] = {"whom": "all", "key": new_token()}
        if starts_at:
            start |= {"on": starts_at.date() + WEEK, "at": starts_at.time()}
        super().__init__(data, initial=start, label_suffix="")
        self.series = series
        self.fields["lesson"].queryset = Lesson.objects.current().filter(plan=series.plan_id)  # type: ignore[attr-defined]
        pair = Div(Div("on", css_class="col-7"), Div("at", css_class="col-5"), css_class="row gx-3")
        self.helper = helper_of(
            "key", pair, "lesson", Field("whom", template="crispy/choice_tiles.html", wrapper_class="two"), "words"
        )
