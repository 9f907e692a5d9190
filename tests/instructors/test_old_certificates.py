"""Certificates of other bodies and other days: recorded one by one, or brought in as a table after a dry run."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from config.accounts.models import User
from config.audit.models import AuditEntry
from instructors import demo, issuing
from instructors.importing import MOST_LINES, bring_in, template, try_out
from instructors.issuing import record_certificate
from instructors.models import Certificate, CertificateDocument, CertifyingBody
from instructors.numbering import compose
from instructors.refusals import CannotIssue, ChangedSinceShown
from tests.factories.accounts import make_user
from tests.factories.instructors import (
    LATER,
    a_body,
    a_certificate,
    a_credential,
    a_ready_traineeship,
    a_registrar,
    a_trainer,
)

pytestmark = pytest.mark.django_db
HEADS = "number,letters,name,email,valid_from,valid_until"


def iaim() -> CertifyingBody:
    body = a_body("international-association-infant-massage", signs_here=False, number_prefix="IAIM")
    a_credential(body, "CIMI")
    return body


def table(*lines: str) -> str:
    return "\n".join([HEADS, *lines])


GOOD = (
    f"{compose('IAIM', 'CIMI', 2019, 12)},CIMI,Ruth Adeyemi,ruth@example.org,2019-03-31,2029-03-30",
    "IAIM-77/B,cimi,Zoë Lindqvist,zoe@example.org,2020-01-01,",
    "1234,CIMI,=Yan,yan@example.org,2021-05-05,2031-05-05",
)


def test_three_old_certificates_are_tried_shown_and_then_brought_in_as_they_were_shown() -> None:
    body = iaim()
    by = a_registrar(body)
    make_user("zoe@example.org", "Z. Lindqvist")
    trial = try_out(table(*GOOD), body=body, by=by, now=LATER)
    assert (Certificate.objects.count(), User.objects.filter(email="ruth@example.org").exists()) == (0, False)
    assert [(line.no, line.number[:4], line.wrong, line.note[:24]) for line in trial.lines] == [
        (2, "IAIM", "", "Nobody signs in with thi"),
        (3, "IAIM", "", "The account with this ad"),
        (4, "1234", "", "Nobody signs in with thi"),
    ]
    made = bring_in(table(*GOOD), seen=trial.seen, body=body, by=by, now=LATER)
    assert [
        (one.number, one.name_as_issued, one.origin, one.valid_from, one.valid_until, one.verified_by, one.verified_on)
        for one in made
    ] == [
        (GOOD[0].split(",")[0], "Ruth Adeyemi", "recorded", date(2019, 3, 31), date(2029, 3, 30), by, LATER.date()),
        ("IAIM-77-B", "Zoë Lindqvist", "recorded", date(2020, 1, 1), None, by, LATER.date()),
        ("1234", "=Yan", "recorded", date(2021, 5, 5), date(2031, 5, 5), by, LATER.date()),
    ]
    assert (CertificateDocument.objects.count(), AuditEntry.objects.latest("pk").what) == (
        0,
        "brought in old certificates",
    )


def test_what_is_wrong_stands_beside_its_line_and_nothing_is_written() -> None:
    body = iaim()
    by = a_registrar(body)
    a_certificate(make_user("old@example.org", "Old"), body=body, number="IAIM-5", by=by)
    right = compose("IAIM", "CIMI", 2019, 12)
    mistyped = right[:-1] + ("7" if right[-1] != "7" else "8")
    wrong = {
        f"{mistyped},CIMI,Ruth,ruth@example.org,2019-03-31,": "mistyped",
        "iaim 5,CIMI,Ruth,ruth@example.org,2019-03-31,": "on record already",
        "1,CEIM,Ruth,ruth@example.org,2019-03-31,": "gives no “CEIM”. It gives: CIMI",
        "2,CIMI,Ruth,ruth at example,2019-03-31,": "no e-mail address",
        "3,CIMI,Ruth,ruth@example.org,31.3.2019,": "Write it like 2019-03-31",
        "4,CIMI,Ruth,ruth@example.org,2019-03-31,2018-01-01": "must end after it begins",
        "5,CIMI,,ruth@example.org,2019-03-31,": "Please fill in: name",
        "6,CIMI,Carla,registrar@example.org,2019-03-31,": "Nobody checks their own",
        "7,CIMI,Ruth,ruth@example.org,1019-03-31,": "look at the year",
        ",CIMI,Ruth,ruth@example.org,2019-03-31,": "Please fill in: number",
    }
    # The same number twice in one table: the second line is the wrong one.
    lines = [*wrong, "8,CIMI,Ruth,ruth@example.org,2019-03-31,", "8,CIMI,Yan,yan@example.org,2019-03-31,"]
    trial = try_out(table(*lines), body=body, by=by, now=LATER)
    told = [line.wrong for line in trial.lines]
    assert [words in said for words, said in zip(wrong.values(), told, strict=False)] == [True] * len(wrong)
    assert (told[-2], "on record already" in told[-1], trial.is_whole) == ("", True, False)
    with pytest.raises(CannotIssue, match="so none was"):
        bring_in(table(*lines), seen=trial.seen, body=body, by=by, now=LATER)
    assert (Certificate.objects.count(), User.objects.filter(email="ruth@example.org").exists()) == (1, False)


def test_what_would_come_out_otherwise_than_it_was_shown_is_refused() -> None:
    body = iaim()
    by = a_registrar(body)
    seen = try_out(table(*GOOD), body=body, by=by, now=LATER).seen
    with pytest.raises(ChangedSinceShown):
        bring_in(table(*GOOD[:2]), seen=seen, body=body, by=by, now=LATER)
    make_user("ruth@example.org", "Ruth Adeyemi")
    with pytest.raises(ChangedSinceShown):
        bring_in(table(*GOOD), seen=seen, body=body, by=by, now=LATER)
    assert Certificate.objects.count() == 0


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "The first line must name the columns."),
        ("number,name\n1,Ruth", "Missing: letters, email, valid_from, valid_until."),
        (HEADS, "There is no line under the heads yet."),
        (table(*["1,CIMI,R,r@example.org,2019-03-31,"] * (MOST_LINES + 1)), "At most 500 lines at once, please."),
        (table("9" * 140_000), "This cannot be read as a table."),
        ("x" * 200_001, "This file is larger"),
    ],
)
def test_what_is_no_table_of_certificates_is_said_in_a_sentence(content: str, words: str) -> None:
    body = iaim()
    with pytest.raises(CannotIssue) as refusal:
        try_out(content, body=body, by=a_registrar(body), now=LATER)
    assert words in str(refusal.value)


def test_the_template_is_such_a_table_and_semicolons_and_other_orders_are_read_too() -> None:
    body = iaim()
    by = a_registrar(body)
    filled = template(body).decode("utf-8-sig")
    turned = (
        "email;valid_from;valid_until;Number;Letters;Name;remarks\nr@example.org;2019-03-31;;5;CIMI;Ruth;hello\n;;;\n"
    )
    answers = [try_out(content, body=body, by=by, now=LATER).is_whole for content in (filled, turned)]
    assert answers == [True, True]


def test_only_a_registrar_of_the_body_records_its_certificates() -> None:
    body, other = iaim(), a_body("other-school")
    stranger = a_registrar(other)
    with pytest.raises(CannotIssue, match="Only a registrar"):
        try_out(table(*GOOD), body=body, by=stranger, now=LATER)
    with pytest.raises(CannotIssue, match="Only a registrar"):
        a_certificate(make_user("zoe@example.org", "Zoë"), body=body, by=stranger)


@pytest.mark.parametrize("dash", ["-", " ", ""])
def test_nobody_uses_up_the_numbers_that_are_given_here_for_another_body(dash: str) -> None:
    a_credential(a_body("example-school", number_prefix="ES"))
    number = compose("ES", "CIMI", 2026, 1).replace("-", dash)
    with pytest.raises(CannotIssue, match="number of another body"):
        a_certificate(make_user("zoe@example.org", "Zoë"), body=iaim(), number=number)


def test_a_number_that_two_registrars_write_in_one_moment_is_refused_once(monkeypatch: Any) -> None:
    body = iaim()
    a_certificate(make_user("zoe@example.org", "Zoë"), body=body, number="IAIM-5")
    # The other one's row comes to light only as this one is written.
    monkeypatch.setattr(issuing, "_must_be_a_number", lambda *_said: None)
    with pytest.raises(CannotIssue, match="on record already"):
        a_certificate(make_user("yan@example.org", "Yan"), body=body, number="iaim 5")


def test_a_number_of_our_own_form_is_checked_and_put_in_order_and_never_issued_again() -> None:
    """One from before this site was used keeps its number; the next to be issued passes it over."""
    trainer = a_trainer()
    row = a_ready_traineeship(trainer)
    by = a_registrar(a_body())
    ours = compose("ES", "CIMI", 2026, 1)
    old = record_certificate(
        a_credential(),
        holder=make_user("old@example.org", "Old"),
        number=ours.replace("-", "").lower(),
        valid_from=LATER.date() - timedelta(days=3),
        by=by,
        now=LATER,
    )
    issued = demo.certify(row, trainer=trainer, now=LATER)
    assert (old.number, issued.number) == (ours, compose("ES", "CIMI", 2026, 2))
    with pytest.raises(CannotIssue, match="one of a CIIT certificate"):
        a_certificate(make_user("b@example.org", "B"), number=compose("ES", "CIIT", 2020, 1), by=by)
