"""Which badges still stand: a bit for each, at a random place of a long list, so that a list tells of nobody.

A bit is derived and never stored. It is set unless its badge is the present one of an active certificate.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.core.cache import cache

from instructors.models import (
    Certificate,
    CertificateDocument,
    CertifyingBody,
    SigningKey,
    StatusEntry,
    StatusList,
)
from instructors.models.signing_key import BITS
from instructors.proofs import list_of_bits, sign
from instructors.signing_keys import address_of, did_of, key_for_lists, method_of, private_of

# Beyond this many, free places are no longer found at once and a new list begins.
FULL = BITS // 2
LASTS = timedelta(days=1)
KEPT_SECONDS = 300
"""How long a reader may keep a list, and so how late a suspension may be seen elsewhere."""
SIGNED_ANEW = 3600


def take_bit(body: CertifyingBody, key: SigningKey, *, now: datetime) -> StatusEntry:
    """A free bit, drawn at random, for a badge about to be signed. Inside the caller's transaction."""
    CertifyingBody.objects.select_for_update(of=("self",), no_key=True).get(pk=body.pk)
    found = StatusList.objects.filter(body=body).order_by("-number").first()
    if found is None or found.entries.count() >= FULL:
        number = found.number + 1 if found else 1
        found = StatusList.objects.create(body=body, number=number, created_at=now)
    index = secrets.randbelow(BITS)
    while found.entries.filter(index=index).exists():
        index = secrets.randbelow(BITS)
    return StatusEntry.objects.create(
        status_list=found, index=index, credential_uuid=uuid4(), signing_key=key, signed_at=now
    )


def address_of_list(status_list: StatusList) -> str:
    return address_of("status_list", status_list.body.slug, status_list.number)


def list_at(slug: str, number: int) -> StatusList | None:
    return StatusList.objects.filter(body__slug=slug, number=number).select_related("body").first()


def set_bits(status_list: StatusList) -> list[int]:
    """The places of badges that were replaced, or whose certificate is not active."""
    standing = CertificateDocument.objects.filter(
        kind=CertificateDocument.Kind.OB3,
        replaced_at__isnull=True,
        credential_uuid__isnull=False,
        certificate__state=Certificate.State.ACTIVE,
    )
    fallen = status_list.entries.exclude(credential_uuid__in=standing.values("credential_uuid"))
    return list(fallen.order_by("index").values_list("index", flat=True))


def is_set(credential_uuid: UUID | None) -> bool:
    """Whether the badge of that id has fallen; an id that was never given has."""
    if credential_uuid is None:
        return True
    entry = StatusEntry.objects.filter(credential_uuid=credential_uuid).select_related("status_list").first()
    return entry is None or entry.index in set_bits(entry.status_list)


def signed_list(status_list: StatusList, *, now: datetime) -> bytes:
    """The list as signed JSON, signed anew as soon as a bit has changed; empty where no key is at hand."""
    key = key_for_lists(status_list.body)
    if key is None:
        return b""
    bits = set_bits(status_list)
    digest = hashlib.sha256(f"{address_of_list(status_list)} {key.public_key} {bits}".encode()).hexdigest()
    name = f"status-list-{digest}"
    kept = cache.get(name)
    if kept is None:
        kept = _sign(status_list, key, bits, now)
        cache.set(name, kept, SIGNED_ANEW)
    return bytes(kept)


def _sign(status_list: StatusList, key: SigningKey, bits: list[int], now: datetime) -> bytes:
    document = list_of_bits(
        bits,
        issuer=did_of(status_list.body),
        address=address_of_list(status_list),
        size=BITS,
        begins=now,
        ends=now + LASTS,
        seconds=KEPT_SECONDS,
    )
    signed = sign(document, private=private_of(key), method=method_of(key), at=now)
    return json.dumps(signed, ensure_ascii=False).encode()
