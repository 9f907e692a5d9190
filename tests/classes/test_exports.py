"""What is taken away from the reports: complete, one's own, written down, and with nothing in it that a program runs."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from classes import exports
from classes.exports import Sheet
from classes.models import Series
from config.audit.models import AuditEntry
from config.lib.cells import inert
from families.models import Baby
from tests.cast import NOW, Cast, sign_in
from tests.factories.ending import book, pay

FORMULAS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    '"=1+1',
    "＝1+1",
    '=HYPERLINK("https://example.org?x="&A1,"here")',
    "=cmd|' /C calc'!A0",
]


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("text", FORMULAS)
def test_nothing_that_begins_like_a_formula_stays_one_in_csv(text: str) -> None:
    [_heads, [cell]] = read_csv(exports.as_csv(Sheet("Sheet", ["Head"], [[text]])))
    assert cell == f"'{text}"


@pytest.mark.parametrize("text", ["Ada", "Anne-Marie", "2 + 2", "a=b", "O’Neill", "", "ines@example.org"])
def test_what_begins_like_a_word_stays_as_it_is(text: str) -> None:
    assert inert(text) == text


@pytest.mark.parametrize("text", FORMULAS)
def test_nothing_that_begins_like_a_formula_is_one_in_a_workbook(text: str) -> None:
    book = load_workbook(io.BytesIO(exports.as_workbook([Sheet("Sheet", ["=1+1"], [[text]])])))
    for cell in (book["Sheet"]["A1"], book["Sheet"]["A2"]):
        assert (cell.data_type, cell.hyperlink) == ("s", None)
    # Line ends are written as XML has them; the rest is the text itself.
    assert str(book["Sheet"]["A2"].value).replace("_x000D_", "\r").strip() == text.strip()


def test_numbers_and_days_are_numbers_and_days_in_a_workbook() -> None:
    day = NOW.date()
    book = load_workbook(io.BytesIO(exports.as_workbook([Sheet("Sheet", ["a", "b", "c"], [[-60, day, None]])])))
    [_heads, row] = book["Sheet"].iter_rows(values_only=True)
    assert (row[0], row[1].date(), row[2]) == (-60, day, None)


# By the page ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def ruth(cast: Cast, client: Client) -> Client:
    return sign_in(client, cast.instructor)


def take(client: Client, paper: str, kind: str = "csv", **fields: Any) -> Any:
    return client.post(reverse("classes:take_report", args=[paper]), {"kind": kind, "since": "year", **fields})


def test_attendance_is_one_line_for_each_place_and_date(cast: Cast, ruth: Client) -> None:
    Baby.objects.filter(pk=cast.baby.pk).update(first_name="=1+1")
    Series.objects.filter(pk=cast.running.pk).update(title="@Thursdays")
    taken = take(ruth, "attendance")

    assert taken["Content-Disposition"] == 'attachment; filename="warm-hands-attendance-2026-03-24.csv"'
    assert taken["Content-Type"] == "text/csv; charset=utf-8"
    [heads, first, *others] = read_csv(taken.content)
    assert (heads[0], heads[-1], len(others)) == ("Date", "How it stood", 3)
    assert first == [
        *("2026-03-12", "10:00", "Europe/London", "'@Thursdays", "1", "Asking, and legs", "'=1+1"),
        *(cast.enrolment.reference, "In the room", "of the series", "no mark yet"),
    ]
    workbook = load_workbook(io.BytesIO(take(ruth, "attendance", "xlsx").content))
    assert {cell.data_type for row in workbook["Attendance"].iter_rows() for cell in row} == {"s", "d", "n"}
    assert workbook["Attendance"]["G2"].value == "=1+1"


def test_income_and_hours_are_there_too_and_all_in_one_workbook(cast: Cast, ruth: Client) -> None:
    pay(book(cast, at=NOW - timedelta(days=3)), now=NOW - timedelta(days=2))
    [_heads, line] = read_csv(take(ruth, "income").content)
    reference = line[2]
    assert line == ["2026-03-22", "Busy little people", reference, "paid", "60.00", "GBP"]
    assert [row[-3:] for row in read_csv(take(ruth, "hours").content)[1:]] == [["40", "0", "lead"]] * 2
    workbook = load_workbook(io.BytesIO(take(ruth, "everything", "xlsx").content))
    assert workbook.sheetnames == ["Attendance", "Income", "Teaching hours"]


def test_every_export_is_written_down_with_who_took_it(cast: Cast, ruth: Client) -> None:
    take(ruth, "attendance", "xlsx", series=cast.running.slug)
    entry = AuditEntry.objects.get(what="took a report away")
    assert entry.by_id == cast.instructor.pk
    assert {name: entry.detail[name] for name in ("paper", "kind", "lines", "series")} == {
        **{"paper": "attendance", "kind": "xlsx"},
        **{"lines": 4, "series": cast.running.pk},
    }


def test_nobody_takes_what_is_not_theirs(cast: Cast, client: Client) -> None:
    sign_in(client, cast.other_instructor)
    assert read_csv(take(client, "attendance", series=cast.running.slug).content)[1:] == []
    sign_in(client, cast.parent)
    assert take(client, "attendance").status_code == 404
    assert AuditEntry.objects.filter(what="took a report away").count() == 1


def test_a_paper_or_a_form_that_does_not_exist_is_refused(cast: Cast, ruth: Client) -> None:
    assert take(ruth, "nonsense").status_code == 404
    assert take(ruth, "everything", "csv")["Location"] == reverse("classes:reports")
    assert take(ruth, "attendance", "exe")["Location"] == reverse("classes:reports")
    assert not AuditEntry.objects.filter(what="took a report away").exists()
