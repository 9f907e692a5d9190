"""Which own series a page shows, what a new one begins like, and the name of a template."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from classes.forms.parts import helper_of
from classes.own_series import Shelf


class ShelfForm(forms.Form):
    """What makes no sense begins at the beginning."""

    which = forms.ChoiceField(choices=Shelf.choices, required=False)
    after = forms.IntegerField(min_value=1, max_value=2**53, required=False)

    @property
    def shelf(self) -> Shelf:
        self.is_valid()
        return Shelf(self.cleaned_data.get("which") or Shelf.NOW)

    @property
    def before(self) -> int | None:
        self.is_valid()
        found: int | None = self.cleaned_data.get("after")
        return found

    @staticmethod
    def address_of(shelf: Shelf, more: int | None) -> str:
        """The query that leads to the next page of that shelf; empty for no page."""
        return f"?{urlencode({'which': shelf, 'after': more})}" if more else ""


class StartForm(forms.Form):
    """A series by its slug, or a template by its reference; empty for neither."""

    like_slug = forms.SlugField(max_length=90, required=False)
    template_reference = forms.SlugField(max_length=16, required=False)

    def __init__(self, data: Any) -> None:
        super().__init__({"like_slug": data.get("like"), "template_reference": data.get("template")})
        self.is_valid()

    @property
    def like(self) -> str:
        return str(self.cleaned_data.get("like_slug") or "")

    @property
    def template(self) -> str:
        return str(self.cleaned_data.get("template_reference") or "")


class TemplateForm(forms.Form):
    """The name under which what was filled in is kept."""

    kept_as = forms.CharField(label=_("Name of the template"), max_length=60)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, label_suffix="")
        self.fields["kept_as"].error_messages["required"] = _("Please give the template a name.")
        self.helper = helper_of("kept_as")
