"""The data files, read into rows that `loading` can compare with the database. No database here."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curriculum.models import (
    Adaptation,
    Claim,
    Cue,
    Lesson,
    LessonRoutine,
    LessonStroke,
    Loaded,
    OilNote,
    Plan,
    Precaution,
    RegionGuide,
    Routine,
    RoutineStep,
    SessionPart,
    Source,
    State,
    Stroke,
    StrokeAdaptation,
    StrokeAlias,
    WhenToCall,
)

DATA = Path(__file__).resolve().parent / "data"
Values = dict[str, Any]


@dataclass(frozen=True)
class Ref:
    """A row named by its key, to be replaced by its primary key."""

    model: type[Loaded]
    key: tuple[Any, ...]


@dataclass(frozen=True)
class Table:
    """All rows of one model, by attribute name, key fields included."""

    model: type[Loaded]
    rows: list[Values]


def tables(data: Path = DATA) -> list[Table]:
    """Every table, parents before children. Raises KeyError or ValueError where a file is wrong."""
    strokes = read(data, "strokes")
    order = [(slug, stroke["region"]) for slug, stroke in strokes.items()]
    return [
        Table(Source, keyed(read(data, "sources"), "key")),
        Table(RegionGuide, keyed(read(data, "regions"), "region")),
        Table(Adaptation, keyed(read(data, "adaptations"), "code")),
        Table(Stroke, list(stroke_rows(strokes, json.loads((data / "diagrams.json").read_text(encoding="utf-8"))))),
        Table(StrokeAlias, list(alias_rows(strokes))),
        Table(StrokeAdaptation, list(adaptation_rows(strokes))),
        *routine_tables(read(data, "routines"), order),
        *plan_tables(read(data, "plans"), order),
        Table(State, keyed(read(data, "states"), "key")),
        Table(Cue, list(cue_rows(read(data, "cues")))),
        Table(Precaution, keyed(read(data, "precautions"), "key")),
        Table(OilNote, keyed(read(data, "oils"), "key")),
        Table(Claim, keyed(read(data, "claims"), "key")),
        Table(WhenToCall, keyed(read(data, "when_to_call"), "key")),
        Table(SessionPart, keyed(read(data, "session_parts"), "key")),
    ]


def read(data: Path, name: str) -> dict[str, Any]:
    return tomllib.loads((data / f"{name}.toml").read_text(encoding="utf-8"))


def keyed(items: dict[str, Values], key: str) -> list[Values]:
    """Rows of a file of tables, each named by its key. Texts lose their outer blank lines, lists become words."""
    return [{key: name, **{field: plain(value) for field, value in item.items()}} for name, item in items.items()]


def plain(value: Any) -> Any:
    if isinstance(value, list):
        return " ".join(value)
    return value.strip() if isinstance(value, str) else value


def stroke_rows(strokes: dict[str, Values], drawings: dict[str, Values]) -> Iterator[Values]:
    """A stroke's words and its drawing, joined."""
    for slug, stroke in strokes.items():
        drawing = dict(drawings[slug])
        fields = {key: plain(value) for key, value in stroke.items() if key not in ("aliases", "neutral", "adapt")}
        outside = {key: drawing.pop(key, None) for key in ("description", "repeat", "repeat_to", "pressure")}
        yield {"slug": slug, **fields, **outside, "diagram": drawing}


def alias_rows(strokes: dict[str, Values]) -> Iterator[Values]:
    """ "Name" or "Name @ school"; the neutral name stands first."""
    for slug, stroke in strokes.items():
        of = {"stroke_id": Ref(Stroke, (slug,))}
        if "neutral" in stroke:
            yield {**of, "name": stroke["neutral"], "school": "", "is_neutral": True}
        for alias in stroke.get("aliases", []):
            name, _, school = alias.partition(" @ ")
            yield {**of, "name": name, "school": school, "is_neutral": False}


def adaptation_rows(strokes: dict[str, Values]) -> Iterator[Values]:
    """ "CODE" or "CODE: own words"."""
    for slug, stroke in strokes.items():
        for text in stroke["adapt"]:
            code, _, note = text.partition(": ")
            yield {"stroke_id": Ref(Stroke, (slug,)), "adaptation_id": Ref(Adaptation, (code,)), "note": note}


def expand(names: Sequence[str], order: list[tuple[str, str]]) -> list[str]:
    """ "@region" becomes all strokes of that part, in order; what follows a slug stays with it."""
    found: list[str] = []
    for name in names:
        region = name.removeprefix("@")
        found += [name] if region == name else [slug for slug, of in order if of == region]
    return found


def routine_tables(routines: dict[str, Values], order: list[tuple[str, str]]) -> list[Table]:
    rows = {slug: {key: value for key, value in item.items() if key != "strokes"} for slug, item in routines.items()}
    steps = [
        {"routine_id": Ref(Routine, (slug,)), "position": position, **step_row(text, position)}
        for slug, item in routines.items()
        for position, text in enumerate(expand(item["strokes"], order), start=1)
    ]
    return [Table(Routine, keyed(rows, "slug")), Table(RoutineStep, steps)]


def step_row(text: str, position: int) -> Values:
    """ "slug", "slug x6", "slug x6 step2", "slug x6 step6 long". Without a number a step is counted by its place."""
    slug, *marks = text.split()
    repeat = next((int(mark[1:]) for mark in marks if mark.startswith("x")), None)
    number = next((int(mark[4:]) for mark in marks if mark.startswith("step")), position)
    return {"stroke_id": Ref(Stroke, (slug,)), "repeat": repeat, "number": number, "only_long": "long" in marks}


def plan_tables(plans: dict[str, Values], order: list[tuple[str, str]]) -> list[Table]:
    rows = {slug: {key: value for key, value in plan.items() if key != "lessons"} for slug, plan in plans.items()}
    lessons: list[Values] = []
    strokes: list[Values] = []
    routines: list[Values] = []
    for slug, plan in plans.items():
        for lesson in plan["lessons"]:
            of = Ref(Lesson, (Ref(Plan, (slug,)), lesson["week"]))
            words = {key: plain(value) for key, value in lesson.items() if key not in ("new", "routines")}
            lessons.append({"plan_id": Ref(Plan, (slug,)), **words})
            strokes += [
                {"lesson_id": of, "stroke_id": Ref(Stroke, (name,)), "position": position}
                for position, name in enumerate(expand(lesson["new"], order), start=1)
            ]
            routines += [{"lesson_id": of, "routine_id": Ref(Routine, (n,))} for n in lesson.get("routines", [])]
    return [
        Table(Plan, keyed(rows, "slug")),
        Table(Lesson, lessons),
        Table(LessonStroke, strokes),
        Table(LessonRoutine, routines),
    ]


def cue_rows(cues: dict[str, Values]) -> Iterator[Values]:
    for kind, group in cues.items():
        for position, sign in enumerate(group["signs"].strip().splitlines(), start=1):
            yield {"kind": kind, "position": position, "sign": sign, "sources": group["sources"]}
