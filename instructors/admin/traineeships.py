"""A trainer's candidates: the list, the page of one, and what can be done there."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from instructors import assessing
from instructors.access import is_registrar
from instructors.admin.candidate_pages import answer_page, as_candidate_page, hand_over_page, more_time_page
from instructors.admin.filters import DueFilter, StateFilter
from instructors.admin.scope import Lines, OwnTraineesMixin, Records
from instructors.admin.sign_off_page import sign_off_page
from instructors.models import Assessment, Extension, PracticumFamily, Requirement, Traineeship
from instructors.progress import Progress, progress_of, standing_assessments
from instructors.words import capital, in_words


class AssessmentForm(forms.ModelForm[Assessment]):
    """The last line of the table. What is wrong with it is said beside its field."""

    reader: Any = None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        requirement, outcome = data.get("requirement"), data.get("outcome")
        if requirement is None or not outcome:
            return data
        traineeship = self.instance.traineeship
        if sentence := assessing.obstacle(traineeship, requirement, by=self.reader, now=timezone.now()):
            self.add_error("requirement", sentence)
        comment = data.get("comment", "")
        if sentence := assessing.mistake(requirement, outcome=outcome, score=data.get("score"), comment=comment):
            self.add_error("comment" if outcome == Assessment.Outcome.REPEAT else "score", sentence)
        if _corrects(traineeship, requirement) and not comment.strip():
            self.add_error("comment", _("Please give the reason for the correction."))
        return data

    def _post_clean(self) -> None:
        """The row is written by `assessing`, so the model's own checks, which want its author, do not run here."""


def _corrects(traineeship: Traineeship, requirement: Requirement) -> Assessment | None:
    """The passed assessment that another line would correct."""
    standing = standing_assessments(traineeship, requirement)
    return standing[-1] if standing and standing[-1].outcome == Assessment.Outcome.PASSED else None


class AssessmentLines(OwnTraineesMixin, Lines):
    """Old lines are read, the last line writes."""

    model = Assessment
    form = AssessmentForm
    extra = 1
    verbose_name_plural = gettext_lazy("What has been assessed")
    fields = ("requirement", "outcome", "score", "comment", "signed")
    readonly_fields = ("signed",)
    ordering = ("pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Assessment]:
        return super().get_queryset(request).select_related("requirement", "assessor")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        self.candidate = obj
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.form.reader = request.user
        return formset

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "requirement" and self.candidate:
            asked = self.candidate.programme.requirements.exclude(kind__in=assessing.COUNTED)
            kwargs["queryset"] = asked.filter(stage=Requirement.Stage.INITIAL)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("By"))
    def signed(self, row: Assessment) -> str:
        if row.pk is None:
            return _("You, today")
        words = {"who": row.assessor, "date": date_format(row.assessed_at, "SHORT_DATE_FORMAT")}
        return _("%(who)s, %(date)s") % words


class ExtensionLines(OwnTraineesMixin, Lines):
    model = Extension
    verbose_name_plural = gettext_lazy("More time given")
    fields = readonly_fields = ("old_on", "new_on", "reason", "granted_by", "granted_at")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class FamilyLines(OwnTraineesMixin, Lines):
    model = PracticumFamily
    verbose_name_plural = gettext_lazy("Practice families")
    fields = readonly_fields = ("alias", "age_band", "left_on", "more")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("Sessions"))
    def more(self, row: PracticumFamily) -> str:
        url = reverse("admin:instructors_practicumfamily_change", args=[row.pk])
        return format_html('<a href="{}" aria-label="{}: {}">{}</a>', url, row.alias, _("Sessions"), _("See and note"))


