"""`edit_profile`, `preview_profile` and `portrait`: what an instructor says of themselves, and who sees the photo."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, TestCase
from django.urls import reverse
from PIL import Image

from classes.models import Series
from config.audit.models import AuditEntry
from instructors.models import Instructor, Portrait
from instructors.portraits import NotAPortrait, pictures_of
from instructors.profiles import show_portrait
from tests.cast import NOW, Cast, sign_in
from tests.factories.places import make_leeds

EDIT = "/teach/profile/"
RED, BLUE = (200, 30, 30), (30, 30, 200)


def photo(kind: str = "JPEG", size: tuple[int, int] = (600, 400), **more: Any) -> bytes:
    """Red on the left, blue on the right."""
    picture = Image.new("RGB", size, RED)
    picture.paste(BLUE, (size[0] // 2, 0, *size))
    file = io.BytesIO()
    picture.save(file, kind, **more)
    return file.getvalue()


def taken_in_leeds(*, orientation: int = 1) -> bytes:
    """As a telephone would save it: with the place in it."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = orientation, "TelephoneMaker"
    exif.get_ifd(0x8825).update({1: "N", 2: (53.0, 47.0, 45.0), 3: "W", 4: (1.0, 32.0, 52.0)})
    return photo(exif=exif.tobytes(), comment=b"at home")


def a_bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is huge."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 10_000))
        + chunk(b"IEND", b"")
    )


def pictures(content: bytes) -> Any:
    return pictures_of(io.BytesIO(content), size=len(content))


# The photo -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_drawn_anew_in_two_squares(kind: str) -> None:
    made = pictures(photo(kind))
    shown = [Image.open(io.BytesIO(one)) for one in (made.large, made.small)]
    assert [(one.format, one.size) for one in shown] == [("WEBP", (480, 480)), ("WEBP", (192, 192))]


def test_nothing_of_where_a_photo_was_taken_is_kept() -> None:
    sent = taken_in_leeds()
    made = pictures(sent)
    assert (b"TelephoneMaker" in sent, b"at home" in sent) == (True, True)
    for one in (made.large, made.small):
        shown = Image.open(io.BytesIO(one))
        assert (
            dict(shown.getexif()),
            shown.info.get("exif"),
            shown.info.get("xmp"),
            shown.info.get("icc_profile"),
        ) == (*({}, None, None, None),)
        assert (b"EXIF" in one, b"Telephone" in one, b"at home" in one) == (False, False, False)


def test_a_photo_held_sideways_is_turned_upright() -> None:
    """Orientation 6: the camera lay on its side, so that what is left in the file is on top."""
    shown = Image.open(io.BytesIO(pictures(taken_in_leeds(orientation=6)).large)).convert("RGB")
    top, bottom = shown.getpixel((240, 20)), shown.getpixel((240, 460))
    assert (top[0] > top[2], bottom[2] > bottom[0]) == (True, True)  # type: ignore[index]  # RGB


def test_a_see_through_picture_stands_on_white() -> None:
    file = io.BytesIO()
    Image.new("RGBA", (300, 300), (0, 0, 0, 0)).save(file, "PNG")
    shown = Image.open(io.BytesIO(pictures(file.getvalue()).small)).convert("RGB")
    assert shown.getpixel((96, 96)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "Please choose a photo"),
        (b"GIF89a" + b"\0" * 50, "Please choose a photo"),
        (b"", "Please choose a photo"),
        (photo()[:900], "cannot be read as a photo"),
        (photo("PNG")[:200], "cannot be read as a photo"),
        (a_bomb(30_000, 30_000), "more dots than we can read"),
        (a_bomb(4_000, 4_000), "cannot be read as a photo"),
        (photo(size=(5_000, 5_000), progressive=True), "more dots than we can read"),
        (photo(size=(100, 400)), "too small"),
    ],
)
def test_what_is_no_photo_is_refused_with_a_sentence(content: bytes, words: str) -> None:
    with pytest.raises(NotAPortrait, match=words):
        pictures(content)


def test_a_file_of_more_than_ten_megabytes_is_not_read() -> None:
    with pytest.raises(NotAPortrait, match="larger than 10 MB"):
        pictures_of(io.BytesIO(photo()), size=10 * 1024 * 1024 + 1)


# The page ------------------------------------------------------------------------------------------------------------


