"""Filters that list no other trainers: each offers fixed words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from instructors.models import Traineeship
from instructors.progress import progress_of

LOOKED_AT = 500


class DueFilter(admin.SimpleListFilter):
    title = _("what is due")
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("ready", _("Ready to sign off")),
            ("me", _("Waiting for me")),
            ("month", _("Ends within 30 days")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Traineeship]) -> QuerySet[Traineeship]:
        today = timezone.now().date()
        if self.value() == "month":
            return queryset.open().filter(deadline_on__range=(today, today + timedelta(days=30)))  # type: ignore[attr-defined, no-any-return]
        if self.value() not in ("ready", "me"):
            return queryset
        rows = Traineeship.objects.visible_to(request.user).in_hand_of(request.user).with_work()[:LOOKED_AT]
        reports = [progress_of(row) for row in rows]
        if self.value() == "ready":
            chosen = [r.traineeship.pk for r in reports if r.is_ready and r.traineeship.state == "active"]
        else:
            chosen = [r.traineeship.pk for r in reports if r.waiting or r.traineeship.state == "applied"]
        return queryset.filter(pk__in=chosen)


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"
    offered: ClassVar = ("applied", "active", "signed_off", "certified", "lapsed")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(value, label) for value, label in Traineeship.State.choices if value in self.offered]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Traineeship]) -> QuerySet[Traineeship]:
        return queryset.filter(state=self.value()) if self.value() in self.offered else queryset
