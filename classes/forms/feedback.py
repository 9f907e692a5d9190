"""Three taps and a few words on how a series was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crispy_forms.layout import Field
from django import forms
from django.utils.translation import gettext_lazy as _

from classes.feeding_back import Answers
from classes.forms.parts import helper_of
from classes.models import Feedback

MOST_LETTERS = 2000


def _tap(label: Any, choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, required=False, widget=forms.RadioSelect)


class FeedbackForm(forms.Form):
    """Every answer may be left out."""

    ease = _tap(_("Did you feel at ease with us?"), Feedback.Ease.choices)
    pace = _tap(_("How was the pace?"), Feedback.Pace.choices)
    at_home = _tap(_("Do you massage at home?"), Feedback.AtHome.choices)
    words = forms.CharField(
        label=_("In your own words"),
        max_length=MOST_LETTERS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What was good, what you would change. No health details, please."),
    )
    is_named = forms.BooleanField(required=False)

    def __init__(self, data: Mapping[str, Any] | None = None, *, teacher: str, given: Feedback | None = None) -> None:
        names = ("ease", "pace", "at_home", "words", "is_named")
        start = {name: getattr(given, name) for name in names} if given else None
        super().__init__(data, initial=start, label_suffix="")
        self.fields["is_named"].label = _("%(name)s may know that this is from us") % {"name": teacher}
        taps = [Field(name, template="crispy/choice_tiles.html") for name in ("ease", "pace", "at_home")]
        self.helper = helper_of(*taps, "words", "is_named")

    def answers(self) -> Answers:
        return Answers(**self.cleaned_data)
