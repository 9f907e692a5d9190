"""Who reads what happened: write_incident, incident, my_incident, and the office. Every reading stands in the trail."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client

from classes import incidents
from classes.incidents import CannotWrite, Words
from classes.models import IncidentNote, Session
from config.audit.models import AuditEntry
from config.letters.models import Letter
from families.models import Caregiver
from instructors.models import Instructor, Traineeship
from instructors.traineeship import withdraw
from tests.cast import NOW, Cast, sign_in
from tests.factories.accounts import make_user

CANARY = "canary: he slid off the mat"
SECOND_IS_OVER = datetime(2026, 3, 19, 10, 40, tzinfo=UTC)


@pytest.fixture
def second(cast: Cast) -> Session:
    return cast.running.sessions.select_related("series", "lesson").get(number=2)


def write(cast: Cast, session: Session, *, key: str = "note-0001", **more: Any) -> IncidentNote:
    values: dict[str, Any] = {
        "baby": cast.baby,
        "happened_at": SECOND_IS_OVER,
        "words": Words(summary="A baby rolled off a mat", what=CANARY, done="Held and looked at", told="The carer"),
        "by": cast.instructor,
        "now": NOW,
        **more,
    }
    return incidents.write(session, key=key, **values)


def count_of_readings() -> int:
    return AuditEntry.objects.filter(what="read an incident note").count()


def lead(cast: Cast) -> Instructor:
    return cast.instructor_profile


class TestWriting:
    def test_a_note_is_written_once_and_its_words_are_ciphertext(self, cast: Cast, second: Session) -> None:
        for _twice in range(2):
            note = write(cast, second)
        with connection.cursor() as cursor:
            cursor.execute("SELECT summary, what, done, told FROM classes_incidentnote")
            stored = str(cursor.fetchall())

        assert IncidentNote.objects.count() == 1
        assert [word for word in ("rolled", "slid", "Held", "carer") if word in stored + str(note)] == []
        assert AuditEntry.objects.filter(what="wrote an incident note").count() == 1
        assert CANARY not in str(list(AuditEntry.objects.values_list("detail", flat=True)))

    def test_not_before_the_session_and_never_in_the_future(self, cast: Cast) -> None:
        fourth = cast.running.sessions.select_related("series").get(number=4)
        with pytest.raises(CannotWrite, match="has not been yet"):
            write(cast, fourth)
        second = cast.running.sessions.select_related("series").get(number=2)
        assert write(cast, second, happened_at=NOW + timedelta(days=2)).happened_at == NOW

    def test_the_adults_who_book_get_a_letter_without_a_word_of_it(self, cast: Cast, second: Session) -> None:
        write(cast, second)
        letters = list(Letter.objects.order_by("to"))

        assert [letter.to for letter in letters] == ["coparent@example.org", "parent@example.org"]
        for letter in letters:
            told = f"{letter.subject} {letter.text} {letter.html}"
            assert "slid" not in told
            assert "mat" not in told.replace("Infant massage", "").replace("matter", "").split()
            assert "/me/incidents/" in told

    def test_a_family_that_asked_for_quiet_gets_none(self, cast: Cast, second: Session) -> None:
        type(cast.family).objects.filter(pk=cast.family.pk).update(quiet_at=NOW)
        write(cast, second)
        assert Letter.objects.count() == 0

    def test_about_nobody_in_particular_nobody_is_written_to(self, cast: Cast, second: Session) -> None:
        write(cast, second, baby=None)
        assert Letter.objects.count() == 0


class TestReading:
    def test_the_author_and_the_lead_read_it_and_each_reading_is_noted_first(self, cast: Cast, second: Session) -> None:
        note = write(cast, second)
        assert incidents.for_instructor(lead(cast), note.reference, now=NOW).what == CANARY
        assert count_of_readings() == 1

    def test_a_substitute_reads_what_it_wrote_and_nothing_else(self, cast: Cast, second: Session) -> None:
        hana = cast.other_instructor_profile
        Session.objects.filter(pk=second.pk).update(substitute=hana)
        ours, theirs = write(cast, second), write(cast, second, key="note-0002", by=cast.other_instructor)

        assert incidents.for_instructor(hana, theirs.reference, now=NOW).what == CANARY
        assert [one.pk for one in incidents.listed(second, hana)] == [theirs.pk]
        assert [one.pk for one in incidents.listed(second, lead(cast))] == [theirs.pk, ours.pk]
        with pytest.raises(IncidentNote.DoesNotExist):
            incidents.for_instructor(hana, ours.reference, now=NOW)
        assert count_of_readings() == 1

    def test_the_family_reads_what_is_about_its_baby_and_no_other_family_does(
        self, cast: Cast, second: Session
    ) -> None:
        note = write(cast, second)
        found = incidents.for_family(cast.caregiver, note.reference, by=cast.parent, now=NOW)
        assert (found.what, count_of_readings()) == (CANARY, 1)
        with pytest.raises(IncidentNote.DoesNotExist):
            incidents.for_family(cast.other_caregiver, note.reference, by=cast.other_parent, now=NOW)

    def test_a_list_says_nothing_of_what_happened(
        self, cast: Cast, second: Session, django_assert_num_queries: Any
    ) -> None:
        for number in range(3):
            write(cast, second, key=f"note-000{number}")
        with django_assert_num_queries(1) as seen:
            assert len(incidents.listed(second, lead(cast))) == 3
        assert '"what"' not in seen.captured_queries[0]["sql"]
        assert count_of_readings() == 0

    def test_after_three_years_it_is_deleted(self, cast: Cast, second: Session) -> None:
        write(cast, second)
        assert incidents.forget(NOW + timedelta(days=3 * 365)) == 0
        assert incidents.forget(NOW + timedelta(days=3 * 365, seconds=1)) == 1
        assert IncidentNote.objects.count() == 0
        assert AuditEntry.objects.filter(what="deleted an incident note").count() == 1


class TestPages:
    def sent(self, cast: Cast, **more: Any) -> dict[str, Any]:
        return {
            "key": "abcdefgh",
            "baby": cast.baby.pk,
            "clock": "10:20",
            "summary": "A baby rolled off a mat",
            "what": CANARY,
            "done": "",
            "told": "",
            **more,
        }

    def test_write_incident_then_incident(self, cast: Cast, second: Session, client: Client) -> None:
        teacher = sign_in(client, cast.instructor)
        address = f"/teach/sessions/{second.reference}/incident/"
        assert "First the baby and the grown-up" in teacher.get(address).content.decode()
        done = teacher.post(address, self.sent(cast))
        note = IncidentNote.objects.get()

        assert (done.status_code, done["Location"]) == (302, f"/teach/incidents/{note.reference}/")
        assert (note.baby, note.happened_at) == (cast.baby, datetime(2026, 3, 19, 10, 20, tzinfo=UTC))
        assert CANARY in teacher.get(done["Location"]).content.decode()
        listed = teacher.get(address).content.decode()
        assert f"/teach/incidents/{note.reference}/" in listed
        assert "canary" not in listed
        assert count_of_readings() == 1

    def test_the_line_without_names_has_no_name_of_the_register(
        self, cast: Cast, second: Session, client: Client
    ) -> None:
        teacher = sign_in(client, cast.instructor)
        address = f"/teach/sessions/{second.reference}/incident/"
        for summary in ("Ada rolled off a mat", "the mat was ADA’s."):
            page = teacher.post(address, self.sent(cast, summary=summary))
            assert page.status_code == 422
            assert "Please leave Ada out of this line." in page.content.decode()
            assert CANARY in page.content.decode()
        assert teacher.post(address, self.sent(cast, baby=cast.baby.pk + 500)).status_code == 422

    def test_my_incident_is_for_the_adults_who_book(self, cast: Cast, second: Session, client: Client) -> None:
        note = write(cast, second)
        address = f"/me/incidents/{note.reference}/"
        assert CANARY in sign_in(client, cast.coparent).get(address).content.decode()
        assert sign_in(client, cast.other_parent).get(address).status_code == 404
        assert count_of_readings() == 1

        Caregiver.objects.filter(user=cast.coparent).update(role=Caregiver.Role.PRACTICE)
        assert CANARY not in sign_in(client, cast.coparent).get(address).content.decode()
        assert count_of_readings() == 1


class TestOffice:
    ADDRESS = "/admin/classes/incidentnote/"

    def test_the_office_reads_it_and_that_stands_in_the_trail(
        self, cast: Cast, second: Session, client: Client
    ) -> None:
        note = write(cast, second)
        office = sign_in(client, cast.office)
        listed = office.get(self.ADDRESS).content.decode()
        assert note.reference in listed
        assert "rolled" not in listed
        assert count_of_readings() == 0
        assert CANARY in office.get(f"{self.ADDRESS}{note.pk}/change/").content.decode()
        assert count_of_readings() == 1

    @pytest.mark.parametrize("before", ["+", "%20", "_2B"])
    def test_a_note_is_found_by_its_number_alone_so_that_every_reading_is_noted(
        self, cast: Cast, second: Session, client: Client, before: str
    ) -> None:
        note = write(cast, second)
        page = sign_in(client, cast.office).get(f"{self.ADDRESS}{before}{note.pk}/change/", follow=True)
        assert (CANARY in page.content.decode(), count_of_readings()) == (False, 0)

    def test_a_trainer_reads_one_line_where_it_concerns_a_candidate_of_theirs(
        self, cast: Cast, second: Session, client: Client
    ) -> None:
        theirs = cast.practice.sessions.select_related("series").get(number=1)
        note = write(cast, theirs, by=cast.candidate, now=theirs.ends_at, happened_at=theirs.starts_at)
        other = write(cast, second, key="note-0002")
        trainer = sign_in(client, cast.trainer)
        listed = trainer.get(self.ADDRESS).content.decode()
        assert (note.reference in listed, other.reference in listed) == (True, False)

        page = trainer.get(f"{self.ADDRESS}{note.pk}/change/").content.decode()
        assert "A baby rolled off a mat" in page
        for hidden in ("canary", "Held and looked at", "Ada", "Melody"):
            assert hidden not in page.replace("Melody Fong", "" if hidden == "Melody" else "Melody Fong"), hidden
        assert count_of_readings() == 1
        assert trainer.get(f"{self.ADDRESS}{other.pk}/change/").status_code == 404
        # Once the training is over there is nothing left to look after.
        withdraw(Traineeship.objects.of(cast.candidate).get(), by=cast.candidate, now=theirs.ends_at)
        assert trainer.get(f"{self.ADDRESS}{note.pk}/change/").status_code == 403
        assert count_of_readings() == 1

    def test_other_staff_do_not_find_it(self, cast: Cast, second: Session, client: Client) -> None:
        note = write(cast, second)
        clerk = make_user("clerk@example.org", "Cleo Marsh", is_staff=True)
        for user in (clerk, cast.other_trainer):
            page = sign_in(client, user).get(f"{self.ADDRESS}{note.pk}/change/")
            assert page.status_code in (302, 403, 404)
        assert count_of_readings() == 0


def test_reading_long_after_is_still_noted(cast: Cast, second: Session) -> None:
    note = write(cast, second)
    with time_machine.travel(NOW + timedelta(days=200), tick=False):
        incidents.for_instructor(lead(cast), note.reference, now=NOW + timedelta(days=200))
    assert count_of_readings() == 1
