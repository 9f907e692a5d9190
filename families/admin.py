"""Families for the office, without their babies, their health answers or their diaries: nobody finds those here.

Erasure, disputes and reasoned access get pages of their own, where a reason is written down first.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from config.lib.admin import ReadOnlyRecords, Waiting
from families import quiet
from families.models import Caregiver, Family, QuietNote

# Of what waits on the first page; beyond it the number would tell nobody more.
MOST_COUNTED = 100


class AskedForQuiet(admin.SimpleListFilter):
    title = _("contact")
    parameter_name = "quiet"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("asked for quiet"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Family]) -> QuerySet[Family]:
        return queryset.filter(quiet_at__isnull=False) if self.value() == "yes" else queryset


@admin.register(Family)
class FamilyAdmin(ReadOnlyRecords):
    """Adults by name, and whether anything is sent to them."""

    list_display = ("reference", "adults", "quiet_at")
    list_filter = (AskedForQuiet,)
    search_fields = ("reference", "caregivers__name", "caregivers__user__email")
    ordering = ("-pk",)
    actions = ("write_again",)
    fields = ("reference", "adults", "quiet_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Family]:
        current = Caregiver.objects.current().order_by("joined_at", "pk")
        return super().get_queryset(request).prefetch_related(Prefetch("caregivers", queryset=current))

    @admin.display(description=_("adults"))
    def adults(self, family: Family) -> str:
        return ", ".join(adult.name for adult in family.caregivers.all())

    def has_write_again_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("families.change_family"))

    @admin.action(description=_("Write to this family again"), permissions=["write_again"])
    def write_again(self, request: HttpRequest, families: QuerySet[Family]) -> None:
        quiet_ones = list(families.filter(quiet_at__isnull=False))
        for family in quiet_ones:
            quiet.open_again(family, by=request.user, now=timezone.now())  # type: ignore[arg-type]
        count = len(quiet_ones)
        words = ngettext("%d family hears from us again.", "%d families hear from us again.", count) % count
        self.message_user(request, words, messages.SUCCESS)


@admin.register(QuietNote)
class QuietNoteAdmin(ReadOnlyRecords):
    """What a family said when it asked for quiet. Whoever reads it first is the only one who does."""

    list_display = ("family", "written_at", "read_by", "read_at")
    list_select_related = ("family", "read_by")
    search_fields = ("family__reference",)
    ordering = ("-pk",)
    actions = ("read",)

    def get_fields(self, request: HttpRequest, obj: QuietNote | None = None) -> tuple[str, ...]:
        """The words stand there for their reader alone."""
        is_reader = obj is not None and obj.read_by_id is not None and obj.read_by_id == request.user.pk
        return ("family", "written_at", "read_by", "read_at", *(("said",) if is_reader else ()))

    @admin.display(description=_("what they told us"))
    def said(self, note: QuietNote) -> str:
        return str(dict(quiet.Reason.choices).get(note.text, note.text))

    def waits_for(self, request: HttpRequest) -> list[Waiting]:
        if not self.has_read_permission(request):
            return []
        notes = list(QuietNote.objects.filter(read_at__isnull=True).order_by("written_at")[:MOST_COUNTED])
        if not notes:
            return []
        count, since = len(notes), notes[0].written_at.date()
        what = ngettext("%d quiet note to read", "%d quiet notes to read", count) % count
        why = _("One person reads it, and then it is deleted.")
        url = reverse("admin:families_quietnote_changelist")
        when = _("since %(day)s") % {"day": date_format(since, "DATE_FORMAT")}
        return [Waiting("mark", what, str(why), str(when), str(_("Read")), url, since)]

    def has_read_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("families.change_quietnote"))

    @admin.action(description=_("Read this note"), permissions=["read"])
    def read(self, request: HttpRequest, notes: QuerySet[QuietNote]) -> HttpResponseRedirect | None:
        chosen = list(notes[:2])
        if len(chosen) != 1:
            self.message_user(request, _("Please choose one note."), messages.WARNING)
            return None
        try:
            quiet.read_note(chosen[0], by=request.user, now=timezone.now())  # type: ignore[arg-type]
        except quiet.AlreadyRead as refusal:
            self.message_user(request, str(refusal), messages.WARNING)
            return None
        return HttpResponseRedirect(reverse("admin:families_quietnote_change", args=[chosen[0].pk]))
