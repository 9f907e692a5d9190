"""The curriculum in the stock admin: everything may be edited and retired, nothing deleted."""

from curriculum.admin import plans, readiness, strokes, words

__all__ = ["plans", "readiness", "strokes", "words"]
