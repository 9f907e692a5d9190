"""Nothing in the product says what evidence contradicts, in any language that it speaks (C8)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.test import Client
from django.utils.html import escape, strip_tags

from curriculum.files import DATA, read
from curriculum.models import Claim, Evidence, Source
from curriculum.models.wording import forget
from curriculum.wording import forbidden_in, languages
from curriculum.words import keep_in_step
from tests.house.reading import ROOMS, ROOT

SAYS_NO = (DATA / "forbidden.toml", DATA / "sources.toml")
"""The rules themselves, and the titles that others gave their works."""

SAID = {
    "en": (
        *("47% more weight", "Proven to help", "Relieves colic", "Trapped gas causes colic", "It drains the lymph"),
        *("boosts your baby’s immune system", "a little reflexology", "releases oxytocin", "secures attachment"),
        *("treats postnatal depression", "stimulates nerves", "clears the sinuses", "it lowers cortisol", "a detox"),
    ),
    "es": (
        *("47 % más de peso", "Está demostrado que ayuda", "Alivia los cólicos", "Los gases atrapados causan cólicos"),
        *("refuerza el sistema inmunitario", "drenaje linfático", "un poco de reflexología", "libera oxitocina"),
        *(
            "asegura el apego",
            "previene la depresión",
            "despeja la nariz",
            "Cura el estreñimiento",
            "favorece el desarrollo",
        ),
    ),
    "fr": (
        *(
            "47 % de poids en plus",
            "Il est prouvé que",
            "Soulage les coliques",
            "Les gaz coincés",
            "drainage lymphatique",
        ),
        *("renforce le système immunitaire", "un peu de réflexologie", "libère de l’ocytocine", "assure l’attachement"),
        *("prévient la dépression", "dégage le nez", "Guérit la constipation", "les hormones du stress"),
    ),
    "de": (
        *("47 % mehr Gewicht", "wirkt nachweislich", "Lindert Koliken", "Eingeschlossene Luft", "Lymphdrainage"),
        *(
            "stärkt das Immunsystem",
            "etwas Reflexologie",
            "setzt Oxytocin frei",
            "sichert die Bindung",
            "Stresshormone",
        ),
        *("lindert eine Wochenbettdepression", "befreit die Nase", "löst Schleim", "fördert die Entwicklung"),
    ),
    "sv": (
        *("47 % mer i vikt", "Det är bevisat att", "Lindrar kolik", "Instängd gas", "lymfdränage", "stresshormoner"),
        *("stärker immunförsvaret", "lite zonterapi", "frigör oxytocin", "tryggar anknytningen"),
        *("förebygger depression", "rensar näsan", "Botar förstoppning", "främjar utvecklingen"),
    ),
    "pl": (
        *("47% większy przyrost", "Naukowo potwierdzone", "Łagodzi kolkę", "Uwięzione gazy", "drenaż limfatyczny"),
        *("wzmacnia odporność", "trochę refleksologii", "uwalnia oksytocynę", "zapewnia bezpieczne przywiązanie"),
        *("zapobiega depresji", "udrażnia nos", "Leczy zaparcia", "wspiera rozwój", "hormony stresu"),
    ),
    "ar": (
        *("47٪ زيادة في الوزن", "أثبتت الدراسات أنه", "يخفف المغص", "الغازات والهواء غازات محبوسة", "تصريف اللمف"),
        *("يقوي المناعة", "رفلكسولوجي", "يفرز الأوكسيتوسين", "يضمن التعلق", "يقي من الاكتئاب", "يفتح الأنف"),
        *("يعالج الإمساك", "يعزز النمو", "هرمونات التوتر"),
    ),
}
HONEST = {
    "en": (
        *(
            "a navel that has not healed",
            "Massage is not a treatment for anything",
            "how you and your baby develop a rhythm",
        ),
        "Nobody has tested it",
    ),
    "es": (
        *("El tejido que se cura no debe moverse", "No es un tratamiento", "A algunas familias les resulta calmante"),
        *("No está demostrado que ayude", "El masaje no cura nada", "el ombligo aún no ha curado"),
    ),
    "fr": (
        *("un nombril qui n’est pas guéri", "Ce n’est pas un traitement", "Certaines familles trouvent cela apaisant"),
        *("Le massage ne guérit rien", "Rien n’est prouvé"),
    ),
    "de": (
        *("ein Nabel, der noch nicht verheilt ist", "Massage ist keine Behandlung", "Die Haut heilt noch"),
        *("Das ist nicht bewiesen", "Massage heilt nichts"),
    ),
    "sv": (
        *("en navel som inte har läkt", "Massage är ingen behandling", "Huden läker", "Massage botar ingenting"),
        "Det är inte bevisat att det hjälper",
    ),
    "pl": (
        *("pępek, który się nie zagoił", "Masaż nie jest leczeniem", "Skóra się goi", "Masaż niczego nie leczy"),
        *("Nie udowodniono, że pomaga", "lekarz, który leczy dziecko"),
    ),
    "ar": (
        *("سرة لم تلتئم بعد", "التدليك ليس علاجا", "تجد بعض العائلات ذلك مهدئا", "الفريق الذي يعالج طفلك"),
        "هذا غير مثبت علميا",
    ),
}
Text = tuple[str, str, str]  # where it stands, its language, what it says


def in_files() -> Iterator[Text]:
    """Data, pages and scripts, as they are written: in English."""
    for folder, kinds in ((DATA, (".toml", ".json")), (ROOT / "templates", (".html", ".txt", ".xml", ".svg"))):
        for path in sorted(path for path in folder.rglob("*") if path.suffix in kinds and path not in SAYS_NO):
            yield str(path.relative_to(ROOT)), "en", path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "static" / "js").rglob("*.js")):
        yield str(path.relative_to(ROOT)), "en", path.read_text(encoding="utf-8")


def in_code() -> Iterator[Text]:
    """Every string of every room, with those of migrations and of the made-up world, but for the patterns' own."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", "en", node.value


