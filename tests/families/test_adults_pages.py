"""The adults of a family on its page: invite_adult, send_invitation_again, take_back_invitation, change_role,
remove_adult, leave_family, agree_to_carer."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from families import consents
from families.models import Baby, Caregiver, Invitation
from tests.cast import NOW, Cast, sign_in
from tests.factories.families import add_baby, add_caregiver, an_invitation
from tests.factories.practice import tell_health

CANARY = "canary: hazelnut"
PHONE = "07700 900999"


@pytest.fixture
def parent(cast: Cast, client: Client) -> Client:
    return sign_in(client, cast.parent)


@pytest.fixture
def joseph(cast: Cast) -> Caregiver:
    return Caregiver.objects.get(user=cast.coparent)


def words(response: Any) -> str:
    text = re.sub(r"<svg.*?</svg>", " ", response.content.decode(), flags=re.S)
    text = re.sub(r"</?(?:time|span|b|a)\b[^>]*>", "", text)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


INVITE = {"name": "Léa Moreau", "email": "lea@example.org", "relation": "other", "role": "practice"}


def test_invite_adult_send_again_and_take_back(cast: Cast, parent: Client) -> None:
    sent = parent.post("/me/family/invite/", {**INVITE, "agrees_to_massage": "on"}, follow=True)
    made = Invitation.objects.get()
    Invitation.objects.update(sent_at=NOW - timedelta(days=1))
    parent.post(f"/me/family/invitations/{made.pk}/again/")
    again = Invitation.objects.get()
    page = words(parent.get("/me/family/"))
    parent.post(f"/me/family/invitations/{made.pk}/take-back/")

    assert "The invitation to Léa Moreau is on its way." in words(sent)
    assert (made.agrees_to_massage, made.token == again.token) == (True, False)
    assert "Léa Moreau Comes and practises." in page
    assert "Invited, works until" in page
    assert Invitation.objects.get().state == "withdrawn"
    assert "Léa Moreau" not in words(parent.get("/me/family/"))


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({"email": "lea@"}, 422, "Enter a valid email address."),
        ({"email": "coparent@example.org"}, 409, "Whoever has this address is in your family already."),
        ({"role": "queen"}, 422, "What they may do"),
    ],
)
def test_invite_adult_says_why_not_beside_the_field_and_keeps_what_was_typed(
    cast: Cast, parent: Client, changes: Any, status: int, sentence: str
) -> None:
    answer = parent.post("/me/family/invite/", {**INVITE, **changes})
    assert (answer.status_code, Invitation.objects.count()) == (status, 0)
    assert sentence in words(answer)
    assert 'value="Léa Moreau"' in answer.content.decode()


def test_change_role_counts_from_the_next_request(cast: Cast, parent: Client, joseph: Caregiver) -> None:
    his = sign_in(Client(), cast.coparent)
    statuses = [his.get("/me/family/babies/add/").status_code]
    for role in ("practice", "dates", "full"):
        parent.post(f"/me/family/adults/{joseph.pk}/role/", {"role": role})
        statuses.append(his.get("/me/family/babies/add/").status_code)
    assert statuses == [200, 403, 403, 200]


def test_the_page_of_a_narrower_role_says_kindly_who_can(cast: Cast, joseph: Caregiver) -> None:
    Caregiver.objects.filter(pk=joseph.pk).update(role="dates")
    answer = sign_in(Client(), cast.coparent).get("/me/family/babies/add/")
    assert "Ines can do this for your family." in words(answer)


@pytest.mark.parametrize("role", ["practice", "dates"])
def test_an_adult_who_does_not_book_sees_nothing_of_health_and_of_others(
    cast: Cast, joseph: Caregiver, role: str
) -> None:
    tell_health(cast.baby, "allergy", by=cast.caregiver, notes=CANARY)
    an_invitation(cast.caregiver)
    Caregiver.objects.filter(pk=cast.caregiver.pk).update(phone=PHONE)
    Caregiver.objects.filter(pk=joseph.pk).update(role=role)
    page = sign_in(Client(), cast.coparent).get("/me/family/")
    told = words(page)
    assert page.status_code == 200
    for hidden in (CANARY, "allergy", PHONE, "lea@example.org", "parent@example.org ", "What you agreed to", "Remove"):
        assert hidden not in told
    assert ("Ada" in told, "Leave this family" in told) == (True, True)


def test_the_other_adult_s_number_and_address_are_on_no_page_of_a_full_one(cast: Cast, joseph: Caregiver) -> None:
    Caregiver.objects.filter(pk=cast.caregiver.pk).update(phone=PHONE)
    his = sign_in(Client(), cast.coparent)
    for address in ("/me/", "/me/family/", f"/me/places/{cast.enrolment.reference}/"):
        page = his.get(address).content.decode()
        assert [
            secret for secret in (PHONE, "parent@example.org") if f" {secret}" in page or f">{secret}" in page
        ] == []


def test_agree_to_carer_is_a_parent_s_word_and_can_be_taken_back(cast: Cast, parent: Client) -> None:
    granny = add_caregiver(cast.family, name="Colette Moreau", relation="grandparent")
    told = []
    for given in ("yes", "no"):
        parent.post(f"/me/family/adults/{granny.pk}/agree/", {"given": given})
        told.append(consents.not_agreed_to([granny]))
    assert told == [[], [granny]]


def test_add_companion_makes_a_parent_of_nobody_unless_a_parent_says_so(
    cast: Cast, parent: Client, joseph: Caregiver
) -> None:
    Caregiver.objects.filter(pk=joseph.pk).update(relation="other")
    told = {"name": "Bob Hale", "relation": "father", "phone": ""}
    refused = sign_in(Client(), cast.coparent).post("/me/family/adults/add/", told)
    assert (refused.status_code, Caregiver.objects.filter(name="Bob Hale").exists()) == (422, False)
    assert "A parent says who else may massage their baby." in words(refused)
    parent.post("/me/family/adults/add/", told)
    assert Caregiver.objects.get(name="Bob Hale").is_parent


def test_add_companion_by_the_name_of_an_adult_who_signs_in_changes_nothing_of_theirs(
    parent: Client, joseph: Caregiver
) -> None:
    parent.post("/me/family/adults/add/", {"name": joseph.name, "relation": "other", "phone": PHONE})
    assert list(Caregiver.objects.filter(name=joseph.name).values_list("pk", "phone")) == [(joseph.pk, joseph.phone)]


def test_agree_to_carer_refuses_oneself(cast: Cast) -> None:
    Caregiver.objects.filter(user=cast.coparent).update(relation="grandparent")
    me = Caregiver.objects.get(user=cast.coparent)
    answer = sign_in(Client(), cast.coparent).post(f"/me/family/adults/{me.pk}/agree/", {"given": "yes"}, follow=True)
    assert "A parent says who else may massage their baby." in words(answer)
    assert consents.about_carers([me]) == {}


def test_remove_adult_is_not_for_oneself_and_the_last_who_books_cannot_leave(
    cast: Cast, parent: Client, joseph: Caregiver
) -> None:
    assert parent.post(f"/me/family/adults/{cast.caregiver.pk}/remove/").status_code == 404
    parent.post(f"/me/family/adults/{joseph.pk}/remove/")
    answer = parent.post("/me/family/leave/", follow=True)
    assert "Ines is the only one who books." in words(answer)
    assert list(Caregiver.objects.current().of_family(cast.family)) == [cast.caregiver]


def test_leave_family_stays_signed_in_here_and_nowhere_else(cast: Cast, joseph: Caregiver) -> None:
    here, elsewhere = sign_in(Client(), cast.coparent), sign_in(Client(), cast.coparent)
    left = here.post("/me/family/leave/", follow=True)
    assert "You have left the family." in words(left)
    assert [one.get("/me/family/").status_code for one in (here, elsewhere)] == [404, 302]


def test_family_names_twins_and_ages_from_the_due_date(cast: Cast, parent: Client) -> None:
    Baby.objects.filter(pk=cast.baby.pk).update(due_on=date(2026, 1, 18))
    add_baby(cast.family, "Theo", due_on=date(2026, 1, 18))
    add_baby(cast.family, "Little one", born_on=None, due_on=date(2026, 6, 14))
    add_baby(cast.family, "Tiny one", born_on=None, due_on=date(2026, 6, 14))
    told = words(parent.get("/me/family/"))
    for part in (
        "Ada 13 weeks old, 9 weeks from the due date Born 21 December 2025, at 36 weeks. Theo’s twin.",
        "Theo 13 weeks old, 9 weeks from the due date Born 21 December 2025, at 36 weeks. Ada’s twin.",
        "Little one Expected around 14 June 2026 Tiny one’s twin. Tell us when you like. We will not ask.",
    ):
        assert part in told


@pytest.mark.parametrize(
    ("born", "due", "told"),
    [
        (date(2025, 12, 21), date(2026, 1, 11), "13 weeks old Born 21 December 2025."),  # 37 weeks: not early
        (
            date(2025, 12, 21),
            date(2026, 1, 12),
            "13 weeks old, 10 weeks from the due date Born 21 December 2025, at 36 weeks.",
        ),
        (date(2026, 3, 1), date(2026, 4, 20), "3 weeks old, still before the due date Born 1 March 2026, at 32 weeks."),
        (date(2025, 12, 21), date(2025, 12, 14), "13 weeks old Born 21 December 2025."),
    ],
)
def test_only_a_baby_born_before_37_weeks_has_a_second_age(
    cast: Cast, parent: Client, born: date, due: date, told: str
) -> None:
    Baby.objects.filter(pk=cast.baby.pk).update(born_on=born, due_on=due)
    assert told in words(parent.get("/me/family/"))


def test_an_expected_baby_is_born_by_changing_its_dates(cast: Cast, parent: Client) -> None:
    baby = add_baby(cast.family, "Little one", born_on=None, due_on=date(2026, 3, 20))
    parent.post(f"/me/family/babies/{baby.pk}/", {"first_name": "Bo", "born_on": "2026-03-18", "due_on": "2026-03-20"})
    assert "Bo 0 weeks old Born 18 March 2026." in words(parent.get("/me/family/"))
