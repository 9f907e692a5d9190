"""A missed week, a full class, a second adult, a changed mind: what carers of a newborn need, on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

from django.utils import timezone

from classes import reminding
from classes.models import Enrolment, MakeUpRight, Offer, Place, Series
from config.letters.models import Letter
from families.models import Caregiver
from tests.cast import Cast
from tests.factories.accounts import make_user
from tests.factories.classes import make_enrolment
from tests.factories.families import make_household
from tests.journeys.visitor import Visitor

Arrive = Callable[..., Visitor]


def newest_link(to: str, path: str) -> str:
    """The address below `path` in the newest letter to that reader."""
    letter = Letter.objects.filter(to=to, text__contains=path).latest("pk")
    found = re.search(rf"{path}[\w-]+/", letter.text)
    assert found, letter.text
    return found[0]


def fill(series: Series, *, leaving: int) -> Enrolment:
    """Book all but so many places of the series for strangers; the last of the bookings."""
    for number in range(series.capacity - leaving):
        user = make_user(f"guest-{number}@example.org", f"Guest {number}")
        family, babies = make_household(user, f"Baby {number}")
        booked = make_enrolment(series, family=family, babies=babies, by=user)
    return booked


def places_of(enrolment: Enrolment) -> list[tuple[str, int, str]]:
    rows = Place.objects.unreleased().filter(enrolment=enrolment).order_by("session__starts_at")
    return list(rows.values_list("session__series__slug", "session__number", "kind"))


def test_a_family_cannot_come_says_the_link_in_the_reminder(cast: Cast, arrive: Arrive) -> None:
    """One press, no sign-in, no scripts; and undone with another press."""
    assert reminding.remind(timezone.now()) == 2
    visitor = arrive(width=390, scripts=False)
    page = visitor.page
    visitor.go(newest_link(cast.parent.email, "/away/"))
    visitor.look("1-asked")
    assert len(places_of(cast.enrolment)) == 5  # looking changes nothing
    page.get_by_role("button", name="We can’t come").click()
    page.get_by_role("heading", name="Thank you for telling us").wait_for()
    visitor.look("2-told")
    assert [number for _slug, number, _kind in places_of(cast.enrolment)] == [1, 2, 4, 5]
    assert MakeUpRight.objects.get().state == "open"
    page.get_by_role("button", name="Undo, we are coming").click()
    assert [number for _slug, number, _kind in places_of(cast.enrolment)] == [1, 2, 3, 4, 5]
    assert MakeUpRight.objects.get().state == "withdrawn"


def test_a_family_makes_up_elsewhere_in_two_taps(cast: Cast, arrive: Arrive, width: int) -> None:
    visitor = arrive(width=width)
    page = visitor.page
    place = f"/me/places/{cast.enrolment.reference}/"
    visitor.sign_in(cast.parent, wanted=place)
    page.wait_for_url(f"**{place}")
    visitor.look("1-my-place")
    page.get_by_role("listitem").filter(has_text="Chest").get_by_role(
        "button", name=re.compile("We can’t come")
    ).click()
    page.get_by_role("heading", name="Your make-up place").wait_for()
    visitor.look("2-make-up-place")
    page.get_by_role("button", name="Take this one").click()
    page.wait_for_load_state()
    visitor.look("3-made-up")
    assert ("busy-little-people", 3, "make_up") in places_of(cast.enrolment)
    visitor.go("/me/")
    visitor.look("4-my-classes")


def test_a_family_waits_and_takes_the_place_that_opens(cast: Cast, arrive: Arrive) -> None:
    last = fill(cast.open, leaving=0)
    visitor = arrive(width=390)
    page = visitor.page
    wait = f"/classes/{cast.open.slug}/wait/"
    visitor.sign_in(cast.parent, wanted=wait)
    page.wait_for_url(f"**{wait}")
    visitor.look("1-wait")
    page.get_by_role("checkbox", name=re.compile("Ada")).set_checked(True)
    page.get_by_role("button", name="Join the list").click()
    page.get_by_text(re.compile("first in line|next in line|You are first", re.I)).first.wait_for()
    visitor.look("2-in-line")
    guest = arrive(width=390)
    guest.sign_in(last.booked_by, wanted=f"/me/places/{last.reference}/cancel/")
    guest.page.wait_for_url("**/cancel/")
    guest.page.get_by_role("button", name=re.compile("^Cancel")).click()
    guest.page.wait_for_load_state()
    assert Offer.objects.get().state == "open"
    visitor.go(wait)
    visitor.look("3-offer")
    page.get_by_label("Only I, or another carer").check()
    page.get_by_label("I will follow my baby’s cues").check()
    page.get_by_role("button", name="Take the place").click()
    page.wait_for_url("**/booked/")
    visitor.look("4-booked")
    assert Offer.objects.get().state == "accepted"
    assert Enrolment.objects.booked().filter(family=cast.family, series=cast.open).count() == 1


def test_a_second_adult_joins_and_is_removed(cast: Cast, arrive: Arrive) -> None:
    """Whoever is removed sees nothing more, from the very next press."""
    make_user("lea@example.org", "Léa Moreau")
    parent, carer = arrive(width=390), arrive(width=1280)
    parent.sign_in(cast.parent, wanted="/me/family/")
    parent.page.wait_for_url("**/me/family/")
    parent.look("1-family")
    parent.page.get_by_text("Invite someone who signs in").click()
    parent.page.get_by_label("Their name").fill("Léa Moreau")
    parent.page.get_by_label("Their email").fill("lea@example.org")
    parent.page.get_by_role("button", name="Send the invitation").click()
    parent.page.get_by_text("Invited, works until").wait_for()
    carer.go(newest_link("lea@example.org", "/join/"))
    carer.look("2-invited")
    carer.page.locator("main input[type=email]").fill("lea@example.org")
    carer.page.get_by_role("button", name="Send me a code").click()
    carer.page.get_by_label("Code from the email").fill(carer.code_for("lea@example.org"))
    carer.page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    carer.page.get_by_role("button", name="Join", exact=True).click()
    carer.page.wait_for_load_state()
    lea = Caregiver.objects.current().get(user__email="lea@example.org")
    assert lea.family_id == cast.family.pk
    carer.go("/me/")
    carer.look("3-my-classes")
    parent.go("/me/family/")
    parent.page.locator("summary", has_text="Léa").first.click()
    parent.page.get_by_role("button", name="Remove Léa").click()
    parent.page.wait_for_load_state()
    carer.page.goto("/me/")
    assert "/accounts/login/" in carer.page.url


def test_a_family_moves_and_another_goes_quietly(cast: Cast, arrive: Arrive) -> None:
    visitor = arrive(width=390, scripts=False)
    page = visitor.page
    visitor.sign_in(cast.parent, wanted=f"/me/places/{cast.enrolment.reference}/move/")
    page.wait_for_url("**/move/")
    visitor.look("1-move")
    page.get_by_role("button", name=re.compile("^Move, and")).click()
    page.wait_for_load_state()
    visitor.look("2-moved")
    moved = Enrolment.objects.get(moved_from=cast.enrolment)
    assert [slug for slug, _number, _kind in places_of(moved)] == ["busy-little-people"] * 5
    assert [number for _slug, number, _kind in places_of(cast.enrolment)] == [1, 2]
    visitor.go(f"/me/places/{moved.reference}/quiet/")
    visitor.look("3-quiet")
    page.get_by_role("button", name=re.compile("^Stop everything")).click()
    page.wait_for_load_state()
    visitor.look("4-stopped")
    visitor.go("/me/")
    visitor.look("5-my-classes-quiet")
    assert places_of(moved) == []
    assert set(Enrolment.objects.for_family(cast.family).values_list("state", flat=True)) == {"moved", "ended"}


def test_a_place_is_kept_while_the_form_is_filled_in(cast: Cast, arrive: Arrive) -> None:
    """For somebody whom nobody knows yet, in a series that began, at the price of what is left."""
    Series.objects.filter(pk=cast.running.pk).update(late_until=3, min_age_weeks=0, max_age_weeks=60)
    visitor = arrive(width=390)
    page = visitor.page
    visitor.go(f"/classes/{cast.running.slug}/")
    visitor.look("1-begun-series")
    visitor.go(f"/classes/{cast.running.slug}/book/")
    page.get_by_label("First name").fill("Mateo")
    page.get_by_label("Born on").fill("2026-01-20")
    page.get_by_label("Born on").press("Tab")
    page.get_by_text(re.compile(r"kept for")).first.wait_for()
    visitor.look("2-kept")
    stranger = arrive(width=390)
    stranger.go(f"/classes/{cast.running.slug}/")
    moment = timezone.now()
    hold = cast.running.holds.get()
    assert (hold.places, hold.expires_at > moment, moment < datetime(2026, 3, 25, tzinfo=UTC)) == (1, True, True)
