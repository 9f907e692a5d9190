"""The page `book_place`: nobody is walled off, nothing typed is lost, every error stands by its field."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client, RequestFactory

from classes.models import BookingDraft, Enrolment, Hold, Place, Series
from classes.views import wanted
from config.accounts.models import User
from families.models import Baby, Caregiver, Consent, Family, HealthAnswers
from tests.cast import Cast, sign_in
from tests.classes.booking_forms import new_family, newest_code, own_family
from tests.factories.classes import make_enrolment
from tests.factories.families import add_baby, add_caregiver

BOOK = "/classes/busy-little-people/book/"
HOLD = "/classes/busy-little-people/hold/"


def post(client: Client, data: dict[str, Any], address: str = BOOK) -> Any:
    return client.post(address, data)


def test_a_visitor_books_with_six_digits_and_types_everything_once(cast: Cast, client: Client) -> None:
    typed = new_family(
        notes="A bit shy", consent_health="on", conditions=["allergy"], companion="Dev Sharma", companion_is="parent"
    )
    sent = post(client, typed)
    assert (sent.status_code, sent.headers["Location"]) == (
        302,
        f"/accounts/login/code/confirm/?next={BOOK.replace('/', '%2F')}",
    )

    back = client.post(sent.headers["Location"], {"code": newest_code("priya@example.org"), "next": BOOK})
    assert (back.status_code, back.headers["Location"]) == (302, BOOK)

    form = client.get(BOOK)
    kept = form.context["form"]
    fields = ("new_0_name", "new_0_born", "name", "phone", "notes", "conditions", "companion", "request_key")
    assert b"Almost there" in form.content
    assert {name: kept[name].value() for name in fields} == {name: typed[name] for name in fields}

    booked = post(client, {name: value for name, value in typed.items() if name != "email"})
    enrolment = Enrolment.objects.get(series=cast.open)
    assert (booked.status_code, booked.headers["Location"]) == (302, f"/me/places/{enrolment.reference}/booked/")
    assert b"See you on" in client.get(booked.headers["Location"]).content
    assert BookingDraft.objects.count() == 0


def test_booking_writes_the_family_its_baby_answers_consents_and_places(cast: Cast, client: Client) -> None:
    user = User.objects.create(email="priya@example.org")
    sign_in(client, user)
    typed = new_family(
        email=None,
        notes="A bit shy",
        consent_health="on",
        conditions=["allergy"],
        companion="Dev Sharma",
        companion_is="parent",
    )
    post(client, typed)

    me = Caregiver.objects.get(user=user)
    [baby] = Baby.objects.of_family(me.family)
    enrolment = Enrolment.objects.get(family=me.family)
    user.refresh_from_db()
    assert (user.name, me.name, me.relation, me.phone) == ("Priya Sharma", "Priya Sharma", "mother", "07700 900142")
    assert (me.family.time_zone, baby.first_name, baby.born_on) == ("Europe/London", "Mina", date(2026, 1, 10))
    assert HealthAnswers.objects.get(baby=baby).facts == {
        "born_early": "no",
        "conditions": ["allergy"],
        "notes": "A bit shy",
    }
    assert {one.kind: one.given for one in Consent.objects.filter(family=me.family)} == {
        "only_we_massage": True,
        "follow_cues": True,
        "health": True,
        "photos": False,
    }
    assert sorted(one.name for one in enrolment.who_comes.all()) == ["Dev Sharma", "Priya Sharma"]
    assert [place.number for place in enrolment.places.order_by("session__number")] == [1, 1, 1, 1, 1]


def test_health_answers_without_the_consent_to_keep_them_are_asked_about_and_not_dropped(
    cast: Cast, client: Client
) -> None:
    answer = post(client, new_family(conditions=["skin"]))

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["consent_health"]


WRONG = [
    ({"new_0_born": "2026-12-21"}, {"new_0_born": "Mina’s birth date is in the future. Did you mean 2025?"}),
    ({"new_0_born": "2016-01-01"}, {"new_0_born": "That is more than six years ago. Please look at the year again."}),
    (
        {"new_0_born": ""},
        {"new_0_born": "Please give the birth date, or the due date if your baby is not here yet."},
    ),
    ({"new_0_name": "", "new_0_born": ""}, {"new_0_name": "Please say which baby is coming."}),
    ({"new_0_born": "", "new_0_due": "2028-05-01"}, {"new_0_due": "Please look at the year of this date again."}),
    ({"consent_only_we_massage": None}, {"consent_only_we_massage": "Please tick this to book."}),
    ({"name": ""}, {"name": "This field is required."}),
    ({"email": "priya"}, {"email": "Enter a valid email address."}),
]


@pytest.mark.parametrize(("changes", "errors"), WRONG)
def test_every_error_stands_by_its_field_and_in_the_summary(
    cast: Cast, client: Client, changes: dict[str, Any], errors: dict[str, str]
) -> None:
    answer = post(client, new_family(**changes))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert {name: list(said) for name, said in answer.context["form"].errors.items()} == {
        name: [said] for name, said in errors.items()
    }
    for name in errors:
        assert f'href="#id_{name}"' in page
        assert f'id="id_{name}"' in page
    assert 'value="07700 900142"' in page


def test_add_another_baby_works_without_scripts_and_judges_nothing(cast: Cast, client: Client) -> None:
    answer = post(client, new_family(new_0_born="tomorrow", name="", more="baby"))
    form = answer.context["form"]

    assert (answer.status_code, form.errors) == (200, {})
    assert [row["name"].value() for row in form.baby_rows] == ["Mina", None]
    assert form["new_0_born"].value() == "tomorrow"

    fewer = post(client, new_family(rows="2", new_1_name="Tara", fewer="0"))
    assert [row["name"].value() for row in fewer.context["form"].baby_rows] == ["Tara"]


def test_twins_take_two_places_side_by_side(cast: Cast, client: Client) -> None:
    twin = add_baby(cast.family, "Theo")
    sign_in(client, cast.parent)
    page = client.get(BOOK)
    assert page.context["form"]["babies"].value() == [str(cast.baby.pk), str(twin.pk)]

    post(client, own_family(cast.baby.pk, twin.pk, in_turn="on"))
    assert Enrolment.objects.get(series=cast.open).in_turn_at is not None
    places = Place.objects.filter(enrolment__series=cast.open, session__number=1)
    assert sorted((place.baby_id, place.number) for place in places) == [(cast.baby.pk, 1), (twin.pk, 2)]


def test_pressing_the_button_twice_books_once(cast: Cast, client: Client) -> None:
    sign_in(client, cast.parent)
    first, second = (post(client, own_family(cast.baby.pk)) for _ in range(2))

    assert first.headers["Location"] == second.headers["Location"]
    assert Enrolment.objects.filter(series=cast.open).count() == 1


def test_a_baby_typed_again_is_the_one_that_is_known(cast: Cast, client: Client) -> None:
    """Someone books before signing in, and turns out to be known: the row becomes the tile, and no second Ada appears."""
    typed = new_family(new_0_name="ada", new_0_born="2025-12-21", email="parent@example.org")
    sent = post(client, typed)
    client.post(sent.headers["Location"], {"code": newest_code("parent@example.org"), "next": BOOK})
    form = client.get(BOOK).context["form"]
    assert (form["babies"].value(), form.baby_rows) == ([str(cast.baby.pk)], [])

    post(client, new_family(new_0_name="ada", new_0_born="2025-12-21", email=None))
    assert Baby.objects.of_family(cast.family).count() == 1


def test_a_full_series_says_so_before_anyone_signs_in(cast: Cast, client: Client) -> None:
    _fill(cast)
    assert b"You can join the waiting list" in client.get(BOOK).content

    answer = post(client, new_family())
    assert answer.status_code == 409
    assert b"/classes/busy-little-people/wait/" in answer.content
    assert User.objects.filter(email="priya@example.org").count() == 0


def test_refused_at_the_last_moment_keeps_the_form_and_founds_no_family(cast: Cast, client: Client) -> None:
    user = User.objects.create(email="priya@example.org")
    sign_in(client, user)
    _fill(cast)
    answer = post(client, new_family(email=None))

    assert answer.status_code == 409
    assert answer.context["form"]["new_0_name"].value() == "Mina"
    assert Caregiver.objects.filter(user=user).count() == 0
    waiting = client.get("/classes/busy-little-people/wait/").context["form"]
    assert waiting["new_0_name"].value() == "Mina"


def test_another_familys_baby_cannot_be_booked(cast: Cast, client: Client) -> None:
    sign_in(client, cast.parent)
    answer = post(client, own_family(cast.other_baby.pk))

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["babies"])
    assert Enrolment.objects.filter(series=cast.open).count() == 0


def test_known_and_unknown_addresses_are_answered_alike(cast: Cast) -> None:
    answers = [post(Client(), new_family(email=email)) for email in ("parent@example.org", "nobody@example.org")]

    assert [(one.status_code, one.headers["Location"]) for one in answers] == [
        (302, answers[0].headers["Location"])
    ] * 2
    assert [newest_code(email).isdigit() for email in ("parent@example.org", "nobody@example.org")] == [True, True]


def test_someone_who_mistyped_the_address_starts_again_and_loses_nothing(cast: Cast, client: Client) -> None:
    """Back from the page of the code to the sign-in page, without any address to return to, then another address."""
    post(client, new_family(email="prya@example.org"))
    client.post("/accounts/logout/", {"next": "/accounts/login/"})
    client.post("/accounts/login/code/", {"email": "parent@example.org"})
    back = client.post("/accounts/login/code/confirm/", {"code": newest_code("parent@example.org")})

    assert back.headers["Location"] == BOOK
    assert client.get(BOOK).context["form"]["new_0_name"].value() == "Mina"


def test_a_draft_is_ciphertext_and_opens_in_its_own_session_only(cast: Cast, client: Client) -> None:
    post(client, new_family(notes="A secret about Mina", consent_health="on"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT typed FROM classes_bookingdraft")
        [(stored,)] = cursor.fetchall()

    assert "secret" not in stored
    assert Client().get(BOOK).context["form"]["notes"].value() is None
    assert client.get(BOOK).context["form"]["notes"].value() == "A secret about Mina"


@pytest.mark.parametrize("slug", ["gentle-thursdays", "no-such-series"])
def test_what_cannot_be_booked_is_told_or_not_there(cast: Cast, client: Client, slug: str) -> None:
    answer = client.get(f"/classes/{slug}/book/")
    begun = b"This series has begun" in answer.content

    assert (answer.status_code, begun) == ((200, True) if slug == "gentle-thursdays" else (404, False))


def test_a_draft_series_has_no_page(cast: Cast, client: Client) -> None:
    cast.open.state = "draft"
    cast.open.save(update_fields=["state"])

    assert [client.get(f"/classes/{cast.open.slug}/{page}").status_code for page in ("", "book/", "wait/")] == [404] * 3


def test_more_babies_than_adults_are_asked_about_and_what_was_typed_stays(cast: Cast, client: Client) -> None:
    twin = add_baby(cast.family, "Theo")
    sign_in(client, cast.parent)
    answer = post(client, own_family(cast.baby.pk, twin.pk, phone="07700 900999"))
    both = own_family(cast.baby.pk, twin.pk, who=[str(one.pk) for one in cast.family.caregivers.all()])
    assert answer.context["form"].errors == {
        "in_turn": ["2 babies, 1 adult: please say who else comes, or that you take turns."]
    }
    assert (answer.status_code, "07700 900999" in answer.content.decode()) == (422, True)
    assert (post(client, both).status_code, Enrolment.objects.get(series=cast.open).in_turn_at) == (302, None)


def test_a_carer_who_is_no_parent_comes_with_a_parent_s_written_word_or_not_at_all(cast: Cast, client: Client) -> None:
    nanny = add_caregiver(cast.family, name="Bea Holm", relation="other")
    sign_in(client, cast.parent)
    refused = post(client, own_family(cast.baby.pk, who=[str(cast.caregiver.pk), str(nanny.pk)]))
    asked = post(client, own_family(cast.baby.pk, companion="Colette Moreau"))
    booked = post(client, own_family(cast.baby.pk, companion="Colette Moreau", companion_is="agreed"))
    said = Consent.objects.get(kind=Consent.Kind.ANOTHER_CARER)

    assert refused.status_code == 409
    assert "Bea is not a parent. A parent says first" in unescape(refused.content.decode())
    assert (asked.status_code, list(asked.context["form"].errors)) == (422, ["companion_is"])
    assert (booked.status_code, said.given, said.caregiver, said.about and said.about.name) == (
        *(302, True, cast.caregiver),
        "Colette Moreau",
    )


def _fill(cast: Cast, but: int = 0) -> None:
    family = Family.objects.create(created_at=cast.family.created_at)
    babies = [add_baby(family, f"Baby {number}") for number in range(cast.open.capacity - but)]
    make_enrolment(cast.open, family=family, babies=babies, by=cast.other_parent, who_comes=[cast.other_caregiver])


def test_a_look_at_the_form_holds_nothing_and_the_button_does(cast: Cast, client: Client, now: datetime) -> None:
    assert b"Keep a place for me while I fill this in" in client.get(BOOK).content
    assert Hold.objects.count() == 0

    answer = post(client, new_family(hold="keep", rows="2", new_1_name="Tara"))
    kept = Hold.objects.get()
    assert (answer.status_code, answer.context["form"].errors) == (200, {})
    assert (kept.places, kept.way, kept.expires_at) == (2, "room", now + timedelta(minutes=15))
    assert "Your 2 places are kept until 17:20." in plain(answer)
    assert answer.context["form"]["new_1_name"].value() == "Tara"


def test_ten_more_minutes_once_and_then_the_place_is_given_back(cast: Cast, client: Client, now: datetime) -> None:
    post(client, new_family(hold="keep"))
    longer = post(client, new_family(hold="longer"))
    again = post(client, new_family(hold="longer"))
    assert "Your place is kept until 17:30." in plain(longer)
    assert "We kept your place longer once already. Please book before the time is over." in plain(again)
    assert Hold.objects.get().expires_at == now + timedelta(minutes=25)

    back = client.post(HOLD, new_family(hold="give_back"), follow=True)
    assert back.redirect_chain == [("/classes/busy-little-people/", 302)]
    assert "The place is free for others again. Thank you." in plain(back)
    assert Hold.objects.get().state == "given_back"


def test_hold_places_answers_a_script_with_the_parts_that_change(cast: Cast, client: Client) -> None:
    Series.objects.filter(pk=cast.open.pk).update(price_per="baby", price_minor=4400, further_baby_percent=50)
    typed = {"rows": "2", "new_0_name": "Ada", "new_1_name": "Theo", "hold": "keep", "parts": "yes"}
    words = plain(client.post(HOLD, typed))

    for said in (
        "Your 2 places are kept until 17:20.",
        "Ada, 5 sessions £44",
        "Theo, together with Ada £22",
        "To pay £66",
    ):
        assert said in words
    assert "Take your time" in plain(client.post(HOLD, {**typed, "hold": "give_back"}))
    assert client.get(HOLD).status_code == 405


def test_going_to_the_mailbox_keeps_the_places_and_coming_back_books_them(cast: Cast, client: Client) -> None:
    _fill(cast, but=1)
    sent = post(client, new_family())
    assert (sent.status_code, Hold.objects.get().places) == (302, 1)
    assert post(Client(), new_family(email="late@example.org")).status_code == 409

    client.post(sent.headers["Location"], {"code": newest_code("priya@example.org"), "next": BOOK})
    form = client.get(BOOK)
    assert ("Your place is kept until 17:20." in plain(form), "series is full" in plain(form)) == (True, False)
    post(client, new_family(email=None))
    assert (Hold.objects.get().state, Enrolment.objects.filter(booked_by__email="priya@example.org").count()) == (
        "used",
        1,
    )


def test_the_place_of_another_browser_is_not_mine(cast: Cast, client: Client) -> None:
    _fill(cast, but=1)
    post(Client(), new_family(hold="keep"))
    sign_in(client, cast.parent)
    answer = post(client, own_family(cast.baby.pk))

    assert (answer.status_code, b"This series is full." in answer.content) == (409, True)


def test_nobody_keeps_a_room_empty_from_one_address(cast: Cast) -> None:
    """Each browser asks for a place once; the fourth from the same address fills in its form without one."""
    answers = [plain(post(Client(), new_family(hold="keep"))) for _browser in range(4)]

    assert [("is kept until" in words) for words in answers] == [True, True, True, False]
    assert "We cannot keep a place for you just now." in answers[3]
    assert post(Client(), new_family()).status_code == 302


def test_an_adult_who_only_comes_along_is_told_who_books(cast: Cast, client: Client) -> None:
    Caregiver.objects.filter(user=cast.coparent).update(role="practice")
    sign_in(client, cast.coparent)
    answers = [client.get(BOOK), post(client, own_family(cast.baby.pk)), post(client, own_family(hold="keep"))]

    assert ["Ines can do this for your family." in plain(answer) for answer in answers] == [True, True, True]
    assert (Enrolment.objects.filter(series=cast.open).count(), Hold.objects.count()) == (0, 0)


def plain(answer: Any) -> str:
    """The words of a page, as a reader sees them."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split()).replace(" .", ".")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:1::1", "2001:db8:1:1:ffff::9", True),
        ("2001:db8:1:1::1", "2001:db8:1:2::1", False),
        ("192.0.2.1", "192.0.2.2", False),
    ],
)
def test_holds_are_counted_by_the_network_of_a_house(cast: Cast, one: str, other: str, same: bool) -> None:
    def holder(address: str) -> str:
        request = RequestFactory().get("/", REMOTE_ADDR=address)
        reader = SimpleNamespace(is_signed_in=False)
        return wanted._holder(SimpleNamespace(request=request, reader=reader, series=cast.open))  # type: ignore[arg-type]

    assert (holder(one) == holder(other)) is same
