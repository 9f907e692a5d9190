"""Fields whose words come out in the reader's language, and go into the database as they were written: in English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models.query_utils import DeferredAttribute

from curriculum.models.wording import in_words


class _Spoken(DeferredAttribute):
    """Reading gives the active language's words; writing keeps what is written."""

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        written = super().__get__(instance, cls)
        if instance is None or not isinstance(written, str):
            return written
        return in_words(instance._meta.model_name, self.field.attname, written)

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class _Said(models.Field):  # type: ignore[type-arg]  # generic only in the stubs
    """Everything that writes or edits sees the English, whatever language is active."""

    descriptor_class = _Spoken

    def value_from_object(self, obj: Any) -> Any:
        return written(obj, self.attname)

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        return written(model_instance, self.attname)

    def deconstruct(self) -> Any:
        """A migration knows it as the plain field that it is in the database."""
        name, _path, args, kwargs = super().deconstruct()
        plain = models.CharField if isinstance(self, models.CharField) else models.TextField
        return name, f"django.db.models.{plain.__name__}", args, kwargs


class _SaidCharField(_Said, models.CharField):  # type: ignore[type-arg]
    """A short text that readers see."""


class _SaidTextField(_Said, models.TextField):  # type: ignore[type-arg]
    """A text that readers see."""


if TYPE_CHECKING:  # the stubs know what a plain field gives and takes
    SaidCharField = models.CharField
    SaidTextField = models.TextField
else:
    SaidCharField, SaidTextField = _SaidCharField, _SaidTextField


def written(row: models.Model, attname: str) -> Any:
    """What stands in the database, in the language it was written in."""
    if attname not in row.__dict__:
        getattr(row, attname)  # deferred: one query
    return row.__dict__[attname]


def said_fields(model: type[models.Model]) -> list[str]:
    """The names of the fields of a model that are spoken in the reader's language."""
    return [field.attname for field in model._meta.concrete_fields if isinstance(field, _Said)]
