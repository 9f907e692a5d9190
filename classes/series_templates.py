"""What an instructor fills in again and again, kept by a name and taken out again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from classes.models import SeriesTemplate
from config.accounts.models import User
from config.audit.trail import record
from instructors.models import Instructor

# More than these nobody finds anything in.
MOST_TEMPLATES = 20


class CannotKeep(Exception):
    """Nothing was kept. Carries a sentence for the reader."""


def templates_of(instructor: Instructor) -> list[SeriesTemplate]:
    """The instructor's own, by name; never more than MOST_TEMPLATES. One query."""
    return list(SeriesTemplate.objects.of(instructor).order_by("name", "pk")[:MOST_TEMPLATES])


def template_of(instructor: Instructor, reference: str) -> SeriesTemplate:
    """Raises SeriesTemplate.DoesNotExist for another's and a missing one alike."""
    return SeriesTemplate.objects.of(instructor).get(reference=reference)


def keep_template(
    instructor: Instructor, *, name: str, values: Mapping[str, Any], by: User, now: datetime
) -> SeriesTemplate:
    """Keep what was filled in by that name; one of the same name is written anew. Raises CannotKeep for too many."""
    with transaction.atomic():
        Instructor.objects.select_for_update(no_key=True).get(pk=instructor.pk)
        own = SeriesTemplate.objects.of(instructor)
        if not own.filter(name=name).exists() and own.count() >= MOST_TEMPLATES:
            raise CannotKeep(_("You have %(most)d templates. Please take one away first.") % {"most": MOST_TEMPLATES})
        template, _made = SeriesTemplate.objects.update_or_create(
            instructor=instructor, name=name, defaults={"values": dict(values), "made_at": now}
        )
        record("kept a template of series", by=by, about=template, now=now)
    return template


def drop_template(template: SeriesTemplate, *, by: User, now: datetime) -> None:
    """Take it away; the series made from it stay as they are."""
    with transaction.atomic():
        record("took a template of series away", by=by, about=template, now=now)
        template.delete()
