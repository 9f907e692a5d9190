"""Translated texts: what is still to be said in a language, what is a draft, and who has read it."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext_lazy as _

from curriculum import words
from curriculum.admin.rows import ChangedByWhoActs
from curriculum.models import Wording
from curriculum.wording import forbidden_in

MOST_PLACES = 6
"""A sentence that many rows say is shown with as many of them."""


class WordingForm(forms.ModelForm[Wording]):
    """The translation beside its English, and whether a native instructor has read it."""

    has_read = forms.BooleanField(
        label=_("I teach in this language, I have read it, and it is right"),
        required=False,
        help_text=_("Without the tick it stays a draft, and pages say so."),
    )

    class Meta:
        model = Wording
        fields = ("text",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "text" not in self.fields:  # who may only look is shown no form
            return
        language = self.instance.language
        attrs = {"rows": 5, "lang": language, "dir": "rtl" if get_language_info(language)["bidi"] else "ltr"}
        self.fields["text"].widget = forms.Textarea(attrs=attrs)
        self.fields["has_read"].initial = self.instance.state == Wording.State.REVIEWED

    def clean_text(self) -> str:
        """As many lines as in English, since each is a step of its own; and never what may not be said."""
        text: str = self.cleaned_data["text"].replace("\r\n", "\n").strip()
        asked = len(self.instance.english.strip().splitlines())
        if text and len(text.splitlines()) != asked:
            sentence = ngettext(
                "In English this is %(count)s line. Please write as many, one for each step.",
                "In English these are %(count)s lines. Please write as many, one for each step.",
                asked,
            )
            raise ValidationError(sentence % {"count": asked})
        if found := forbidden_in(text, language=self.instance.language):
            too_much = _("“%(words)s” claims more than is known. Please put it another way.")
            raise ValidationError(too_much % {"words": found[0]})
        return text

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        if told.get("has_read") and "text" in told and not told["text"]:
            self.add_error("text", _("There is nothing to read yet. Write the translation first."))
        return told


class OfLanguage(admin.SimpleListFilter):
    """Languages by their names."""

    title = _("language")
    parameter_name = "language"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, str]]:
        return [(one.language, named(one.language)) for one in words.progress()]

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Wording]) -> QuerySet[Wording]:
        return queryset.filter(language=self.value()) if self.value() else queryset


class OfKind(admin.SimpleListFilter):
    """What speaks: strokes, routines, oils and so on, by their names."""

    title = _("kind of text")
    parameter_name = "kind"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, str]]:
        kinds = ((str(one._meta.model_name), str(one._meta.verbose_name_plural)) for one in words.said_models())
        return [(name, capfirst(said)) for name, said in kinds]

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Wording]) -> QuerySet[Wording]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Wording)
class WordingAdmin(ChangedByWhoActs, admin.ModelAdmin[Wording]):
    """Rows come and go with the English texts: here they are translated and read."""

    form = WordingForm
    list_display = ("in_english", "translation", "in_language", "state")
    list_filter: ClassVar[Any] = (OfLanguage, "state", OfKind, "is_in_use")
    search_fields = ("english", "text")
    list_per_page = 50
    show_full_result_count = False
    fields: ClassVar[Any] = (
        "in_language",
        "where",
        "english",
        "text",
        "has_read",
        "state",
        "reviewed_by",
        "reviewed_at",
    )
    readonly_fields = ("in_language", "where", "english", "state", "reviewed_by", "reviewed_at")
    actions = ("mark_read",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("in English"), ordering="english")
    def in_english(self, row: Wording) -> str:
        """Whole, like its translation: who says of many that they are right has them all before their eyes."""
        return row.english

    @admin.display(description=_("translation"))
    def translation(self, row: Wording) -> str:
        return format_html('<span lang="{}" dir="auto">{}</span>', row.language, row.text or "–")

    @admin.display(description=_("language"), ordering="language")
    def in_language(self, row: Wording) -> str:
        return named(row.language)

    @admin.display(description=_("where it stands"))
    def where(self, row: Wording) -> SafeString:
        """What kind of text it is, and the rows that say it, with the page on which it is read."""
        said = words.who_says(row)
        if said is None:
            return format_html("{}.{}", row.kind, row.field)
        places = format_html_join(", ", "{}", ((_linked(one),) for one in said.rows[:MOST_PLACES]))
        return format_html("{}, {}: {}", capfirst(said.kind), said.field, places or "–")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        told = [(named(one.language), one) for one in words.progress()]
        answer: HttpResponse = super().changelist_view(request, {**(extra_context or {}), "progress": told})
        return answer

    def response_change(self, request: HttpRequest, obj: Wording) -> HttpResponse:
        """To the next draft of the language where that was pressed, so that somebody can read for ten minutes."""
        if "_next" not in request.POST:
            return super().response_change(request, obj)
        following = words.next_draft(obj)
        if following is None:
            self.message_user(request, _("No other draft of this language is left to read."), messages.SUCCESS)
            return HttpResponseRedirect(reverse("admin:curriculum_wording_changelist"))
        return HttpResponseRedirect(reverse("admin:curriculum_wording_change", args=[following.pk]))

    @admin.action(
        description=_("I teach in this language, I have read these, and they are right"), permissions=["change"]
    )
    def mark_read(self, request: HttpRequest, rows: Any) -> None:
        now = timezone.now()
        read = sum(words.review(row, by=request.user, now=now) for row in rows)
        sentence = ngettext("%(count)s text is reviewed now.", "%(count)s texts are reviewed now.", read)
        self.message_user(request, sentence % {"count": read}, messages.SUCCESS)

    def save_model(self, request: HttpRequest, obj: Wording, form: Any, change: bool) -> None:
        now = timezone.now()
        if "text" in form.changed_data:
            words.say(obj, text=obj.text, by=request.user, now=now)
        if form.cleaned_data["has_read"]:
            words.review(obj, by=request.user, now=now)
        elif "has_read" in form.changed_data and "text" not in form.changed_data:
            words.say(obj, text=obj.text, by=request.user, now=now)
        obj.refresh_from_db()


def named(language: str) -> str:
    """The language's name in the language of the page."""
    return str(get_language_info(language)["name_translated"])


def _linked(row: Any) -> SafeString | str:
    if not hasattr(row, "get_absolute_url"):
        return str(row)
    return format_html('<a href="{}">{}</a>', row.get_absolute_url(), row)
