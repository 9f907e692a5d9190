"""Which door opens to which adult of a family: everybody sees the dates, some come and practise, some book and pay."""

from __future__ import annotations

import re
from typing import Any

import pytest
import time_machine
from django.test import Client

from families.models import Caregiver
from tests.cast import NOW, Cast, sign_in
from tests.families.test_removed_at_once import address, doors

# A door that changes its guard, or a new one, needs its line here.
WHO_OPENS = {
    "caregiver_only": {
        "classes:booked",
        "classes:booking_calendar",
        "classes:calendar_address",
        "classes:my_place",
        "classes:take_everything",
        "families:choose_messages",
        "families:change_adult",  # one's own name; somebody else's only for those who book
        "families:change_health",  # what one wrote oneself
        "families:delete_health",
        "families:delete_practice",
        "families:edit_practice",
        "families:family",
        "families:leave_family",
        "families:settle",
        "families:share_health",
    },
    "practiser_only": {
        "classes:anything_changed",
        "classes:be_counted",
        "classes:choose_company",
        "classes:choose_make_up",
        "classes:course_done",
        "classes:diary",
        "classes:give_feedback",
        "classes:join_stream",
        "classes:keep_hands_free",
        "classes:keep_week",
        "classes:hands_free",
        "classes:log_practice",
        "classes:own_pace",
        "classes:practice_booklet",
        "classes:practice_paper",
        "classes:practice_week",
        "classes:release_date",
        "classes:rest_part",
        "classes:share_diary",
        "classes:sending_home",
        "classes:switch_date",
        "classes:take_back_date",
        "classes:take_check_in",
        "classes:what_to_keep",
        "classes:these_days",
        "families:choose_cloth",
        "families:choose_favourite",
        "families:delete_diary",
        "families:take_diary",
    },
    "booker_only": {
        "classes:answer_merge",
        "classes:answer_offer",
        "classes:cancel_place",
        "classes:come_back",
        "classes:end_quietly",
        "classes:leave_waiting_list",
        "classes:move_place",
        "classes:my_incident",
        "classes:one_more",
        "classes:wait_anywhere",
        "families:add_baby",
        "families:add_companion",
        "families:agree_to_carer",
        "families:answer_consent",
        "families:change_baby",
        "families:change_role",
        "families:invite_adult",
        "families:remove_adult",
        "families:send_invitation_again",
        "families:take_back_invitation",
    },
}
CLOSED_TO = {"practice": ("booker_only",), "dates": ("booker_only", "practiser_only")}


@pytest.fixture(autouse=True)
def _at_now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def test_every_door_of_a_family_has_its_line() -> None:
    worn: dict[str, set[str]] = {guard: set() for guard in WHO_OPENS}
    for name, pattern in doors():
        worn[pattern.callback.guard_name].add(name)  # type: ignore[attr-defined]
    assert worn == WHO_OPENS


@pytest.mark.parametrize("role", ["full", "practice", "dates"])
def test_a_door_that_asks_for_more_says_kindly_who_can_and_the_others_open(cast: Cast, role: str) -> None:
    Caregiver.objects.filter(user=cast.coparent).update(role=role)
    his = sign_in(Client(), cast.coparent)
    things = {"reference": cast.enrolment.reference, "kind": "photos", "pk": 999_999}
    wrong = []
    for name, pattern in doors():
        guard = pattern.callback.guard_name  # type: ignore[attr-defined]
        is_closed = guard in CLOSED_TO.get(role, ())
        for answer in (his.get(address(name, pattern, things)), his.get(address(name, pattern, {**things, "pk": 1}))):
            if (answer.status_code == 403) is not is_closed:
                wrong.append(f"{name}: {answer.status_code}")
            if is_closed and "Ines can " not in answer.content.decode():
                wrong.append(f"{name} does not say who can")
    assert wrong == []


@pytest.mark.parametrize("role", ["practice", "dates"])
def test_pages_of_a_booking_tell_them_no_price(cast: Cast, role: str) -> None:
    Caregiver.objects.filter(user=cast.coparent).update(role=role)
    his = sign_in(Client(), cast.coparent)
    for page in ("/me/", f"/me/places/{cast.enrolment.reference}/", f"/me/places/{cast.enrolment.reference}/booked/"):
        told = his.get(page).content.decode()
        assert [word for word in ("£", "What it costs", "Cancel") if word in told] == []
        if role == "dates":
            forms = re.findall(r'<form[^>]*action="/me/.*?</form>', told, re.S)
            assert [form for form in forms if "<button" in form] == []
