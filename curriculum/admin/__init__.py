"""The curriculum in the stock admin: everything may be edited and retired, nothing deleted."""

from curriculum.admin import plans, readiness, strokes

__all__ = ["plans", "readiness", "strokes"]
