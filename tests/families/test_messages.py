"""Letters that a family could do without: each adult chooses, and a link in each letter stops its kind."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import reverse

from config.audit.models import AuditEntry
from config.letters.models import Letter
from config.letters.outbox import Manner, queue_letter
from families import messages
from families.emails import stop_address
from families.models import Caregiver, MessageChoice
from tests.cast import Cast, sign_in

USUAL = {"reminders": True, "practice": False, "thanks": True}


def written(choice: MessageChoice, *, now: datetime) -> Letter:
    with transaction.atomic():
        return queue_letter(
            "classes/emails/list_closed",
            to="parent@example.org",
            context={},
            language="en",
            key=f"{choice.pk}",
            now=now,
            manner=Manner(stop_url=stop_address(choice.token)),
        )


def link(choice: MessageChoice) -> str:
    return reverse("families:stop_messages", args=[choice.token])


def trail() -> list[tuple[str, Any]]:
    rows = AuditEntry.objects.filter(what__contains="letters").order_by("pk")
    return list(rows.values_list("what", "detail"))


class TestChoosing:
    def test_who_said_nothing_gets_what_is_usual(self, cast: Cast) -> None:
        assert messages.choices_of(cast.caregiver).wanted == USUAL
        assert not MessageChoice.objects.exists()

    def test_each_adult_chooses_for_themselves(self, cast: Cast, now: datetime) -> None:
        joseph = Caregiver.objects.get(user=cast.coparent)
        changed = {"reminders": False, "practice": True, "thanks": True}
        assert messages.choose(cast.caregiver, wanted=changed, by=cast.parent, now=now)
        assert not messages.choose(cast.caregiver, wanted=changed, by=cast.parent, now=now)
        assert messages.choices_of(cast.caregiver).wanted == changed
        assert messages.choices_of(joseph).wanted == USUAL
        assert trail() == [("chose which letters to get", {"reminders": "off", "practice": "on"})]

    def test_what_is_switched_off_and_still_waits_is_taken_back(self, cast: Cast, now: datetime) -> None:
        reminders = messages.choice_for(cast.caregiver, kind="reminders")
        thanks = messages.choice_for(cast.caregiver, kind="thanks")
        written(reminders, now=now), written(thanks, now=now)
        messages.choose(cast.caregiver, wanted={"reminders": False}, by=cast.parent, now=now)
        assert list(Letter.objects.values_list("key", flat=True)) == [f"{thanks.pk}"]

    def test_a_row_for_the_link_changes_nothing(self, cast: Cast) -> None:
        first = messages.choice_for(cast.caregiver, kind="practice")
        assert messages.choice_for(cast.caregiver, kind="practice").pk == first.pk
        assert messages.choices_of(cast.caregiver).wanted == USUAL


class TestThePage:
    def test_choose_messages_says_what_always_comes_and_keeps_what_is_ticked(self, cast: Cast, client: Client) -> None:
        sign_in(client, cast.parent)
        page = client.get(reverse("families:choose_messages"))
        assert page.status_code == 200
        assert "between 21:00 and 7:00, London time" in page.content.decode()
        answer = client.post(reverse("families:choose_messages"), {"wanted": ["practice"]})
        assert answer.status_code == 302
        assert messages.choices_of(cast.caregiver).wanted == {"reminders": False, "practice": True, "thanks": False}
        client.post(reverse("families:choose_messages"), {})
        assert set(messages.choices_of(cast.caregiver).wanted.values()) == {False}

    def test_a_letter_that_there_is_not_is_refused(self, cast: Cast, client: Client) -> None:
        sign_in(client, cast.parent)
        assert client.post(reverse("families:choose_messages"), {"wanted": ["booked"]}).status_code == 422

    def test_nobody_else_finds_a_page_of_a_family(self, cast: Cast, client: Client) -> None:
        assert sign_in(client, cast.trainer).get(reverse("families:choose_messages")).status_code == 404


class TestTheLink:
    def test_looking_changes_nothing_and_a_press_stops_one_kind(
        self, cast: Cast, client: Client, now: datetime
    ) -> None:
        choice = messages.choice_for(cast.caregiver, kind="reminders")
        page = client.get(link(choice))
        assert "Stop these letters?" in page.content.decode()
        assert "Ines" not in page.content.decode()
        assert messages.choices_of(cast.caregiver).wanted == USUAL
        assert client.post(link(choice), {"do": "stop"}).status_code == 302
        assert "No more of these: Reminder of each date." in client.get(link(choice)).content.decode()
        assert messages.choices_of(cast.caregiver).wanted == {**USUAL, "reminders": False}
        client.post(link(choice), {"do": "again"})
        assert messages.choices_of(cast.caregiver).wanted == USUAL
        assert [what for what, _detail in trail()] == ["answered a link about letters"] * 2

    def test_a_mail_programme_stops_it_by_one_press_without_a_cookie(self, cast: Cast, now: datetime) -> None:
        choice = messages.choice_for(cast.caregiver, kind="thanks")
        written(choice, now=now)
        bare = Client(enforce_csrf_checks=True)
        for _twice in range(2):
            answer = bare.post(link(choice), {"List-Unsubscribe": "One-Click"})
            assert (answer.status_code, answer.content) == (200, b"Stopped.")
        assert not messages.choices_of(cast.caregiver).wants("thanks")
        assert not Letter.objects.exists()
        assert len(trail()) == 1

    def test_any_other_post_without_its_token_is_refused(self, cast: Cast) -> None:
        choice = messages.choice_for(cast.caregiver, kind="thanks")
        for told in ({"do": "stop"}, {}, {"List-Unsubscribe": "Twice"}):
            assert Client(enforce_csrf_checks=True).post(link(choice), told).status_code == 403
        assert messages.choices_of(cast.caregiver).wanted == USUAL

    def test_an_address_that_was_never_given_is_not_there(self, client: Client, db: None) -> None:
        assert client.get(reverse("families:stop_messages", args=["x" * 32])).status_code == 404
        assert client.post(reverse("families:stop_messages", args=["x" * 32])).status_code == 404
