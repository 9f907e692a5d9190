"""Whatever shows a date calls it as its series teaches it: what was arranged before says so, too."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, ClassVar

from django.db import migrations, models

# As of this migration: the parts that stand in titles, and the others, all in the order of teaching.
IN_TITLES = ("legs_feet", "abdomen", "chest", "arms_hands", "face", "back")
EVERY = ("holding", *IN_TITLES, "gentle_movements")


def say_parts(apps: Any, editor: Any) -> None:
    """One query for each series that was arranged, and four besides."""
    arranged = {one.series_id: one for one in apps.get_model("classes", "StrokePlan").objects.order_by("number")}
    if not arranged:
        return
    regions = dict(apps.get_model("curriculum", "Stroke").objects.values_list("slug", "region"))
    lessons = _lessons(apps)
    for version in arranged.values():
        told = {
            str(key): _parts(own, version.weeks.get(str(week), ()), regions)
            for key, week, own in lessons[version.plan_id]
        }
        apps.get_model("classes", "Series").objects.filter(pk=version.series_id).update(
            parts_here={key: parts for key, parts in told.items() if parts is not None} or None
        )


def _lessons(apps: Any) -> dict[int, list[tuple[int, int, set[str]]]]:
    """{plan: (lesson, its week, the parts of its strokes)}."""
    own: dict[int, set[str]] = defaultdict(set)
    rows = apps.get_model("curriculum", "LessonStroke").objects.filter(is_retired=False, stroke__is_retired=False)
    for lesson, region in rows.values_list("lesson", "stroke__region"):
        own[lesson].add(region)
    found: dict[int, list[tuple[int, int, set[str]]]] = defaultdict(list)
    weeks = apps.get_model("curriculum", "Lesson").objects.filter(is_retired=False)
    for plan, key, week in weeks.values_list("plan", "pk", "week"):
        found[plan].append((key, week, own[key]))
    return found


def _parts(own: set[str], slugs: Any, regions: dict[str, str]) -> list[str] | None:
    here = {regions[slug] for slug in slugs if slug in regions}
    if not (own - here).intersection(IN_TITLES):
        return None
    return [part for part in IN_TITLES if part in here] or [part for part in EVERY if part in here]


class Migration(migrations.Migration):
    dependencies: ClassVar = [("classes", "0027_practice_that_counts"), ("curriculum", "0003_names_of_schools")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="series",
            name="parts_here",
            field=models.JSONField(editable=False, null=True),
        ),
        migrations.RunPython(say_parts, migrations.RunPython.noop),
    ]
