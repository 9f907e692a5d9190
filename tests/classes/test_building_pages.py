"""The pages on which a series is built: build_series, edit_series, series_list, drop_template."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from classes import scheduling
from classes.forms.moves import MovesForm
from classes.models import Series, SeriesLayout, Session, Venue
from classes.outline import Move
from classes.terms import terms_of
from config.audit.models import AuditEntry
from tests.cast import NOW, Cast, sign_in
from tests.classes.builder import NEW, post, typed
from tests.factories.teaching import outline


@pytest.fixture
def ruth(cast: Cast, client: Client) -> Client:
    return sign_in(client, cast.instructor)


def made() -> Series:
    return Series.objects.get(title="Friday mornings")


def days(response: Any) -> list[str]:
    return [f"{planned.starts_at:%m-%d %H:%M}" for planned in response.context["seen"].dates]


# Dates ---------------------------------------------------------------------------------------------------------------


def test_a_skipped_holiday_is_shown_and_held_anyway_by_its_button(cast: Cast, ruth: Client) -> None:
    seen = post(ruth, cast, do="preview")
    assert (days(seen), "Good Friday, skipped" in seen.content.decode()) == (
        ["03-27 18:00", "04-10 17:00", "04-17 17:00"],
        True,
    )
    held = post(ruth, cast, fix="hold 2026-04-03")
    assert days(held) == ["03-27 18:00", "04-03 17:00", "04-10 17:00"]
    assert 'name="held_anyway" value="2026-04-03"' in held.content.decode()
    post(ruth, cast, do="draft", held_anyway="2026-04-03")
    assert [one.starts_at.day for one in made().sessions.all()] == [27, 3, 10]


def test_each_date_moves_by_its_own_fields_and_is_kept_so(cast: Cast, ruth: Client) -> None:
    moved = {"move-2026-04-10-on": "2026-04-11", "move-2026-04-10-at": "10:30", "clock_shown": "18:00"}
    stays = {"move-2026-03-27-on": "2026-03-27", "move-2026-03-27-at": "18:00"}
    assert days(post(ruth, cast, do="preview", **moved, **stays)) == ["03-27 18:00", "04-11 09:30", "04-17 17:00"]
    post(ruth, cast, do="draft", **moved, **stays)
    layout = SeriesLayout.objects.get(series=made())
    assert layout.moves == {"2026-04-10": ["2026-04-11", "10:30"]}
    assert [f"{one.starts_at:%m-%d %H:%M}" for one in made().sessions.all()] == [
        "03-27 18:00",
        "04-11 09:30",
        "04-17 17:00",
    ]


def test_a_new_hour_is_followed_by_every_date_that_was_not_given_one_of_its_own(cast: Cast, ruth: Client) -> None:
    rows = {"move-2026-04-10-on": "2026-04-11", "move-2026-04-10-at": "18:00", "clock_shown": "18:00"}
    rows |= {"move-2026-04-17-on": "2026-04-17", "move-2026-04-17-at": "17:15"}
    assert days(post(ruth, cast, do="preview", clock="19:00", **rows)) == [
        "03-27 19:00",
        "04-11 18:00",
        "04-17 16:15",
    ]


def test_a_day_is_left_out_taken_in_again_and_put_back(cast: Cast, ruth: Client) -> None:
    assert days(post(ruth, cast, fix="leave 2026-04-10")) == ["03-27 18:00", "04-17 17:00", "04-24 17:00"]
    again = post(ruth, cast, fix="hold 2026-04-10", left_out="2026-04-10")
    assert days(again) == ["03-27 18:00", "04-10 17:00", "04-17 17:00"]
    back = post(ruth, cast, fix="back 2026-04-10", **{"move-2026-04-10-on": "2026-04-12"})
    assert days(back) == ["03-27 18:00", "04-10 17:00", "04-17 17:00"]


def test_a_clash_offers_its_ways_out_beside_the_date(cast: Cast, ruth: Client) -> None:
    clashing = {"first_on": "2026-04-21", "clock": "14:30", "weeks": "2"}
    told = post(ruth, cast, do="preview", **clashing).content.decode()
    assert ["2 dates need you" in told, 'value="start 2026-04-21 14:40"' in told, "Skip to 5 May" in told] == [True] * 3
    fixed = post(ruth, cast, fix="start 2026-04-21 14:40", **clashing)
    assert (days(fixed), fixed.context["seen"].open_dates) == (["04-21 13:40", "04-28 13:30"], 1)


def test_a_draft_with_a_clash_is_kept_once_the_clash_was_seen(cast: Cast, ruth: Client) -> None:
    clashing = {"first_on": "2026-04-21", "clock": "14:30", "weeks": "1"}
    refused = post(ruth, cast, do="draft", **clashing)
    told = refused.content.decode()
    assert (refused.status_code, "Keep as a draft for now" in told, 'value="draft_anyway"' in told) == (409, True, True)
    assert not Series.objects.filter(title="Friday mornings").exists()
    post(ruth, cast, do="draft_anyway", **clashing)
    assert made().state == Series.State.DRAFT


@pytest.mark.parametrize("wrong", [{"move-2026-04-10-on": "soon"}, {"fix": "burn 2026-04-10"}, {"left_out": "x"}])
def test_dates_that_make_no_sense_are_told_and_nothing_typed_is_lost(
    cast: Cast, ruth: Client, wrong: dict[str, str]
) -> None:
    response = post(ruth, cast, do="draft", **wrong)
    assert (response.status_code, 'value="Friday mornings"' in response.content.decode()) == (422, True)


def test_days_that_no_calendar_has_are_passed_over(cast: Cast, ruth: Client) -> None:
    odd = {"left_out": "2026-13-45", "fix": "hold 2026-02-31", "move-2026-99-99-on": "2026-04-11"}
    assert days(post(ruth, cast, **odd)) == ["03-27 18:00", "04-10 17:00", "04-17 17:00"]
    form = MovesForm({"fix": "start 2026-04-10 29:99"})
    assert (form.is_valid(), form.laid().moves) == (True, {})


def test_an_hour_that_is_skipped_is_moved_aloud_and_never_in_silence(cast: Cast, ruth: Client) -> None:
    night = {"first_on": "2026-03-29", "clock": "01:30", "weeks": "1", "skips_holidays_of": ""}
    seen = post(ruth, cast, do="preview", **night)
    told = seen.content.decode()
    assert (seen.status_code, "the clocks skip 01:30" in told, "Start at 02:30" in told) == (200, True, True)
    shown = {"move-2026-03-29-on": "2026-03-29", "move-2026-03-29-at": "01:30", "clock_shown": "01:30"}
    assert post(ruth, cast, do="draft", **night, **shown).status_code == 422
    assert post(ruth, cast, do="draft", **night, **{**shown, "move-2026-03-29-at": "02:30"}).status_code == 302


def test_a_day_of_the_week_alone_means_the_next_one_and_another_date_is_asked_about(cast: Cast, ruth: Client) -> None:
    # NOW is a Tuesday: the next Tuesday is a week away.
    for weekday, on in ((3, "03-25 18:00"), (2, "03-31 17:00")):
        assert days(post(ruth, cast, do="preview", first_on="", weekday=weekday, weeks="1"))[0] == on
    slip = post(ruth, cast, do="preview", weekday="4")
    assert slip.context["form"].errors["first_on"] == [
        "27 March 2026 is a Friday. Please choose that day above, or another date."
    ]
    assert post(ruth, cast, do="preview", first_on="").status_code == 422


# What else is typed --------------------------------------------------------------------------------------------------


def test_everything_that_is_typed_is_kept(cast: Cast, ruth: Client) -> None:
    post(
        ruth,
        cast,
        do="publish",
        **{"delivery": "hybrid", "stream_capacity": "4", "stream_url": "https://live.example.org/ruth"},
        **{"is_recorded": "on", "people_at_most": "20", "fewest_families": "3", "decide_days": "1"},
        **{"further_baby_percent": "50", "single_price": "15.50", "policy": "own", "refund_hours": "72"},
        **{"part_refund_hours": "24", "part_refund_percent": "40", "makeup_days": "30", "late_until": "2"},
    )
    series = made()
    kept = {name: getattr(series, name) for name in ("people_at_most", "is_recorded", "fewest_families", "late_until")}
    assert kept == {"people_at_most": 20, "is_recorded": True, "fewest_families": 3, "late_until": 2}
    assert (series.stream_url, series.skips_holidays_of, series.state) == (
        "https://live.example.org/ruth",
        "GB-ENG",
        "published",
    )
    assert (series.single_price_minor, series.further_baby_percent, f"{series.decide_by:%m-%d %H:%M}") == (
        1550,
        50,
        "03-26 18:00",
    )
    terms = terms_of(series)
    assert (terms.refund_hours, terms.part_refund_hours, terms.part_refund_percent, terms.makeup_days) == (
        72,
        24,
        40,
        30,
    )
    assert (terms.makeup_notice_hours, terms.makeups_at_most) == (24, 2)


@pytest.mark.parametrize(
    ("policy", "expected"), [("", (48, 24, 2, 2)), ("usual", (48, 24, 2, 2)), ("easy", (0, 0, 26, 3))]
)
def test_the_two_sets_of_rules_stand_whatever_is_typed_below_them(
    cast: Cast, ruth: Client, policy: str, expected: tuple[int, ...]
) -> None:
    post(ruth, cast, do="draft", policy=policy, refund_hours="1", late_until="9")
    series = made()
    found = (series.refund_hours, series.makeup_notice_hours, series.makeups_at_most, series.late_until)
    assert found == expected


@pytest.mark.parametrize(
    ("fields", "name", "sentence"),
    [
        ({"policy": "own", "part_refund_hours": "48"}, "part_refund_hours", "fewer hours, please"),
        ({"policy": "own", "part_refund_hours": "24"}, "part_refund_percent", "How much comes back?"),
        ({"fewest_families": "9"}, "fewest_families", "there are fewer places"),
        ({"fewest_families": "2", "decide_days": "5"}, "decide_days", "That day is over already."),
        ({"capacity": "13"}, "capacity", "St Brannoc’s Hall takes 12 mats at most."),
        ({"stream_url": "http://live.example.org/"}, "stream_url", "begins with https://"),
        ({"stream_url": "javascript:alert(1)"}, "stream_url", "valid URL"),
        ({"skips_holidays_of": "ZZ"}, "skips_holidays_of", "valid choice"),
        ({"single_price": "1.234"}, "single_price", "no coins so small"),
        ({"people_at_most": "1"}, "people_at_most", "A whole number from 2 to 200, please."),
        ({"delivery": "hospital", "venue": ""}, "venue", "Please choose the room."),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(
    cast: Cast, ruth: Client, fields: dict[str, str], name: str, sentence: str
) -> None:
    Venue.objects.filter(pk=cast.venue.pk).update(mats=12)
    response = post(ruth, cast, do="draft", **fields)
    assert response.status_code == 422
    assert [sentence in str(error) for error in response.context["form"].errors[name]] == [True]


@pytest.mark.parametrize(
    ("delivery", "room", "capacities"),
    [("private_visit", False, (8, 0)), ("hospital", True, (8, 0)), ("live_stream", False, (0, 4))],
)
def test_each_way_of_joining_has_its_own_places(
    cast: Cast, ruth: Client, delivery: str, room: bool, capacities: tuple[int, int]
) -> None:
    post(ruth, cast, do="draft", delivery=delivery, stream_capacity="4", people_at_most="9")
    series = made()
    assert (bool(series.venue), (series.capacity, series.stream_capacity)) == (room, capacities)
    assert series.people_at_most == (9 if series.capacity else None)


def test_the_same_form_sent_twice_makes_one_series(cast: Cast, ruth: Client) -> None:
    key = ruth.get(reverse(NEW)).context["form"]["key"].value()
    for do in ("draft", "draft", "publish", "publish"):
        assert post(ruth, cast, do=do, key=key).status_code == 302
    assert (made().state, AuditEntry.objects.filter(what="made a series").count()) == ("published", 1)
    sign_in(ruth, cast.other_instructor)
    post(ruth, cast, do="draft", key=key, delivery="live_stream", stream_capacity="4")
    owners = Series.objects.filter(title="Friday mornings").order_by("pk").values_list("instructor", flat=True)
    assert list(owners) == [cast.instructor_profile.pk, cast.other_instructor_profile.pk]


def test_the_same_form_sent_again_with_another_word_brings_its_draft_up_to_it(cast: Cast, ruth: Client) -> None:
    for fields in ({"title": "One"}, {"title": "One"}, {"title": "Two"}, {"title": "Two", "weeks": "2"}):
        post(ruth, cast, do="draft", key="abc", **fields)
    series = Series.objects.get(layout__key=f"{cast.instructor_profile.pk}:abc")
    assert (series.title, series.version, series.sessions.count()) == ("Two", 3, 2)
    assert AuditEntry.objects.filter(what="changed a draft").count() == 2


# A draft once more ---------------------------------------------------------------------------------------------------


@pytest.fixture
def draft(cast: Cast) -> Series:
    wish = outline(
        cast.instructor_profile,
        venue=cast.venue,
        moves={date(2026, 5, 12): Move(date(2026, 5, 13))},
        left_out=frozenset([date(2026, 5, 19)]),
        fewest_families=2,
    )
    return scheduling.make_series(wish, by=cast.instructor, now=NOW)


def edit(series: Series) -> str:
    return reverse("classes:edit_series", args=[series.slug])


def test_edit_series_opens_the_draft_as_it_was_typed(draft: Series, ruth: Client) -> None:
    response = ruth.get(edit(draft))
    form = response.context["form"]
    names = ("title", "first_on", "weeks", "weekday", "seen_version", "fewest_families", "decide_days")
    assert [form[name].value() for name in names] == ["Tuesday mornings", date(2026, 5, 5), 5, 2, 1, 2, 3]
    told = response.content.decode()
    assert ('name="move-2026-05-12-on" value="2026-05-13"' in told, 'value="2026-05-19"' in told) == (True, True)


def test_edit_series_shows_the_dates_of_the_draft_at_once(cast: Cast, ruth: Client) -> None:
    """Whoever comes to mend a clash sees it, with its ways out, before pressing anything."""
    wish = outline(
        cast.instructor_profile, venue=cast.venue, first_on=date(2026, 4, 21), clock=time(14, 30), weeks=2, capacity=2
    )
    clashing = scheduling.make_series(wish, by=cast.instructor, now=NOW)
    response = ruth.get(edit(clashing))
    assert days(response) == ["04-21 13:30", "04-28 13:30"]
    assert (response.context["seen"].open_dates > 0, "Move" in response.content.decode()) == (True, True)


def test_edit_series_writes_the_draft_anew_in_its_place(cast: Cast, draft: Series, ruth: Client) -> None:
    response = ruth.post(edit(draft), typed(cast, do="draft", seen_version=1, held_anyway="2026-04-03"))
    assert response["Location"] == reverse("classes:run_series", args=[draft.slug])
    before = draft.pk
    draft.refresh_from_db()
    assert (draft.pk, draft.title, draft.version, draft.state) == (before, "Friday mornings", 2, "draft")
    assert [f"{one.number} {one.starts_at:%m-%d %H:%M}" for one in draft.sessions.all()] == [
        "1 03-27 18:00",
        "2 04-03 17:00",
        "3 04-10 17:00",
    ]
    assert (draft.first_session_at, draft.last_session_at) == (
        draft.sessions.get(number=1).starts_at,
        draft.sessions.get(number=3).starts_at,
    )
    assert AuditEntry.objects.filter(what="changed a draft").count() == 1


def test_whoever_saves_second_is_told_and_overwrites_nothing(cast: Cast, draft: Series, ruth: Client) -> None:
    first = ruth.post(edit(draft), typed(cast, do="draft", seen_version=1, title="First"))
    second = ruth.post(edit(draft), typed(cast, do="draft", seen_version=1, title="Second"))
    told = second.content.decode()
    assert (first.status_code, second.status_code, "This draft was changed since you opened it" in told) == (
        302,
        409,
        True,
    )
    assert 'value="Second"' in told
    draft.refresh_from_db()
    assert (draft.title, draft.version) == ("First", 2)


def test_a_draft_is_published_from_its_form_or_stays_as_it_was(cast: Cast, draft: Series, ruth: Client) -> None:
    clashing = typed(cast, do="publish", seen_version=1, first_on="2026-04-21", clock="14:30", weeks="1")
    assert ruth.post(edit(draft), clashing).status_code == 409
    draft.refresh_from_db()
    assert (draft.title, draft.version, draft.state, draft.sessions.count()) == ("Tuesday mornings", 1, "draft", 5)
    assert ruth.post(edit(draft), typed(cast, do="publish", seen_version=1)).status_code == 302
    draft.refresh_from_db()
    assert (draft.title, draft.state) == ("Friday mornings", "published")


def test_edit_series_leads_to_the_series_once_it_is_no_draft(cast: Cast, ruth: Client) -> None:
    for response in (ruth.get(edit(cast.open)), ruth.post(edit(cast.open), typed(cast, do="draft", seen_version=1))):
        assert response["Location"] == reverse("classes:run_series", args=[cast.open.slug])
    assert ruth.get(edit(cast.stream)).status_code == 404
    with pytest.raises(scheduling.CannotPublish, match="Only a draft"):
        scheduling.revise(cast.open, outline(cast.instructor_profile), seen=1, by=cast.instructor, now=NOW)


def test_a_draft_from_before_its_layout_was_kept_opens_as_far_as_its_dates_tell(
    cast: Cast, draft: Series, ruth: Client
) -> None:
    SeriesLayout.objects.all().delete()
    form = ruth.get(edit(draft)).context["form"]
    assert (form["first_on"].value(), form["weeks"].value()) == (date(2026, 5, 5), 5)
    SeriesLayout.objects.all().delete()
    Session.objects.filter(series=draft).delete()
    assert ruth.get(edit(draft)).status_code == 200
