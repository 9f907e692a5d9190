"""Our way with the stock admin: nothing is deleted, pages are called by words, a missing row is a 404."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.utils.translation import gettext_lazy


@dataclass(frozen=True)
class Waiting:
    """One line of the admin's first page; `kind` is "mark", "sign", "due" or "renew" and gives the colour."""

    kind: str
    what: str
    why: str
    when: str
    act: str
    url: str
    order: date


class Records(admin.ModelAdmin[Any]):
    """A list of records and the page of one. The list has no counts over the whole, and the page one button."""

    show_facets = admin.ShowFacets.NEVER
    show_full_result_count = False
    list_per_page = 50
    # What stands where the list is empty: what would stand here, and how it comes.
    none_yet: Any = gettext_lazy("Nothing is here yet.")

    def waits_for(self, request: HttpRequest) -> list[Waiting]:
        """What of these records the admin's first page asks this person to look at."""
        return []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponseRedirect:
        raise Http404

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        words = str(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": words[:1].upper() + words[1:], **(extra_context or {})})

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """The page is called by its row's name."""
        row = kwargs.get("obj") or context.get("original")
        named = {"title": str(row), "subtitle": None} if row else {}
        buttons = {"show_save_and_continue": False, "show_save_and_add_another": False}
        return super().render_change_form(request, {**context, **named, **buttons}, *args, **kwargs)


class ReadOnlyRecords(Records):
    """Records that nobody adds or changes by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
