"""How sure anyone can be, as tag in the data and as word on the page."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Evidence(models.TextChoices):
    """What stands behind a sentence. `NO` is not among them: such sentences have no row."""

    SR = "SR", _("Systematic review, with caveats")
    SR_MIXED = "SR_MIXED", _("Systematic reviews that disagree")
    SR_WEAK = "SR_WEAK", _("Systematic review of weak studies")
    RCT = "RCT", _("Small randomised trials")
    RCT_MIXED = "RCT_MIXED", _("Randomised trials that disagree")
    RCT_WEAK = "RCT_WEAK", _("Weak randomised trials")
    CONS = "CONS", _("Guideline or expert consensus")
    TRAD = "TRAD", _("Taught, not studied")
    ANEC = "ANEC", _("Some parents say")

    @property
    def strength(self) -> Strength:
        return _STRENGTHS[self.value]


class Strength(models.TextChoices):
    """What a parent reads beside the sentence. Nothing reaches STRONG today; it is there to be explained."""

    STRONG = "strong", _("Strong")
    MIXED = "mixed", _("Mixed")
    WEAK = "weak", _("Weak")
    GUIDANCE = "guidance", _("Guidance")
    TRADITION = "tradition", _("Tradition")
    NONE = "none", _("No studies found")

    @property
    def stitches(self) -> int | None:
        """How many of four stitches are sewn, or None where the sentence is of another kind than a study's."""
        return {"strong": 4, "mixed": 2, "weak": 1, "none": 0}.get(self.value)

    @property
    def icon(self) -> str:
        return {"guidance": "book", "tradition": "hand"}.get(self.value, "")

    @property
    def meaning(self) -> str:
        return str(_MEANINGS[self.value])


_STRENGTHS = {
    "SR": Strength.MIXED,
    "SR_MIXED": Strength.MIXED,
    "RCT_MIXED": Strength.MIXED,
    "SR_WEAK": Strength.WEAK,
    "RCT": Strength.WEAK,
    "RCT_WEAK": Strength.WEAK,
    "CONS": Strength.GUIDANCE,
    "TRAD": Strength.TRADITION,
    "ANEC": Strength.NONE,
}
_MEANINGS = {
    "strong": _("Several good trials agree."),
    "mixed": _("Trials or reviews exist, and they disagree or have real weaknesses."),
    "weak": _("Small studies, or ones where hope could tilt the answer."),
    "guidance": _("Hospitals or experts advise it. Sensible, though not measured."),
    "tradition": _("Instructors are taught it and pass it on. Nobody has tested it."),
    "none": _("Some parents say so. We looked, and found no study."),
}
