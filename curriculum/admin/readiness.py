"""States, signs, reasons to wait, oil, claims, and when to ring a doctor."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from curriculum.admin.rows import LoadedAdmin
from curriculum.models import Claim, Cue, OilNote, Precaution, State, WhenToCall


@admin.register(State)
class StateAdmin(LoadedAdmin):
    list_display = ("name", "position", "answer", "says")


@admin.register(Cue)
class CueAdmin(LoadedAdmin):
    list_display = ("sign", "kind", "position", "is_retired")
    list_filter = ("kind", "is_retired")


@admin.register(Precaution)
class PrecautionAdmin(LoadedAdmin):
    list_display = ("title", "about", "lasting", "level", "blocks", "is_retired")
    list_filter = ("about", "lasting", "level", "is_retired")
    fieldsets = (
        (
            None,
            {"fields": ("title", "key", "position", "about", "lasting", "edited_by_hand", "said_before", "is_retired")},
        ),
        (_("What is asked and said"), {"fields": ("question", "reason", "answer")}),
        (_("What follows"), {"fields": ("level", "blocks", "strokes", "wait_hours")}),
        (_("For instructors"), {"fields": ("disagreement", "gk", "sources")}),
    )


@admin.register(OilNote)
class OilNoteAdmin(LoadedAdmin):
    list_display = ("title", "advice", "position", "is_retired")
    list_filter = ("advice", "is_retired")


@admin.register(Claim)
class ClaimAdmin(LoadedAdmin):
    list_display = ("topic", "section", "evidence", "for_parents", "is_retired")
    list_filter = ("section", "evidence", "for_parents", "is_retired")
    fieldsets = (
        (None, {"fields": ("topic", "key", "section", "position", "edited_by_hand", "said_before", "is_retired")}),
        (_("What may be said"), {"fields": ("says", "does_not_mean", "evidence", "for_parents")}),
        (_("What it rests on"), {"fields": ("rests_on", "studied", "how_sure", "sources")}),
    )


@admin.register(WhenToCall)
class WhenToCallAdmin(LoadedAdmin):
    list_display = ("sign", "position", "is_retired")
