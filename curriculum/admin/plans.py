"""Plans with their weeks, weeks with their strokes, and the running order of a session."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from curriculum.admin.rows import LoadedAdmin, LoadedInline
from curriculum.models import Lesson, LessonRoutine, LessonStroke, Plan, SessionPart


class LessonInline(LoadedInline):
    model = Lesson
    fields = ("week", "title", "is_retired")
    show_change_link = True


@admin.register(Plan)
class PlanAdmin(LoadedAdmin):
    list_display = ("name", "kind", "is_default", "position", "is_retired")
    inlines = (LessonInline,)
    fieldsets = (
        (None, {"fields": ("name", "slug", "kind", "is_default", "position", "summary")}),
        (_("For instructors"), {"fields": ("sources", "edited_by_hand", "said_before", "is_retired")}),
    )


class NewStrokeInline(LoadedInline):
    model = LessonStroke
    fields = ("position", "stroke", "is_retired")
    named = ("stroke",)


class LessonRoutineInline(LoadedInline):
    model = LessonRoutine
    fields = ("routine", "is_retired")
    named = ("routine",)


@admin.register(Lesson)
class LessonAdmin(LoadedAdmin):
    list_display = ("plan", "week", "title", "is_retired")
    list_display_links = ("title",)
    list_filter = ("plan", "is_retired")
    list_select_related = ("plan",)
    inlines = (NewStrokeInline, LessonRoutineInline)
    fieldsets = (
        (None, {"fields": ("plan", "week", "title", "edited_by_hand", "said_before", "is_retired")}),
        (_("In class"), {"fields": ("talk_topics", "rhyme")}),
        (_("At home"), {"fields": ("for_caregiver", "home_practice")}),
    )


@admin.register(SessionPart)
class SessionPartAdmin(LoadedAdmin):
    list_display = ("name", "position", "minutes_long", "minutes_short", "is_retired")
