"""Leaving a family and being removed from it: out at once, bookings stay, own notes stay."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from config.audit.models import AuditEntry
from config.letters.models import Letter
from config.letters.outbox import queue_letter
from families import emails, leaving
from families.leaving import CannotChange
from families.models import Caregiver, Invitation
from tests.cast import NOW, Cast
from tests.factories.families import add_caregiver, an_invitation

Role = Caregiver.Role


@pytest.fixture
def joseph(cast: Cast) -> Caregiver:
    return Caregiver.objects.select_related("user", "family").get(user=cast.coparent)


def standing(cast: Cast) -> dict[str, str]:
    """{first name: role} of those who belong."""
    return {one.first_name: one.role for one in Caregiver.objects.current().of_family(cast.family)}


def test_remove_takes_someone_out_and_writes_it_down_once(cast: Cast, joseph: Caregiver) -> None:
    for _press in range(2):
        leaving.remove(joseph, by=cast.caregiver, now=NOW)
    joseph.refresh_from_db()
    assert (standing(cast), joseph.removed_at) == ({"Ines": "full"}, NOW)
    assert list(AuditEntry.objects.values_list("what", "by_id")) == [("removed a caregiver", cast.parent.pk)]


def test_one_leaves_by_oneself_whatever_one_may_do(cast: Cast, joseph: Caregiver) -> None:
    leaving.change_role(joseph, role=Role.DATES, by=cast.caregiver, now=NOW)
    leaving.remove(joseph, by=joseph, now=NOW)
    assert standing(cast) == {"Ines": "full"}
    assert AuditEntry.objects.latest("pk").what == "left a family"


def test_the_last_one_who_books_stays(cast: Cast, joseph: Caregiver) -> None:
    leaving.change_role(joseph, role=Role.PRACTICE, by=cast.caregiver, now=NOW)
    add_caregiver(cast.family, name="Colette Moreau")  # books nothing: she has no account
    for deed in (
        lambda: leaving.remove(cast.caregiver, by=cast.caregiver, now=NOW),
        lambda: leaving.change_role(cast.caregiver, role=Role.DATES, by=cast.caregiver, now=NOW),
    ):
        with pytest.raises(CannotChange, match="Ines is the only one who books"):
            deed()
    assert standing(cast) == {"Ines": "full", "Joseph": "practice", "Colette": "full"}


@pytest.mark.parametrize("role", [Role.PRACTICE, Role.DATES])
def test_only_who_books_changes_others_and_nobody_raises_themselves(cast: Cast, joseph: Caregiver, role: str) -> None:
    leaving.change_role(joseph, role=role, by=cast.caregiver, now=NOW)
    for deed in (
        lambda: leaving.remove(cast.caregiver, by=joseph, now=NOW),
        lambda: leaving.change_role(cast.caregiver, role=Role.DATES, by=joseph, now=NOW),
        lambda: leaving.change_role(joseph, role=Role.FULL, by=joseph, now=NOW),
    ):
        with pytest.raises(CannotChange, match="Ines can do this"):
            deed()
    assert standing(cast) == {"Ines": "full", "Joseph": role}


def test_of_two_who_remove_each_other_the_second_no_longer_belongs(cast: Cast, joseph: Caregiver) -> None:
    leaving.remove(joseph, by=cast.caregiver, now=NOW)
    with pytest.raises(CannotChange, match="You no longer belong"):
        leaving.remove(cast.caregiver, by=joseph, now=NOW)
    assert standing(cast) == {"Ines": "full"}


def test_a_stranger_changes_nobody(cast: Cast, joseph: Caregiver) -> None:
    with pytest.raises(CannotChange):
        leaving.remove(joseph, by=cast.other_caregiver, now=NOW)
    with pytest.raises(CannotChange):
        leaving.change_role(joseph, role=Role.DATES, by=cast.other_caregiver, now=NOW)
    assert standing(cast) == {"Ines": "full", "Joseph": "full"}


def test_invitations_that_they_sent_end_with_them(cast: Cast, joseph: Caregiver) -> None:
    an_invitation(joseph, "a@example.org"), an_invitation(cast.caregiver, "b@example.org")
    leaving.remove(joseph, by=cast.caregiver, now=NOW)
    assert dict(Invitation.objects.values_list("email", "state")) == {
        "a@example.org": "withdrawn",
        "b@example.org": "open",
    }


def test_letters_to_them_that_have_not_left_are_withdrawn_and_their_code_goes_out(
    cast: Cast, joseph: Caregiver
) -> None:
    def queue(key: str, *, to: str, about: str | None, urgent: bool = False) -> None:
        context = {"name": "Léa", "role": "practice", "family_url": "/"}
        with transaction.atomic():
            queue_letter(
                "families/emails/joined",
                to=to,
                context=context,
                language="en",
                key=key,
                now=NOW,
                about=about,
                urgent=urgent,
            )

    queue("theirs", to="coparent@example.org", about=emails.of_member(cast.coparent))
    queue("a code", to="coparent@example.org", about=None, urgent=True)
    queue("as a teacher", to="coparent@example.org", about=None)
    queue("of the other", to="parent@example.org", about=emails.of_member(cast.parent))
    leaving.remove(joseph, by=cast.caregiver, now=NOW)
    assert sorted(Letter.objects.values_list("key", flat=True)) == ["a code", "as a teacher", "of the other"]


def test_no_letter_tells_somebody_that_they_were_removed(cast: Cast, joseph: Caregiver) -> None:
    leaving.remove(joseph, by=cast.caregiver, now=NOW + timedelta(hours=1))
    assert Letter.objects.count() == 0
