"""What the curriculum says in other languages than English: one row a text, with who has read it."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from curriculum.models.edition import Edition

SOURCE = "en"
"""The language that the curriculum is written in."""

LOOK_AGAIN = 20.0
"""Seconds for which a process trusts the words it holds before it asks whether there is a new edition."""


class WordingQuerySet(models.QuerySet[Any]):
    def of_language(self, language: str) -> Self:
        return self.filter(language=language)

    def said(self) -> Self:
        """Those that a page can use: still asked for, and translated."""
        return self.filter(is_in_use=True).exclude(state=Wording.State.OPEN)

    def unread(self) -> Self:
        """Translated, and read by no native instructor yet."""
        return self.filter(is_in_use=True, state=Wording.State.DRAFT)


class Wording(models.Model):
    """One text of the curriculum in one language.

    It belongs to the English text, not to a row: when the English changes, the old translation no longer fits and the
    page says it in English until someone has translated it anew. `kind` and `field` name model and field of the text.
    """

    class State(models.TextChoices):
        OPEN = "open", _("To be translated")
        DRAFT = "draft", _("Not yet reviewed by a native instructor")
        REVIEWED = "reviewed", _("Reviewed by a native instructor")

    language = models.CharField(_("language"), max_length=10)
    kind = models.CharField(_("kind of text"), max_length=30)
    field = models.CharField(_("field"), max_length=30)
    digest = models.CharField(max_length=24, editable=False)
    english = models.TextField(_("in English"))
    text = models.TextField(_("translation"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reviewed by")
    )
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True, blank=True)
    loaded_text = models.TextField(blank=True, editable=False)
    is_in_use = models.BooleanField(_("still asked for"), default=True)

    objects = WordingQuerySet.as_manager()

    class Meta:
        ordering = ["language", "kind", "id"]
        verbose_name = _("translated text")
        verbose_name_plural = _("translated texts")
        indexes: ClassVar = [models.Index(fields=["language", "state"], name="wording_of_state")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["language", "kind", "field", "digest"], name="wording_once"),
            models.CheckConstraint(
                condition=Q(state="open", text="") | (~Q(state="open") & ~Q(text="")), name="wording_open_has_no_text"
            ),
            models.CheckConstraint(
                condition=Q(state="reviewed", reviewed_by__isnull=False, reviewed_at__isnull=False)
                | (~Q(state="reviewed") & Q(reviewed_by__isnull=True, reviewed_at__isnull=True)),
                name="wording_reviewed_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.language} {self.kind}.{self.field}: {self.english[:60]}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.digest = digest_of(self.english)
        super().save(*args, **kwargs)
        Edition.turn()
        forget()


def digest_of(english: str) -> str:
    """A text's own number, for an index that a long text could not have."""
    return hashlib.blake2b(english.encode(), digest_size=12).hexdigest()


@dataclass
class _Held:
    """What this process has read: `texts` by kind, field and English words."""

    edition: str
    looked_at: float
    unread: bool
    texts: dict[tuple[str, str, str], str] = field(default_factory=dict)


_held: dict[str, _Held] = {}


def forget() -> None:
    """Read everything anew when it is next asked for."""
    _held.clear()


def language_now() -> str:
    """The active language, without its country. SOURCE where none is active."""
    return (get_language() or SOURCE).split("-")[0]


def texts_in(language: str) -> dict[tuple[str, str, str], str]:
    """All translated texts of a language by kind, field and English. At most two queries, and those seldom."""
    return _fresh(language).texts


def has_unread(language: str) -> bool:
    """Whether some text of this language has been read by no native instructor yet."""
    return language != SOURCE and _fresh(language).unread


def in_words(kind: str, name: str, english: str) -> str:
    """A text in the active language, or in English where nobody has translated these words."""
    language = language_now()
    if language == SOURCE or not english:
        return english
    return _fresh(language).texts.get((kind, name, english), english)


def _fresh(language: str) -> _Held:
    held, now = _held.get(language), time.monotonic()
    if held and now - held.looked_at < LOOK_AGAIN:
        return held
    edition = Edition.now()
    if held and held.edition == edition:
        held.looked_at = now
        return held
    rows = Wording.objects.of_language(language).said().values_list("kind", "field", "english", "text", "state")
    held = _Held(edition, now, unread=False)
    for kind, name, english, text, state in rows:
        held.texts[kind, name, english] = text
        held.unread = held.unread or state == Wording.State.DRAFT
    _held[language] = held
    return held
