from __future__ import annotations

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Case, QuerySet, Value, When
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from config.audit.trail import record
from config.letters.models import Letter
from config.lib.admin import ReadOnlyRecords

# What a letter is about, by the first word of its key; all others are allauth's.
KINDS = {
    "booked": _("a booking"),
    "cancelled": _("a booking cancelled"),
    "moved": _("a booking moved"),
    "waiting": _("the waiting list"),
    "offer": _("a place offered"),
    "invitation": _("an invitation into a family"),
    "joined": _("somebody joined a family"),
    "from_instructor": _("words of an instructor"),
    "reminder": _("a reminder of a date"),
    "practice_nudge": _("a nudge to practise"),
    "thanks": _("thanks after the last date"),
    "login_code": _("six digits to sign in"),
    "training": _("a training"),
    "training_waits": _("what waits for a trainer"),
}


@admin.register(Letter)
class LetterAdmin(ReadOnlyRecords):
    """Letters, parked ones first.

    Neither words nor subject are shown: a letter belongs to its reader, and a sign-in letter has its code there.
    """

    list_display = ("kind", "to", "state", "queued_at", "sent_at", "trouble")
    list_filter = ("state",)
    search_fields = ("to",)
    ordering = (Case(When(state=Letter.State.PARKED, then=Value(0)), default=Value(1)), "-pk")
    actions = ("send_again",)
    fields = ("kind", "to", "state", "queued_at", "send_after", "sent_at", "tries", "refusals", "trouble")

    @admin.display(description=_("kind"))
    def kind(self, letter: Letter) -> str:
        name = letter.key.split(":")[0].split("/")[-1]
        return str(KINDS.get(name, _("about the account")))

    def has_send_again_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("letters.change_letter"))

    @admin.action(description=_("Send parked letters again"), permissions=["send_again"])
    def send_again(self, request: HttpRequest, letters: QuerySet[Letter]) -> None:
        now = timezone.now()
        with transaction.atomic():
            parked = list(Letter.objects.parked().filter(pk__in=letters).values_list("pk", flat=True))
            Letter.objects.parked().filter(pk__in=parked).update(
                state=Letter.State.WAITING, tries=0, refusals=0, send_after=now, trouble=""
            )
            for pk in parked:
                record("sent a parked letter again", by=request.user, about=f"letters.Letter:{pk}", now=now)
        words = ngettext("%d letter goes out again.", "%d letters go out again.", len(parked)) % len(parked)
        self.message_user(request, words, messages.SUCCESS)
