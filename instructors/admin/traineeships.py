"""A trainer's candidates: the list, the page of one, and what can be done there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from instructors.access import is_registrar, is_trainer_of, may_sign_for
from instructors.admin.candidate_pages import answer_page, as_candidate_page, end_page, hand_over_page, more_time_page
from instructors.admin.exporting import taken_away
from instructors.admin.filters import DueFilter, StateFilter
from instructors.admin.practice_page import practice_of_candidate_page
from instructors.admin.scope import Lines, OwnTraineesMixin, ReadLines, Records
from instructors.admin.sign_off_page import sign_off_page
from instructors.admin.signature_pages import deputy_page, second_signature_page, standing, take_back_signature_page
from instructors.admin.time_line_page import time_line_page
from instructors.admin.work_page import hand_in_page, work_page, work_url
from instructors.assessing import COUNTED
from instructors.deadlines import Step, steps_of
from instructors.models import Assessment, Extension, PracticumFamily, Requirement, Traineeship
from instructors.progress import Need, Progress, progress_of
from instructors.words import capital, in_words

# Those who stand in the grid of their event.
STARTED = ("accepted", "active", "signed_off", "certified")
ENDED = ("certified", "rejected", "withdrawn", "closed")


@dataclass(frozen=True)
class NeedLine:
    """A requirement on the candidate's page, with its own day and the way to its page where it has one."""

    need: Need
    due: str
    url: str

    @property
    def state(self) -> str:
        return self.need.state

    @property
    def title(self) -> str:
        return self.need.title

    @property
    def sentence(self) -> str:
        return self.need.sentence

    @property
    def detail(self) -> str:
        return self.need.detail


class AssessmentLines(OwnTraineesMixin, Lines):
    """What has been written, to read; each work is judged on a page of its own."""

    model = Assessment
    verbose_name_plural = gettext_lazy("What has been assessed")
    fields = readonly_fields = ("requirement", "outcome", "score", "comment", "signed")
    ordering = ("pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Assessment]:
        return super().get_queryset(request).select_related("requirement", "assessor")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("By"))
    def signed(self, row: Assessment) -> str:
        words = {"who": row.assessor, "date": date_format(row.assessed_at, "SHORT_DATE_FORMAT")}
        return _("%(who)s, %(date)s") % words


