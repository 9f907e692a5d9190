"""What the styleguide shows: the colours with their contrasts, and one form with every kind of field."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from config.lib.colour import Sheet
from config.lib.tiles import Tile
from config.templatetags.warm import FACES, icon_names

SWATCHES = (
    ("page", _("the page")),
    ("card", _("cards, fields")),
    ("sunk", _("wells, footer")),
    ("mat", _("behind the doll")),
    ("ink", _("text")),
    ("muted", _("second voice")),
    ("fig", _("links, brand")),
    ("fig-soft", _("chosen, tinted")),
    ("lamp", _("waiting, timer")),
    ("lamp-soft", _("offers, care")),
    ("teal", _("places")),
    ("teal-soft", _("notes")),
    ("green", _("yes, here")),
    ("green-soft", _("success")),
    ("rose", _("error, away")),
    ("rose-soft", _("error ground")),
    ("field", _("edges of inputs")),
    ("line", _("hairlines")),
)
# Text on ground, and the ratio it needs: 4.5 for text, 3 for edges, signs and focus (WCAG 2.2, 1.4.3 and 1.4.11).
PAIRS = (
    ("ink", "page", 4.5),
    ("ink", "card", 4.5),
    ("ink", "sunk", 4.5),
    ("muted", "page", 4.5),
    ("muted", "card", 4.5),
    ("muted", "sunk", 4.5),
    ("muted", "fig-soft", 4.5),
    ("fig", "page", 4.5),
    ("fig", "card", 4.5),
    ("fig", "sunk", 4.5),
    ("fig", "fig-soft", 4.5),
    ("ink", "fig-soft", 4.5),
    ("on-action", "action", 4.5),
    ("on-action", "action-hover", 4.5),
    ("ink", "lamp-soft", 4.5),
    ("lamp-ink", "lamp-soft", 4.5),
    ("ink", "teal-soft", 4.5),
    ("teal", "teal-soft", 4.5),
    ("ink", "green-soft", 4.5),
    ("card", "green", 4.5),
    ("ink", "rose-soft", 4.5),
    ("rose", "card", 4.5),
    ("rose", "page", 4.5),
    ("card", "rose", 4.5),
    ("page", "ink", 4.5),
    ("teal", "card", 3),
    ("field", "card", 3),
    ("field", "page", 3),
    ("focus", "page", 3),
    ("focus", "card", 3),
    ("focus", "sunk", 3),
)


class SampleForm(forms.Form):
    """Every kind of field once, bound to answers that need another look."""

    name = forms.CharField(label=_("Your name"), help_text=_("As you would like to hear it."))
    born_on = forms.DateField(label=_("Born on"), widget=forms.DateInput(attrs={"type": "date"}))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    how = forms.ChoiceField(
        label=_("How will you join?"),
        widget=forms.RadioSelect,
        choices=[
            ("hall", Tile(_("In the hall"), _("Mats on the floor, a kettle on."), icon="hall")),
            ("live", Tile(_("By live-stream"), icon="live")),
        ],
    )
    answer = forms.ChoiceField(
        label=_("How was it?"),
        widget=forms.RadioSelect,
        choices=[
            ("stop", Tile(_("Asked to stop"), face="stop")),
            ("unsure", Tile(_("Not sure"), face="unsure")),
            ("quiet", Tile(_("Calm"), face="quiet")),
            ("happy", Tile(_("Loved it"), face="happy")),
        ],
    )
    when = forms.MultipleChoiceField(
        label=_("When"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        choices=[("morning", _("Morning")), ("evening", _("Evening")), ("weekend", _("Weekend"))],
    )
    mind = forms.MultipleChoiceField(
        label=_("What should we mind?"),
        widget=forms.CheckboxSelectMultiple,
        choices=[("skin", _("Skin that is sore or broken")), ("hips", _("Hips under a doctor’s care"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(
            "name",
            "born_on",
            "language",
            Field("how", template="crispy/choice_tiles.html"),
            Field("answer", template="crispy/segments.html"),
            Field("when", template="crispy/chips.html"),
            Field("mind", template="crispy/checks.html"),
        )


@lru_cache(maxsize=1)
def sheet() -> Sheet:
    return Sheet((settings.BASE_DIR / "static" / "css" / "tokens.css").read_text(encoding="utf-8"))


def parts(request: HttpRequest) -> dict[str, Any]:
    """The context of styleguide.html."""
    tokens = sheet().tokens
    return {
        "swatches": [{"token": tokens[name], "use": use} for name, use in SWATCHES],
        "pairs": [
            {
                "text": text,
                "ground": ground,
                "needs": needs,
                "day": sheet().ratio(text, ground, night=False),
                "night": sheet().ratio(text, ground, night=True),
            }
            for text, ground, needs in PAIRS
        ],
        "icons": sorted(icon_names()),
        "faces": sorted(FACES),
        "form": SampleForm({"name": "Ines Moreau", "language": "en", "how": "hall"}),
        "samples": ["light", "dark"],
    }
