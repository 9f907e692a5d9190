"""What one choice of a form shows besides its label."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class Tile:
    """A choice's label with a second line, an icon or a monogram: `(Join.HALL, Tile(_("In the hall"), icon="hall"))`.

    Lazy translations stay lazy. Works wherever Django takes a label; crispy/choice_tiles.html shows the rest.
    """

    label: str | Promise
    small: str | Promise = ""
    icon: str = ""
    face: str = ""
    mono: str = ""

    def __str__(self) -> str:
        return str(self.label)
