"""How the library may be narrowed, and on what paper a card is wanted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from curriculum.library import Asked
from curriculum.models import Need, Region


class LibraryFilter(forms.Form):
    """Words, a part of the body, a kind of baby. Whatever it cannot read it leaves out: a filter never refuses."""

    q = forms.CharField(label=_("Find a stroke"), max_length=60, required=False)
    region = forms.ChoiceField(label=_("Part of the body"), choices=Region.choices, required=False)
    fits = forms.ChoiceField(label=_("To fit a baby"), choices=Need.choices, required=False)
    colic = forms.BooleanField(label=_("In the tummy routine"), required=False)
    names = forms.CharField(label=_("Names"), max_length=80, required=False)

    @classmethod
    def asked(cls, data: Any) -> Asked:
        """What was asked for, as far as it can be read."""
        form = cls(data)
        form.is_valid()
        read = form.cleaned_data
        return Asked(
            words=read.get("q", ""),
            region=read.get("region", ""),
            need=read.get("fits", ""),
            colic=read.get("colic", False),
            names=read.get("names", ""),
        )


class PaperAsked(forms.Form):
    """The size of paper that was asked for, whether ready to fold, in large letters. What makes no sense is missing."""

    size = forms.ChoiceField(label=_("Paper"), choices=[("a4", "A4"), ("letter", "Letter")], required=False)

    fold = forms.BooleanField(required=False)
    large = forms.BooleanField(required=False)

    @classmethod
    def size_of(cls, data: Any) -> str:
        """ "a4", "letter", or empty."""
        form = cls(data)
        form.is_valid()
        return str(form.cleaned_data.get("size", ""))

    @classmethod
    def folds(cls, data: Any) -> bool:
        """Whether the pages come two to a side, in the order in which a booklet is folded."""
        return cls._asks("fold", data)

    @classmethod
    def is_large(cls, data: Any) -> bool:
        """Whether the letters are large, on as many sheets as that takes."""
        return cls._asks("large", data)

    @classmethod
    def _asks(cls, name: str, data: Any) -> bool:
        form = cls(data)
        form.is_valid()
        return bool(form.cleaned_data.get(name))
