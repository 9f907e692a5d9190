"""`{% load words %}`: says where a page's words about massage have been read by no native instructor yet."""

from __future__ import annotations

from typing import Any

from django import template

from curriculum.models.wording import has_unread, language_now

register = template.Library()


@register.inclusion_tag("curriculum/_words_note.html")
def words_note() -> dict[str, Any]:
    """`{% words_note %}`: one quiet line, or nothing in English and where everything has been reviewed."""
    return {"has_unread": has_unread(language_now())}
