"""Which part of the body rests, or is taken up again."""

from __future__ import annotations

from django import forms

from classes.resting import MAY_REST


class RestForm(forms.Form):
    """`up` takes the part up again."""

    region = forms.ChoiceField(choices=MAY_REST)
    up = forms.BooleanField(required=False)


class RestOfBabyForm(RestForm):
    """The same from the instructor's page: of which booking's baby."""

    booking = forms.SlugField(max_length=16)
    baby = forms.IntegerField(min_value=1)
