"""Rows from before: what an offer came to, why a place was released, and which part of the price it is."""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

ANSWERS = {"joined": "accepted", "declined": "declined", "lapsed": "lapsed", "withdrawn": "withdrawn"}
RELEASES = {"cancelled": "ended", "lapsed": "lapsed"}


def forward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    offers = apps.get_model("classes", "Offer").objects.filter(answered_at__isnull=False)
    for party_state, state in ANSWERS.items():
        offers.filter(party__state=party_state).update(state=state)
    offers.filter(state="open").update(state="lapsed")
    places = apps.get_model("classes", "Place").objects
    for enrolment_state, release in RELEASES.items():
        released = places.filter(released_at__isnull=False, enrolment__state=enrolment_state)
        released.update(release=release)
    for enrolment in apps.get_model("classes", "Enrolment").objects.filter(price_minor__gt=0).iterator():
        _share(enrolment, places.filter(enrolment=enrolment).order_by("session__starts_at", "baby_id"))


def _share(enrolment: Any, places: Any) -> None:
    """Each place's part of the price: exact to the last penny, by the running sum."""
    rows = list(places)
    for number, place in enumerate(rows, start=1):
        before = enrolment.price_minor * (number - 1) // len(rows)
        place.price_minor = enrolment.price_minor * number // len(rows) - before
        place.save(update_fields=["price_minor"])


class Migration(migrations.Migration):
    dependencies = [("classes", "0004_places_released_moved_and_made_up")]
    operations = [migrations.RunPython(forward, migrations.RunPython.noop)]
