"""What is taught in which week."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Prefetch, Q
from django.utils.translation import gettext_lazy as _

from curriculum.models.loaded import Loaded, LoadedQuerySet, lines
from curriculum.models.routine import Routine
from curriculum.models.said import SaidCharField, SaidTextField
from curriculum.models.stroke import Stroke


class PlanQuerySet(LoadedQuerySet):
    def offered(self) -> Self:
        """Those that a new series may follow, the default first."""
        return self.current().order_by("-is_default", "position", "name")

    def with_lessons(self) -> Self:
        """Three more queries: `plan.current_lessons`, each with `current_strokes` and `current_routines`."""
        return self.prefetch_related(Prefetch("lessons", Lesson.objects.complete(), to_attr="current_lessons"))


class Plan(Loaded):
    """A course of weeks, or a single workshop, that a series of classes follows."""

    class Kind(models.TextChoices):
        COURSE = "course", _("Course")
        WORKSHOP = "workshop", _("Workshop")

    KEY = ("slug",)

    slug = models.SlugField(_("key"), max_length=40, unique=True)
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    name = SaidCharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.COURSE)
    is_default = models.BooleanField(_("offered first"), default=False)
    summary = SaidTextField(_("summary"), blank=True)
    sources = models.CharField(_("sources"), max_length=120, blank=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name"]
        verbose_name = _("plan")
        verbose_name_plural = _("plans")

    def __str__(self) -> str:
        return self.name


class LessonQuerySet(LoadedQuerySet):
    def complete(self) -> Self:
        """Current lessons with `current_strokes` and `current_routines`: two more queries."""
        strokes = LessonStroke.objects.current().select_related("stroke")
        routines = LessonRoutine.objects.current().select_related("routine")
        return self.current().prefetch_related(
            Prefetch("new_strokes", strokes, to_attr="current_strokes"),
            Prefetch("routines", routines, to_attr="current_routines"),
        )


class Lesson(Loaded):
    """One week of a plan."""

    KEY = ("plan_id", "week")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="lessons", verbose_name=_("plan"))
    week = models.PositiveSmallIntegerField(_("week"))
    title = SaidCharField(_("title"), max_length=80)
    talk_topics = SaidTextField(_("to talk about"), blank=True, help_text=_("One topic a line."))
    for_caregiver = SaidTextField(_("for the carer"), blank=True)
    home_practice = SaidTextField(_("at home"), blank=True, help_text=_("One sentence or two a line."))
    rhyme = SaidTextField(_("rhyme"), blank=True)

    objects = LessonQuerySet.as_manager()

    class Meta:
        ordering = ["plan", "week"]
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        constraints = [
            models.UniqueConstraint(fields=["plan", "week"], name="lesson_week_once"),
            models.CheckConstraint(condition=Q(week__gte=1), name="lesson_week_from_1"),
        ]

    def __str__(self) -> str:
        return _("Week %(week)s: %(title)s") % {"week": self.week, "title": self.title}

    @property
    def topics(self) -> list[str]:
        return lines(self.talk_topics)

    @property
    def practice_lines(self) -> list[str]:
        return lines(self.home_practice)

    @property
    def rhyme_lines(self) -> list[str]:
        return lines(self.rhyme)


class LessonStroke(Loaded):
    """A stroke that is new in this lesson, in the order of teaching."""

    KEY = ("lesson_id", "stroke_id")

    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="new_strokes", verbose_name=_("lesson"))
    stroke = models.ForeignKey(Stroke, models.PROTECT, related_name="lessons", verbose_name=_("stroke"))
    position = models.PositiveSmallIntegerField(_("position"))

    objects = LoadedQuerySet.as_manager()

    class Meta:
        ordering = ["lesson", "position"]
        verbose_name = _("new stroke")
        verbose_name_plural = _("new strokes")
        constraints = [models.UniqueConstraint(fields=["lesson", "stroke"], name="lesson_stroke_once")]

    def __str__(self) -> str:
        return str(self.stroke)


class LessonRoutine(Loaded):
    """A routine that a lesson brings."""

    KEY = ("lesson_id", "routine_id")

    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="routines", verbose_name=_("lesson"))
    routine = models.ForeignKey(Routine, models.PROTECT, related_name="lessons", verbose_name=_("routine"))

    objects = LoadedQuerySet.as_manager()

    class Meta:
        ordering = ["lesson", "routine__position"]
        verbose_name = _("routine of a lesson")
        verbose_name_plural = _("routines of a lesson")
        constraints = [models.UniqueConstraint(fields=["lesson", "routine"], name="lesson_routine_once")]

    def __str__(self) -> str:
        return str(self.routine)
