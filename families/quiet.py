"""A family that asked for quiet: nothing is sent to anybody in it until someone opens contact again."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from config.accounts.models import User
from config.audit.trail import record
from families.models import Caregiver, Family, QuietNote

# A note is kept this long after it was read; one that nobody reads is forgotten all the same.
KEPT_AFTER_READING = timedelta(days=30)
KEPT_UNREAD = timedelta(days=90)


class Reason(models.TextChoices):
    """What a family may say, if it likes."""

    HOSPITAL = "hospital", _("A baby of ours is in hospital")
    DIED = "died", _("A baby of ours has died")
    ILL = "ill", _("One of us is ill")
    ELSE = "else", _("Something else")


class AlreadyRead(Exception):
    """Somebody else has read the note; it is read by one person alone."""


def is_quiet(user: User) -> bool:
    """Whether this person belongs to a family that asked for quiet. One query."""
    return Caregiver.objects.current().filter(user=user, family__quiet_at__isnull=False).exists()


def go_quiet(family: Family, *, reason: str, by: User, now: datetime) -> bool:
    """From now on nothing is sent to the family; False where that was so already. `reason` may be empty.

    The trail says that it was asked for, never why.
    """
    with transaction.atomic(savepoint=False):
        if reason:
            # A note from another time was about something else: what is said now is to be read.
            said = {"text": reason, "written_at": now, "read_at": None, "read_by": None}
            QuietNote.objects.update_or_create(family=family, defaults=said)
        is_new = bool(Family.objects.filter(pk=family.pk, quiet_at=None).update(quiet_at=now))
        if is_new:
            family.quiet_at = now
            record("asked for quiet", by=by, about=family, now=now)
    return is_new


def open_again(family: Family, *, by: User, now: datetime) -> None:
    """Letters may be sent to the family again: it came back, or someone in the office spoke with it."""
    with transaction.atomic():
        locked = Family.objects.select_for_update(no_key=True).get(pk=family.pk)
        if locked.quiet_at is not None:
            locked.quiet_at = None
            locked.save(update_fields=["quiet_at"])
            record("opened contact again", by=by, about=locked, now=now)
        family.quiet_at = None


def come_back(family: Family, *, by: User, now: datetime) -> None:
    """A family that books or asks for a place wants to hear from us again. No query where it never asked for quiet."""
    if family.quiet_at is not None:
        open_again(family, by=by, now=now)


def read_note(note: QuietNote, *, by: User, now: datetime) -> QuietNote:
    """Read what the family said. Written down first; whoever reads it first is the only one. Raises AlreadyRead."""
    with transaction.atomic():
        locked = QuietNote.objects.select_for_update().get(pk=note.pk)
        if locked.read_by_id is None:
            locked.read_by, locked.read_at = by, now
            locked.save(update_fields=["read_by", "read_at"])
            record("read a quiet note", by=by, about=locked, now=now)
    if locked.read_by_id != by.pk:
        raise AlreadyRead(_("Somebody else has read this note, and it is read by one person alone."))
    return locked


def forget_notes(now: datetime) -> int:
    """Delete notes that were read 30 days ago, and those that nobody read in 90; returns how many."""
    read = models.Q(read_at__lte=now - KEPT_AFTER_READING)
    unread = models.Q(read_at=None, written_at__lte=now - KEPT_UNREAD)
    deleted, _rows = QuietNote.objects.filter(read | unread).delete()
    return deleted
