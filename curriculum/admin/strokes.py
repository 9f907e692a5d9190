"""Strokes with their drawings, routines, parts of the body."""

from __future__ import annotations

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from curriculum.admin.rows import LoadedAdmin, LoadedInline
from curriculum.diagrams import drawings, pictures, scenes
from curriculum.models import (
    Adaptation,
    RegionGuide,
    Routine,
    RoutineStep,
    Source,
    Stroke,
    StrokeAdaptation,
    StrokeAlias,
)


class AliasInline(LoadedInline):
    model = StrokeAlias
    fields = ("name", "school", "is_neutral", "is_retired")


class AdaptationInline(LoadedInline):
    model = StrokeAdaptation
    fields = ("adaptation", "note", "is_retired")
    named = ("adaptation",)


@admin.register(Stroke)
class StrokeAdmin(LoadedAdmin):
    list_display = ("name", "region", "week", "position", "evidence", "for_review", "is_retired")
    list_filter = ("region", "week", "evidence", "gk", "is_retired")
    search_fields = ("name", "slug", "aliases__name")
    ordering = ("week", "position")
    inlines = (AliasInline, AdaptationInline)
    words_to_correct = ("summary", "how", "repeats", "purpose", "cautions", "colic", "description")
    fieldsets = (
        (None, {"fields": ("name", "slug", "picture", "edited_by_hand", "said_before", "is_retired")}),
        (_("How it goes"), {"fields": ("summary", "how", "hands", "repeats", "repeat", "repeat_to", "pressure")}),
        (_("Why, and what to heed"), {"fields": ("purpose", "evidence", "cautions", "colic")}),
        (_("Place in the course"), {"fields": ("region", "week", "position")}),
        (_("Drawing"), {"fields": ("description", "diagram", "geometry")}),
        (_("For instructors"), {"fields": ("review", "gk", "sources")}),
    )

    class Media:
        css = {"all": ["css/tokens.css", "css/diagrams.css"]}

    def get_readonly_fields(self, request, obj=None):  # type: ignore[no-untyped-def]  # typed in LoadedAdmin
        return (*super().get_readonly_fields(request, obj), "picture")

    @admin.display(description=_("To review"), boolean=True)
    def for_review(self, stroke: Stroke) -> bool:
        return bool(stroke.review)

    @admin.display(description=_("Picture"))
    def picture(self, stroke: Stroke) -> SafeString | str:
        """The drawing as families see it, as last saved."""
        if stroke.pk is None:
            return "–"
        return format_html(
            '{}<div class="mat stroke-preview">{}</div>',
            drawings.sprite(scenes.drawings_of([stroke.diagram])),
            pictures.diagram(stroke, language=get_language() or "en", prefix="preview"),
        )


class StepInline(LoadedInline):
    model = RoutineStep
    fields = ("position", "number", "stroke", "repeat", "only_long", "is_retired")
    named = ("stroke",)


@admin.register(Routine)
class RoutineAdmin(LoadedAdmin):
    list_display = ("name", "rounds", "times_a_day", "days", "is_retired")
    inlines = (StepInline,)
    fieldsets = (
        (
            None,
            {"fields": ("name", "slug", "position", "summary", "when", "edited_by_hand", "said_before", "is_retired")},
        ),
        (_("How often"), {"fields": ("rounds", "times_a_day", "days")}),
        (_("For instructors"), {"fields": ("review", "gk", "sources")}),
    )


@admin.register(RegionGuide)
class RegionGuideAdmin(LoadedAdmin):
    list_display = ("region", "short_name", "position", "no_oil")


@admin.register(Adaptation)
class AdaptationAdmin(LoadedAdmin):
    list_display = ("code", "kind", "title", "fit", "note")
    list_filter = ("kind", "fit", "is_retired")


@admin.register(Source)
class SourceAdmin(LoadedAdmin):
    list_display = ("key", "quality", "title")
    list_filter = ("quality",)
    search_fields = ("key", "title")
