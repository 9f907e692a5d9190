"""What every row of the curriculum shares: it was loaded from a file, may be edited by hand, and is never deleted."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from curriculum.models.edition import Edition
from curriculum.models.said import written
from curriculum.models.wording import SOURCE
from curriculum.wording import forbidden_in


class LoadedQuerySet(models.QuerySet[Any]):
    def current(self) -> Self:
        """Without what has been retired."""
        return self.filter(is_retired=False)


class Loaded(models.Model):
    """A row that `load_curriculum` keeps in step with its file.

    `loaded_values` is what the last load wrote, by field. A field that differs from it was edited by hand and is left.
    """

    KEY: ClassVar[tuple[str, ...]]
    """The fields, by attribute name, that say which row of the file this is."""

    is_retired = models.BooleanField(
        _("retired"), default=False, help_text=_("Retired rows are no longer shown, and old records keep them.")
    )
    loaded_values = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        Edition.turn()

    def clean_fields(self, exclude: Any = None) -> None:
        """Checks the words as they are written: Django puts back what it reads here."""
        with translation.override(SOURCE):
            super().clean_fields(exclude)

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        with translation.override(SOURCE):
            super().refresh_from_db(*args, **kwargs)

    def clean(self) -> None:
        """Raises ValidationError where a text says what may never be said."""
        super().clean()
        wrong = {
            field.name: _("“%(words)s” claims more than is known. Please put it another way.") % {"words": found[0]}
            for field in self._meta.concrete_fields
            if isinstance(field, (models.CharField, models.TextField))
            and (found := forbidden_in(str(written(self, field.attname) or "")))
        }
        if wrong:
            raise ValidationError(wrong)


def lines(text: str) -> list[str]:
    """A text of one item a line, as a list without empty ones."""
    return [line.strip() for line in text.splitlines() if line.strip()]