@admin.register(Traineeship)
class TraineeshipAdmin(OwnTraineesMixin, Records):
    list_display = ("name", "how_far", "missing_", "until", "sign")
    list_filter = (DueFilter, StateFilter)
    search_fields = ("trainee__name", "trainee__email")
    search_help_text = gettext_lazy("Name or e-mail address")
    ordering = ("deadline_on", "pk")
    actions = ["sign_off"]
    fields = ("note",)
    list_select_related = False

    def get_inlines(self, request: HttpRequest, obj: Traineeship | None) -> list[Any]:
        """Tables with nothing in them are left out."""
        filled = [ExtensionLines] if obj and obj.extensions.exists() else []
        return [AssessmentLines, *filled, *([FamilyLines] if obj and obj.families.all() else [])]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Traineeship]:
        return super().get_queryset(request).with_work()  # type: ignore[attr-defined, no-any-return]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        def page(route: str, view: Any, name: str) -> URLPattern:
            def bound(request: HttpRequest, **kwargs: Any) -> HttpResponse:
                answer: HttpResponse = view(self, request, **kwargs)
                return answer

            bound.__module__, bound.__name__ = view.__module__, view.__name__
            wrapped = self.admin_site.admin_view(bound)
            return path(route, wrapped, name=f"instructors_traineeship_{name}")

        return [
            page("sign-off/", sign_off_page, "sign_off"),
            page("<int:pk>/more-time/", more_time_page, "more_time"),
            page("<int:pk>/answer/", answer_page, "answer"),
            page("<int:pk>/hand-over/", hand_over_page, "hand_over"),
            page("<int:pk>/as-candidate/", as_candidate_page, "as_candidate"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return super().changelist_view(request, {"title": _("Your candidates"), **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        traineeship = self.get_object(request, object_id)
        shown: dict[str, Any] = {}
        if traineeship:
            progress = progress_of(traineeship)
            shown = {
                "lead": _lead(progress),
                "progress": progress,
                "needs_title": _needs_title(progress),
                "handed_in": _handed_in(traineeship),
                "candidate": traineeship,
                "may_hand_over": is_registrar(request.user, traineeship.credential_type.body),
            }
        return super().change_view(request, object_id, form_url, {**shown, **(extra_context or {})})

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """New lines are judgements: `assessing` writes them, with its rules."""
        formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
        if formset.model is not Assessment:
            return
        for line in formset.extra_forms:
            if line.has_changed():
                formset.new_objects.append(self._judge(form.instance, line.cleaned_data, request))

    def _judge(self, traineeship: Traineeship, line: dict[str, Any], request: HttpRequest) -> Assessment:
        said = {"outcome": line["outcome"], "score": line["score"], "by": request.user, "now": timezone.now()}
        if standing := _corrects(traineeship, line["requirement"]):
            return assessing.correct(standing, reason=line["comment"], **said)
        return assessing.assess(traineeship, line["requirement"], comment=line["comment"], **said)

    @admin.action(description=gettext_lazy("Sign off and issue certificates"), permissions=["change"])
    def sign_off(self, request: HttpRequest, rows: QuerySet[Traineeship]) -> HttpResponseRedirect:
        chosen = "&".join(f"ids={pk}" for pk in rows.values_list("pk", flat=True)[:50])
        return HttpResponseRedirect(f"{reverse('admin:instructors_traineeship_sign_off')}?{chosen}")

    @admin.display(description=gettext_lazy("Candidate"), ordering="trainee__name")
    def name(self, row: Traineeship) -> str:
        return str(row.trainee)

    @admin.display(description=gettext_lazy("How far"))
    def how_far(self, row: Traineeship) -> str:
        if row.state == Traineeship.State.APPLIED:
            return _("Applied on %(date)s") % {"date": date_format(row.applied_at, "DATE_FORMAT")}
        return progress_of(row).how_far

    @admin.display(description=gettext_lazy("What is missing"))
    def missing_(self, row: Traineeship) -> str:
        if row.state == Traineeship.State.APPLIED:
            return _("Your answer")
        if row.state == Traineeship.State.LAPSED:
            return _("Its time is over. More time brings it back")
        return progress_of(row).missing

    @admin.display(description=gettext_lazy("Until"), ordering="deadline_on")
    def until(self, row: Traineeship) -> str:
        return date_format(row.deadline_on, "SHORT_DATE_FORMAT") if row.deadline_on else "–"

    @admin.display(description=gettext_lazy("State"))
    def sign(self, row: Traineeship) -> str:
        is_ready = row.state == Traineeship.State.ACTIVE and progress_of(row).is_ready
        state, label = ("ready", _("Ready")) if is_ready else (row.state, row.get_state_display())
        return format_html('<span class="state state-{}">{}</span>', state, label)

    def refuse(self, request: HttpRequest, sentence: str) -> None:
        self.message_user(request, sentence, messages.ERROR)


def _lead(progress: Progress) -> str:
    row = progress.traineeship
    name, left = str(row.event or row.programme), ""
    if row.deadline_on and row.state in ("accepted", "active"):
        days = (row.deadline_on - timezone.now().date()).days
        left = ngettext(
            "; to be finished by %(date)s, in %(days)d day", "; to be finished by %(date)s, in %(days)d days", days
        ) % {"date": date_format(row.deadline_on, "DATE_FORMAT"), "days": days}
    return f"{name}. {progress.how_far}{left}."


def _needs_title(progress: Progress) -> str:
    count = len(progress.needs)
    return ngettext("%(count)s requirement", "%(count)s requirements", count) % {"count": capital(in_words(count))}


def _handed_in(traineeship: Traineeship) -> list[Any]:
    """Work handed in, with the names of its requirements, the newest first."""
    titles = {need.pk: need.title for need in traineeship.programme.requirements.all()}
    rows = [row for row in traineeship.submissions.all() if row.withdrawn_at is None]
    return [{"row": row, "title": titles[row.requirement_id]} for row in reversed(rows)]
