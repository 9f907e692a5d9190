"""What an instructor says of themselves: photo, words, languages, towns, ways of teaching, and whether to be found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any

from babel import Locale
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field
from django import forms
from django.conf import settings
from django.conf.locale import LANG_INFO
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from classes.forms.parts import helper_of
from classes.locality import find
from config.lib.tiles import Tile
from config.templatetags.warm import DELIVERIES
from instructors.certificate_check import OTHER_LANGUAGES, language_name
from instructors.models import Instructor, Way
from instructors.portraits import NotAPortrait, Pictures, pictures_of
from instructors.profiles import MOST_LANGUAGES, MOST_PLACES, Place, Told

LONGEST_WORDS = 3000
EARLIEST_YEAR = 1950
TOWNS = tuple(f"town_{number}" for number in range(1, MOST_PLACES + 1))
TOWN_LABELS = (_("Town or postcode area"), _("Second town"), _("Third town"), _("Fourth town"))


class ProfileForm(forms.Form):
    """Bound or not, it shows what was typed; `told` is what `edit_profile` writes, `pictures` the new photo."""

    photo = forms.FileField(
        label=_("Your photo"),
        required=False,
        help_text=_(
            "A JPEG, PNG or WebP picture of you, up to 10 MB. We cut it square, and keep nothing of where or when it "
            "was taken."
        ),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    photo_gone = forms.BooleanField(label=_("Take the photo down"), required=False)
    bio = forms.CharField(
        label=_("In your own words"),
        required=False,
        max_length=LONGEST_WORDS,
        help_text=_("The first paragraph stands large beside your name. Write as you would speak at the door."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    taught_since = forms.IntegerField(
        label=_("Teaching since (year)"),
        required=False,
        min_value=EARLIEST_YEAR,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "w-auto"}),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages you teach in"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Please choose at least one language.")},
    )
    another_language = forms.ChoiceField(
        label=_("Another language"), required=False, help_text=_("One more each time you save.")
    )
    ways = forms.MultipleChoiceField(
        label=_("How you teach"), required=False, widget=forms.CheckboxSelectMultiple, choices=[]
    )
    country = forms.ChoiceField(label=_("Country"), required=False)
    is_listed = forms.BooleanField(label=_("Show me in the directory of instructors"), required=False)

    def __init__(self, data: Any = None, files: Any = None, *, profile: Instructor, now: datetime) -> None:
        shown = _shown_of(profile)
        super().__init__(data, files, initial=shown, label_suffix="")
        self.pictures: Pictures | None = None
        self.this_year = now.year
        for name, label in zip(TOWNS, TOWN_LABELS, strict=True):
            self.fields[name] = forms.CharField(label=label, required=False, max_length=80)
        self.fields["languages"].choices = _language_choices(shown["languages"])  # type: ignore[attr-defined]  # a choice field
        self.fields["another_language"].choices = [("", _("Choose one")), *_all_languages()]  # type: ignore[attr-defined]  # a choice field
        self.fields["ways"].choices = _way_choices()  # type: ignore[attr-defined]  # a choice field
        own = shown["country"]
        odd = [(own, own)] if own and own not in dict(_countries(_language())) else []
        self.fields["country"].choices = [("", _("Not said")), *odd, *_countries(_language())]  # type: ignore[attr-defined]  # a choice field

    @property
    def who(self) -> FormHelper:
        return helper_of("bio", "taught_since")

    @property
    def how(self) -> FormHelper:
        languages = Field("languages", template="crispy/chips.html")
        return helper_of(languages, "another_language", Field("ways", template="crispy/chips.html"))

    @property
    def where(self) -> FormHelper:
        return helper_of("country")

    def town_fields(self) -> Iterator[BoundField]:
        return (self[name] for name in TOWNS)

    def clean_photo(self) -> Any:
        """Decoded here, so that what is wrong with it stands beside the field."""
        sent = self.cleaned_data.get("photo")
        if sent:
            try:
                self.pictures = pictures_of(sent.file, size=sent.size)
            except NotAPortrait as refusal:
                raise ValidationError(str(refusal)) from refusal
        return sent

    def clean_taught_since(self) -> int | None:
        year: int | None = self.cleaned_data["taught_since"]
        if year and year > self.this_year:
            raise ValidationError(_("This year has not come yet."))
        return year

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        spoken = [*told.get("languages", ()), *filter(None, [told.get("another_language")])]
        if len(set(spoken)) > MOST_LANGUAGES:
            self.add_error("languages", _("Please name the eight languages that you teach in most."))
        if told.get("is_listed") and told.get("ways") and not self._reached(told):
            self.add_error(TOWNS[0], _("Please name a town, so that families nearby can find you."))
        return told

    def _reached(self, told: dict[str, Any]) -> bool:
        """A class in a room is somewhere; a stream is everywhere."""
        in_rooms = {Way.IN_PERSON, Way.HYBRID, Way.PRIVATE_VISIT, Way.HOSPITAL}
        return bool(set(told["ways"]) - in_rooms) or any(told.get(name) for name in TOWNS)

    def told(self) -> Told:
        """Looks each town up: one query for each, at most MOST_PLACES."""
        said = self.cleaned_data
        spoken = dict.fromkeys([*said["languages"], *filter(None, [said["another_language"]])])
        return Told(
            bio=said["bio"],
            languages=tuple(spoken),
            ways=tuple(said["ways"]),
            places=tuple(_places([said[name] for name in TOWNS], said["country"])),
            country=said["country"],
            taught_since=said["taught_since"],
            is_listed=said["is_listed"],
        )


def _places(typed: list[str], country: str) -> Iterator[Place]:
    """Each town once; with coordinates where we know it."""
    code = country if len(country) == 2 else ""
    seen: set[str] = set()
    for words in filter(None, (text.strip() for text in typed)):
        found = find(words, code or None)
        place = Place(words, country=code)
        if found:
            name = found.name if found.kind == "town" else words
            place = Place(name, found.region, found.country, found.latitude, found.longitude)
        if place.name.casefold() not in seen:
            seen.add(place.name.casefold())
            yield place


def _shown_of(profile: Instructor) -> dict[str, Any]:
    places = [", ".join(part for part in (one.name, one.region) if part) for one in profile.places.all()]
    return {
        "bio": profile.bio,
        "taught_since": profile.taught_since,
        "languages": profile.languages,
        "ways": profile.ways,
        "country": profile.country.upper() if len(profile.country) == 2 else profile.country,
        "is_listed": profile.is_listed,
        **dict(zip(TOWNS, places, strict=False)),
    }


def _way_choices() -> list[tuple[str, Tile]]:
    return [(way.value, Tile(way.label, icon=DELIVERIES[way.value][1])) for way in Way]


def _language_choices(own: list[str]) -> list[tuple[str, str]]:
    """The languages of this site and those that are chosen already."""
    codes = dict.fromkeys([*own, *(code for code, _name in settings.LANGUAGES)])
    return [(code, language_name(code)) for code in codes]


@lru_cache(maxsize=1)
def _all_languages() -> list[tuple[str, str]]:
    codes = {code for code, told in LANG_INFO.items() if "name_local" in told} | set(OTHER_LANGUAGES)
    return sorted(((code, language_name(code)) for code in codes), key=lambda pair: pair[1].casefold())


@lru_cache(maxsize=16)
def _countries(language: str) -> list[tuple[str, str]]:
    """Countries of two letters by their names in that language."""
    names = Locale.parse(language.replace("-", "_")).territories
    found = [(code, str(name)) for code, name in names.items() if len(code) == 2 and code.isalpha() and code != "ZZ"]
    return sorted(found, key=lambda pair: pair[1])


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE
