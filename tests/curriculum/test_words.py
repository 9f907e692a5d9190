"""What is taught, in the reader's language: fallback text by text, drafts until somebody has read them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, connection, models, transaction
from django.forms import model_to_dict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from config.accounts.models import User
from config.audit.models import AuditEntry
from curriculum import words
from curriculum.loading import load
from curriculum.models import Stroke, Wording, wording
from curriculum.models.loaded import Loaded
from curriculum.models.said import said_fields, written
from curriculum.models.wording import has_unread
from tests.cast import sign_in
from tests.factories.accounts import make_user
from tests.factories.curriculum import make_stroke

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 24, 17, 5, tzinfo=UTC)

# Keys, numbers, codes and notes for instructors: no reader's words.
NOT_SAID = {
    *(
        "key",
        "slug",
        "code",
        "kind",
        "region",
        "icon",
        "art",
        "sources",
        "blocks",
        "strokes",
        "answer",
        "level",
        "about",
    ),
    *("advice", "hands", "geometry", "evidence", "review", "section", "quality", "school", "needs", "fit"),
}


def translate(english: str, text: str, *, field: str = "name", language: str = "es") -> Wording:
    state = Wording.State.DRAFT if text else Wording.State.OPEN
    made: Wording = Wording.objects.create(
        language=language, kind="stroke", field=field, english=english, text=text, state=state
    )
    return made


@pytest.fixture
def reader() -> User:
    return make_user("clara@example.org", "Clara", is_staff=True, is_superuser=True)


def test_a_stroke_speaks_the_language_of_its_reader_and_english_where_nobody_has_translated_it() -> None:
    stroke = make_stroke("sun", name="Sun", summary="One big circle")
    translate("Sun", "El sol")
    with translation.override("es"):
        assert (stroke.name, str(stroke), stroke.called, stroke.summary) == (
            "El sol",
            "El sol",
            "El sol",
            "One big circle",
        )
    with translation.override("es-mx"):
        assert stroke.name == "El sol"
    with translation.override("fr"):
        assert stroke.name == "Sun"
    assert stroke.name == "Sun"


def test_saving_checking_or_reading_again_in_another_language_leaves_the_english_as_it_is() -> None:
    stroke = make_stroke("sun", name="Sun")
    translate("Sun", "El sol")
    with translation.override("es"):
        stroke.full_clean()
        stroke.save()
        stroke.refresh_from_db()
        Stroke.objects.bulk_update([stroke], ["position"])
        assert model_to_dict(stroke)["name"] == "Sun"
    assert written(Stroke.objects.get(slug="sun"), "name") == "Sun"


def test_loading_the_files_in_another_language_changes_nothing(taught: None, files: Any) -> None:
    translate("I Love You", "Te quiero")
    with translation.override("es"):
        assert load(files).changed is False


def test_when_the_english_changes_the_old_translation_is_not_shown() -> None:
    """A caution that was mended must not stay unmended in another language."""
    stroke = make_stroke("sun", cautions="Never press.")
    translate("Never press.", "No aprietes nunca.", field="cautions")
    Stroke.objects.filter(pk=stroke.pk).update(cautions="Never press, not even a little.")
    words.keep_in_step()
    with translation.override("es"):
        assert Stroke.objects.get(pk=stroke.pk).cautions == "Never press, not even a little."
    states = {row.english: (row.state, row.is_in_use) for row in Wording.objects.filter(field="cautions")}
    assert states == {"Never press.": ("draft", False), "Never press, not even a little.": ("open", True)}


def test_reading_in_another_language_costs_two_queries_for_any_number_of_strokes() -> None:
    translate("Sun", "El sol")
    for count in (1, 3):
        wording.forget()
        strokes = [make_stroke(f"s{count}{n}", name="Sun") for n in range(count)]
        wording.forget()
        with (
            translation.override("es"),
            CaptureQueriesContext(
                connection,
            ) as asked,
        ):
            assert [stroke.name for stroke in strokes] == ["El sol"] * count
        assert len(asked) == 2
    with CaptureQueriesContext(connection) as asked:
        assert strokes[0].name == "Sun"
    assert len(asked) == 0


def test_every_text_of_the_curriculum_that_readers_see_can_be_translated() -> None:
    unsaid = {
        f"{model.__name__}.{field.attname}"
        for model in Loaded.__subclasses__()
        if model.__module__.startswith("curriculum.") and model.__name__ != "Source"
        for field in model._meta.concrete_fields
        if isinstance(field, (models.CharField, models.TextField))
        and field.attname not in {*said_fields(model), *NOT_SAID}
    }
    assert unsaid == set()


def test_the_files_of_words_are_loaded_as_drafts_and_edits_by_hand_stay(tmp_path: Path, reader: User) -> None:
    make_stroke("sun", name="Sun", summary="One big circle")
    file = tmp_path / "es.po"
    file.write_text('msgctxt "stroke.name"\nmsgid "Sun"\nmsgstr "El sol"\n', encoding="utf-8")
    [kept] = words.keep_in_step(folder=tmp_path)
    row = Wording.objects.get(field="name")
    assert (kept.translated, row.text, row.state) == (1, "El sol", "draft")
    assert Wording.objects.get(field="summary").state == "open"
    words.say(row, text="Sol", by=reader, now=NOW)
    file.write_text('msgctxt "stroke.name"\nmsgid "Sun"\nmsgstr "Un sol"\n', encoding="utf-8")
    [kept] = words.keep_in_step(folder=tmp_path)
    row.refresh_from_db()
    assert (kept.left, row.text) == (1, "Sol")
    assert [one.changed for one in words.keep_in_step(folder=tmp_path)] == [0]


def test_a_reviewed_text_is_a_draft_again_when_its_file_says_it_anew(tmp_path: Path, reader: User) -> None:
    make_stroke("sun", name="Sun")
    file = tmp_path / "es.po"
    file.write_text('msgctxt "stroke.name"\nmsgid "Sun"\nmsgstr "El sol"\n', encoding="utf-8")
    words.keep_in_step(folder=tmp_path)
    row = Wording.objects.get(field="name")
    assert (words.review(row, by=reader, now=NOW), words.review(row, by=reader, now=NOW)) == (True, False)
    row.refresh_from_db()
    assert (row.state, row.reviewed_by, row.reviewed_at) == ("reviewed", reader, NOW)
    assert list(AuditEntry.objects.values_list("what", flat=True)) == ["words reviewed"]
    file.write_text('msgctxt "stroke.name"\nmsgid "Sun"\nmsgstr "Un sol"\n', encoding="utf-8")
    words.keep_in_step(folder=tmp_path)
    row.refresh_from_db()
    assert (row.text, row.state, row.reviewed_by) == ("Un sol", "draft", None)


def test_the_database_keeps_no_review_without_a_reader_and_no_empty_draft() -> None:
    row = translate("Sun", "El sol")
    for wrong in ({"state": "reviewed"}, {"text": ""}, {"reviewed_at": NOW}):
        with pytest.raises(IntegrityError):
            _update(row, wrong)


def _update(row: Wording, values: dict[str, Any]) -> None:
    with transaction.atomic():
        Wording.objects.filter(pk=row.pk).update(**values)


def test_pages_say_that_words_are_drafts_until_every_one_has_been_read(client: Client, reader: User) -> None:
    make_stroke("sun", name="Sun")
    row = translate("Sun", "El sol")
    assert (has_unread("es"), has_unread("en"), has_unread("fr")) == (True, False, False)
    words.review(row, by=reader, now=NOW)
    assert has_unread("es") is False


def test_a_search_finds_a_text_by_its_translation_without_accents() -> None:
    translate("Water wheel", "Molino de agua")
    translate("Sun", "El corazón")
    assert words.english_of("stroke", "name", "CORAZON", language="es") == ["Sun"]
    assert words.english_of("stroke", "name", "corazon", language="en") == []
    assert words.english_of("stroke", "name", "  ", language="es") == []


def test_the_office_translates_a_text_and_says_that_it_was_read(client: Client, reader: User) -> None:
    make_stroke("sun", name="Sun", how="Ask.\nWait.")
    row = translate("Ask.\nWait.", "", field="how")
    page = f"/admin/curriculum/wording/{row.pk}/change/"
    sign_in(client, reader)
    assert 'lang="es" dir="ltr"' in client.get(page).content.decode()
    short = client.post(page, {"text": "Pregunta.", "has_read": "on"}).content.decode()
    assert "In English these are 2 lines. Please write as many, one for each step." in short
    assert client.post(page, {"text": "Pregunta.\r\nEspera."}).status_code == 302
    row.refresh_from_db()
    assert (row.text, row.state) == ("Pregunta.\nEspera.", "draft")
    assert client.post(page, {"text": "Pregunta.\nEspera.", "has_read": "on"}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.reviewed_by) == ("reviewed", reader)
    assert client.post(page, {"text": "Pregunta.\nEspera."}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.reviewed_by) == ("draft", None)


def test_many_texts_are_read_at_once(client: Client, reader: User) -> None:
    rows = [translate(f"Sun {n}", f"Sol {n}") for n in range(3)]
    chosen = {"action": "mark_read", "_selected_action": [row.pk for row in rows]}
    answer = sign_in(client, reader).post("/admin/curriculum/wording/", chosen, follow=True)
    assert "3 texts are reviewed now." in answer.content.decode()


def test_a_list_of_many_shows_each_text_whole_and_says_how_far_every_language_has_come(
    client: Client, reader: User
) -> None:
    long = "Lay both hands, relaxed and warm, on the part you are about to massage. " * 3
    translate(long.strip(), "Pon las dos manos. " * 9 + "Fin.", field="how")
    words.review(translate("Sun", "Sol"), by=reader, now=NOW)
    translate("Moon", "", language="de")
    page = sign_in(client, reader).get("/admin/curriculum/wording/").content.decode()
    assert long.strip() in page
    assert "Fin." in page
    assert "Spanish: 1 of 2 reviewed" in page
    assert "German: 0 of 1 reviewed" in page
    assert page.count("to be translated: 1") == 1
    german = client.get("/admin/curriculum/wording/?language=de").content.decode()
    assert ("Moon" in german, "Sol<" in german) == (True, False)


def test_a_reader_sees_which_stroke_says_a_text_and_goes_from_draft_to_draft(client: Client, reader: User) -> None:
    make_stroke("sun", name="Sun", summary="A circle")
    first, second = translate("A circle", "Un círculo", field="summary"), translate("Sun", "Sol")
    french = translate("Sun", "Soleil", language="fr")
    page = sign_in(client, reader).get(f"/admin/curriculum/wording/{first.pk}/change/").content.decode()
    assert '<a href="/strokes/sun/">' in page
    onwards = [
        client.post(f"/admin/curriculum/wording/{row.pk}/change/", {"text": row.text, "has_read": "on", "_next": "1"})
        for row in (second, first, french)
    ]
    assert [answer.headers["Location"] for answer in onwards] == [
        f"/admin/curriculum/wording/{first.pk}/change/",
        "/admin/curriculum/wording/",
        "/admin/curriculum/wording/",
    ]
    assert set(Wording.objects.values_list("state", flat=True)) == {"reviewed"}


def test_the_next_draft_is_the_one_behind_it_and_after_the_last_the_first_again() -> None:
    first, second, third = (translate(english, f"{english} en español") for english in ("Thumb", "Palm", "Heel"))
    assert [words.next_draft(row) for row in (first, second, third)] == [second, third, first]


def test_a_text_that_was_written_by_hand_is_asked_of_the_translators_at_once(client: Client, reader: User) -> None:
    translate("Sun", "El sol")
    stroke = make_stroke("sun", name="Sun")
    form = {name: value for name, value in model_to_dict(stroke).items() if value is not None and name != "diagram"}
    empty = {
        f"{name}-{count}": "0" for name in ("aliases", "adaptations") for count in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    told = {**form, **empty, "name": "The sun", "diagram": json.dumps(stroke.diagram), "is_retired": ""}
    answer = sign_in(client, reader).post(f"/admin/curriculum/stroke/{stroke.pk}/change/", told)
    assert answer.status_code == 302
    assert Wording.objects.get(field="name", is_in_use=True).english == "The sun"


def test_a_new_language_gets_its_file_of_words_and_keeps_what_is_translated(tmp_path: Path) -> None:
    asked = words.in_files()
    assert words.collect("it", folder=tmp_path) == len(asked)
    file = tmp_path / "it.po"
    text = file.read_text(encoding="utf-8")
    file.write_text(
        text.replace('msgid "Water wheel A"\nmsgstr ""', 'msgid "Water wheel A"\nmsgstr "Mulino A"'), "utf-8"
    )
    assert words.collect("it", folder=tmp_path) == len(asked) - 1
    assert words.translations(file) == {("stroke", "name", "Water wheel A"): "Mulino A"}


def test_a_new_language_gets_its_frame_where_django_looks_for_it_with_its_own_plurals(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LOCALE_PATHS = [tmp_path]
    monkeypatch.setattr(words, "collect", lambda _language: 0)
    call_command("collect_words", "pt-br", "uk")
    brazil, ukraine = (tmp_path / code / "LC_MESSAGES" / "django.po" for code in ("pt_BR", "uk"))
    assert '"Language: pt-br\\n"' in brazil.read_text()
    assert "nplurals=3;" in ukraine.read_text()
    ukraine.write_text("kept")
    call_command("collect_words", "uk")
    assert ukraine.read_text() == "kept"


@pytest.mark.parametrize("code", ["xx", "IT", "pt_BR"])
def test_a_code_that_names_no_language_leaves_nothing_behind(tmp_path: Path, settings: Any, code: str) -> None:
    settings.LOCALE_PATHS = [tmp_path]
    with pytest.raises(CommandError, match=f"No language is called {code}"):
        call_command("collect_words", "it", code)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("language", words.languages())
def test_every_text_of_the_files_is_translated_line_by_line(language: str) -> None:
    said = words.translations(words.WORDS / f"{language}.po")
    asked = words.in_files()
    assert [text for text in asked if text not in said] == []
    unlike = [text for text in asked if len(text[2].splitlines()) != len(said[text].splitlines())]
    assert unlike == []


def test_the_command_says_what_each_language_has(taught: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_words")
    told = capsys.readouterr().out
    assert [line.split(":")[0] for line in told.splitlines()] == words.languages()
