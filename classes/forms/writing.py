"""A message of an instructor to families: to whom, which words, and when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field
from django import forms
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from classes import wordings
from classes.addressees import Circle, Circles
from classes.forms.parts import helper_of
from classes.models import Message
from classes.writing import Draft
from config.lib.tiles import Tile

Audience, When = Message.Audience, Message.When
MOST_LETTERS = 4000
# So few are named; of more their number is told.
NAMED = 2


def told_of(circle: Circle) -> str:
    """Whom a choice reaches, in a few words."""
    families = circle.households
    if not families:
        return _("Nobody at the moment")
    if len(families) <= NAMED and all(one.names for one in families):
        each = [
            _("%(adults)s, for %(babies)s")
            % {
                "adults": get_text_list([adult.name for adult in one.adults], _("and")),
                "babies": get_text_list(one.names, _("and")),
            }
            for one in families
        ]
        return "; ".join(each)
    count = ngettext("One family", "%(families)s families", len(families)) % {"families": len(families)}
    adults = ngettext("one adult", "%(adults)d adults", circle.adults) % {"adults": circle.adults}
    return f"{count}, {adults}"


def _tiles(name: str) -> FormHelper:
    """Its label is the heading of its part of the page."""
    helper = helper_of(Field(name, template="crispy/choice_tiles.html"))
    helper.form_show_labels = False
    return helper


class MessageForm(forms.Form):
    """The whole form. `circles` say who can be written to; `dates` are (reference, label) of dates somebody is away on.

    `night` is the sentence that says how late it is at the class; empty by day.
    """

    to = forms.ChoiceField(label=gettext_lazy("To whom?"), widget=forms.RadioSelect)
    session = forms.ChoiceField(label=gettext_lazy("Away on"), required=False)
    subject = forms.CharField(
        label=gettext_lazy("Subject"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    words = forms.CharField(
        label=gettext_lazy("Message"),
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 9}),
        help_text=gettext_lazy(
            "What stands in braces is filled in for each reader."
            " No health details, please: mail is read over shoulders."
        ),
    )
    when = forms.ChoiceField(label=gettext_lazy("When?"), widget=forms.RadioSelect)

    def __init__(
        self,
        circles: Circles,
        *,
        dates: list[tuple[str, str]],
        morning: str,
        night: str = "",
        data: Mapping[str, Any] | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial, label_suffix="")
        self.circles = circles
        self.fields["to"].choices = self._audiences()  # type: ignore[attr-defined]
        self.fields["session"].choices = dates  # type: ignore[attr-defined]
        self.fields["when"].choices = self._moments(morning, night)  # type: ignore[attr-defined]
        self.to_helper, self.when_helper = _tiles("to"), _tiles("when")
        self.session_helper = helper_of("session") if dates else None
        self.words_helper = helper_of("subject", "words")

    def _audiences(self) -> list[tuple[str, Tile]]:
        circles = self.circles
        away = told_of(circles.away[-1]) if len(circles.away) == 1 else ""
        if not away:
            dates = ngettext("One date to choose", "%(dates)d dates, choose one below", len(circles.away))
            away = dates % {"dates": len(circles.away)} if circles.away else told_of(Circle(Audience.AWAY, []))
        tiles = [(Audience.ALL, told_of(circles.everyone)), (Audience.AWAY, away)]
        if circles.streaming.households:
            tiles.append((Audience.STREAM, told_of(circles.streaming)))
        if circles.waiting.households:
            tiles.append((Audience.WAITING, told_of(circles.waiting)))
        return [(audience.value, Tile(audience.label, small)) for audience, small in tiles]

    def _moments(self, morning: str, night: str) -> list[tuple[str, Tile]]:
        zone = _("By each family’s own clock")
        later = Tile(morning, f"{night} {zone}".strip() if night else zone, icon="moon")
        small = _("Only if it can’t wait") if night else _("Where it is night for a family, it waits for the morning")
        now = Tile(When.NOW.label, small, icon="mail")
        pair = [(When.MORNING.value, later), (When.NOW.value, now)]
        return pair if night else pair[::-1]

    def clean_words(self) -> str:
        try:
            return wordings.kept(self.cleaned_data["words"])
        except wordings.UnknownBlanks as unknown:
            told = {"blank": f"{{{unknown.words[0]}}}"}
            sentence = _("Nobody knows what %(blank)s stands for. Please write it out, or take one from the list.")
            raise forms.ValidationError(sentence % told) from unknown

    def clean_subject(self) -> str:
        return " ".join(str(self.cleaned_data["subject"]).split())

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if told.get("to") == Audience.AWAY and not self._circle_of(told):
            field = "session" if self.circles.away and "session" not in self.errors else "to"
            self.add_error(field, _("Please choose the date that they are away on."))
        return told

    def _circle_of(self, told: Mapping[str, Any]) -> Circle | None:
        """Where one date alone comes into question, it need not be named."""
        named = [one for one in self.circles.away if one.session and one.session.reference == told.get("session")]
        found = named or (self.circles.away if len(self.circles.away) == 1 and not told.get("session") else [])
        return found[0] if found else None

    def draft(self) -> Draft:
        told = self.cleaned_data
        away = self._circle_of(told) if told["to"] == Audience.AWAY else None
        return Draft(
            audience=told["to"],
            subject=told["subject"],
            words=told["words"],
            when=told["when"],
            session=away.session if away else None,
        )
