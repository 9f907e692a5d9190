"""The curriculum in other languages: what is asked for, what the files say, and who has read it.

`curriculum/data/words/<language>.po` holds the translations of the data files, with the field as context. They are
drafts until a native instructor has read them in the admin; what was edited there is left alone by every load.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from django.apps import apps
from django.db import models, transaction
from django.db.models import Count, Q
from django.utils.translation import to_locale

from config.audit.trail import record
from curriculum.files import DATA, tables
from curriculum.models import Edition, Loaded, Wording
from curriculum.models.said import said_fields
from curriculum.models.wording import SOURCE, digest_of, forget, texts_in

WORDS = DATA / "words"
HEAD = """msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
"""What tools for translators ask for. No date and no name: the file changes when a text does."""
Text = tuple[str, str, str]
"""Kind, field and English of one text."""


@dataclass
class Kept:
    """What keeping one language in step did. `left` are translations that were edited by hand and stay."""

    language: str
    translated: int = 0
    open: int = 0
    changed: int = 0
    left: int = 0


@dataclass(frozen=True)
class Progress:
    """How far a language has come, in texts that are still asked for."""

    language: str
    texts: int
    reviewed: int
    open: int


@dataclass(frozen=True)
class Said:
    """Who says a text: what they are, in which field, and each of them that is not retired."""

    kind: str
    field: str
    rows: models.QuerySet[Any]


def languages(folder: Path = WORDS) -> list[str]:
    """The languages that have a file of words."""
    return sorted(path.stem for path in folder.glob("*.po"))


def in_files(data: Path = DATA) -> list[Text]:
    """Every text of the data files that readers see, each once, in the order of the files."""
    found: dict[Text, None] = {}
    for table in tables(data):
        kind = str(table.model._meta.model_name)
        for row in table.rows:
            found.update({(kind, name, row[name]): None for name in said_fields(table.model) if row.get(name)})
    return list(found)


def in_use() -> list[Text]:
    """Every text that readers see today, whether a file says it or someone wrote it by hand. A query a model."""
    found: dict[Text, None] = {}
    for model in said_models():
        names = said_fields(model)
        for values in model._default_manager.filter(is_retired=False).order_by("pk").values_list(*names):
            texts = zip(names, values, strict=True)
            found.update({(str(model._meta.model_name), name, text): None for name, text in texts if text})
    return list(found)


def said_models() -> list[type[Loaded]]:
    """The nouns of the curriculum that have words for readers."""
    every = apps.get_app_config("curriculum").get_models()
    return [model for model in every if issubclass(model, Loaded) and said_fields(model)]


def collect(language: str, *, data: Path = DATA, folder: Path = WORDS) -> int:
    """Write the language's file anew: every text of today's data, with the translation it has.

    Returns how many have none.
    """
    file = folder / f"{language}.po"
    known = translations(file) if file.exists() else {}
    catalog = Catalog(locale=to_locale(language))
    missing = 0
    for kind, name, english in in_files(data):
        said = known.get((kind, name, english), "")
        missing += not said
        catalog.add(english, said, context=f"{kind}.{name}")
    folder.mkdir(exist_ok=True)
    with file.open("wb") as out:
        out.write(HEAD.format(language=language).encode())
        write_po(out, catalog, width=110, omit_header=True)
    return missing


def said_in(folder: Path, language: str) -> dict[Text, str]:
    return translations(folder / f"{language}.po")


def translations(file: Path) -> dict[Text, str]:
    """What a file of words says, without what nobody has translated or someone was unsure of."""
    with file.open("rb") as source:
        catalog = read_po(source)
    return dict(_texts_of(catalog))


def _texts_of(catalog: Catalog) -> Iterator[tuple[Text, str]]:
    for message in catalog:
        if isinstance(message.id, str) and message.id and message.string and not message.fuzzy:
            kind, _, name = str(message.context).partition(".")
            yield (kind, name, message.id), str(message.string)


def keep_in_step(*, folder: Path | None = None) -> list[Kept]:
    """Bring every language's texts in step with what is said today and, given the folder, with its files.

    A text whose English is no longer said falls out of use; a new one is to be translated. What a file says anew is a
    draft again; what was translated or reviewed by hand in the admin stays.
    """
    asked = in_use()
    filed = languages(folder) if folder else []
    spoken = sorted({*Wording.objects.values_list("language", flat=True).distinct(), *filed})
    with transaction.atomic():
        done = [_keep(one, asked, said_in(folder, one) if folder and one in filed else None) for one in spoken]
        if any(one.changed for one in done):
            Edition.turn()
    forget()
    return done


