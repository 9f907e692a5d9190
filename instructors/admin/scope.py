"""What a member of staff may see. `get_queryset` alone leaks (history pages, selects, posted foreign ids, filters), so
everything that shows candidates inherits OwnTraineesMixin, which closes all of them. It also keeps those who only read
(an auditor, a trainer whose certificate is suspended) from changing anything.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.db import models
from django.db.models import Q, QuerySet
from django.forms import BooleanField, ChoiceField, Field, ModelChoiceField, Select
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.utils import timezone

from config.accounts.models import User
from config.lib import admin as records
from instructors.access import Acting, acting
from instructors.models import (
    CERecord,
    Certificate,
    CertificateAsk,
    CertifyingBody,
    Deputy,
    PracticumFamily,
    Programme,
    RenewalApplication,
    SignOff,
    Submission,
    TimeRequest,
    Traineeship,
    TrainingDay,
    TrainingEvent,
)
from instructors.refusals import Refused

if TYPE_CHECKING:
    _Base = admin.ModelAdmin[Any]
else:
    _Base = object


class _Labelled(_Base):
    """Fields that have names for screen readers everywhere, and links that are taken to be https."""

    def formfield_for_dbfield(self, db_field: models.Field[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        if isinstance(db_field, models.URLField):
            kwargs["assume_scheme"] = "https"
        return labelled(super().formfield_for_dbfield(db_field, request, **kwargs), db_field)


class Records(_Labelled, records.Records):
    """Our way with the stock admin; a refusal of the rooms is a sentence on the page."""

    actions_on_top = True
    # Each person sees few rows here, and the number of all beside the number found helps.
    show_full_result_count = True

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except Refused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())


class Lines(_Labelled, admin.TabularInline[Any, Any]):
    """A tabular inline whose fields have names for screen readers, which the stock ones lack."""

    extra = 0
    can_delete = False
    show_change_link = False
    empty_value_display = ""

    def formfield_for_dbfield(self, db_field: models.Field[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        return named_inside(super().formfield_for_dbfield(db_field, request, **kwargs))


class Cards(_Labelled, admin.StackedInline[Any, Any]):
    """Rows that are written, each field under its name: on a phone nobody guesses what a number means."""

    extra = 0
    can_delete = False
    show_change_link = False
    empty_value_display = ""


class ReadLines(Lines):
    """Rows of many facts that nobody changes here: each fact beside its name, the empty ones left out."""

    template = "admin/lines.html"


class OwnTraineesMixin(_Base):
    """Rows of one's own candidates only, in every list, form, look-up, history and action; and no change by readers."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return limited(self.model, request.user, super().get_queryset(request))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) and owns(request.user, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and owns(request.user, obj) and acts(request, obj)

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return super().has_add_permission(request, *args) and acts(request, None)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return super().formfield_for_foreignkey(db_field, request, **_choices(db_field, request, kwargs))

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return super().formfield_for_manytomany(db_field, request, **_choices(db_field, request, kwargs))


def trainers_for(user: Any) -> QuerySet[User]:
    """Whom the user may name as a trainer: trainers of the bodies that the user trains for or is registrar of."""
    certified = Certificate.objects.to_train().valid(timezone.now().date())
    if not user.is_superuser:
        bodies = CertifyingBody.objects.filter(
            Q(registrars=user) | Q(pk__in=certified.held_by(user).values("credential_type__body"))
        )
        certified = certified.filter(credential_type__body__in=bodies)
    return User.objects.filter(pk__in=certified.values("holder"))


# How each model is narrowed to what a user may see.
LIMITS: dict[type[models.Model], Callable[[Any], QuerySet[Any]]] = {
    Traineeship: Traineeship.objects.visible_to,
    TrainingEvent: TrainingEvent.objects.visible_to,
    TrainingDay: lambda user: TrainingDay.objects.filter(event__in=TrainingEvent.objects.visible_to(user)),
    Certificate: Certificate.objects.visible_to,
    PracticumFamily: lambda user: _of_own(PracticumFamily, user),
    Submission: lambda user: _of_own(Submission, user),
    TimeRequest: lambda user: _of_own(TimeRequest, user),
    SignOff: lambda user: _of_own(SignOff, user),
    CERecord: lambda user: CERecord.objects.visible_to(user, on=timezone.now().date()),
    RenewalApplication: lambda user: RenewalApplication.objects.visible_to(user, on=timezone.now().date()),
    CertificateAsk: CertificateAsk.objects.visible_to,
    Deputy: lambda user: _of_own(Deputy, user),
    User: trainers_for,
}


