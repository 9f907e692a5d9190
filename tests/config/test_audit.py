"""What was done is written down once, and a change to it is found."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from config.audit.models import AuditEntry, AuditSeal
from config.audit.seal import first_broken_entry, seal_new_entries
from config.audit.trail import name_of, record
from config.lib.append_only import MustNotChange
from tests.factories.accounts import make_user

NOW = datetime(2026, 3, 24, 17, 5, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def write(entries: int) -> list[AuditEntry]:
    return [record("booked", by=None, about=f"classes.Enrolment:{one}", now=NOW) for one in range(entries)]


def by_hand(statement: str, *values: Any) -> None:
    """SQL past the models and, as only the owner of the database could, past the triggers."""
    drop = {
        "sqlite": ["DROP TRIGGER audit_auditentry_no_update", "DROP TRIGGER audit_auditentry_no_delete"],
        "postgresql": ["DROP TRIGGER audit_auditentry_append_only ON audit_auditentry"],
    }
    with connection.cursor() as cursor:
        for one in drop[connection.vendor]:
            cursor.execute(one)
        cursor.execute(statement, values)


def test_record_writes_who_did_what_to_what_and_when() -> None:
    ines = make_user("parent@example.org", "Ines Moreau")
    entry = record("booked", by=ines, about=ines, now=NOW, detail={"babies": 2})
    entry.refresh_from_db()
    assert (entry.at, entry.what, entry.by_id, entry.by_name) == (NOW, "booked", ines.pk, "Ines Moreau")
    assert (entry.about, entry.detail) == (f"accounts.User:{ines.pk}", {"babies": 2})
    assert name_of(ines) == entry.about


def test_record_names_nobody_when_the_site_itself_did_it() -> None:
    (entry,) = write(1)
    assert (entry.by_id, entry.by_name) == (None, "")


def test_an_entry_is_gone_with_the_deed_that_was_undone() -> None:
    with transaction.atomic():
        write(1)
        transaction.set_rollback(True)
    assert AuditEntry.objects.count() == 0


def test_an_entry_cannot_be_saved_again_or_deleted() -> None:
    (entry,) = write(1)
    with pytest.raises(MustNotChange):
        entry.save()
    with pytest.raises(MustNotChange):
        entry.delete()


def test_the_database_refuses_to_change_an_entry() -> None:
    write(1)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AuditEntry.objects.update(what="nothing")


def test_the_database_refuses_to_delete_an_entry() -> None:
    write(1)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AuditEntry.objects.all().delete()


def test_the_database_refuses_to_change_or_delete_a_seal() -> None:
    write(1)
    seal_new_entries(NOW + timedelta(hours=1))
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AuditSeal.objects.update(sha256="0" * 64)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AuditSeal.objects.all().delete()


class TestTheChain:
    def test_entries_are_sealed_once_and_in_order(self) -> None:
        entries = write(3)
        later = NOW + timedelta(hours=1)
        assert [seal_new_entries(later), seal_new_entries(later)] == [3, 0]
        assert list(AuditSeal.objects.order_by("pk").values_list("entry_id", flat=True)) == [one.pk for one in entries]
        assert first_broken_entry() is None

    def test_an_entry_younger_than_a_minute_waits(self) -> None:
        """A transaction that is still open may hold a lower number."""
        write(1)
        assert seal_new_entries(NOW + timedelta(seconds=59)) == 0
        assert seal_new_entries(NOW + timedelta(seconds=60)) == 1

    def test_later_entries_hang_on_earlier_ones(self) -> None:
        write(1)
        seal_new_entries(NOW + timedelta(hours=1))
        write(2)
        assert seal_new_entries(NOW + timedelta(hours=2)) == 2
        assert first_broken_entry() is None

    @pytest.mark.parametrize(
        "change",
        [
            "UPDATE audit_auditentry SET what = 'nothing' WHERE id = %s",
            "UPDATE audit_auditentry SET by_id = 7 WHERE id = %s",
            "UPDATE audit_auditentry SET about = 'classes.Enrolment:9' WHERE id = %s",
            "UPDATE audit_auditentry SET by_name = 'Somebody else' WHERE id = %s",
            "UPDATE audit_auditentry SET at = '2020-01-01 00:00:00+00:00' WHERE id = %s",
            """UPDATE audit_auditentry SET detail = '{"babies": 1}' WHERE id = %s""",
            "DELETE FROM audit_auditentry WHERE id = %s",
        ],
    )
    def test_a_changed_or_removed_entry_breaks_the_chain(self, change: str) -> None:
        entries = write(3)
        seal_new_entries(NOW + timedelta(hours=1))
        by_hand(change, entries[1].pk)
        assert first_broken_entry() == entries[1].pk

    def test_the_last_entry_cannot_be_removed_unseen(self) -> None:
        entries = write(2)
        seal_new_entries(NOW + timedelta(hours=1))
        by_hand("DELETE FROM audit_auditentry WHERE id = %s", entries[-1].pk)
        assert first_broken_entry() == entries[-1].pk

    def test_an_entry_slipped_in_between_breaks_the_chain(self) -> None:
        first, _gap, last = write(3)
        AuditSeal.objects.bulk_create([])
        by_hand("DELETE FROM audit_auditentry WHERE id = %s", _gap.pk)
        seal_new_entries(NOW + timedelta(hours=1))
        assert first_broken_entry() is None
        slipped = AuditEntry(pk=_gap.pk, at=NOW, what="booked", about="classes.Enrolment:1")
        slipped.save(force_insert=True)
        assert first.pk < slipped.pk < last.pk
        assert first_broken_entry() == slipped.pk
