"""May this person lead a class on that day, and come to a certificate?"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from instructors.models import Certificate, Instructor, Programme, Traineeship


def may_lead(instructor: Instructor, *, on: date) -> bool:
    """Whether the instructor holds a certificate to teach families that is valid on that day."""
    return Certificate.objects.held_by(instructor.user_id).to_teach().valid(on).exists()


def why_not_lead(instructor: Instructor, *, on: date) -> str | None:
    """The sentence that explains why not; None where they may."""
    if may_lead(instructor, on=on):
        return None
    newest = Certificate.objects.held_by(instructor.user_id).to_teach().order_by("-valid_from", "-pk").first()
    if newest is None:
        return _("Only certified instructors can publish a series. A practice series is open to candidates.")
    if newest.state == Certificate.State.SUSPENDED:
        return _("The certificate %(number)s is suspended, so no new series can be published.") % {
            "number": newest.number
        }
    if newest.state != Certificate.State.ACTIVE:
        return _("The certificate %(number)s is no longer in force.") % {"number": newest.number}
    if newest.valid_from > on:
        begins = date_format(newest.valid_from, "DATE_FORMAT")
        return _("The certificate is valid from %(date)s; choose a first session from then on.") % {"date": begins}
    ends = date_format(newest.valid_until, "DATE_FORMAT") if newest.valid_until else ""
    return _("The certificate ends on %(date)s, before this series. Renew it first.") % {"date": ends}


def may_lead_practice(instructor: Instructor, *, on: date) -> bool:
    """Whether the instructor may lead a practice series: a candidate in training, or anyone who may lead."""
    in_training = Traineeship.objects.of(instructor.user_id).in_training().for_teaching()
    return in_training.exists() or may_lead(instructor, on=on)


def why_not_another(holder: Any, programme: Programme, *, on: date) -> str | None:
    """The sentence that explains why this person cannot come to a certificate by this programme; None where they can.

    A suspension is lifted or made final, never walked around by training again. The way back is for those whose
    certificate has lapsed.
    """
    held = Certificate.objects.held_by(holder).of_kind(programme.credential_type)
    if suspended := held.in_state(Certificate.State.SUSPENDED).first():
        return _(
            "The certificate %(number)s is suspended. It is reinstated or revoked before another one can follow."
        ) % {"number": suspended.number}
    if programme.is_way_back and not held.lapsed(on).exists():
        return _("This programme is for people whose certificate has lapsed. Another one may suit you.")
    return None
