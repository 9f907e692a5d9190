"""For which babies a stroke changes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Need(models.TextChoices):
    """What a carer can look for: strokes that fit a baby who was born early, who has a tube, who crawls."""

    PRETERM = "preterm", _("Born early")
    TIGHT = "tight", _("Tight muscles")
    LOOSE = "loose", _("Loose joints, low muscle tone")
    DEVICE = "device", _("Tube, stoma or line")
    HIP = "hip", _("Hip harness or cast")
    WARY = "wary", _("Wary of touch")
    SENSES = "senses", _("Sight or hearing loss")
    CRAWLER = "crawler", _("Crawling or climbing")

    @property
    def says(self) -> str:
        """What holds for every stroke."""
        return str(_SAYS[self.value])

    @property
    def icon(self) -> str:
        return _ICONS.get(self.value, "hand")


_ICONS = {"preterm": "baby", "device": "tube", "hip": "hip", "senses": "eye", "crawler": "crawl"}
_SAYS = {
    "preterm": _(
        "Your voice and still, warm hands come first. Hands that move come later, one part of the body on one "
        "occasion, when the team who look after your baby agree."
    ),
    "tight": _(
        "Begin with a warm, still hold, then long and slow. Never stretch against resistance. "
        "Ask the therapist what suits."
    ),
    "loose": _("Support every joint. Nothing hangs, nothing is pulled. A slightly livelier rhythm is fine."),
    "device": _("Never on it or next to it. Hands and feet are often free: ask your team to write down what is fine."),
    "hip": _(
        "Never on or under a strap or plaster, and no lifting or turning of the legs. "
        "Ask the hip team to write down what is fine."
    ),
    "wary": _("Hold first, through clothes, one place, for a shorter time, without oil. A hand that rests is enough."),
    "senses": _(
        "Say or sign it, and give the same touch as a cue, before each part. Keep one hand in contact, "
        "and your face in the light."
    ),
    "crawler": _(
        "Massage whatever is uppermost. Let your baby roll, sit and stand, and come back playfully. Some babies "
        "refuse for months: keep the cuddles, and offer it again another time."
    ),
}


class Fit(models.TextChoices):
    """How well a stroke fits such a baby, the kindest first. Where two adaptations speak, the stricter holds."""

    FIRST = "first", _("A good first choice")
    AS_IT_IS = "as_it_is", _("Fine as it is")
    CHANGED = "changed", _("With a change")
    HOLD = "hold", _("A still hand instead")
    ASK = "ask", _("Ask first")
    LEAVE = "leave", _("Leave it out for now")

    @property
    def strictness(self) -> int:
        return list(Fit).index(self)
