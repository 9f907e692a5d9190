from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from config.letters.models import Letter


@admin.register(Letter)
class LetterAdmin(admin.ModelAdmin[Letter]):
    """Letters, parked ones first. The words are not shown here: a letter belongs to its reader."""

    list_display = ("subject", "to", "state", "queued_at", "sent_at", "trouble")
    list_filter = ("state",)
    search_fields = ("to",)
    show_full_result_count = False
    list_per_page = 50
    actions: ClassVar = ["send_again"]
    fields = ("subject", "to", "state", "queued_at", "send_after", "sent_at", "tries", "refusals", "trouble")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.action(description=_("Send parked letters again"), permissions=["view"])
    def send_again(self, request: HttpRequest, letters: QuerySet[Letter]) -> None:
        count = letters.filter(state=Letter.State.PARKED).update(
            state=Letter.State.WAITING, tries=0, refusals=0, send_after=timezone.now(), trouble=""
        )
        words = ngettext("%d letter goes out again.", "%d letters go out again.", count) % count
        self.message_user(request, words, messages.SUCCESS)
