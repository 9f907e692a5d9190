"""Being told when a class fits: `make_alert`, `alerts`, `stop_alert`, and the job that writes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from classes import alerts, searching
from classes.alerts import CannotAlert
from classes.models import AlertTold, Series, SeriesAlert, Venue
from classes.searching import Search
from config.accounts.models import User
from config.audit.models import AuditEntry
from config.jobs.schedule import run_due_jobs
from config.letters.models import Letter
from families.models import Family
from tests.cast import Cast, sign_in
from tests.factories.classes import make_enrolment, make_series
from tests.factories.families import add_baby
from tests.factories.places import make_leeds

TUESDAYS = Search(days=(2,))


@pytest.fixture
def alert(cast: Cast, now: datetime) -> SeriesAlert:
    """The parent looks for Tuesdays, where Busy little people is on the page already."""
    return alerts.make(TUESDAYS, by=cast.parent, now=now)


def publish(cast: Cast, title: str, **fields: Any) -> Series:
    """A new series on Tuesdays."""
    slug = title.lower().replace(" ", "-")
    return make_series(cast.instructor_profile, title=title, slug=slug, first=date(2026, 4, 28), **fields)


def fill(cast: Cast, series: Series) -> None:
    babies = [add_baby(cast.family, f"Baby {number}") for number in range(series.capacity)]
    make_enrolment(series, family=cast.family, babies=babies, by=cast.parent)


def letters() -> list[tuple[str, str]]:
    return list(Letter.objects.filter(key__startswith="alert:").order_by("pk").values_list("to", "subject"))


# The job ------------------------------------------------------------------------------------------------------------


def test_what_is_on_the_page_already_is_not_written_about(cast: Cast, alert: SeriesAlert, now: datetime) -> None:
    assert (alerts.tell_all(now), letters()) == (0, [])


def test_a_new_series_that_fits_is_written_about_once(cast: Cast, alert: SeriesAlert, now: datetime) -> None:
    publish(cast, "New Tuesdays")
    wrote = [alerts.tell_all(now), alerts.tell_all(now), alerts.tell_all(now + timedelta(days=1))]

    assert (wrote, letters()) == ([1, 0, 0], [("parent@example.org", "A class that fits: New Tuesdays")])


def test_a_series_that_does_not_fit_is_not_written_about(cast: Cast, alert: SeriesAlert, now: datetime) -> None:
    publish(cast, "A draft", state=Series.State.DRAFT)
    series = publish(cast, "On another day")
    Series.objects.filter(pk=series.pk).update(weekday=4)

    assert alerts.tell_all(now) == 0


def test_a_full_series_is_written_about_when_it_has_room_again(cast: Cast, now: datetime) -> None:
    fill(cast, cast.open)
    alerts.make(TUESDAYS, by=cast.other_parent, now=now)
    assert alerts.tell_all(now) == 0

    enrolment = cast.open.sessions.first().places.first().enrolment  # type: ignore[union-attr]
    enrolment.places.update(released_at=now, release="told")
    assert (alerts.tell_all(now), letters()) == (
        1,
        [("other-parent@example.org", "A class that fits: Busy little people")],
    )


def test_seven_at_once_are_told_in_two_letters_on_two_days(cast: Cast, alert: SeriesAlert, now: datetime) -> None:
    for number in range(7):
        publish(cast, f"Series {number}")
    day = timedelta(days=1)
    wrote = [alerts.tell_all(moment) for moment in (now, now + timedelta(hours=2), now + day, now + 2 * day)]

    assert (wrote, [subject for _to, subject in letters()]) == (
        [1, 0, 1, 0],
        ["5 classes that fit", "2 classes that fit"],
    )
    assert "2 more fit too." in Letter.objects.get(subject="5 classes that fit").text
    told = AlertTold.objects.filter(alert=alert).count()
    assert told == 7 + 1


@pytest.mark.parametrize("clock", [0, 6, 21, 23])
def test_nobody_is_written_to_at_night(cast: Cast, alert: SeriesAlert, now: datetime, clock: int) -> None:
    """By the clock of the reader: in Kathmandu it is five hours and three quarters later."""
    User.objects.filter(pk=cast.parent.pk).update(time_zone="Asia/Kathmandu")
    publish(cast, "New Tuesdays")
    night = now.replace(hour=clock, minute=30) - timedelta(hours=5, minutes=45)
    assert alerts.tell_all(night) == 0

    assert alerts.tell_all(now.replace(hour=4)) == 1


def test_quiet_families_and_closed_accounts_are_left_alone(cast: Cast, alert: SeriesAlert, now: datetime) -> None:
    publish(cast, "New Tuesdays")
    Family.objects.filter(pk=cast.family.pk).update(quiet_at=now)
    assert (alerts.tell_all(now), AlertTold.objects.filter(series__slug="new-tuesdays").exists()) == (0, False)

    Family.objects.filter(pk=cast.family.pk).update(quiet_at=None)
    User.objects.filter(pk=cast.parent.pk).update(is_active=False)
    assert alerts.tell_all(now) == 0

    User.objects.filter(pk=cast.parent.pk).update(is_active=True)
    assert alerts.tell_all(now) == 1


def test_paused_stopped_and_run_out_alerts_write_nothing(cast: Cast, alert: SeriesAlert, now: datetime) -> None:
    publish(cast, "New Tuesdays")
    alerts.pause(alert, by=cast.parent, now=now)
    assert alerts.tell_all(now) == 0

    alerts.go_on(alert, by=cast.parent, now=now)
    assert alerts.tell_all(now + timedelta(days=366)) == 0
    assert not SeriesAlert.objects.exists()


def test_an_alert_in_trouble_holds_nobody_up(
    cast: Cast, alert: SeriesAlert, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = alerts.make(TUESDAYS, by=cast.other_parent, now=now)
    publish(cast, "New Tuesdays")
    SeriesAlert.objects.filter(pk=alert.pk).update(query={"born_on": "no day"})
    with pytest.raises(ValueError, match="no day"):
        alerts.tell_all(now + timedelta(minutes=5))

    assert SeriesAlert.objects.get(pk=second.pk).looked_at == now
    monkeypatch.setattr(alerts, "AT_ONCE", 1)
    assert alerts.tell_all(now + timedelta(minutes=10)) == 1


def test_alerts_take_turns(cast: Cast, alert: SeriesAlert, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    alerts.make(TUESDAYS, by=cast.other_parent, now=now)
    publish(cast, "New Tuesdays")
    monkeypatch.setattr(alerts, "AT_ONCE", 1)
    wrote = [alerts.tell_all(now + timedelta(minutes=5 * number)) for number in range(1, 4)]

    assert (wrote, [to for to, _subject in letters()]) == (
        [1, 1, 0],
        ["parent@example.org", "other-parent@example.org"],
    )


def test_a_letter_that_could_not_be_written_leaves_the_class_untold(
    cast: Cast, alert: SeriesAlert, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(cast, "New Tuesdays")

    def in_trouble(*_args: object, **_options: object) -> None:
        raise RuntimeError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr("classes.alert_emails.queue_alert", in_trouble)
        with pytest.raises(RuntimeError):
            alerts.tell_all(now)
    assert not AlertTold.objects.filter(series__slug="new-tuesdays").exists()

    assert alerts.tell_all(now) == 1


def test_the_scheduler_runs_the_job(cast: Cast, alert: SeriesAlert, now: datetime) -> None:
    publish(cast, "New Tuesdays")

    assert "tell who waits for a class that fits" in run_due_jobs(now)
    assert len(letters()) == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_an_alert_without_news_costs_three_statements(cast: Cast, now: datetime, rows: int) -> None:
    """What fits, its sessions, whether the family is quiet; two more for the whole round."""
    for day in range(1, rows + 1):
        alerts.make(Search(days=(day,), delivery=("hospital",)), by=cast.parent, now=now)
    with CaptureQueriesContext(connection) as asked:
        alerts.tell_all(now)

    assert len(asked) == 3 + 2 * rows


def test_the_alert_and_the_catalogue_never_disagree(cast: Cast, now: datetime) -> None:
    make_leeds()
    Venue.objects.filter(pk=cast.venue.pk).update(latitude=53.82, longitude=-1.57)
    search = Search(near="Leeds LS6", km=5, delivery=("in_person",), parts=("morning",), age_weeks=6)
    made = alerts.make(search, by=cast.parent, now=now)
    publish(cast, "Near and early", venue=cast.venue)
    publish(cast, "Near and early too", venue=cast.venue)

    page = {card.series.title for card in searching.find(search, page="", now=now).cards}
    told = {card.series.title for card in alerts.news(made, now=now)}
    assert (told, told <= page) == ({"Near and early", "Near and early too"}, True)


def test_a_baby_grows_while_its_alert_waits(cast: Cast, now: datetime) -> None:
    made = alerts.make(Search(age_weeks=4), by=cast.parent, now=now)
    series = publish(cast, "From fourteen weeks", min_age_weeks=14, max_age_weeks=20)
    assert alerts.news(made, now=now) == []

    Series.objects.filter(pk=series.pk).update(first_session_at=now + timedelta(weeks=10))
    assert [card.series for card in alerts.news(made, now=now)] == [series]
    assert [card.series for card in alerts.news(made, now=now + timedelta(weeks=6))] == [series]


# Making and keeping them --------------------------------------------------------------------------------------------


def test_the_same_search_twice_is_one_alert(cast: Cast, alert: SeriesAlert, now: datetime) -> None:
    again = alerts.make(Search(days=(2,), sort="nearest"), by=cast.parent, now=now)

    assert (again, SeriesAlert.objects.count()) == (alert, 1)
    assert AuditEntry.objects.filter(what="asked to be told of classes").count() == 1


def test_an_eleventh_alert_is_refused_with_a_sentence(cast: Cast, now: datetime) -> None:
    for weeks in range(10):
        alerts.make(Search(age_weeks=weeks, days=(7,)), by=cast.parent, now=now)
    with pytest.raises(CannotAlert, match="You have 10 alerts"):
        alerts.make(TUESDAYS, by=cast.parent, now=now)

    alerts.delete(SeriesAlert.objects.of(cast.parent)[0], by=cast.parent, now=now)
    assert alerts.make(TUESDAYS, by=cast.parent, now=now).pk


@pytest.mark.parametrize("search", [Search(), Search(km=5), Search(sort="nearest")])
def test_a_search_for_anything_is_refused(cast: Cast, now: datetime, search: Search) -> None:
    with pytest.raises(CannotAlert, match="choose a place"):
        alerts.make(search, by=cast.parent, now=now)


def test_a_search_that_very_many_fit_is_refused(cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alerts, "MOST_FITTING", 2)
    assert alerts.make(Search(delivery=("in_person",)), by=cast.parent, now=now)

    with pytest.raises(CannotAlert, match="Very many"):
        alerts.make(Search(language="en"), by=cast.parent, now=now)


def test_the_database_tells_a_series_once(cast: Cast, alert: SeriesAlert, now: datetime) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        AlertTold.objects.create(alert=alert, series=cast.open, told_at=now)


# The pages ----------------------------------------------------------------------------------------------------------


def test_make_alert_asks_to_sign_in_and_comes_back_with_everything(cast: Cast, client: Client) -> None:
    address = "/me/alerts/new/?near=Leeds&km=5&day=tue&age_weeks=6"
    assert (
        client.get(address)
        .headers["Location"]
        .endswith("?next=/me/alerts/new/%3Fnear%3DLeeds%26km%3D5%26day%3Dtue%26age_weeks%3D6")
    )

    page = sign_in(client, cast.parent).get(address)
    assert page.context["words"] == ["Within 5 km of Leeds", "Tuesday", "6 weeks old"]
    done = client.post(address, follow=True)
    made = SeriesAlert.objects.get()
    assert (done.redirect_chain, made.user, made.query["days"], made.query["born_on"]) == (
        [("/me/alerts/", 302)],
        cast.parent,
        [2],
        "2026-02-10",
    )
    assert "Within 5 km of Leeds · Tuesday · 6 weeks old" in done.content.decode()


def test_make_alert_says_why_not(cast: Cast, client: Client) -> None:
    sign_in(client, cast.parent)
    shown, posted = client.get("/me/alerts/new/"), client.post("/me/alerts/new/")

    assert (shown.status_code, posted.status_code, SeriesAlert.objects.count()) == (200, 409, 0)
    assert "Please choose a place" in posted.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_alerts_are_listed_in_a_fixed_number_of_statements(
    cast: Cast, client: Client, now: datetime, rows: int
) -> None:
    for day in range(rows):
        alerts.make(Search(days=(day + 1,)), by=cast.parent, now=now)
    sign_in(client, cast.parent)
    client.get("/me/alerts/")
    with CaptureQueriesContext(connection) as asked:
        page = client.get("/me/alerts/")

    assert (len(page.context["rows"]), len(asked)) == (rows, 4), [query["sql"][:120] for query in asked]


def test_alerts_are_paused_let_go_on_and_deleted(cast: Cast, client: Client, alert: SeriesAlert) -> None:
    sign_in(client, cast.parent)
    states = []
    for deed in ("pause", "nonsense", "go_on", "delete"):
        assert client.post(f"/me/alerts/{alert.pk}/", {"do": deed}).status_code == 302
        states.append(SeriesAlert.objects.filter(paused_at__isnull=True).count())

    assert (states, SeriesAlert.objects.count()) == ([0, 0, 1, 0], 0)
    assert list(AuditEntry.objects.order_by("pk").values_list("what", flat=True))[-3:] == [
        "paused an alert",
        "let an alert go on",
        "deleted an alert",
    ]


def test_change_alert_of_somebody_else_is_not_there(cast: Cast, client: Client, alert: SeriesAlert) -> None:
    sign_in(client, cast.other_parent)
    answers = [client.post(f"/me/alerts/{pk}/", {"do": "delete"}).status_code for pk in (alert.pk, 999_999)]

    assert (answers, SeriesAlert.objects.count()) == ([404, 404], 1)


def test_stop_alert_shows_on_get_acts_on_post_and_is_used_up(cast: Cast, client: Client, alert: SeriesAlert) -> None:
    address = f"/alerts/{alert.token}/stop/"
    publish(cast, "New Tuesdays")
    shown = client.get(address)
    assert (shown.status_code, "Tuesday" in shown.content.decode()) == (200, False)
    assert SeriesAlert.objects.get().stopped_at is None

    assert client.post(address).status_code == 302
    stopped = SeriesAlert.objects.get()
    assert (stopped.stopped_at is not None, stopped.query, stopped.told.count()) == (True, {}, 0)
    assert "This link has done its work" in client.get(address).content.decode()
    assert client.post(address).status_code == 302
    assert AuditEntry.objects.filter(what="stopped an alert by its link").count() == 1
    assert "No alerts yet" in sign_in(client, cast.parent).get("/me/alerts/").content.decode()


def test_a_made_up_link_stops_nothing(cast: Cast, client: Client, alert: SeriesAlert) -> None:
    assert (client.get("/alerts/nonsense/stop/").status_code, client.post("/alerts/nonsense/stop/").status_code) == (
        404,
        404,
    )


def test_a_stopped_alert_writes_nothing(cast: Cast, alert: SeriesAlert, now: datetime) -> None:
    alerts.stop(alert, now=now)
    publish(cast, "New Tuesdays")

    assert alerts.tell_all(now) == 0


def test_the_letter_says_what_fits_and_how_to_stop(cast: Cast, now: datetime) -> None:
    make_leeds()
    Venue.objects.filter(pk=cast.venue.pk).update(latitude=53.82, longitude=-1.57)
    made = alerts.make(Search(near="Leeds", days=(2,), delivery=("in_person",)), by=cast.parent, now=now)
    publish(cast, "New early", venue=cast.venue)
    alerts.tell_all(now)
    letter = Letter.objects.get(key=f"alert:{made.pk}:2026-03-24")

    assert "Within 15 km of Leeds · In the room · Tuesday" in letter.text
    assert "St Brannoc’s Hall, Leeds, 3.0 km (1.9 miles) away" in letter.text
    assert "/classes/?near=Leeds&delivery=in_person&day=tue" in letter.text
    assert "/classes/?near=Leeds&amp;delivery=in_person&amp;day=tue" in letter.html
    for body in (letter.text, letter.html):
        assert f"/alerts/{made.token}/stop/" in body
        assert "/classes/new-early/" in body
        assert "/me/alerts/" in body
        assert "Ada" not in body


def test_the_letter_speaks_the_readers_language(cast: Cast, alert: SeriesAlert, now: datetime) -> None:
    User.objects.filter(pk=cast.parent.pk).update(language="es")
    publish(cast, "New Tuesdays")
    alerts.tell_all(now)

    assert "Martes" in Letter.objects.get(key__startswith="alert:").text


def test_the_catalogue_leads_to_an_alert(cast: Cast, client: Client) -> None:
    assert "/me/alerts/new/?day=tue" in client.get("/classes/?day=tue").content.decode()
    assert "/me/alerts/new/" not in client.get("/classes/").content.decode()
