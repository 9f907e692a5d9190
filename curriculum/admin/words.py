"""Translated texts: what is still to be said in a language, what is a draft, and who has read it."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext_lazy as _

from curriculum import words
from curriculum.models import Wording
from curriculum.wording import forbidden_in

SHOWN = 90


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


@admin.register(Wording)
class WordingAdmin(admin.ModelAdmin[Wording]):
    """Rows come and go with the English texts: here they are translated and read."""

    form = WordingForm
    list_display = ("in_english", "translation", "in_language", "state")
    list_filter: ClassVar[Any] = ("language", "state", "kind", "is_in_use")
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
        return _shortened(row.english)

    @admin.display(description=_("translation"))
    def translation(self, row: Wording) -> str:
        return format_html('<span lang="{}" dir="auto">{}</span>', row.language, _shortened(row.text) or "–")

    @admin.display(description=_("language"), ordering="language")
    def in_language(self, row: Wording) -> str:
        return str(get_language_info(row.language)["name_translated"])

    @admin.display(description=_("where it stands"))
    def where(self, row: Wording) -> str:
        return f"{row.kind}.{row.field}"

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


def _shortened(text: str) -> str:
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