def _keep(language: str, asked: list[Text], filed: dict[Text, str] | None) -> Kept:
    done = Kept(language)
    standing = {(row.kind, row.field, row.digest): row for row in Wording.objects.of_language(language)}
    new: list[Wording] = []
    changed: list[Wording] = []
    for kind, name, english in asked:
        row = standing.pop((kind, name, digest_of(english)), None)
        said = (filed or {}).get((kind, name, english), "")
        if row is None:
            row = Wording(language=language, kind=kind, field=name, english=english, digest=digest_of(english))
            _say(row, said)
            new.append(row)
        elif _follow(row, said if filed is not None else row.loaded_text, done):
            changed.append(row)
        done.translated += row.state != Wording.State.OPEN
        done.open += row.state == Wording.State.OPEN
    unasked = [row for row in standing.values() if row.is_in_use]
    for row in unasked:
        row.is_in_use = False
    Wording.objects.bulk_create(new)
    Wording.objects.bulk_update([*changed, *unasked], FOLLOWED, batch_size=200)
    done.changed = len(new) + len(changed) + len(unasked)
    return done


FOLLOWED = ("text", "loaded_text", "state", "reviewed_by", "reviewed_at", "is_in_use")


def _follow(row: Wording, said: str, done: Kept) -> bool:
    """Whether the row changed: in use again, or said anew by its file. An edit by hand stays."""
    back, row.is_in_use = not row.is_in_use, True
    if said == row.loaded_text:
        return back
    if row.text != row.loaded_text:
        done.left += 1
        return back
    _say(row, said)
    return True


def _say(row: Wording, said: str) -> None:
    row.text = row.loaded_text = said
    row.state = Wording.State.DRAFT if said else Wording.State.OPEN
    row.reviewed_by = row.reviewed_at = None


def say(wording: Wording, *, text: str, by: Any, now: datetime) -> None:
    """Translate a text, or mend its translation: a draft until a native instructor has read it."""
    with transaction.atomic():
        row = Wording.objects.select_for_update().get(pk=wording.pk)
        row.text, row.state = text, Wording.State.DRAFT if text else Wording.State.OPEN
        row.reviewed_by = row.reviewed_at = None
        row.save()
        record("words translated", by=by, about=row, now=now)


def review(wording: Wording, *, by: Any, now: datetime) -> bool:
    """A native instructor has read it, and it is right. False where there is nothing to read, or it was read before."""
    with transaction.atomic():
        row = Wording.objects.select_for_update().get(pk=wording.pk)
        if row.state != Wording.State.DRAFT:
            return False
        row.state, row.reviewed_by, row.reviewed_at = Wording.State.REVIEWED, by, now
        row.save()
        record("words reviewed", by=by, about=row, now=now)
    return True


def progress() -> list[Progress]:
    """Every language with how much of it was reviewed and how much is still to be translated. One query."""
    counted = Wording.objects.filter(is_in_use=True).order_by("language").values("language")
    told = counted.annotate(
        texts=Count("pk"),
        reviewed=Count("pk", filter=Q(state=Wording.State.REVIEWED)),
        open=Count("pk", filter=Q(state=Wording.State.OPEN)),
    )
    return [Progress(**one) for one in told]


def next_draft(wording: Wording) -> Wording | None:
    """The draft of its language that comes after it, or the first one when it was the last. None when none is left."""
    drafts = Wording.objects.of_language(wording.language).unread().exclude(pk=wording.pk).order_by("pk")
    found: Wording | None = drafts.filter(pk__gt=wording.pk).first() or drafts.first()
    return found


def who_says(wording: Wording) -> Said | None:
    """The rows whose English this translates. None where no model of that kind speaks any more."""
    model = next((one for one in said_models() if one._meta.model_name == wording.kind), None)
    if model is None or wording.field not in said_fields(model):
        return None
    rows = model._default_manager.filter(**{wording.field: wording.english}, is_retired=False).order_by("pk")
    field: Any = model._meta.get_field(wording.field)
    return Said(str(model._meta.verbose_name), str(field.verbose_name), rows)


def english_of(kind: str, field: str, containing: str, *, language: str) -> list[str]:
    """The English texts whose translation holds this, whatever its accents: for a search in the reader's language.

    Empty in English itself. `kind` is a model's name in lower case, as in "stroke".
    """
    wanted = folded(containing)
    if language == SOURCE or not wanted:
        return []
    texts = texts_in(language).items()
    return [english for (of, name, english), said in texts if (of, name) == (kind, field) and wanted in folded(said)]


def folded(text: str) -> str:
    """Without accents and capitals, for comparing."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).casefold().strip()
