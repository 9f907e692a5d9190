"""Calendar addresses: `calendar_feed`, read by khal and other readers, and the pages `calendar_address` and `teaching_calendar`."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classes import calendars, feeds
from classes.models import CalendarFeed, Place, Session
from config.audit.models import AuditEntry
from families.models import Caregiver, Family
from tests.cast import NOW, Cast, sign_in
from tests.classes.test_calendars import events_of, read, release, take_back
from tests.factories.classes import make_enrolment, make_series


def address(cast: Cast, owner: Any = None) -> str:
    token = feeds.make_address(owner or cast.caregiver, by=cast.parent, now=NOW)
    return f"/calendar/{token}.ics"


def text_at(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_feed_holds_the_households_dates_for_each_of_its_adults(cast: Cast, client: Client) -> None:
    coparent = cast.family.caregivers.get(user=cast.coparent)
    mine, theirs = (text_at(client, address(cast, one)) for one in (cast.caregiver, coparent))

    assert read(mine) == [
        ("Thu 12 Mar 10:00 +0000", "10:40", "CONFIRMED", 0),
        ("Thu 19 Mar 10:00 +0000", "10:40", "CONFIRMED", 0),
        ("Thu 26 Mar 10:00 +0000", "10:40", "CONFIRMED", 0),
        ("Thu 02 Apr 10:00 +0100", "10:40", "CONFIRMED", 0),
        ("Thu 09 Apr 10:00 +0100", "10:40", "CONFIRMED", 0),
    ]
    assert mine == theirs


def test_the_feed_and_the_file_of_a_letter_tell_the_same(cast: Cast, client: Client) -> None:
    release(cast, number=3)
    cast.running.sessions.filter(number=4).tell_anew(now=NOW, minutes=50)
    feed = text_at(client, address(cast))
    [attached] = calendars.file_for(cast.family, sessions=cast.running.sessions.all(), to=cast.parent, now=NOW)

    def told(text: str) -> dict[str, Any]:
        fields = ("SUMMARY", "SEQUENCE", "STATUS", "DTSTART", "DTEND", "LOCATION")
        return {uid: [event[field].to_ical() for field in fields] for uid, event in events_of(text).items()}

    assert told(feed) == told(attached.content)


def test_the_feed_says_how_to_keep_it(cast: Cast, client: Client) -> None:
    answer = client.get(address(cast))

    assert {name: answer.headers[name] for name in ("Content-Type", "Cache-Control", "Referrer-Policy")} == {
        "Content-Type": "text/calendar; charset=utf-8",
        "Cache-Control": "private, no-cache",
        "Referrer-Policy": "no-referrer",
    }
    assert (answer.headers["X-Robots-Tag"], "Set-Cookie" in answer.headers) == ("noindex", False)


def test_a_reader_that_has_it_already_is_told_so(cast: Cast, client: Client) -> None:
    here = address(cast)
    first = client.get(here)
    again = client.get(here, HTTP_IF_NONE_MATCH=first.headers["ETag"])
    since = client.get(here, HTTP_IF_MODIFIED_SINCE=first.headers["Last-Modified"])

    assert [(one.status_code, one.content) for one in (again, since)] == [(304, b""), (304, b"")]
    assert again.headers["ETag"] == first.headers["ETag"]


@pytest.mark.parametrize("change", ["released", "taken back", "moved", "called off", "booked"])
def test_a_reader_is_told_of_every_change(cast: Cast, client: Client, change: str) -> None:
    here, later = address(cast), NOW + timedelta(minutes=5)
    if change == "taken back":
        release(cast, number=3)
    first = client.get(here)
    third = cast.running.sessions.filter(number=3)
    if change == "released":
        Place.objects.filter(enrolment=cast.enrolment, session__number=3).update(released_at=later, release="told")
    elif change == "taken back":
        take_back(cast, number=3)
        Place.objects.filter(taken_at=NOW).update(taken_at=later)
    elif change == "moved":
        third.tell_anew(now=later, starts_at=datetime(2026, 3, 27, 9, tzinfo=UTC))
    elif change == "called off":
        third.tell_anew(now=later, state=Session.State.CANCELLED)
    else:
        make_enrolment(cast.open, family=cast.family, babies=[cast.baby], by=cast.parent, at=later)
    by_tag = client.get(here, HTTP_IF_NONE_MATCH=first.headers["ETag"])
    by_time = client.get(here, HTTP_IF_MODIFIED_SINCE=first.headers["Last-Modified"])

    assert (by_tag.status_code, by_time.status_code) == (200, 200)
    assert by_tag.content == by_time.content != first.content


def test_the_same_dates_give_the_same_words_an_hour_later(cast: Cast) -> None:
    token = feeds.make_address(cast.caregiver, by=cast.parent, now=NOW)
    early, late = (feeds.feed_at(token, now=NOW + timedelta(hours=hours)) for hours in (0, 1))
    assert early is not None
    assert late is not None

    assert (early.text, early.etag) == (late.text, late.etag)


def test_the_tag_is_told_without_writing_the_calendar(cast: Cast) -> None:
    """A reader that has it already costs no library and no text."""
    token = feeds.make_address(cast.caregiver, by=cast.parent, now=NOW)
    feed = feeds.feed_at(token, now=NOW)
    assert feed is not None
    release(cast, number=3)
    changed = feeds.feed_at(token, now=NOW)
    assert changed is not None

    assert len({feed.etag, changed.etag}) == 2


def gone(client: Client, address: str) -> tuple[int, bytes, dict[str, str]]:
    answer = client.get(address)
    headers = {name: value for name, value in answer.headers.items() if name.lower() != "x-request-id"}
    return answer.status_code, answer.content, headers


@pytest.mark.parametrize("end", ["replaced", "removed", "closed", "locked out", "came back"])
def test_an_address_that_ended_is_as_one_that_never_was(cast: Cast, client: Client, end: str) -> None:
    here = address(cast)
    never = gone(client, f"/calendar/{'A' * 32}.ics")
    assert client.get(here).status_code == 200
    caregiver = Caregiver.objects.filter(pk=cast.caregiver.pk)
    if end == "replaced":
        address(cast)
    elif end == "removed":
        caregiver.update(removed_at=NOW)
    elif end == "closed":
        Family.objects.filter(pk=cast.family.pk).update(closed_at=NOW)
    elif end == "locked out":
        cast.parent.is_active = False
        cast.parent.save()
    else:
        caregiver.update(joined_at=NOW + timedelta(days=1))

    assert gone(client, here) == never
    assert never[:2] == (404, b"There is no calendar at this address.\n")


def test_the_other_adults_address_lives_on(cast: Cast, client: Client) -> None:
    coparent = cast.family.caregivers.get(user=cast.coparent)
    here = address(cast, coparent)
    Caregiver.objects.filter(pk=cast.caregiver.pk).update(removed_at=NOW)

    assert client.get(here).status_code == 200


def test_a_family_that_asked_for_quiet_finds_an_empty_calendar(cast: Cast, client: Client) -> None:
    here = address(cast)
    before = client.get(here)
    Family.objects.filter(pk=cast.family.pk).update(quiet_at=NOW)
    after = client.get(here, HTTP_IF_NONE_MATCH=before.headers["ETag"])

    assert (after.status_code, events_of(after.content.decode())) == (200, {})
    assert b"BEGIN:VTIMEZONE" in after.content


def test_a_year_back_and_all_that_is_ahead(cast: Cast, client: Client) -> None:
    for slug, days in (("long-ago", -380), ("a-year-ago", -360), ("far-ahead", 700)):
        first = (NOW + timedelta(days=days)).date()
        series = make_series(cast.instructor_profile, slug=slug, title=slug, first=first, weeks=1)
        make_enrolment(series, family=cast.family, babies=[cast.baby], by=cast.parent)
    summaries = [str(event["SUMMARY"]) for event in events_of(text_at(client, address(cast))).values()]

    assert [words.split(",")[0] for words in summaries] == ["a-year-ago", *["Gentle Thursdays"] * 5, "far-ahead"]


@pytest.mark.parametrize("more", [1, 3])
def test_the_feed_takes_two_statements_at_every_size(cast: Cast, client: Client, more: int) -> None:
    for number in range(more):
        series = make_series(cast.instructor_profile, slug=f"more-{number}", weeks=1 + number)
        make_enrolment(series, family=cast.family, babies=[cast.baby], by=cast.parent)
    here, theirs = address(cast), address(cast, cast.instructor_profile)
    for one in (here, theirs):
        with CaptureQueriesContext(connection) as asked:
            client.get(one)
        assert len(asked.captured_queries) == 2


def test_the_feed_writes_nothing(cast: Cast, client: Client) -> None:
    here = address(cast)
    with CaptureQueriesContext(connection) as asked:
        client.get(here)
        client.head(here)
    assert {query["sql"].split(" ")[0] for query in asked.captured_queries} == {"SELECT"}


def test_it_names_no_baby_no_adult_and_no_stream(cast: Cast, client: Client) -> None:
    cast.running.stream_url = "https://stream.example.net/gentle"
    cast.running.save(update_fields=["stream_url"])
    told = text_at(client, address(cast)) + text_at(client, address(cast, cast.instructor_profile))

    private = ("Ada", "Noor", "Ines", "Moreau", "Joseph", "Amal", "stream.example.net", "@example.org")
    assert [words for words in private if words in told] == []


def test_the_instructors_feed_holds_what_they_lead(cast: Cast, client: Client) -> None:
    cast.running.sessions.filter(number=3).tell_anew(now=NOW, substitute=cast.other_instructor_profile)
    cast.running.sessions.filter(number=4).tell_anew(now=NOW, state=Session.State.CANCELLED)
    own = events_of(text_at(client, address(cast, cast.instructor_profile)))
    substitutes = events_of(text_at(client, address(cast, cast.other_instructor_profile)))
    third = f"session-{cast.running.sessions.get(number=3).reference}@localhost"
    told = [(str(event["SUMMARY"]), str(event["STATUS"])) for event in own.values()][:5]

    assert told == [
        ("Gentle Thursdays, session 1: Asking, and legs", "CONFIRMED"),
        ("Gentle Thursdays, session 2: Tummy", "CONFIRMED"),
        ("Tomasz Wilk takes: Gentle Thursdays, session 3: Chest, arms and hands", "CANCELLED"),
        ("Called off: Gentle Thursdays, session 4: Face and back", "CANCELLED"),
        ("Gentle Thursdays, session 5: All together", "CONFIRMED"),
    ]
    assert (len(own), len(substitutes), str(substitutes[third]["STATUS"])) == (10, 6, "CONFIRMED")


def test_a_draft_is_in_no_feed(cast: Cast, client: Client) -> None:
    make_series(cast.instructor_profile, slug="draft", title="Draft", state="draft", published_at=None)

    assert "Draft" not in text_at(client, address(cast, cast.instructor_profile))


STEPS = st.lists(st.sampled_from(["release", "take back", "move", "call off", "end"]), max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_the_sequence_rises_with_every_change_and_never_falls(cast: Cast, steps: list[str]) -> None:
    """Whatever happens to one date: a reader that keeps the highest SEQUENCE ends with what is true."""
    with transaction.atomic():
        session, kept, moved = cast.running.sessions.get(number=3), None, 0
        for step in ["begin", *steps]:
            moved += _do(cast, session, step, moved)
            [event] = calendars.dates_of(cast.family, sessions=[session])
            said = (event.summary, event.starts_at, event.is_cancelled)
            if kept is not None:
                assert event.sequence > kept[0] if said != kept[1] else event.sequence >= kept[0]
            kept = (event.sequence, said)
        transaction.set_rollback(True)


def _do(cast: Cast, session: Session, step: str, moved: int) -> int:
    standing = Place.objects.unreleased().filter(enrolment=cast.enrolment, session=session).exists()
    row = Session.objects.filter(pk=session.pk)
    if step == "release" and standing:
        release(cast, number=3)
    elif step == "take back" and not standing:
        take_back(cast, number=3)
    elif step == "move":
        row.update(starts_at=session.starts_at + timedelta(hours=moved + 1))
        return 1
    elif step == "call off":
        row.update(state=Session.State.CANCELLED)
    elif step == "end":
        release(cast, number=3)
    return 0


# --- addresses


def test_an_address_is_a_long_secret_kept_as_ciphertext(cast: Cast) -> None:
    tokens = {feeds.make_address(cast.caregiver, by=cast.parent, now=NOW) for _turn in range(20)}
    with connection.cursor() as cursor:
        cursor.execute("SELECT token, token_hash FROM classes_calendarfeed")
        stored = repr(cursor.fetchall())

    assert (len(tokens), {len(token) for token in tokens}) == (20, {32})  # 24 random bytes
    assert [token for token in tokens if token in stored] == []
    assert feeds.token_of(cast.caregiver) in tokens


def test_an_address_is_written_down_without_its_secret(cast: Cast) -> None:
    first, second = (feeds.make_address(cast.caregiver, by=cast.parent, now=NOW) for _turn in range(2))
    entries = list(AuditEntry.objects.order_by("pk"))[-2:]

    assert [entry.what for entry in entries] == ["made a calendar address", "replaced a calendar address"]
    assert [secret for secret in (first, second) if secret in repr([vars(entry) for entry in entries])] == []


def test_of_a_replaced_address_only_the_hash_is_kept(cast: Cast) -> None:
    for _turn in range(2):
        newest = feeds.make_address(cast.caregiver, by=cast.parent, now=NOW)

    assert [feed.token for feed in CalendarFeed.objects.order_by("pk")] == ["", newest]


def test_the_database_keeps_one_living_address_an_owner(cast: Cast) -> None:
    feeds.make_address(cast.caregiver, by=cast.parent, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        CalendarFeed.objects.create(token="b", token_hash="b", caregiver=cast.caregiver, made_at=NOW)


@pytest.mark.parametrize("owners", ["none", "both"])
def test_the_database_keeps_one_owner_an_address(cast: Cast, owners: str) -> None:
    who = {"caregiver": cast.caregiver, "instructor": cast.instructor_profile} if owners == "both" else {}
    with pytest.raises(IntegrityError), transaction.atomic():
        CalendarFeed.objects.create(token="b", token_hash="b", made_at=NOW, **who)


def test_the_log_does_not_show_the_address(cast: Cast, client: Client, caplog: Any) -> None:
    here = address(cast)
    token = here.split("/")[-1].removesuffix(".ics")
    address(cast)
    with caplog.at_level(logging.INFO):
        client.get(here)
    from config.lib.logs import discreet

    shown = [discreet(None, "info", {"event": record.getMessage()})["event"] for record in caplog.records]
    assert [line for line in shown if token in line] == []


# --- the pages


@pytest.mark.parametrize(("page", "who"), [("/me/calendar/", "parent"), ("/teach/calendar/", "instructor")])
def test_calendar_address_and_teaching_calendar_show_an_address_once_it_is_asked_for(
    cast: Cast, client: Client, page: str, who: str
) -> None:
    user = getattr(cast, who)
    sign_in(client, user)
    empty = client.get(page).content.decode()
    asked = client.post(page, follow=True)
    owner = cast.caregiver if who == "parent" else cast.instructor_profile
    token = feeds.token_of(owner)

    assert "/calendar/" not in empty.replace(page, "")
    assert asked.redirect_chain == [(page, 302)]
    assert f"http://localhost:8000/calendar/{token}.ics" in asked.content.decode()
    assert f"webcal://localhost:8000/calendar/{token}.ics" in asked.content.decode()
    assert asked.headers["Cache-Control"] == "no-store"
    assert client.get(f"/calendar/{token}.ics").status_code == 200


def test_a_look_at_calendar_address_changes_nothing(cast: Cast, client: Client) -> None:
    sign_in(client, cast.parent)
    client.get("/me/calendar/")
    client.get("/me/calendar/")

    assert CalendarFeed.objects.count() == 0


def test_a_new_address_ends_the_old_one(cast: Cast, client: Client) -> None:
    here = address(cast)
    sign_in(client, cast.parent).post("/me/calendar/")

    assert Client().get(here).status_code == 404
    assert Client().get(f"/calendar/{feeds.token_of(cast.caregiver)}.ics").status_code == 200


def test_an_adult_who_only_sees_the_dates_has_an_address_too(cast: Cast, client: Client) -> None:
    Caregiver.objects.filter(user=cast.coparent).update(role=Caregiver.Role.DATES)

    assert sign_in(client, cast.coparent).post("/me/calendar/").status_code == 302


def test_a_room_that_gets_another_address_is_told_for_all_its_dates(cast: Cast, client: Client) -> None:
    here = address(cast)
    sign_in(client, cast.office)
    form = client.get(f"/admin/classes/venue/{cast.venue.pk}/change/").context["adminform"].form
    typed = {name: "" if form.initial.get(name) is None else form.initial[name] for name in form.fields}
    answer = client.post(f"/admin/classes/venue/{cast.venue.pk}/change/", {**typed, "address": "Moor Road"})
    events = events_of(text_at(Client(), here)).values()

    assert answer.status_code == 302
    assert {(str(event["LOCATION"]), int(event["SEQUENCE"])) for event in events} == {
        ("St Brannoc’s Hall, Moor Road, Leeds, LS6", 1)
    }
