"""Bring the database in step with the data files, and leave alone what people edited."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import translation

from curriculum.files import Ref, Table, Values, tables
from curriculum.models import Edition, Loaded
from curriculum.models.said import written
from curriculum.models.wording import SOURCE

PrimaryKeys = dict[tuple[type[Loaded], tuple[Any, ...]], int]


@dataclass
class Loading:
    """What a load did. `left` names fields that were edited by hand and differ from the file."""

    created: int = 0
    updated: int = 0
    retired: int = 0
    unchanged: int = 0
    left: list[str] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        return bool(self.created or self.updated or self.retired)


def load(every: list[Table] | None = None) -> Loading:
    """Load all data files, or the given tables, in one transaction.

    A field that someone edited is left as it is and named in the result; every other field follows its file. Rows that
    are no longer in a file are retired, never deleted, and come back when the file names them again. Rows made by hand
    are never touched. Raises KeyError where a row refers to one that is not there.
    """
    done = Loading()
    keys: PrimaryKeys = {}
    with transaction.atomic(), translation.override(SOURCE):
        for table in tables() if every is None else every:
            keep_in_step(table, keys, done)
        if done.changed or not Edition.now():
            Edition.turn()
    return done


def keep_in_step(table: Table, keys: PrimaryKeys, done: Loading) -> None:
    """One model: create, update and retire its rows, and remember their primary keys for the tables that follow."""
    model = table.model
    existing = {key_of(row): row for row in model._default_manager.all()}
    new: list[Loaded] = []
    changed: dict[int, Loaded] = {}
    touched: set[str] = set()
    for key, values in wanted(table, existing, keys):
        if key not in existing:
            new.append(model(**values, loaded_values=loaded(model, values)))
            continue
        row = existing[key]
        fields = follow(row, loaded(model, values), done)
        if fields:
            changed[row.pk] = row
            touched |= fields
    model._default_manager.bulk_create(new)
    if changed:
        model._default_manager.bulk_update(changed.values(), [*sorted(touched), "loaded_values"])
    done.created += len(new)
    done.unchanged += len(existing) - len(changed)
    for row in (*existing.values(), *new):
        keys[(model, key_of(row))] = row.pk


def wanted(
    table: Table, existing: dict[tuple[Any, ...], Loaded], keys: PrimaryKeys
) -> Iterator[tuple[tuple[Any, ...], Values]]:
    """Every row of the file, then the rows that the file no longer names: those are to be retired."""
    named = set()
    for row in table.rows:
        values = {name: resolved(value, keys) for name, value in row.items()} | {"is_retired": False}
        key = tuple(values[name] for name in table.model.KEY)
        if key in named:
            raise ValueError(f"{table.model.__name__} {key} stands twice in its file")
        named.add(key)
        yield key, values
    for key, old in existing.items():
        if key not in named and old.loaded_values:
            yield key, {"is_retired": True}


def follow(row: Loaded, values: Values, done: Loading) -> set[str]:
    """Set what the file says, but for what was edited by hand. Returns the names of the fields that changed."""
    if not row.loaded_values:
        done.left.append(f"{row._meta.verbose_name} {row}: made by hand")
        return set()
    changed = set()
    for field_name, value in values.items():
        now, before = getattr(row, field_name), row.loaded_values.get(field_name, getattr(row, field_name))
        if now not in (before, value):
            done.left.append(f"{row._meta.verbose_name} {row}: {row._meta.get_field(field_name).name}")
        elif now != value or row.loaded_values.get(field_name) != value:
            setattr(row, field_name, value)
            row.loaded_values[field_name] = value
            changed.add(field_name)
    if changed:
        retiring = "is_retired" in changed and row.is_retired
        done.retired += retiring
        done.updated += not retiring
    return changed


def loaded(model: type[Loaded], values: Values) -> Values:
    """What `loaded_values` remembers: everything but the key. A field that the file leaves out has its default."""
    fields = {f.attname: f for f in model._meta.concrete_fields}
    kept = {name: value for name, value in values.items() if name not in model.KEY}
    if set(values) == {"is_retired"}:
        return kept
    left_out = set(fields) - set(values) - {"id", "loaded_values"}
    return kept | {name: fields[name].get_default() for name in left_out}


def resolved(value: Any, keys: PrimaryKeys) -> Any:
    """A value with references replaced by primary keys."""
    if not isinstance(value, Ref):
        return value
    return keys[(value.model, tuple(resolved(part, keys) for part in value.key))]


def key_of(row: Loaded) -> tuple[Any, ...]:
    return tuple(written(row, name) for name in row.KEY)
