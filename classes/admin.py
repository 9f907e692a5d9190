"""Venues, series and bookings for the office: to look things up. What changes them are the verbs, not these forms."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest

from classes import gazetteer, scheduling
from classes.models import Charge, Enrolment, Place, Series, Session, Venue


class ReadOnly:
    """Shown and never written here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Venue)
class VenueAdmin(admin.ModelAdmin[Venue]):
    list_display = ("name", "town", "area", "country", "time_zone", "is_step_free")
    list_filter = ("country",)
    search_fields = ("name", "town", "area")
    show_full_result_count = False
    list_per_page = 50

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Venue, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if obj.latitude is None:
            gazetteer.place(obj)
        if change and {"name", "address", "town", "area"} & set(form.changed_data):
            scheduling.room_changed(obj, now=request.now)  # type: ignore[attr-defined]  # set by the middleware


class SessionInline(ReadOnly, admin.TabularInline[Session, Series]):
    model = Session
    fields = ("number", "starts_at", "minutes", "state", "capacity", "stream_capacity", "substitute")
    ordering = ("number",)


@admin.register(Series)
class SeriesAdmin(ReadOnly, admin.ModelAdmin[Series]):
    """Made and changed by its instructor, under their own rules; here it is only read."""

    list_display = ("title", "instructor", "venue", "delivery", "state", "first_session_at", "capacity")
    list_filter = ("state", "delivery", "is_practice", "language")
    search_fields = ("title", "slug", "instructor__display_name", "venue__name", "venue__town")
    list_select_related = ("instructor", "venue")
    date_hierarchy = None
    show_full_result_count = False
    list_per_page = 50
    exclude = ("stream_url",)
    inlines: ClassVar = [SessionInline]


class PlaceInline(ReadOnly, admin.TabularInline[Place, Enrolment]):
    """Dates and numbers; the babies have their names in the family's own pages."""

    model = Place
    fields = ("session", "baby", "way", "number", "kind", "released_at")
    raw_id_fields = ("session", "baby")


class ChargeInline(ReadOnly, admin.TabularInline[Charge, Enrolment]):
    model = Charge
    fields = ("kind", "sum", "raised_at", "settled_at", "waived_at")
    readonly_fields = ("sum",)
    ordering = ("pk",)

    @admin.display(description=_("amount"))
    def sum(self, charge: Charge) -> str:
        return charge.amount.format(get_language() or "en")


@admin.register(Enrolment)
class EnrolmentAdmin(ReadOnly, admin.ModelAdmin[Enrolment]):
    """Bookings by their reference. Nothing about health can be reached from here."""

    list_display = ("reference", "series", "booked_by", "state", "way", "booked_at")
    list_filter = ("state", "way")
    search_fields = ("reference", "booked_by__name", "booked_by__email", "series__title")
    list_select_related = ("series", "booked_by")
    show_full_result_count = False
    list_per_page = 50
    exclude = ("request_key",)
    inlines: ClassVar = [PlaceInline, ChargeInline]
