"""How a stroke fits one baby: born early, with a tube, wary of touch, on the move."""

from __future__ import annotations

from dataclasses import dataclass

from curriculum.models import Adaptation, Fit, Need, Stroke, StrokeAdaptation


@dataclass(frozen=True)
class Fitting:
    """What is said of a stroke for babies of one kind. Without rows only the general words hold."""

    fit: Fit | None
    rows: list[StrokeAdaptation]

    @property
    def is_left_out(self) -> bool:
        return self.fit == Fit.LEAVE

    @property
    def words(self) -> list[str]:
        """What is said of this stroke more than of all: the general words stand once, above them."""
        return [row.words for row in self.rows if row.note or not _says_what_holds_for_all(row)]

    @property
    def is_worth_a_word(self) -> bool:
        """Whether the kind of fit says more than the sentence beside it."""
        return self.fit in (Fit.FIRST, Fit.HOLD, Fit.ASK)


def fitting(stroke: Stroke, need: Need | str) -> Fitting:
    """The strictest of all that is said. The stroke must come `with_adaptations`."""
    rows = [row for row in rows_of(stroke) if row.adaptation.speaks_of(need)]
    fits = [Fit(row.adaptation.fit) for row in rows]
    return Fitting(max(fits, key=lambda fit: fit.strictness, default=None), rows)


def _says_what_holds_for_all(row: StrokeAdaptation) -> bool:
    return row.adaptation.kind == Adaptation.Kind.SPECIAL_NEEDS and row.adaptation.fit == Fit.CHANGED


def rows_of(stroke: Stroke) -> list[StrokeAdaptation]:
    found: list[StrokeAdaptation] = stroke.current_adaptations  # type: ignore[attr-defined]  # set by the prefetch
    return found


def not_spoken_of(stroke: Stroke) -> list[Need]:
    """Babies for whom this stroke has no words of its own, so that the general ones hold."""
    spoken = {need for row in rows_of(stroke) for need in row.adaptation.needs.split()}
    return [need for need in Need if need.value not in spoken]
