"""Who comes with the babies: one adult for each, or in turn, and carers whom a parent has agreed to."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from classes import company, roll
from classes.company import CannotCome, why_not_come
from classes.models import Coming, Enrolment, Session
from config.audit.models import AuditEntry
from families import consents
from families.models import Baby, Caregiver
from tests.cast import NOW, Cast
from tests.factories.accounts import make_user
from tests.factories.classes import make_enrolment
from tests.factories.families import add_baby, add_caregiver

pytestmark = pytest.mark.django_db
TWO_AND_ONE = "2 babies, 1 adult: please say who else comes, or that you take turns."
NOT_YET = "Colette is not a parent. A parent says first, under “Your family”, that they may massage."


@pytest.fixture
def granny(cast: Cast) -> Caregiver:
    return add_caregiver(cast.family, name="Colette Moreau", relation=Caregiver.Relation.GRANDPARENT)


@pytest.fixture
def coparent(cast: Cast) -> Caregiver:
    return Caregiver.objects.get(user=cast.coparent)


@pytest.fixture
def twins(cast: Cast) -> list[Baby]:
    return [cast.baby, add_baby(cast.family, "Theo")]


@pytest.fixture
def of_twins(cast: Cast, twins: list[Baby]) -> Enrolment:
    return make_enrolment(cast.open, family=cast.family, babies=twins, by=cast.parent, who_comes=[cast.caregiver])


def a_date(enrolment: Enrolment, number: int = 3) -> Session:
    return enrolment.series.sessions.get(number=number)


def come(enrolment: Enrolment, *adults: Caregiver, number: int = 3, in_turn: bool = False) -> list[Coming]:
    date = a_date(enrolment, number)
    return company.come(enrolment, session=date, caregivers=adults, by=enrolment.booked_by, now=NOW, in_turn=in_turn)


def names(enrolment: Enrolment, now: datetime = NOW) -> dict[int, list[str]]:
    """{number of the date: who comes}"""
    enrolment.refresh_from_db()
    return {one.session.number: [adult.first_name for adult in one.adults] for one in company.for_page(enrolment, now)}


def test_one_adult_for_each_baby_or_in_turn(cast: Cast, twins: list[Baby], coparent: Caregiver) -> None:
    ines = cast.caregiver
    assert [
        why_not_come([cast.baby], [ines]),
        why_not_come(twins, [ines]),
        why_not_come(twins, [ines], in_turn=True),
        why_not_come(twins, [ines, coparent]),
        why_not_come([*twins, cast.baby], [ines, coparent]),
        why_not_come(twins, []),
    ] == [
        *(None, TWO_AND_ONE, None, None),
        "3 babies, 2 adults: please say who else comes, or that you take turns.",
        "Please say who comes with your baby.",
    ]


def test_a_carer_who_is_not_a_parent_comes_once_a_parent_has_agreed_and_until_they_take_it_back(
    cast: Cast, granny: Caregiver
) -> None:
    told = []
    for given in (None, True, False):
        if given is not None:
            consents.agree_to_carer(granny, given=given, by=cast.caregiver, now=NOW)
        told.append(why_not_come([cast.baby], [cast.caregiver, granny]))
    assert told == [NOT_YET, None, NOT_YET]


def test_parents_alone_cost_no_query_and_others_two(cast: Cast, granny: Caregiver, coparent: Caregiver) -> None:
    aunt = add_caregiver(cast.family, make_user("aunt@example.org", "Lou"), relation=Caregiver.Relation.OTHER)
    counted = []
    for adults in ([cast.caregiver, coparent], [cast.caregiver, granny], [granny], [aunt]):
        with CaptureQueriesContext(connection) as asked:
            why_not_come([cast.baby], adults)
        counted.append(len(asked))
    assert counted == [0, 1, 1, 2]


def test_where_there_is_no_parent_those_who_book_stand_in_their_place(cast: Cast) -> None:
    foster = cast.other_caregiver
    Caregiver.objects.filter(pk=foster.pk).update(relation=Caregiver.Relation.FOSTER)
    foster.refresh_from_db()
    nanny = add_caregiver(cast.other_family, name="Bea Holm", relation=Caregiver.Relation.OTHER)
    before = why_not_come([cast.other_baby], [foster]), why_not_come([cast.other_baby], [nanny])
    consents.agree_to_carer(nanny, given=True, by=foster, now=NOW)
    assert before == (None, NOT_YET.replace("Colette", "Bea"))
    assert why_not_come([cast.other_baby], [nanny]) is None


def test_one_date_is_changed_and_the_others_stay(cast: Cast, coparent: Caregiver) -> None:
    come(cast.enrolment, coparent)
    assert names(cast.enrolment) == {3: ["Joseph"], 4: ["Ines"], 5: ["Ines"]}
    [entry] = AuditEntry.objects.filter(what="said who comes")
    assert (entry.by_id, entry.detail) == (cast.parent.pk, {"session": a_date(cast.enrolment).reference})


def test_nobody_in_particular_is_those_of_the_booking_again(cast: Cast, coparent: Caregiver) -> None:
    come(cast.enrolment, coparent)
    come(cast.enrolment)
    assert (names(cast.enrolment)[3], Coming.objects.count()) == (["Ines"], 0)


def test_the_same_twice_is_once(cast: Cast, coparent: Caregiver) -> None:
    come(cast.enrolment, coparent, coparent)
    come(cast.enrolment, coparent)
    assert Coming.objects.count() == 1


def test_taking_turns_is_said_once_for_the_booking(of_twins: Enrolment, cast: Cast, coparent: Caregiver) -> None:
    with pytest.raises(CannotCome, match="2 babies, 1 adult"):
        come(of_twins, coparent)
    come(of_twins, coparent, in_turn=True)
    come(of_twins, cast.caregiver, number=4)
    of_twins.refresh_from_db()
    assert (of_twins.in_turn_at, names(of_twins)[3], names(of_twins)[4]) == (NOW, ["Joseph"], ["Ines"])


def test_a_refusal_leaves_the_date_as_it_was(cast: Cast, coparent: Caregiver, granny: Caregiver) -> None:
    come(cast.enrolment, coparent)
    with pytest.raises(CannotCome, match="Colette is not a parent"):
        come(cast.enrolment, granny)
    assert names(cast.enrolment)[3] == ["Joseph"]


@pytest.mark.parametrize("what", ["over", "cancelled booking", "no place", "called off", "a stranger", "removed"])
def test_come_refuses_what_cannot_be(cast: Cast, coparent: Caregiver, what: str) -> None:
    session, adults = a_date(cast.enrolment), [coparent]
    if what == "over":
        session = a_date(cast.enrolment, 1)
    elif what == "cancelled booking":
        Enrolment.objects.filter(pk=cast.enrolment.pk).update(state=Enrolment.State.CANCELLED)
    elif what == "no place":
        session = cast.open.sessions.get(number=1)
    elif what == "called off":
        session.state = Session.State.CANCELLED
    elif what == "a stranger":
        adults = [cast.other_caregiver]
    else:
        coparent.removed_at = NOW
    with pytest.raises(CannotCome):
        company.come(cast.enrolment, session=session, caregivers=adults, by=cast.parent, now=NOW)
    assert Coming.objects.count() == 0


def test_whoever_left_the_family_comes_no_more_and_came_before(cast: Cast, coparent: Caregiver) -> None:
    cast.enrolment.who_comes.add(coparent)
    come(cast.enrolment, coparent, number=4)
    Coming.objects.create(enrolment=cast.enrolment, session=a_date(cast.enrolment, 2), caregiver=coparent)
    Caregiver.objects.filter(pk=coparent.pk).update(removed_at=NOW)
    assert names(cast.enrolment) == {3: ["Ines"], 4: ["Ines"], 5: ["Ines"]}
    shown = {number: roll.bare_roll(a_date(cast.enrolment, number)).cards for number in (2, 3)}
    assert [[card.carers for card in cards if card.names == "Ada"] for cards in shown.values()] == [
        ["Joseph Moreau"],
        ["Ines Moreau"],
    ]


def test_the_register_says_who_comes_today(of_twins: Enrolment, cast: Cast, coparent: Caregiver) -> None:
    come(of_twins, coparent, in_turn=True)
    carers = [roll.bare_roll(a_date(of_twins, number)).cards[0].carers for number in (2, 3)]
    assert carers == ["Ines Moreau; the babies take turns", "Joseph Moreau; the babies take turns"]


def test_for_page_asks_as_often_for_one_date_as_for_five(cast: Cast, of_twins: Enrolment) -> None:
    counted = []
    for moment in (NOW, of_twins.series.sessions.get(number=5).starts_at - timedelta(hours=1)):
        of_twins.refresh_from_db()
        with CaptureQueriesContext(connection) as asked:
            found = company.for_page(of_twins, moment)
        counted.append((len(found), len(asked)))
    assert counted == [(5, 5), (1, 5)]
