"""How the library may be narrowed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from curriculum.models import Region


class LibraryFilter(forms.Form):
    """Words and a part of the body. Whatever it cannot read it leaves out: a filter never refuses."""

    q = forms.CharField(label=_("Find a stroke"), max_length=60, required=False)
    region = forms.ChoiceField(label=_("Part of the body"), choices=Region.choices, required=False)

    @classmethod
    def asked(cls, data: Any) -> dict[str, str]:
        """What was asked for: `q` and `region`, each possibly empty."""
        form = cls(data)
        form.is_valid()
        return {name: form.cleaned_data.get(name, "") for name in ("q", "region")}
