"""Programmes: in words, published only whole, and frozen once somebody trains on them, in code and in the database."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from config.accounts.models import User
from instructors import publishing, signing
from instructors.loading import load_programmes
from instructors.models import Certificate, CertifyingBody, CredentialType, Programme, Requirement
from instructors.programme_words import measures_in_words, rule_in_words
from instructors.progress import progress_of
from instructors.refusals import CannotPublish
from instructors.requirements import requirements_of_credential
from tests.cast import sign_in
from tests.factories.accounts import make_user
from tests.factories.instructors import (
    AT,
    LATER,
    a_body,
    a_certificate,
    a_credential,
    a_programme,
    a_ready_traineeship,
    a_registrar,
    a_traineeship,
    a_trainer,
    fresh,
)

pytestmark = pytest.mark.django_db


def boss() -> User:
    return make_user("boss@example.org", "Boss", is_staff=True, is_superuser=True)


def a_draft(by: User, **facts: Any) -> Programme:
    return publishing.draft_programme(a_credential(), title="CIMI in a week", by=by, now=AT, **facts)


def asked(programme: Programme, by: User, kind: str = "document", **facts: Any) -> Requirement:
    return publishing.put_requirement(programme, None, kind=kind, title="Lesson plan", by=by, now=AT, **facts)


# In words -------------------------------------------------------------------------------------------------------


def test_rules_and_measures_are_said_in_words() -> None:
    load_programmes()
    families = Requirement.objects.get(programme__code="cimi-four-days", key="families_completed")
    exam = Requirement.objects.get(programme__code="cimi-four-days", key="exam_passed")
    said = [rule_in_words({"anchor": "last_day", "amount": 4, "unit": "months"}), rule_in_words({})]
    assert (said, measures_in_words(families), measures_in_words(exam)) == (
        ["4 months after the last training day", ""],
        ["5 families", "5 sessions with each", "at least 6 days apart"],
        ["pass mark 80 of 100"],
    )


def test_all_that_is_loaded_as_published_is_whole() -> None:
    load_programmes()
    assert {one.code: publishing.gaps(one) for one in Programme.objects.published()} == {
        "cimi-four-days": [],
        "cimi-way-back": [],
        "iaim-four-days": [],
    }


# From draft to retirement ---------------------------------------------------------------------------------------


def test_a_registrar_drafts_and_an_administrator_publishes_what_is_whole() -> None:
    registrar, head = a_registrar(), boss()
    draft = a_draft(registrar)
    with pytest.raises(CannotPublish, match="Nothing is asked"):
        publishing.publish(draft, by=head, now=AT)
    asked(draft, registrar)
    with pytest.raises(CannotPublish, match="An administrator publishes"):
        publishing.publish(draft, by=registrar, now=AT)
    assert publishing.publish(draft, by=head, now=AT).status == "published"
    with pytest.raises(CannotPublish, match="new version"):
        asked(draft, registrar)


@pytest.mark.parametrize(
    ("kind", "facts", "said"),
    [
        ("attendance", {}, "how many days"),
        ("practicum", {"params": {"families": 5}}, "how many families and sessions"),
        ("document", {"deadline_rule": {"anchor": "previous_step", "amount": 2, "unit": "months"}}, "there is none"),
    ],
)
def test_what_is_not_whole_is_not_published(kind: str, facts: Any, said: str) -> None:
    head = boss()
    draft = a_draft(head)
    asked(draft, head, kind, **facts)
    with pytest.raises(CannotPublish, match=said):
        publishing.publish(draft, by=head, now=AT)


def test_renewal_without_an_end_is_not_whole() -> None:
    head = boss()
    draft = a_draft(head, ce_hours=12)
    asked(draft, head)
    assert publishing.gaps(draft) == [
        "Renewal is described, but certificates have no end. Say for how many months they are valid."
    ]


def test_a_new_version_retires_the_one_before_and_whoever_trains_on_that_stays_on_it() -> None:
    row, head = a_traineeship(a_trainer()), boss()
    first, again = (publishing.begin_version(row.programme, by=head, now=AT) for _pressed in range(2))
    publishing.publish(first, by=head, now=AT)
    row.refresh_from_db()
    assert (first == again, first.version, row.programme.version, row.programme.status) == (True, 2, 1, "retired")


def test_a_registrar_of_another_body_drafts_nothing() -> None:
    stranger = make_user("stranger@example.org", "Stranger", is_staff=True)
    a_body("other-school").registrars.add(stranger)
    with pytest.raises(CannotPublish, match="Only a registrar"):
        a_draft(stranger)


def test_the_order_of_a_draft_changes_and_what_is_taken_out_is_gone() -> None:
    head = boss()
    draft = a_draft(head)
    first, second, third = (asked(draft, head) for _number in range(3))
    publishing.move_up(third, by=head, now=AT)
    publishing.take_out_requirement(first, by=head, now=AT)
    assert [row.key for row in draft.requirements.all()] == [third.key, second.key]
    assert (first.key, second.key) == ("lesson_plan", "lesson_plan_2")


# Frozen, in the database too ------------------------------------------------------------------------------------


def refused(deed: Any) -> bool:
    try:
        with transaction.atomic():
            deed()
    except IntegrityError as no:
        return "a programme in use stays as it is" in str(no)
    return False


def test_the_database_freezes_a_programme_in_use_and_all_that_it_asks() -> None:
    programme = a_traineeship(a_trainer()).programme
    rows, own = Programme.objects.filter(pk=programme.pk), programme.requirements.all()
    assert [
        refused(lambda: rows.update(deadline_rule={})),
        refused(lambda: rows.update(validity_months=None)),
        refused(lambda: rows.update(status="draft")),
        refused(lambda: own.filter(key="exam_passed").update(params={"pass_mark": 10})),
        refused(lambda: own.filter(key="exam_passed").delete()),
        refused(lambda: Requirement.objects.create(programme=programme, key="more", kind="fee", title="More")),
    ] == [True] * 6
    rows.update(status="retired", note="Replaced by version 2.")


def test_the_database_lets_an_unused_programme_change() -> None:
    programme = a_programme()
    Programme.objects.filter(pk=programme.pk).update(validity_months=24)
    programme.requirements.filter(key="exam_passed").delete()
    assert programme.requirements.count() == 2


# A trainer's certificate needs the instructor's first -----------------------------------------------------------


def test_a_trainers_certificate_asks_for_the_instructors_of_the_same_body() -> None:
    zoe, trains = make_user("zoe@example.org", "Zoë"), a_credential(code="CIIT")
    CredentialType.objects.filter(pk=trains.pk).update(requires=a_credential())
    trains.refresh_from_db()
    a_certificate(zoe, body=a_body("other-school"))
    without = requirements_of_credential(trains, holder=zoe, on=AT.date())
    a_certificate(zoe)
    assert (without, requirements_of_credential(trains, holder=zoe, on=AT.date())) == (
        "Zoë holds no valid CIMI of Example School, which CIIT asks for first.",
        None,
    )


def test_what_is_needed_first_is_of_the_same_body_in_the_database_too() -> None:
    foreign = a_credential(a_body("other-school"))
    with pytest.raises(IntegrityError, match="of the same body"), transaction.atomic():
        CredentialType.objects.filter(pk=a_credential(code="CIIT").pk).update(requires=foreign)


# In whose name --------------------------------------------------------------------------------------------------


def test_after_its_authorisation_has_ended_nobody_signs_in_its_name() -> None:
    row = a_ready_traineeship(a_trainer())
    body = CertifyingBody.objects.filter(pk=row.credential_type.body_id)
    said = []
    for until in (LATER.date(), LATER.date() - timedelta(days=1)):
        body.update(authorised_until=until)
        shown = fresh(row)
        said.append(signing.obstacle(shown, progress_of(shown), by=row.trainer_of_record, now=LATER))
    assert said == [None, "The authorisation to sign for Example School has run out. Please ask for a new one."]


@pytest.mark.parametrize("facts", [{"signs_here": False}, {"authorised_until": date(2026, 5, 19)}])
def test_the_database_refuses_a_certificate_that_is_not_in_the_name_of_its_body(facts: Any) -> None:
    zoe, kind = make_user("zoe@example.org", "Zoë"), a_credential()
    CertifyingBody.objects.filter(pk=kind.body_id).update(**facts)
    certificate = Certificate(
        number="ES-CIMI-2026-000001-X",
        public_code="0" * 12,
        holder=zoe,
        name_as_issued="Zoë",
        credential_type=kind,
        origin=Certificate.Origin.ISSUED_HERE,
        issued_on=LATER.date(),
        valid_from=LATER.date(),
    )
    with pytest.raises(IntegrityError, match="not in the name of this body"), transaction.atomic():
        certificate.save()


# The pages ------------------------------------------------------------------------------------------------------


def page(name: str, row: Any = None) -> str:
    return reverse(f"admin:instructors_programme_{name}", args=[row.pk] if row else [])


def test_a_programme_is_made_in_words_on_its_pages(client: Client) -> None:
    sign_in(client, boss())
    facts = {"credential_type": str(a_credential().pk), "title": "CIMI in a week", "mode": "in_person"}
    half = client.post(page("add"), {**facts, "within": "4"})
    client.post(page("add"), {**facts, "within": "4", "unit": "months", "anchor": "last_day"})
    made = Programme.objects.get(title="CIMI in a week")
    ask = f"{page('ask', made)}?kind=exam"
    too_much = client.post(ask, {"title": "Exam", "pass_mark": "101", "stage": "initial"})
    said = {"title": "Exam", "pass_mark": "80", "stage": "initial", "assessor": "trainer_of_record"}
    client.post(ask, said)
    shown = client.get(page("change", made)).content.decode()
    assert (half.status_code, too_much.status_code, made.deadline_rule) == (
        422,
        422,
        {"anchor": "last_day", "amount": 4, "unit": "months"},
    )
    for words in ("pass mark 80 of 100", "4 months after the last training day", "Publish"):
        assert words in shown


def test_a_programme_in_use_offers_a_new_version_and_no_change(client: Client) -> None:
    programme = a_traineeship(a_trainer()).programme
    sign_in(client, boss())
    exam = programme.requirements.get(key="exam_passed")
    changed = client.post(page("facts", programme), {"title": "Other", "mode": "in_person"})
    removed = client.post(page("take_out", exam))
    client.post(page("new_version", programme))
    assert (changed.status_code, removed.status_code) == (409, 409)
    assert list(Programme.objects.order_by("version").values_list("version", "status", "title")) == [
        (1, "published", "CIMI in four days"),
        (2, "draft", "CIMI in four days"),
    ]


def test_the_pages_of_a_draft_move_publish_and_retire(client: Client) -> None:
    head = boss()
    sign_in(client, head)
    draft = a_draft(head)
    first, second = asked(draft, head), asked(draft, head)
    client.post(page("move_up", second))
    client.post(page("requirement", first), {"title": "Plan", "stage": "initial", "assessor": "any_trainer_of_body"})
    client.post(page("publish", draft))
    client.post(page("retire", draft))
    draft.refresh_from_db()
    assert (draft.status, [str(row) for row in draft.requirements.all()]) == ("retired", ["Lesson plan", "Plan"])
