"""The library finds a stroke by any of its names, and fits itself to a baby."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from curriculum import finding
from curriculum.files import DATA, read
from curriculum.fitting import fitting, not_spoken_of
from curriculum.library import Asked, library
from curriculum.models import Adaptation, Edition, Fit, Need, Precaution, Stroke, StrokeAlias, Wording
from curriculum.models.wording import forget

pytestmark = pytest.mark.django_db
LEGS = ["leg-indian-milking", "leg-swedish-milking"]


def found(words: str = "", **asked: Any) -> list[str]:
    return [stroke.slug for stroke in library(Asked(words=words, **asked), edition=Edition.now()).strokes]


def shown(slug: str) -> Stroke:
    stroke: Stroke = Stroke.objects.with_aliases().with_adaptations().get(slug=slug)
    return stroke


def say(kind: str, field: str, english: str, text: str, language: str = "es") -> None:
    forget()
    Wording.objects.create(language=language, kind=kind, field=field, english=english, text=text, state="draft")


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("Pâté  de FOIE", "pate de foie"),
        ("Łódź, straße", "lodz strasse"),
        ("hip-to-ankle", "hip to ankle"),
        ("مُدَلِّكَة", "مدلكه"),
        ("…", ""),
    ],
)
def test_words_are_folded(typed: str, plain: str) -> None:
    assert finding.fold(typed) == plain


NAMES = {
    "hip-to-ankle milking": LEGS[:1],
    "hip to ankle": LEGS[:1],
    "ankle hip": LEGS,
    "indian leg": LEGS[:1],
    "scoop": ["water-wheel-a", "water-wheel-b"],
    "ooping": [],
    "Loving Touch": ["water-wheel-a", "thumbs-to-sides"],
    "side strokes": ["thumbs-to-sides"],
    "ILU": ["i-love-you"],
    "  ,  ": [],
}


def test_a_stroke_is_found_by_its_names_its_schools_and_the_start_of_a_word(taught: None) -> None:
    assert {words: found(words) for words in NAMES} == NAMES


def test_a_stroke_is_found_in_every_language_wherever_one_reads(taught: None) -> None:
    say("stroke", "name", "Water wheel A", "Noria, primera")
    say("strokealias", "name", "Paddling", "Remár")
    assert (found("noria"), found("remar"), found("nória prim")) == (["water-wheel-a"],) * 3
    with translation.override("es"):
        assert (found("noria"), found("water wheel a")) == (["water-wheel-a"], ["water-wheel-a"])
    forget()


def test_the_readers_own_language_comes_before_the_others(taught: None) -> None:
    say("stroke", "name", "Toe roll", "Walking sin sentido")
    assert found("walking") == ["tummy-walking"]
    forget()


@pytest.mark.slow
def test_words_kept_in_one_language_do_not_come_out_in_another(client: Client, taught: None) -> None:
    say("stroke", "name", "Walking", "Paseo")
    say("routine", "name", "Whole body", "Todo el cuerpo")
    for address in ("/strokes/", "/strokes/tummy-walking/", "/strokes/routines/full-body/"):
        english = client.get(address, headers={"accept-language": "en"}).content.decode()
        spanish = client.get(address, headers={"accept-language": "es"}).content.decode()
        again = client.get(address, headers={"accept-language": "en"}).content.decode()
        assert ("Paseo" in english, "Paseo" in spanish, "Paseo" in again) == (False, True, False), address
        assert ("Todo el cuerpo" in spanish, "Todo el cuerpo" in again) == (True, False), address
    forget()


FITS = {
    ("resting-hands", Need.PRETERM): Fit.FIRST,
    ("resting-hands", Need.WARY): Fit.FIRST,
    ("leg-indian-milking", Need.PRETERM): Fit.CHANGED,
    ("sun-moon", Need.PRETERM): Fit.HOLD,
    ("back-circles", Need.PRETERM): Fit.LEAVE,
    ("leg-rolling", Need.LOOSE): Fit.LEAVE,
    ("leg-rolling", Need.HIP): Fit.LEAVE,
    ("knees-to-tummy", Need.TIGHT): Fit.ASK,
    ("foot-under-toes", Need.TIGHT): Fit.ASK,
    ("sun-moon", Need.DEVICE): Fit.ASK,
    ("leg-integration", Need.SENSES): Fit.CHANGED,
    ("back-and-forth", Need.CRAWLER): Fit.FIRST,
    ("pit-stop", Need.CRAWLER): Fit.LEAVE,
    ("closing-hold", Need.DEVICE): Fit.AS_IT_IS,
    ("leg-integration", Need.DEVICE): None,
}


def test_the_strictest_of_what_is_said_holds(taught: None) -> None:
    assert {(slug, need): fitting(shown(slug), need).fit for slug, need in FITS} == FITS


def test_words_that_hold_for_all_stand_once_above_the_strokes(taught: None) -> None:
    said = {slug: fitting(shown(slug), Need.TIGHT).words for slug in ("leg-indian-milking", "knees-to-tummy")}
    assert said == {
        "leg-indian-milking": [],
        "knees-to-tummy": ["Ask the therapist first. It is a short question, and worth it."],
    }
    assert fitting(shown("leg-indian-milking"), Need.CRAWLER).words == [
        "Lying on the front or standing, stroke from the thigh to the ankle."
    ]


def test_every_stroke_has_words_of_its_own_or_general_ones_for_every_baby(taught: None) -> None:
    for stroke in Stroke.objects.with_adaptations():
        spoken = {need for need in Need if fitting(stroke, need).rows}
        assert spoken | set(not_spoken_of(stroke)) == set(Need), stroke.slug
        assert {Need.PRETERM, Need.CRAWLER} <= spoken, stroke.slug
    assert all(need.says and need.icon for need in Need)


def test_strokes_to_leave_out_stand_apart_with_their_reason(client: Client, taught: None) -> None:
    kept = library(Asked(need="hip"), edition=Edition.now())
    left = {card.stroke.slug for card in kept.left_out}
    assert left == set(Precaution.objects.get(key="hip").blocked_slugs)
    assert len(kept.strokes) + len(left) == 54
    page = client.get("/strokes/?fits=hip").content.decode()
    assert "9 strokes to leave out for now" in page
    assert "Leave this one out until the hip team has written down that it is fine." in page
    assert "Never on or under a strap or plaster" in page
    assert (
        page.index("/strokes/leg-integration/")
        < page.index("9 strokes to leave out")
        < page.index("/strokes/cross-legs/")
    )


def test_an_unhealed_navel_is_told_of_on_every_page_of_the_tummy(client: Client, taught: None) -> None:
    for slug in Stroke.objects.of_region("abdomen").values_list("slug", flat=True):
        page = client.get(f"/strokes/{slug}/").content.decode()
        for rule in ("Wait half an hour or more after a feed.", "navel that has not healed", "Stay below the ribs"):
            assert rule in page, slug


def test_strokes_of_the_tummy_routine_are_those_with_a_place_in_it(taught: None) -> None:
    with_place = [slug for slug, stroke in read(DATA, "strokes").items() if stroke.get("colic")]
    assert found(colic=True) == with_place
    assert len(with_place) == 13


def test_filters_narrow_together(taught: None) -> None:
    assert found("milking", region="arms_hands", need="tight") == ["arm-indian-milking", "arm-swedish-milking"]
    assert found("milking", region="arms_hands", need="hip") == ["arm-indian-milking", "arm-swedish-milking"]
    assert found("rolling", need="loose") == []


def test_neutral_names_stand_first_where_they_are_asked_for(client: Client, taught: None) -> None:
    def headings(asked: str) -> list[str]:
        page = client.get(f"/strokes/?q=milking&region=legs_feet{asked}").content.decode()
        return re.findall(r'<h3><a href="[^"]+">([^<]+)</a></h3>', page)

    assert headings("") == ["Indian milking, leg", "Swedish milking, leg"]
    assert headings("&names=neutral") == ["Hip-to-ankle milking", "Ankle-to-hip milking"]
    assert headings("") == ["Indian milking, leg", "Swedish milking, leg"]


def test_a_schools_names_stand_first_where_they_are_asked_for(client: Client, taught: None) -> None:
    page = client.get("/strokes/?q=wheel&names=Blossom+%26+Berry").content.decode()
    assert re.findall(r'<h3><a href="[^"]+">([^<]+)</a></h3>', page) == ["Stomach paddling", "Water wheel B"]
    assert "Also called Water wheel A" in page
    assert re.findall(r"<option[^>]*>([^<]+)</option>", page)[-2:] == ["Blossom &amp; Berry", "Loving Touch"]


def test_a_name_may_belong_to_two_schools_and_stands_once(client: Client, taught: None) -> None:
    page = client.get("/strokes/thumbs-to-sides/").content.decode()
    assert "<li>Side strokes <small>Loving Touch, Blossom &amp; Berry</small></li>" in page
    assert shown("thumbs-to-sides").alias_names == "Side strokes"
    assert StrokeAlias.objects.filter(name="Side strokes").count() == 2


def test_stroke_tells_its_neutral_name_beside_its_heading(client: Client, taught: None) -> None:
    assert "Neutral name: Hip-to-ankle milking" in client.get("/strokes/leg-indian-milking/").content.decode()
    assert "Neutral name" not in client.get("/strokes/sun-moon/").content.decode()


def test_an_adaptation_for_an_unknown_baby_is_refused(taught: None) -> None:
    row = Adaptation.objects.get(code="PT-H")
    row.needs = "preterm elbow"
    with pytest.raises(Exception, match="elbow") as refused:
        row.full_clean()
    assert set(refused.value.message_dict) == {"needs"}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("buterfly", "chest-butterfly"),  # a letter missing
        ("butterffly", "chest-butterfly"),  # one too many
        ("buttarfly", "chest-butterfly"),  # a wrong one
        ("buttrefly", "chest-butterfly"),  # two swapped
        ("puddling", "water-wheel-a"),
        ("byciycle", None),  # two letters off is another word
        ("sn", None),
    ],
)
def test_one_letter_off_still_finds_the_stroke_and_is_said(taught: None, typed: str, meant: str | None) -> None:
    near = library(Asked(words=typed), edition="")
    assert ([stroke.slug for stroke in near.strokes], near.is_close) == ([meant] if meant else [], bool(meant))


def test_a_word_spelled_right_is_never_widened(client: Client, taught: None) -> None:
    assert "data-close hidden" in client.get("/strokes/?q=milking").content.decode()
    assert "data-close>" in client.get("/strokes/?q=milkign").content.decode()
    assert "data-close hidden" in client.get("/strokes/?q=milkign&region=face").content.decode()


def test_one_letter_off_is_found_in_the_readers_language(taught: None) -> None:
    say("stroke", "name", "Butterfly", "Schmetterling", "de")
    with translation.override("de"):
        near = library(Asked(words="Schmeterling"), edition="")
    assert ([stroke.slug for stroke in near.strokes], near.is_close) == (["chest-butterfly"], True)
