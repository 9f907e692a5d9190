"""Changing one date that families have booked: moved, called off, online, by a substitute, added."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from classes import changing, dues, making_up, releasing
from classes.changing import CannotChange, CannotMakeAmends, ChangedSince
from classes.models import Amends, AwayLink, Charge, Enrolment, MakeUpRight, Notice, Place, Session, SessionChange
from config.audit.models import AuditEntry
from config.letters.models import Letter
from tests.cast import Cast
from tests.factories.classes import make_enrolment, make_series

CHOOSE, MAKE_UP, REFUND, NONE = SessionChange.Compensation.CHOOSE, "make_up", "refund", "none"
FRIDAY = datetime(2026, 3, 27, 15, 0, tzinfo=UTC)


def third(cast: Cast) -> Session:
    """Gentle Thursdays, 26 March, in two days."""
    return cast.running.sessions.select_related("series").get(number=3)


def pay(enrolment: Enrolment, at: datetime) -> None:
    Charge.objects.create(
        enrolment=enrolment,
        amount_minor=enrolment.price_minor,
        currency=enrolment.currency,
        raised_at=at,
        settled_at=at,
    )


def owe(enrolment: Enrolment, at: datetime) -> None:
    Charge.objects.create(
        enrolment=enrolment, amount_minor=enrolment.price_minor, currency=enrolment.currency, raised_at=at
    )


def call_off(cast: Cast, now: datetime, compensation: str = MAKE_UP, key: str = "k1") -> SessionChange:
    date_ = third(cast)
    return changing.call_off(
        date_, compensation=compensation, words="Sorry.", seen=date_.sequence, key=key, by=cast.instructor, now=now
    )


def move(
    cast: Cast, now: datetime, to: datetime = FRIDAY, compensation: str = MAKE_UP, key: str = "k1"
) -> SessionChange:
    date_ = third(cast)
    return changing.move(
        date_,
        to=to,
        compensation=compensation,
        words="",
        seen=date_.sequence,
        key=key,
        by=cast.instructor,
        now=now,
    )


def test_a_date_that_is_called_off_gives_everybody_a_make_up_place_beyond_their_terms(
    cast: Cast, now: datetime
) -> None:
    for number in (4, 5):
        releasing.release(
            cast.enrolment,
            session=cast.running.sessions.get(number=number),
            babies=[cast.baby],
            by=cast.parent,
            now=now,
        )
    Letter.objects.all().delete()

    change = call_off(cast, now)

    rights = MakeUpRight.objects.filter(enrolment=cast.enrolment).order_by("pk")
    assert list(rights.values_list("missed__number", "number", "at_most", "state")) == [
        (4, 1, 2, "open"),
        (5, 2, 2, "open"),
        (3, 3, 3, "open"),
    ]
    assert rights[2].expires_at == third(cast).starts_at + timedelta(days=60)
    assert (third(cast).state, third(cast).sequence, third(cast).changed_at) == ("cancelled", 1, now)
    assert list(Amends.objects.order_by("pk").values_list("enrolment", "baby", "kind", "minor")) == [
        (cast.enrolment.pk, cast.baby.pk, "make_up", 0),
        (cast.other_enrolment.pk, cast.other_baby.pk, "make_up", 0),
    ]
    assert (change.kind, change.words, change.was_starts_at) == ("cancelled", "Sorry.", third(cast).starts_at)
    letters = Letter.objects.filter(key__startswith="changed:")
    assert sorted(letters.values_list("to", flat=True)) == ["other-parent@example.org", "parent@example.org"]
    mine = letters.get(to="parent@example.org")
    assert mine.subject == "Called off: Gentle Thursdays, Thursday 26 March"
    assert "STATUS:CANCELLED" in mine.attachments[0]["content"]
    assert AuditEntry.objects.filter(what="changed a date: cancelled").count() == 1


def test_pressed_twice_is_once_and_an_older_page_is_told_so(cast: Cast, now: datetime) -> None:
    page = third(cast)
    first = call_off(cast, now)
    again = changing.call_off(
        page, compensation=REFUND, words="Other.", seen=page.sequence, key="k1", by=cast.instructor, now=now
    )
    assert again == first
    with pytest.raises(CannotChange, match="called off already"):
        changing.call_off(page, compensation=NONE, words="", seen=0, key="k2", by=cast.instructor, now=now)
    assert (SessionChange.objects.count(), Amends.objects.count(), third(cast).sequence) == (1, 2, 1)


def test_a_second_saver_is_told_that_the_date_changed_since(cast: Cast, now: datetime) -> None:
    page = third(cast)
    move(cast, now)
    with pytest.raises(ChangedSince, match="changed since you opened the page"):
        changing.move(
            page,
            to=FRIDAY + timedelta(days=1),
            compensation=NONE,
            words="",
            seen=page.sequence,
            key="k2",
            by=cast.instructor,
            now=now,
        )
    assert third(cast).starts_at == FRIDAY


def test_a_moved_date_takes_everything_with_it(cast: Cast, now: datetime) -> None:
    before = third(cast)
    AwayLink.objects.create(
        token_hash="x",
        enrolment=cast.enrolment,
        session=before,
        caregiver=cast.caregiver,
        made_at=now,
        expires_at=before.starts_at,
    )
    change = move(cast, now)
    after = third(cast)
    assert (after.starts_at, after.sequence, after.number, after.lesson_id) == (FRIDAY, 1, 3, before.lesson_id)
    assert (change.was_starts_at, change.starts_at) == (before.starts_at, FRIDAY)
    assert AwayLink.objects.count() == 0
    assert Place.objects.unreleased().filter(session=after).count() == 2
    assert Amends.objects.count() == 0
    letter = Letter.objects.get(key__startswith="changed:", to="parent@example.org")
    assert letter.subject == "Moved: Gentle Thursdays, now Friday 27 March"
    assert "is not on Thursday 26 March, 10:00" in letter.text
    assert "It is on Friday 27 March, 15:00" in letter.text
    assert "you get a make-up place for it" in letter.text
    content = letter.attachments[0]["content"].replace("\r\n ", "")
    assert ("DTSTART;TZID=Europe/London:20260327T150000" in content, "SEQUENCE:1" in content) == (True, True)


def test_the_ends_of_a_series_follow_its_dates(cast: Cast, now: datetime) -> None:
    last = cast.running.sessions.select_related("series").get(number=5)
    later = datetime(2026, 4, 16, 9, 0, tzinfo=UTC)
    changing.move(last, to=later, compensation=NONE, words="", seen=last.sequence, key="k", by=cast.instructor, now=now)
    cast.running.refresh_from_db()
    assert (cast.running.last_session_at, cast.running.version) == (later, 2)
    last.refresh_from_db()
    changing.call_off(last, compensation=NONE, words="", seen=last.sequence, key="l", by=cast.instructor, now=now)
    cast.running.refresh_from_db()
    assert cast.running.last_session_at == cast.running.sessions.get(number=4).starts_at


@pytest.mark.parametrize(
    ("to", "sentence"),
    [
        (datetime(2026, 3, 24, 17, 0, tzinfo=UTC), "This moment is over"),
        (datetime(2026, 3, 26, 10, 0, tzinfo=UTC), "This is when it is now"),
        (datetime(2028, 3, 26, 10, 0, tzinfo=UTC), "more than a year away"),
        (datetime(2026, 4, 2, 9, 10, tzinfo=UTC), "you teach Gentle Thursdays"),
    ],
)
def test_a_moment_that_does_not_do_is_refused(cast: Cast, now: datetime, to: datetime, sentence: str) -> None:
    with pytest.raises(CannotChange, match=sentence):
        move(cast, now, to=to)
    assert (SessionChange.objects.count(), third(cast).sequence) == (0, 0)


def test_a_date_that_has_begun_or_of_a_draft_is_not_changed(cast: Cast, now: datetime) -> None:
    begun = third(cast).starts_at + timedelta(minutes=1)
    with pytest.raises(CannotChange, match="has begun"):
        call_off(cast, begun)
    draft = make_series(cast.instructor_profile, slug="draft", first=date(2026, 5, 5), state="draft")
    with pytest.raises(CannotChange, match="a draft still"):
        changing.call_off(
            draft.sessions.get(number=1), compensation=NONE, words="", seen=0, key="k", by=cast.instructor, now=now
        )


def test_money_back_is_the_exact_part_and_the_books_add_up(cast: Cast, now: datetime) -> None:
    pay(cast.enrolment, now)
    owe(cast.other_enrolment, now)
    owe(cast.stream_enrolment, now)
    shares = sorted(cast.enrolment.places.values_list("price_minor", flat=True))
    assert shares == [1200] * 5

    call_off(cast, now, REFUND)

    refunds = Charge.objects.filter(kind="refund")
    assert list(refunds.values_list("enrolment", "amount_minor")) == [(cast.enrolment.pk, 1200)]
    assert cast.other_enrolment.charges.get().amount_minor == 4800
    for enrolment, family in ((cast.enrolment, cast.family), (cast.other_enrolment, cast.other_family)):
        assert sum(enrolment.places.values_list("price_minor", flat=True)) == 4800
        assert dues.balance(family, now=now, currency="GBP").difference.minor == 0
    texts = dict(Letter.objects.filter(key__startswith="changed:").values_list("to", "text"))
    assert "£12 comes back to you" in texts["parent@example.org"]
    assert "£12 of what is not paid yet is no longer due" in texts["other-parent@example.org"]


def test_a_booking_that_ends_after_a_refund_pays_nothing_back_twice(cast: Cast, now: datetime) -> None:
    from classes import cancelling

    Enrolment.objects.filter(pk=cast.enrolment.pk).update(policy={**cast.enrolment.policy, "refund_hours": 0})
    cast.enrolment.refresh_from_db()
    pay(cast.enrolment, now)
    call_off(cast, now, REFUND)
    cancelling.cancel(cast.enrolment, by=cast.parent, now=now)
    account = dues.account_of(cast.enrolment)
    # Two dates have been, and by the terms those to come stay due once the first has begun.
    assert (account.refunded.minor, account.in_hand.minor, account.to_pay.minor) == (1200, 4800, 0)
    assert dues.balance(cast.family, now=now, currency="GBP").difference.minor == 0


def test_a_called_off_date_not_made_up_for_comes_back_in_full_when_the_booking_ends(cast: Cast, now: datetime) -> None:
    from classes import cancelling

    pay(cast.enrolment, now)
    call_off(cast, now, MAKE_UP)
    later = third(cast).starts_at + timedelta(days=1)
    quote = cancelling.quote(cast.enrolment, now=later)
    assert (quote.back.minor, quote.kept.minor, quote.worth.to_come, quote.worth.been) == (1200, 4800, 2, 2)
    cancelling.cancel(cast.enrolment, by=cast.parent, now=later)
    assert dues.balance(cast.family, now=later, currency="GBP").difference.minor == 0


def test_who_paid_nothing_gets_a_make_up_place_instead_of_money(cast: Cast, now: datetime) -> None:
    cast.enrolment.places.update(price_minor=0)
    Enrolment.objects.filter(pk=cast.enrolment.pk).update(price_minor=0)
    call_off(cast, now, REFUND)
    assert list(Amends.objects.filter(enrolment=cast.enrolment).values_list("kind", "minor")) == [("make_up", 0)]
    assert list(Amends.objects.filter(enrolment=cast.other_enrolment).values_list("kind", "minor")) == [
        ("refund", 1200)
    ]


def test_who_told_us_too_late_for_a_make_up_place_is_owed_as_well_when_the_date_is_called_off(
    cast: Cast, now: datetime
) -> None:
    late = third(cast).starts_at - timedelta(hours=3)
    releasing.release(cast.enrolment, session=third(cast), babies=[cast.baby], by=cast.parent, now=late)
    assert MakeUpRight.objects.count() == 0
    seen = changing.affected(third(cast), now=late)
    assert ([party.names for party in seen.paid], [party.names for party in seen.away]) == ([["Noor"]], [["Ada"]])
    call_off(cast, late + timedelta(minutes=5))
    assert MakeUpRight.objects.filter(enrolment=cast.enrolment, missed=third(cast), state="open").count() == 1
    assert Notice.objects.filter(enrolment=cast.enrolment).count() == 1


def guest(cast: Cast, now: datetime) -> Place:
    """Ada, who gave a date of Busy little people back, makes up for it on 26 March... of another series."""
    mine = make_enrolment(cast.open, family=cast.other_family, babies=[cast.other_baby], by=cast.other_parent)
    missed = cast.open.sessions.get(number=3)
    releasing.release(mine, session=missed, babies=[cast.other_baby], by=cast.other_parent, now=now)
    host = make_series(cast.instructor_profile, slug="host", title="Host", first=date(2026, 3, 20), weeks=5)
    [place] = making_up.make_up(
        list(making_up.rights_to_use(MakeUpRight.objects.all())),
        session=host.sessions.get(number=3),
        way="room",
        by=cast.other_parent,
        now=now,
    )
    return place


def test_a_guest_gets_the_make_up_place_back_with_30_days_more(cast: Cast, now: datetime) -> None:
    place = guest(cast, now)
    until = place.right.expires_at
    date_ = Session.objects.select_related("series").get(pk=place.session_id)
    seen = changing.affected(date_, now=now)
    assert [party.names for party in seen.guests] == [["Noor"]]
    changing.call_off(date_, compensation=REFUND, words="", seen=date_.sequence, key="k", by=cast.instructor, now=now)
    right, place = MakeUpRight.objects.get(), Place.objects.get(pk=place.pk)
    assert (right.state, right.place, right.expires_at) == ("open", None, until + timedelta(days=30))
    assert (place.released_at, place.release) == (now, "off")
    letter = Letter.objects.get(key__startswith="changed:")
    assert "Your make-up place is yours again, with 30 days more" in letter.text
    assert "STATUS:CANCELLED" in letter.attachments[0]["content"]


def test_a_family_takes_money_instead_of_a_place_that_it_did_not_use(cast: Cast, now: datetime) -> None:
    pay(cast.enrolment, now)
    change = call_off(cast, now, CHOOSE)
    places = list(cast.enrolment.places.filter(session=third(cast)).select_related("enrolment__series"))
    for _again in range(2):
        changing.compensate(places, kind=REFUND, change=change, by=cast.parent, now=now)
    assert MakeUpRight.objects.get(enrolment=cast.enrolment).state == "withdrawn"
    assert list(Charge.objects.filter(kind="refund").values_list("amount_minor", flat=True)) == [1200]
    assert Amends.objects.get(enrolment=cast.enrolment).kind == "refund"
    assert dues.balance(cast.family, now=now, currency="GBP").difference.minor == 0
    changing.compensate(places, kind=MAKE_UP, change=change, by=cast.parent, now=now)
    assert MakeUpRight.objects.get(enrolment=cast.enrolment).state == "withdrawn"


def test_money_is_not_given_for_a_make_up_place_that_is_booked(cast: Cast, now: datetime) -> None:
    pay(cast.enrolment, now)
    change = call_off(cast, now, CHOOSE)
    rights = list(making_up.rights_to_use(MakeUpRight.objects.filter(enrolment=cast.enrolment)))
    making_up.make_up(rights, session=cast.open.sessions.get(number=3), way="room", by=cast.parent, now=now)
    places = list(cast.enrolment.places.filter(session=third(cast)).select_related("enrolment__series"))
    with pytest.raises(CannotMakeAmends, match="booked already"):
        changing.compensate(places, kind=REFUND, change=change, by=cast.parent, now=now)
    assert Charge.objects.filter(kind="refund").count() == 0


def test_only_what_was_promised_is_given(cast: Cast, now: datetime) -> None:
    change = move(cast, now, compensation=MAKE_UP)
    places = list(cast.enrolment.places.filter(session=third(cast)).select_related("enrolment__series"))
    with pytest.raises(CannotMakeAmends, match="not offered"):
        changing.compensate(places, kind=REFUND, change=change, by=cast.parent, now=now)
    move(cast, now, to=FRIDAY + timedelta(hours=1), key="k2")
    with pytest.raises(CannotMakeAmends, match="once more"):
        changing.compensate(places, kind=MAKE_UP, change=change, by=cast.parent, now=now)


@pytest.mark.parametrize(("kind", "rights", "refunds"), [(MAKE_UP, 1, 0), (REFUND, 0, 1)])
def test_whom_the_new_date_does_not_suit_gives_it_back_for_what_was_promised(
    cast: Cast, now: datetime, kind: str, rights: int, refunds: int
) -> None:
    pay(cast.enrolment, now)
    change = move(cast, now, compensation=CHOOSE)
    late = FRIDAY - timedelta(hours=1)
    places = list(cast.enrolment.places.filter(session=third(cast)).select_related("enrolment__series"))
    for _again in range(2):
        changing.compensate(places, kind=kind, change=change, by=cast.parent, now=late)
    place = cast.enrolment.places.get(session=third(cast))
    assert (place.released_at, place.release) == (late, "told")
    found = MakeUpRight.objects.filter(enrolment=cast.enrolment, state="open").count()
    assert (found, Charge.objects.filter(kind="refund", amount_minor=1200).count()) == (rights, refunds)
    assert dues.balance(cast.family, now=late, currency="GBP").difference.minor == 0
    assert Letter.objects.filter(key__startswith="amends:").count() == 1


def test_online_everybody_joins_by_stream_and_nobody_is_sent_to_the_room(cast: Cast, now: datetime) -> None:
    date_ = third(cast)
    with pytest.raises(CannotChange, match="link to the live-stream"):
        changing.go_online(
            date_, stream_url="", compensation=NONE, words="", seen=0, key="k", by=cast.instructor, now=now
        )
    for _again in range(2):
        changing.go_online(
            date_,
            stream_url="https://meet.example.org/x",
            compensation=MAKE_UP,
            words="",
            seen=0,
            key="k",
            by=cast.instructor,
            now=now,
        )
    date_ = third(cast)
    assert (date_.online_at, date_.stream_url, date_.sequence) == (now, "https://meet.example.org/x", 1)
    [mine] = cast.enrolment.places.filter(session=date_).select_related("session")
    assert (mine.way, mine.joins_by) == ("room", "stream")
    letter = Letter.objects.get(key__startswith="changed:", to="parent@example.org")
    assert letter.subject == "Online this time: Gentle Thursdays, Thursday 26 March"
    assert "meet.example.org" not in letter.text + letter.html
    assert "LOCATION:By live-stream" in letter.attachments[0]["content"]


def test_a_substitute_is_certified_free_and_told(cast: Cast, now: datetime) -> None:
    date_ = third(cast)
    with pytest.raises(CannotChange):
        changing.send_substitute(
            date_,
            instructor=cast.candidate_profile,
            compensation=NONE,
            words="",
            seen=0,
            key="k",
            by=cast.instructor,
            now=now,
        )
    changing.send_substitute(
        date_,
        instructor=cast.other_instructor_profile,
        compensation=NONE,
        words="",
        seen=0,
        key="k",
        by=cast.instructor,
        now=now,
    )
    assert third(cast).substitute == cast.other_instructor_profile
    letter = Letter.objects.get(to="other-instructor@example.org")
    assert letter.subject == "You lead Gentle Thursdays, Thursday 26 March"
    assert "STATUS:CONFIRMED" in letter.attachments[0]["content"]
    changing.send_substitute(
        third(cast),
        instructor=cast.instructor_profile,
        compensation=NONE,
        words="",
        seen=1,
        key="l",
        by=cast.instructor,
        now=now,
    )
    assert third(cast).substitute is None
    over = Letter.objects.filter(to="other-instructor@example.org").latest("pk")
    assert over.subject == "You no longer lead Gentle Thursdays, Thursday 26 March"
    assert "STATUS:CANCELLED" in over.attachments[0]["content"]


def test_one_more_date_comes_to_every_booking_of_the_series_at_no_cost(cast: Cast, now: datetime) -> None:
    starts_at = datetime(2026, 4, 16, 9, 0, tzinfo=UTC)
    for _again in range(2):
        change = changing.add_session(
            cast.running,
            starts_at=starts_at,
            lesson=None,
            for_all=True,
            words="",
            key="k",
            by=cast.instructor,
            now=now,
        )
    date_ = change.session
    assert (date_.number, date_.capacity, date_.stream_capacity) == (6, cast.running.capacity, 4)
    places = Place.objects.filter(session=date_).order_by("pk")
    assert list(places.values_list("enrolment", "price_minor", "kind")) == [
        (cast.enrolment.pk, 0, "series"),
        (cast.other_enrolment.pk, 0, "series"),
    ]
    cast.running.refresh_from_db()
    assert cast.running.last_session_at == starts_at
    letter = Letter.objects.get(key__startswith="changed:", to="parent@example.org")
    assert letter.subject == "One more date: Gentle Thursdays, Thursday 16 April"
    alone = changing.add_session(
        cast.running,
        starts_at=starts_at + timedelta(days=7),
        lesson=None,
        for_all=False,
        words="",
        key="l",
        by=cast.instructor,
        now=now,
    )
    assert Place.objects.filter(session=alone.session).count() == 0


@pytest.mark.parametrize(("compensation", "rights", "paid_back"), [(MAKE_UP, 1, 0), (REFUND, 0, 1200), (CHOOSE, 1, 0)])
def test_saying_on_the_page_of_the_place_that_a_moved_date_does_not_suit_gives_what_was_promised_at_any_notice(
    cast: Cast, now: datetime, compensation: str, rights: int, paid_back: int
) -> None:
    pay(cast.enrolment, now)
    move(cast, now, compensation=compensation)
    late = FRIDAY - timedelta(hours=2)
    done = releasing.release(cast.enrolment, session=third(cast), babies=[cast.baby], by=cast.parent, now=late)
    assert len(done.rights) == rights
    assert sum(Charge.objects.filter(kind="refund").values_list("amount_minor", flat=True)) == paid_back
    assert ("comes back to you" in done.sentence) is bool(paid_back)
    if paid_back:
        with pytest.raises(releasing.CannotTakeBack, match="come back to you"):
            releasing.take_back(cast.enrolment, session=third(cast), babies=[cast.baby], by=cast.parent, now=late)
    else:
        releasing.take_back(cast.enrolment, session=third(cast), babies=[cast.baby], by=cast.parent, now=late)
        assert MakeUpRight.objects.filter(state="open").count() == 0
    assert dues.balance(cast.family, now=late, currency="GBP").difference.minor == 0


def test_who_booked_after_the_change_has_nothing_promised(cast: Cast, now: datetime) -> None:
    move(cast, now)
    Place.objects.filter(session=third(cast)).update(taken_at=now + timedelta(minutes=1))
    late = FRIDAY - timedelta(hours=2)
    done = releasing.release(cast.enrolment, session=third(cast), babies=[cast.baby], by=cast.parent, now=late)
    assert done.rights == []


def test_a_date_called_off_takes_no_time_in_the_week_of_a_baby(cast: Cast, now: datetime) -> None:
    call_off(cast, now)
    same = make_series(cast.other_instructor_profile, slug="same", first=date(2026, 3, 12), venue=cast.venue)
    Session.objects.filter(series=same, number=3).update(starts_at=third(cast).starts_at)
    rights = list(making_up.rights_to_use(MakeUpRight.objects.filter(enrolment=cast.enrolment)))
    found = [(match.session.series.slug, match.session.number) for match in making_up.matches(rights, now=now)]
    assert ("same", 3) in found
