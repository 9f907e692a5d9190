"""Two adults at the same moment: one comes first, the other is told, and nothing is left half done."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from config.accounts.models import User
from families import inviting, leaving
from families.inviting import CannotInvite, CannotJoin
from families.leaving import CannotChange
from families.models import Caregiver, Invitation
from tests.cast import NOW, Cast, build_cast
from tests.classes.contention import broken, tally, together
from tests.factories.accounts import make_user
from tests.factories.families import an_invitation

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
ROUNDS = 4


@pytest.fixture
def world(now: Any, transactional_db: None) -> Cast:
    return build_cast()


def joins(invitation: Invitation, user: User) -> Any:
    mine = User.objects.get(pk=user.pk)
    return partial(inviting.accept, Invitation.objects.get(pk=invitation.pk), user=mine, name="Léa", now=NOW)


def homes(user: User) -> int:
    return Caregiver.objects.current().filter(user=user).count()


def test_one_letter_opened_twice_lets_in_once(world: Cast) -> None:
    for number in range(ROUNDS):
        lea = make_user(f"lea-{number}@example.org", "Léa")
        asked = an_invitation(world.caregiver, lea.email)
        came = together([joins(asked, lea) for _tab in range(3)], CannotJoin)
        assert (tally(came), broken(came), homes(lea)) == ({"ok": 1, "refused": 2}, [], 1)


def test_two_families_that_ask_the_same_adult_get_them_once(world: Cast) -> None:
    for number in range(ROUNDS):
        lea = make_user(f"lea-{number}@example.org", "Léa")
        asked = [an_invitation(by, lea.email) for by in (world.caregiver, world.other_caregiver)]
        came = together([joins(one, lea) for one in asked], CannotJoin)
        states = sorted(Invitation.objects.filter(email=lea.email).values_list("state", flat=True))
        assert (tally(came), broken(came), homes(lea)) == ({"ok": 1, "refused": 1}, [], 1)
        assert states == ["accepted", "open"]


def test_joining_while_the_letter_is_taken_back_is_one_or_the_other(world: Cast) -> None:
    for number in range(ROUNDS):
        lea = make_user(f"lea-{number}@example.org", "Léa")
        asked = an_invitation(world.caregiver, lea.email)
        back = partial(inviting.take_back, asked, by=world.caregiver, now=NOW)
        joined, taken = together([joins(asked, lea), back], CannotJoin, CannotInvite)
        asked.refresh_from_db()
        assert {joined.to, taken.to} == {"ok", "refused"}, (joined, taken)
        assert (asked.state, homes(lea)) == (("accepted", 1) if joined.to == "ok" else ("withdrawn", 0))


@pytest.mark.parametrize("each_other", [True, False])
def test_of_two_who_remove_each_other_or_both_leave_one_stays(world: Cast, each_other: bool) -> None:
    for number in range(ROUNDS):
        user = make_user(f"joseph-{number}@example.org", "Joseph")
        Caregiver.objects.filter(family=world.family).exclude(pk=world.caregiver.pk).update(removed_at=NOW)
        Caregiver.objects.filter(pk=world.caregiver.pk).update(removed_at=None)
        joseph = Caregiver.objects.create(family=world.family, user=user, name="Joseph", joined_at=NOW)
        two = [Caregiver.objects.select_related("family").get(pk=pk) for pk in (world.caregiver.pk, joseph.pk)]
        targets = reversed(two) if each_other else two
        deeds = [partial(leaving.remove, one, by=by, now=NOW) for one, by in zip(targets, two, strict=True)]
        came = together(deeds, CannotChange)
        standing = Caregiver.objects.of_family(world.family).who_book().count()
        assert (tally(came), broken(came), standing) == ({"ok": 1, "refused": 1}, [], 1)
