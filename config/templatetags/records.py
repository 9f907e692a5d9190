"""Lists of the admin on a phone, where each row is a card and each value says what it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst

register = template.Library()


@register.filter
def headed(cells: Iterable[SafeString], heads: Iterable[dict[str, Any]]) -> Iterator[SafeString]:
    """The cells of a row, each with the name of its column as `data-l`; the box that chooses the row has none."""
    for cell, head in zip(cells, heads, strict=False):
        if 'class="action-checkbox"' in cell:
            yield cell
        else:
            words = format_html(' data-l="{}"', capfirst(str(head["text"])))
            yield SafeString(f"{cell[:3]}{words}{cell[3:]}")
