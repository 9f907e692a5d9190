"""The diary of massage at home. Every field may be left empty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.utils.translation import gettext_lazy as _

from config.lib.refs import new_token
from curriculum.models import Region, Stroke
from families.diary import SAID_SINCE, Moment, StrokeAnswer
from families.models import PracticedStroke, PracticeLog
from families.models.practice import MOST_MINUTES
from families.taking_diary import KINDS

DAYS_BACK = SAID_SINCE.days
MOST_LETTERS = 300
is_a_key = RegexValidator(r"^[A-Za-z0-9_-]{16,48}\Z", _("Please open the page again and try once more."))


@dataclass(frozen=True)
class StrokeRow:
    """One stroke of the form: its two questions, and the baby's answer in a word."""

    stroke: Stroke
    answer: forms.BoundField
    confidence: forms.BoundField

    @property
    def said(self) -> str:
        return "".join(_chosen(self.answer))


@dataclass(frozen=True)
class Tick:
    """A stroke to tick as done, and how the hands felt; `hands` is None where a row of its own asks that."""

    slug: str
    name: str
    is_on: bool
    hands: forms.BoundField | None


@dataclass(frozen=True)
class Part:
    """A part of the body with the strokes to tick."""

    name: str
    ticks: list[Tick]

    @property
    def is_on(self) -> bool:
        return any(tick.is_on for tick in self.ticks)


