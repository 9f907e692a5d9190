"""One named hand movement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, Prefetch, Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from curriculum.diagrams.check import findings
from curriculum.diagrams.motion import is_in_motion
from curriculum.models.evidence import Evidence
from curriculum.models.loaded import Loaded, LoadedQuerySet, lines
from curriculum.models.region import Region
from curriculum.models.said import SaidCharField, SaidTextField
from curriculum.models.wording import in_words

REGION_ORDER = Case(*(When(region=region, then=Value(i)) for i, region in enumerate(Region)), default=Value(99))


class StrokeQuerySet(LoadedQuerySet):
    def in_teaching_order(self) -> Self:
        """By part of the body, then in the order of teaching; the closing hold stands last of its part."""
        return self.order_by(REGION_ORDER, "position", "slug")

    def of_region(self, region: str) -> Self:
        return self.filter(region=region)

    def with_aliases(self) -> Self:
        """One more query: `stroke.current_aliases`."""
        from curriculum.models.alias import StrokeAlias

        return self.prefetch_related(Prefetch("aliases", StrokeAlias.objects.current(), to_attr="current_aliases"))

    def with_adaptations(self) -> Self:
        """One more query: `stroke.current_adaptations`, each with its adaptation."""
        from curriculum.models.adaptation import StrokeAdaptation

        rows = StrokeAdaptation.objects.current().select_related("adaptation")
        return self.prefetch_related(Prefetch("adaptations", rows, to_attr="current_adaptations"))


class Stroke(Loaded):
    """A stroke, a hold or a gentle movement, with its drawing as data."""

    class Hands(models.TextChoices):
        BOTH = "both", _("Both hands")
        ONE = "one", _("One hand")
        ALTERNATE = "alternate", _("Hands take turns")
        TWO_FINGERS = "two_fingers", _("Two fingers")

    class Pressure(models.IntegerChoices):
        NONE = 0, _("No touch yet")
        STILL = 1, _("Still, only the weight of your hands")
        LIGHT = 2, _("Light and sure")
        FIRM = 3, _("Firm enough to move the skin")

    KEY = ("slug",)

    slug = models.SlugField(_("address"), max_length=60, unique=True)
    name = SaidCharField(_("name"), max_length=80)
    region = models.CharField(_("part of the body"), max_length=20, choices=Region, db_index=True)
    week = models.PositiveSmallIntegerField(_("week of the default plan"))
    position = models.PositiveSmallIntegerField(_("position in that week"))
    hands = models.CharField(_("hands"), max_length=12, choices=Hands)
    geometry = models.CharField(_("path in words"), max_length=200, help_text=_("The path language of the curriculum."))
    summary = SaidCharField(_("in a line"), max_length=120)
    how = SaidTextField(_("how it goes"), help_text=_("One step a line."))
    repeats = SaidCharField(_("how often, in words"), max_length=80)
    repeat = models.PositiveSmallIntegerField(_("how often, at least"), default=1)
    repeat_to = models.PositiveSmallIntegerField(_("how often, at most"), null=True, blank=True)
    pressure = models.PositiveSmallIntegerField(
        _("pressure"), choices=Pressure, validators=[MinValueValidator(0), MaxValueValidator(3)]
    )
    purpose = SaidTextField(_("why it is taught"))
    evidence = models.CharField(_("evidence"), max_length=10, choices=Evidence)
    cautions = SaidTextField(_("take care"), blank=True, help_text=_("One sentence a line."))
    colic = SaidCharField(_("in the tummy routine"), max_length=120, blank=True)
    description = SaidTextField(_("description of the drawing"), help_text=_("The whole movement in a sentence."))
    diagram = models.JSONField(_("drawing"), help_text=_("View, frame, paths and resting hands."))
    review = models.TextField(_("for an instructor to decide"), blank=True, help_text=_("Not shown to families."))
    gk = models.BooleanField(_("general knowledge"), default=False, help_text=_("No source could be cited."))
    sources = models.CharField(_("sources"), max_length=120, blank=True)

    objects = StrokeQuerySet.as_manager()

    class Meta:
        ordering = ["week", "position"]
        verbose_name = _("stroke")
        verbose_name_plural = _("strokes")
        constraints = [
            models.CheckConstraint(condition=Q(pressure__lte=3), name="stroke_pressure_is_0_to_3"),
            models.CheckConstraint(
                condition=Q(repeat_to__isnull=True) | Q(repeat_to__gt=models.F("repeat")),
                name="stroke_repeats_range_rises",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("curriculum:stroke", args=[self.slug])

    def clean(self) -> None:
        """Raises ValidationError naming the rule that a drawing breaks (A5)."""
        super().clean()
        wrong = (
            findings(self.drawing) if isinstance(self.diagram, dict) else [("form", gettext("a drawing is an object"))]
        )
        if wrong:
            sentence = gettext("The rule “%(rule)s” refuses this drawing: %(why)s.")
            raise ValidationError({"diagram": [sentence % {"rule": rule, "why": why} for rule, why in wrong]})

    @property
    def drawing(self) -> dict[str, Any]:
        """Everything the renderer and the direction rules ask for."""
        own = {"slug": self.slug, "name": self.name, "region": self.region, "alt": self.description}
        own |= {"geometry": self.geometry}
        return {**self.diagram, **own, "repeat": self.repeat, "pressure": self.pressure}

    @property
    def called(self) -> str:
        """Its name on pages of one series: what the instructor calls it there, else its own name.

        A name that the library knows comes out in the reader's language, one of the instructor's own as it was typed.
        """
        chosen: str = self.__dict__.get("name_here", "")
        return in_words("strokealias", "name", chosen) if chosen else self.name

    @property
    def steps(self) -> list[str]:
        return lines(self.how)

    @property
    def caution_lines(self) -> list[str]:
        return lines(self.cautions)

    @property
    def alias_names(self) -> str:
        """The other names in a line, each once. The stroke must have been fetched `with_aliases`."""
        return ", ".join(dict.fromkeys(alias.name for alias in self.current_aliases))  # type: ignore[attr-defined]

    @property
    def strength(self) -> Any:
        return Evidence(self.evidence).strength

    @property
    def has_movement(self) -> bool:
        """Whether a hand goes anywhere, so that there is something to show in motion."""
        return is_in_motion(self.diagram)

    @property
    def is_wide(self) -> bool:
        """Whether its panels stand side by side in one row, so that a list gives it more room."""
        panels = self.diagram.get("panels", [])
        return len(panels) > 1 and self.diagram.get("columns", len(panels)) == len(panels)

    @property
    def is_drawn_apart(self) -> bool:
        """Whether lines that lie over one another on the baby stand in panels of their own."""
        views = [panel["view"] for panel in self.diagram.get("panels", [])]
        return len(views) > 1 and len(set(views)) == 1

    @property
    def uses_oil(self) -> bool:
        """Whether a hand slides or presses. Holds, and limbs that are moved, need none."""
        return any(True for _ in self._paths_on_skin())

    def _paths_on_skin(self) -> Iterator[dict[str, Any]]:
        for scene in self.diagram.get("panels") or [self.diagram]:
            for path in scene.get("paths", []):
                if path["hand"] != "none" and path.get("kind") != "move":
                    yield path
