"""What is asked at the door of a live-stream, and the link that its instructor sets for one date."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crispy_forms.layout import Div
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, URLValidator
from django.utils.translation import gettext_lazy as _

from classes.forms.parts import helper_of

# Whatever a telephone takes: digits with the signs that people put between them.
TELEPHONE = RegexValidator(r"^\+?[\d ()/.-]{5,30}$", _("Please give a telephone number, such as 07700 900118."))


class ContactForm(forms.Form):
    """Where the family is this hour, and whom to ring."""

    address = forms.CharField(
        label=_("Where are you this hour?"),
        max_length=200,
        error_messages={"required": _("Please say where you are, so that help would find you.")},
        help_text=_("Street, number and town. Only for this hour."),
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    contact_name = forms.CharField(
        label=_("Whom shall we ring in an emergency?"),
        max_length=120,
        error_messages={"required": _("Please name somebody who is near you.")},
        help_text=_("Somebody who is not in the room with you: a neighbour, your partner at work."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    contact_phone = forms.CharField(
        label=_("Their telephone number"),
        max_length=32,
        validators=[TELEPHONE],
        error_messages={"required": _("Please give their telephone number.")},
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=dict(initial or {}), label_suffix="")
        whom = Div(
            Div("contact_name", css_class="col-sm-7"), Div("contact_phone", css_class="col-sm-5"), css_class="row gx-3"
        )
        self.helper = helper_of("address", whom)


class LinkForm(forms.Form):
    """The link to the stream of one date; empty for that of the series."""

    url = forms.CharField(
        label=_("Link to the live-stream"),
        max_length=500,
        required=False,
        help_text=_("Of this one date. Families see it 15 minutes before, and nobody else does."),
        widget=forms.URLInput(attrs={"autocomplete": "off", "placeholder": "https://"}),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, url: str = "") -> None:
        super().__init__(data, initial={"url": url}, label_suffix="")
        self.helper = helper_of("url")

    def clean_url(self) -> str:
        """An address that a browser opens with encryption, or nothing."""
        return safe_link(str(self.cleaned_data["url"]).strip())


def safe_link(url: str) -> str:
    """The address of a stream as it may be shown to families. Raises ValidationError unless it begins with https."""
    if url:
        try:
            URLValidator(schemes=["https"])(url)
        except ValidationError as wrong:
            raise ValidationError(_("Please give the whole link; it begins with https://")) from wrong
    return url
