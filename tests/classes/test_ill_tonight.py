"""Ill tonight: twelve families, one funded, one a guest; one press does it all, two presses do nothing more.

Pages: `ill_tonight`, `told`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from classes import dues, ill, substitutes
from classes import told as reaching
from classes.models import Amends, Charge, MakeUpRight, Notice, Place, Session, SessionChange
from config.audit.models import AuditEntry
from config.letters.models import Letter
from families.models import Caregiver, Family
from instructors.models import Certificate
from tests.answers import said
from tests.cast import Cast, sign_in
from tests.factories.accounts import make_user
from tests.factories.classes import make_venue
from tests.factories.instructors import an_instructor
from tests.factories.twelve import Twelve, make_twelve

Counts = Callable[[int], Any]
# Three hours before the class, on the day.
NOON = datetime(2026, 3, 26, 7, 0, tzinfo=UTC)


@pytest.fixture
def twelve(cast: Cast) -> Twelve:
    return make_twelve(cast)


@pytest.fixture
def at_noon(cast: Cast) -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


def where(session: Session) -> str:
    return f"/teach/sessions/{session.reference}/ill/"


def signed_in(cast: Cast) -> Client:
    return sign_in(Client(), cast.instructor)


def typed(page: str, **more: str) -> dict[str, str]:
    """What the form of that page would post: its key and what was seen, cancelled for a make-up place."""
    found = {}
    for name in ("key", "seen"):
        found[name] = page.split(f'name="{name}" value="')[1].split('"', maxsplit=1)[0]
    return {**found, "do": "cancel", "compensation": "make_up", "words": "Sorry, a fever.", **more}


def press(cast: Cast, twelve: Twelve, **more: str) -> Any:
    client = signed_in(cast)
    data = typed(client.get(where(twelve.date)).content.decode(), **more)
    return client.post(where(twelve.date), data)


def rows() -> dict[str, Any]:
    """All that a press may write."""
    return {
        "changes": SessionChange.objects.count(),
        "notices": Notice.objects.count(),
        "amends": Amends.objects.count(),
        "rights": list(MakeUpRight.objects.order_by("pk").values()),
        "charges": list(Charge.objects.order_by("pk").values()),
        "letters": sorted(Letter.objects.values_list("key", flat=True)),
        "places": list(Place.objects.order_by("pk").values()),
        "sessions": list(Session.objects.order_by("pk").values_list("pk", "starts_at", "state", "sequence")),
        "trail": AuditEntry.objects.count(),
    }


@pytest.mark.usefixtures("at_noon")
class TestTwelveFamilies:
    def test_the_page_says_who_is_affected_before_anything_is_sent(self, cast: Cast, twelve: Twelve) -> None:
        page = signed_in(cast).get(where(twelve.date)).content.decode()
        assert "You can’t teach today" in page
        assert "We tell all 12 families" in page
        assert "12 families are affected" in page
        assert "9 who paid" in page
        assert "One with a funded place" in page
        assert "One by stream" in page
        assert "One guest for this date" in page
        assert "A message to Pat Shaw" in page
        assert "Nothing has been sent yet." in page
        assert "£12 back" in page
        assert not Letter.objects.exists()

    def test_called_off_for_money_everyone_gets_their_own_part_and_nobody_anything_twice(
        self, cast: Cast, twelve: Twelve
    ) -> None:
        answer = press(cast, twelve, compensation="refund")
        change = SessionChange.objects.get()
        assert answer.headers["Location"] == f"/teach/changes/{change.reference}/"
        assert twelve.fresh().state == Session.State.CANCELLED

        refunds = Charge.objects.filter(kind="refund").values_list("enrolment", "amount_minor")
        paid = [one.pk for one in twelve.enrolments if one.pk not in (twelve.funded.pk, twelve.guest.pk)]
        assert dict(refunds) == dict.fromkeys(paid, 1200)
        kinds = dict(Amends.objects.values_list("enrolment", "kind"))
        assert kinds == {**dict.fromkeys(paid, "refund"), twelve.funded.pk: "make_up", twelve.guest.pk: "make_up"}
        twelve.right.refresh_from_db()
        assert (twelve.right.state, twelve.right.place) == ("open", None)
        assert twelve.right.expires_at >= NOON + timedelta(days=30)
        for one in twelve.enrolments:
            assert dues.balance(one.family, now=NOON, currency="GBP").difference.minor == 0

        keys = Letter.objects.values_list("key", flat=True)
        assert sum(key.startswith("changed:") for key in keys) == 12
        assert Letter.objects.get(key=f"room:{change.reference}").to == "hall@example.org"
        assert Notice.objects.filter(change=change).values("enrolment").distinct().count() == 12

    @pytest.mark.parametrize(
        "wish",
        [
            {"do": "cancel", "compensation": "make_up"},
            {"do": "cancel", "compensation": "refund"},
            {"do": "cancel", "compensation": "choose"},
            {"do": "move", "to": "other", "on": "2026-03-28", "at": "10:00"},
            {"do": "online", "stream_url": "https://meet.example.org/x"},
        ],
        ids=["make-up", "money", "choose", "move", "online"],
    )
    def test_run_twice_nothing_is_doubled(self, cast: Cast, twelve: Twelve, wish: dict[str, str]) -> None:
        client = signed_in(cast)
        page = client.get(where(twelve.date)).content.decode()
        other_page = client.get(where(twelve.date)).content.decode()
        first = client.post(where(twelve.date), typed(page, **wish))
        assert first.status_code == 302
        once = rows()

        again = client.post(where(twelve.date), typed(page, **wish))
        assert again.headers["Location"] == first.headers["Location"]
        assert rows() == once

        # Another tab, or the same person on another phone, with a key of its own: told, and nothing written.
        late = client.post(where(twelve.date), typed(other_page, **wish))
        assert late.status_code in {409, 422}
        assert rows() == once

    def test_an_older_page_is_told_that_the_date_changed_since(self, cast: Cast, twelve: Twelve) -> None:
        client = signed_in(cast)
        old = client.get(where(twelve.date)).content.decode()
        press(cast, twelve, do="move", to="other", on="2026-03-28", at="10:00")
        late = client.post(where(twelve.date), typed(old, do="move", to="other", on="2026-03-29", at="11:00"))
        page = late.content.decode()
        assert late.status_code == 409
        assert "changed since you opened the page" in page
        assert 'value="2026-03-29"' in page  # what was typed stays
        assert f'name="seen" value="{twelve.fresh().sequence}"' in page.replace(' id="id_seen"', "")

    def test_moved_to_a_free_moment_that_was_suggested(self, cast: Cast, twelve: Twelve) -> None:
        moments = ill.moments_instead(twelve.date, now=NOON)
        assert [moment.isoformat() for moment in moments] == ["2026-04-16T09:00:00+00:00", "2026-03-27T10:00:00+00:00"]
        press(cast, twelve, do="move", to=moments[0].isoformat())
        assert twelve.fresh().starts_at == moments[0]
        letter = Letter.objects.get(key__startswith="room:")
        assert "Free, we do not come: Thursday 26 March, 10:00–10:40" in letter.text
        assert "Needed, we would like to come: Thursday 16 April, 10:00–10:40" in letter.text

    def test_a_moment_when_the_instructor_teaches_is_not_suggested(self, cast: Cast, twelve: Twelve) -> None:
        busy = cast.open.sessions.get(number=1)
        Session.objects.filter(pk=busy.pk).tell_anew(now=NOON, starts_at=datetime(2026, 4, 16, 8, 30, tzinfo=UTC))
        assert ill.moments_instead(twelve.date, now=NOON)[0] == datetime(2026, 3, 27, 10, 0, tzinfo=UTC)

    def test_a_substitute_takes_it_and_nobody_is_owed_anything(self, cast: Cast, twelve: Twelve) -> None:
        tomasz = cast.other_instructor_profile
        press(cast, twelve, do="sub", who=str(tomasz.pk))
        change = SessionChange.objects.get()
        assert (change.kind, change.substitute, change.compensation) == ("substitute", tomasz, "none")
        assert twelve.fresh().substitute == tomasz
        assert not Amends.objects.exists()
        assert not Letter.objects.filter(key__startswith="room:").exists()
        assert Notice.objects.filter(again_due_at__isnull=False).count() == 0

    @pytest.mark.parametrize(
        ("wish", "words"),
        [
            ({"do": "move", "to": "other", "on": "", "at": ""}, "Please give the day and the time."),
            ({"do": "move", "to": "other", "on": "2026-03-29", "at": "01:30"}, "The clocks skip this time"),
            ({"do": "move", "to": "2026-05-05T09:00:00+00:00"}, "This moment is not free any more."),
            ({"do": "sub", "who": ""}, "Please say who takes it."),
            ({"do": "sub", "who": "999999"}, "They are not free any more."),
            ({"do": "online", "stream_url": ""}, "Please give the link to the live-stream."),
            ({"do": "online", "stream_url": "javascript:alert(1)"}, "it begins with https://"),
            ({"do": "cancel", "compensation": ""}, "Please say what families get."),
            ({"do": ""}, "Please say what happens to this date."),
        ],
    )
    def test_what_is_missing_is_said_beside_its_field_and_nothing_is_sent(
        self, cast: Cast, twelve: Twelve, wish: dict[str, str], words: str
    ) -> None:
        before = rows()
        answer = press(cast, twelve, **wish)
        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert "Sorry, a fever." in answer.content.decode()
        assert rows() == before

    def test_a_date_that_has_begun_stays_as_it_is(self, cast: Cast, twelve: Twelve) -> None:
        with time_machine.travel(twelve.date.starts_at, tick=False):
            page = signed_in(cast).get(where(twelve.date))
            assert "This class has begun" in page.content.decode()
            data = {"key": "k" * 8, "seen": "0", "do": "cancel", "compensation": "make_up"}
            assert signed_in(cast).post(where(twelve.date), data).status_code == 409
        assert not SessionChange.objects.exists()

    def test_only_the_lead_of_the_series_finds_the_pages(self, cast: Cast, twelve: Twelve) -> None:
        press(cast, twelve)
        change = SessionChange.objects.get()
        Session.objects.filter(pk=twelve.date.pk).update(substitute=cast.other_instructor_profile)
        other = sign_in(Client(), cast.other_instructor)
        for path, missing in (
            (where(twelve.date), "/teach/sessions/NOSUCH/ill/"),
            (f"/teach/changes/{change.reference}/", "/teach/changes/NOSUCH/"),
        ):
            nothing = said(other.get(missing), missing.split("/")[3])
            assert nothing[0] == 404
            assert said(other.get(path), path.split("/")[3]) == nothing


@pytest.mark.usefixtures("at_noon")
class TestTold:
    def page(self, cast: Cast, minutes: int = 20) -> str:
        """So many minutes after the press."""
        change = SessionChange.objects.get()
        with time_machine.travel(NOON + timedelta(minutes=minutes), tick=False):
            return signed_in(cast).get(f"/teach/changes/{change.reference}/").content.decode()

    def test_letters_are_given_time_to_be_opened_before_anybody_is_phoned(self, cast: Cast, twelve: Twelve) -> None:
        press(cast, twelve)
        early = self.page(cast, minutes=19)
        assert "Whoever has not opened it by" in early
        assert "tel:" not in early
        Letter.objects.filter(to="goran@example.org").update(state=Letter.State.PARKED)
        assert self.page(cast, minutes=1).count("tel:") == 1
        assert self.page(cast).count("tel:") == 12

    def test_shortly_before_the_class_nobody_waits_to_phone(self, cast: Cast, twelve: Twelve) -> None:
        with time_machine.travel(twelve.date.starts_at - timedelta(minutes=55), tick=False):
            press(cast, twelve)
            assert (
                len(
                    reaching.told_of(
                        reaching.change_of(cast.instructor_profile, self.reference()),
                        now=twelve.date.starts_at - timedelta(minutes=55),
                    ).to_phone
                )
                == 12
            )

    def how(self, now: datetime = NOON) -> dict[str, str]:
        change = reaching.change_of(SessionChange.objects.get().session.series.instructor, self.reference())
        return {one.names: str(one.how) for one in reaching.told_of(change, now=now).families}

    def reference(self) -> str:
        return SessionChange.objects.get().reference

    def test_whom_to_phone_first_then_who_was_told(self, cast: Cast, twelve: Twelve) -> None:
        Caregiver.objects.filter(user__email="cosmo@example.org").update(user=None)
        press(cast, twelve)
        Letter.objects.update(state=Letter.State.SENT, sent_at=NOON)
        Letter.objects.filter(to="goran@example.org").update(state=Letter.State.PARKED, sent_at=None)
        Notice.objects.exclude(caregiver__name__in=["Parent of Goran", "Parent of Cosmo", "Lea Brandt"]).update(
            opened_at=NOON
        )
        how = self.how()
        assert (how["Goran"], how["Cosmo"], how["Oskar"], how["Ada"]) == (
            "came_back",
            "no_letter",
            "not_opened",
            "opened",
        )
        page = self.page(cast)
        calls = [part.split("<")[0] for part in page.split('<ul class="calls">')[1].split("</ul>")[0].split("<b>")[1:]]
        assert calls == ["Parent of Goran, for Goran", "Parent of Cosmo, for Cosmo", "Lea Brandt, for Oskar"]
        assert 'href="tel:+447700900199"' in page
        assert "All 12 are told" in page
        assert "9 of 12 opened" in page
        assert "3 have not opened it." in page
        assert "The keeper of St Brannoc’s Hall has a letter too." in page

    def test_spoken_to_is_noted_once_and_taken_back(self, cast: Cast, twelve: Twelve) -> None:
        press(cast, twelve)
        client, path = signed_in(cast), f"/teach/changes/{self.reference()}/"
        for _time in range(2):
            assert client.post(path, {"booking": twelve.guest.reference, "spoken": "1"}).status_code == 302
        assert self.how()["Oskar"] == "spoken"
        assert AuditEntry.objects.filter(what="spoke to a family").count() == 1
        assert "Spoken to" in self.page(cast)
        client.post(path, {"booking": twelve.guest.reference})
        assert self.how()["Oskar"] == "on_its_way"
        client.post(path, {"booking": "NOSUCH", "spoken": "1"})
        assert not Notice.objects.filter(spoken_at__isnull=False).exists()

    def test_numbers_are_shown_no_more_once_the_date_is_over(self, cast: Cast, twelve: Twelve) -> None:
        press(cast, twelve)
        assert "tel:" in self.page(cast)
        over = self.page(cast, minutes=3 * 60 + 1)
        assert "tel:" not in over
        assert "Please phone" not in over
        assert "This date is over." in over

    def test_a_family_that_asked_for_quiet_is_neither_written_to_nor_phoned(self, cast: Cast, twelve: Twelve) -> None:
        Family.objects.filter(pk=twelve.guest.family_id).update(quiet_at=NOON)
        press(cast, twelve)
        assert not Letter.objects.filter(to="oskar@example.org").exists()
        assert "Oskar" not in self.how()
        assert "900199" not in self.page(cast)

    @pytest.mark.parametrize("families", [1, 12])
    def test_who_was_told_is_read_as_often_for_many_as_for_one(
        self, cast: Cast, twelve: Twelve, django_assert_num_queries: Counts, families: int
    ) -> None:
        press(cast, twelve)
        keep = [one.pk for one in twelve.enrolments][:families]
        Notice.objects.exclude(enrolment__in=keep).delete()
        change = reaching.change_of(cast.instructor_profile, self.reference())
        with django_assert_num_queries(5):
            assert len(reaching.told_of(change, now=NOON).families) == families


class TestSubstitutes:
    def names(self, session: Session, now: datetime) -> list[str]:
        return [one.instructor.display_name for one in substitutes.free_for(session, now=now)]

    def test_certified_near_and_free_whoever_stood_in_first(self, cast: Cast, twelve: Twelve, now: datetime) -> None:
        [tomasz] = substitutes.free_for(twelve.date, now=now)
        assert (tomasz.instructor, tomasz.letters, tomasz.is_in_town, tomasz.has_stood_in) == (
            cast.other_instructor_profile,
            "CIMI",
            True,
            False,
        )
        Session.objects.filter(series=cast.running, number=1).update(substitute=cast.other_instructor_profile)
        assert substitutes.free_for(twelve.date, now=now)[0].has_stood_in

    def test_a_candidate_may_not(self, cast: Cast, twelve: Twelve, now: datetime) -> None:
        assert "Melody Fong" not in self.names(twelve.date, now)

    def test_who_has_no_valid_certificate_that_day_may_not(self, cast: Cast, twelve: Twelve, now: datetime) -> None:
        Certificate.objects.filter(holder=cast.other_instructor).update(valid_until=now.date())
        assert self.names(twelve.date, now) == []

    @pytest.mark.parametrize(
        ("field", "value"), [("languages", ["pl"]), ("town", "Gdańsk")], ids=["another language", "far away"]
    )
    def test_who_does_not_fit_is_not_asked(
        self, cast: Cast, twelve: Twelve, now: datetime, field: str, value: Any
    ) -> None:
        setattr(cast.other_instructor_profile, field, value)
        cast.other_instructor_profile.save()
        assert self.names(twelve.date, now) == []
        assert not substitutes.is_free(cast.other_instructor_profile, twelve.date, now=now)

    @pytest.mark.parametrize(("minutes", "is_free"), [(-90, True), (-50, True), (-30, False), (30, False), (45, True)])
    def test_who_teaches_then_is_not_free(
        self, cast: Cast, twelve: Twelve, now: datetime, minutes: int, is_free: bool
    ) -> None:
        """Their own class takes 40 minutes and is held by stream, so there is no way to go."""
        mine = cast.stream.sessions.get(number=1)
        at = twelve.date.starts_at + timedelta(minutes=minutes)
        Session.objects.filter(pk=mine.pk).tell_anew(now=now, starts_at=at)
        assert (self.names(twelve.date, now) != []) is is_free
        assert substitutes.is_free(cast.other_instructor_profile, twelve.date, now=now) is is_free

    def test_the_way_between_two_rooms_counts(self, cast: Cast, twelve: Twelve, now: datetime) -> None:
        other_room = make_venue("The Old Library")
        cast.stream.venue = other_room
        cast.stream.save()
        mine = cast.stream.sessions.get(number=1)
        at = twelve.date.starts_at - timedelta(minutes=50)
        Session.objects.filter(pk=mine.pk).tell_anew(now=now, starts_at=at)
        assert self.names(twelve.date, now) == []

    @pytest.mark.parametrize("others", [1, 3])
    def test_looked_for_as_often_among_many(
        self, cast: Cast, twelve: Twelve, now: datetime, django_assert_num_queries: Counts, others: int
    ) -> None:
        for number in range(others - 1):
            user = make_user(f"more-{number}@example.org", f"Teacher {number}")
            an_instructor(user, town="Leeds", languages=["en"])
        with django_assert_num_queries(3):
            assert len(substitutes.free_for(twelve.date, now=now)) == others
