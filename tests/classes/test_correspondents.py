"""Who is written to about a booking, and who is left in peace: asked of the reminders, true of the thanks as well."""

from __future__ import annotations

from datetime import datetime

import pytest

from classes import reminding
from config.letters.models import Letter
from families import messages
from families.models import Caregiver, MessageChoice
from tests.cast import Cast


def to() -> list[str]:
    return list(Letter.objects.order_by("to").values_list("to", flat=True))


def say(caregiver: Caregiver, *, wanted: bool, now: datetime) -> None:
    messages.choose(caregiver, wanted={"reminders": wanted}, by=caregiver.user, now=now)  # type: ignore[arg-type]


def joseph(cast: Cast) -> Caregiver:
    return Caregiver.objects.get(user=cast.coparent)


OTHER = "other-parent@example.org"


def test_who_switched_reminders_off_gets_none_and_nobody_else_gets_them_instead(cast: Cast, now: datetime) -> None:
    say(cast.caregiver, wanted=False, now=now)
    assert reminding.remind(now) == 1
    assert to() == [OTHER]
    assert reminding.due(now) == []


def test_another_adult_who_asked_for_them_gets_them_then(cast: Cast, now: datetime) -> None:
    say(cast.caregiver, wanted=False, now=now)
    # What is usual, once it is said, is their own word.
    say(joseph(cast), wanted=True, now=now)
    reminding.remind(now)
    assert to() == ["coparent@example.org", OTHER]


def test_a_row_for_the_sake_of_a_link_asks_for_nothing(cast: Cast, now: datetime) -> None:
    messages.choice_for(joseph(cast), kind="reminders")
    say(cast.caregiver, wanted=False, now=now)
    reminding.remind(now)
    assert to() == [OTHER]


def test_once_the_booker_left_the_next_who_books_and_does_not_mind_is_told(cast: Cast, now: datetime) -> None:
    Caregiver.objects.filter(pk=cast.caregiver.pk).update(removed_at=now)
    say(joseph(cast), wanted=False, now=now)
    reminding.remind(now)
    assert to() == [OTHER]


def test_many_who_want_nothing_hold_up_nobody_behind_them(
    cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are left out by the query: a run that looks at a hundred would else never come past a hundred of them."""
    monkeypatch.setattr(reminding, "MOST_A_RUN", 1)
    say(cast.caregiver, wanted=False, now=now)
    assert cast.enrolment.pk < cast.other_enrolment.pk
    assert reminding.remind(now) == 1
    assert to() == [OTHER]


def test_the_letter_says_where_it_is_stopped(cast: Cast, now: datetime) -> None:
    reminding.remind(now)
    letter = Letter.objects.get(to="parent@example.org")
    choice = MessageChoice.objects.get(caregiver=cast.caregiver)
    assert letter.stop_url.endswith(f"/messages/{choice.token}/stop/")
    assert letter.stop_url in letter.text
    assert letter.stop_url in letter.html
    assert (letter.by_day_in, letter.reply_to) == ("Europe/London", "")
    assert letter.send_until == cast.running.sessions.get(number=3).starts_at