# From a row to the body that it belongs to; models that name one of these are followed.
WAYS: dict[type[models.Model], str] = {
    CertifyingBody: "pk",
    Traineeship: "credential_type__body",
    TrainingEvent: "programme__credential_type__body",
    Certificate: "credential_type__body",
    Programme: "credential_type__body",
}


def limited(model: type[models.Model], user: Any, rows: QuerySet[Any]) -> QuerySet[Any]:
    """The rows of that model which the user may see; all of them where the model shows nobody's data."""
    if user.is_superuser:
        return rows
    if model in LIMITS and model is not User:
        return rows.filter(pk__in=LIMITS[model](user).values("pk"))
    if any(field.name == "traineeship" for field in model._meta.fields):
        return rows.filter(traineeship__in=Traineeship.objects.visible_to(user).values("pk"))
    if any(field.name == "certificate" for field in model._meta.fields):
        return rows.filter(certificate__in=Certificate.objects.visible_to(user).values("pk"))
    if any(field.name == "family" for field in model._meta.fields):
        return rows.filter(family__in=_of_own(PracticumFamily, user).values("pk"))
    return rows


def owns(user: Any, obj: Any) -> bool:
    """Whether the user may see this row; True where no row is meant."""
    if obj is None or user.is_superuser or obj.pk is None:
        return True
    return limited(type(obj), user, type(obj)._default_manager.filter(pk=obj.pk)).exists()


def acting_now(request: HttpRequest) -> Acting:
    """For whom the reader acts today, asked once a request."""
    held: Acting | None = getattr(request, "_acting", None)
    if held is None:
        held = acting(request.user, on=timezone.now().date())
        request._acting = held  # type: ignore[attr-defined]  # a note on this request alone
    return held


def acts(request: HttpRequest, obj: Any) -> bool:
    """Whether the reader may change this row, or any where none is meant: only for a body that they act for."""
    if request.user.is_superuser:
        return True
    bodies = acting_now(request).bodies
    way = _way_to_body(type(obj)) if obj is not None and obj.pk is not None else None
    if way is None:
        return bool(bodies)
    return bool(bodies) and type(obj)._default_manager.filter(**{"pk": obj.pk, f"{way}__in": bodies}).exists()


def _way_to_body(model: type[models.Model] | None) -> str | None:
    """The look-up from a row to the body that it belongs to."""
    if model is None:
        return None
    if model in WAYS:
        return WAYS[model]
    for field in model._meta.fields:
        if field.name in ("traineeship", "event", "family", "certificate", "programme"):
            found = _way_to_body(field.related_model)
            return f"{field.name}__{found}" if found else None
    return None


def labelled(field: Field | None, db_field: models.Field[Any, Any]) -> Field | None:
    """The field with its name as aria-label, which tabular inlines lack, and without the small links beside it."""
    if field is not None:
        widget: Any = field.widget
        inner: Any = getattr(widget, "widget", widget)
        for link in ("can_add_related", "can_change_related", "can_delete_related", "can_view_related"):
            if hasattr(widget, link):
                setattr(widget, link, False)
        inner.attrs.setdefault("aria-label", str(db_field.verbose_name).capitalize())
    return field


def named_inside(field: Field | None) -> Field | None:
    """The field with its name inside it while it is empty: on phones the heads of an inline's columns are hidden."""
    widget: Any = field.widget if field is not None else None
    inner: Any = getattr(widget, "widget", widget)
    words = inner.attrs.get("aria-label", "") if inner is not None else ""
    if isinstance(field, ModelChoiceField):
        field.empty_label = words
    elif isinstance(field, ChoiceField):
        choices: Any = field.choices
        field.choices = [(value, label if value else words) for value, label in choices]
    elif isinstance(field, BooleanField):
        field.widget = Select(inner.attrs, choices=[(False, f"{words}: –"), (True, words)])
    elif inner is not None:
        inner.attrs.setdefault("placeholder", words)
    return field


def _of_own(model: type[models.Model], user: Any) -> QuerySet[Any]:
    rows = model._default_manager.all()
    return rows if user.is_superuser else rows.filter(traineeship__in=Traineeship.objects.visible_to(user).values("pk"))


def _choices(db_field: Any, request: HttpRequest, kwargs: dict[str, Any]) -> dict[str, Any]:
    """The keyword arguments with only the rows that the reader may name, so that a posted foreign id is refused."""
    if "queryset" not in kwargs and (limit := LIMITS.get(db_field.remote_field.model)):
        kwargs["queryset"] = limit(request.user)
    return kwargs


def own_or_404(model: type[models.Model], request: HttpRequest, pk: int) -> Any:
    """The row if the reader may see it; 404 for a foreign and a missing one alike."""
    row = limited(model, request.user, model._default_manager.filter(pk=pk)).first()
    if row is None:
        raise Http404
    return row
