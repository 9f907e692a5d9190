"""The keys of bodies that sign here: made, retired, got out; and what the database itself refuses of them."""

from __future__ import annotations

import base64
import stat
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, IntegrityError, connection, transaction
from pytest_django import Settings

from config.audit.models import AuditEntry
from config.lib.append_only import MustNotChange
from instructors.models import Certificate, CertificateDocument, SigningKey, StatusEntry, StatusList
from instructors.proofs import CannotBeSigned, holds, public_key_of
from instructors.refusals import CannotIssue
from instructors.resigning import sweep, to_sign_anew
from instructors.signing_keys import did_document_of, did_of, key_for_lists, key_to_sign, make_key, mark_compromised
from instructors.status_lists import is_set, signed_list
from tests.factories.accounts import make_user
from tests.factories.badges import an_issued_certificate
from tests.factories.instructors import AT, LATER, a_body
from tests.factories.keys import a_key, a_private_key
from tests.instructors.test_badges import badge_of, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.SIGNING_KEYS_DIR = tmp_path / "keys"
    return tmp_path / "keys"


def run(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out, stderr=out)
    return out.getvalue()


def listed(body: Any) -> list[str]:
    return [method["publicKeyMultibase"] for method in did_document_of(body)["verificationMethod"]]


# Making one --------------------------------------------------------------------------------------------------------


def test_make_signing_key_lays_the_private_half_where_nobody_else_reads_it(folder: Path) -> None:
    body = a_body(signs_here=False)
    body.signs_here = True
    body.save()
    said = run("make_signing_key", "example-school")
    key = SigningKey.objects.get()
    (file,) = folder.iterdir()
    assert (file.name, stat.S_IMODE(file.stat().st_mode), stat.S_IMODE(folder.stat().st_mode)) == (
        f"{key.public_key}.pem",
        0o600,
        0o700,
    )
    assert said == f"Example School signs with {key.public_key} from now on.\n"
    assert key_to_sign(body, now=key.valid_from) == key
    assert AuditEntry.objects.get().what == "made a signing key"


def test_make_signing_key_says_what_is_in_the_way(folder: Path) -> None:
    a_body("other-school", signs_here=False)
    with pytest.raises(CommandError, match="Those that sign here: none"):
        run("make_signing_key", "no-such-body")
    with pytest.raises(CommandError, match="Other School issues its own certificates, so it has no key here"):
        run("make_signing_key", "other-school")


def test_a_key_of_the_environment_signs_as_well(folder: Path, settings: Settings) -> None:
    body = a_body()
    (file,) = folder.iterdir()
    line = file.read_text().splitlines()[1]
    file.unlink()
    gone = key_to_sign(body, now=AT)
    settings.SIGNING_KEYS = ["not a key", f" {line} "]
    assert (gone, key_to_sign(body, now=AT)) == (None, SigningKey.objects.get())
    assert len(base64.b64decode(line)) == 48


def test_a_file_with_another_key_in_it_is_not_used(folder: Path) -> None:
    body = a_body()
    (file,) = folder.iterdir()
    file.write_bytes(a_private_key("somebody else"))
    assert key_to_sign(body, now=AT) is None


