"""Two taps before a class: who answers and when, who reads it and when, and that it is forgotten on time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from classes import anything_changed, clearing, releasing
from classes.access import may_read_answers
from classes.anything_changed import CannotAnswer, Told, check_link
from classes.models import CheckLink, Clearance, ReadinessAnswer, Session
from classes.roll import roll
from config.audit.models import AuditEntry
from config.audit.trail import name_of
from families import consents, health
from families.models import Caregiver
from instructors.models import Instructor
from tests.cast import NOW, Cast
from tests.factories.classes import make_series
from tests.factories.families import add_baby
from tests.factories.teaching import answer_health, make_precaution

Counts = Callable[[int], Any]
SECRET = "pneumococcal, left thigh"


def session_of(cast: Cast, number: int = 3) -> Session:
    return Session.objects.select_related("series__instructor", "lesson").get(series=cast.running, number=number)


def tell(cast: Cast, *changed: str, words: str = "", at: datetime | None = None, now: datetime = NOW) -> None:
    told = {cast.baby.pk: Told(changed, at, words)}
    anything_changed.answer(cast.enrolment, session=session_of(cast), told=told, by=cast.caregiver, now=now)


def hints(cast: Cast, *, reader: Instructor | None = None, now: datetime | None = None) -> list[tuple[str, str]]:
    session = session_of(cast)
    who, at = reader or cast.instructor_profile, now or session.starts_at
    told = anything_changed.hints_for(session, [cast.baby, cast.other_baby], reader=who, now=at)
    return [(hint.what, hint.so) for hint in told.get(cast.baby.pk, [])]


def reads(cast: Cast) -> list[tuple[int | None, str]]:
    entries = AuditEntry.objects.filter(what=health.READ_BEFORE_CLASS).order_by("pk")
    return [(entry.by_id, entry.about) for entry in entries]


def test_what_is_told_is_ciphertext_in_the_database_and_nowhere_in_the_trail(cast: Cast) -> None:
    tell(cast, "medicine", words=SECRET)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM classes_readinessanswer")
        stored = str(cursor.fetchall())
    trail = str(list(AuditEntry.objects.values_list("what", "about", "detail", "by_name")))
    assert [word in text for word in (SECRET, "medicine") for text in (stored, trail)] == [False] * 4
    assert ReadinessAnswer.objects.get().facts == {"changed": ["medicine"], "vaccinated_at": "", "words": SECRET}
    assert str(ReadinessAnswer.objects.get()) == f"answer {ReadinessAnswer.objects.get().pk}"


def test_answering_again_takes_the_place_of_what_was_told(cast: Cast) -> None:
    tell(cast, "fever_ill")
    tell(cast, now=NOW + timedelta(hours=1))
    assert [(row.facts["changed"], row.forget_at) for row in ReadinessAnswer.objects.all()] == [
        ([], NOW + timedelta(days=14, hours=1))
    ]
    assert hints(cast) == []


def test_a_baby_who_does_not_come_that_day_is_not_asked_about(cast: Cast) -> None:
    session, theo = session_of(cast), add_baby(cast.family, "Theo")
    told = {baby.pk: Told(("oil",)) for baby in (cast.other_baby, theo)}
    assert anything_changed.answer(cast.enrolment, session=session, told=told, by=cast.caregiver, now=NOW) == []
    releasing.release(cast.enrolment, session=session, babies=[cast.baby], by=cast.parent, now=NOW)
    assert anything_changed.babies_asked(cast.enrolment, session=session) == []
    assert ReadinessAnswer.objects.count() == 0


@pytest.mark.parametrize(
    ("hours", "sentence"),
    [
        (-72.1, "We ask three days before the class. You need not think of it until then."),
        (-72, None),
        (0.6, None),
        (0.7, "This date is over. Before the next one we ask again."),
    ],
)
def test_it_is_asked_from_three_days_before_until_the_class_is_over(
    cast: Cast, hours: float, sentence: str | None
) -> None:
    session = session_of(cast)
    now = session.starts_at + timedelta(hours=hours)
    assert anything_changed.why_not_answer(session, now=now) == sentence
    if sentence:
        with pytest.raises(CannotAnswer, match=sentence):
            tell(cast, "oil", now=now)
        assert ReadinessAnswer.objects.count() == 0


def test_nothing_is_asked_about_a_date_that_was_called_off(cast: Cast) -> None:
    Session.objects.filter(pk=session_of(cast).pk).tell_anew(now=NOW, state=Session.State.CANCELLED)
    with pytest.raises(CannotAnswer, match="called off"):
        tell(cast, "oil")


def test_what_was_told_before_a_date_that_moved_far_away_says_nothing_of_it(cast: Cast) -> None:
    tell(cast, "fever_ill")
    session = session_of(cast)
    Session.objects.filter(pk=session.pk).tell_anew(now=NOW, starts_at=session.starts_at + timedelta(days=7))
    assert (hints(cast), reads(cast)) == ([], [])


class TestWhoReads:
    @pytest.mark.parametrize(
        ("hours", "may"), [(-24.01, False), (-24, True), (0, True), (24.6, True), (24.7, False), (100, False)]
    )
    def test_the_lead_within_a_day_of_the_class(self, cast: Cast, hours: float, may: bool) -> None:
        tell(cast, "oil")
        now = session_of(cast).starts_at + timedelta(hours=hours)
        assert bool(hints(cast, now=now)) is may
        assert reads(cast) == ([(cast.instructor.pk, name_of(cast.baby))] if may else [])

    @pytest.mark.parametrize(
        ("moment", "may"),
        [
            ("2026-03-25T23:59:00+00:00", False),
            ("2026-03-26T00:00:00+00:00", True),
            ("2026-03-26T10:00:00+00:00", True),
            ("2026-03-26T23:59:00+00:00", True),
            ("2026-03-27T00:00:00+00:00", False),
        ],
    )
    def test_a_substitute_on_the_day_itself(self, cast: Cast, moment: str, may: bool) -> None:
        tell(cast, "oil")
        tomasz = cast.other_instructor_profile
        Session.objects.filter(pk=session_of(cast).pk).update(substitute=tomasz)
        assert bool(hints(cast, reader=tomasz, now=datetime.fromisoformat(moment))) is may

    def test_a_substitute_of_another_date_and_everybody_else_never(self, cast: Cast) -> None:
        tell(cast, "oil")
        tomasz = cast.other_instructor_profile
        Session.objects.filter(series=cast.running, number=2).update(substitute=tomasz)
        session = session_of(cast)
        readers = (tomasz, cast.candidate_profile)
        assert [may_read_answers(reader, session, now=session.starts_at) for reader in readers] == [False, False]
        assert [hints(cast, reader=reader) for reader in readers] == [[], []]
        assert reads(cast) == []

    def test_the_read_is_written_down_before_the_answer_is_fetched(self, cast: Cast) -> None:
        tell(cast, "oil", words=SECRET)
        with CaptureQueriesContext(connection) as captured:
            assert hints(cast)
        told = [query["sql"] for query in captured]
        written = [n for n, sql in enumerate(told) if sql.startswith("INSERT") and "audit_auditentry" in sql]
        fetched = [n for n, sql in enumerate(told) if '"classes_readinessanswer"."answers"' in sql]
        assert (len(written), len(fetched), written < fetched) == (1, 1, True)

    def test_where_the_read_cannot_be_written_down_nothing_is_read(self, cast: Cast) -> None:
        tell(cast, "oil", words=SECRET)
        asked = []

        def full(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            asked.append(sql)
            if sql.startswith("INSERT") and "audit_auditentry" in sql:
                raise OperationalError("the disk is full")
            return execute(sql, params, many, context)

        with connection.execute_wrapper(full), pytest.raises(OperationalError):
            hints(cast)
        assert [sql for sql in asked if '"classes_readinessanswer"."answers"' in sql] == []

    def test_the_family_sees_who_looked(self, cast: Cast) -> None:
        tell(cast, "oil")
        hints(cast)
        assert [(entry.by_name, entry.what) for entry in health.reads_of(cast.baby)] == [
            ("Ruth Adeyemi", "read answers before a class")
        ]

    def test_in_the_family_the_writer_and_who_books(self, cast: Cast) -> None:
        joseph = Caregiver.objects.get(user=cast.coparent)
        session = session_of(cast)

        def read_by(adult: Caregiver) -> int:
            return len(anything_changed.read_in_family(session, [cast.baby, cast.other_baby], by=adult, now=NOW))

        tell(cast, "oil")
        told = [read_by(cast.caregiver), read_by(joseph), read_by(cast.other_caregiver)]
        joseph.role = Caregiver.Role.PRACTICE
        told.append(read_by(joseph))
        joseph.role, joseph.removed_at = Caregiver.Role.FULL, NOW
        told.append(read_by(joseph))
        assert told == [1, 1, 0, 0, 0]

    def test_the_register_tells_it_before_what_lasts(self, cast: Cast) -> None:
        tell(cast, "oil")
        answer_health(cast.baby, conditions=["hernia"])
        session = session_of(cast)
        cards = roll(session, reader=cast.instructor_profile, now=session.starts_at).cards
        assert [(row.name, [hint.what for hint in row.hints]) for card in cards for row in card.rows] == [
            ("Ada", ["Adapt: something about oil.", "A hernia."]),
            ("Noor", []),
        ]

    def test_more_babies_ask_no_more_of_the_database(self, cast: Cast, django_assert_num_queries: Counts) -> None:
        tell(cast, "oil")
        with django_assert_num_queries(7):
            hints(cast)
        session, told = session_of(cast), {cast.other_baby.pk: Told(("skin",))}
        anything_changed.answer(cast.other_enrolment, session=session, told=told, by=cast.other_caregiver, now=NOW)
        with django_assert_num_queries(7):
            hints(cast)


class TestWhatIsSaid:
    """Thursday 26 March at ten in Leeds is the class."""

    def test_a_doll_comes_first_with_its_reason(self, cast: Cast) -> None:
        make_precaution("fever_ill", position=1, level="not_today", reason="A busy body needs rest.")
        make_precaution("skin")
        tell(cast, "oil", "medicine", "skin", "fever_ill", words=SECRET)
        assert hints(cast) == [
            ("Not today: doll. Fever, or not well.", "A busy body needs rest."),
            (
                "Adapt: a rash, or sore skin.",
                "Leave that skin alone, and use no oil on it. Oil and rubbing can make sore skin worse.",
            ),
            ("Adapt: a new medicine.", "Ask the carer what their doctor or pharmacist said about touch."),
            ("Adapt: something about oil.", "Ask before any oil is used. Dry hands are fine."),
            (f"“{SECRET}”", ""),
        ]

    def test_without_the_curriculum_it_is_told_all_the_same(self, cast: Cast) -> None:
        tell(cast, "fever_ill")
        assert hints(cast) == [("Not today: doll. Fever, or not well.", "")]

    @pytest.mark.parametrize(
        ("vaccinated", "wait", "what"),
        [
            ("2026-03-23T10:00:00+00:00", 72, "Adapt: a vaccination."),
            ("2026-03-23T10:01:00+00:00", 72, "Not today: doll. A vaccination."),
            ("2026-03-23T10:01:00+00:00", 24, "Adapt: a vaccination."),
            ("2026-03-24T23:59:00+00:00", 48, "Not today: doll. A vaccination."),
            ("2026-03-24T23:59:00+00:00", 0, "Adapt: a vaccination."),
        ],
    )
    def test_the_wait_after_a_vaccination_is_the_instructors_own(
        self, cast: Cast, vaccinated: str, wait: int, what: str
    ) -> None:
        cast.instructor_profile.vaccination_wait_hours = wait
        cast.instructor_profile.save(update_fields=["vaccination_wait_hours"])
        tell(cast, "vaccination", at=datetime.fromisoformat(vaccinated))
        assert [one for one, _so in hints(cast)] == [what]

    def test_the_end_of_the_wait_is_said_on_the_clock_of_the_class(self, cast: Cast) -> None:
        tell(cast, "vaccination", at=datetime(2026, 3, 24, 14, 30, tzinfo=UTC))
        assert hints(cast) == [
            ("Not today: doll. A vaccination.", "The wait of 72 hours is over on Friday 27 March, 14:30.")
        ]

    def test_a_vaccination_without_a_day_was_today(self, cast: Cast) -> None:
        tell(cast, "vaccination")
        assert [one for one, _so in hints(cast)] == ["Not today: doll. A vaccination."]

    def test_the_wait_is_that_of_who_takes_the_class(self, cast: Cast) -> None:
        tomasz = cast.other_instructor_profile
        tomasz.vaccination_wait_hours = 0
        tomasz.save(update_fields=["vaccination_wait_hours"])
        tell(cast, "vaccination")
        Session.objects.filter(pk=session_of(cast).pk).update(substitute=tomasz)
        by_lead, by_substitute = hints(cast), hints(cast, reader=tomasz)
        assert [told[0][0] for told in (by_lead, by_substitute)] == ["Adapt: a vaccination."] * 2


class TestForgetting:
    def test_after_fourteen_days_nothing_is_left(self, cast: Cast) -> None:
        tell(cast, "oil", words=SECRET)
        check_link(cast.enrolment, session_of(cast), cast.caregiver, NOW)
        kept = NOW + timedelta(days=14) - timedelta(seconds=1)
        assert (anything_changed.sweep(kept), ReadinessAnswer.objects.count()) == (0, 1)
        assert (anything_changed.sweep(NOW + timedelta(days=14)), ReadinessAnswer.objects.count()) == (1, 0)
        assert (anything_changed.sweep(NOW + timedelta(days=17)), CheckLink.objects.count()) == (0, 0)

    def test_nobody_reads_what_is_only_not_swept_yet(self, cast: Cast) -> None:
        tell(cast, "oil")
        ReadinessAnswer.objects.update(forget_at=session_of(cast).starts_at)
        assert hints(cast) == []

    def test_who_wrote_it_takes_it_back_and_nobody_else_does(self, cast: Cast) -> None:
        tell(cast, "oil")
        joseph = Caregiver.objects.get(user=cast.coparent)
        rows = list(ReadinessAnswer.objects.all())
        assert anything_changed.take_back(rows, by=joseph, now=NOW) == 0
        assert anything_changed.take_back(rows, by=cast.caregiver, now=NOW) == 1
        assert ReadinessAnswer.objects.count() == 0


def test_leap_day_and_clock_change_do_not_change_how_long_is_waited(cast: Cast) -> None:
    """The clocks of Leeds go forward on 29 March: three days are 72 hours there too."""
    session = session_of(cast)
    starts_at = datetime(2026, 3, 30, 9, 0, tzinfo=UTC)
    Session.objects.filter(pk=session.pk).tell_anew(now=NOW, starts_at=starts_at)
    now = starts_at - timedelta(hours=48)
    tell(cast, "vaccination", at=starts_at - timedelta(hours=72), now=now)
    assert [one for one, _so in hints(cast)] == ["Adapt: a vaccination."]
    assert date(2026, 3, 30) == starts_at.date()


def test_taking_back_that_answers_are_kept_deletes_what_was_told_before_a_class_and_in_a_clearance(
    cast: Cast,
) -> None:
    tell(cast, "fever_ill", words=SECRET)
    ward = make_series(cast.instructor_profile, slug="ward", delivery="hospital")
    word = clearing.Word("Sister Okafor", NOW.date(), NOW.date(), SECRET)
    clearing.give(ward, baby=cast.baby, word=word, last_session_on=NOW.date(), by=cast.caregiver, now=NOW)

    consents.change_mind(cast.caregiver, kind="health", given=False, account=cast.parent, now=NOW)

    assert (ReadinessAnswer.objects.count(), Clearance.objects.count()) == (0, 0)
    deleted = AuditEntry.objects.filter(what__startswith="deleted", about=name_of(cast.baby)).order_by("pk")
    assert [one.what for one in deleted] == ["deleted an answer before a class", "deleted a clearance"]
