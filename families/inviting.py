"""Asking another adult, by e-mail, into the family.

The address in the letter works once, and for two weeks. Whoever holds it sees a first name and what they would be able
to do; joining takes the sign-in of the address that was asked. The family's row is locked first, so of two that answer,
or of an answer and a taking back, one comes first and the other is told.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from config.accounts.models import User
from config.audit.trail import record
from config.lib.refs import new_token
from families import consents, emails
from families.access import why_not_book
from families.models import Caregiver, Consent, Family, Invitation

WORKS_FOR = timedelta(days=14)
A_DAY = timedelta(days=1)
MOST_OPEN = 6
# A family that writes to more strangers than this in a day is no family.
MOST_A_DAY = 12
BEFORE_AGAIN = timedelta(minutes=10)
MOST_LETTERS_A_DAY = 3


class CannotInvite(Exception):
    """Nothing was sent or changed. Carries a sentence for the reader."""


class CannotJoin(Exception):
    """Nobody joined. Carries a sentence for the reader."""


class Ended(CannotJoin):
    """The invitation was used, taken back or sent anew, or its two weeks are over. Nobody is told which."""

    def __init__(self) -> None:
        super().__init__(_("This invitation no longer works. Please ask for a new one."))


def invite(
    family: Family,
    *,
    email: str,
    name: str,
    relation: str,
    role: str,
    agrees_to_massage: bool,
    by: Caregiver,
    now: datetime,
) -> Invitation:
    """Ask that address into the family; an older invitation to it is replaced. Raises CannotInvite.

    `agrees_to_massage` is a parent's written consent, for somebody who is not a parent; it counts once they join.
    """
    email = email.strip().lower()
    with transaction.atomic():
        by = _asker(family, by)
        if refusal := _why_not_ask(family, email, now=now) or _why_not_as(relation, agrees_to_massage, by=by):
            raise CannotInvite(refusal)
        for older in Invitation.objects.of_family(family).unanswered().filter(email=email):
            _end(older, by=by.user, now=now)
        invitation = Invitation.objects.create(
            family=family,
            email=email,
            name=name.strip(),
            relation=relation,
            role=role,
            agrees_to_massage=agrees_to_massage,
            invited_by=by,
            sent_at=now,
            expires_at=now + WORKS_FOR,
        )
        record("invited an adult", by=by.user, about=invitation, now=now, detail={"role": role})
        emails.queue_invitation(invitation)
    return invitation


def _asker(family: Family, by: Caregiver) -> Caregiver:
    """Lock the family, and look once more whether this adult may ask somebody into it. Raises CannotInvite."""
    Family.objects.select_for_update(no_key=True).get(pk=family.pk)
    standing = Caregiver.objects.current().of_family(family).select_related("user", "family").filter(pk=by.pk).first()
    if standing is None:
        raise CannotInvite(_("You no longer belong to this family."))
    if refusal := why_not_book(standing):
        raise CannotInvite(refusal)
    return standing


def _why_not_ask(family: Family, email: str, *, now: datetime) -> str | None:
    adults = Caregiver.objects.current().of_family(family)
    if adults.filter(user__email__iexact=email).exists():
        return _("Whoever has this address is in your family already.")
    sent = Invitation.objects.of_family(family)
    if sent.open(now).exclude(email=email).count() >= MOST_OPEN:
        return _("Six invitations are on their way. Please wait for an answer, or take one back.")
    if sent.filter(sent_at__gt=now - A_DAY).count() >= MOST_A_DAY:
        return _("That was often for one day. Please try again tomorrow.")
    return None


def _why_not_as(relation: str, agrees_to_massage: bool, *, by: Caregiver) -> str | None:
    is_parent = relation in Caregiver.PARENTS
    if (is_parent or agrees_to_massage) and not consents.may_agree(by):
        return str(consents.CannotAgree())
    return None


def send_again(invitation: Invitation, *, by: Caregiver, now: datetime) -> Invitation:
    """Send it with a new secret and two more weeks; the old address works no more. Raises CannotInvite."""
    with transaction.atomic():
        _asker(invitation.family, by)
        standing = Invitation.objects.for_page().select_for_update(of=("self",)).get(pk=invitation.pk)
        if standing.state != Invitation.State.OPEN:
            raise CannotInvite(_("This invitation has been answered, or taken back. You can send a new one."))
        if now - standing.sent_at < BEFORE_AGAIN:
            raise CannotInvite(_("The letter has only just left. Please give it ten minutes."))
        if emails.letters_sent(standing, since=now - A_DAY) >= MOST_LETTERS_A_DAY:
            raise CannotInvite(_("That was often for one day. Please try again tomorrow."))
        emails.withdraw_invitation_letters(standing)
        standing.token, standing.sent_at, standing.expires_at = new_token(), now, now + WORKS_FOR
        standing.save(update_fields=["token", "sent_at", "expires_at"])
        record("sent an invitation again", by=by.user, about=standing, now=now)
        emails.queue_invitation(standing)
    return standing


def take_back(invitation: Invitation, *, by: Caregiver, now: datetime) -> None:
    """The address in the letter works no more. Taken back already, nothing happens. Raises CannotInvite once used."""
    with transaction.atomic():
        _asker(invitation.family, by)
        standing = Invitation.objects.select_for_update().get(pk=invitation.pk)
        if standing.state == Invitation.State.ACCEPTED:
            raise CannotInvite(_("They have joined already. You can change or remove them in the list of adults."))
        if standing.state == Invitation.State.OPEN:
            _end(standing, by=by.user, now=now)


def take_back_all_of(caregiver: Caregiver, *, by: User | None, now: datetime) -> None:
    """End every invitation that this adult sent. The caller has locked the family."""
    for standing in Invitation.objects.unanswered().filter(invited_by=caregiver):
        _end(standing, by=by, now=now)


def _end(invitation: Invitation, *, by: User | None, now: datetime) -> None:
    invitation.state, invitation.ended_at = Invitation.State.WITHDRAWN, now
    invitation.save(update_fields=["state", "ended_at"])
    emails.withdraw_invitation_letters(invitation)
    record("took back an invitation", by=by, about=invitation, now=now)


def find(token: str) -> Invitation:
    """The invitation of that secret, whatever became of it. Raises Invitation.DoesNotExist."""
    return Invitation.objects.for_page().get(token=token)


def why_not_join(invitation: Invitation, *, user: User, now: datetime) -> str | None:
    """Why this account cannot accept, as a sentence that says what to do; None where it can."""
    if not invitation.works(now):
        return str(Ended())
    if user.email.lower() != invitation.email:
        return _("This invitation went to another address. Please sign in with the one that the letter came to.")
    belongs_to = Caregiver.objects.current().filter(user=user).values_list("family_id", flat=True).first()
    if belongs_to == invitation.family_id:
        return _("You belong to this family already.")
    if belongs_to is not None:
        return _("You belong to another family here. Please leave that one first, under “Your family”.")
    return None


def accept(invitation: Invitation, *, user: User, name: str, now: datetime) -> Caregiver:
    """Join the family. Raises CannotJoin, and Ended where somebody else was first."""
    try:
        with transaction.atomic():
            standing = _locked(invitation)
            if not standing.works(now):
                raise Ended
            if refusal := why_not_join(standing, user=user, now=now):
                raise CannotJoin(refusal)
            joined = _take_in(standing, user=user, name=name.strip(), now=now)
            standing.state, standing.ended_at, standing.accepted_by = Invitation.State.ACCEPTED, now, user
            standing.save(update_fields=["state", "ended_at", "accepted_by"])
            record("joined a family", by=user, about=joined, now=now, detail={"role": joined.role})
            emails.queue_joined(standing, joined=joined)
    except IntegrityError as twice:
        raise CannotJoin(_("You have just joined a family. You find it under “Your family”.")) from twice
    return joined


def refuse(invitation: Invitation, *, user: User, now: datetime) -> None:
    """Say no, thank you: the invitation is over, and nobody is written to. Raises CannotJoin."""
    with transaction.atomic():
        standing = _locked(invitation)
        if not standing.works(now):
            raise Ended
        if user.email.lower() != standing.email:
            raise CannotJoin(why_not_join(standing, user=user, now=now))
        _end(standing, by=user, now=now)


def _locked(invitation: Invitation) -> Invitation:
    Family.objects.select_for_update(no_key=True).get(pk=invitation.family_id)
    return Invitation.objects.for_page().select_for_update(of=("self",)).get(pk=invitation.pk)


def _take_in(invitation: Invitation, *, user: User, name: str, now: datetime) -> Caregiver:
    """A new adult of the family, or one who was there before: what they noted then is theirs again."""
    facts = {"name": name, "relation": invitation.relation, "role": invitation.role, "joined_at": now}
    before = Caregiver.objects.of_family(invitation.family).filter(user=user).order_by("-pk").first()
    if before is None:
        joined = Caregiver.objects.create(family=invitation.family, user=user, **facts)
    else:
        joined = before
        joined.removed_at = None
        for fact, value in facts.items():
            setattr(joined, fact, value)
        joined.save(update_fields=["removed_at", *facts])
    if not user.name:
        user.name = name
        user.save(update_fields=["name"])
    _keep_consent(invitation, joined, now=now)
    return joined


def _keep_consent(invitation: Invitation, joined: Caregiver, *, now: datetime) -> None:
    """What the parent said when asking. Without a word about it, an answer from an earlier time no longer counts."""
    if joined.is_parent:
        return
    by = invitation.invited_by
    agrees = invitation.agrees_to_massage and consents.may_agree(by)
    said: Consent | None = consents.about_carers([joined]).get(joined.pk)
    if agrees or (said is not None and said.given):
        consents.agree_to_carer(joined, given=agrees, by=by, now=now)
