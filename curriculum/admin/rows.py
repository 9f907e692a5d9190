"""What every page of the curriculum in the admin has in common."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.forms import ModelChoiceField, Textarea
from django.forms.models import ModelChoiceIterator
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from config.audit.models import AuditEntry
from config.audit.trail import name_of, record
from config.templatetags.warm import when
from curriculum import words
from curriculum.models import Loaded
from curriculum.models.said import written

CORRECTED = "taught words corrected"
SHOWN_BEFORE = 20


def is_text(row: Loaded, name: str) -> bool:
    return isinstance(row._meta.get_field(name), models.CharField | models.TextField)


class Lines(Textarea):
    """Lines as the data files have them. Browsers send them with a carriage return, which would be another text: one
    that counts as edited by hand, and that no translation belongs to."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        sent = super().value_from_datadict(data, files, name)
        return sent.replace("\r\n", "\n") if isinstance(sent, str) else sent


class NeverDeleted:
    """Rows are retired, not deleted: old series and old certificates still name them."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ChangedByWhoActs:
    """What every family reads is changed by nobody who only reads now, whose certificate as a trainer ran out, say."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        page: Any = super()
        site: Any = self.admin_site  # type: ignore[attr-defined]  # of the page that this is mixed into
        is_whole = getattr(request.user, "is_superuser", False)
        return page.has_change_permission(request, obj) and (is_whole or not site.why_only_reads(request))


class LoadedAdmin(ChangedByWhoActs, NeverDeleted, admin.ModelAdmin[Any]):
    """One row of the curriculum. Keys are given once; what was edited by hand is told."""

    list_filter: ClassVar[Any] = ("is_retired",)
    show_full_result_count = False
    formfield_overrides = {models.TextField: {"widget": Lines(attrs={"rows": 3})}}
    words_to_correct: ClassVar[tuple[str, ...]] = ()
    """The fields that staff may correct. All others are for whoever runs the site."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The key is fixed once the row is there: data files and other rows call it by that name."""
        if obj is None:
            return ("edited_by_hand", "said_before")
        is_whole = getattr(request.user, "is_superuser", False)
        fixed = (
            field.name
            for field in obj._meta.concrete_fields
            if field.attname in obj.KEY or (field.editable and not is_whole and field.name not in self.words_to_correct)
        )
        return ("edited_by_hand", "said_before", *fixed)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """What was said until now is written down with who corrected it: every family reads these words."""
        before = type(obj)._default_manager.select_for_update().get(pk=obj.pk) if change else None
        super().save_model(request, obj, form, change)
        was = {name: written(before, name) for name in form.changed_data if is_text(obj, name)} if before else {}
        if was:
            record(CORRECTED, by=request.user, about=obj, now=timezone.now(), detail={"was": was})

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """What was said anew is asked of the translators at once."""
        super().save_related(request, form, formsets, change)
        words.keep_in_step()

    @admin.display(description=_("Words before"))
    def said_before(self, row: Loaded) -> SafeString | str:
        """The latest corrections: which words stood there, who took them out, and when."""
        entries = AuditEntry.objects.filter(what=CORRECTED, about=name_of(row))[:SHOWN_BEFORE]
        fields = {field.attname: field.verbose_name for field in row._meta.concrete_fields}
        told = [
            (fields.get(name, name), when(entry.at, "UTC", "date_year"), entry.by_name, words)
            for entry in entries
            for name, words in entry.detail["was"].items()
        ]
        lines = format_html_join("", "<li><div><b>{}</b><span>{} {}</span></div><q>{}</q></li>", told)
        return format_html('<ul class="plain-lines">{}</ul>', lines) if told else "–"

    @admin.display(description=_("Edited by hand"))
    def edited_by_hand(self, row: Loaded) -> str:
        """The fields that differ from what the file last said. The next load leaves them alone."""
        fields = {field.attname: field for field in row._meta.concrete_fields}
        names = [
            str(fields[name].verbose_name)
            for name, value in row.loaded_values.items()
            if name in fields and written(row, name) != value
        ]
        return ", ".join(names) or "–"


class LoadedInline(NeverDeleted, admin.TabularInline[Any, Any]):
    """Rows within a row. What they choose from is read once for all of them, and what they name comes with them."""

    extra = 0
    formfield_overrides = {models.TextField: {"widget": Lines(attrs={"rows": 2})}}
    named: ClassVar[tuple[str, ...]] = ()

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).select_related(*self.named)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if isinstance(field, ModelChoiceField):
            field.choices = list(ModelChoiceIterator(field))
        return field
