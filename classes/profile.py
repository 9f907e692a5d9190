"""The public page of someone who teaches: what was checked by others, and the series to come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from classes import catalogue
from classes.models import Series
from config.lib.times import local
from instructors.certificate_check import language_name
from instructors.models import Certificate, Instructor, Traineeship

MOST_SERIES = 6


@dataclass(frozen=True)
class Profile:
    """What anyone may read. `certificate` is one that is valid today and published; a candidate has none."""

    instructor: Instructor
    certificate: Certificate | None
    in_training: bool
    languages: list[str]
    cards: list[catalogue.Card]

    @property
    def paragraphs(self) -> list[str]:
        return [line.strip() for line in self.instructor.bio.splitlines() if line.strip()]


def profile_of(slug: str, *, now: datetime) -> Profile | None:
    """The profile under that address; None where there is none to show. Five queries at most.

    It is shown for everyone who wants to be listed, and for whoever leads a published series: families look there.
    """
    leads = Series.objects.published().filter(instructor=OuterRef("pk"))
    shown = Instructor.objects.filter(Q(is_listed=True) | Exists(leads))
    instructor = shown.select_related("user").filter(slug=slug).first()
    if instructor is None:
        return None
    today = local(now, instructor.time_zone).date()
    held = Certificate.objects.held_by(instructor.user_id).to_teach().valid(today).published().with_names()
    certificate = held.order_by("valid_from", "pk").first()
    listed = Series.objects.open_to_book(now).led_by(instructor).soonest().for_page()[:MOST_SERIES]
    return Profile(
        instructor=instructor,
        certificate=certificate,
        in_training=certificate is None
        and Traineeship.objects.of(instructor.user_id).in_training().for_teaching().exists(),
        languages=[language_name(code) for code in instructor.languages],
        cards=catalogue.cards_of(list(listed), now=now),
    )
