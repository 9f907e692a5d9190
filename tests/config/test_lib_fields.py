from __future__ import annotations

from typing import Any

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from classes.models import BookingDraft
from config.lib.fields import EncryptedTextField, decrypt, encrypt
from instructors.models import Instructor
from tests.cast import NOW
from tests.factories.accounts import make_user
from tests.factories.classes import make_series


@given(st.text(min_size=1))
def test_what_was_encrypted_can_be_read(text: str) -> None:
    assert decrypt(encrypt(text)) == text


def test_the_same_words_twice_do_not_look_the_same() -> None:
    assert encrypt("epilepsy") != encrypt("epilepsy")


def test_an_older_key_still_opens_and_the_newest_closes(settings: Any) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.FIELD_KEYS = [old]
    stored = encrypt("epilepsy")
    settings.FIELD_KEYS = [new, old]
    assert decrypt(stored) == "epilepsy"
    fresh = encrypt("epilepsy")
    settings.FIELD_KEYS = [new]
    assert decrypt(fresh) == "epilepsy"
    with pytest.raises(InvalidToken):
        decrypt(stored)


def test_a_changed_letter_is_noticed() -> None:
    stored = encrypt("epilepsy")
    with pytest.raises(InvalidToken):
        decrypt(stored[:-8] + ("A" if stored[-8] != "A" else "B") + stored[-7:])


@pytest.mark.django_db
def test_a_copied_database_gives_nothing_away() -> None:
    ruth = make_user("ruth@example.org", "Ruth Adeyemi")
    series = make_series(Instructor.objects.create(user=ruth, slug="ruth", display_name="Ruth Adeyemi"))
    draft = BookingDraft.objects.create(series=series, typed="Ada has reflux", forget_at=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT typed FROM classes_bookingdraft WHERE id = %s", [draft.pk])
        (stored,) = cursor.fetchone()
    assert "reflux" not in stored
    assert decrypt(stored) == "Ada has reflux"
    draft.refresh_from_db()
    assert draft.typed == "Ada has reflux"
    assert list(BookingDraft.objects.values_list("typed", flat=True)) == ["Ada has reflux"]


def test_empty_stays_empty() -> None:
    field = EncryptedTextField()
    assert [field.get_prep_value(value) for value in ("", None)] == ["", None]
    assert [field.from_db_value(value, None, None) for value in ("", None)] == ["", None]
