"""Keys with which badges are signed, for whoever runs the site. No private half is ever shown or typed here."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from instructors.admin.pages import REFUSED, one_form, page
from instructors.admin.scope import Records, own_or_404
from instructors.models import CertifyingBody, SigningKey
from instructors.refusals import Refused
from instructors.resigning import to_sign_anew
from instructors.signing_keys import make_key, mark_compromised, private_of


class GotOutForm(forms.Form):
    sure = forms.BooleanField(label=gettext_lazy("Yes, this key got out, and must never be trusted again."))


@admin.register(SigningKey)
class SigningKeyAdmin(Records):
    list_display = ("body", "short", "stands", "valid_from", "retired_at")
    list_select_related = ("body",)
    change_form_template = "admin/instructors/signingkey/change_form.html"
    fields = readonly_fields = ("body", "public_key", "stands", "valid_from", "retired_at", "compromised_at")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj else ("body",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.readonly_fields if obj else ()

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["queryset"] = CertifyingBody.objects.signing_here()
        kwargs["help_text"] = _(
            "A key that this body has already is retired. It stays listed, and what it signed counts."
        )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: SigningKey, form: Any, change: bool) -> None:
        made = make_key(form.cleaned_data["body"], by=request.user, now=timezone.now())
        obj.pk, obj.public_key, obj.valid_from = made.pk, made.public_key, made.valid_from

    def get_urls(self) -> list[URLPattern]:
        return [page(self, "<int:pk>/got_out/", got_out_page, "got_out"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        row = self.get_object(request, object_id)
        shown: dict[str, Any] = {"show_save": False}
        if row:
            shown |= {"lead": self.stands(row), "row": row}
        return super().change_view(request, object_id, form_url, {**shown, **(extra_context or {})})

    @admin.display(description=gettext_lazy("Key"), ordering="public_key")
    def short(self, row: SigningKey) -> str:
        return f"{row.public_key[:8]}…{row.public_key[-4:]}"

    @admin.display(description=gettext_lazy("Stands"))
    def stands(self, row: SigningKey) -> str:
        if row.compromised_at:
            return _("Got out. Nothing that it signed counts any more.")
        if row.retired_at:
            return _("Retired. What it signed still counts.")
        if not private_of(row):
            return _("Its private half is not at hand, so nothing is signed with it. Bring it back, or make a new key.")
        return _("Signs new badges.")


def got_out_page(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """The one thing to do when somebody else may have the private half."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    row: SigningKey = own_or_404(SigningKey, request, pk)
    form = GotOutForm(request.POST if request.method == "POST" else None)
    back = reverse("admin:instructors_signingkey_change", args=[row.pk])
    words = {
        "title": _("The key %(key)s got out") % {"key": row},
        "lead": _(
            "At once, nothing that it signed counts any more. If it is the key in use, a new one is made; within "
            "minutes every badge is signed anew. Numbers, codes and papers stay as they are, and holders need do "
            "nothing."
        ),
        "verb": _("Trust it no longer"),
    }
    if request.method == "POST" and form.is_valid():
        try:
            _replace(row, request)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            answer = one_form(model_admin, request, form, back=back, **words)
            answer.status_code = REFUSED
            return answer
        said = _("The key is trusted no longer. Badges waiting to be signed anew: %(count)d.")
        count = len(to_sign_anew(row.body, now=timezone.now()))
        model_admin.message_user(request, said % {"count": count}, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:instructors_signingkey_changelist"))
    return one_form(model_admin, request, form, back=back, **words)


def _replace(row: SigningKey, request: HttpRequest) -> None:
    """Pressed twice, the second time finds it done."""
    now = timezone.now()
    was_in_use = row.retired_at is None
    mark_compromised(row, by=request.user, now=now)
    if was_in_use and row.body.signs_here:
        make_key(row.body, by=request.user, now=now)
