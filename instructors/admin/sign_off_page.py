"""The page between choosing candidates and signing: who gets a certificate now, who not yet, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from instructors import signing
from instructors.admin.waiting import candidate_url
from instructors.forms import SignOffForm
from instructors.issuing import issue, valid_until
from instructors.models import Certificate, Traineeship
from instructors.progress import Progress, progress_of
from instructors.refusals import ChangedSinceShown, Refused
from instructors.traineeship import today_of
from instructors.words import capital, in_words

MOST = 50
LONGEST_KEY = 19
TRIES, TRIES_SECONDS = 5, 300


@dataclass(frozen=True)
class Shown:
    """One candidate on the page: with `why_not` empty, they are signed off."""

    progress: Progress
    seen: str
    why_not: str
    url: str
    newest_on: str = ""
    certificate: str = ""
    until: str = ""

    @property
    def traineeship(self) -> Traineeship:
        return self.progress.traineeship

    @property
    def key(self) -> str:
        return f"{self.traineeship.pk}:{self.seen}"


def sign_off_page(model_admin: Any, request: HttpRequest) -> HttpResponse:
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    now = timezone.now()
    shown = _shown(request, now)
    form = SignOffForm(request.POST or None)
    # Before the password is looked at: a page shown anew for a slip in it must say what is new on it.
    changed = _changed(request, shown)
    if request.method == "POST" and not changed and form.is_valid() and is_proved(request, form):
        try:
            certificates = _sign_all(request, str(_statement(len(request.POST.getlist("seen")))), now)
        except ChangedSinceShown as refusal:
            changed = str(refusal)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            _say_done(model_admin, request, certificates)
            return HttpResponseRedirect(reverse("admin:instructors_traineeship_changelist"))
    # Another thing is signed now, so the tick is asked for again.
    form = SignOffForm() if changed else form
    return TemplateResponse(request, _TEMPLATE, _context(model_admin, request, shown, form, changed))


def _changed(request: HttpRequest, shown: list[Shown]) -> str:
    """What is no longer as the page showed it; empty where all is, and for those who are certified already."""
    open_ones = {str(one.traineeship.pk): one for one in shown if one.traineeship.state != Traineeship.State.CERTIFIED}
    for key in request.POST.getlist("seen")[:MOST]:
        pk, _colon, seen = key.partition(":")
        if pk in open_ones and open_ones[pk].seen != seen:
            return signing.changed_sentence(open_ones[pk].traineeship)
    return ""


_TEMPLATE = "admin/instructors/traineeship/sign_off.html"


def _shown(request: HttpRequest, now: datetime) -> list[Shown]:
    """The chosen candidates that are the reader's own, in order; others are as if they had not been chosen."""
    # A number with more digits than any key has is as good as none, and the database would not take it.
    chosen = [int(text) for text in request.GET.getlist("ids")[:MOST] if text.isdecimal() and len(text) < LONGEST_KEY]
    rows = Traineeship.objects.visible_to(request.user).filter(pk__in=chosen).with_work().prefetch_related("deputies")
    return [_one(progress_of(row), request.user, now) for row in rows.order_by("trainee__name")]


def _one(progress: Progress, reader: Any, now: datetime) -> Shown:
    row = progress.traineeship
    end = valid_until(row, today_of(row, now))
    return Shown(
        progress=progress,
        seen=signing.hash_of(signing.snapshot(progress)),
        why_not=signing.obstacle(row, progress, by=reader, now=now) or "",
        url=candidate_url(row),
        newest_on=date_format(progress.last_on, "DATE_FORMAT") if progress.last_on else "",
        certificate=str(row.programme),
        until=_("Valid to %(date)s") % {"date": date_format(end, "DATE_FORMAT")} if end else _("Without an end"),
    )


def _sign_all(request: HttpRequest, statement: str, now: datetime) -> list[Certificate]:
    """Sign and issue all that were shown as ready, or none."""
    certificates = []
    with transaction.atomic():
        for key in sorted(request.POST.getlist("seen"))[:MOST]:
            pk, _colon, seen = key.partition(":")
            number = int(pk) if pk.isdecimal() and len(pk) < LONGEST_KEY else 0
            own = Traineeship.objects.visible_to(request.user).filter(pk=number).first()
            if own is None:
                raise ChangedSinceShown(_("Somebody on this page is not your candidate any more."))
            if standing := Certificate.objects.filter(traineeship=own).first():
                certificates.append(standing)
                continue
            signing.sign_off(own, seen=seen, statement=statement, by=request.user, now=now)
            if not own.programme.second_signature:
                certificates.append(issue(own, by=request.user, now=now))
    return certificates


def is_proved(request: HttpRequest, form: SignOffForm) -> bool:
    """Whether the reader has shown again that it is they: by password, or by a fresh code. Tries are counted."""
    tries = f"sign-off-tries:{request.user.pk}"
    cache.add(tries, 0, TRIES_SECONDS)
    if cache.incr(tries) > TRIES:
        form.add_error("proof", _("Please wait five minutes before you try again."))
        return False
    if not _proves(request, form.cleaned_data["proof"]):
        form.add_error("proof", _("That is neither your password nor a fresh code."))
        return False
    cache.delete(tries)
    return True


def _proves(request: HttpRequest, typed: str) -> bool:
    user: Any = request.user
    if user.has_usable_password() and user.check_password(typed):
        return True
    app = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    return bool(app and app.wrap().validate_code(typed))


def _statement(count: int) -> str:
    return ngettext(
        "I have read this candidate’s work. They have met every requirement of the programme, and they are not me.",
        "I have read the work of each. Each has met every requirement of the programme, and none of them is me.",
        count,
    )


def _say_done(model_admin: Any, request: HttpRequest, certificates: list[Certificate]) -> None:
    count = len(certificates)
    if not count:
        model_admin.message_user(request, _("Signed. The registrar signs next."), messages.SUCCESS)
        return
    numbers = ", ".join(certificate.number for certificate in certificates)
    words = ngettext(
        "Signed and issued: certificate %(numbers)s.", "Signed and issued: certificates %(numbers)s.", count
    )
    model_admin.message_user(request, words % {"numbers": numbers}, messages.SUCCESS)


def _context(
    model_admin: Any, request: HttpRequest, shown: list[Shown], form: SignOffForm, changed: str
) -> dict[str, Any]:
    will = [one for one in shown if not one.why_not]
    count = len(will)
    button = ngettext("Sign and issue %(n)s certificate", "Sign and issue %(n)s certificates", count)
    return {
        **model_admin.admin_site.each_context(request),
        "title": _("Sign off and issue"),
        "lead": _lead(len(shown), count),
        "opts": model_admin.opts,
        "will": will,
        "wont": [one for one in shown if one.why_not],
        "form": form,
        "changed": changed,
        "statement": _statement(count),
        "button": button % {"n": in_words(count)},
    }


def _lead(chosen: int, will: int) -> str:
    if not chosen:
        return _("No candidate of yours was chosen.")
    words = ngettext("You chose %(n)s candidate.", "You chose %(n)s candidates.", chosen) % {"n": in_words(chosen)}
    if will == chosen:
        return words
    left = capital(in_words(will))
    return _("%(words)s %(will)s of them can be signed off now; the others are left as they are.") % {
        "words": words,
        "will": left,
    }
