"""Public profiles of those who teach."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from instructors.admin.scope import Records
from instructors.certificate_check import language_name
from instructors.models import Instructor, Portrait, Way
from instructors.profiles import take_portrait_down


class OfficeForm(forms.ModelForm[Instructor]):
    """What the office keeps of a profile. A photo that should not stand there can be taken down, and none put up."""

    photo_gone = forms.BooleanField(label=_("Take the photo down"), required=False)


@admin.register(Instructor)
class InstructorAdmin(Records):
    """What instructors say of themselves on their own page is read here, in words."""

    form = OfficeForm
    list_display = ("display_name", "town", "country", "is_listed", "taught_since")
    list_filter = ("is_listed",)
    search_fields = ("display_name", "town")
    autocomplete_fields = ("user",)
    prepopulated_fields = {"slug": ("display_name",)}
    readonly_fields = ("towns", "spoken", "taught_by", "has_photo")
    fields = (
        *("user", "display_name", "slug", "bio", "towns", "spoken", "taught_by", "time_zone"),
        *("vaccination_wait_hours", "is_listed", "taught_since", "has_photo", "photo_gone"),
    )

    @admin.display(description=_("Towns"))
    def towns(self, row: Instructor) -> str:
        return ", ".join(str(place) for place in row.places.all()) if row.pk else ""

    @admin.display(description=_("Languages"))
    def spoken(self, row: Instructor) -> str:
        return ", ".join(language_name(code) for code in row.languages)

    @admin.display(description=_("How they teach"))
    def taught_by(self, row: Instructor) -> str:
        return ", ".join(str(Way(way).label) for way in row.ways)

    @admin.display(description=_("Shows a photo"), boolean=True)
    def has_photo(self, row: Instructor) -> bool:
        return Portrait.objects.filter(instructor=row.pk).exists()

    def save_model(self, request: HttpRequest, obj: Instructor, form: Any, change: bool) -> None:
        """A new profile speaks the language of its account until its owner says more."""
        if not change and not obj.languages:
            obj.languages = [obj.user.language]
        super().save_model(request, obj, form, change)
        if form.cleaned_data.get("photo_gone"):
            take_portrait_down(obj, by=request.user, now=timezone.now())
