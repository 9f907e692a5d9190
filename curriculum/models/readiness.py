"""Is this the moment? States, signs, reasons to wait, oil, and when to ring a doctor."""

from __future__ import annotations

from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from curriculum.models.loaded import Loaded, LoadedQuerySet
from curriculum.models.region import Region
from curriculum.models.said import SaidCharField, SaidTextField
from curriculum.models.stroke import Stroke

EVERY_PART = "*"


class State(Loaded):
    """One of the six states of being awake or asleep (Brazelton). The app says, and never decides."""

    class Answer(models.TextChoices):
        YES = "yes", _("Yes")
        MAYBE = "maybe", _("Maybe")
        NO = "no", _("Not now")

    KEY = ("key",)

    key = models.SlugField(_("key"), max_length=20, unique=True)
    position = models.PositiveSmallIntegerField(_("position"))
    name = SaidCharField(_("name"), max_length=60)
    also_called = SaidCharField(_("also called"), max_length=80, blank=True)
    looks_like = SaidTextField(_("looks like"))
    answer = models.CharField(_("massage?"), max_length=5, choices=Answer)
    says = SaidTextField(_("what we say to the carer"))
    art = models.CharField(_("face"), max_length=20, help_text=_("One of the doll’s faces."))
    disagreement = SaidTextField(_("where sources disagree"), blank=True)
    sources = models.CharField(_("sources"), max_length=120, blank=True)

    objects = LoadedQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        verbose_name = _("state")
        verbose_name_plural = _("states")

    def __str__(self) -> str:
        return self.name


class Cue(Loaded):
    """A sign by which a baby says yes, pause or stop. One subtle: pause. Two subtle or one potent: stop."""

    class Kind(models.TextChoices):
        ENGAGEMENT = "engagement", _("Yes")
        SUBTLE = "subtle", _("Pause")
        POTENT = "potent", _("Stop")
        MEDICAL = "medical", _("Stop at once and call staff")

    KEY = ("kind", "sign")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    position = models.PositiveSmallIntegerField(_("position"))
    sign = SaidCharField(_("sign"), max_length=120)
    sources = models.CharField(_("sources"), max_length=120, blank=True)

    objects = LoadedQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "position"]
        verbose_name = _("sign of a baby")
        verbose_name_plural = _("signs of a baby")
        constraints = [models.UniqueConstraint(fields=["kind", "sign"], name="cue_once")]

    def __str__(self) -> str:
        return self.sign


class PrecautionQuerySet(LoadedQuerySet):
    def lasting(self) -> Self:
        """Those that belong to the baby's record rather than to the moment."""
        return self.filter(lasting=True)


class Precaution(Loaded):
    """A reason to wait, to leave something out, or to ask first."""

    class Level(models.TextChoices):
        GO = "go", _("Go on")
        ADAPT = "adapt", _("Leave a part out")
        NOT_TODAY = "not_today", _("Not today")
        ASK = "ask", _("Ask first")

    class About(models.TextChoices):
        BABY = "baby", _("The baby")
        MOMENT = "moment", _("The moment")
        CARER = "carer", _("The carer")

    KEY = ("key",)

    key = models.SlugField(_("key"), max_length=30, unique=True)
    position = models.PositiveSmallIntegerField(_("position"))
    about = models.CharField(_("about"), max_length=8, choices=About)
    lasting = models.BooleanField(_("belongs to the baby’s record"), default=False)
    title = SaidCharField(_("title"), max_length=80)
    question = SaidTextField(_("question to the carer"))
    reason = SaidTextField(_("reason"))
    answer = SaidTextField(_("what we say"))
    level = models.CharField(_("what follows"), max_length=10, choices=Level)
    blocks = models.CharField(
        _("parts left out"), max_length=120, blank=True, help_text=_("Keys of parts of the body, or * for every part.")
    )
    strokes = models.TextField(_("strokes left out"), blank=True, help_text=_("Addresses, separated by spaces."))
    wait_hours = models.FloatField(
        _("wait, in hours"), null=True, blank=True, help_text=_("The instructor may differ.")
    )
    disagreement = SaidTextField(_("where sources disagree"), blank=True)
    gk = models.BooleanField(_("general knowledge"), default=False)
    sources = models.CharField(_("sources"), max_length=120, blank=True)

    objects = PrecautionQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        verbose_name = _("reason to wait")
        verbose_name_plural = _("reasons to wait")

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Raises ValidationError for a part or a stroke that does not exist."""
        super().clean()
        parts = set(self.blocks.split()) - {EVERY_PART, *Region.values}
        if parts:
            raise ValidationError({"blocks": gettext("There is no part %(part)s.") % {"part": min(parts)}})
        wanted = set(self.strokes.split())
        unknown = wanted - set(Stroke.objects.filter(slug__in=wanted).values_list("slug", flat=True))
        if unknown:
            raise ValidationError({"strokes": gettext("There is no stroke %(slug)s.") % {"slug": min(unknown)}})

    @property
    def blocked_regions(self) -> frozenset[str]:
        parts = frozenset(self.blocks.split())
        return frozenset(Region.values) if EVERY_PART in parts else parts

    @property
    def blocked_slugs(self) -> frozenset[str]:
        return frozenset(self.strokes.split())


class OilNote(Loaded):
    """What is said about oil."""

    class Advice(models.TextChoices):
        CHOOSE = "choose", _("You choose")
        AVOID = "avoid", _("Leave out")
        NOTE = "note", _("Good to know")

    KEY = ("key",)

    key = models.SlugField(_("key"), max_length=30, unique=True)
    position = models.PositiveSmallIntegerField(_("position"))
    advice = models.CharField(_("advice"), max_length=8, choices=Advice)
    title = SaidCharField(_("title"), max_length=80)
    words = SaidTextField(_("words"))
    disagreement = SaidTextField(_("where sources disagree"), blank=True)
    gk = models.BooleanField(_("general knowledge"), default=False)
    sources = models.CharField(_("sources"), max_length=120, blank=True)

    objects = LoadedQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        verbose_name = _("note on oil")
        verbose_name_plural = _("notes on oil")

    def __str__(self) -> str:
        return self.title


class WhenToCall(Loaded):
    """A sign on which a carer should get medical help. Shown, never used to judge."""

    KEY = ("key",)

    key = models.SlugField(_("key"), max_length=30, unique=True)
    position = models.PositiveSmallIntegerField(_("position"))
    sign = SaidCharField(_("sign"), max_length=160)
    gk = models.BooleanField(_("general knowledge"), default=False)
    sources = models.CharField(_("sources"), max_length=120, blank=True)

    objects = LoadedQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        verbose_name = _("sign to call a doctor")
        verbose_name_plural = _("signs to call a doctor")

    def __str__(self) -> str:
        return self.sign
