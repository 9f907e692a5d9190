"""The family's own page and the small pages around it: family, settle, choose_cloth, add_baby, change_baby,
add_companion, change_adult, remove_adult, change_health, share_health, delete_health, answer_consent,
edit_practice, delete_practice."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.test import Client

from curriculum.wording import forbidden_in
from families import consents, diary, health
from families.diary import Moment
from families.models import Baby, Caregiver, Family, HealthAnswers, PracticeLog
from tests.cast import NOW, Cast, sign_in
from tests.factories.families import add_baby, add_caregiver, an_invitation
from tests.factories.practice import tell_health

CANARY = "canary: hazelnut"


@pytest.fixture
def parent(cast: Cast, client: Client) -> Client:
    return sign_in(client, cast.parent)


@pytest.fixture
def coparent(cast: Cast) -> Client:
    return sign_in(Client(), cast.coparent)


def words(response: Any) -> str:
    text = re.sub(r"<svg.*?</svg>", " ", response.content.decode(), flags=re.S)
    text = re.sub(r"</?(?:time|span|b|a)\b[^>]*>", "", text)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def entry(cast: Cast, note: str = "") -> PracticeLog:
    return diary.write(
        cast.baby,
        moment=Moment(minutes=5, note=note),
        lesson=None,
        key="an-entry-of-the-page",
        by=cast.caregiver,
        now=NOW,
    )


def test_family_tells_who_belongs_what_is_known_and_who_has_read_it(cast: Cast, parent: Client) -> None:
    Baby.objects.filter(pk=cast.baby.pk).update(due_on=date(2026, 1, 18))
    add_baby(cast.family, "Little one", born_on=None, due_on=date(2026, 6, 14))
    tell_health(cast.baby, "allergy", by=cast.caregiver, born_early="yes", notes=CANARY)
    for _n in range(2):
        health.read_for_class([cast.baby], by=cast.instructor, because="the register", now=NOW)
    given = {"only_we_massage": True, "follow_cues": True, "health": True, "photos": False}
    consents.answer(cast.caregiver, answers=given, now=NOW)
    told = words(parent.get("/me/family/"))

    for part in (
        "Ines Moreau, you",
        "Joseph Moreau",
        "13 weeks old, 9 weeks from the due date",
        "Expected around 14 June 2026",
        "Ada: Born before 37 weeks, An allergy to nuts, seeds or oils",
        CANARY,
        "It is deleted after 9 May 2026.",
        "Ruth Adeyemi, Tuesday 24 March, 17:05",
        "Photos of our hands and feet are fine. Never faces.Version 1 No Ines Moreau, 24 March 2026",
    ):
        assert part in told
    # Read twice in a minute is said once.
    assert told.count("Ruth Adeyemi, Tuesday 24 March, 17:05") == 1
    assert forbidden_in(told, audience="parents") == []


def test_another_adult_reads_shared_answers_and_not_those_kept_back(
    cast: Cast, parent: Client, coparent: Client
) -> None:
    tell_health(cast.baby, by=cast.caregiver, notes=CANARY)
    shared = coparent.get("/me/family/").content.decode()
    parent.post(f"/me/family/babies/{cast.baby.pk}/health/share/", {"shared": "no"})
    kept = coparent.get("/me/family/").content.decode()

    assert ["canary" in page for page in (shared, kept)] == [True, False]


def test_a_family_has_a_page_and_nobody_else_has(cast: Cast) -> None:
    answers = {
        user.email: sign_in(Client(), user).get("/me/family/").status_code
        for user in (cast.parent, cast.coparent, cast.other_parent, cast.instructor, cast.trainer, cast.office)
    }
    assert Client().get("/me/family/").status_code == 302
    assert list(answers.values()) == [200, 200, 200, 404, 404, 404]


def test_what_is_another_family_s_is_not_found_like_what_is_not_there(cast: Cast, parent: Client) -> None:
    tell_health(cast.other_baby, by=cast.other_caregiver)
    foreign, missing = cast.other_baby.pk, 999_999
    pages = ["/me/family/babies/{}/", "/me/family/babies/{}/health/"]
    deeds = ["/me/family/babies/{}/health/share/", "/me/family/babies/{}/health/delete/"]
    assert {parent.get(page.format(pk)).status_code for page in pages for pk in (foreign, missing)} == {404}
    assert {
        parent.post(deed.format(pk), {"shared": "no"}).status_code for deed in deeds for pk in (foreign, missing)
    } == {404}
    assert parent.get(f"/me/family/adults/{Caregiver.objects.get(user=cast.coparent).pk}/").status_code == 404
    for pk in (cast.other_caregiver.pk, missing):
        assert parent.get(f"/me/family/adults/{pk}/").status_code == 404
        assert parent.post(f"/me/family/adults/{pk}/remove/").status_code == 404
    assert HealthAnswers.objects.filter(baby=cast.other_baby).count() == 1


@pytest.mark.parametrize("name", ["settings", "cloth", "consents/photos", "babies/1/health/delete", "adults/1/remove"])
def test_deeds_are_posts(parent: Client, name: str) -> None:
    assert parent.get(f"/me/family/{name}/").status_code == 405


def test_add_baby_and_change_baby_keep_name_and_dates(cast: Cast, parent: Client) -> None:
    added = parent.post("/me/family/babies/add/", {"first_name": "Theo", "due_on": "2026-06-14"})
    theo = Baby.objects.get(first_name="Theo")
    parent.post(
        f"/me/family/babies/{theo.pk}/", {"first_name": "Théo", "born_on": "2026-03-20", "due_on": "2026-06-14"}
    )
    theo.refresh_from_db()

    assert (added.status_code, added.headers["Location"]) == (302, "/me/family/#babies")
    assert (theo.family, theo.first_name, theo.born_on) == (cast.family, "Théo", date(2026, 3, 20))


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"first_name": "Theo"}, "Please give one of the two dates"),
        ({"first_name": "", "born_on": "2026-03-01"}, "This field is required."),
        ({"first_name": "Theo", "born_on": "2026-03-25"}, "That day is still to come."),
        ({"first_name": "Theo", "born_on": "2016-03-25"}, "That is more than six years ago."),
        ({"first_name": "Theo", "due_on": "2036-03-25"}, "Please look at the year of this date again."),
    ],
)
def test_add_baby_says_what_needs_another_look(parent: Client, told: dict[str, str], said: str) -> None:
    page = parent.post("/me/family/babies/add/", told)
    assert page.status_code == 422
    assert said in words(page)
    assert Baby.objects.filter(first_name="Theo").count() == 0


def test_add_companion_change_adult_and_remove_adult(cast: Cast, parent: Client) -> None:
    parent.post("/me/family/adults/add/", {"name": "Léa Moreau", "relation": "grandparent", "phone": "0113 496 0000"})
    granny = Caregiver.objects.get(name="Léa Moreau")
    parent.post(f"/me/family/adults/{granny.pk}/", {"name": "Léa M.", "relation": "grandparent", "phone": ""})
    granny.refresh_from_db()
    kept = (granny.family, granny.name, granny.phone, granny.user)
    parent.post(f"/me/family/adults/{granny.pk}/remove/")

    assert kept == (cast.family, "Léa M.", "", None)
    assert "Léa M." not in words(parent.get("/me/family/")).split("Babies")[0].split("Adults")[-1]


def test_someone_who_signs_in_is_changed_by_nobody_else(cast: Cast, parent: Client) -> None:
    joseph = Caregiver.objects.get(user=cast.coparent)
    assert parent.post(f"/me/family/adults/{joseph.pk}/", {"name": "J", "relation": "parent"}).status_code == 404
    parent.post(f"/me/family/adults/{cast.caregiver.pk}/", {"name": "Ines M.", "relation": "mother"})
    assert Caregiver.objects.get(user=cast.parent).name == "Ines M."


def test_choose_cloth_keeps_the_choice_and_leads_back_and_never_away(cast: Cast, parent: Client) -> None:
    back = parent.post("/me/family/cloth/", {"cloth": "honey", "next": "/me/practice/2/"})
    away = parent.post("/me/family/cloth/", {"cloth": "plaid", "next": "https://elsewhere.example/"})

    assert (back.headers["Location"], away.headers["Location"]) == ("/me/practice/2/", "/")
    assert Family.objects.get(pk=cast.family.pk).cloth == "honey"


def test_settle_keeps_language_and_zone_and_says_so_to_the_browser(cast: Cast, parent: Client) -> None:
    answer = parent.post("/me/family/settings/", {"language": "es", "time_zone": "Asia/Kathmandu"})
    wrong = parent.post("/me/family/settings/", {"language": "es", "time_zone": "Middle/Earth"})

    assert (answer.status_code, answer.cookies["language"].value, wrong.status_code) == (302, "es", 422)
    assert Family.objects.get(pk=cast.family.pk).time_zone == "Asia/Kathmandu"


def test_change_health_and_delete_health_are_the_writer_s(cast: Cast, parent: Client, coparent: Client) -> None:
    tell_health(cast.baby, "hip", by=cast.caregiver)
    address = f"/me/family/babies/{cast.baby.pk}/health/"
    told = {"conditions": ["skin"], "born_early": "no", "notes": "Sore elbows"}
    changed = parent.post(address, told)
    facts = HealthAnswers.objects.get(baby=cast.baby).facts

    assert (changed.status_code, facts) == (302, told)
    assert [coparent.get(address).status_code, coparent.post(f"{address}delete/").status_code] == [404, 404]
    assert parent.post(address, {"conditions": ["dragons"], "born_early": "no"}).status_code == 422
    assert parent.post(f"{address}delete/").status_code == 302
    assert HealthAnswers.objects.count() == 0


def test_answer_consent_changes_photos_and_not_what_is_needed(cast: Cast, parent: Client) -> None:
    parent.post("/me/family/consents/photos/", {"given": "yes"})
    refused = parent.post("/me/family/consents/follow_cues/", {"given": "no"}, follow=True)

    assert {kind: one.given for kind, one in consents.standing(cast.family).items()} == {"photos": True}
    assert "This one is needed to come." in words(refused)
    assert parent.post("/me/family/consents/cake/", {"given": "yes"}).status_code == 404


def test_edit_practice_changes_one_s_own_line(cast: Cast, parent: Client) -> None:
    log = entry(cast, note="First")
    page = parent.get(f"/me/practice/log/{log.key}/")
    told: dict[str, Any] = {
        "key": "another-key-of-the-page",
        "minutes": "9",
        "note": "Second",
        "next": "/me/practice/2/",
    }
    answer = parent.post(f"/me/practice/log/{log.key}/", told)
    log.refresh_from_db()

    assert "First" in words(page)
    assert (answer.headers["Location"], log.minutes, log.note) == ("/me/practice/2/", 9, "Second")
    assert parent.post(f"/me/practice/log/{log.key}/", {**told, "minutes": "0"}).status_code == 422


def test_delete_practice_deletes_one_s_own_line(cast: Cast, parent: Client) -> None:
    log = entry(cast)
    page = parent.get(f"/me/practice/log/{log.key}/").content.decode()
    folded = (
        r"<details[^>]*><summary>(?:(?!</summary>).)*Delete this line</summary>(?:(?!</details>).)*Yes, delete it\."
    )
    assert (len(re.findall(folded, page, re.S)), page.count("/delete/")) == (1, 1)
    assert parent.post(f"/me/practice/log/{log.key}/delete/").headers["Location"] == "/me/family/"
    assert PracticeLog.objects.count() == 0


def test_edit_practice_and_delete_practice_are_closed_to_everyone_else(cast: Cast, coparent: Client) -> None:
    log = entry(cast, note=CANARY)
    other = sign_in(Client(), cast.other_parent)
    for client in (coparent, other):
        answers = [
            client.get(f"/me/practice/log/{log.key}/"),
            client.post(f"/me/practice/log/{log.key}/", {"minutes": "1"}),
            client.post(f"/me/practice/log/{log.key}/delete/"),
            client.get("/me/practice/log/not-there/"),
        ]
        assert [answer.status_code for answer in answers] == [404, 404, 404, 404]
    assert PracticeLog.objects.get().note == CANARY


@pytest.mark.parametrize("rows", [1, 3])
def test_family_costs_the_same_with_one_baby_and_with_three(
    cast: Cast, parent: Client, rows: int, django_assert_num_queries: Any
) -> None:
    for n in range(rows):
        baby = add_baby(cast.family, f"Baby {n}")
        tell_health(baby, "hip", by=cast.caregiver)
        health.read_for_class([baby], by=cast.instructor, because="the register", now=NOW)
        add_caregiver(cast.family, name=f"Aunt {n}", relation=Caregiver.Relation.OTHER)
        an_invitation(cast.caregiver, f"aunt-{n}@example.org")
    parent.get("/me/family/")
    with django_assert_num_queries(11):
        parent.get("/me/family/")


@pytest.mark.parametrize("address", ["/privacy/", "/accessibility/"])
def test_privacy_and_accessibility_are_for_everyone(db: None, client: Client, address: str) -> None:
    page = client.get(address)
    assert page.status_code == 200
    assert forbidden_in(words(page), audience="parents") == []