def said(**more: Any) -> dict[str, Any]:
    told = {"bio": "I never hurry you.\n\nCome as you are.", "taught_since": "2016", "languages": ["en", "es"]}
    told |= {"country": "GB", "town_1": "leeds", "ways": ["in_person", "live_stream"], "is_listed": "on"}
    return {**told, **more}


def test_edit_profile_writes_all_that_is_told_and_shows_it(cast: Cast, client: Client) -> None:
    make_leeds()
    sign_in(client, cast.instructor)
    sent = SimpleUploadedFile("../../IMG 2291.JPG", taken_in_leeds(), "image/jpeg")
    answer = client.post(EDIT, said(photo=sent, another_language="yo", town_2="Otley"), follow=True)
    ruth = Instructor.objects.get(pk=cast.instructor_profile.pk)
    page = answer.content.decode()
    assert answer.redirect_chain == [(reverse("classes:preview_profile"), 302)]
    assert (ruth.town, ruth.country, ruth.languages, ruth.ways) == (
        "Leeds",
        "GB",
        ["en", "es", "yo"],
        ["in_person", "live_stream"],
    )
    assert [(one.name, one.region, one.latitude) for one in ruth.places.all()] == [
        ("Leeds", "England", 53.79648),
        ("Otley", "", None),
    ]
    told = [
        "I never hurry you.",
        "Come as you are.",
        "Leeds, Otley, United Kingdom",
        "English, Español, Yorùbá",
        "Live-stream",
    ]
    told += ["teaching since 2016", ruth.portrait.key, "We could not find “Otley” on the map"]
    assert [words for words in told if words not in page] == []
    assert "IMG" not in ruth.portrait.key


def test_edit_profile_twice_changes_nothing_more(cast: Cast, client: Client) -> None:
    make_leeds()
    sign_in(client, cast.instructor)
    for _time in (1, 2):
        sent = SimpleUploadedFile("me.jpg", photo(), "image/jpeg")
        assert client.post(EDIT, said(photo=sent)).status_code == 302
    trail = AuditEntry.objects.filter(what__in=["edited a public profile", "showed a photo"])
    assert sorted(trail.values_list("what", flat=True)) == ["edited a public profile", "showed a photo"]
    assert trail.get(what="edited a public profile").detail["changed"] == [
        "bio",
        "languages",
        "ways",
        "taught_since",
        "places",
    ]


def test_edit_profile_keeps_what_was_typed_and_says_what_is_wrong(cast: Cast, client: Client) -> None:
    sign_in(client, cast.instructor)
    wrong = said(
        languages=[], taught_since="2099", bio="Mine.", photo=SimpleUploadedFile("me.jpg", b"none", "image/jpeg")
    )
    answer = client.post(EDIT, wrong)
    page = answer.content.decode()
    told = ["Please choose at least one language.", "This year has not come yet.", "Please choose a photo", "Mine."]
    assert (answer.status_code, [words for words in told if words not in page]) == (422, [])
    assert Instructor.objects.get(pk=cast.instructor_profile.pk).bio != "Mine."


def test_edit_profile_keeps_a_good_photo_whatever_else_is_wrong(cast: Cast, client: Client) -> None:
    sign_in(client, cast.instructor)
    answer = client.post(EDIT, said(languages=[], photo=SimpleUploadedFile("me.jpg", photo(), "image/jpeg")))
    assert (answer.status_code, Portrait.objects.get().key in answer.content.decode()) == (422, True)


def test_edit_profile_asks_who_teaches_in_a_room_for_a_town(cast: Cast, client: Client) -> None:
    sign_in(client, cast.instructor)
    answers = [client.post(EDIT, said(town_1="", ways=ways)) for ways in (["in_person"], ["live_stream"], [])]
    assert [answer.status_code for answer in answers] == [422, 302, 302]


def test_edit_profile_lets_nobody_choose_a_name_a_title_or_another_profile(cast: Cast, client: Client) -> None:
    sign_in(client, cast.instructor)
    client.post(EDIT, said(display_name="Dr Best", slug="best", user=cast.candidate.pk, town_1="Leeds"))
    ruth = Instructor.objects.get(pk=cast.instructor_profile.pk)
    assert (ruth.display_name, ruth.slug, ruth.user) == ("Ruth Adeyemi", "ruth-adeyemi", cast.instructor)


