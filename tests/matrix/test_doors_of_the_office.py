"""The admin, as everyone: who lists, adds, changes and deletes what; whose rows are not there for whom."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.urls import get_resolver, reverse

from tests.answers import said
from tests.house.test_guards import addresses
from tests.matrix.passive import findings
from tests.matrix.test_our_doors import ask
from tests.matrix.world import STAFF, VISITOR, World

pytestmark = pytest.mark.django_db
OUTSIDE = (VISITOR, "parent", "instructor", "candidate")
MISSING = 999_999_999
MOST_QUERIES = 50

TRAINERS = {"trainer", "other_trainer"}
CERTIFYING = {*TRAINERS, "registrar", "office"}
READERS = {*CERTIFYING, "auditor"}
OFFICE, NONE = {"office"}, set[str]()
CLERKS = {"clerk", "office"}
TAUGHT = (
    *("adaptation", "claim", "cue", "lesson", "oilnote", "plan", "precaution", "regionguide", "routine"),
    *("sessionpart", "source", "state", "stroke", "whentocall"),
)

READ_BY_TRAINERS = ("adaptation", "claim", "regionguide", "routine", "source", "stroke")

# model: (who lists and reads, who adds, who deletes)
MODELS: dict[str, tuple[set[str], set[str], set[str]]] = {
    "account_emailaddress": (OFFICE, OFFICE, OFFICE),
    "accounts_user": (CLERKS, OFFICE, NONE),
    "audit_auditentry": (CLERKS, NONE, NONE),
    "auth_group": (OFFICE, OFFICE, OFFICE),
    "classes_charge": (CLERKS, NONE, NONE),
    "classes_enrolment": (CLERKS, NONE, NONE),
    "classes_incidentnote": (OFFICE | TRAINERS, NONE, NONE),
    "classes_series": (OFFICE, NONE, NONE),
    "classes_venue": (OFFICE, OFFICE, NONE),
    "families_family": (CLERKS, NONE, NONE),
    "families_quietnote": (CLERKS, NONE, NONE),
    "letters_letter": (CLERKS, NONE, NONE),
    "mfa_authenticator": (OFFICE, OFFICE, OFFICE),
    **{f"curriculum_{model}": (OFFICE, OFFICE, NONE) for model in TAUGHT},
    **{f"curriculum_{model}": (CLERKS | TRAINERS, OFFICE, NONE) for model in READ_BY_TRAINERS},
    "curriculum_wording": (CLERKS | TRAINERS, NONE, NONE),
    "instructors_cerecord": (READERS, NONE, NONE),
    "instructors_certificate": (READERS, NONE, NONE),
    "instructors_certificateask": (READERS, NONE, NONE),
    "instructors_certifyingbody": (READERS, OFFICE, NONE),
    "instructors_credentialtype": (READERS, OFFICE, NONE),
    "instructors_instructor": (CLERKS, CLERKS, NONE),
    "instructors_practicumfamily": (READERS, {*TRAINERS, "office"}, NONE),
    "instructors_programme": (READERS, {"registrar", "office"}, NONE),
    "instructors_renewalapplication": (READERS, NONE, NONE),
    "instructors_signingkey": (OFFICE, OFFICE, NONE),
    "instructors_submission": (READERS, NONE, NONE),
    "instructors_timerequest": (READERS, NONE, NONE),
    "instructors_traineeship": (READERS, NONE, NONE),
    "instructors_trainingevent": (READERS, CERTIFYING, NONE),
}
# Rows of one person only: a key of World.things, and the staff who find it. For the others it is not there.
OWN_ROWS = {
    "instructors_traineeship": ("traineeship", {"trainer", "registrar", "auditor", "office"}),
    "instructors_certificate": ("certificate row", {"registrar", "auditor", "office"}),
    "instructors_certificateask": ("ask", {"registrar", "auditor", "office"}),
}
OF_AN_EVENT = ("details", "days", "access", "take_on", "open", "run", "finish", "reopen", "cancel")
OF_A_REQUIREMENT = ("requirement", "take_out", "move_up")
DRAFTERS = {"registrar", "office"}
OF_A_PROGRAMME = (*OF_A_REQUIREMENT, "facts", "ask", "publish", "retire", "new_version")
# Pages of our own inside the admin: (the row in the address, who finds them there).
PAGES: dict[str, tuple[str, set[str]]] = {
    "instructors_traineeship_more_time": ("traineeship", {"trainer", "registrar", "office"}),
    "instructors_traineeship_end": ("traineeship", {"trainer", "registrar"}),
    "instructors_traineeship_answer": ("traineeship", {"trainer", "registrar", "office"}),
    "instructors_traineeship_as_candidate": ("traineeship", {"trainer", "registrar", "auditor", "office"}),
    "instructors_traineeship_hand_over": ("traineeship", {"registrar"}),
    "instructors_traineeship_work": ("traineeship", NONE),
    "instructors_traineeship_hand_in": ("traineeship", NONE),
    "instructors_traineeship_second_signature": ("traineeship", {"registrar"}),
    "instructors_traineeship_take_back_signature": ("traineeship", NONE),
    "instructors_traineeship_deputy": ("traineeship", {"registrar"}),
    "instructors_traineeship_practice": ("traineeship", {"trainer", "registrar", "auditor", "office"}),
    "instructors_traineeship_time_line": ("traineeship", {"trainer", "registrar", "auditor", "office"}),
    "instructors_certificate_time_line": ("certificate row", {"registrar", "auditor", "office"}),
    **{f"instructors_trainingevent_{deed}": ("event", {"trainer", "registrar", "office"}) for deed in OF_AN_EVENT},
    "instructors_trainingevent_attendance": ("event", {"trainer", "registrar", "auditor", "office"}),
    **{f"instructors_programme_{deed}": ("draft programme", DRAFTERS) for deed in ("facts", "ask")},
    **{f"instructors_programme_{deed}": ("draft requirement", DRAFTERS) for deed in OF_A_REQUIREMENT},
    "instructors_programme_publish": ("draft programme", OFFICE),
    "instructors_programme_retire": ("programme", OFFICE),
    "instructors_programme_new_version": ("programme", DRAFTERS),
    "instructors_certificate_suspend": ("certificate row", {"registrar"}),
    "instructors_certificate_ask": ("certificate row", {"registrar", "office"}),
    "instructors_certificate_prolong": ("certificate row", {"registrar"}),
    "instructors_cerecord_answer": ("hours", {*TRAINERS, "registrar"}),
    "instructors_renewalapplication_decide": ("renewal", {"registrar"}),
    "instructors_certificateask_answer": ("ask", {"registrar"}),
    "instructors_certificate_merge": ("certificate row", {"registrar", "office"}),
    "instructors_signingkey_got_out": ("signing key", OFFICE),
    "instructors_submission_file": ("", NONE),
    "instructors_timerequest_answer": ("time request", {"trainer", "registrar", "office"}),
}
# Who reads the row elsewhere, though the page is not for them: they may be told so.
WHO_KNOWS = {
    "instructors_traineeship_more_time": {"auditor"},
    "instructors_traineeship_answer": {"auditor"},
    "instructors_traineeship_end": {"office", "auditor"},
    "instructors_timerequest_answer": {"auditor"},
    "instructors_certificate_merge": {"auditor"},
    "instructors_certificate_suspend": {"office", "auditor"},
    "instructors_certificate_ask": {"auditor"},
    "instructors_certificate_prolong": {"office", "auditor"},
    "instructors_cerecord_answer": {"office", "auditor"},
    "instructors_renewalapplication_decide": {*TRAINERS, "office", "auditor"},
    "instructors_certificateask_answer": {"office", "auditor"},
    "instructors_traineeship_hand_over": {"trainer", "office", "auditor"},
    **{f"instructors_trainingevent_{deed}": {"auditor"} for deed in OF_AN_EVENT},
    **{f"instructors_programme_{deed}": {*CERTIFYING, "auditor"} for deed in OF_A_PROGRAMME},
    "instructors_traineeship_second_signature": {"trainer", "office", "auditor"},
    "instructors_traineeship_deputy": {"trainer", "office", "auditor"},
    "instructors_traineeship_take_back_signature": {"trainer", "registrar", "office", "auditor"},
}
# Pages of the site without a row in their address: who is answered with a page, and with what.
STOCK = {
    "instructors_traineeship_sign_off": (CERTIFYING, {200}),
    "instructors_certificate_record": ({"registrar"}, {200}),
    "instructors_certificate_import": ({"registrar"}, {200}),
    "instructors_certificate_import_template": ({"registrar"}, {200}),
    "instructors_certificate_register": ({*CERTIFYING, "auditor"}, {200}),
    "index": (STAFF, {200}),
    "app_list": (STAFF, {200, 404}),
    "jsi18n": (STAFF, {200}),
    "autocomplete": (STAFF, {403}),
    "password_change": (STAFF, {200}),
    "password_change_done": (STAFF, {200}),
    "view_on_site": (STAFF, {404}),
    "logout": (STAFF, {405}),
}
NOT_WALKED = {"login"}
STOCK_KWARGS: dict[str, dict[str, Any]] = {
    "app_list": {"app_label": "instructors"},
    "view_on_site": {"content_type_id": MISSING, "object_id": MISSING},
}


def address(name: str, *args: Any) -> str:
    return reverse(f"admin:{name}", args=args)


def first_row(model: str) -> Any:
    (found,) = (one for one in admin.site._registry if f"{one._meta.app_label}_{one._meta.model_name}" == model)
    return found._default_manager.values_list("pk", flat=True).first() or MISSING


def test_every_model_and_page_of_the_admin_has_a_line_in_the_tables() -> None:
    registered = {f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry}
    assert registered ^ set(MODELS) == set()
    names = {name.removeprefix("admin:") for name, _view in addresses(get_resolver()) if name.startswith("admin:")}
    deeds = {f"{model}_{deed}" for model in MODELS for deed in ("changelist", "add", "change", "delete", "history")}
    patterns = {name for name in names if "(" in name or "<" in name}
    assert (names - deeds - patterns) ^ (set(PAGES) | set(STOCK) | NOT_WALKED) == set()


@pytest.mark.parametrize("model", MODELS)
def test_nobody_outside_the_office_learns_what_is_in_it(world: World, model: str) -> None:
    wrong = []
    there = [address(f"{model}_changelist"), address(f"{model}_add"), address(f"{model}_change", first_row(model))]
    for role in OUTSIDE:
        missing, _watch = ask(world, role, "GET", "/admin/no/such/thing/")
        for one in there:
            for method in ("GET", "POST"):
                answer, watch = ask(world, role, method, one)
                if role == VISITOR and answer.status_code != 302:
                    wrong.append(f"{role} {method} {one}: {answer.status_code}")
                if role != VISITOR and said(answer, one) != said(missing, "/admin/no/such/thing/"):
                    wrong.append(f"{role} {method} {one}: {answer.status_code}, unlike a page that is not there")
                wrong += [
                    f"{role} {one}: {found}" for found in (*findings(answer, signed_in=role != VISITOR), *watch.writes)
                ]
    assert wrong == []


@pytest.mark.parametrize("model", MODELS)
def test_staff_open_what_their_work_needs_and_nothing_else(world: World, model: str) -> None:
    readers, adders, deleters = MODELS[model]
    row = first_row(model)
    doors = {
        address(f"{model}_changelist"): (readers, {200}),
        address(f"{model}_add"): (adders, {200}),
        address(f"{model}_delete", row): (deleters, {200}),
        address(f"{model}_change", MISSING): (readers, {302, 404}),
    }
    wrong = []
    for role in sorted(STAFF):
        for one, (openers, shown) in doors.items():
            answer, watch = ask(world, role, "GET", one)
            allowed = shown if role in openers else {403, 404}
            if answer.status_code not in allowed or watch.queries > MOST_QUERIES:
                wrong.append(f"{role} {one}: {answer.status_code}, {watch.queries} queries")
            wrong += [f"{role} {one}: {found}" for found in (*findings(answer, signed_in=True), *watch.writes)]
    assert wrong == []


@pytest.mark.parametrize("model", MODELS)
def test_an_empty_form_sent_to_the_office_does_no_harm(world: World, model: str) -> None:
    readers, adders, deleters = MODELS[model]
    row = first_row(model)
    wrong = []
    for role in sorted(STAFF):
        for deed, args, openers in (
            ("changelist", (), readers),
            ("add", (), adders),
            ("change", (row,), readers),
            ("delete", (row,), deleters),
        ):
            answer, watch = ask(world, role, "POST", address(f"{model}_{deed}", *args))
            is_refused = answer.status_code in {403, 404}
            if answer.status_code >= 500 or (
                role not in openers and not is_refused and "/admin/" not in answer.headers.get("Location", "")
            ):
                wrong.append(f"{role} {deed}: {answer.status_code}")
            if watch.writes and (is_refused or role not in openers):
                wrong.append(f"{role} {deed}: {watch.writes}")
    assert wrong == []


@pytest.mark.parametrize("model", OWN_ROWS)
def test_a_row_of_another_is_answered_like_one_that_is_not_there(world: World, model: str) -> None:
    thing, finders = OWN_ROWS[model]
    row, wrong = world.things[thing], []
    for role in sorted(STAFF):
        for deed in ("change", "history", "delete"):
            for method in ("GET", "POST"):
                there, nowhere = (address(f"{model}_{deed}", pk) for pk in (row, MISSING))
                (own, watch), (missing, _w) = ask(world, role, method, there), ask(world, role, method, nowhere)
                if role in finders:
                    continue
                if own.status_code not in {403, 404} or watch.writes:
                    wrong.append(f"{role} {method} {deed}: {own.status_code} {watch.writes}")
                if said(own, there) != said(missing, nowhere):
                    wrong.append(f"{role} {method} {deed}: foreign and missing are told apart")
    assert wrong == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_our_own_in_the_office_opens_to_whom_it_should(world: World, page: str) -> None:
    thing, finders = PAGES[page]
    row, wrong = world.things.get(thing, MISSING), []
    for role in (*OUTSIDE, *sorted(STAFF)):
        for method in ("GET", "POST"):
            there, nowhere = address(page, row), address(page, MISSING)
            (answer, watch), (missing, _w) = ask(world, role, method, there), ask(world, role, method, nowhere)
            wrong += [f"{role} {method}: {found}" for found in findings(answer, signed_in=role != VISITOR)]
            if role in finders:
                if answer.status_code >= 500 or (method == "GET" and answer.status_code not in {200, 302, 405}):
                    wrong.append(f"{role} {method}: {answer.status_code}")
                continue
            if answer.status_code not in ({302} if role == VISITOR else {403, 404}) or watch.writes:
                wrong.append(f"{role} {method}: {answer.status_code} {watch.writes}")
            knows = role == VISITOR or role in WHO_KNOWS.get(page, NONE)
            if not knows and said(answer, there) != said(missing, nowhere):
                wrong.append(f"{role} {method}: foreign and missing are told apart")
    assert wrong == []


@pytest.mark.parametrize("name", STOCK)
def test_the_stock_pages_of_the_admin_are_for_staff(world: World, name: str) -> None:
    openers, shown = STOCK[name]
    wrong = []
    for role in (*OUTSIDE, *sorted(STAFF)):
        answer, watch = ask(world, role, "GET", reverse(f"admin:{name}", kwargs=STOCK_KWARGS.get(name)))
        allowed = shown if role in openers else {302} if role == VISITOR else {403, 404}
        if answer.status_code not in allowed or watch.writes:
            wrong.append(f"{role}: {answer.status_code} {watch.writes}")
        wrong += [f"{role}: {found}" for found in findings(answer, signed_in=role != VISITOR)]
    assert wrong == []


def test_the_sign_off_page_shows_nothing_of_another_trainers_candidates(world: World) -> None:
    page = address("instructors_traineeship_sign_off")
    foreign, missing = (f"{page}?ids={pk}" for pk in (world.things["traineeship"], MISSING))
    answers = [ask(world, "other_trainer", "GET", one)[0] for one in (foreign, missing)]
    assert said(answers[0], foreign) == said(answers[1], missing)
    assert "Melody" not in answers[0].content.decode()
