"""Asking an adult into a family: a letter that works once, for two weeks, for one address."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from config.accounts.models import User
from config.audit.models import AuditEntry
from config.letters.models import Letter
from families import consents, inviting, leaving
from families.inviting import CannotInvite, CannotJoin, Ended
from families.models import Caregiver, Family, Invitation
from families.retention import sweep
from tests.cast import NOW, Cast
from tests.factories.accounts import make_user
from tests.factories.families import add_caregiver, an_invitation

LATER = NOW + timedelta(hours=1)
State = Invitation.State


def invite(cast: Cast, **changes: Any) -> Invitation:
    told = {"email": "Lea@Example.org", "name": "Léa Moreau", "relation": "grandparent", "role": "practice"}
    given = {"agrees_to_massage": False, "by": cast.caregiver, "now": NOW, **told, **changes}
    return inviting.invite(cast.family, **given)


def accept(invitation: Invitation, email: str = "lea@example.org", **more: Any) -> Caregiver:
    user = more.pop("user", None) or make_user(email, "")
    return inviting.accept(invitation, user=user, name="Léa Moreau", now=more.pop("now", LATER))


def adults(family: Family) -> list[str]:
    return sorted(Caregiver.objects.current().of_family(family).values_list("name", flat=True))


def test_invite_writes_a_letter_with_the_link_and_nothing_private(cast: Cast) -> None:
    made = invite(cast)
    [letter] = Letter.objects.all()
    assert (made.email, made.state, made.expires_at - NOW) == ("lea@example.org", State.OPEN, timedelta(days=14))
    assert (letter.to, letter.subject) == ("lea@example.org", "Ines invites you to come along")
    for words in (letter.text, letter.html):
        assert f"/join/{made.token}/" in words
        assert [name for name in ("Moreau", "Ada", "Joseph", "parent@example.org") if name in words] == []
    assert list(AuditEntry.objects.values_list("what", "by_id")) == [("invited an adult", cast.parent.pk)]


def test_a_name_that_a_mail_programme_would_make_a_link_of_is_not_told_to_strangers(cast: Cast) -> None:
    Caregiver.objects.filter(pk=cast.caregiver.pk).update(name="http://evil.example/prize now")
    invite(cast)
    letter = Letter.objects.get()
    assert letter.subject == "Somebody you know invites you to come along"
    assert "evil" not in letter.text + letter.html


def test_accept_makes_an_adult_of_the_family_and_tells_who_asked(cast: Cast) -> None:
    joined = accept(invite(cast))
    told = Letter.objects.filter(to="parent@example.org").values_list("subject", flat=True)
    assert (joined.family, joined.role, joined.relation, joined.user.name if joined.user else "") == (
        *(cast.family, "practice", "grandparent"),
        "Léa Moreau",
    )
    assert (list(told), adults(cast.family)) == (
        ["Léa has joined your family"],
        ["Ines Moreau", "Joseph Moreau", "Léa Moreau"],
    )


def test_a_family_that_asked_for_quiet_hears_nothing_of_who_joined(cast: Cast) -> None:
    made = invite(cast)
    Family.objects.filter(pk=cast.family.pk).update(quiet_at=NOW)
    accept(made)
    assert Letter.objects.filter(to="parent@example.org").count() == 0


def _used(made: Invitation, cast: Cast) -> None:
    accept(made)


def _taken_back(made: Invitation, cast: Cast) -> None:
    inviting.take_back(made, by=cast.caregiver, now=NOW)


def _asker_removed(made: Invitation, cast: Cast) -> None:
    leaving.remove(cast.caregiver, by=Caregiver.objects.get(user=cast.coparent), now=NOW)


def _asker_lowered(made: Invitation, cast: Cast) -> None:
    Caregiver.objects.filter(pk=cast.caregiver.pk).update(role=Caregiver.Role.PRACTICE)


def _run_out(made: Invitation, cast: Cast) -> None:
    Invitation.objects.filter(pk=made.pk).update(expires_at=LATER)


def _refused(made: Invitation, cast: Cast) -> None:
    inviting.refuse(made, user=make_user("lea@example.org", "Léa"), now=NOW)


@pytest.mark.parametrize("end", [_used, _taken_back, _asker_removed, _asker_lowered, _run_out, _refused])
def test_what_has_ended_works_no_more(cast: Cast, end: Any) -> None:
    made = invite(cast)
    end(made, cast)
    before = adults(cast.family)
    lea = User.objects.filter(email="lea@example.org").first() or make_user("lea@example.org", "Léa")
    with pytest.raises(Ended):
        accept(made, user=lea)
    with pytest.raises(Ended):
        inviting.refuse(made, user=lea, now=LATER)
    assert adults(cast.family) == before


def test_another_address_cannot_accept_or_refuse(cast: Cast) -> None:
    made = invite(cast)
    thief = make_user("thief@example.org", "Thief")
    for answer in (lambda: accept(made, user=thief), lambda: inviting.refuse(made, user=thief, now=LATER)):
        with pytest.raises(CannotJoin, match="went to another address"):
            answer()
    made.refresh_from_db()
    assert (made.state, adults(cast.family)) == (State.OPEN, ["Ines Moreau", "Joseph Moreau"])


def test_someone_of_another_family_is_told_to_leave_that_one_first(cast: Cast) -> None:
    made = invite(cast, email="other-parent@example.org")
    with pytest.raises(CannotJoin, match="Please leave that one first"):
        accept(made, user=cast.other_parent)
    made.refresh_from_db()
    assert made.state == State.OPEN


def test_send_again_has_a_new_secret_and_the_old_letter_is_withdrawn(cast: Cast) -> None:
    made = invite(cast)
    again = inviting.send_again(made, by=cast.caregiver, now=LATER)
    [letter] = Letter.objects.all()
    assert (again.pk, again.expires_at - LATER) == (made.pk, timedelta(days=14))
    assert (made.token in letter.text, again.token in letter.text) == (False, True)
    with pytest.raises(Invitation.DoesNotExist):
        inviting.find(made.token)


def test_send_again_waits_ten_minutes(cast: Cast) -> None:
    made = invite(cast)
    with pytest.raises(CannotInvite, match="ten minutes"):
        inviting.send_again(made, by=cast.caregiver, now=NOW + timedelta(minutes=9))
    assert Invitation.objects.get().token == made.token


def test_one_invitation_is_sent_three_times_a_day_at_most(cast: Cast) -> None:
    made = invite(cast)
    Letter.objects.update(state=Letter.State.SENT, sent_at=NOW)
    for hours in (1, 2):
        inviting.send_again(made, by=cast.caregiver, now=NOW + timedelta(hours=hours))
        Letter.objects.update(state=Letter.State.SENT, sent_at=NOW)
    with pytest.raises(CannotInvite, match="try again tomorrow"):
        inviting.send_again(made, by=cast.caregiver, now=NOW + timedelta(hours=3))
    assert (Letter.objects.count(), Invitation.objects.get().sent_at) == (3, NOW + timedelta(hours=2))
    inviting.send_again(made, by=cast.caregiver, now=NOW + timedelta(hours=25))


def test_asking_the_same_address_again_replaces_the_older_letter(cast: Cast) -> None:
    first, second = invite(cast), invite(cast, role="full", now=LATER)
    assert list(Invitation.objects.order_by("pk").values_list("state", flat=True)) == [State.WITHDRAWN, State.OPEN]
    assert [second.token in letter.text for letter in Letter.objects.all()] == [True]
    with pytest.raises(Ended):
        accept(first)


def test_take_back_twice_is_once_and_after_joining_it_says_what_to_do(cast: Cast) -> None:
    made = invite(cast)
    for _press in range(2):
        inviting.take_back(made, by=cast.caregiver, now=NOW)
    other = invite(cast)
    accept(other)
    with pytest.raises(CannotInvite, match="joined already"):
        inviting.take_back(other, by=cast.caregiver, now=LATER)
    assert AuditEntry.objects.filter(what="took back an invitation").count() == 1
    assert Letter.objects.filter(to="lea@example.org").count() == 1  # the one of the second; nothing has left yet


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"email": "coparent@example.org"}, "Whoever has this address is in your family already."),
        ({"email": "PARENT@example.org "}, "Whoever has this address is in your family already."),
    ],
)
def test_invite_refuses_whoever_belongs_already(cast: Cast, changes: Any, sentence: str) -> None:
    with pytest.raises(CannotInvite) as refusal:
        invite(cast, **changes)
    assert (str(refusal.value), Invitation.objects.count(), Letter.objects.count()) == (sentence, 0, 0)


def test_only_who_books_asks_and_only_of_their_own_family(cast: Cast) -> None:
    joseph = Caregiver.objects.get(user=cast.coparent)
    Caregiver.objects.filter(pk=joseph.pk).update(role=Caregiver.Role.PRACTICE)
    for by in (joseph, cast.other_caregiver):
        with pytest.raises(CannotInvite):
            invite(cast, by=by)
    made = an_invitation(cast.caregiver)
    for deed in (inviting.send_again, inviting.take_back):
        with pytest.raises(CannotInvite):
            deed(made, by=joseph, now=NOW)
    assert Invitation.objects.get().state == State.OPEN


def test_a_family_writes_to_few_strangers_at_a_time_and_a_day(cast: Cast) -> None:
    for number in range(6):
        invite(cast, email=f"aunt-{number}@example.org")
    with pytest.raises(CannotInvite, match="Six invitations are on their way"):
        invite(cast)
    for made in Invitation.objects.all():
        inviting.take_back(made, by=cast.caregiver, now=NOW)
    for number in range(6):
        invite(cast, email=f"uncle-{number}@example.org")
    Invitation.objects.update(state=State.WITHDRAWN)
    with pytest.raises(CannotInvite, match="try again tomorrow"):
        invite(cast)


def test_a_parent_agrees_when_asking_and_it_counts_from_joining(cast: Cast) -> None:
    made = invite(cast, relation="other", agrees_to_massage=True)
    assert consents.about_carers([cast.caregiver]) == {}
    nanny = accept(made)
    said = consents.about_carers([nanny])[nanny.pk]
    assert (said.given, said.caregiver, said.version, consents.not_agreed_to([nanny])) == (True, cast.caregiver, 1, [])


def test_whoever_is_no_parent_neither_agrees_nor_makes_a_parent(cast: Cast) -> None:
    granny = add_caregiver(cast.family, make_user("colette@example.org", "Colette"), relation="grandparent")
    for changes in ({"agrees_to_massage": True}, {"relation": "mother"}):
        with pytest.raises(CannotInvite, match="A parent says who else may massage"):
            invite(cast, by=granny, **changes)
    assert invite(cast, by=granny).agrees_to_massage is False


def test_whoever_was_removed_and_is_asked_again_finds_their_own_notes_and_no_old_consent(cast: Cast) -> None:
    nanny = accept(invite(cast, agrees_to_massage=True))
    leaving.remove(nanny, by=cast.caregiver, now=LATER)
    back = accept(invite(cast, role="dates", now=LATER), user=nanny.user, now=LATER)
    assert (back.pk, back.role, back.removed_at, consents.not_agreed_to([back])) == (nanny.pk, "dates", None, [back])


def test_old_invitations_are_forgotten_after_ninety_days(cast: Cast) -> None:
    an_invitation(cast.caregiver, "a@example.org", sent_at=NOW - timedelta(days=105))
    an_invitation(cast.caregiver, "b@example.org", sent_at=NOW - timedelta(days=103))
    long_ago = NOW - timedelta(days=91)
    an_invitation(cast.caregiver, "c@example.org", state=State.WITHDRAWN, ended_at=long_ago)
    assert (sweep(NOW), list(Invitation.objects.values_list("email", flat=True))) == (2, ["b@example.org"])