class ExtensionLines(OwnTraineesMixin, ReadLines):
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
    none_yet = gettext_lazy(
        "You have no candidates yet. They come when somebody applies for one of your training events, "
        "or when you take somebody on there."
    )
    search_help_text = gettext_lazy("Name or e-mail address")
    # Those in training first, whoever runs out of time soonest at the top; the ended ones after them.
    ordering = (F("closed_at").desc(nulls_first=True), "deadline_on", "pk")
    empty_value_display = ""
    actions = ["sign_off", "take_away"]
    fields = ("note",)
    list_select_related = False

    def get_inlines(self, request: HttpRequest, obj: Traineeship | None) -> list[Any]:
        """Tables with nothing in them are left out."""
        filled = [ExtensionLines] if obj and obj.extensions.exists() else []
        judged = [AssessmentLines] if obj and obj.assessments.all() else []
        return [*judged, *filled, *([FamilyLines] if obj and obj.families.all() else [])]

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
            page("<int:pk>/work/", work_page, "work"),
            page("<int:pk>/work/hand-in/", hand_in_page, "hand_in"),
            page("<int:pk>/second-signature/", second_signature_page, "second_signature"),
            page("<int:pk>/take-back-signature/", take_back_signature_page, "take_back_signature"),
            page("<int:pk>/deputy/", deputy_page, "deputy"),
            page("<int:pk>/practice/", practice_of_candidate_page, "practice"),
            page("<int:pk>/time-line/", time_line_page, "time_line"),
            page("<int:pk>/more-time/", more_time_page, "more_time"),
            page("<int:pk>/answer/", answer_page, "answer"),
            page("<int:pk>/end/", end_page, "end"),
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
                "progress": {"needs": _lines(progress), "is_ready": progress.is_ready},
                "needs_title": _needs_title(progress),
                "candidate": traineeship,
                **self._deeds(request, traineeship, progress),
            }
        return super().change_view(request, object_id, form_url, {**shown, **(extra_context or {})})

    def _deeds(self, request: HttpRequest, row: Traineeship, progress: Progress) -> dict[str, Any]:
        """What this reader can do now with this candidate; buttons that would be refused are not shown."""
        may_change = self.has_change_permission(request, row)
        keeps = is_registrar(request.user, row.credential_type.body)
        signature = standing(row) if row.state == Traineeship.State.SIGNED_OFF else None
        return {
            "may_change": may_change,
            "may_keep": may_change and keeps,
            "may_end": may_change and (keeps or is_trainer_of(request.user, row)),
            "may_sign": may_change and progress.is_ready and row.state == "active" and may_sign_for(request.user, row),
            "signature": signature,
            "may_take_back": may_change and signature is not None and signature.signed_by_id == request.user.pk,
            "may_sign_second": may_change and keeps and signature is not None and row.programme.second_signature,
            "deputies": list(row.deputies.standing().select_related("trainer")),
        }

    @admin.action(description=gettext_lazy("Sign off and issue certificates"), permissions=["change"])
    def sign_off(self, request: HttpRequest, rows: QuerySet[Traineeship]) -> HttpResponseRedirect:
        chosen = "&".join(f"ids={pk}" for pk in rows.values_list("pk", flat=True)[:50])
        return HttpResponseRedirect(f"{reverse('admin:instructors_traineeship_sign_off')}?{chosen}")

    @admin.action(description=gettext_lazy("Download as a table (CSV)"), permissions=["view"])
    def take_away(self, request: HttpRequest, rows: QuerySet[Traineeship]) -> HttpResponse:
        return taken_away(request, rows)

    @admin.display(description=gettext_lazy("Candidate"), ordering="trainee__name")
    def name(self, row: Traineeship) -> str:
        return str(row.trainee)

    @admin.display(description=gettext_lazy("How far"))
    def how_far(self, row: Traineeship) -> str:
        if row.state == Traineeship.State.APPLIED:
            return _("Applied on %(date)s") % {"date": date_format(row.applied_at, "DATE_FORMAT")}
        if row.state in ENDED and row.closed_at:
            return _("Ended on %(date)s") % {"date": date_format(row.closed_at, "DATE_FORMAT")}
        return progress_of(row).how_far

    @admin.display(description=gettext_lazy("What is missing"))
    def missing_(self, row: Traineeship) -> str:
        if row.state == Traineeship.State.APPLIED:
            return _("Your answer")
        if row.state == Traineeship.State.LAPSED:
            return _("Its time is over. More time brings it back")
        if row.state in ENDED:
            return row.reason
        return progress_of(row).missing

    @admin.display(description=gettext_lazy("Until"), ordering="deadline_on")
    def until(self, row: Traineeship) -> str:
        """The last day, while the training goes on."""
        if row.deadline_on is None or row.state in ENDED:
            return ""
        return date_format(row.deadline_on, "SHORT_DATE_FORMAT")

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


def _lines(progress: Progress) -> list[NeedLine]:
    due = {step.requirement.key: step for step in steps_of(progress.traineeship) if step.due_on}
    return [
        NeedLine(
            need,
            due=_due(due[need.key]) if need.key in due and not need.is_met else "",
            url=_url(progress.traineeship, need.requirement),
        )
        for need in progress.needs
    ]


def _url(row: Traineeship, requirement: Requirement) -> str:
    """Where what this requirement counts is to be seen, or its work is judged."""
    if requirement.kind not in COUNTED:
        return work_url(row, requirement)
    if requirement.kind == Requirement.Kind.PRACTICUM:
        return reverse("admin:instructors_traineeship_practice", args=[row.pk])
    if requirement.kind == Requirement.Kind.ATTENDANCE and row.event_id and row.state in STARTED:
        return reverse("admin:instructors_trainingevent_attendance", args=[row.event_id])
    return ""


def _due(step: Step) -> str:
    words = {"date": date_format(step.due_on, "DATE_FORMAT") if step.due_on else ""}
    return _("By %(date)s, more time included.") % words if step.extended else _("By %(date)s.") % words
