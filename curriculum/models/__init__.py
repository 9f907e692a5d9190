"""The nouns of the curriculum, one a file."""

from __future__ import annotations

from curriculum.models.adaptation import Adaptation, StrokeAdaptation
from curriculum.models.alias import StrokeAlias
from curriculum.models.claim import Claim
from curriculum.models.edition import Edition
from curriculum.models.evidence import Evidence, Strength
from curriculum.models.loaded import Loaded
from curriculum.models.need import Fit, Need
from curriculum.models.plan import Lesson, LessonRoutine, LessonStroke, Plan
from curriculum.models.readiness import Cue, OilNote, Precaution, State, WhenToCall
from curriculum.models.region import Region, RegionGuide
from curriculum.models.routine import Routine, RoutineStep
from curriculum.models.session_part import SessionPart
from curriculum.models.source import Source
from curriculum.models.stroke import Stroke
from curriculum.models.wording import Wording

__all__ = [
    "Adaptation",
    "Claim",
    "Cue",
    "Edition",
    "Evidence",
    "Fit",
    "Lesson",
    "LessonRoutine",
    "LessonStroke",
    "Loaded",
    "Need",
    "OilNote",
    "Plan",
    "Precaution",
    "Region",
    "RegionGuide",
    "Routine",
    "RoutineStep",
    "SessionPart",
    "Source",
    "State",
    "Strength",
    "Stroke",
    "StrokeAdaptation",
    "StrokeAlias",
    "WhenToCall",
    "Wording",
]