def test_edit_profile_takes_the_photo_down(cast: Cast, client: Client) -> None:
    show_portrait(cast.instructor_profile, pictures(photo()), by=cast.instructor, now=NOW)
    sign_in(client, cast.instructor)
    client.post(EDIT, said(photo_gone="on", town_1="Leeds"))
    assert not Portrait.objects.exists()


@pytest.mark.parametrize(
    ("who", "listed", "words"),
    [
        ("instructor", True, "Families find you in the directory of instructors."),
        ("instructor", False, "Families who look at a series of yours still see this page."),
        ("candidate", True, "Families see this page beside your practice series."),
    ],
)
def test_preview_profile_says_who_sees_it_and_never_calls_a_candidate_cimi(
    cast: Cast, client: Client, who: str, listed: bool, words: str
) -> None:
    user = getattr(cast, who)
    Instructor.objects.of(user).update(is_listed=listed)
    sign_in(client, user)
    page = client.get(reverse("classes:preview_profile")).content.decode()
    assert (words in page, "CIMI" in page) == (True, who == "instructor")


# Who sees a photo ----------------------------------------------------------------------------------------------------


def the_portrait(cast: Cast) -> list[str]:
    show_portrait(cast.instructor_profile, pictures(photo()), by=cast.instructor, now=NOW)
    key = Portrait.objects.get().key
    return [reverse("classes:portrait", args=[key, size]) for size in ("large", "small", "huge")]


def test_portrait_is_shown_to_anyone_who_may_open_the_page(cast: Cast, client: Client) -> None:
    large, small, huge = the_portrait(cast)
    with TestCase().assertNumQueries(1):
        answer = client.get(small)
    again = client.get(small, headers={"If-None-Match": answer["ETag"]})
    assert (answer.status_code, answer["Content-Type"], answer["X-Content-Type-Options"], again.status_code) == (
        *(200, "image/webp", "nosniff", 304),
    )
    assert (client.get(large).status_code, client.get(huge).status_code) == (200, 404)
    assert large in client.get("/instructors/ruth-adeyemi/").content.decode()
    for page in ("/instructors/", f"/classes/{cast.open.slug}/"):
        assert small in client.get(page).content.decode()


def test_portrait_of_a_page_that_is_not_shown_is_not_found_but_for_its_owner(cast: Cast, client: Client) -> None:
    large, *_others = the_portrait(cast)
    Instructor.objects.of(cast.instructor).update(is_listed=False)
    seen = [client.get(large).status_code]  # families of her series
    Series.objects.led_by(cast.instructor_profile).update(state="draft")
    seen.append(client.get(large).status_code)
    sign_in(client, cast.other_instructor)
    seen.append(client.get(large).status_code)
    sign_in(client, cast.instructor)
    assert [*seen, client.get(large).status_code] == [200, 404, 404, 200]


def test_a_new_photo_has_a_new_address_and_the_old_one_is_gone(cast: Cast, client: Client) -> None:
    first, *_others = the_portrait(cast)
    show_portrait(cast.instructor_profile, pictures(photo("PNG", (500, 700))), by=cast.instructor, now=NOW)
    second = reverse("classes:portrait", args=[Portrait.objects.get().key, "large"])
    assert (first == second, client.get(first).status_code, client.get(second).status_code) == (False, 404, 200)


# The office ----------------------------------------------------------------------------------------------------------


def test_the_office_reads_a_profile_in_words_and_takes_a_photo_down(cast: Cast, client: Client) -> None:
    the_portrait(cast)
    Instructor.objects.of(cast.instructor).update(ways=["live_stream"])
    sign_in(client, cast.office)
    address = reverse("admin:instructors_instructor_change", args=[cast.instructor_profile.pk])
    page = client.get(address).content.decode()
    assert [words in page for words in ("Live-stream", "English", "live_stream", "[&quot;en&quot;]")] == [
        True,
        True,
        False,
        False,
    ]
    kept = {"user": cast.instructor.pk, "display_name": "Ruth Adeyemi", "slug": "ruth-adeyemi", "time_zone": "UTC"}
    answer = client.post(address, {**kept, "vaccination_wait_hours": 72, "is_listed": "on", "photo_gone": "on"})
    assert (answer.status_code, Portrait.objects.exists()) == (302, False)
    ruth = Instructor.objects.get(pk=cast.instructor_profile.pk)
    assert (ruth.languages, ruth.ways, ruth.town) == (["en"], ["live_stream"], "Leeds")
