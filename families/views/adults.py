"""The adults of a family: asking someone in, what each may do, and leaving."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from families import changes, consents, inviting, leaving
from families.access import booker_only, caregiver_only, reader
from families.consents import CannotAgree
from families.forms.adults import AnswerForm, InviteForm, RoleForm
from families.forms.household import AdultForm
from families.inviting import CannotInvite
from families.leaving import CannotChange
from families.models import Caregiver, Invitation
from families.views.page import back, family_page, not_done, user_of


@booker_only
@require_POST
def invite_adult(request: HttpRequest) -> HttpResponseBase:
    """Write to somebody and ask them into the family."""
    form = InviteForm(request.POST)
    if not form.is_valid():
        return family_page(request, invite=form, status=422)
    me = reader(request)
    try:
        inviting.invite(me.family, **form.cleaned_data, by=me, now=timezone.now())
    except CannotInvite as refusal:
        form.add_error("email", str(refusal))
        return family_page(request, invite=form, status=409)
    return back(request, "adults", _("The invitation to %(name)s is on its way.") % form.cleaned_data)


@booker_only
@require_POST
def send_invitation_again(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A new letter with a new address; the old one works no more."""
    invitation = _invitation(request, pk)
    try:
        inviting.send_again(invitation, by=reader(request), now=timezone.now())
    except CannotInvite as refusal:
        return not_done(request, "adults", refusal)
    return back(request, "adults", _("Sent again. The older letter no longer works."))


@booker_only
@require_POST
def take_back_invitation(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The letter no longer works."""
    invitation = _invitation(request, pk)
    try:
        inviting.take_back(invitation, by=reader(request), now=timezone.now())
    except CannotInvite as refusal:
        return not_done(request, "adults", refusal)
    return back(request, "adults", _("Taken back. The letter no longer works."))


@booker_only
@require_POST
def change_role(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What somebody who signs in may do, from their next page on."""
    adult = _adult(request, pk)
    form = RoleForm(request.POST)
    if adult.user_id is None:
        raise Http404
    if not form.is_valid():
        return back(request, "adults")
    try:
        leaving.change_role(adult, role=form.cleaned_data["role"], by=reader(request), now=timezone.now())
    except CannotChange as refusal:
        return not_done(request, "adults", refusal)
    return back(request, "adults", _("Changed. It counts from now."))


@booker_only
@require_POST
def remove_adult(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take somebody else out of the family, at once."""
    adult = _adult(request, pk)
    if adult.pk == reader(request).pk:
        raise Http404
    try:
        leaving.remove(adult, by=reader(request), now=timezone.now())
    except CannotChange as refusal:
        return not_done(request, "adults", refusal)
    return back(request, "adults", _("%(name)s no longer belongs to your family here.") % {"name": adult.name})


@caregiver_only
@require_POST
def leave_family(request: HttpRequest) -> HttpResponseBase:
    """Leave by oneself. Signed in here, one stays so; everywhere else one is signed out."""
    me = reader(request)
    try:
        leaving.remove(me, by=me, now=timezone.now())
    except CannotChange as refusal:
        return not_done(request, "leave", refusal)
    user = user_of(request)
    user.refresh_from_db()
    update_session_auth_hash(request, user)
    messages.success(request, _("You have left the family. What you noted yourself is nobody else’s to read."))
    return redirect("classes:my_classes")


@booker_only
@require_POST
def agree_to_carer(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A parent's written word on whether somebody who is no parent may massage the babies."""
    adult = _adult(request, pk)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return back(request, "adults")
    try:
        consents.agree_to_carer(adult, given=form.is_yes, by=reader(request), now=timezone.now())
    except CannotAgree as refusal:
        return not_done(request, "adults", refusal)
    return back(request, "adults", _("Written down. It counts from now."))


@booker_only
def add_companion(request: HttpRequest) -> HttpResponseBase:
    """Add an adult who comes along without signing in."""
    form = AdultForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told, me = form.cleaned_data, reader(request)
        try:
            changes.add_adult(me.family, **told, by=me, now=timezone.now())
        except CannotAgree as refusal:
            form.add_error("relation", str(refusal))
        else:
            return back(request, "adults", _("%(name)s is on your list.") % {"name": told["name"]})
    return _form_page(request, "families/add_companion.html", form)


@caregiver_only
def change_adult(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Correct one's own name, relation and number, or those of someone who does not sign in."""
    adult = _changeable(request, pk)
    standing = {"name": adult.name, "relation": adult.relation, "phone": adult.phone}
    form = AdultForm(request.POST or None, initial=standing)
    if request.method == "POST" and form.is_valid():
        try:
            changes.change_adult(adult, **form.cleaned_data, by=reader(request), now=timezone.now())
        except CannotAgree as refusal:
            form.add_error("relation", str(refusal))
        else:
            return back(request, "adults", _("Changed."))
    return _form_page(request, "families/change_adult.html", form, adult=adult)


def _form_page(request: HttpRequest, template: str, form: AdultForm, adult: Caregiver | None = None) -> HttpResponse:
    return render(request, template, {"form": form, "adult": adult}, status=422 if form.is_bound else 200)


def _adult(request: HttpRequest, pk: int) -> Caregiver:
    return get_object_or_404(Caregiver.objects.current().of_family(reader(request).family), pk=pk)


def _changeable(request: HttpRequest, pk: int) -> Caregiver:
    """Oneself, or for those who book someone who does not sign in; anyone else is 404."""
    me, adult = reader(request), _adult(request, pk)
    if adult.pk != me.pk and (adult.user_id is not None or not me.may_book):
        raise Http404
    return adult


def _invitation(request: HttpRequest, pk: int) -> Invitation:
    return get_object_or_404(Invitation.objects.of_family(reader(request).family).for_page(), pk=pk)
