"""What every row of the curriculum shares: it was loaded from a file, may be edited by hand, and is never deleted."""

from __future__ import annotations

import secrets
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from curriculum.wording import forbidden_in


class Edition(models.Model):
    """One row whose stamp changes whenever anything that is taught changes: caches and ETags hang on it."""

    stamp = models.CharField(max_length=16)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="edition_is_one_row")]

    def __str__(self) -> str:
        return self.stamp

    @classmethod
    def now(cls) -> str:
        """The present stamp, or an empty text before the first load. One query."""
        return cls.objects.filter(id=1).values_list("stamp", flat=True).first() or ""

    @classmethod
    def turn(cls) -> None:
        """Begin a new edition."""
        cls.objects.update_or_create(id=1, defaults={"stamp": secrets.token_hex(8)})


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

    def clean(self) -> None:
        """Raises ValidationError where a text says what may never be said."""
        super().clean()
        wrong = {
            field.name: _("“%(words)s” claims more than is known. Please put it another way.") % {"words": found[0]}
            for field in self._meta.concrete_fields
            if isinstance(field, (models.CharField, models.TextField))
            and (found := forbidden_in(str(getattr(self, field.attname) or "")))
        }
        if wrong:
            raise ValidationError(wrong)


def lines(text: str) -> list[str]:
    """A text of one item a line, as a list without empty ones."""
    return [line.strip() for line in text.splitlines() if line.strip()]