class DiaryForm(forms.Form):
    """How it went: as a whole, and for each of `strokes`. `today` is a day of the family's calendar.

    `known` are all strokes that may be ticked as done, by part of the body, each with how the hands felt; then only
    those count, whatever is said of others. `said_at` is told by a phone that sends it late, with what it was given
    `at` by the queue that keeps it.
    """

    key = forms.CharField(widget=forms.HiddenInput, validators=[is_a_key])
    said_at = forms.DateTimeField(required=False, widget=forms.HiddenInput)
    at = forms.DateTimeField(required=False, widget=forms.HiddenInput)
    day = forms.DateField(
        label=_("Which day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"),
    )
    minutes = forms.IntegerField(
        label=_("About how many minutes"),
        required=False,
        validators=[
            MinValueValidator(1, _("Less than a minute? Then leave this empty, or write 1.")),
            MaxValueValidator(MOST_MINUTES, _("That is more than three hours. Please look at the number again.")),
        ],
        widget=forms.NumberInput(
            attrs={"inputmode": "numeric", "min": 1, "max": MOST_MINUTES, "class": "form-control"}
        ),
    )
    answer = forms.ChoiceField(label=_("Your baby’s answer"), required=False, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("A line for yourself"),
        required=False,
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control", "dir": "auto"}),
        help_text=_("Only you can read this line. Not the other adults of your family, and not your instructor."),
    )

    def __init__(
        self, *args: Any, strokes: Sequence[Stroke], today: date, known: Sequence[Stroke] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.strokes = list(strokes)
        self.known = list(known)
        if known:
            self.fields["did"] = _ticks(known)
        self.fields["answer"].choices = PracticeLog.Answer.choices  # type: ignore[attr-defined]
        self.fields["key"].initial = new_token
        self.fields["day"].initial = today
        self.fields["day"].widget.attrs.update(
            {"max": today.isoformat(), "min": (today - timedelta(days=DAYS_BACK)).isoformat()}
        )
        for stroke in self.strokes:
            self.fields[f"a-{stroke.slug}"] = _choice(_("Your baby’s answer"), PracticeLog.Answer.choices)
        for slug in dict.fromkeys(stroke.slug for stroke in (*self.strokes, *self.known)):
            self.fields[f"c-{slug}"] = _choice(_("Your hands"), PracticedStroke.Confidence.choices)

    def clean_day(self) -> date | None:
        day: date | None = self.cleaned_data["day"]
        if day and day > self.today:
            raise forms.ValidationError(_("That day is still to come. Choose today or a day before."))
        is_as_it_was = day == self.initial.get("day")
        if day and day < self.today - timedelta(days=DAYS_BACK) and not is_as_it_was:
            raise forms.ValidationError(_("That is more than two months ago. Choose a later day."))
        return day

    @property
    def said(self) -> datetime | None:
        """When it was written down, from a valid form that a phone sends late; None for one that is sent at once."""
        told: datetime | None = self.cleaned_data["said_at"] or self.cleaned_data["at"]
        return told

    @property
    def when_fields(self) -> list[forms.BoundField]:
        return [self["day"], self["minutes"]]

    @property
    def rows(self) -> list[StrokeRow]:
        return [StrokeRow(stroke, self[f"a-{stroke.slug}"], self[f"c-{stroke.slug}"]) for stroke in self.strokes]

    def moment(self, *, not_now: bool = False) -> Moment:
        """What was told, from a valid form. A "not now" keeps day and note, and no strokes."""
        told = self.cleaned_data
        if not_now:
            return Moment(day=told["day"], answer=PracticeLog.Answer.STOP, note=told["note"])
        answers = [StrokeAnswer(stroke, told[f"a-{stroke.slug}"], told[f"c-{stroke.slug}"]) for stroke in self.strokes]
        return Moment(told["day"], told["minutes"], told["answer"], told["note"], self._done(answers))

    def _done(self, answers: list[StrokeAnswer]) -> list[StrokeAnswer]:
        """With what was ticked as done. On a page without such ticks, what has an answer was done."""
        if not self.known:
            return answers
        said = {one.stroke.slug: one for one in answers}
        ticked = [one for one in self.known if one.slug in set(self.cleaned_data["did"])]
        hands = {one.slug: StrokeAnswer(one, confidence=self.cleaned_data[f"c-{one.slug}"]) for one in ticked}
        return [replace(said.get(one.slug, hands[one.slug]), done=True) for one in ticked]

    @property
    def parts(self) -> list[Part]:
        """The ticks by part of the body, in the order of teaching."""
        if not self.known:
            return []
        ticked = set(self["did"].value() or ())
        return [
            Part(str(Region(region).label), [self._tick(one, ticked) for one in strokes])
            for region, strokes in groupby(self.known, key=lambda stroke: stroke.region)
        ]

    def _tick(self, stroke: Stroke, ticked: set[str]) -> Tick:
        has_row = any(one.pk == stroke.pk for one in self.strokes)
        return Tick(stroke.slug, stroke.name, stroke.slug in ticked, None if has_row else self[f"c-{stroke.slug}"])


def initial_of(log: PracticeLog, *, day: date) -> dict[str, Any]:
    """What stands in an entry, for the form that changes it. Its strokes must have been fetched."""
    told: dict[str, Any] = {"day": day, "minutes": log.minutes, "answer": log.answer, "note": log.note}
    told["did"] = [row.stroke.slug for row in log.strokes.all()]
    for row in log.strokes.all():
        told[f"a-{row.stroke.slug}"] = row.answer
        told[f"c-{row.stroke.slug}"] = row.confidence
    return told


class TakeForm(forms.Form):
    """In which form the diary is taken along."""

    kind = forms.ChoiceField(choices=[(kind, kind) for kind in KINDS])


class DeleteForm(forms.Form):
    """One's own lines, or the whole diary of the family; ticked, so that a slip of the thumb deletes nothing."""

    what = forms.ChoiceField(choices=[("own", "own"), ("whole", "whole")])
    sure = forms.BooleanField()

    @property
    def is_whole(self) -> bool:
        return bool(self.cleaned_data["what"] == "whole")


class HeartForm(forms.Form):
    """A heart for a stroke, for one baby: its address stands in `on` to give it, in `off` to take it back."""

    baby = forms.IntegerField(min_value=1)
    on = forms.SlugField(max_length=60, required=False)
    off = forms.SlugField(max_length=60, required=False)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if bool(told.get("on")) == bool(told.get("off")):
            raise forms.ValidationError("one of on and off")
        return told

    @property
    def slug(self) -> str:
        return str(self.cleaned_data["on"] or self.cleaned_data["off"])

    @property
    def is_favourite(self) -> bool:
        return bool(self.cleaned_data["on"])


def _ticks(known: Sequence[Stroke]) -> forms.MultipleChoiceField:
    wrong = {"invalid_choice": _("One of these strokes is not shown any more. Please look at your ticks again.")}
    choices = [(stroke.slug, stroke.slug) for stroke in known]
    return forms.MultipleChoiceField(label=_("What did you do?"), choices=choices, required=False, error_messages=wrong)


def _choice(label: Any, choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, required=False, widget=forms.RadioSelect)


def _chosen(field: forms.BoundField) -> list[str]:
    value = field.value()
    return [str(label) for key, label in field.field.choices if key and key == value]  # type: ignore[attr-defined]
