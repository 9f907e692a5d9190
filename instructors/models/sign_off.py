from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from config.accounts.models import User
from config.lib.append_only import MustNotChange
from instructors.models.traineeship import Traineeship


class SignOffQuerySet(models.QuerySet["SignOff"]):
    def standing_for(self, traineeship_id: int) -> SignOffQuerySet:
        """The one that was not withdrawn, with who signed."""
        return self.filter(traineeship=traineeship_id, withdrawn_at__isnull=True).select_related(
            "signed_by", "second_by"
        )


class SignOff(models.Model):
    """A trainer's signature under a candidate's requirements, with what was on the screen when it was given.

    `snapshot` is a list: {"name"}, and then {"key", "title", "state", "assessor", "on"…} of each; `seen` is its sha256.
    What was signed is frozen in the database as well; only the second signature and a withdrawal are added later.
    """

    traineeship = models.ForeignKey(Traineeship, on_delete=models.PROTECT, related_name="sign_offs")
    # The traineeship's own, copied so that the database can refuse a signer who is the candidate.
    trainee = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("candidate"))
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("signed by"))
    signed_at = models.DateTimeField(_("signed"))
    statement = models.TextField(_("statement"))
    snapshot = models.JSONField(_("what was signed"))
    seen = models.CharField(_("hash of it"), max_length=64)
    second_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("second signature")
    )
    second_at = models.DateTimeField(_("signed second"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("withdrawn by")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_reason = models.TextField(_("reason for withdrawing"), blank=True)

    objects = SignOffQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign-off")
        verbose_name_plural = _("sign-offs")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(signed_by=F("trainee")), name="sign_off_not_by_trainee"),
            models.CheckConstraint(
                condition=Q(second_by__isnull=True) | (~Q(second_by=F("trainee")) & ~Q(second_by=F("signed_by"))),
                name="sign_off_second_is_another",
            ),
            models.UniqueConstraint(
                fields=["traineeship"], condition=Q(withdrawn_at__isnull=True), name="sign_off_one_standing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.signed_by}, {self.signed_at:%Y-%m-%d}"

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise MustNotChange("a sign-off is not deleted")
