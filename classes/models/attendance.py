from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from classes.models.place import Place
from config.lib.append_only import AppendOnly
from config.lib.fields import EncryptedTextField
from config.lib.refs import new_token


class Mark(models.TextChoices):
    PRESENT = "present", _("Here")
    LATE = "late", _("Late")
    OBSERVED = "observed_with_doll", _("With a doll")
    ABSENT_TOLD = "absent_told", _("Away, told us")
    ABSENT = "absent", _("Away, no word")
    MAKE_UP = "makeup", _("Make-up")


class Attendance(models.Model):
    """How it stands with one place: a mark, or none yet, and a note for the instructor."""

    place = models.OneToOneField(Place, on_delete=models.PROTECT, related_name="attendance")
    mark = models.CharField(_("mark"), max_length=20, choices=Mark, blank=True)
    note = EncryptedTextField(_("note"), blank=True, default="")
    marked_at = models.DateTimeField(null=True, blank=True)
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")

    def __str__(self) -> str:
        return f"{self.mark or 'unmarked'}: {self.place_id}"


class RegisterMark(AppendOnly):
    """One tap on the register. The key makes a tap that arrives ten times count once; undo is a tap too.

    A phone without a network says later what was tapped, so `tapped_at` is when it was done and `arrived_at` when it
    was told; both are on this clock. `seen` is the mark that its maker had in sight, and changed. Rows of before phones
    kept marks have no `arrived_at`, and a `seen` that means nothing.
    """

    key = models.CharField(max_length=64, unique=True, default=new_token)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="register_marks")
    mark = models.CharField(max_length=20, choices=Mark, blank=True)
    seen = models.CharField(max_length=20, choices=Mark, blank=True, default="")
    # "Everyone left is here" chose for nobody in particular, so whatever was chosen for one baby goes before it.
    is_rest = models.BooleanField(default=False)
    tapped_at = models.DateTimeField()
    arrived_at = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("register mark")
        verbose_name_plural = _("register marks")
        indexes: ClassVar = [models.Index(fields=["place", "tapped_at"], name="mark_of_place")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(arrived_at__isnull=True) | Q(tapped_at__lte=F("arrived_at")), name="tap_not_from_the_future"
            )
        ]

    def __str__(self) -> str:
        return f"{self.mark or 'unmarked'}: {self.place_id}"
