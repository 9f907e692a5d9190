"""What can be said to a changed date: by the family on its page, by the instructor on theirs."""

from __future__ import annotations

from django import forms

from classes.models import Notice

SEEN = "seen"


class AnswerForm(forms.Form):
    """They saw it, or take one of these instead."""

    answer = forms.ChoiceField(choices=[(SEEN, SEEN), *Notice.Choice.choices])


class SpokenForm(forms.Form):
    """Somebody spoke to the family of this booking, or did not after all."""

    booking = forms.CharField(max_length=16)
    spoken = forms.BooleanField(required=False)
