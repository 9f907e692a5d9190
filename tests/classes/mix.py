"""The mix of deeds from many processes: its world, its office, and how it is judged. A script with Django in it."""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections import Counter
from typing import Any

SLUGS = ("small-one", "small-two", "small-three")
FAMILIES = 48


def world(times: int) -> dict[str, Any]:
    """The small world around today with that many times its places in the room, and FAMILIES families signed in."""
    from django.db import transaction
    from django.utils import timezone

    from tests.cast import build_cast
    from tests.classes.race import session_keys
    from tests.classes.small_world import build_small_world

    sizes = [2 if number % 4 == 0 else 1 for number in range(FAMILIES)]
    with transaction.atomic():
        cast = build_cast()
        teachers = [cast.instructor_profile, cast.other_instructor_profile]
        small = build_small_world(teachers, now=timezone.now(), sizes=sizes)
        for series in small.series:
            series.sessions.update(capacity=series.capacity * times)
            series.capacity *= times
            series.save(update_fields=["capacity"])
        keys = session_keys([home.user for home in small.households])
    return {"keys": keys, "series": SLUGS}


def office(number: int, seconds: int) -> dict[str, int]:
    """One of the workers beside the site: it sweeps, and changes how many places there are."""
    from django.db import OperationalError
    from django.utils import timezone

    from classes import capacity, making_up, offers
    from classes.models import Series

    dice = random.Random(number)
    tally = Counter[str]()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        now = timezone.now()
        try:
            offers.sweep(now)
            making_up.sweep(now)
            series = Series.objects.select_related("instructor__user").get(slug=dice.choice(SLUGS))
            room = series.capacity + dice.choice([-1, 0, 1])
            stream = series.stream_capacity
            capacity.change_capacity(series, room=room, stream=stream, by=series.instructor.user, now=now)
            tally["done"] += 1
        except capacity.CannotChangeCapacity:
            tally["refused"] += 1
        except OperationalError as trouble:
            tally[f"broke: {trouble}"] += 1
        time.sleep(0.15)
    return dict(tally)


def verdict(diary_file: str) -> dict[str, Any]:
    """What is wrong with the books, by their own rows and by the diaries of all visitors."""
    from django.utils import timezone

    from classes import offers
    from tests.classes.invariants import findings, read_books
    from tests.classes.steps import waiting_in_vain

    with open(diary_file, encoding="utf-8") as file:
        diary = json.load(file)
    offers.sweep(timezone.now())
    books = read_books(timezone.now())
    wrong = [*findings(books), *waiting_in_vain(books), *_kept_word(diary), *_written_once(books)]
    return {"wrong": wrong, "came": dict(Counter(f"{one['deed']} {one['came']}" for one in diary))}


def _kept_word(diary: list[dict[str, Any]]) -> list[str]:
    """I2. Every "booked" is there, nothing that was refused is, and what nobody heard of is whole or absent."""
    from classes.models import Enrolment

    booked = set(Enrolment.objects.exclude(request_key=None).values_list("request_key", flat=True))
    wrong = []
    for one in diary:
        if one["came"] == "broke":
            wrong.append(f"5xx: {one['status']} {one['deed']} {one['path']} {one['text']}")
        if one["deed"] == "book" and (one["came"], one["key"] in booked) in (("ok", False), ("refused", True)):
            wrong.append(f"I2: {one['key']} was {one['came']}")
    ended = set(Enrolment.objects.filter(state__in=["cancelled", "ended"]).values_list("reference", flat=True))
    for one in diary:
        if one["deed"] == "cancel" and one["came"] == "ok" and one["path"].split("/")[3] not in ended:
            wrong.append(f"I2: {one['path']} was ok, and the booking stands")
    return wrong


def _written_once(books: Any) -> list[str]:
    """I7. Each booking, each end and each offer stands in the trail once."""
    from config.audit.models import AuditEntry

    said = Counter(AuditEntry.objects.values_list("what", "about"))
    wrong = [f"I7: {count} x {what} {about}" for (what, about), count in said.items() if what in ONCE and count > 1]
    for one in books.enrolments.values():
        if one["request_key"] and one["state"] == "booked" and said["booked", f"classes.Enrolment:{one['id']}"] != 1:
            wrong.append(f"I7: enrolment {one['id']} is not in the trail")
    return wrong


ONCE = ("booked", "cancelled a booking", "moved a booking")


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    deed, *rest = sys.argv[1:]
    deeds: dict[str, Any] = {
        "world": lambda times: world(int(times)),
        "office": lambda number, seconds: office(int(number), int(seconds)),
        "verdict": verdict,
    }
    sys.stdout.write(json.dumps(deeds[deed](*rest)))


if __name__ == "__main__":
    main()
