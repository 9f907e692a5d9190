"""Two accounts found to be one person: what is theirs in certification moves to the one that stays, and is logged.

Moved is whose a thing is. Who did something, and when, stays as it was written: those rows are never changed.
The other account can still be signed in to, for whatever else it is used.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from config.accounts.models import User
from config.audit.trail import record
from instructors.groups import TRAINER
from instructors.models import (
    Assessment,
    Certificate,
    CertificateAsk,
    CertificateEvent,
    CertifyingBody,
    CredentialType,
    Instructor,
    Merger,
    SignOff,
    Traineeship,
    TrainingEvent,
)
from instructors.refusals import CannotMerge, ChangedSinceShown

# Whose a thing is, in the order in which it moves: rows that name a certificate's holder follow the certificate.
OWNED = (
    ("Certificate", "holder"),
    ("CERecord", "holder"),
    ("RenewalApplication", "holder"),
    ("Traineeship", "trainee"),
    ("Traineeship", "trainer_of_record"),
    ("Submission", "submitted_by"),
    ("TrainingEvent", "lead_trainer"),
)
SHARED = ((TrainingEvent, "co_trainers"), (CertifyingBody, "registrars"))
# What was written about someone, or by them: facts of their day, which stay.
WRITTEN = {
    "Traineeship": {"closed_by"},
    "Extension": {"granted_by"},
    "TimeRequest": {"trainee", "answered_by"},
    "Certificate": {"verified_by"},
    "CertificateEvent": {"actor", "second_actor"},
    "CertificateAsk": {"holder", "asked_by", "answered_by"},
    "Deputy": {"trainee", "trainer", "appointed_by", "ended_by"},
    "DayAttendance": {"recorded_by"},
    "Merger": {"kept", "gone", "by"},
    "PracticumFamily": {"seen_by"},
    "PracticumSession": {"observer"},
    "PracticeDate": {"observer"},
    "CERecord": {"decided_by"},
    "RenewalApplication": {"decided_by"},
    "SignOff": {"trainee", "signed_by", "second_by", "withdrawn_by"},
    "Assessment": {"trainee", "assessor"},
}


@dataclass(frozen=True)
class Plan:
    """What would move, as names and counts, and the hash under which exactly this is confirmed."""

    kept: User
    gone: User
    moves: list[tuple[str, int]]
    seen: str


def plan(kept: User, gone: User, *, by: Any) -> Plan:
    """What a merger would move. Raises CannotMerge where these two cannot be one person here."""
    _must_be_mergeable(kept, gone, by=by)
    found = []
    for model, field in _owned():
        if count := model._default_manager.filter(**{field: gone}).count():
            found.append((str(model._meta.verbose_name_plural), count))
    if Instructor.objects.of(gone).exists():
        found.append((_("page for families"), 1))
    if not found:
        raise CannotMerge(_("Nothing of certification stands under that address, so there is nothing to move."))
    shown = json.dumps([kept.pk, gone.pk, found])
    return Plan(kept, gone, found, hashlib.sha256(shown.encode()).hexdigest())


def merge(kept: User, gone: User, *, reason: str, seen: str, by: Any, now: datetime) -> Merger:
    """Move what was shown. Raises CannotMerge where they cannot be one, ChangedSinceShown where it is more by now."""
    with transaction.atomic():
        list(User.objects.select_for_update().filter(pk__in=[kept.pk, gone.pk]).order_by("pk"))
        if not reason.strip():
            raise CannotMerge(_("Please say how it is known that they are one person."))
        planned = plan(kept, gone, by=by)
        if planned.seen != seen:
            raise ChangedSinceShown(_("Something has changed since you looked. Please look again."))
        moved = dict(planned.moves)
        merger = Merger.objects.create(kept=kept, gone=gone, by=by, at=now, reason=reason.strip(), moved=moved)
        try:
            with transaction.atomic():
                _move(kept, gone)
        except IntegrityError as no:
            raise CannotMerge(
                _("What the two have done for each other keeps them apart. Please ask whoever runs the site.")
            ) from no
        record("merged two accounts", by=by, about=kept, now=now, detail={"gone": gone.pk, "merger": merger.pk})
    return merger


def _owned() -> list[tuple[type[models.Model], str]]:
    return [(apps.get_model("instructors", name), field) for name, field in OWNED]


def _must_be_mergeable(kept: User, gone: User, *, by: Any) -> None:
    if kept.pk == gone.pk:
        raise CannotMerge(_("This is one account already. Give the address of the other one."))
    if by.pk in (kept.pk, gone.pk):
        raise CannotMerge(_("Nobody merges their own accounts. Please ask a colleague."))
    if kept.is_superuser or gone.is_superuser:
        raise CannotMerge(_("The account of whoever runs the site is not merged."))
    if not by.is_superuser and not _bodies_of(kept, gone) <= set(CertifyingBody.objects.with_registrar(by)):
        raise CannotMerge(_("They are on record with another body too. Please ask whoever runs the site."))
    _must_not_hold_the_same(kept, gone)
    _must_not_have_judged_each_other(kept, gone)
    if not by.is_superuser:
        _must_hold_no_rights(gone)
    if CertificateAsk.objects.filter(certificate__holder=gone, state="open").exists():
        raise CannotMerge(_("A request about a certificate still waits for its answer. Please answer it first."))


def _must_hold_no_rights(gone: User) -> None:
    """Rights in the office go from one account to another by nobody but whoever gives them; what comes with a trainer's
    certificate goes along with it.
    """
    further = gone.groups.exclude(name=TRAINER).exists() or gone.user_permissions.exists()
    if further or CertifyingBody.objects.with_registrar(gone).exists():
        raise CannotMerge(_("The other account has rights in the office. Please ask whoever runs the site."))


def _bodies_of(*people: User) -> set[CertifyingBody]:
    """The bodies that any of them is on record with: by a certificate, a training, or an event that they give."""
    events = TrainingEvent.objects.filter(Q(lead_trainer__in=people) | Q(co_trainers__in=people))
    found = (
        Certificate.objects.filter(holder__in=people).values("credential_type__body"),
        Traineeship.objects.filter(Q(trainee__in=people) | Q(trainer_of_record__in=people)).values(
            "credential_type__body"
        ),
        events.values("programme__credential_type__body"),
    )
    return set(CertifyingBody.objects.filter(Q(*(("pk__in", bodies) for bodies in found), _connector=Q.OR)))


def _must_not_hold_the_same(kept: User, gone: User) -> None:
    both = CredentialType.objects.filter(certificate__holder=kept).filter(certificate__holder=gone).first()
    if both:
        said = {"credential": both, "body": both.body}
        raise CannotMerge(
            _("Both hold a certificate as %(credential)s of %(body)s, and one person has one. Look at them again.")
            % said
        )
    of_kept = Traineeship.objects.of(kept).open().values("credential_type")
    if Traineeship.objects.of(gone).open().filter(credential_type__in=of_kept).exists():
        raise CannotMerge(_("Both are in training for the same credential. Please end one of the two trainings first."))


def _must_not_have_judged_each_other(kept: User, gone: User) -> None:
    """One who judged or signed for the other would have done so for themselves."""
    for one, other in ((kept, gone), (gone, kept)):
        signed = Q(signed_by=other) | Q(second_by=other)
        told = Q(actor=other) | Q(second_actor=other)
        if (
            Traineeship.objects.of(one).filter(trainer_of_record=other).exists()
            or Assessment.objects.filter(traineeship__trainee=one, assessor=other).exists()
            or SignOff.objects.filter(signed, traineeship__trainee=one).exists()
            or Certificate.objects.held_by(one).filter(verified_by=other).exists()
            or CertificateEvent.objects.filter(told, certificate__holder=one).exists()
        ):
            raise CannotMerge(_("One of the two has trained, judged or checked the other, so they are two people."))


def _move(kept: User, gone: User) -> None:
    for model, field in _owned():
        model._default_manager.filter(**{field: gone}).update(**{field: kept})
    for model, field in SHARED:
        for row in model._default_manager.filter(**{field: gone}):
            getattr(row, field).add(kept)
            getattr(row, field).remove(gone)
    _move_page(kept, gone)
    if gone.is_staff:
        kept.groups.add(*gone.groups.all())
        gone.groups.clear()
        User.objects.filter(pk=kept.pk).update(is_staff=True)
        User.objects.filter(pk=gone.pk).update(is_staff=False)


def _move_page(kept: User, gone: User) -> None:
    """The public page goes over where there is none; of two, the other one is shown no more and its classes go over."""
    old, standing = Instructor.objects.of(gone).first(), Instructor.objects.of(kept).first()
    if old is None:
        return
    if standing is None:
        Instructor.objects.filter(pk=old.pk).update(user=kept)
        return
    Instructor.objects.filter(pk=old.pk).update(is_listed=False)
    for model in apps.get_models():
        for field in model._meta.fields:
            if field.related_model is Instructor and model._meta.app_label != Instructor._meta.app_label:
                _lead_to(standing, model, field.name, of=old)


def _lead_to(standing: Instructor, model: type[models.Model], field: str, *, of: Instructor) -> None:
    """Rows of that kind, one by one: what stands on the other page already, such as a calendar, stays where it is."""
    for pk in model._default_manager.filter(**{field: of}).values_list("pk", flat=True):
        try:
            with transaction.atomic():
                model._default_manager.filter(pk=pk).update(**{field: standing})
        except IntegrityError:
            continue