def catalogues() -> list[Path]:
    return sorted([*(ROOT / "config" / "locale").glob("*/LC_MESSAGES/*.po"), *(DATA / "words").glob("*.po")])


def language_of(path: Path) -> str:
    return path.parts[-3] if path.parent.name == "LC_MESSAGES" else path.stem


def in_catalogues() -> Iterator[Text]:
    """Every translation, each by the rules of its language and by those of English, which a draft may still hold."""
    for path in catalogues():
        with path.open("rb") as file:
            catalog = read_po(file)
        for message in catalog:
            forms = message.string if isinstance(message.string, tuple | list) else [message.string]
            for form in forms if message.id else []:
                yield f"{path.relative_to(ROOT)}: {message.id}", language_of(path), str(form or "")


def wrong(texts: Iterator[Text]) -> dict[str, list[str]]:
    return {where: found for where, language, text in texts if (found := forbidden_in(text, language=language))}


def test_data_pages_and_scripts_claim_no_more_than_is_known() -> None:
    assert wrong(in_files()) == {}


@pytest.mark.slow
def test_no_sentence_of_the_code_claims_more_than_is_known() -> None:
    assert wrong(in_code()) == {}


def test_no_translation_claims_more_than_is_known() -> None:
    assert wrong(in_catalogues()) == {}


def test_what_is_scanned_is_the_whole_product() -> None:
    scanned = {where for where, _language, _text in in_files()}
    assert {"curriculum/data/claims.toml", "templates/curriculum/evidence.html", "static/js/frame.js"} <= scanned
    assert {path.parts[-1] for path in catalogues()} >= {"django.po", "es.po"}
    assert {language_of(path) for path in catalogues()} <= set(languages())


def test_every_language_of_the_product_has_rules_of_its_own() -> None:
    assert {code for code, _name in settings.LANGUAGES} <= set(languages())
    assert set(languages()) == set(SAID) == set(HONEST)


@pytest.mark.parametrize(("language", "said"), [(code, said) for code, every in SAID.items() for said in every])
def test_a_forbidden_claim_is_found(language: str, said: str) -> None:
    assert len(forbidden_in(f"{said}.", language=language)) >= 1


@pytest.mark.parametrize(("language", "said"), [(code, said) for code, every in HONEST.items() for said in every])
def test_an_honest_sentence_is_let_through(language: str, said: str) -> None:
    assert forbidden_in(said, audience="parents", language=language) == []


