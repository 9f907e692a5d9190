"""Anything changed, as pages: `anything_changed` for whoever signs in, `check_by_link` behind the link in a letter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from classes import anything_changed, releasing
from classes.anything_changed import Told, check_link
from classes.models import AwayLink, CheckLink, ReadinessAnswer, Session
from config.audit.models import AuditEntry
from config.letters.models import Letter
from families.models import Caregiver, Family
from tests.cast import NOW, Cast, sign_in
from tests.factories.families import add_baby

SECRET = "paracetamol drops at noon"


def session_of(cast: Cast, number: int = 3) -> Session:
    return Session.objects.get(series=cast.running, number=number)


def own_url(cast: Cast, number: int = 3) -> str:
    return reverse("classes:anything_changed", args=[cast.enrolment.reference, session_of(cast, number).reference])


def link_url(cast: Cast) -> str:
    url = check_link(cast.enrolment, session_of(cast), cast.caregiver, NOW)
    return url.removeprefix("http://testserver").replace("http://localhost:8000", "")


def sent(cast: Cast, *changed: str, **more: str) -> dict[str, object]:
    name = f"b{cast.baby.pk}"
    return {"do": "told", f"{name}-changed": list(changed), **{f"{name}-{key}": value for key, value in more.items()}}


def facts() -> list[Mapping[str, object]]:
    return [row.facts for row in ReadinessAnswer.objects.order_by("baby_id")]


class TestSignedIn:
    def test_nothing_has_changed_is_one_tap(self, cast: Cast, client: Client) -> None:
        sign_in(client, cast.parent)
        assert client.post(own_url(cast), {"do": "nothing"}).status_code == 302
        assert facts() == [{"changed": [], "vaccinated_at": "", "words": ""}]
        told = client.get(own_url(cast)).content.decode()
        assert ["Ada, told by Ines" in told, "Nothing has changed." in told] == [True, True]

    def test_a_vaccination_is_told_with_its_hour_on_the_clock_of_the_family(self, cast: Cast, client: Client) -> None:
        Family.objects.filter(pk=cast.family.pk).update(time_zone="Asia/Kathmandu")
        sign_in(client, cast.parent)
        data = sent(cast, "vaccination", day="2026-03-24", clock="09:15", words=SECRET)
        assert client.post(own_url(cast), data).status_code == 302
        assert facts() == [{"changed": ["vaccination"], "vaccinated_at": "2026-03-24T03:30:00+00:00", "words": SECRET}]
        told = client.get(own_url(cast)).content.decode()
        assert [SECRET in told, "you practise on a doll" in told] == [True, True]

    @pytest.mark.parametrize(
        ("day", "clock", "kept"),
        [
            ("2026-03-23", "", "2026-03-23T23:59:00+00:00"),
            ("", "", "2026-03-24T23:59:00+00:00"),
        ],
    )
    def test_without_an_hour_it_counts_from_the_end_of_the_day(
        self, cast: Cast, client: Client, day: str, clock: str, kept: str
    ) -> None:
        sign_in(client, cast.parent)
        client.post(own_url(cast), sent(cast, "vaccination", day=day, clock=clock))
        assert [one["vaccinated_at"] for one in facts()] == [kept]

    def test_an_hour_that_the_clocks_skip_counts_as_the_end_of_the_day(self, cast: Cast, client: Client) -> None:
        session = session_of(cast)
        Session.objects.filter(pk=session.pk).tell_anew(now=NOW, starts_at=datetime.fromisoformat("2026-03-31T09:00Z"))
        with time_machine.travel("2026-03-30T10:00:00+00:00", tick=False):
            sign_in(client, cast.parent)
            client.post(own_url(cast), sent(cast, "vaccination", day="2026-03-29", clock="01:30"))
        assert [one["vaccinated_at"] for one in facts()] == ["2026-03-29T22:59:00+00:00"]

    @pytest.mark.parametrize(
        ("changed", "day", "sentence"),
        [
            ((), "", "Tap what has changed"),
            (("vaccination",), "2026-03-25", "still to come"),
            (("vaccination",), "2025-03-24", "long ago"),
            (("vaccination",), "soon", "Enter a valid date"),
            (("plague",), "", "plague"),
        ],
    )
    def test_what_cannot_be_is_said_next_to_the_field(
        self, cast: Cast, client: Client, changed: tuple[str, ...], day: str, sentence: str
    ) -> None:
        sign_in(client, cast.parent)
        answer = client.post(own_url(cast), sent(cast, *changed, day=day))
        assert (answer.status_code, sentence in answer.content.decode(), facts()) == (422, True, [])

    def test_of_twins_each_is_told_of(self, cast: Cast, client: Client) -> None:
        theo = add_baby(cast.family, "Theo")
        place = cast.enrolment.places.get(session=session_of(cast))
        place.pk, place.baby, place.number = None, theo, 7
        place.save()
        sign_in(client, cast.parent)
        data = {"do": "told", f"b{theo.pk}-changed": ["skin"]}
        assert client.post(own_url(cast), data).status_code == 302
        assert [one["changed"] for one in facts()] == [[], ["skin"]]

    def test_what_one_told_is_deleted_by_one_press(self, cast: Cast, client: Client) -> None:
        sign_in(client, cast.parent)
        client.post(own_url(cast), sent(cast, "oil"))
        assert client.post(own_url(cast), {"do": "delete"}).status_code == 302
        assert (facts(), AuditEntry.objects.filter(what="deleted an answer before a class").count()) == ([], 1)

    def test_who_only_comes_along_answers_without_reading_what_others_told(self, cast: Cast, client: Client) -> None:
        told = {cast.baby.pk: Told(("medicine",), words=SECRET)}
        anything_changed.answer(cast.enrolment, session=session_of(cast), told=told, by=cast.caregiver, now=NOW)
        Caregiver.objects.filter(user=cast.coparent).update(role=Caregiver.Role.PRACTICE)
        sign_in(client, cast.coparent)
        page = client.get(own_url(cast)).content.decode()
        assert [SECRET in page, "checked" in page, "Ines has told us already" in page] == [False, False, True]

    def test_too_early_and_given_back_it_is_not_asked(self, cast: Cast, client: Client) -> None:
        sign_in(client, cast.parent)
        assert client.post(own_url(cast, 4), {"do": "nothing"}).status_code == 409
        assert "We ask three days before" in client.get(own_url(cast, 4)).content.decode()
        releasing.release(cast.enrolment, session=session_of(cast), babies=[cast.baby], by=cast.parent, now=NOW)
        assert "given this date back" in client.get(own_url(cast)).content.decode()

    def test_my_place_asks_and_then_thanks(self, cast: Cast, client: Client) -> None:
        sign_in(client, cast.parent)
        url = reverse("classes:my_place", args=[cast.enrolment.reference])
        assert "Answer in two taps" in client.get(url).content.decode()
        client.post(own_url(cast), sent(cast, "medicine", words=SECRET))
        told = client.get(url).content.decode()
        assert ["Ines has told us for" in told, SECRET in told] == [True, False]


class TestByLink:
    def test_it_takes_an_answer_and_never_shows_one(self, cast: Cast, client: Client) -> None:
        url = link_url(cast)
        assert client.get(url).status_code == 200
        answer = client.post(url, sent(cast, "fever_ill", words=SECRET))
        assert (answer.status_code, answer["Location"]) == (302, url)
        assert [one["changed"] for one in facts()] == [["fever_ill"]]
        page = client.get(url)
        told = page.content.decode()
        assert [word in told for word in (SECRET, "checked", "Moreau")] == [False] * 3
        assert ("Ines has told us" in told, page["Cache-Control"], page["X-Robots-Tag"]) == (
            True,
            "no-store",
            "noindex, nofollow",
        )

    def test_looking_writes_nothing(self, cast: Cast, client: Client) -> None:
        url = link_url(cast)
        client.get(url + "?do=nothing")
        client.head(url)
        assert facts() == []

    @pytest.mark.parametrize("why", ["over", "called off", "left", "came back", "quiet", "dates", "cancelled", "wrong"])
    def test_it_ends_with_the_date_and_with_what_it_stands_on(self, cast: Cast, client: Client, why: str) -> None:
        url, now = link_url(cast), NOW
        ines = Caregiver.objects.filter(pk=cast.caregiver.pk)
        if why == "over":
            now = session_of(cast).ends_at
        elif why == "called off":
            Session.objects.filter(pk=session_of(cast).pk).tell_anew(now=NOW, state=Session.State.CANCELLED)
        elif why == "left":
            ines.update(removed_at=NOW)
        elif why == "came back":
            ines.update(joined_at=NOW + timedelta(minutes=1))
        elif why == "quiet":
            Family.objects.filter(pk=cast.family.pk).update(quiet_at=NOW)
        elif why == "dates":
            ines.update(role=Caregiver.Role.DATES)
        elif why == "cancelled":
            cast.enrolment.state = "cancelled"
            cast.enrolment.save(update_fields=["state"])
        else:
            url = url[:-2] + ("A/" if url[-2] != "A" else "B/")
        with time_machine.travel(now, tick=False):
            told = [client.get(url).status_code, client.post(url, {"do": "nothing"}).status_code]
        assert (told, facts()) == ([404, 404], [])

    def test_only_the_hash_of_its_secret_is_kept_and_each_letter_has_its_own(self, cast: Cast) -> None:
        urls = {link_url(cast), link_url(cast)}
        kept = set(CheckLink.objects.values_list("token_hash", flat=True))
        assert (len(urls), len(kept), [url.split("/")[-2] in kept for url in urls]) == (2, 2, [False, False])

    def test_another_familys_baby_is_not_told_of(self, cast: Cast, client: Client) -> None:
        data = {"do": "told", f"b{cast.other_baby.pk}-changed": ["skin"]}
        assert (client.post(link_url(cast), data).status_code, facts()) == (422, [])


def test_the_canary_is_nowhere_but_in_its_ciphertext(cast: Cast, client: Client) -> None:
    """The words reach the register around the class, and no letter, trail, address or other page."""
    url = link_url(cast)
    client.post(url, sent(cast, "medicine", words=SECRET))
    letters = "".join(f"{one.subject}{one.text}{one.html}" for one in Letter.objects.all())
    trail = str(list(AuditEntry.objects.values_list("what", "about", "detail", "by_name")))
    pages = []
    for user, names in (
        (cast.other_parent, [("classes:my_classes", [])]),
        (cast.instructor, [("classes:teaching", []), ("classes:run_series", [cast.running.slug])]),
        (cast.parent, [("classes:my_classes", []), ("classes:my_place", [cast.enrolment.reference])]),
    ):
        sign_in(client, user)
        pages += [client.get(reverse(name, args=args)).content.decode() for name, args in names]
    assert [SECRET in text for text in (letters, trail, *pages)] == [False] * 7
    register = reverse("classes:register", args=[session_of(cast).reference])
    sign_in(client, cast.instructor)
    shown = []
    for hours in (-25, -1, 26):
        with time_machine.travel(session_of(cast).starts_at + timedelta(hours=hours), tick=False):
            sign_in(client, cast.instructor)
            shown.append(SECRET in client.get(register).content.decode())
    assert shown == [False, True, False]
    assert AwayLink.objects.count() == 0
