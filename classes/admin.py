"""Venues, series and bookings for the office: to look things up. What changes them are the verbs, not these forms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from classes import dues, gazetteer, incidents, scheduling
from classes.models import Charge, Enrolment, IncidentNote, Place, Series, Session, Venue
from config.lib.admin import ReadOnlyRecords, Waiting

# Of what waits on the first page; beyond it the number would tell nobody more.
MOST_COUNTED = 100


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


class Standing(admin.SimpleListFilter):
    """What is asked of a charge: to be paid back, to be paid, done."""

    title = _("how it stands")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("refunds", _("refunds to pay")),
            ("unpaid", _("not paid yet")),
            ("settled", _("settled")),
            ("waived", _("no longer due")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Charge]) -> QuerySet[Charge]:
        wanted: dict[str, QuerySet[Charge]] = {
            "refunds": queryset.refunds_to_pay(),  # type: ignore[attr-defined]
            "unpaid": queryset.unpaid(),  # type: ignore[attr-defined]
            "settled": queryset.filter(settled_at__isnull=False),
            "waived": queryset.filter(waived_at__isnull=False),
        }
        return wanted.get(self.value() or "", queryset)


@admin.register(Charge)
class ChargeAdmin(ReadOnlyRecords):
    """What families owe, and what is paid back to them. The sums follow from bookings; here they are settled."""

    list_display = ("booking", "what_for", "sum", "raised_at", "standing")
    list_filter = (Standing,)
    search_fields = ("enrolment__reference", "enrolment__booked_by__name", "enrolment__booked_by__email")
    list_select_related = ("enrolment__booked_by",)
    ordering = ("-pk",)
    actions = ("settle",)
    fields = ("booking", "what_for", "sum", "raised_at", "settled_at", "waived_at")

    @admin.display(description=_("booking"))
    def booking(self, charge: Charge) -> str:
        return f"{charge.enrolment.reference}, {charge.enrolment.booked_by}"

    @admin.display(description=_("for"), ordering="kind")
    def what_for(self, charge: Charge) -> str:
        return charge.get_kind_display()

    @admin.display(description=_("amount"), ordering="amount_minor")
    def sum(self, charge: Charge) -> str:
        return charge.amount.format(get_language() or "en")

    @admin.display(description=_("how it stands"))
    def standing(self, charge: Charge) -> str:
        if charge.waived_at:
            return str(_("no longer due"))
        is_refund = charge.kind == Charge.Kind.REFUND
        if charge.settled_at:
            return str(_("paid back") if is_refund else _("settled"))
        return str(_("to be paid back") if is_refund else _("not paid yet"))

    def waits_for(self, request: HttpRequest) -> list[Waiting]:
        if not self.has_settle_permission(request):
            return []
        refunds = list(Charge.objects.refunds_to_pay().order_by("raised_at")[:MOST_COUNTED])
        if not refunds:
            return []
        count, since = len(refunds), refunds[0].raised_at.date()
        what = ngettext("%d refund to pay back", "%d refunds to pay back", count) % count
        why = _("Families were told that it comes back by itself.")
        url = reverse("admin:classes_charge_changelist") + "?standing=refunds"
        when = _("since %(day)s") % {"day": date_format(since, "DATE_FORMAT")}
        return [Waiting("due", what, str(why), str(when), str(_("Pay back")), url, since)]

    def has_settle_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("classes.change_charge"))

    @admin.action(description=_("Note as paid, or paid back"), permissions=["settle"])
    def settle(self, request: HttpRequest, charges: QuerySet[Charge]) -> None:
        keys = list(charges.values_list("pk", flat=True))
        settled = dues.settle(keys, by=request.user, now=timezone.now())  # type: ignore[arg-type]
        words = ngettext("%d is settled.", "%d are settled.", len(settled)) % len(settled)
        if left := len(keys) - len(settled):
            words += " " + ngettext("%d was settled before.", "%d were settled before.", left) % left
        self.message_user(request, words, messages.SUCCESS)


@admin.register(IncidentNote)
class IncidentNoteAdmin(ReadOnlyRecords):
    """What happened in classes. The office reads the whole; a trainer reads one line, and of own candidates only."""

    list_display = ("reference", "happened_at", "written_at")
    ordering = ("-written_at",)
    whole: ClassVar = ("reference", "session", "baby", "happened_at", "summary", "what", "done", "told")
    by_whom: ClassVar = ("written_by", "written_at")
    in_short: ClassVar = ("reference", "happened_at", "summary", "written_at")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_trainer = request.user.has_perm("instructors.add_assessment")
        return self._reads_all(request) or is_trainer or bool(self._trainees(request))

    def get_queryset(self, request: HttpRequest) -> QuerySet[IncidentNote]:
        notes = IncidentNote.objects.all()
        return notes if self._reads_all(request) else notes.of_trainees(self._trainees(request))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*self.whole, *self.by_whom) if self._reads_all(request) else self.in_short

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        """The trail first, the words after it. A number spelt in another way is not there: it would be read unnoted."""
        if not object_id.isdecimal():
            raise Http404
        is_reading = request.method in ("GET", "HEAD") and self.has_view_permission(request)
        bare = self.get_queryset(request).defer("summary", "what", "done", "told")
        if is_reading and (note := bare.filter(pk=object_id).first()):
            because = "office" if self._reads_all(request) else "one line, of a candidate"
            incidents.read_by_staff(note, by=request.user, because=because, now=timezone.now())  # type: ignore[arg-type]
        return super().change_view(request, object_id, form_url, extra_context)

    def _reads_all(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("classes.view_incidentnote"))

    def _trainees(self, request: HttpRequest) -> Sequence[int]:
        """Asked once a page."""
        if not hasattr(request, "own_trainees"):
            found = incidents.trainees_of(request.user) if request.user.is_active and request.user.is_staff else []
            request.own_trainees = found  # type: ignore[attr-defined]
        return request.own_trainees  # type: ignore[attr-defined, no-any-return]
