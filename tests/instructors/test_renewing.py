"""Learning hours, and another period for a certificate: asked for, handed in, decided, run out."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from config.letters.models import Letter
from instructors import learning, life, life_watch, renewing
from instructors.models import CERecord, Certificate, CertificateNotice, Requirement
from instructors.refusals import CannotChange
from instructors.renewal_rules import Phase, phase_of, rules_for, window_of
from tests.factories.accounts import make_user
from tests.factories.instructors import (
    a_body,
    a_certificate,
    a_credential,
    a_programme,
    a_registrar,
    a_trainer,
)

pytestmark = pytest.mark.django_db
ENDS = date(2026, 7, 1)
OPEN = datetime(2026, 5, 20, 9, tzinfo=UTC)


def the_registrar() -> Any:
    return a_body().registrars.get(email="registrar@example.org")


def rules(**fields: Any) -> Any:
    """Thirty-six months, renewed in the last ninety days or thirty after, with twelve hours."""
    said = {"renewal_window_days": 90, "grace_days": 30, "ce_hours": 12, **fields}
    return a_programme(requirements=[], **said)


def zoe(**fields: Any) -> Certificate:
    rules()
    holder = make_user("zoe@example.org", "Zoë Lindqvist")
    return a_certificate(holder, valid_from=date(2023, 7, 1), valid_until=ENDS, **fields)


def noted(certificate: Certificate, hours: str, *, title: str = "Refresher", **said: Any) -> CERecord:
    facts: dict[str, Any] = {"held_on": date(2026, 3, 1), "evidence": "Leeds", "by": certificate.holder, "now": OPEN}
    return learning.note_hours(certificate, title=title, hours=Decimal(hours), **{**facts, **said})


def with_hours(certificate: Certificate, hours: str) -> Certificate:
    learning.accept(noted(certificate, hours, title=f"{hours} hours"), by=a_registrar(), now=OPEN)
    return certificate


def handed_in(certificate: Certificate) -> Any:
    application = renewing.begin(certificate, by=certificate.holder, now=OPEN)
    return renewing.submit(application, by=certificate.holder, now=OPEN)


def again(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)


# When ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "phase"),
    [
        (date(2026, 4, 1), Phase.VALID),
        (date(2026, 4, 2), Phase.RENEWAL_OPEN),
        (date(2026, 7, 1), Phase.RENEWAL_OPEN),
        (date(2026, 7, 2), Phase.IN_GRACE),
        (date(2026, 7, 31), Phase.IN_GRACE),
        (date(2026, 8, 1), Phase.LAPSED),
    ],
)
def test_window_and_grace_are_computed_from_the_day(on: date, phase: Phase) -> None:
    certificate = zoe()
    assert phase_of(certificate, window_of(certificate, rules_for(certificate)), on=on) == phase


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (date(2026, 4, 1), "The renewal opens on 2 April 2026."),
        (date(2026, 8, 1), "The time to renew ended on 31 July 2026."),
    ],
)
def test_outside_the_window_nothing_is_begun(on: date, words: str) -> None:
    certificate = zoe()
    with pytest.raises(CannotChange, match=words):
        renewing.begin(certificate, by=certificate.holder, now=datetime(on.year, on.month, on.day, 9, tzinfo=UTC))


def test_where_no_rules_were_set_the_body_is_named() -> None:
    rules(validity_months=None)
    certificate = a_certificate(make_user("zoe@example.org", "Zoë"), valid_until=ENDS)
    with pytest.raises(CannotChange, match=r"No renewal is arranged here. Example School can say how it is done."):
        renewing.begin(certificate, by=certificate.holder, now=OPEN)


# Hours -----------------------------------------------------------------------------------------------------------


def test_what_is_missing_is_said_in_hours() -> None:
    certificate = with_hours(zoe(), "8")
    noted(certificate, "4")  # nobody has looked at these
    with pytest.raises(CannotChange, match=r"^4 hours of learning are missing.$"):
        handed_in(certificate)


@pytest.mark.parametrize(("there", "words"), [("11", "1 hour of learning is"), ("10.5", "1.5 hours of learning are")])
def test_one_hour_and_half_hours_have_their_words(there: str, words: str) -> None:
    with pytest.raises(CannotChange, match=rf"^{words} missing.$"):
        handed_in(with_hours(zoe(), there))


def test_hours_pressed_twice_are_noted_once_and_count_from_the_periods_first_day() -> None:
    certificate = zoe()
    assert noted(certificate, "4") == noted(certificate, "4")
    with pytest.raises(CannotChange, match="Hours count from 1 July 2023 on"):
        noted(certificate, "4", held_on=date(2023, 6, 30))
    with pytest.raises(CannotChange, match="still to come"):
        noted(certificate, "4", held_on=OPEN.date() + timedelta(days=1))
    with pytest.raises(CannotChange, match="Only the holder"):
        noted(certificate, "4", by=a_registrar())


def test_a_trainer_of_the_body_answers_and_nobody_else() -> None:
    certificate = zoe()
    hours = noted(certificate, "4")
    other = a_trainer("bea@example.org", "Bea", a_body("other-school"))
    for stranger in (certificate.holder, other, make_user("x@example.org", "X")):
        with pytest.raises(CannotChange, match="trainer or a registrar of the body"):
            learning.accept(hours, by=stranger, now=OPEN)
    aisha = a_trainer()
    with pytest.raises(CannotChange, match="Please say why"):
        learning.refuse(hours, word=" ", by=aisha, now=OPEN)
    learning.refuse(hours, word="A programme of the day would do.", by=aisha, now=OPEN)
    with pytest.raises(CannotChange, match="“Not counted” already"):
        learning.accept(hours, by=aisha, now=OPEN)
    with pytest.raises(CannotChange, match="have been looked at"):
        learning.take_back(hours, by=certificate.holder, now=OPEN)
    assert Letter.objects.get().subject == "About your learning hours"


# Handing in and deciding -----------------------------------------------------------------------------------------


def test_twelve_hours_and_the_registrars_yes_make_a_second_period() -> None:
    certificate = with_hours(zoe(), "12")
    application = handed_in(certificate)
    registrar = the_registrar()
    renewing.approve(application, by=registrar, now=OPEN)
    renewing.approve(application, by=registrar, now=OPEN)
    row, second = again(certificate), certificate.periods.get(seq=2)
    assert (again(application).state, again(application).period, row.valid_until, row.periods.count()) == (
        "approved",
        second,
        date(2029, 7, 1),
        2,
    )
    assert [one["hours"] for one in second.ce_snapshot] == ["12.0"]
    assert CERecord.objects.get().counted_in == second
    assert learning.counted(row, on=OPEN.date()) == []


def test_hours_after_an_early_renewal_count_for_the_next_one() -> None:
    certificate = with_hours(zoe(), "12")
    registrar = the_registrar()
    renewing.approve(handed_in(certificate), by=registrar, now=OPEN)
    after = noted(certificate, "3", held_on=OPEN.date())
    learning.accept(after, by=registrar, now=OPEN)
    assert learning.counted(certificate, on=date(2027, 1, 1)) == [after]


def test_only_a_registrar_decides_and_a_no_has_a_word_after_which_it_is_asked_again() -> None:
    certificate = with_hours(zoe(), "12")
    application = handed_in(certificate)
    with pytest.raises(CannotChange, match="Only a registrar"):
        renewing.approve(application, by=a_trainer(), now=OPEN)
    registrar = the_registrar()
    with pytest.raises(CannotChange, match="a word to the holder"):
        renewing.reject(application, word="", by=registrar, now=OPEN)
    renewing.reject(application, word="Please add the first-aid course.", by=registrar, now=OPEN)
    with pytest.raises(CannotChange, match="“Not renewed”"):
        renewing.approve(application, by=registrar, now=OPEN)
    assert handed_in(certificate) != application


def test_hours_that_were_counted_elsewhere_meanwhile_stop_the_yes() -> None:
    certificate = with_hours(zoe(), "12")
    application = handed_in(certificate)
    CERecord.objects.update(counted_in=certificate.periods.get())
    with pytest.raises(CannotChange, match=r"12 hours of learning are missing."):
        renewing.approve(application, by=the_registrar(), now=OPEN)
    assert certificate.periods.count() == 1


def test_what_the_programme_asks_at_a_renewal_is_answered() -> None:
    programme = rules(ce_hours=None)
    for key, kind in (("duty", "declaration"), ("essay", "document")):
        facts: dict[str, Any] = {"kind": kind, "stage": Requirement.Stage.RENEWAL, "title": key.title()}
        Requirement.objects.create(programme=programme, key=key, **facts)
    certificate = a_certificate(make_user("zoe@example.org", "Zoë"), valid_until=ENDS)
    application = renewing.begin(certificate, by=certificate.holder, now=OPEN)
    renewing.fill_in(application, {"duty": "declared", "stray": "x"}, by=certificate.holder, now=OPEN)
    with pytest.raises(CannotChange, match=r"^“Essay” is not answered yet.$"):
        renewing.submit(application, by=certificate.holder, now=OPEN)
    assert again(application).answers == {"duty": "declared"}


def test_a_trainers_renewal_asks_for_the_instructors_certificate_too() -> None:
    certificate = with_hours(zoe(), "12")
    application = handed_in(certificate)
    kind = certificate.credential_type
    kind.requires = a_credential(code="CEIM")
    kind.save()
    with pytest.raises(CannotChange, match="holds no valid CEIM of Example School"):
        renewing.approve(application, by=the_registrar(), now=OPEN)


def test_a_suspended_certificate_is_not_renewed() -> None:
    certificate = with_hours(zoe(), "12")
    application = handed_in(certificate)
    registrar = the_registrar()
    life.suspend(certificate, reason_code="insurance", by=registrar, now=OPEN)
    with pytest.raises(CannotChange, match="“Suspended”"):
        renewing.approve(application, by=registrar, now=OPEN)
    assert again(application).state == "submitted"


def test_a_renewal_that_was_only_begun_runs_out_and_one_handed_in_does_not() -> None:
    certificate = zoe()
    begun = renewing.begin(certificate, by=certificate.holder, now=OPEN)
    day_after = datetime(2026, 8, 1, 9, tzinfo=UTC)
    assert [renewing.sweep(day_after - timedelta(days=1)), renewing.sweep(day_after), renewing.sweep(day_after)] == [
        0,
        1,
        0,
    ]
    assert again(begun).state == "lapsed"


# What waits ------------------------------------------------------------------------------------------------------


def test_what_waits_is_there_for_those_who_can_answer_it() -> None:
    certificate = with_hours(zoe(), "12")
    hours = noted(certificate, "4")
    application = handed_in(certificate)
    registrar, aisha = the_registrar(), a_trainer()

    def urls(user: Any) -> list[str]:
        return [line.url for line in renewing.waiting_for(user, now=OPEN)]

    look = reverse("admin:instructors_cerecord_answer", args=[hours.pk])
    decide = reverse("admin:instructors_renewalapplication_decide", args=[application.pk])
    stranger = a_trainer("bea@example.org", "Bea", a_body("other-school"))
    assert [sorted(urls(user)) for user in (registrar, aisha, stranger, certificate.holder)] == [
        sorted([look, decide]),
        [look],
        [],
        [],
    ]


# Letters ---------------------------------------------------------------------------------------------------------


def test_ninety_sixty_and_thirty_days_ahead_a_letter_goes_once_each() -> None:
    certificate = zoe()
    days = [91, 90, 89, 60, 45, 30, 1, 0, -1]
    told = [life_watch.remind(datetime(2026, 7, 1, 3, tzinfo=UTC) - timedelta(days=left)) for left in days]
    assert told == [0, 1, 0, 1, 0, 1, 0, 0, 0]
    assert list(CertificateNotice.objects.values_list("days", flat=True)) == [90, 60, 30]
    assert [letter.subject for letter in Letter.objects.order_by("pk")] == ["Your certificate: until 1 July 2026"] * 3
    assert "for 90 more days" in Letter.objects.order_by("pk")[0].text
    # A letter waits for the morning where the holder lives.
    letter = Letter.objects.order_by("pk")[0]
    assert (letter.by_day_in, letter.send_after.hour >= 6) == (certificate.holder.time_zone or "UTC", True)


def test_after_a_standstill_the_letter_that_counts_goes_alone() -> None:
    zoe()
    assert life_watch.remind(datetime(2026, 6, 21, 3, tzinfo=UTC)) == 1
    assert CertificateNotice.objects.get().days == 30


def test_a_renewal_takes_back_the_letter_that_has_not_left() -> None:
    certificate = with_hours(zoe(), "12")
    life_watch.remind(OPEN)
    renewing.approve(handed_in(certificate), by=the_registrar(), now=OPEN)
    assert [letter.subject for letter in Letter.objects.all()] == ["Your certificate is renewed"]
