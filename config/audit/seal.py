"""Sealing the audit trail: a chain of hashes over its entries, in order."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from django.db import transaction

from config.audit.models import AuditEntry, AuditSeal

BATCH = 2000


def seal_new_entries(now: datetime) -> int:
    """Seal what is not sealed yet, a batch at most; returns how many.

    Entries younger than a minute wait, because a transaction still open may hold a lower number.
    """
    with transaction.atomic():
        last = AuditSeal.objects.select_for_update().order_by("-entry_id").first()
        after, previous = (last.entry_id, last.sha256) if last else (0, "")
        seals = []
        for entry in AuditEntry.objects.filter(pk__gt=after).order_by("pk")[:BATCH]:
            if (now - entry.at).total_seconds() < 60:
                break
            previous = sealed(entry, previous)
            seals.append(AuditSeal(entry_id=entry.pk, sha256=previous))
        AuditSeal.objects.bulk_create(seals)
    return len(seals)


def sealed(entry: AuditEntry, previous: str) -> str:
    """The hash of one entry after the seal before it."""
    facts = [entry.pk, entry.at.isoformat(), entry.what, entry.by_id, entry.by_name, entry.about, entry.detail]
    return hashlib.sha256((previous + json.dumps(facts, sort_keys=True)).encode()).hexdigest()


def first_broken_entry() -> int | None:
    """The number of the first entry changed, removed or slipped in since its sealing; None where all is whole."""
    previous = ""
    last = AuditSeal.objects.order_by("-entry_id").values_list("entry_id", flat=True).first() or 0
    entries = AuditEntry.objects.filter(pk__lte=last).order_by("pk").iterator()
    for seal in AuditSeal.objects.order_by("entry_id").iterator():
        entry = next(entries, None)
        if entry is None or entry.pk != seal.entry_id:
            return min(seal.entry_id, entry.pk) if entry else seal.entry_id
        previous = sealed(entry, previous)
        if previous != seal.sha256:
            return seal.entry_id
    return None
