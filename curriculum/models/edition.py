"""Which edition of the curriculum stands."""

from __future__ import annotations

import secrets

from django.db import models


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
