"""The diary's own page, and the lead who may read along: diary, share_diary, shared_diary."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client

from classes import sharing_diaries
from classes.models import Enrolment, Series, SharedDiary, StrokePlan
from config.audit.models import AuditEntry
from families import diary
from families.diary import Moment, StrokeAnswer
from families.models import Caregiver, PracticeLog
from tests.cast import NOW, Cast, sign_in
from tests.factories.classes import make_enrolment
from tests.factories.curriculum import make_stroke
from tests.factories.families import add_baby

CANARY = "canary: she held my thumb"


@pytest.fixture(autouse=True)
def _at_now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def parent(cast: Cast, client: Client) -> Client:
    return sign_in(client, cast.parent)


@pytest.fixture
def ruth(cast: Cast) -> Client:
    return sign_in(Client(), cast.instructor)


def words(response: Any) -> str:
    text = re.sub(r"<svg.*?</svg>", " ", response.content.decode(), flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def coparent(cast: Cast) -> Caregiver:
    return Caregiver.objects.select_related("family", "user").get(user=cast.coparent)


def keep(cast: Cast, *, days_ago: float = 0, by: Caregiver | None = None, **told: Any) -> PracticeLog:
    now = NOW - timedelta(days=days_ago)
    key = f"a-key-of-the-page-{PracticeLog.objects.count()}"
    return diary.write(cast.baby, moment=Moment(**told), lesson=None, key=key, by=by or cast.caregiver, now=now)


def shared_at(cast: Cast) -> str:
    return f"/teach/series/{cast.running.slug}/diaries/{cast.enrolment.reference}/"


def let_ruth_read(cast: Cast) -> None:
    sharing_diaries.share(cast.enrolment, shared=True, by=cast.caregiver, now=NOW)


def test_the_diary_takes_a_line_of_any_day_without_a_week(cast: Cast, parent: Client) -> None:
    sweep = make_stroke("sweep")
    told = {"key": "k" * 24, "day": "2026-03-22", "minutes": "7", "answer": "loved", "did": "sweep", "note": CANARY}
    answer = parent.post("/me/diary/", told)
    log = PracticeLog.objects.get()

    assert (answer.status_code, answer.headers["Location"]) == (302, "/me/diary/")
    assert (log.baby, log.lesson, log.minutes, log.answer) == (cast.baby, None, 7, "loved")
    assert [row.stroke for row in log.strokes.all()] == [sweep]
    page = words(parent.get("/me/diary/"))
    assert "Sunday 22 March , about 7 minutes. Loved it. Written by you" in page
    assert CANARY in page


def test_what_is_ticked_says_how_the_hands_felt_and_what_is_not_ticked_says_nothing(cast: Cast, parent: Client) -> None:
    make_stroke("sweep"), make_stroke("roll")
    told = {"key": "k" * 24, "did": "sweep", "c-sweep": "growing", "c-roll": "at_ease"}
    assert parent.post("/me/diary/", told).status_code == 302
    log = PracticeLog.objects.get()
    assert list(log.strokes.values_list("stroke__slug", "answer", "confidence")) == [("sweep", "", "growing")]

    edit = parent.get(f"/me/practice/log/{log.key}/").content.decode()
    assert re.search(r'name="c-sweep" value="growing"[^>]* checked', edit)
    asked = {slug: len(re.findall(f'name="c-{slug}"', edit)) for slug in ("sweep", "roll")}
    assert asked == {"sweep": 3, "roll": 3}
    parent.post(f"/me/practice/log/{log.key}/", {"key": "k" * 24, "did": ["sweep", "roll"], "c-roll": "learning"})
    assert set(log.strokes.values_list("stroke__slug", "confidence")) == {("sweep", ""), ("roll", "learning")}


def test_a_full_day_says_so_and_keeps_what_was_typed(
    cast: Cast, parent: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(diary, "MOST_A_DAY", 1)
    keep(cast)
    answer = parent.post("/me/diary/", {"key": "k" * 24, "note": "Slow and warm"})
    assert answer.status_code == 409
    assert "This day is full. You can add to one of your lines of that day, under “Change”." in words(answer)
    assert "Slow and warm" in words(answer)


def test_a_line_that_needs_another_look_keeps_what_was_typed(cast: Cast, parent: Client) -> None:
    make_stroke("sweep")
    answer = parent.post("/me/diary/", {"key": "k" * 24, "minutes": "999", "did": "sweep", "note": "Slow and warm"})
    assert answer.status_code == 422
    assert "Slow and warm" in words(answer)
    assert re.search(rb'value="sweep" checked', answer.content)
    assert not PracticeLog.objects.exists()


def test_any_adult_writes_and_reads_and_nobody_reads_another_s_line(cast: Cast, parent: Client) -> None:
    keep(cast, by=coparent(cast), minutes=4, note=CANARY)
    his = sign_in(Client(), cast.coparent)
    assert his.post("/me/diary/", {"key": "k" * 24, "answer": "calm"}).status_code == 302
    page = words(parent.get("/me/diary/"))
    assert page.count("Written by Joseph Moreau") == 2
    assert CANARY not in page
    assert CANARY in words(his.get("/me/diary/"))


def test_each_baby_has_a_diary_and_another_family_s_is_not_found(cast: Cast, parent: Client) -> None:
    theo = add_baby(cast.family, "Theo")
    keep(cast, minutes=11)
    found = {
        pk: parent.get(f"/me/diary/?baby={pk}").status_code for pk in (cast.baby.pk, theo.pk, cast.other_baby.pk, "x")
    }
    assert found == {cast.baby.pk: 200, theo.pk: 200, cast.other_baby.pk: 404, "x": 404}
    assert "11 minutes" not in words(parent.get(f"/me/diary/?baby={theo.pk}"))
    assert parent.post(f"/me/diary/?baby={cast.other_baby.pk}", {"key": "k" * 24}).status_code == 404


def test_older_lines_stand_on_further_pages_and_none_is_lost_or_shown_twice(cast: Cast, parent: Client) -> None:
    for n in range(47):
        keep(cast, days_ago=n // 2, minutes=n + 1)
    found: list[str] = []
    address = "/me/diary/"
    for _page in range(3):
        page = parent.get(address).content.decode()
        found += re.findall(r"about (?:a minute|(\d+) minutes)", page)
        more = re.search(r'href="(/me/diary/\?baby=\d+&amp;before=[\d-]+)#moments"', page)
        address = unescape(more.group(1)) if more else ""
    assert (len(found), len(set(found)), address) == (47, 47, "")


def test_a_page_that_makes_no_sense_begins_at_the_beginning(cast: Cast, parent: Client) -> None:
    keep(cast, minutes=5)
    for before in ("yesterday", "9" * 17 + "-1", "-1"):
        page = parent.get(f"/me/diary/?before={before}")
        assert (page.status_code, "about 5 minutes" in words(page)) == (200, True)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_diary_costs_the_same_whatever_stands_in_it(
    cast: Cast, parent: Client, rows: int, django_assert_num_queries: Any
) -> None:
    sweep = make_stroke("sweep")
    for n in range(rows):
        keep(cast, days_ago=7 * n, strokes=[StrokeAnswer(sweep, "calm")])
        add_baby(cast.family, f"Baby {n}")
    let_ruth_read(cast)
    for _n in range(rows):
        sharing_diaries.read(cast.running, cast.enrolment.reference, by=cast.instructor_profile, now=NOW)
    parent.get("/me/diary/")
    with django_assert_num_queries(13):
        parent.get("/me/diary/")


def test_weeks_without_a_line_are_not_drawn_and_the_table_says_what_the_picture_shows(
    cast: Cast, parent: Client
) -> None:
    keep(cast, minutes=8, answer="calm")
    keep(cast, days_ago=21, answer="stop")
    page = parent.get("/me/diary/")
    drawn = re.findall(r'<div class="wk"><p>(.*?)</p>', page.content.decode())
    assert drawn == ["Week of 23 March", "Week of 2 March"]
    table = words(page)[words(page).index("The same as a table") :]
    assert "Week of 23 March Tuesday 8 Calm Week of 2 March Tuesday not noted Asked to stop" in table


def test_nothing_is_shared_until_the_family_says_so(cast: Cast, parent: Client, ruth: Client) -> None:
    keep(cast, minutes=8, answer="loved", note=CANARY)
    before = words(parent.get("/me/diary/"))
    assert f"{cast.running.title} Ruth Adeyemi Reads nothing" in before
    assert ruth.get(shared_at(cast)).status_code == 404
    assert shared_at(cast) not in ruth.get(f"/teach/series/{cast.running.slug}/").content.decode()


def test_who_may_not_book_is_offered_nothing_that_is_not_theirs_to_give(cast: Cast, parent: Client) -> None:
    Caregiver.objects.filter(user=cast.coparent).update(role=Caregiver.Role.PRACTICE)
    offered = "If you like, Ruth Adeyemi reads along."
    theirs = words(sign_in(Client(), cast.coparent).get("/me/diary/"))
    assert (offered in words(parent.get("/me/diary/")), offered in theirs) == (True, False)
    assert f"{cast.running.title} Ruth Adeyemi Reads nothing" in theirs


def test_what_the_lead_reads_is_what_the_family_was_told_and_each_reading_is_seen(
    cast: Cast, parent: Client, ruth: Client
) -> None:
    sweep = make_stroke("sweep", name="Sweep")
    keep(cast, minutes=8, answer="loved", note=CANARY, strokes=[StrokeAnswer(sweep, "calm", "learning")])
    keep(cast, days_ago=40, minutes=33)
    answer = parent.post(f"/me/places/{cast.enrolment.reference}/diary/", {"shared": "yes"})
    assert answer.headers["Location"] == "/me/diary/#share"
    assert shared_at(cast) in ruth.get(f"/teach/series/{cast.running.slug}/").content.decode()

    told = words(ruth.get(shared_at(cast)))
    assert "Tuesday 24 March , about 8 minutes. Loved it." in told
    assert "Sweep: calm, still learning." in told
    assert [word for word in (CANARY, "Ines", "33 minutes") if word in told] == []
    assert list(AuditEntry.objects.filter(what="read a shared diary").values_list("by_name", "about")) == [
        ("Ruth Adeyemi", f"classes.Enrolment:{cast.enrolment.pk}")
    ]
    ruth.get(shared_at(cast))
    # Read twice on a day is said once.
    assert "Read on: Tuesday 24 March ." in words(parent.get("/me/diary/"))


def test_at_a_glance_the_lead_sees_the_newest_word_on_each_stroke(cast: Cast, ruth: Client) -> None:
    sweep, roll, hold = make_stroke("sweep"), make_stroke("roll"), make_stroke("hold")
    let_ruth_read(cast)
    assert "At a glance" not in words(ruth.get(shared_at(cast)))
    older = [StrokeAnswer(sweep, "loved", "learning"), StrokeAnswer(roll, "stop", "at_ease")]
    keep(cast, days_ago=2, strokes=[*older, StrokeAnswer(hold, "loved")])
    keep(cast, days_ago=1, strokes=[StrokeAnswer(sweep, "", "at_ease"), StrokeAnswer(roll, "calm", "learning")])
    page = words(ruth.get(shared_at(cast)))
    glance = page[page.index("At a glance") :]
    assert glance.replace(" ,", ",").startswith("At a glance Still learning Roll Loved it Sweep, Hold ")


def test_the_lead_reads_strokes_by_the_names_of_the_own_series(cast: Cast, ruth: Client) -> None:
    keep(cast, strokes=[StrokeAnswer(make_stroke("sweep", name="Sweep"), "calm", "")])
    StrokePlan.objects.create(
        series=cast.running, plan=cast.running.plan, number=1, names={"sweep": "Broom"}, made_at=NOW, by=cast.instructor
    )
    let_ruth_read(cast)
    assert "Broom: calm." in words(ruth.get(shared_at(cast)))


def test_closed_it_is_gone_on_the_next_request(cast: Cast, parent: Client, ruth: Client) -> None:
    let_ruth_read(cast)
    assert ruth.get(shared_at(cast)).status_code == 200
    parent.post(f"/me/places/{cast.enrolment.reference}/diary/", {"shared": "no"})
    assert ruth.get(shared_at(cast)).status_code == 404
    assert SharedDiary.objects.get().ended_at == NOW


def test_nobody_but_the_lead_reads_it(cast: Cast) -> None:
    let_ruth_read(cast)
    answers = {
        name: sign_in(Client(), getattr(cast, name)).get(shared_at(cast)).status_code
        for name in ("other_instructor", "candidate", "parent", "other_parent", "office")
    }
    cast.running.sessions.update(substitute=cast.other_instructor_profile)
    answers["substitute"] = sign_in(Client(), cast.other_instructor).get(shared_at(cast)).status_code
    assert set(answers.values()) == {404}
    assert not AuditEntry.objects.filter(what="read a shared diary").exists()


@pytest.mark.parametrize(
    ("days", "status"), [(6.9, 200), (7.1, 404)], ids=["within a week of the last date", "after that"]
)
def test_a_week_after_the_last_date_it_closes_by_itself(cast: Cast, days: float, status: int) -> None:
    let_ruth_read(cast)
    last = cast.running.last_session_at
    assert last is not None
    with time_machine.travel(last + timedelta(days=days), tick=False):
        assert sign_in(Client(), cast.instructor).get(shared_at(cast)).status_code == status


@pytest.fixture
def at_own_pace(cast: Cast) -> Enrolment:
    told: dict[str, Any] = {"instructor": cast.instructor_profile, "plan": cast.running.plan, "title": "Your own pace"}
    told |= {"slug": "your-own-pace", "delivery": Series.Delivery.SELF_PACED, "time_zone": "Europe/London"}
    told |= {"capacity": 0, "stream_capacity": 40, "price_minor": 2800, "published_at": NOW}
    series = Series.objects.create(state=Series.State.PUBLISHED, **told)
    return make_enrolment(series, family=cast.family, babies=[cast.baby], by=cast.parent, at=NOW, way="stream")


def test_at_one_s_own_pace_it_closes_after_eight_weeks_and_opens_again(cast: Cast, at_own_pace: Enrolment) -> None:
    def share(days: int) -> None:
        sharing_diaries.share(at_own_pace, shared=True, by=cast.caregiver, now=NOW + timedelta(days=days))

    def lead_reads(days: int) -> bool:
        at, series = NOW + timedelta(days=days), at_own_pace.series
        return bool(sharing_diaries.shared_in(series, by=cast.instructor_profile, now=at))

    def said(days: float) -> str:
        with time_machine.travel(NOW + timedelta(days=days), tick=False):
            page = words(sign_in(Client(), cast.parent).get("/me/diary/"))
        return page[page.index("Who reads this") : page.index("Either way")]

    assert "From your booking on, for eight weeks from the day you open it." in said(0)
    share(0)
    assert "It closes by itself after Tuesday 19 May ; then you can open it again." in said(0)
    assert "Reads along" not in said(56.1)
    share(57)
    assert [row.ended_at for row in SharedDiary.objects.order_by("pk")] == [NOW + timedelta(days=56), None]
    assert [lead_reads(days) for days in (57, 113, 114)] == [True, True, False]


def test_run_out_it_is_read_by_nobody(cast: Cast, at_own_pace: Enrolment) -> None:
    sharing_diaries.share(at_own_pace, shared=True, by=cast.caregiver, now=NOW)
    series, by = at_own_pace.series, cast.instructor_profile
    at_the_end, after = NOW + timedelta(days=56), NOW + timedelta(days=56, seconds=1)
    assert sharing_diaries.is_shared(at_own_pace, now=at_the_end)
    assert not sharing_diaries.is_shared(at_own_pace, now=after)
    assert sharing_diaries.read(series, at_own_pace.reference, by=by, now=at_the_end).babies == [cast.baby]
    with pytest.raises(SharedDiary.DoesNotExist):
        sharing_diaries.read(series, at_own_pace.reference, by=by, now=after)


def test_with_the_booking_it_ends(cast: Cast, ruth: Client) -> None:
    let_ruth_read(cast)
    Enrolment.objects.filter(pk=cast.enrolment.pk).update(state="cancelled", ended_at=NOW)
    assert ruth.get(shared_at(cast)).status_code == 404


def test_pressed_twice_it_is_shared_once(cast: Cast) -> None:
    for _n in range(2):
        let_ruth_read(cast)
    assert SharedDiary.objects.count() == 1
    assert AuditEntry.objects.filter(what="shared the diary with the instructor").count() == 1


def test_an_adult_who_books_begins_it_and_any_who_practises_ends_it(cast: Cast) -> None:
    Caregiver.objects.filter(user=cast.coparent).update(role="practice")
    his, here = sign_in(Client(), cast.coparent), f"/me/places/{cast.enrolment.reference}/diary/"
    his.post(here, {"shared": "yes"})
    assert not SharedDiary.objects.exists()
    let_ruth_read(cast)
    his.post(here, {"shared": "no"})
    assert not SharedDiary.objects.standing().exists()


def test_another_family_s_diary_is_not_there_to_be_shared(cast: Cast) -> None:
    hers = sign_in(Client(), cast.other_parent)
    assert hers.post(f"/me/places/{cast.enrolment.reference}/diary/", {"shared": "yes"}).status_code == 404
    assert not SharedDiary.objects.exists()


def test_the_babies_of_another_booking_are_not_in_it(cast: Cast, ruth: Client) -> None:
    theo = add_baby(cast.family, "Theo")
    make_enrolment(cast.open, family=cast.family, babies=[theo], by=cast.parent)
    diary.write(theo, moment=Moment(minutes=21), lesson=None, key="k" * 20, by=cast.caregiver, now=NOW)
    let_ruth_read(cast)
    assert "21 minutes" not in words(ruth.get(shared_at(cast)))


@pytest.mark.parametrize("rows", [1, 3])
def test_shared_diaries_cost_the_same_however_many(cast: Cast, rows: int, django_assert_num_queries: Any) -> None:
    let_ruth_read(cast)
    if rows > 1:
        sharing_diaries.share(cast.other_enrolment, shared=True, by=cast.other_caregiver, now=NOW)
    with django_assert_num_queries(2):
        found = sharing_diaries.shared_in(cast.running, by=cast.instructor_profile, now=NOW)
    assert len(found) == min(rows, 2)