@pytest.mark.parametrize(
    "private", [b"", b"nonsense", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"]
)
def test_what_is_no_key_is_refused(private: bytes) -> None:
    with pytest.raises(CannotBeSigned):
        public_key_of(private)


# Retired, and got out ----------------------------------------------------------------------------------------------


def test_a_retired_key_stays_listed_and_what_it_signed_counts() -> None:
    certificate = an_issued_certificate()
    body, old = certificate.credential_type.body, SigningKey.objects.get()
    new = make_key(body, by=None, now=LATER, private=a_private_key("new"))
    badge = told(badge_of(certificate))
    assert listed(body) == [new.public_key, old.public_key]
    assert did_document_of(body)["assertionMethod"] == [f"{did_of(body)}#{key}" for key in listed(body)]
    assert (key_to_sign(body, now=LATER), holds(badge, public_key=old.public_key)) == (new, True)
    assert not is_set(badge_of(certificate).credential_uuid)


@time_machine.travel(LATER, tick=False)
def test_of_a_key_that_got_out_nothing_counts_and_every_badge_is_signed_anew(folder: Path) -> None:
    certificate, fallen = an_issued_certificate(), an_issued_certificate(make_user("yan@example.org", "Yan Abara"))
    _suspend(fallen)
    old, before = SigningKey.objects.get(), badge_of(certificate)
    said = run("make_signing_key", "example-school", "--compromised")
    new, after = SigningKey.objects.not_retired().get(), badge_of(certificate)
    assert said == f"Example School signs with {new.public_key} from now on.\nBadges signed anew: 1.\n"
    assert listed(new.body) == [new.public_key]
    assert (is_set(before.credential_uuid), is_set(after.credential_uuid)) == (True, False)
    assert [holds(told(after), public_key=key.public_key) for key in (old, new)] == [False, True]
    assert told(after)["credentialSubject"]["licenseNumber"] == certificate.number
    # what had fallen is not set up again, and asked again there is nothing to do
    assert badge_of(fallen).created_at == AT
    assert run("sign_badges_anew") == "Example School: 0 badges were to be signed anew.\n"


def test_a_run_broken_off_goes_on_by_itself_once_there_is_a_key(folder: Path) -> None:
    certificate = an_issued_certificate()
    body = certificate.credential_type.body
    mark_compromised(SigningKey.objects.get(), by=None, now=LATER)
    without = sweep(LATER)
    make_key(body, by=None, now=LATER)
    assert (without, sweep(LATER), sweep(LATER)) == (0, 1, 0)
    assert CertificateDocument.objects.of_kind("ob3").count() == 2


def test_what_has_run_out_is_not_signed_anew() -> None:
    certificate = an_issued_certificate(valid_until=date(2029, 3, 1))
    mark_compromised(SigningKey.objects.get(), by=None, now=LATER)
    body, days = certificate.credential_type.body, [datetime(2029, 3, day, 9, tzinfo=UTC) for day in (1, 2)]
    assert [to_sign_anew(body, now=day) for day in days] == [[certificate.pk], []]


def test_mark_compromised_twice_is_once() -> None:
    a_body()
    key = SigningKey.objects.get()
    first = mark_compromised(key, by=None, now=AT)
    again = mark_compromised(key, by=None, now=LATER)
    assert (first.compromised_at, again.compromised_at, AuditEntry.objects.count()) == (AT, AT, 1)


def test_a_list_is_signed_by_the_newest_key_at_hand_and_by_none_that_got_out(folder: Path) -> None:
    certificate = an_issued_certificate()
    body, old = certificate.credential_type.body, SigningKey.objects.get()
    (found,) = StatusList.objects.all()
    new = make_key(body, by=None, now=LATER)
    newest = key_for_lists(body)
    (folder / f"{new.public_key}.pem").unlink()
    before = key_for_lists(body)
    mark_compromised(old, by=None, now=LATER)
    assert (newest, before, signed_list(found, now=LATER)) == (new, old, b"")


def _suspend(certificate: Certificate) -> None:
    why = {"kind": "suspended", "at": LATER, "effective_on": LATER.date(), "reason_code": "insurance"}
    certificate.events.create(actor=make_user("registrar@example.org", "Carla Nunes"), **why)
    certificate.state = Certificate.State.SUSPENDED
    certificate.save(update_fields=["state"])


# What the database itself refuses ----------------------------------------------------------------------------------


def refused(sql: str, *values: Any) -> bool:
    """Whether the database refuses this, past all code of ours."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
    except DatabaseError:
        return True
    return False


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE instructors_signingkey SET public_key = 'z6Mk'",
        "UPDATE instructors_signingkey SET retired_at = NULL",
        "UPDATE instructors_signingkey SET compromised_at = NULL",
        "DELETE FROM instructors_signingkey",
        "UPDATE instructors_statuslist SET number = 7",
        "DELETE FROM instructors_statuslist",
        'UPDATE instructors_statusentry SET "index" = 7',
        "DELETE FROM instructors_statusentry",
    ],
)
def test_the_database_keeps_keys_lists_and_entries_as_they_were_written(change: str) -> None:
    an_issued_certificate()
    mark_compromised(SigningKey.objects.get(), by=None, now=AT)
    assert refused(change)


def an_entry(status_list: StatusList, key: SigningKey, index: int = 5) -> bool:
    sql = (
        'INSERT INTO instructors_statusentry (status_list_id, signing_key_id, "index", credential_uuid, signed_at)'
        " VALUES (%s, %s, %s, %s, %s)"
    )
    taken = StatusEntry.objects.count()
    return refused(sql, status_list.pk, key.pk, index, f"{taken:032x}", "2026-03-01 09:00:00+00:00")


def test_the_database_lets_a_badge_be_signed_only_in_the_name_of_its_body() -> None:
    certificate = an_issued_certificate()
    body, (found,), key = certificate.credential_type.body, StatusList.objects.all(), SigningKey.objects.get()
    foreign = a_key(a_body("other-school"))
    taken = StatusEntry.objects.get().index
    said = [an_entry(found, key), an_entry(found, foreign), an_entry(found, key, taken), an_entry(found, key, 131_072)]
    mark_compromised(key, by=None, now=AT)
    said.append(an_entry(found, key, 6))
    new = a_key(body, name="new")
    said.append(an_entry(found, new, 7))
    body.signs_here = False
    body.save()
    said.append(an_entry(found, new, 8))
    assert said == [False, True, True, True, True, False, True]


def test_a_body_has_one_key_in_use() -> None:
    body = a_body()
    with pytest.raises(IntegrityError), transaction.atomic():
        SigningKey.objects.create(body=body, public_key="z6MkAnother", valid_from=AT)


def test_a_key_is_not_deleted_and_an_entry_not_changed() -> None:
    an_issued_certificate()
    with pytest.raises(MustNotChange):
        SigningKey.objects.get().delete()
    with pytest.raises(MustNotChange):
        StatusEntry.objects.get().save()


def test_a_body_that_does_not_sign_here_is_given_no_key() -> None:
    with pytest.raises(CannotIssue, match="has no key here"):
        make_key(a_body("other-school", signs_here=False), by=None, now=AT + timedelta(days=1))