def test_a_mark_that_nobody_sees_hides_no_claim() -> None:
    plain = forbidden_in("It cures colic", audience="parents")
    assert plain != []
    for mark in ("\u00ad", "\u200b", "\u200d", "\u202e"):
        assert forbidden_in(f"It c{mark}ures co{mark}lic", audience="parents") == plain


def test_nothing_in_the_data_is_tagged_as_contradicted() -> None:
    assert "NO" not in Evidence.values
    tags = {claim["evidence"] for claim in read(DATA, "claims").values()}
    tags |= {stroke["evidence"] for stroke in read(DATA, "strokes").values()}
    assert tags - set(Evidence.values) == set()


def test_pages_for_parents_say_nothing_about_death_or_infection() -> None:
    claims = [claim for claim in read(DATA, "claims").values() if claim.get("for_parents", True)]
    said = " ".join(claim[field] for claim in claims for field in ("topic", "says", "does_not_mean", "rests_on"))
    assert forbidden_in(said, audience="parents") == []


def test_a_claim_for_professionals_says_what_was_studied_and_how_sure() -> None:
    ledger = read(DATA, "claims")
    assert [key for key, claim in ledger.items() if not (claim["studied"] and claim["how_sure"])] == []
    numbers = re.compile(r"\d+ ?%|per cent")
    assert [key for key, claim in ledger.items() if numbers.search(claim["says"])] == []


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("code", [code for code, _name in settings.LANGUAGES])
def test_pages_for_parents_say_nothing_of_the_kind_in_their_language(client: Client, taught: None, code: str) -> None:
    keep_in_step()
    for address in ("/evidence/", "/strokes/?fits=preterm", "/strokes/i-love-you/", "/strokes/routines/colic/"):
        page = client.get(address, headers={"accept-language": code}).content.decode()
        assert f'<html lang="{code}"' in page
        assert forbidden_in(strip_tags(page), audience="parents", language=code) == [], address
    forget()


@pytest.mark.django_db
def test_evidence_in_full_says_of_every_claim_what_was_studied_how_sure_and_by_whom(
    client: Client, taught: None
) -> None:
    page = client.get("/evidence/professionals/").content.decode()
    claims = list(Claim.objects.current())
    assert len(claims) == 12
    for claim in claims:
        for words in (claim.topic, claim.studied, claim.how_sure, claim.says, claim.does_not_mean, claim.tag):
            assert escape(words) in page, claim.key
        for key in claim.sources.split():
            work = Source.objects.get(key=key)
            assert escape(work.citation) in page, key
            assert not work.doi or f'href="https://doi.org/{work.doi}"' in page, key
        assert f'<li><a href="#{claim.key}">{escape(claim.topic)}</a>' in page
    assert "For professionals only" in page
    assert '<meta name="robots" content="noindex">' in page


@pytest.mark.django_db
def test_every_trial_or_review_that_a_claim_rests_on_can_be_looked_up_or_says_how_it_was_read(taught: None) -> None:
    """A lasting address, a place in a journal, or an honest word: never a finding without a way to it."""
    cited = {key for claim in Claim.objects.current() for key in claim.sources.split()}
    research = Source.objects.filter(key__in=cited, quality=Source.Quality.RESEARCH)
    found = re.compile(r"doi:10\.\d{4,}/\S+$|\b\d+(\(\d\))?:\w+|\bread in\b|\bread as\b|abstract only")
    rest = {"S104", "S117", "S125"}  # an article on a charity's page, and two that name journal and year alone
    assert {work.key for work in research if not found.search(work.title)} == rest
    assert len([work for work in research if work.doi]) == 14


@pytest.mark.django_db
def test_evidence_for_parents_leads_to_evidence_in_full_and_holds_nothing_of_it(client: Client, taught: None) -> None:
    page = client.get("/evidence/").content.decode()
    assert 'href="/evidence/professionals/"' in page
    hidden = Claim.objects.get(key="oil-in-hospital")
    assert hidden.topic not in page
    assert [claim.key for claim in Claim.objects.current() if claim.studied and escape(claim.studied) in page] == []
